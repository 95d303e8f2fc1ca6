"""The certificate of a proof file: a document for people, with the file attached and as codes on paper.

There is none of a file that does not verify: the file is verified here, before anything is set (docs/certificates.md).
"""

from collections.abc import Mapping
from typing import Final

from api.moments import moment_words
from api.printing.certificate_rows import (
    RIGHTS,
    Rows,
    Subject,
    declared_rows,
    named_office,
    subject_of,
)
from api.printing.declarations import Declaration, declarations_in
from api.printing.qr_code import qr_code
from api.printing.typesetting import typeset
from ledger.block import Header, decode_header, header_hash
from ledger.genesis import Genesis
from ledger.proof.compact import compacted
from ledger.proof.consistency import is_consistency_file
from ledger.proof.document import ProofDocument, decode_proof_file, encode_proof_file, to_bytes
from ledger.proof.errors import InvalidProofFileError, UndecidableProofFileError
from ledger.proof.scanned_text import to_lines
from ledger.proof.verifying import Verdict, verify_proof_file

CODE_BYTES_MAX: Final = 950
"""Bytes in a code: one of version 25 at most, of 117 modules, each 0.54 mm on paper."""
CODES_MAX: Final = 24
"""Codes on four pages. A proof that needs more is on paper without them, and in the attachment alone."""
_MASK: Final = 0
_PRINTOUT: Final = "A printout of this document is not a certified copy."
_PROGRAM: Final = "ipregister"
"""The author of the PDF: no office, for anyone who has the proof file prints these pages."""
_DECLARED: Final = "Completeness, as its office declares it"
_NOT_PROVED: Final = (
    "That nothing newer is in the register: the answer holds as of the block named here.",
    "That the two filings have the same content, or that the applicant is entitled.",
    "That the pages of this document are unchanged: proved is what the attached file, or the codes, say.",
)
_SECOND_TOLD: Final = (
    "That the second filing exists and has this date: who asked told it, where no check finds it."
)
_ASSUMED: Final = (
    "That the office of second filing was closed on no other days: its closed days are assumed."
)
_NOT_PROVED_OF_ONE: Final = "What the filing contains, and to whom it belongs."
_CODE_NEEDED: Final = (
    "The question had an access code, which stands nowhere in this document. Whoever has it can have the outcome"
    " computed anew; without it the facts alone are checked."
)
_WITH_FILE: Final = (
    "With this file: ipregister proof verify certificate.pdf --trust genesis.json. It needs no network, no node and no"
    " trust in who made this document. All that is trusted is genesis.json, the founding document of the network: any"
    " office of the network has it, and its network id is the one above."
)
_WITH_CODE: Final = (
    "With this file, and the access code in a file code.txt: ipregister proof verify certificate.pdf"
    " --trust genesis.json --codes code.txt. Without the code the facts are checked, and not the outcome."
)
_WITH_PAPER: Final = (
    "From paper: scan all codes of the last page with any telephone or scanner, copy their texts into one file in any"
    " order, and give its name in place of certificate.pdf."
)
_TOO_LARGE: Final = (
    "From paper it cannot be checked: the proof is too large for codes. Keep the file."
)
_SCANNING: Final = (
    "These codes hold the whole proof file. Any reader of QR codes can read them, one after the other and in any order;"
    " no network is needed. Copy the texts into one file, scanned.txt, and check it:"
    " ipregister proof verify scanned.txt --trust genesis.json"
)


def certificate(file: bytes, trusted: Genesis, access_code: str | None = None) -> bytes:
    """The certificate of a proof file, as PDF. The same file gives the same pages.

    Raises:
        InvalidProofFileError: the file does not prove what it says: there is no certificate of it.
        UndecidableProofFileError: it cannot be judged here, such as without the access code of its question.
    """
    if is_consistency_file(file):
        raise InvalidProofFileError(
            "form", "expected the proof of an answer: of growth no certificate is made"
        )
    verdict = verify_proof_file(file, trusted, access_code)
    if not verdict.is_recomputed:
        raise UndecidableProofFileError(
            "answer", "the question had an access code: without it there is no certificate"
        )
    document = decode_proof_file(file)
    canonical = encode_proof_file(document)
    lines = _lines(canonical)
    content = {
        **_page(document, verdict, trusted),
        "how": [*_with_file(document), _WITH_PAPER if lines else _TOO_LARGE],
        "scanning": _SCANNING,
        "codes": len(lines),
    }
    images = {f"code{at}": qr_code(line, _MASK) for at, line in enumerate(lines, 1)}
    images["proof"] = canonical.decode()
    return typeset("certificate.typ", content, images=images, time_ms=verdict.time_ms)


