"""What the office's own file tells of sealed members of a family (register.md F13)."""

from ledger.register.family import FiledAs
from ledger.register.filing import parse_filing_id
from ledger.register.keys import is_sealed
from ledger.register.numbers import normalise
from node.sealed.codes import CodeStore


def filed_as(codes: CodeStore, filing_id: str) -> FiledAs | None:
    """Return right, number and date of a sealed filing: an own one, or one whose applicant told them for a claim."""
    key = parse_filing_id(filing_id)
    known = codes.find(key[4:].decode()) if is_sealed(key) else None
    if known is None or known.identifier != filing_id:
        return None
    number = normalise(known.office, known.right, known.number, known.filing_date)
    return FiledAs(
        right=known.right,
        application_number_text=number.canonical,
        filing_date=known.filing_date,
    )
