"""Computes the answer of a proof file anew from what the file proves, by the register's own rules."""

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple, TypeAlias

import msgspec

from crypto.keyring import Keyring
from ledger.block import Header
from ledger.proof.document import (
    RULES_EDITION,
    FilingSubject,
    FilingVerificationSubject,
    PrioritySubject,
    ProofDocument,
    Subject,
    to_bytes,
)
from ledger.proof.errors import InvalidProofFileError, UndecidableProofFileError
from ledger.proof.filing_question import FilingAnswer, find_named
from ledger.proof.readers import Links, ProvedReader, Scan, UnprovedFactError
from ledger.register.filing import MalformedFilingIdError, parse_filing_id
from ledger.register.keys import linked_since
from ledger.register.priority import verify_priority
from ledger.register.priority.filing import verify_filing
from ledger.register.verification import FilingVerification, Verification

Answer: TypeAlias = Verification | FilingAnswer | FilingVerification

_CODE_WITHHELD = (
    "The outcome: the question had an access code, which no proof file holds."
    " With the code it can be computed anew."
)
_OTHER_CODE = "the access code may be another one"
_LINKS = (
    "That the links read are true, and all there are (which filings claim or continue another)."
)
_UNTOLD = "What sealed filings that the answer does not name would add: the register tells nobody of them."

_OF_A_FILING: Final = frozenset({"confirmed", "confirmedWithRemarks", "late", "lateRestorable"})
"""Outcomes that only a filing which is found has."""


class Judged(NamedTuple):
    """The answer, and how far it is proved."""

    outcome: str
    summary: str
    is_recomputed: bool
    node_word: tuple[str, ...]


def days_asked(subject: Subject) -> frozenset[date]:
    """Return the dates of the first filings that are asked about, which decide what coverage counts."""
    match subject:
        case PrioritySubject():
            days = [subject.question.first.filing_date]
        case FilingSubject():
            days = [subject.question.filing_date]
        case FilingVerificationSubject():
            days = [claim.first.filing_date for claim in subject.answer.claims]
    return frozenset(day for day in days if day is not None)


def judge(
    document: ProofDocument,
    facts: Mapping[bytes, bytes | None],
    header: Header,
    keyring: Keyring,
    access_code: str | None,
) -> Judged:
    """Return the answer when it follows from the facts, or when the question had a code that is not given.

    Raises:
        InvalidProofFileError: the rules come to another answer.
        UndecidableProofFileError: they may, for the file is of other rules, or the code may be another.
    """
    subject = document.subject
    if document.rules_edition > RULES_EDITION or document.rules_edition < 1:
        raise UndecidableProofFileError(
            "version",
            f"expected rules of edition 1 to {RULES_EDITION}, got {document.rules_edition}",
        )
    _expect_holds_at(subject, header)
    _expect_named_facts(subject, facts)
    if access_code is not None and not _has_code(subject):
        raise UndecidableProofFileError(
            "answer",
            "expected a question with an access code, got one without:"
            " the code given shows nothing of it; leave it out, or have a file made with the code",
        )
    word: tuple[str, ...] = ()
    if _has_code(subject) and access_code is None:
        _expect_found(subject.answer, facts)
        word = (_CODE_WITHHELD,)
    else:
        word = _recompute(document, _reader(document, facts, header, keyring), access_code)
    return Judged(
        outcome=subject.answer.outcome,
        summary=subject.answer.summary,
        is_recomputed=_CODE_WITHHELD not in word,
        node_word=word,
    )


def _has_code(subject: Subject) -> bool:
    return isinstance(subject, PrioritySubject) and subject.is_code_withheld


def _expect_holds_at(subject: Subject, header: Header) -> None:
    told = (subject.answer.height, subject.answer.time_ms)
    if told != (header.height, header.time_ms):
        raise InvalidProofFileError(
            "answer", f"expected height {header.height} and time {header.time_ms}, got {told!s:.80}"
        )


def _expect_named_facts(subject: Subject, facts: Mapping[bytes, bytes | None]) -> None:
    """Return when all facts that the answer names are proved, present or absent.

    They include those of sealed filings that number, date and access code lead to. Else a node could leave such a
    filing out, and deny it to the holder of the code.
    """
    missing = sorted(_named_facts(subject) - facts.keys())
    if missing:
        names = ", ".join(ascii(key.decode()) for key in missing[:3])
        raise InvalidProofFileError(
            "answer", f"expected a proof of each fact that it names, got none of {names:.300}"
        )


