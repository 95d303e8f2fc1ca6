"""What is said of a rejected entry about a sealed filing names the field, and shows no proof and no blinding value."""

import pytest
from msgspec.structs import replace
from register_builders import MappingReader, claim, day, dispute, filing
from sealed_builders import (
    named,
    opening,
    proved,
    reference,
    related,
    seal_of,
    sealed,
    sealed_id,
)

from api.explain import FieldError
from api.rejections import rejection, rejection_errors
from ledger.register.entries import Claim, Entry, Event, FilingReference

FIRST = seal_of("AU", "2026900123", "2026-03-12")
OTHER = seal_of("AU", "2026900777", "2026-03-12")
SECOND = seal_of("EP", "26171234", "2026-09-01")
OPENED = seal_of("JP", "2026-123456", "2026-05-05")
LATER = "EP.patent.26171235"


def register() -> MappingReader:
    reader = MappingReader()
    for entry in (sealed(FIRST), sealed(OTHER)):
        reader.apply("AU", entry)
    reader.apply("EP", sealed(SECOND))
    reader.apply("JP", sealed(OPENED))
    reader.apply("JP", opening(OPENED, "2026-123456", "2026-05-05"))
    reader.apply("AU", filing("2026900777", "2026-03-12"))
    return reader


def change(made: Claim | None = None, **others: object) -> Claim:
    entry = Claim(
        filing=reference(SECOND), action="add", claim=named(FIRST), decision_date=day("2026-10-01")
    )
    return replace(entry, **others)


MISSING = seal_of("US", "19/123,456", "2026-01-02")
PUBLISHED = Event(
    filing=reference(MISSING), event_category="published", event_date=day("2026-10-01")
)


@pytest.mark.parametrize(
    ("office", "entry", "reason", "field"),
    [
        (
            "EP",
            filing("26171235", "2026-10-01", claim("US", "19/1", None), proved(FIRST, "EP.x.1")),
            "CLAIM_NOT_PROVED",
            "priorityClaimBag[1]",
        ),
        (
            "EP",
            filing("26171235", "2026-10-01", proved(FIRST, LATER), proved(OTHER, "EP.x.1")),
            "CLAIM_NOT_PROVED",
            "priorityClaimBag",
        ),
        ("EP", change(claim=proved(FIRST, LATER)), "CLAIM_NOT_PROVED", "claim"),
        ("EP", change(), "SEALED_CLAIM_MALFORMED", "claim"),
        (
            "EP",
            replace(sealed(SECOND), related_filing_bag=(related(MISSING, LATER, "continuation"),)),
            "SEALED_FILING_NOT_FOUND",
            "relatedFilingBag[0]",
        ),
        ("US", PUBLISHED, "SEALED_FILING_NOT_FOUND", "filing.claimKey or claim"),
        (
            "US",
            opening(MISSING, "19/123,456", "2026-01-02"),
            "SEALED_FILING_NOT_FOUND",
            "claimKey",
        ),
        (
            "EP",
            change(claim=claim("AU", "2025900001", "2025-10-01")),
            "CLAIM_RIGHT_MISSING",
            "claim",
        ),
        ("EP", replace(PUBLISHED, filing=FilingReference()), "FILING_NOT_NAMED", "filing"),
        (
            "AU",
            opening(FIRST, "2026900124", "2026-03-12"),
            "OPENING_FALSE",
            "applicationNumberText",
        ),
        (
            "AU",
            opening(OTHER, "2026900777", "2026-03-12"),
            "NUMBER_ALREADY_REGISTERED",
            "applicationNumberText",
        ),
        (
            "JP",
            opening(OPENED, "2026-123456", "2026-05-05", claim("US", "19/123,456", "2026-01-02")),
            "ALREADY_OPENED",
            "claimKey",
        ),
        (
            "AU",
            replace(dispute("EP", "", proved(FIRST, LATER)), filing=reference(SECOND)),
            "SEALED_CLAIM_MALFORMED",
            "claim",
        ),
    ],
)
def test_a_rejection_names_the_field(office: str, entry: Entry, reason: str, field: str) -> None:
    reader = register()
    outcome = reader.apply(office, entry)
    assert (outcome.status, outcome.reason) == ("rejected", reason)
    (error,) = rejection_errors(reader, entry, outcome)
    assert error.field == field
    shown = f"{error} {rejection(reader, entry, outcome).detail}"
    for seal in (FIRST, OTHER, OPENED, MISSING):
        assert seal.blinding not in shown
        assert seal.prove("priority", LATER) not in shown
        assert seal.prove("priority", "EP.x.1") not in shown


def test_what_stands_in_the_way_of_an_opening_is_named_with_its_height() -> None:
    reader = register()
    entry = opening(OTHER, "2026900777", "2026-03-12")
    outcome = reader.apply("AU", entry)
    expected = "a number that is not registered: it stands at height 6"
    fault = FieldError("applicationNumberText", expected, '"2026900777"')
    assert rejection_errors(reader, entry, outcome) == (fault,)
    assert rejection(reader, entry, outcome).status == 409


def test_another_sealed_filing_under_one_claim_key_is_a_conflict() -> None:
    reader = register()
    entry = replace(sealed(FIRST), commitment=OTHER.commitment)
    outcome = reader.apply("AU", entry)
    assert (outcome.reason, outcome.subject) == ("CONTENT_CONFLICT", sealed_id(FIRST))
    (error,) = rejection_errors(reader, entry, outcome)
    assert error.expected == "what was registered"
