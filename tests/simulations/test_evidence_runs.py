"""Evidence of contradictions about views, in whole networks: kept where it is owed, and true."""

from collections.abc import Callable

import pytest

from consensus.evidence import Evidence
from consensus.messages import Checkpoint, NewView, ViewChange
from consensus.settings import ReplicaSettings
from simulations.adversaries.forging import Forger
from simulations.campaign import never_fired, run_campaign, totals
from simulations.cluster import Cluster
from simulations.contradiction_run import run_contradictions
from simulations.errors import BrokenPromiseError
from simulations.evidence_oracle import EvidenceOracle
from simulations.run import OFFICES, next_submission, run_seed

RUNS = 40


def test_whoever_contradicts_itself_about_views_alone_is_named_by_all_who_were_told() -> None:
    reports = list(run_campaign("contradictions", range(RUNS)))
    assert [report.seed for report in reports] == list(range(RUNS))
    assert never_fired(totals(reports)) == []


@pytest.mark.parametrize(("kind", "seed"), [(ViewChange, 0), (NewView, 1)])
def test_evidence_of_this_kind_that_is_not_kept_is_noticed(
    kind: type, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    add: Callable[..., None] = Evidence.add

    def add_but(self: Evidence, office: str, first: object, second: object) -> None:
        if not isinstance(first, kind):
            add(self, office, first, second)

    monkeypatch.setattr(Evidence, "add", add_but)
    with pytest.raises(BrokenPromiseError, match="was told contradictions by"):
        run_contradictions(seed)


def test_a_pair_that_the_liar_signed_but_that_never_reached_the_node_is_no_evidence() -> None:
    cluster = Cluster(OFFICES[:4])
    cluster.faulty.add("AU")
    oracle = EvidenceOracle(cluster, ReplicaSettings())
    cluster.watch(oracle)
    cluster.submit(next_submission(cluster, "AU", 1), "AU")
    cluster.run_for(1_000)
    oracle.check()
    forger = Forger("AU", cluster.genesis.network_id())
    one, other = (
        forger.signed(Checkpoint(1, bytes([number] * 32), "AU", b"")) for number in (1, 2)
    )
    engine = cluster.nodes["DE"].engine
    assert engine is not None
    engine._replica.evidence.add("AU", one, other)  # type: ignore[arg-type]
    with pytest.raises(
        BrokenPromiseError, match="DE holds evidence of nothing: what never reached"
    ):
        oracle.check()


def test_an_office_that_was_wiped_in_the_middle_may_have_said_the_first_part_before() -> None:
    """Seed 1 of the runs with faults: the contradiction of a wiped office began while it still was honest."""
    run_seed(1)
