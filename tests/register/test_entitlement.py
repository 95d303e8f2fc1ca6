"""Who is told of sealed filings (register.md F13), and whom a family gives access to reports (F14)."""

import pytest
from register_builders import MappingReader, claim, dispute, filing, pct
from sealed_builders import opening, seal_of, sealed, sealed_id
from test_sealed_families import (
    ALL_SEALED,
    AT_EP,
    AT_JP,
    FIRST,
    enter,
    family_of_three,
    open_it,
    seal_filing,
    seen_by,
)

from ledger.register.entitlement import Entitlement, find_access
from ledger.register.entries import PriorityClaim
from ledger.register.family import FamilyKind, find_family
from ledger.register.filing import parse_filing_id

KINDS: tuple[FamilyKind, ...] = ("simple", "extended", "complex", "national", "domestic")
ABSENT = f"AU.sealed.{seal_of('AU', '2013999999', '2013-03-12').claim_key}"


def test_an_outsider_is_answered_about_a_sealed_filing_as_about_one_that_does_not_exist() -> None:
    reader = family_of_three()
    asked = sealed_id(FIRST)
    for kind in KINDS:
        for viewer in ("US", "WO", ""):
            hidden = repr(find_family(reader, asked, kind, viewer=viewer))
            absent = repr(find_family(reader, ABSENT, kind, viewer=viewer))
            assert hidden.replace(asked, ABSENT) == absent


def test_an_outsider_gets_the_answer_that_the_open_filings_alone_would_give() -> None:
    # The same open filings, once with sealed members about them and once without.
    claims_first = filing("2014-050009", "2014-03-01", claim("AU", "2013900001", "2013-03-12"))
    mixed, alone = family_of_three(), MappingReader()
    open_it(mixed, FIRST)
    enter(alone, "AU", sealed(FIRST))
    open_it(alone, FIRST)
    for reader in (mixed, alone):
        enter(reader, "JP", claims_first)
    seal_filing(mixed, seal_of("WO", "PCT/AU2014/000002", "2014-03-01"), FIRST, AT_EP)
    for kind in KINDS:
        for asked in ("AU.patent.2013900001", "JP.patent.2014050009"):
            answers = [find_family(reader, asked, kind, viewer="US") for reader in (mixed, alone)]
            shown = [
                [
                    (one.filing_id, one.is_registered, [j.earlier_filing_id for j in one.joint_bag])
                    for one in answer.members
                ]
                for answer in answers
            ]
            assert shown[0] == shown[1]
            assert len({(a.priorities, a.family_bag, a.is_complete) for a in answers}) == 1


def test_an_open_claim_that_nobody_proved_lets_no_outsider_in() -> None:
    # The attack: the published first filing is claimed by number, to see who else claims it.
    reader = family_of_three()
    opened = open_it(reader, FIRST)
    enter(reader, "US", filing("14/200,001", "2014-03-01", claim("AU", "2013900001", "2013-03-12")))
    assert seen_by(reader, "US", opened) == {opened, "US.patent.14200001"}
    # Nor does it from inside a sealed filing, where nobody sees the attempt.
    attack = seal_of("US", "14/200,002", "2014-03-01")
    named = claim("AU", "2013900001", "2013-03-12", "patent")
    seal_filing(reader, attack, open_claims=(named,))
    assert seen_by(reader, "US", opened) == {opened, "US.patent.14200001", sealed_id(attack)}
    # And the family does not see the outsider's sealed filing either.
    assert sealed_id(attack) not in seen_by(reader, "EP", opened)


def test_a_claim_of_the_own_filing_by_an_outsider_opens_nothing() -> None:
    # The outsider sits beside a member that claims his open filing, which proves nothing for him.
    reader = family_of_three()
    enter(reader, "US", filing("61/610,420", "2013-01-02"))
    at_us = claim("US", "61/610,420", "2013-01-02", "patent")
    third = seal_of("WO", "PCT/AU2014/000002", "2014-03-01")
    seal_filing(reader, third, FIRST, open_claims=(at_us,))
    assert seen_by(reader, "US", "US.patent.61610420") == {"US.patent.61610420"}
    assert sealed_id(third) in seen_by(reader, "EP", "US.patent.61610420")


def test_whoever_proves_a_claim_later_sees_the_family_from_then_on() -> None:
    reader = family_of_three()
    late = seal_of("US", "14/200,001", "2014-03-01")
    assert seen_by(reader, "US", sealed_id(AT_EP)) == set()
    seal_filing(reader, late, FIRST)
    assert seen_by(reader, "US", sealed_id(AT_EP)) == {*ALL_SEALED, sealed_id(late)}


def test_an_office_sees_through_members_that_others_proved() -> None:
    # JP claims a filing of US beside that of AU: the two first filings are of one family.
    reader = MappingReader()
    other = seal_of("US", "61/610,420", "2013-01-02")
    seal_filing(reader, FIRST)
    seal_filing(reader, other)
    assert seen_by(reader, "US", sealed_id(FIRST)) == set()
    seal_filing(reader, AT_JP, FIRST, other)
    assert seen_by(reader, "US", sealed_id(FIRST)) == {
        sealed_id(FIRST),
        sealed_id(other),
        sealed_id(AT_JP),
    }


