"""Silence is what is awaited for longer than the limit, however often it is looked at."""

from hypothesis import given
from hypothesis import strategies as st

from node.auditing.monitor.patience import Patience

LIMIT_S = 10.0
MATTERS = [("", "entries"), ("http://a", "answer"), ("http://b", "answer")]
STEPS = st.lists(
    st.tuples(st.integers(0, 15), st.sampled_from(MATTERS), st.booleans(), st.booleans()),
    max_size=40,
)


@given(STEPS)
def test_a_matter_is_overdue_when_nothing_of_it_came_since_it_was_first_awaited(
    steps: list[tuple[int, tuple[str, str], bool, bool]],
) -> None:
    patience, now_s = Patience(LIMIT_S), 0.0
    since: dict[tuple[str, str], float] = {}
    for seconds, matter, is_awaited, came in steps:
        now_s += seconds
        patience.follow(*matter, is_awaited=is_awaited, came=came, now_s=now_s)
        if not is_awaited:
            since.pop(matter, None)
        elif came or matter not in since:
            since[matter] = now_s
        late = sorted(each for each, start in since.items() if now_s - start > LIMIT_S)
        assert list(patience.overdue(now_s)) == late
