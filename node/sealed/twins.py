"""A number that is sealed is opened, never entered beside: else its opening would be refused for ever."""

from ledger.register.entries import TEXT_LENGTH_MAX, Filing
from ledger.register.filing import decode_sealed
from ledger.register.keys import sealed_key
from ledger.register.numbers import normalise
from ledger.register.offices import office_code
from node.sealed.receipts import is_withdrawn
from node.service import RegisterService


def sealed_twin(service: RegisterService, filing: Filing) -> str:
    """The id of this office's sealed filing with the number of an open one that is to be entered; empty: none stands.

    One that was opened is no twin, nor is one that an event withdrew.
    """
    office = office_code(service.office)
    text, filed = filing.application_number_text, filing.filing_date
    if len(text) > TEXT_LENGTH_MAX:
        return ""
    number = normalise(office, filing.right, text, filed)
    promised = service.under_way.promised(number.right, number.match_key)
    if promised is not None:
        return promised.identifier
    for known in service.codes.own_filings(number.right, number.match_key):
        data = service.reader.get(sealed_key(office, known.claim_key))
        record = None if data is None else decode_sealed(data)
        if record is None:
            if service.under_way.has_sealed(known.claim_key):
                return known.identifier
        elif not record.opened_as and not is_withdrawn(record):
            return known.identifier
    return ""
