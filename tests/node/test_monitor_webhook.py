"""Alarms as a webhook: signed, repeated within bounds, never redirected, and never waited for."""

import asyncio
import json
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from builders.receivers import Receiver, receiving

from node.auditing.monitor.webhook import (
    WAITING_MAX,
    MalformedSecretError,
    Webhook,
    read_secret,
    signature_of,
)

SECRET = bytes(range(32))


async def posted(receiver: Receiver, *kinds: str) -> list[str]:
    """Post alarms of these kinds, and return the notes once all are posted or given up."""
    notes: list[str] = []
    webhook = Webhook(receiver.url, SECRET, notes.append, delays_s=(0.01, 0.01), attempt_s=0.5)
    async with webhook.running():
        for kind in kinds:
            webhook.post("ipregister.alarm", {"kind": kind})
        await webhook.drain()
    return notes


def test_the_vector_that_the_specification_publishes_is_signed_alike() -> None:
    """Standard Webhooks 1.0, the vector of its libraries."""
    secret = read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    signature = signature_of(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "text", ["", "whsec_", "whsec_AAAA", "a secret in words, and long enough", "é"]
)
def test_what_is_no_secret_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(MalformedSecretError) as raised:
        read_secret(text)
    assert len(text) < 8 or text not in str(raised.value)


async def test_an_alarm_is_posted_once_and_its_signature_holds() -> None:
    with receiving(204) as receiver:
        assert await posted(receiver, "fork") == []
    [(headers, body)] = receiver.posts
    document = json.loads(body)
    assert (document["type"], document["data"]) == ("ipregister.alarm", {"kind": "fork"})
    sent_at = int(headers["webhook-timestamp"])
    assert abs(sent_at - time.time()) < 60
    expected = signature_of(SECRET, headers["webhook-id"], sent_at, body)
    assert headers["webhook-signature"] == expected


async def test_the_check_that_the_document_shows_takes_ours_and_nothing_else() -> None:
    text = (Path(__file__).parents[2] / "docs/monitor.md").read_text()
    shown: dict[str, Callable[..., bool]] = {}
    exec(text.partition("```python\n")[2].partition("```")[0], shown)
    with receiving(204) as receiver:
        assert await posted(receiver, "fork") == []
    [(headers, body)] = receiver.posts
    secret = "whsec_" + b64encode(SECRET).decode() + "\n"
    assert shown["is_ours"](secret, headers, body)
    assert not shown["is_ours"](secret, headers, body + b" ")
    assert not shown["is_ours"]("whsec_" + "A" * 43 + "=", headers, body)
    assert not shown["is_ours"](secret, {**headers, "webhook-timestamp": "1"}, body)


async def test_a_receiver_that_is_down_for_a_moment_gets_it_later_under_the_same_id() -> None:
    with receiving(503, 429, 200) as receiver:
        assert await posted(receiver, "fork") == []
    assert len(receiver.posts) == 3
    assert len({headers["webhook-id"] for headers, _ in receiver.posts}) == 1


async def test_attempts_are_bounded_and_the_next_alarm_has_its_own() -> None:
    with receiving(500) as receiver:
        notes = await posted(receiver, "fork", "silence")
    assert len(receiver.posts) == 6
    assert notes == ["an alarm could not be posted: HTTP 500"] * 2


@pytest.mark.parametrize(
    ("status", "said"), [(302, "not followed"), (307, "not followed"), (401, "401")]
)
async def test_a_redirect_is_never_followed_and_a_refusal_never_repeated(
    status: int, said: str
) -> None:
    with receiving(status) as receiver:
        [note] = await posted(receiver, "fork")
    assert said in note
    assert len(receiver.posts) == 1


async def test_a_receiver_that_never_answers_is_given_up_and_holds_nobody_up() -> None:
    with receiving(200, hangs=True) as receiver:
        started = time.monotonic()
        [note] = await posted(receiver, "fork")
    assert "no answer" in note
    assert time.monotonic() - started < 8


async def test_posting_returns_at_once_and_what_waits_is_bounded() -> None:
    notes: list[str] = []
    webhook = Webhook("http://127.0.0.1:9", SECRET, notes.append)
    for _ in range(WAITING_MAX + 2):
        webhook.post("ipregister.alarm", {})
    assert len(notes) == 2
    await webhook.drain(0.01)
    assert asyncio.all_tasks() == {asyncio.current_task()}
