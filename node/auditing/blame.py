"""Who signed things that contradict each other: from the histories that offices stored, or evidence that a node keeps.

Only signatures count. What one copy says and no office signed blames nobody (docs/audit.md, "Blame").
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import msgspec

from consensus.errors import InvalidMessageError, MalformedMessageError
from consensus.evidence import Equivocation, Signed, contradicts, verify_equivocation
from consensus.messages import Checkpoint
from consensus.signatures import verify_checkpoint
from consensus.wire import decode_message, encode_message
from crypto.certificate import CheckpointCertificate, decode_certificate
from crypto.errors import MalformedBytesError
from crypto.keyring import Keyring
from ledger.block import decode_block
from ledger.errors import CorruptLedgerError, MalformedBlockError
from ledger.files import LedgerFiles

EVIDENCE_BYTES_MAX = 64 * 1024 * 1024
"""Of one file of evidence: two messages an office, each of which fits into a frame."""


class MalformedEvidenceError(Exception):
    """The bytes are not what `GET /status/evidence` answers."""


class History(NamedTuple):
    """What an office stored."""

    name: str
    hashes: tuple[bytes, ...]
    """Of the blocks from height 1 on, each of which names the one before it."""
    certificates: tuple[CheckpointCertificate, ...]
    """Their signatures are not checked yet."""
    trouble: str
    """Why it was not read to its end; empty: it was."""


class Blamed(NamedTuple):
    """An office that signed two things that contradict each other."""

    office: str
    what: str
    """Both things in a sentence."""
    first: Signed
    second: Signed


def read_history(name: str, files: LedgerFiles) -> History:
    """The history in ledger files, as far as they can be read and the hashes join."""
    hashes: list[bytes] = []
    certificates: list[CheckpointCertificate] = []
    trouble = ""
    try:
        for _, record in files.blocks.records():
            header = decode_block(record).header
            before = hashes[-1] if hashes else bytes(32)
            if (header.height, header.previous_hash) != (len(hashes) + 1, before):
                trouble = f"block {len(hashes) + 1} does not name the one before it"
                break
            hashes.append(decode_block(record).hash)
        certificates.extend(
            decode_certificate(record) for _, record in files.certificates.records()
        )
    except (CorruptLedgerError, MalformedBlockError, MalformedBytesError) as error:
        trouble = str(error)
    return History(name, tuple(hashes), tuple(certificates), trouble)


def up_to(history: History, height: int) -> History:
    """The history as it was at a height; what comes behind it, damage too, is left out."""
    certificates = (each for each in history.certificates if each.height <= height)
    trouble = history.trouble if len(history.hashes) < height else ""
    return History(history.name, history.hashes[:height], tuple(certificates), trouble)


def first_fork(first: History, second: History) -> int | None:
    """The first height at which two histories have different blocks; None: one continues the other."""
    pairs = zip(first.hashes, second.hashes, strict=False)
    return next((height for height, (a, b) in enumerate(pairs, 1) if a != b), None)


def blame(histories: Sequence[History], keyring: Keyring) -> list[Blamed]:
    """The offices that signed for two different blocks of a height, or for both sides of a fork, sorted."""
    found: dict[str, Blamed] = {}
    checkpoints = [list(_signed_in(history, keyring)) for history in histories]
    said: dict[tuple[str, int], Checkpoint] = {}
    for each in (checkpoint for part in checkpoints for checkpoint in part):
        earlier = said.setdefault((each.office, each.height), each)
        if contradicts(earlier, each):
            what = (
                f"signed two blocks of height {each.height}: {_short(earlier)} and {_short(each)}"
            )
            found.setdefault(each.office, Blamed(each.office, what, earlier, each))
    for (one, ours), (other, theirs) in combinations(zip(histories, checkpoints, strict=True), 2):
        fork = first_fork(one, other)
        for blamed in _on_both_sides(one, ours, other, theirs, fork) if fork else ():
            found.setdefault(blamed.office, blamed)
    return [found[office] for office in sorted(found)]


def read_evidence(content: bytes, count_max: int | None = None) -> list[Equivocation]:
    """The contradictions in the answer of `GET /status/evidence`; not checked yet.

    Raises:
        MalformedEvidenceError: it is none, or holds more contradictions than that.
    """
    try:
        document = msgspec.json.decode(content[: EVIDENCE_BYTES_MAX + 1], type=_Evidence)
        count = len(document.contradictions)
        if count_max is not None and count > count_max:
            raise MalformedEvidenceError(
                f"expected at most {count_max} contradictions, got {count}"
            )
        return [
            Equivocation(each.office, _message(each.first), _message(each.second))
            for each in document.contradictions
        ]
    except (msgspec.DecodeError, ValueError, MalformedMessageError, RecursionError) as error:
        raise MalformedEvidenceError(str(error)) from error


def blame_by_evidence(
    found: Iterable[Equivocation], keyring: Keyring
) -> tuple[list[Blamed], list[str]]:
    """Those whom evidence proves to be at fault, and what does not prove anything, and why."""
    blamed, unproved = [], []
    for each in found:
        try:
            verify_equivocation(each, keyring)
        except InvalidMessageError as error:
            unproved.append(f"{each.office}: {error}")
        else:
            kind = str(each.first.__struct_config__.tag)
            what = f"signed two messages {kind} about one matter that say different things"
            blamed.append(Blamed(each.office, what, each.first, each.second))
    return blamed, unproved


def blamed_document(each: Blamed) -> dict[str, Any]:
    """Who is to blame as JSON: as a contradiction of an evidence file it is evidence again."""
    first, second = (b64encode(encode_message(each.first)), b64encode(encode_message(each.second)))
    return {
        "ipOfficeCode": each.office,
        "kind": str(each.first.__struct_config__.tag),
        "what": each.what,
        "first": first.decode(),
        "second": second.decode(),
    }


class _Contradiction(msgspec.Struct, rename="camel"):
    office: str = msgspec.field(name="ipOfficeCode")
    first: str
    second: str


class _Evidence(msgspec.Struct):
    contradictions: list[_Contradiction]


def _message(text: str) -> Signed:
    message = decode_message(b64decode(text, validate=True))
    if not isinstance(message, Signed):
        raise MalformedMessageError(f"expected a signed message, got {type(message).__name__}")
    return message


def _signed_in(history: History, keyring: Keyring) -> Iterator[Checkpoint]:
    """What offices signed in the certificates of a history, a quorum or not; what they did not sign is left out."""
    for certificate in history.certificates:
        for office, signature in certificate.signatures:
            checkpoint = Checkpoint(certificate.height, certificate.block_hash, office, signature)
            try:
                verify_checkpoint(checkpoint, keyring)
            except InvalidMessageError:
                continue
            yield checkpoint


def _on_both_sides(
    one: History,
    ours: Iterable[Checkpoint],
    other: History,
    theirs: Iterable[Checkpoint],
    fork: int,
) -> Iterator[Blamed]:
    first, second = _from(fork, one, ours), _from(fork, other, theirs)
    for office in sorted(first.keys() & second.keys()):
        a, b = first[office], second[office]
        what = (
            f"signed block {a.height} of {one.name} and block {b.height} of {other.name},"
            f" whose histories part at block {fork}"
        )
        yield Blamed(office, what, a, b)


def _from(fork: int, history: History, signed: Iterable[Checkpoint]) -> dict[str, Checkpoint]:
    """The first signature of each office for a block of this history from the fork on."""
    found: dict[str, Checkpoint] = {}
    for each in signed:
        is_of_it = fork <= each.height <= len(history.hashes)
        if is_of_it and history.hashes[each.height - 1] == each.block_hash:
            found.setdefault(each.office, each)
    return found


def _short(checkpoint: Checkpoint) -> str:
    return checkpoint.block_hash.hex()[:16]
