"""A filing that was sealed and opened is the filing that it would be if it had been open from the beginning."""

from builders.offices import NETWORK
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from register_builders import MappingReader, claim, day
from sealed_builders import code_of

from crypto.seal import seal
from ledger.register.entries import (
    Filing,
    Opening,
    RelatedFiling,
    SealedFiling,
)
from ledger.register.filing import FilingRecord, decode_filing
from ledger.register.keys import PRIORITY_PREFIX, claiming_filing, filing_key
from ledger.register.numbers import normalise
from ledger.register.sealed import count_of_sealed, known_as

CLAIMS = st.sampled_from(
    (
        claim("US", "61/610,420", "2012-03-13", "patent"),
        claim("US", "61/610,420", "2014-03-13", "patent"),
        claim("GB", "1204321.0", "2012-04-02", "patent"),
        claim("DE", "20 2012 101 234.5", "2012-05-02", "utilityModel"),
        claim("QQ", "12", "2012-05-02", "patent"),
        claim("", "", "2012-05-02", "patent"),
        claim("AU", "2013287263", "2013-03-12", "patent"),
    )
)
RELATED = st.builds(
    RelatedFiling,
    relation=st.sampled_from(("division", "continuation", "nationalPhase")),
    ip_office_code=st.sampled_from(("AU", "WO", "QQ")),
    application_number_text=st.sampled_from(("2012900001", "PCT/US2012/012345")),
    right=st.just("patent"),
)
FILINGS = st.builds(
    Filing,
    right=st.just("patent"),
    application_number_text=st.sampled_from(("2013287263", "AU 2013287264", "PQ1234")),
    filing_date=st.sampled_from((day("2013-03-12"), day("2013-05-10"))),
    priority_claim_bag=st.lists(CLAIMS, max_size=4, unique=True).map(tuple),
    related_filing_bag=st.lists(RELATED, max_size=3, unique=True).map(tuple),
)


def record_at(reader: MappingReader, key: bytes) -> FilingRecord:
    data = reader.get(key)
    assert data is not None
    return decode_filing(data)


def without_places(record: FilingRecord) -> FilingRecord:
    claims = tuple(replace(made, height=0, index=0) for made in record.claims)
    return replace(record, height=0, index=0, claims=claims, claim_key="")


def joined(reader: MappingReader) -> set[tuple[bytes, bytes]]:
    """First filings and the other filings that claim them, as they are known."""
    links = [link for link, _ in reader.scan(PRIORITY_PREFIX)]
    firsts = [link[1 : link.index(b"\0")] for link in links]
    laters = [known_as(reader.get, claiming_filing(link)) for link in links]
    # Of a sealed filing nobody can tell that it claims its own number.
    pairs = zip(firsts, laters, strict=True)
    return {(first, later) for first, later in pairs if first != later[1:]}


@given(FILINGS, st.data())
def test_whatever_is_told_sealed_or_at_the_opening_the_filing_is_the_same(
    filing: Filing, data: st.DataObject
) -> None:
    claims, related = filing.priority_claim_bag, filing.related_filing_bag
    told = data.draw(st.integers(0, len(claims)))
    told_related = data.draw(st.integers(0, len(related)))
    open_register, register = MappingReader(), MappingReader()
    expected = open_register.apply("AU", filing)
    assert expected.status == "accepted"

    number = normalise("AU", "patent", filing.application_number_text, filing.filing_date)
    made = seal(
        NETWORK, "AU", number.right, number.match_key, filing.filing_date, code=code_of("code")
    )
    entry = SealedFiling(
        claim_key=made.claim_key,
        commitment=made.commitment,
        priority_claim_bag=claims[:told],
        related_filing_bag=related[:told_related],
    )
    assert register.apply("AU", entry).status == "accepted"
    again = data.draw(st.booleans())
    opening = Opening(
        claim_key=made.claim_key,
        blinding=made.blinding,
        right=filing.right,
        application_number_text=filing.application_number_text,
        filing_date=filing.filing_date,
        priority_claim_bag=claims if again else claims[told:],
        related_filing_bag=related if again else related[told_related:],
    )
    outcome = register.apply("AU", opening)
    assert (outcome.status, outcome.subject) == (expected.status, expected.subject)

    key = filing_key("AU", number.right, number.match_key)
    assert without_places(record_at(register, key)) == without_places(record_at(open_register, key))
    assert joined(register) == joined(open_register)
    assert count_of_sealed(register.get, "AU") == 0
    assert register.apply("AU", filing).status == "repeated"
    assert register.apply("AU", opening).status == "repeated"
    assert register.apply("AU", entry).status == "repeated"


def test_an_international_filing_is_opened_with_its_receiving_office() -> None:
    reader = MappingReader()
    filed = day("2026-05-01")
    number = normalise("WO", "patent", "PCT/JP2026/012345", filed)
    made = seal(NETWORK, "WO", "patent", number.match_key, filed, code=code_of("code"))
    reader.apply("WO", SealedFiling(claim_key=made.claim_key, commitment=made.commitment))
    opening = Opening(
        claim_key=made.claim_key,
        blinding=made.blinding,
        right="patent",
        application_number_text="PCT/JP2026/012345",
        filing_date=filed,
    )
    assert reader.apply("WO", opening).reason == "RECEIVING_OFFICE_MISSING"
    right = replace(opening, receiving_office_code="JP")
    assert reader.apply("WO", right).status == "accepted"
    key = filing_key("WO", "patent", number.match_key)
    assert record_at(reader, key).receiving_office == "JP"
    assert reader.apply("WO", right).status == "repeated"
    other = replace(opening, receiving_office_code="US")
    assert reader.apply("WO", other).reason == "ALREADY_OPENED"


def test_a_request_key_stands_for_one_sealed_filing_and_tells_nothing_of_it() -> None:
    reader = MappingReader()
    filed = day("2026-05-01")
    one, other = (
        seal(NETWORK, "AU", "patent", number, filed, code=code_of("code"))
        for number in ("2026900123", "2026900124")
    )
    entries = [
        SealedFiling(claim_key=made.claim_key, commitment=made.commitment, request_key="a retry")
        for made in (one, other)
    ]
    assert reader.apply("AU", entries[0]).status == "accepted"
    assert reader.apply("AU", entries[0]).status == "repeated"
    assert reader.apply("AU", entries[1]).reason == "REQUEST_KEY_REUSED"
    (remembered,) = reader.scan(b"k")
    assert one.commitment.encode() not in remembered[1]
    assert len(remembered[1]) == 28
