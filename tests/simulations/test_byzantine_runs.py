"""Whole networks in which up to f offices lie, drawn from seeds; no seed is ever left out."""

import pytest

from simulations.byzantine import run_byzantine
from simulations.campaign import never_fired, run_campaign, totals

RUNS = 700


@pytest.mark.timeout(1_200)  # Its own time is half a minute; the machine may have other work.
def test_the_honest_offices_keep_every_promise_and_every_strategy_is_tried(
    record_property: pytest.FixtureRequest,
) -> None:
    reports = list(run_campaign("byzantine", range(RUNS)))
    fired = totals(reports)
    counts = ", ".join(f"{kind} {times:,}" for kind, times in sorted(fired.items()))
    record_property("simulations", f"{len(reports):,} runs with lying offices: {counts}")  # type: ignore[operator]
    assert [report.seed for report in reports] == list(range(RUNS))
    assert never_fired(fired) == []


EVENTFUL = {
    14: "a new view for a view that nobody was in kept the new views of all other primaries out for ever",
    29: "the same",
    573: "an office that waited in the last view there is took the others there, and what they stored was not readable",
    28416: "the checker of the rules did not know that an office waits since it left, whatever view it goes on to",
    45280: "nor that the highest view change of a liar may have been left unread",
    28063: "offices that were on their way into different views, none with a quorum, waited for one another for ever",
    54607: "what a client was told of its filings was what a liar had written into a block that it gave away",
    44556: "the check that all keep step did not know that a lone office may be joined just then",
    36619: "nor that a liar may hand something in just then",
    61222: "a frame of a kind that there is not was read as a message",
    42197: "and the oracle of evidence did not know that it may have been read",
}
"""Seeds that broke a promise once, and what was found by them."""


@pytest.mark.parametrize("seed", EVENTFUL)
def test_a_seed_that_broke_a_promise_once_keeps_it_now(seed: int) -> None:
    run_byzantine(seed)