def test_a_dispute_shuts_nobody_out() -> None:
    reader = family_of_three()
    opened = open_it(reader, AT_JP)
    assert opened == "JP.patent.2014050001"
    doubt = dispute(
        "JP", "2014-050001", PriorityClaim(ip_office_code="AU", claim_key=FIRST.claim_key)
    )
    enter(reader, "US", doubt)
    assert seen_by(reader, "JP", sealed_id(FIRST)) == {sealed_id(FIRST), sealed_id(AT_EP), opened}


def test_without_an_office_only_open_filings_are_seen() -> None:
    reader = family_of_three()
    nobody = Entitlement(reader, "")
    assert not any(nobody.sees(parse_filing_id(one)) for one in ALL_SEALED)
    assert nobody.sees(parse_filing_id("AU.patent.2013900001"))


@pytest.mark.parametrize("office", ["AU", "EP", "JP"])
def test_a_proved_family_gives_access_to_the_reports_on_its_sealed_members(office: str) -> None:
    reader = family_of_three()
    own = {"AU": FIRST, "EP": AT_EP, "JP": AT_JP}[office]
    for one in ALL_SEALED:
        assert find_access(reader, office, one) in {sealed_id(own), one}
        through = find_access(reader, office, one)
        assert through is not None
        assert through.startswith(office)


def test_access_to_reports_on_a_sealed_member_needs_proofs_all_the_way() -> None:
    reader = family_of_three()
    opened = open_it(reader, FIRST)
    enter(reader, "US", filing("14/200,001", "2014-03-01", claim("AU", "2013900001", "2013-03-12")))
    # The open claim gives access to the open first filing, where all see and can dispute it.
    assert find_access(reader, "US", opened) == "US.patent.14200001"
    assert find_access(reader, "US", sealed_id(FIRST)) == "US.patent.14200001"
    # It gives none to sealed members.
    assert find_access(reader, "US", sealed_id(AT_EP)) is None
    assert find_access(reader, "WO", opened) is None
    assert find_access(reader, "WO", ABSENT) is None


def test_an_open_claim_inside_a_sealed_filing_gives_no_access() -> None:
    # Nobody else could see it, and dispute it.
    reader = family_of_three()
    opened = open_it(reader, FIRST)
    named = claim("AU", "2013900001", "2013-03-12", "patent")
    attack = seal_of("US", "14/200,002", "2014-03-01")
    seal_filing(reader, attack, open_claims=(named,))
    assert find_access(reader, "US", opened) is None
    # Its publication shows it to all.
    enter(reader, "US", opening(attack, "14/200,002", "2014-03-01"))
    assert find_access(reader, "US", opened) == "US.patent.14200002"


def test_access_to_an_open_filing_leads_through_sealed_members_only_for_those_who_see_them() -> (
    None
):
    # EP and JP prove the first filing; JP's sealed filing proves the open one of US, too.
    reader = MappingReader()
    other = seal_of("US", "61/610,420", "2013-01-02")
    seal_filing(reader, FIRST)
    seal_filing(reader, other)
    seal_filing(reader, AT_EP, FIRST)
    seal_filing(reader, AT_JP, FIRST, other)
    opened = enter(reader, "US", opening(other, "61/610,420", "2013-01-02"))
    assert find_access(reader, "EP", opened) == sealed_id(AT_EP)
    # WO's open claim leads to the open filing of JP alone, and not on through the sealed ones.
    at_jp = enter(reader, "JP", filing("2014-050009", "2014-03-01"))
    pct_filing = pct(
        "PCT/AU2014/000001", "2014-03-10", "AU", claim("JP", "2014-050009", "2014-03-01")
    )
    enter(reader, "WO", pct_filing)
    assert find_access(reader, "WO", at_jp) == "WO.patent.AU2014000001"
    third = seal_of("EP", "14160999", "2014-03-12")
    at_jp_open = claim("JP", "2014-050009", "2014-03-01", "patent")
    seal_filing(reader, third, other, open_claims=(at_jp_open,))
    assert find_access(reader, "WO", opened) is None
    assert find_access(reader, "EP", opened) is not None


class _CountingReader(MappingReader):
    """A register that counts what is read of it."""

    reads = 0

    def get(self, key: bytes) -> bytes | None:
        self.reads += 1
        return super().get(key)


@pytest.mark.parametrize("cluster", [10, 40])
def test_a_cluster_of_sealed_filings_is_looked_at_once_for_all_that_name_its_members(
    cluster: int,
) -> None:
    # As many filings of a list may: the work is that of the cluster, not of the cluster for each row.
    reader = _CountingReader()
    seal_filing(reader, FIRST)
    seals = [seal_of("EP", f"14{serial:06}", "2014-03-10") for serial in range(cluster)]
    for each in seals:
        seal_filing(reader, each, FIRST)
    outsider = Entitlement(reader, "WO")
    reader.reads = 0
    assert outsider.hides("AU", FIRST.claim_key)
    of_one = reader.reads
    assert all(outsider.hides("EP", each.claim_key) for each in seals)
    # Each is asked for what it was opened as, and no more.
    assert reader.reads == of_one + cluster