def _expect_found(answer: Answer, facts: Mapping[bytes, bytes | None]) -> None:
    """Return when the filing that an answer speaks of, which is not computed anew, is proved to be there."""
    assert isinstance(answer, Verification), "no other question has an access code"
    found = answer.first_filing
    if found is None:
        if answer.outcome in _OF_A_FILING:
            raise InvalidProofFileError("answer", f"expected a filing that is {answer.outcome}")
        return
    try:
        key = parse_filing_id(found.filing_id)
    except MalformedFilingIdError as error:
        raise InvalidProofFileError("answer", f"{error!s:.200}") from error
    if facts.get(key) is None:
        raise InvalidProofFileError(
            "answer", f"expected a proof that {found.filing_id} is in the register, got none"
        )


def _named_facts(subject: Subject) -> frozenset[bytes]:
    match subject:
        case PrioritySubject():
            verifications = [subject.answer]
        case FilingVerificationSubject():
            verifications = [claim.verification for claim in subject.answer.claims]
        case FilingSubject():
            verifications = []
    return frozenset(key.encode() for each in verifications for key in each.fact_keys)


def _reader(
    document: ProofDocument,
    facts: Mapping[bytes, bytes | None],
    header: Header,
    keyring: Keyring,
) -> ProvedReader:
    scans: dict[Scan, Links] = {}
    for read in document.links_read_bag:
        asked = Scan(to_bytes("answer", read.prefix), to_bytes("answer", read.after), read.limit)
        scans[asked] = tuple(_link(each, header.height) for each in read.link_bag)
    return ProvedReader(
        facts,
        scans,
        height=header.height,
        time_ms=header.time_ms,
        network_id=header.network_id,
        offices=keyring.offices,
    )


def _link(told: tuple[str, str], height: int) -> tuple[bytes, bytes]:
    """A link: its key, and since when it is there. The rules do not read the second, but it has one form."""
    key, since = (to_bytes("answer", each) for each in told)
    if len(since) != len(linked_since(height)) or not linked_since(1) <= since <= linked_since(
        height
    ):
        raise InvalidProofFileError(
            "answer", f"expected a link since a height of 1 to {height}, got {since[:8].hex()}"
        )
    return key, since


def _recompute(
    document: ProofDocument, reader: ProvedReader, access_code: str | None
) -> tuple[str, ...]:
    """Return what in an answer that follows from the facts is the node's word nevertheless."""
    subject = document.subject
    try:
        computed = _answer(subject, reader, access_code)
    except (UnprovedFactError, msgspec.MsgspecError, ValueError, LookupError) as error:
        message = f"the rules cannot be applied: {error}"
        if _has_code(subject):
            raise UndecidableProofFileError("answer", f"{_OTHER_CODE}; {message}") from error
        raise InvalidProofFileError("answer", message) from error
    if computed != subject.answer:
        _refuse(document, computed)
    surplus = {fact.key.encode() for fact in document.fact_bag} - reader.facts_read
    if surplus or len(reader.scans_read) != len(document.links_read_bag):
        names = ", ".join(sorted(key.decode() for key in surplus)) or "links"
        raise InvalidProofFileError("answer", f"expected only what the rules read, got {names}")
    links = (_LINKS,) if reader.scans_read else ()
    return (*links, _UNTOLD) if reader.untold else links


def _answer(subject: Subject, reader: ProvedReader, access_code: str | None) -> Answer:
    if isinstance(subject, FilingSubject):
        return find_named(reader, subject.question)
    if isinstance(subject, FilingVerificationSubject):
        return verify_filing(reader, subject.question, with_suggestions=False)
    request = subject.question
    code = access_code if subject.is_code_withheld else None
    first = msgspec.structs.replace(request.first, access_code=code)
    request = msgspec.structs.replace(request, first=first)
    return verify_priority(reader, request, with_suggestions=False)


def _refuse(document: ProofDocument, computed: Answer) -> None:
    """Raise the error that tells why the rules come to another answer."""
    subject = document.subject
    told = f"expected {computed.outcome}: {computed.summary} Got {subject.answer.outcome}: "
    message = told + subject.answer.summary
    if _has_code(subject):
        raise UndecidableProofFileError("answer", f"{_OTHER_CODE}; {message}")
    if document.rules_edition < RULES_EDITION:
        raise UndecidableProofFileError(
            "answer", f"the rules of edition {RULES_EDITION} are others; {message}"
        )
    raise InvalidProofFileError("answer", message)
