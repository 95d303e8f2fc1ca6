from hypothesis import given
from hypothesis import strategies as st

from consensus.allowance import Allowance
from consensus.output import Instant


def at(monotonic_ms: int) -> Instant:
    return Instant(monotonic_ms, 0)


@given(st.integers(1, 4), st.integers(1, 50), st.lists(st.integers(0, 30), max_size=60))
def test_it_is_granted_so_many_times_within_any_period_and_as_often_as_that_allows(
    times: int, period_ms: int, pauses_ms: list[int]
) -> None:
    allowance, now_ms = Allowance(times, period_ms), 0
    taken: list[int] = []
    for pause_ms in pauses_ms:
        now_ms += pause_ms
        expected = sum(earlier > now_ms - period_ms for earlier in taken) < times
        assert allowance.is_left("AU", at(now_ms)) is expected
        assert allowance.take("AU", at(now_ms)) is expected
        taken += [now_ms] * expected


def test_one_key_uses_up_nothing_of_another() -> None:
    allowance = Allowance(1, 10)
    assert allowance.take("AU", at(0))
    assert not allowance.take("AU", at(9))
    assert allowance.take("EP", at(9))
    assert allowance.take("AU", at(10))
