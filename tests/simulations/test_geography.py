import pytest

from ledger.register.offices import is_office
from simulations.geography import (
    SEATS,
    GeographicNetwork,
    LinkConditions,
    Seat,
    distance_km,
    one_way_us,
)


def network(**conditions: float) -> GeographicNetwork:
    return GeographicNetwork(1, LinkConditions(**{"jitter": 0.0, **conditions}))


def test_at_least_190_offices_have_a_seat_and_each_may_run_a_node() -> None:
    assert len(SEATS) >= 190
    assert [code for code in SEATS if not is_office(code) or code == "IB"] == []


def test_every_seat_lies_on_the_earth() -> None:
    assert [
        code
        for code, seat in SEATS.items()
        if not (-90 <= seat.latitude <= 90 and -180 <= seat.longitude <= 180 and seat.city)
    ] == []


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [  # great-circle distances as atlases give them
        ("FR", "JP", 9_710),
        ("US", "GB", 5_690),
        ("AU", "ZA", 10_900),
        ("CL", "NZ", 9_350),
        ("EP", "DE", 0),
    ],
)
def test_distances_are_those_of_the_atlas(one: str, other: str, km: int) -> None:
    assert distance_km(SEATS[one], SEATS[other]) == pytest.approx(km, abs=100)


def test_a_distance_is_at_most_half_the_circumference_and_alike_both_ways() -> None:
    poles = Seat("north", 90, 0), Seat("south", -90, 0)
    assert distance_km(*poles) == pytest.approx(20_015, abs=1)
    assert one_way_us("AU", "BR") == one_way_us("BR", "AU")


def test_a_way_takes_stretched_fibre_time_and_a_constant() -> None:
    km = distance_km(SEATS["US"], SEATS["JP"])
    assert one_way_us("US", "JP") == pytest.approx(1_000 * (km / 200 * 1.8 + 2), abs=100)
    assert one_way_us("EP", "DE") == 2_000


def test_frames_of_one_office_wait_for_its_uplink_and_those_of_others_do_not() -> None:
    slow = network(bandwidth_mbit=1.0)
    way_ms = one_way_us("EP", "DE") // 1_000
    size = 12_500  # bytes: 100 ms at one Mbit/s
    assert slow.fates("EP", "DE", size) == (way_ms + 100,)
    assert slow.fates("EP", "DE", size) == (way_ms + 200,)
    assert slow.fates("DE", "EP", size) == (way_ms + 100,)
    slow.clock = lambda: 1_000
    assert slow.fates("EP", "DE", size) == (way_ms + 100,)


def test_nothing_passes_a_severed_direction_and_the_other_is_open() -> None:
    cut = network()
    cut.severed = frozenset({("EP", "US")})
    assert cut.fates("EP", "US", 100) == ()
    assert len(cut.fates("US", "EP", 100)) == 1
    assert cut.fired["severed"] == 1


def test_frames_are_lost_and_repeated_at_the_rate_that_is_asked_for() -> None:
    bad = network(loss=0.25, duplication=0.5)
    copies = [len(bad.fates("EP", "US", 100)) for _ in range(4_000)]
    assert bad.fired == {"lost": copies.count(0), "repeated": copies.count(2), "severed": 0}
    assert copies.count(0) == pytest.approx(1_000, abs=120)
    assert copies.count(2) == pytest.approx(1_500, abs=150)


def test_jitter_lets_later_frames_overtake_and_one_seed_gives_one_sequence() -> None:
    def delays(seed: int) -> list[tuple[int, ...]]:
        jittery = GeographicNetwork(seed, LinkConditions(jitter=0.3))
        return [jittery.fates("AU", "BR", 100) for _ in range(50)]

    assert delays(1) == delays(1) != delays(2)
    assert delays(1) != sorted(delays(1))
    least = one_way_us("AU", "BR") / 1_000
    assert all(least <= each <= least * 1.3 + 2 for (each,) in delays(1))


def test_an_office_that_is_slowed_sends_late() -> None:
    slow = network()
    slow.slowed_ms["EP"] = 500
    assert slow.fates("EP", "DE", 0) == (502,)
    assert slow.fates("DE", "EP", 0) == (2,)
