"""Forms that can carry sealed claims, and those that refuse them by name."""

from datetime import date

import pytest

from api.filing_documents import filing_document
from api.formats import CSV, JSON, JSON_LINES, XML, read_rows
from api.formats.claims import read_claims
from api.formats.registered import SealedClaimError, as_filed, document_as_filed
from api.preview import preview
from ledger.register.entries import Filing, PriorityClaim
from ledger.register.filing import ClaimRecord, FilingRecord, RelatedRecord
from ledger.register.keys import filing_key

KEY, PROOF = "EriWgY_rnnJaLii2TlmUAyqhIS8bg3hlQSEDmsiN2ww", "A" * 86
SEALED = PriorityClaim(ip_office_code="AU", claim_key=KEY, proof=PROOF)
FILING = Filing(
    right="patent",
    application_number_text="2026200001",
    filing_date=date(2026, 9, 1),
    priority_claim_bag=(SEALED,),
)
PLAIN = '"right":"patent","applicationNumberText":"2026200001","filingDate":"2026-09-01"'
SEALED_JSON = f'"ipOfficeCode":"AU","claimKey":"{KEY}","proof":"{PROOF}"'
ENTRY = f'{{{PLAIN},"priorityClaimBag":[{{{SEALED_JSON}}}]}}'
TABLE = (
    "right,applicationNumberText,filingDate,priority1IpOfficeCode,priority1ClaimKey,priority1Proof\n"
    f"patent,2026200001,2026-09-01,AU,{KEY},{PROOF}\n"
)
ST97 = (
    '[{"applicationNumber":{"ipOfficeCode":"AU","applicationNumberText":"2026200001"},'
    f'"filingDate":"2026-09-01","right":"patent","priorityClaimBag":[{{{SEALED_JSON}}}]}}]'
)
ST96 = f"""<FilingBag xmlns="urn:ipregister:filings:1"><Filing right="patent"><pat:BibliographicData xmlns:pat="http://www.wipo.int/standards/XMLSchema/ST96/Patent"
 xmlns:com="http://www.wipo.int/standards/XMLSchema/ST96/Common"><pat:ApplicationIdentification>
<com:IPOfficeCode>AU</com:IPOfficeCode><com:ApplicationNumber><com:ApplicationNumberText>2026200001
</com:ApplicationNumberText></com:ApplicationNumber><pat:FilingDate>2026-09-01</pat:FilingDate>
</pat:ApplicationIdentification><pat:PriorityClaimBag><pat:PriorityClaim><com:IPOfficeCode>AU</com:IPOfficeCode>
<com:ClaimKey>{KEY}</com:ClaimKey></pat:PriorityClaim></pat:PriorityClaimBag></pat:BibliographicData></Filing></FilingBag>"""
FILED_KEY = filing_key("AU", "patent", "2026200001")


def record(claim: ClaimRecord, *related: RelatedRecord) -> FilingRecord:
    return FilingRecord(
        "2026200001", "2026200001", date(2026, 9, 1), 2, 0, "", (claim,), 1, related
    )


@pytest.mark.parametrize(
    ("media_type", "text"),
    [(JSON_LINES[0], ENTRY), (JSON, f"[{ENTRY}]"), (CSV, TABLE)],
)
def test_tables_and_json_carry_sealed_claims(media_type: str, text: str) -> None:
    (row,) = read_rows(media_type, text.encode())
    assert (row.filing, row.errors) == (FILING, ())


@pytest.mark.parametrize(("media_type", "text"), [(JSON, ST97), (XML, ST96)])
def test_forms_of_the_standards_refuse_sealed_claims_by_name(media_type: str, text: str) -> None:
    (row,) = read_rows(media_type, text.encode())
    assert row.filing is None
    assert "laimKey" in f"{row.errors[0].field} {row.errors[0].received}"


@pytest.mark.parametrize("wrong", [KEY[:-1] + "x", KEY[:-1], KEY + "A", KEY[:-1] + "="])
def test_what_is_no_claim_key_is_malformed(wrong: str) -> None:
    (row,) = read_rows(JSON_LINES[0], ENTRY.replace(KEY, wrong).encode())
    assert row.filing is None
    assert row.errors[0].field == "priorityClaimBag[0].claimKey"


def test_a_table_of_claim_changes_names_sealed_filings() -> None:
    table = (
        "claimKey,action,decisionDate,claimIpOfficeCode,claimClaimKey\n"
        f"{KEY},withdraw,2026-10-01,AU,{KEY}\n"
    )
    (row,) = read_claims(CSV, table.encode())
    assert row.claim is not None
    assert row.claim.filing.claim_key == row.claim.claim.claim_key == KEY


def test_a_dry_run_says_that_it_cannot_tell_of_sealed_claims() -> None:
    rows = read_rows(JSON_LINES[0], ENTRY.encode())
    (report,) = preview(rows, "AU", 1_795_000_000_000)
    assert (report.status, report.subject) == ("accepted", "AU.patent.2026200001")
    assert [error.received for error in report.errors] == [
        "sealed ones, which are checked when they are registered"
    ]


def test_a_filing_that_names_a_sealed_one_is_listed_once_that_is_opened() -> None:
    claim = ClaimRecord("AU", "", "", None, None, 2, 0, claim_key=KEY)
    sealed = record(claim)
    with pytest.raises(SealedClaimError, match=r"^AU.patent.2026200001 names a sealed filing"):
        as_filed(FILED_KEY, sealed)
    with pytest.raises(SealedClaimError):
        document_as_filed(filing_document(FILED_KEY, sealed))
    number = "2026900123"
    opened = ClaimRecord("AU", number, number, "patent", date(2026, 3, 12), 1, 0, claim_key=KEY)
    listed = as_filed(FILED_KEY, record(opened))
    assert listed == document_as_filed(filing_document(FILED_KEY, record(opened)))
    (made,) = listed.filing.priority_claim_bag
    assert (made.application_number_text, made.claim_key) == (number, None)


def test_a_sealed_relation_stands_in_the_way_like_a_sealed_claim() -> None:
    claim = ClaimRecord("AU", "1", "1", "patent", date(2026, 3, 12), 2, 0)
    related = RelatedRecord("division", "AU", "", "", None, None, KEY)
    with pytest.raises(SealedClaimError):
        as_filed(FILED_KEY, record(claim, related))
