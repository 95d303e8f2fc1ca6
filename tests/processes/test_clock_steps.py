"""Wall clocks that are wrong for a while: the others go on, and nothing is left of it once the clock is right."""

import pytest

from processes.clocks import SteppedClocks
from processes.examination import expect_sound
from processes.load import Load
from processes.network import OFFICES, ProcessNetwork

pytestmark = pytest.mark.timeout(300)  # a busy machine is no fault of the code

HOUR_S = 3600


def without(*offices: str) -> list[str]:
    return [office for office in OFFICES if office not in offices]


def make_primary(network: ProcessNetwork, load: Load, wanted: str) -> None:
    """Pause one primary after the other until it is this office's turn."""
    for _ in range(2 * len(OFFICES)):
        primary = network.primary()
        if primary == wanted:
            return
        network.pause(primary)
        load.wait_acknowledged(5, *without(primary))
        network.resume()
        load.wait_acknowledged(1, primary)
    raise AssertionError(f"{wanted} never became the primary")


def test_a_primary_whose_clock_is_wrong_is_replaced_and_leads_again_once_it_is_right(
    clocked: ProcessNetwork, clocks: SteppedClocks
) -> None:
    with Load(clocked, seed=31) as load:
        load.wait_acknowledged(10)
        primary = clocked.primary()
        clocks.step(primary, HOUR_S)
        load.wait_acknowledged(10, *without(primary))
        assert clocked.primary() != primary
        clocks.step(primary, 0)
        load.wait_acknowledged(5, primary)
        make_primary(clocked, load, primary)
        load.wait_acknowledged(20)
        assert clocked.primary() == primary
    expect_sound(clocked, load)


def test_an_office_whose_clock_is_an_hour_behind_registers_nevertheless(
    clocked: ProcessNetwork, clocks: SteppedClocks
) -> None:
    with Load(clocked, seed=33) as load:
        load.wait_acknowledged(10)
        clocks.step("US", -HOUR_S)
        load.wait_acknowledged(10, "US")
        clocks.step("US", 0)
        load.wait_acknowledged(5, "US")
    expect_sound(clocked, load)


def test_offices_whose_clocks_all_went_forward_and_back_register_all_the_while(
    clocked: ProcessNetwork, clocks: SteppedClocks
) -> None:
    with Load(clocked, seed=32) as load:
        load.wait_acknowledged(10)
        for seconds in (HOUR_S, 0):
            for office in OFFICES:
                clocks.step(office, seconds)
            for office in OFFICES:
                load.wait_acknowledged(5, office)
    expect_sound(clocked, load)
