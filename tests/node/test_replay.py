"""A signed request counts once, in bounded memory and over a restart."""

import pytest

from node.reports import replay
from node.reports.message_signature import AGE_SECONDS_MAX, AHEAD_SECONDS_MAX, Signer
from node.reports.replay import ReplayedRequestError, ReplayGuard, TooManyRequestsError

START = 1_795_000_000
NOW = START + 100


def nonce(number: int) -> str:
    return f"{number:021}A"


def asked(number: int, office: str = "EP", created: int = NOW) -> Signer:
    return Signer(office, nonce(number), created)


def test_a_request_counts_once() -> None:
    guard = ReplayGuard(START)
    guard.expect_new(asked(1), NOW)
    with pytest.raises(ReplayedRequestError, match="sign it anew"):
        guard.expect_new(asked(1), NOW + AGE_SECONDS_MAX)
    guard.expect_new(asked(2), NOW)
    guard.expect_new(asked(1, "US"), NOW)


def test_a_nonce_is_remembered_for_as_long_as_its_signature_is_taken() -> None:
    guard = ReplayGuard(START)
    ahead = asked(1, created=NOW + AHEAD_SECONDS_MAX)
    guard.expect_new(ahead, NOW)
    with pytest.raises(ReplayedRequestError):
        guard.expect_new(ahead, ahead.created + AGE_SECONDS_MAX)


def test_what_may_have_come_before_the_start_is_refused() -> None:
    # The signature that was taken last before the start was made at most so much ahead of it.
    guard = ReplayGuard(START)
    for created in (START - 1, START, START + AHEAD_SECONDS_MAX):
        with pytest.raises(ReplayedRequestError, match="last start"):
            guard.expect_new(asked(1, created=created), created)
    guard.expect_new(asked(1, created=START + AHEAD_SECONDS_MAX + 1), START + AHEAD_SECONDS_MAX + 1)


def test_the_memory_is_bounded_for_each_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "NONCES_OF_OFFICE_MAX", 3)
    guard = ReplayGuard(START)
    for number in range(3):
        guard.expect_new(asked(number), NOW)
    with pytest.raises(TooManyRequestsError):
        guard.expect_new(asked(3), NOW)
    guard.expect_new(asked(0, "US"), NOW)
    later = NOW + AGE_SECONDS_MAX + AHEAD_SECONDS_MAX + 1
    guard.expect_new(asked(3, created=later), later)
    assert guard._known["EP"] == {nonce(3)}


@pytest.mark.parametrize("given", ["", "short", "A" * 23, "A" * 21 + "B", "x" * 1_000])
def test_a_nonce_is_sixteen_random_bytes(given: str) -> None:
    with pytest.raises(ReplayedRequestError, match="16 bytes"):
        ReplayGuard(START).expect_new(Signer("EP", given, NOW), NOW)
