"""The receipt of a sealed filing, as the applicant gets it: in plain text, and as a page of PDF."""

from datetime import datetime
from textwrap import wrap
from typing import Final

import msgspec

from api.printing.qr_code import qr_code
from api.printing.typesetting import typeset
from node.sealed.documents import ClaimedFiling, GivenClaim, SealedReceipt

_TITLE: Final = "Receipt of a sealed filing"
_UNSEEN: Final = (
    "Your application is registered, and nobody can see which one it is: the register shows neither its number nor its"
    " date until it is published."
)
_HAND_ON: Final = (
    "To claim its priority abroad, give the office of second filing the application number, the filing date and this"
    " access code. Only the three together prove the claim, so each must be right to the last character."
)
_IN_THE_PICTURE: Final = " The QR code holds all three."
_KEEP: Final = (
    "Keep the code as you keep the application itself. Whoever has it with number and date can claim this priority."
    " If you lose it, ask this office: it can print this receipt again."
)
_ALPHABET: Final = (
    "There is no O, I, L or U in it. Blanks, hyphens and small letters make no difference."
)
_WIDTH: Final = 20
_LINE: Final = 80
_GROUPS_IN_A_LINE: Final = 4


def as_text(receipt: SealedReceipt) -> str:
    """The receipt in lines of at most 80 characters, but for long names."""
    lines = [_office(receipt), _TITLE.upper(), "", *map(_row, _filing(receipt)), ""]
    lines += [_row(("Access code", receipt.access_code)), "", *wrap(_ALPHABET, _LINE)]
    for paragraph in (_UNSEEN, _HAND_ON, _KEEP):
        lines += ["", *wrap(paragraph, _LINE)]
    claimed = [f"- {_named(each)}" for each in receipt.claimed_filing_bag]
    if claimed:
        lines += ["", "EARLIER FILINGS THAT IT NAMES", *claimed]
    lines += ["", "WHERE IT STANDS IN THE REGISTER", *map(_row, _place(receipt))]
    return "\n".join(lines) + "\n"


def as_pdf(receipt: SealedReceipt) -> bytes:
    """The receipt as PDF, with its JSON attached. The same receipt gives the same page."""
    groups = receipt.access_code.split("-")
    content = {
        "title": _TITLE,
        "office": _office(receipt),
        "filing": _filing(receipt),
        "code": [
            "-".join(groups[at : at + _GROUPS_IN_A_LINE])
            for at in range(0, len(groups), _GROUPS_IN_A_LINE)
        ],
        "alphabet": _ALPHABET,
        "explanation": (_UNSEEN, _HAND_ON + _IN_THE_PICTURE, _KEEP),
        "claimed": [_named(each) for each in receipt.claimed_filing_bag],
        "place": _place(receipt),
        "footer": f"{receipt.filing_id} · confidential until publication",
    }
    time_ms = int(datetime.fromisoformat(receipt.block_time).timestamp() * 1000)
    images = {
        "qr": qr_code(claim_of(receipt)),
        "receipt": msgspec.json.encode(receipt).decode(),
    }
    return typeset("sealed_receipt.typ", content, images=images, time_ms=time_ms)


def claim_of(receipt: SealedReceipt) -> str:
    """The claim to this filing in JSON, as an office of second filing takes it in: what the QR code holds."""
    claim = GivenClaim(
        ip_office_code=receipt.ip_office_code,
        application_number_text=receipt.application_number_text,
        filing_date=receipt.filing_date,
        right=receipt.right,
        access_code=receipt.access_code,
    )
    return msgspec.json.encode(claim).decode()


def _office(receipt: SealedReceipt) -> str:
    return f"{receipt.office_name} ({receipt.ip_office_code})"


def _filing(receipt: SealedReceipt) -> list[tuple[str, str]]:
    rows = [
        ("Application number", receipt.application_number_text),
        ("Filing date", receipt.filing_date.isoformat()),
        ("Right", _RIGHTS[receipt.right]),
    ]
    if receipt.receiving_office_code:
        rows.append(("Receiving office", receipt.receiving_office_code))
    if receipt.warning_codes:
        rows.append(("Remarks", ", ".join(receipt.warning_codes)))
    return rows


_RIGHTS: Final = {
    "patent": "patent",
    "utilityModel": "utility model",
    "design": "design",
    "trademark": "trademark",
    "plantVariety": "plant variety",
}


def _place(receipt: SealedReceipt) -> list[tuple[str, str]]:
    return [
        ("Network", f"{receipt.network_name}"),
        ("Network id", receipt.network_id),
        ("Filing id", receipt.filing_id),
        ("Height, index", f"{receipt.height}, {receipt.index}"),
        ("Block", receipt.block_hash),
        ("Time (UTC)", receipt.block_time),
    ]


def _named(claimed: ClaimedFiling) -> str:
    number = claimed.application_number_text or f"sealed as {claimed.claim_key}"
    dated = f" of {claimed.filing_date}" if claimed.filing_date else ""
    role = _ROLES[claimed.relation] if claimed.relation else "priority"
    sealed = ", sealed" if claimed.claim_key and claimed.application_number_text else ""
    return f"{claimed.ip_office_code} {number}{dated} ({role}{sealed})"


_ROLES: Final = {
    "division": "division of it",
    "continuation": "continuation of it",
    "continuationInPart": "continuation in part of it",
    "addition": "addition to it",
    "nationalPhase": "national phase of it",
}


def _row(row: tuple[str, str]) -> str:
    return f"{row[0]:<{_WIDTH}}{row[1]}"
