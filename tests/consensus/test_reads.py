"""Rounds of read indexes (docs/protocol.md 8): what ends a round, what does not, and what is asked and answered."""

from hypothesis import given
from hypothesis import strategies as st

from consensus.messages import FetchReadIndex, ReadIndex
from consensus.output import Instant, Send
from consensus.reads import Reads

FIRST, SECOND, THIRD = (bytes([number]) * 16 for number in (1, 2, 3))


def at(ms: int) -> Instant:
    return Instant(ms, 0)


def four() -> Reads:
    """The reads of AU, which is one of AU, EP, JP, US."""
    return Reads("AU", quorum=3, patience_ms=500)


def turn(reads: Reads, executed: int, prepared: int = 0, ms: int = 0) -> list[Send]:
    return list(reads.turn(executed=executed, prepared=prepared, now=at(ms)))


def asking(nonce: bytes) -> list[Send]:
    return [Send(None, FetchReadIndex(nonce))]


def test_an_office_alone_needs_nobody() -> None:
    reads = Reads("AU", quorum=1, patience_ms=500)
    assert reads.begin(FIRST) == 1
    assert (turn(reads, 7), reads.ended, reads.is_idle) == ([], 1, True)


def test_a_round_ends_when_a_quorum_with_this_office_named_what_is_executed_here() -> None:
    reads = four()
    assert reads.begin(FIRST) == 1
    assert (turn(reads, 5), reads.ended) == (asking(FIRST), 0)
    reads.answered("EP", ReadIndex(FIRST, 7))
    reads.answered("JP", ReadIndex(FIRST, 6))
    assert (turn(reads, 5), reads.ended) == ([], 0)
    assert (turn(reads, 6), reads.ended) == ([], 0)
    assert (turn(reads, 7), reads.ended) == ([], 1)
    assert reads.next_ms() is None


def test_what_this_office_is_prepared_for_counts_as_its_own_answer() -> None:
    reads = four()
    reads.begin(FIRST)
    turn(reads, 5, prepared=6)
    for peer in ("EP", "JP"):
        reads.answered(peer, ReadIndex(FIRST, 5))
    assert (turn(reads, 5, prepared=6), reads.ended) == ([], 0)
    assert (turn(reads, 6, prepared=8), reads.ended) == ([], 1)


def test_an_answer_to_another_round_and_a_second_one_of_an_office_add_nothing() -> None:
    reads = four()
    reads.begin(FIRST)
    turn(reads, 5)
    reads.answered("EP", ReadIndex(SECOND, 5))
    for _ in range(3):
        reads.answered("JP", ReadIndex(FIRST, 5))
    assert (turn(reads, 5), reads.ended) == ([], 0)
    reads.answered("EP", ReadIndex(FIRST, 5))
    assert (turn(reads, 5), reads.ended) == ([], 1)


def test_reads_share_the_round_that_was_not_asked_yet_and_else_wait_for_the_next() -> None:
    reads = four()
    assert [reads.begin(FIRST), reads.begin(SECOND)] == [1, 1]
    assert turn(reads, 5) == asking(FIRST)
    assert [reads.begin(SECOND), reads.begin(THIRD)] == [2, 2]
    for peer in ("EP", "JP"):
        reads.answered(peer, ReadIndex(FIRST, 5))
    assert (turn(reads, 5), reads.ended) == (asking(SECOND), 1)
    for peer in ("EP", "JP"):  # Late answers to the first round.
        reads.answered(peer, ReadIndex(FIRST, 5))
    assert (turn(reads, 5), reads.ended) == ([], 1)
    for peer in ("JP", "US"):
        reads.answered(peer, ReadIndex(SECOND, 5))
    assert (turn(reads, 5), reads.ended, reads.is_idle) == ([], 2, True)


def test_a_question_is_repeated_with_its_nonce_and_a_lower_answer_to_it_counts() -> None:
    reads = four()
    reads.begin(FIRST)
    turn(reads, 5)
    reads.answered("EP", ReadIndex(FIRST, 9))
    reads.answered("JP", ReadIndex(FIRST, 5))
    assert reads.next_ms() == 500
    assert turn(reads, 5, ms=499) == []
    assert turn(reads, 5, ms=500) == asking(FIRST)
    assert reads.next_ms() == 1000
    reads.answered("EP", ReadIndex(FIRST, 5))
    reads.answered("JP", ReadIndex(FIRST, 6))
    assert (turn(reads, 5, ms=501), reads.ended) == ([], 1)


def test_the_last_question_of_each_peer_is_answered_once() -> None:
    reads = four()
    for peer in ("US", "EP"):
        for nonce in (FIRST, SECOND):
            reads.asked(peer, FetchReadIndex(nonce))
    answers = [Send("EP", ReadIndex(SECOND, 7)), Send("US", ReadIndex(SECOND, 7))]
    assert turn(reads, 5, prepared=7) == answers
    assert turn(reads, 9) == []


@given(st.data(), st.integers(1, 13))
def test_no_choice_of_liars_and_quorums_misses_what_was_decided_or_waits_for_a_lie(
    data: st.DataObject, size: int
) -> None:
    """Rules 8.3 and 8.4 for every size: liars say anything, slow offices know less or more."""
    faults = (size - 1) // 3
    quorum = (size + faults) // 2 + 1
    offices = [f"{number:02}" for number in range(size)]
    liars = set(data.draw(st.lists(st.sampled_from(offices[1:] or ["none"]), max_size=faults)))
    committed = set(data.draw(st.permutations(offices))[:quorum])
    decided, executed = data.draw(st.integers(1, 5)), data.draw(st.integers(0, 8))
    reads = Reads(offices[0], quorum, 500)
    reads.begin(FIRST)

    def index_of(office: str) -> int:
        lowest = decided if office in committed and office not in liars else 0
        return data.draw(st.integers(lowest, 8))

    own = max(index_of(offices[0]), executed)
    turn(reads, executed, own)
    answers = {office: index_of(office) for office in data.draw(st.permutations(offices[1:]))}
    for office, number in answers.items():
        if data.draw(st.booleans()):
            reads.answered(office, ReadIndex(FIRST, number))
            turn(reads, executed, own)
            assert reads.ended == 0 or executed >= decided
    for office, number in answers.items():  # In the end every honest office answers.
        if office not in liars:
            reads.answered(office, ReadIndex(FIRST, number))
    honest = [answers[office] for office in answers if office not in liars]
    turn(reads, max([executed, own, *honest]), own)
    assert reads.ended == 1