def _with_file(document: ProofDocument) -> list[str]:
    return [_WITH_FILE, _WITH_CODE] if _has_code(document) else [_WITH_FILE]


def _lines(file: bytes) -> tuple[str, ...]:
    """The texts of the codes; none where they would be too many."""
    try:
        data = compacted(file)
    except InvalidProofFileError:  # larger than a compact form may be
        return ()
    if len(data) > CODE_BYTES_MAX * CODES_MAX:
        return ()
    return to_lines(data, CODE_BYTES_MAX)


def _page(document: ProofDocument, verdict: Verdict, trusted: Genesis) -> dict[str, object]:
    subject = subject_of(document.subject)
    headers = _headers(document)
    names = {office.code: office.name for office in trusted.offices}
    declared = declarations_in(document, headers)
    sections = list(subject.sections)
    if declared:
        sections.append((_DECLARED, declared_rows(declared, names)))
    return {
        "title": subject.title,
        "author": _PROGRAM,
        "network": trusted.network_name,
        "result": {
            "tone": subject.tone,
            "label": subject.label,
            "sentence": subject.sentence,
            "remedy": subject.remedy,
        },
        "sections": [{"title": title, "rows": rows} for title, rows in sections],
        "as_of": _as_of(verdict, names),
        "ids": _ids(verdict, headers),
        "not_proved": _not_proved(subject, verdict, declared, is_sealed=_has_code(document)),
        "checks": subject.checks,
        "printout": _PRINTOUT,
        "footer": f"{subject.short} · as of block {verdict.height} of network {verdict.network_id[:16]}",
    }


def _has_code(document: ProofDocument) -> bool:
    return bool(getattr(document.subject, "is_code_withheld", False))


def _declaration_told(each: Declaration) -> str:
    return (
        f"That the register of {each.office} is complete ({RIGHTS[each.right]}, filings of"
        f" {each.interval.from_date} to {each.interval.until_date}): {each.office} itself declared so in {each.place}."
        " Proved is that it did, and not that it is right."
    )


def _as_of(verdict: Verdict, names: Mapping[str, str]) -> Rows:
    signers = [named_office(code, names) for code in verdict.signer_bag]
    return [
        ("Block", f"{verdict.height}, of {moment_words(verdict.time_ms)}"),
        (f"Signed by {len(signers)} of {len(names)}", signers),
        ("Answered by the node of", named_office(verdict.attested_by, names)),
    ]


def _headers(document: ProofDocument) -> dict[int, Header]:
    """The headers in a verified file, by height."""
    texts = [*(each.header for each in document.header_bag), document.checkpoint.header]
    headers = [decode_header(to_bytes("headers", text)) for text in texts]
    return {header.height: header for header in headers}


def _ids(verdict: Verdict, headers: Mapping[int, Header]) -> list[tuple[str, str]]:
    rows = [
        ("Network id", verdict.network_id),
        ("Hash of the block", header_hash(headers[verdict.height]).hex()),
    ]
    if verdict.checkpoint_height != verdict.height:
        rows.append(("Signed at block", str(verdict.checkpoint_height)))
    return rows


def _not_proved(
    subject: Subject, verdict: Verdict, declared: list[Declaration], *, is_sealed: bool
) -> list[str]:
    first, second, third = _NOT_PROVED
    lines = [first, second if subject.has_two_filings else _NOT_PROVED_OF_ONE, third]
    if subject.has_two_filings:
        lines.append(_SECOND_TOLD)
    lines += map(_declaration_told, declared)
    if subject.is_calendar_assumed:
        lines.append(_ASSUMED)
    lines += verdict.node_word_bag
    return [*lines, _CODE_NEEDED] if is_sealed else lines
