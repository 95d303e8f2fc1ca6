"""Two nodes under one identity: four offices, two views, two sequence numbers (Bano et al. 2020)."""

import pytest

from simulations.campaign import never_fired, run_campaign, totals
from simulations.twins import COARSE, FINE, PARTITIONS, scenario_of

SAMPLE = 501
"""Every so manieth part of the fine scenarios is tried here; all of them by the command in docs/testing.md."""


def test_there_are_as_many_scenarios_as_partitions_and_the_exchange_of_the_twins_make() -> None:
    """Of 41 partitions of five nodes into at most three groups, 15 stay as they are when twins are exchanged."""
    assert len(PARTITIONS) == 41
    assert COARSE == 3 * (41**2 + 15**2) // 2
    assert FINE == 3 * (41**4 + 15**4) // 2


def test_every_number_is_another_scenario() -> None:
    numbers = [*range(COARSE), *range(COARSE, COARSE + FINE, 997)]
    assert len({scenario_of(number) for number in numbers if number < COARSE}) == COARSE
    fine = {scenario_of(number) for number in numbers if number >= COARSE}
    assert len(fine) == len(numbers) - COARSE


@pytest.mark.timeout(1_200)  # Its own time is half a minute; the machine may have other work.
def test_twins_split_no_network_of_four_whatever_partitions_two_views_have(
    record_property: pytest.FixtureRequest,
) -> None:
    fine = range(COARSE, COARSE + FINE, FINE // SAMPLE)
    reports = list(run_campaign("twins", [*range(COARSE), *fine]))
    fired = totals(reports)
    record_property(  # type: ignore[operator]
        "simulations",
        f"twins: all {COARSE:,} scenarios with a partition for each view, {len(fine):,} of {FINE:,} with one for"
        f" each view and sequence: " + ", ".join(f"{k} {n:,}" for k, n in sorted(fired.items())),
    )
    assert len(reports) == COARSE + len(fine)
    assert never_fired(fired) == []
