"""One key signs many things (docs/protocol.md 1.3): no signature for one of them counts as another."""

from collections.abc import Callable
from functools import partial
from typing import get_args

import pytest
from builders.cose_statements import RECEIPT, TRUE
from builders.ledgers import KEYRING
from builders.offices import key_of

from crypto import cose, jws
from crypto.digest import sha256
from crypto.errors import InvalidSignatureError
from crypto.merkle import leaf_hash, root_above
from crypto.signing import Purpose, SigningKey, bound_message
from ledger.proof.cose.making import make_statement
from node.reports.message_signature import EMPTY_DIGEST, MessageSigner, SignedAnswer, SignedRequest

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


class NotingKey(SigningKey):
    """The key of AU; it keeps what it signs."""

    __slots__ = ("texts",)

    def __init__(self) -> None:
        super().__init__(sha256(b"AU"))
        self.texts: list[bytes] = []

    def sign(self, message: bytes) -> bytes:
        self.texts.append(message)
        return super().sign(message)


def texts_signed() -> dict[str, bytes]:
    """What the code of the node signs, of every sort."""
    key = NotingKey()
    names: list[str] = []
    for purpose in PURPOSES:
        key.sign(bound_message(purpose, KEYRING.network_id, bytes(32)))
        names.append(purpose)
    for form in (jws.SUBMISSION, jws.ANSWER):
        jws.sign(form, key, "AU", b"{}")
        names.append(form.name)
    make_statement(RECEIPT, "AU", key)
    names += ["receipt", "statement"]
    signer = MessageSigner("AU", key, KEYRING.network_id)
    request = SignedRequest(
        "GET", "http://127.0.0.1/api/v1/reports/x", {"content-digest": EMPTY_DIGEST}
    )
    signer.sign(request, "nonce", 1)
    answer = SignedAnswer(200, request, {"content-type": "text/plain", "content-length": "1"})
    signer.sign(answer, "nonce", 1)
    names += ["request", "answer to a request"]
    return dict(zip(names, key.texts, strict=True))


TEXTS = texts_signed()


def test_the_sorts_of_signed_texts_begin_differently() -> None:
    beginnings: dict[str, bytes] = {
        **{purpose: b"ipregister/1/%s\0" % purpose.encode() for purpose in PURPOSES},
        "submission": b"eyJhbGciOiJFZERTQSIs",
        "signed answer": b"eyJhbGciOiJFZDI1NTE5Iiw",
        "receipt": b"\x84\x6aSignature1",
        "statement": b"\x84\x6aSignature1",
        "request": b'"@method"',
        "answer to a request": b'"@status"',
    }
    assert {name: text[: len(beginnings[name])] for name, text in TEXTS.items()} == beginnings
    first_bytes = {text[:1] for text in TEXTS.values()}
    assert first_bytes == {b"i", b"e", b"\x84", b'"'}


def test_a_receipt_and_a_statement_differ_in_their_signed_type() -> None:
    messages = (TRUE.message, TRUE.receipts[0].message)
    types = {str(cose.protected_map(message)[cose.TYPE]) for message in messages}
    assert len(types) == 2


@pytest.mark.parametrize("sort", TEXTS)
def test_a_signature_counts_for_its_own_sort_only(sort: str) -> None:
    signature = key_of("AU").sign(TEXTS[sort])
    assert taken_as(signature) == [sort] * (sort not in {"request", "answer to a request"})


def taken_as(signature: bytes) -> list[str]:
    """As which sorts a signature of AU counts, wherever one can be put in place of another."""
    key, path = KEYRING.key("AU"), TRUE.receipts[0].path
    root = root_above(leaf_hash(TRUE.leaf), TRUE.claims.index, TRUE.claims.entry_count, path)
    receipt, statement = (
        message._replace(signature=signature)
        for message in (TRUE.receipts[0].message, TRUE.message)
    )
    ways: dict[str, Callable[[], object]] = {
        **{name: partial(KEYRING.verify, "AU", name, bytes(32), signature) for name in PURPOSES},
        **{
            form.name: partial(
                jws.verify, form, jws.sign(form, _Fixed(signature), "AU", b"{}"), KEYRING
            )
            for form in (jws.SUBMISSION, jws.ANSWER)
        },
        "receipt": partial(cose.verify, receipt, key, root),
        "statement": partial(cose.verify, statement, key, TRUE.leaf),
    }
    return [name for name, verify in ways.items() if is_taken(verify)]


class _Fixed(SigningKey):
    """Signs with a signature that was made for something else."""

    __slots__ = ("_signature",)

    def __init__(self, signature: bytes) -> None:
        super().__init__(bytes(32))
        self._signature = signature

    def sign(self, message: bytes) -> bytes:
        return self._signature


def is_taken(verify: Callable[[], object]) -> bool:
    try:
        verify()
    except InvalidSignatureError:
        return False
    return True
