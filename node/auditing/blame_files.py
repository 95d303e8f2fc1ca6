"""Who contradicts itself in files of standard forms: signed answers and COSE receipts (docs/standard-forms.md).

An office that answers from two histories signs, of one height, for two blocks or for two roots of its entries. Files
are compared with each other, and with what offices signed in the certificates of histories.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

from consensus.errors import InvalidMessageError
from consensus.messages import Checkpoint
from consensus.signatures import verify_checkpoint
from consensus.wire import encode_message
from crypto import cose
from crypto.certificate import CheckpointCertificate
from crypto.errors import InvalidProofError, InvalidSignatureError
from crypto.keyring import Keyring
from crypto.merkle import leaf_hash, root_above
from ledger.genesis import Genesis
from ledger.proof.cose.form import OfficeReceipt, Statement, decode_statement, is_statement
from ledger.proof.signed_answer import is_signed_answer, verify_signed_answer
from node.auditing.blame import History


class SignedFact(NamedTuple):
    """What an office signed for, of one height."""

    office: str
    kind: Literal["block", "entries"]
    """The hash of the block; or the root, number and time of its entries."""
    height: int
    told: str
    source: str
    """Where it stands."""
    evidence: bytes
    """What the office signed, as it stands there."""


class BlamedByFiles(NamedTuple):
    """An office that signed two facts of one kind and height that differ."""

    office: str
    what: str
    first: SignedFact
    second: SignedFact


def is_signed_file(content: bytes) -> bool:
    """Whether the bytes begin as a statement or a signed answer does."""
    return is_statement(content) or is_signed_answer(content)


def facts_in(name: str, content: bytes, genesis: Genesis) -> list[SignedFact]:
    """What offices of this network signed in a file. What they did not sign in it is left out.

    Raises:
        InvalidProofFileError, UndecidableProofFileError: it is no such file, or of a later version.
    """
    keyring = genesis.keyring()
    if is_signed_answer(content):
        answer = verify_signed_answer(content, genesis)
        told = answer.block_hash
        return [SignedFact(answer.attested_by, "block", answer.height, told, name, content)]
    statement = decode_statement(content)
    facts = [
        fact
        for receipt in statement.receipts
        if (fact := _fact_of(receipt, statement, keyring, name, content)) is not None
    ]
    if statement.certified is not None:
        facts += _of_certificate(statement.certified.certificate, keyring, name)
    return facts


def facts_of(histories: Iterable[History], keyring: Keyring, heights: set[int]) -> list[SignedFact]:
    """What offices signed in the certificates of histories, at these heights."""
    return [
        fact
        for history in histories
        for certificate in history.certificates
        if certificate.height in heights
        for fact in _of_certificate(certificate, keyring, history.name)
    ]


def blame_by_files(facts: Sequence[SignedFact]) -> list[BlamedByFiles]:
    """The offices that signed facts which contradict each other, each once, sorted."""
    found: dict[str, BlamedByFiles] = {}
    said: dict[tuple[str, str, int], SignedFact] = {}
    for fact in facts:
        earlier = said.setdefault((fact.office, fact.kind, fact.height), fact)
        if earlier.told != fact.told:
            name = "blocks" if fact.kind == "block" else "roots of the entries"
            what = (
                f"signed two {name} of height {fact.height}: {earlier.told[:16]} in {earlier.source}"
                f" and {fact.told[:16]} in {fact.source}"
            )
            found.setdefault(fact.office, BlamedByFiles(fact.office, what, earlier, fact))
    return [found[office] for office in sorted(found)]


def blamed_by_files_document(each: BlamedByFiles) -> dict[str, Any]:
    """Who is to blame as JSON, with what was signed in base64."""
    return {
        "ipOfficeCode": each.office,
        "kind": each.first.kind,
        "what": each.what,
        "first": b64encode(each.first.evidence).decode(),
        "second": b64encode(each.second.evidence).decode(),
    }


def _fact_of(
    receipt: OfficeReceipt, statement: Statement, keyring: Keyring, name: str, content: bytes
) -> SignedFact | None:
    """What the office of a receipt signed for; None: it did not sign this, or not in this network."""
    claims = receipt.claims
    if claims.network_id != keyring.network_id:
        return None
    try:
        leaf = leaf_hash(statement.leaf)
        root = root_above(leaf, claims.index, claims.entry_count, receipt.path)
        cose.verify(receipt.message, keyring.key(receipt.office), root)
    except (InvalidProofError, InvalidSignatureError):
        return None
    told = f"{root.hex()} of {claims.entry_count} entries at {claims.time_ms}"
    return SignedFact(receipt.office, "entries", claims.height, told, name, content)


def _of_certificate(
    certificate: CheckpointCertificate, keyring: Keyring, name: str
) -> Iterator[SignedFact]:
    for office, signature in certificate.signatures:
        checkpoint = Checkpoint(certificate.height, certificate.block_hash, office, signature)
        try:
            verify_checkpoint(checkpoint, keyring)
        except InvalidMessageError:
            continue
        evidence = encode_message(checkpoint)
        told = certificate.block_hash.hex()
        yield SignedFact(office, "block", certificate.height, told, name, evidence)
