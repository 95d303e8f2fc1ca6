import pytest
from msgspec.structs import replace
from register_builders import MappingReader, claim, day, dispute, filing, of
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

from ledger.register.disputes import is_disputed, load_disputes
from ledger.register.entries import (
    Claim,
    ClaimAction,
    Event,
    Opening,
    PriorityClaim,
    RelatedFiling,
)
from ledger.register.filing import (
    ClaimRecord,
    EventRecord,
    FilingRecord,
    RelatedRecord,
    decode_filing,
    decode_sealed,
)
from ledger.register.keys import (
    filing_key,
    history_links,
    linked_since,
    place_height,
    priority_link,
    sealed_key,
)
from ledger.register.outcome import Outcome
from ledger.register.sealed import count_of_sealed, home_key, known_as, resolved

NUMBER, FILED = "2026900123", "2026-03-12"
SEAL = seal_of("AU", NUMBER, FILED)
SEALED_KEY = sealed_key("AU", SEAL.claim_key)
KEY = filing_key("AU", "patent", NUMBER)
OPENED = f"AU.patent.{NUMBER}"
OLDER = claim("JP", "2025-123456", "2025-04-01", "patent")
OLDER_KEY = filing_key("JP", "patent", "2025123456")


def register_with(*claims: PriorityClaim) -> MappingReader:
    reader = MappingReader()
    assert reader.apply("AU", sealed(SEAL, *claims)).status == "accepted"
    return reader


def opened(reader: MappingReader, *claims: PriorityClaim) -> Outcome:
    return reader.apply("AU", opening(SEAL, NUMBER, FILED, *claims))


def record_of(reader: MappingReader) -> FilingRecord:
    data = reader.get(KEY)
    assert data is not None
    return decode_filing(data)


def test_an_opening_makes_the_filing_known_by_its_number() -> None:
    reader = register_with()
    assert count_of_sealed(reader.get, "AU") == 1
    assert opened(reader) == Outcome("accepted", "", OPENED)
    made = FilingRecord(NUMBER, NUMBER, day(FILED), 2, 0, claim_key=SEAL.claim_key)
    assert record_of(reader) == made
    data = reader.get(SEALED_KEY)
    assert data is not None
    marked = decode_sealed(data)
    assert (marked.opened_as, marked.opened_height, marked.opened_index) == (KEY, 2, 0)
    assert known_as(reader.get, SEALED_KEY) == known_as(reader.get, KEY) == KEY
    assert count_of_sealed(reader.get, "AU") == 0


def test_a_number_is_opened_in_whatever_form_it_is_given() -> None:
    reader = MappingReader()
    seal = seal_of("EP", "EP26171234", FILED)
    reader.apply("EP", sealed(seal))
    outcome = reader.apply("EP", opening(seal, "26171234.5", FILED))
    assert (outcome.status, outcome.subject) == ("accepted", "EP.patent.26171234")


def test_the_same_opening_again_is_repeated() -> None:
    reader = register_with(OLDER)
    new = claim("US", "19/123,456", "2025-05-01")
    assert opened(reader, OLDER, new).status == "accepted"
    assert opened(reader, OLDER, new) == Outcome("repeated", "", OPENED, 2, 0)
    added = Claim(
        filing=of(NUMBER),
        action="add",
        claim=claim("US", "19/222,333", "2025-06-01"),
        decision_date=day("2026-10-05"),
    )
    assert reader.apply("AU", added).status == "accepted"
    assert opened(reader, OLDER, new) == Outcome("repeated", "", OPENED, 2, 0)
    assert opened(reader, OLDER) == Outcome("rejected", "ALREADY_OPENED", OPENED)
    assert opened(reader).reason == "ALREADY_OPENED"


@pytest.mark.parametrize(
    "false",
    [
        {"application_number_text": "2026900124"},
        {"filing_date": day("2026-03-13")},
        {"right": "design"},
        {"blinding": seal_of("AU", NUMBER, FILED, code="another").blinding},
    ],
)
def test_an_opening_that_is_not_what_was_sealed_is_false(false: dict[str, object]) -> None:
    reader = register_with()
    entry = replace(opening(SEAL, NUMBER, FILED), **false)
    refused = (Outcome("rejected", "OPENING_FALSE", sealed_id(SEAL)), (), ())
    assert reader.applied("AU", entry) == refused
    opened(reader)
    assert reader.applied("AU", entry) == refused, "nor afterwards"


def test_an_office_opens_its_own_sealed_filings_only() -> None:
    reader = register_with()
    outcome = reader.apply("EP", opening(SEAL, NUMBER, FILED))
    assert outcome.reason == "SEALED_FILING_NOT_FOUND"
    reader.apply("EP", sealed(SEAL))
    outcome = reader.apply("EP", opening(SEAL, NUMBER, FILED))
    assert outcome.reason == "OPENING_FALSE", "the commitment names the office, too"


def test_a_number_that_is_registered_is_not_opened() -> None:
    reader = register_with()
    reader.apply("AU", filing(NUMBER, FILED))
    assert opened(reader) == Outcome("rejected", "NUMBER_ALREADY_REGISTERED", OPENED)
    assert count_of_sealed(reader.get, "AU") == 1


def test_an_opened_filing_is_registered_already() -> None:
    reader = register_with(OLDER)
    opened(reader)
    assert reader.apply("AU", filing(NUMBER, FILED, OLDER)) == Outcome("repeated", "", OPENED, 2, 0)
    assert reader.apply("AU", filing(NUMBER, "2026-03-13")).reason == "DATE_CONFLICT"
    again = reader.apply("AU", sealed(SEAL, OLDER))
    assert again == Outcome("repeated", "", sealed_id(SEAL), 1, 0)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (opening(SEAL, "9" * 65, FILED), "NUMBER_TOO_LONG"),
        (opening(SEAL, "-", FILED), "NUMBER_MISSING"),
        (
            replace(opening(SEAL, NUMBER, FILED), receiving_office_code="US"),
            "RECEIVING_OFFICE_UNEXPECTED",
        ),
        (opening(SEAL, NUMBER, FILED, named(SEAL)), "SEALED_CLAIM_MALFORMED"),
        (opening(SEAL, NUMBER, FILED, *[OLDER] * 201), "TOO_MANY_CLAIMS"),
    ],
)
def test_what_a_filing_cannot_say_an_opening_cannot_say(entry: Opening, reason: str) -> None:
    reader = register_with()
    assert reader.apply("AU", entry).reason == reason
    assert reader.get(KEY) is None


def test_an_opened_filing_has_no_more_claims_than_another() -> None:
    reader = register_with(*[OLDER] * 150)
    others = [claim("US", f"19/{n:06}", "2025-05-01") for n in range(51)]
    assert opened(reader, *others).reason == "TOO_MANY_CLAIMS"
    assert opened(reader, *others[1:]).status == "accepted"


def test_all_that_was_told_of_a_sealed_filing_goes_on_after_its_opening() -> None:
    older = seal_of("JP", "2025-777777", "2025-05-05")
    reader = MappingReader()
    reader.apply("JP", sealed(older))
    entry = sealed(
        SEAL,
        proved(older, sealed_id(SEAL)),
        related=(related(older, sealed_id(SEAL), "continuation"),),
    )
    reader.apply("AU", entry)
    added = Claim(
        filing=reference(SEAL), action="add", claim=OLDER, decision_date=day("2026-05-01")
    )
    reader.apply("AU", added)
    happened = Event(
        filing=reference(SEAL), event_category="withdrawn", event_date=day("2026-06-01")
    )
    reader.apply("AU", happened)
    new = claim("US", "19/123,456", "2026-04-01")
    assert opened(reader, new) == Outcome("accepted", "PRIORITY_AFTER_FILING", OPENED)
    record = record_of(reader)
    assert record.claims == (
        ClaimRecord("JP", "", "", None, None, 2, 0, claim_key=older.claim_key),
        ClaimRecord("US", "19/123,456", "19123456", None, day("2026-04-01"), 5, 0),
        ClaimRecord(
            "JP", "2025-123456", "2025123456", "patent", day("2025-04-01"), 3, 0,
            made_on=day("2026-05-01"), made_by="AU",
        ),
    )  # fmt: skip
    assert record.claims_filed == 2, "what the opening tells came with the filing"
    named_before = RelatedRecord("continuation", "JP", "", "", None, None, older.claim_key)
    assert record.related == (named_before,)
    assert record.events == (EventRecord("withdrawn", day("2026-06-01"), None, 4, 0),)
    links = dict(reader.scan(b"p"))
    assert links == {
        priority_link(sealed_key("JP", older.claim_key), SEALED_KEY): linked_since(2),
        priority_link(OLDER_KEY, SEALED_KEY): linked_since(3),
        priority_link(filing_key("US", "patent", "19123456"), KEY): linked_since(5),
    }


def test_what_the_opening_tells_again_counts_once() -> None:
    older = seal_of("JP", "2025-777777", "2025-05-05")
    reader = MappingReader()
    reader.apply("JP", sealed(older))
    told = (related(older, sealed_id(SEAL), "continuation"),)
    reader.apply("AU", sealed(SEAL, OLDER, proved(older, sealed_id(SEAL)), related=told))
    again = replace(
        opening(SEAL, NUMBER, FILED, OLDER, proved(older, OPENED)),
        related_filing_bag=(related(older, OPENED, "continuation"),),
    )
    assert reader.apply("AU", again).status == "accepted"
    record = record_of(reader)
    assert [known.height for known in record.claims] == [2, 2]
    assert len(record.related) == 1


def test_a_claim_in_an_opening_is_proved_for_the_number_that_is_opened() -> None:
    older = seal_of("JP", "2025-777777", "2025-05-05")
    reader = register_with()
    reader.apply("JP", sealed(older))
    assert opened(reader, proved(older, sealed_id(SEAL))).reason == "CLAIM_NOT_PROVED"
    assert opened(reader, proved(older, OPENED)).status == "accepted"


def test_the_claim_key_leads_to_the_opened_filing() -> None:
    reader = register_with()
    opened(reader)
    happened = Event(
        filing=reference(SEAL), event_category="published", event_date=day("2027-09-16")
    )
    assert reader.apply("AU", happened) == Outcome("accepted", "", OPENED)
    by_number = replace(happened, filing=of(NUMBER))
    assert reader.apply("AU", by_number) == Outcome("repeated", "", OPENED, 3, 0)
    assert len(record_of(reader).events) == 1


def test_history_and_disputes_stay_with_the_filing_over_its_opening() -> None:
    reader = register_with(OLDER)
    disputed = replace(dispute("AU", "", OLDER), filing=reference(SEAL))
    assert reader.apply("JP", disputed) == Outcome("accepted", "", sealed_id(SEAL))
    opened(reader)
    home = home_key(KEY, record_of(reader))
    assert home == SEALED_KEY
    by_number = replace(disputed, filing=of(NUMBER))
    assert reader.apply("JP", by_number) == Outcome("repeated", "", OPENED, 2, 0)
    taken_back = replace(by_number, action="withdraw", reason_text="")
    assert reader.apply("JP", taken_back).status == "accepted"
    ((office, told),) = load_disputes(reader, home)
    assert (office, told.withdrawn_height) == ("JP", 5)
    heights = [place_height(link) for link, _ in reader.scan(history_links(home))]
    assert heights == [2, 3, 5]
    assert list(reader.scan(history_links(KEY))) == []


def test_sealed_claims_made_before_and_after_lead_to_the_opened_filing() -> None:
    reader = register_with()
    ids = ("JP.patent.2026123456", "JP.patent.2026123457")
    reader.apply("JP", filing("2026-123456", "2026-10-01", proved(SEAL, ids[0])))
    opened(reader)
    late = reader.apply("JP", filing("2026-123457", "2026-10-01", proved(SEAL, ids[1])))
    assert late.status == "accepted"
    firsts = {link[1 : link.index(b"\0")] for link, _ in reader.scan(b"p")}
    assert firsts == {SEALED_KEY[1:]}
    assert known_as(reader.get, SEALED_KEY) == KEY


def test_a_claim_that_was_withdrawn_before_the_opening_is_made_anew_by_it() -> None:
    older = seal_of("JP", "2025-777777", "2025-05-05")
    reader = MappingReader()
    reader.apply("JP", sealed(older))
    reader.apply("AU", sealed(SEAL, proved(older, sealed_id(SEAL)), OLDER))
    for taken_back in (named(older), OLDER):
        change = Claim(
            filing=reference(SEAL),
            action="withdraw",
            claim=taken_back,
            decision_date=day("2026-05-01"),
        )
        assert reader.apply("AU", change).status == "accepted"
    again = (proved(older, OPENED), OLDER)
    assert opened(reader, *again).status == "accepted"
    claims = record_of(reader).claims
    assert [(known.height, known.status) for known in claims] == [
        (2, "withdrawn"),
        (2, "withdrawn"),
        (5, "claimed"),
        (5, "claimed"),
    ]
    assert opened(reader, *again) == Outcome("repeated", "", OPENED, 5, 0)
    assert opened(reader).reason == "ALREADY_OPENED"


def test_a_withdrawn_claim_that_the_opening_did_not_tell_is_another_opening() -> None:
    reader = register_with(OLDER)
    change = Claim(
        filing=reference(SEAL), action="withdraw", claim=OLDER, decision_date=day("2026-05-01")
    )
    reader.apply("AU", change)
    assert opened(reader).status == "accepted"
    assert opened(reader) == Outcome("repeated", "", OPENED, 3, 0)
    assert opened(reader, OLDER).reason == "ALREADY_OPENED"


def test_a_claim_that_was_added_while_sealed_is_told_again_by_the_opening() -> None:
    reader = register_with()
    added = Claim(
        filing=reference(SEAL), action="add", claim=OLDER, decision_date=day("2026-05-01")
    )
    reader.apply("AU", added)
    assert opened(reader, OLDER).status == "accepted"
    assert [known.height for known in record_of(reader).claims] == [2]
    assert opened(reader, OLDER) == Outcome("repeated", "", OPENED, 3, 0)


def test_a_right_that_only_a_sealed_filing_had_to_state_makes_no_second_claim() -> None:
    # register.md S1, S5
    earlier = RelatedFiling(
        relation="continuation",
        ip_office_code="JP",
        application_number_text="2025-123457",
        filing_date=day("2025-04-02"),
        right="patent",
    )
    reader = MappingReader()
    reader.apply("AU", sealed(SEAL, OLDER, related=(earlier,)))
    as_given = claim("JP", "2025-123456", "2025-04-01")
    again = replace(
        opening(SEAL, NUMBER, FILED, as_given), related_filing_bag=(replace(earlier, right=None),)
    )
    assert reader.apply("AU", again).status == "accepted"
    record = record_of(reader)
    assert [known.right for known in record.claims] == ["patent"]
    assert [known.right for known in record.related] == ["patent"]
    assert reader.apply("AU", again) == Outcome("repeated", "", OPENED, 2, 0)
    entered_again = reader.apply("AU", filing(NUMBER, FILED, as_given))
    assert entered_again.reason == "CONTENT_CONFLICT", "without the relation"
    whole = replace(filing(NUMBER, FILED, as_given), related_filing_bag=again.related_filing_bag)
    assert reader.apply("AU", whole) == Outcome("repeated", "", OPENED, 2, 0)
    other_right = claim("JP", "2025-123456", "2025-04-01", "utilityModel")
    assert opened(reader, other_right).reason == "ALREADY_OPENED"


@pytest.mark.parametrize("is_opened_first", [True, False])
def test_a_relation_told_again_by_number_counts_once(is_opened_first: bool) -> None:
    older = seal_of("JP", "2025-777777", "2025-05-05")
    published = opening(older, "2025-777777", "2025-05-05")
    by_number = RelatedFiling(
        relation="continuation",
        ip_office_code="JP",
        application_number_text="2025-777777",
        filing_date=day("2025-05-05"),
    )
    reader = MappingReader()
    reader.apply("JP", sealed(older))
    reader.apply("AU", sealed(SEAL, related=(related(older, sealed_id(SEAL), "continuation"),)))
    if is_opened_first:
        reader.apply("JP", published)
    again = replace(opening(SEAL, NUMBER, FILED), related_filing_bag=(by_number,))
    assert reader.apply("AU", again).status == "accepted"
    # Before that nobody can know that the number is the sealed one's.
    assert len(record_of(reader).related) == (1 if is_opened_first else 2)
    height = reader.height
    if not is_opened_first:
        reader.apply("JP", published)
    assert reader.apply("AU", again) == Outcome("repeated", "", OPENED, height, 0)
    other = replace(again, related_filing_bag=(replace(by_number, relation="division"),))
    assert reader.apply("AU", other).reason == "ALREADY_OPENED"


def test_an_opened_filing_that_names_what_it_was_sealed_as_names_itself() -> None:
    itself = related(SEAL, OPENED, "division")
    reader = register_with()
    entry = replace(
        opening(SEAL, NUMBER, FILED, proved(SEAL, OPENED)), related_filing_bag=(itself,)
    )
    assert reader.apply("AU", entry) == Outcome("accepted", "PRIORITY_SELF", OPENED)
    assert list(reader.scan(b"p")) == []
    reader = register_with()
    opened(reader)
    added = Claim(
        filing=of(NUMBER),
        action="add",
        claim=proved(SEAL, OPENED),
        decision_date=day("2026-05-01"),
    )
    assert reader.apply("AU", added) == Outcome("accepted", "PRIORITY_SELF", OPENED)
    assert list(reader.scan(b"p")) == []


# After the opening of a first filing its number names the sealed claims to it.

LATER_NUMBER, LATER = "2026-123456", "JP.patent.2026123456"
BY_NUMBER = claim("AU", NUMBER, FILED)


def register_with_a_claim() -> MappingReader:
    """AU's opened filing, and JP's that claims it by a sealed claim."""
    reader = register_with()
    entry = filing(LATER_NUMBER, "2026-10-01", proved(SEAL, LATER))
    assert reader.apply("JP", entry).status == "accepted"
    assert opened(reader).status == "accepted"
    return reader


def statuses(reader: MappingReader) -> list[str]:
    data = reader.get(filing_key("JP", "patent", "2026123456"))
    assert data is not None
    return [known.status for known in decode_filing(data).claims]


def change(action: ClaimAction, made: PriorityClaim) -> Claim:
    return Claim(
        filing=of(LATER_NUMBER), action=action, claim=made, decision_date=day("2026-10-05")
    )


@pytest.mark.parametrize("name", [BY_NUMBER, claim("AU", NUMBER, None), named(SEAL)])
def test_a_sealed_claim_is_withdrawn_by_number_once_that_is_known(name: PriorityClaim) -> None:
    reader = register_with_a_claim()
    assert reader.apply("JP", change("withdraw", name)).status == "accepted"
    assert statuses(reader) == ["withdrawn"]


def test_another_number_or_date_names_no_sealed_claim() -> None:
    reader = register_with_a_claim()
    for other in (claim("AU", "2026900124", FILED), claim("AU", NUMBER, "2026-03-13")):
        assert reader.apply("JP", change("withdraw", other)).reason == "CLAIM_NOT_FOUND"


def test_a_claim_is_not_made_twice_by_key_and_by_number() -> None:
    reader = register_with_a_claim()
    assert reader.apply("JP", change("add", BY_NUMBER)) == Outcome("repeated", "", LATER, 2, 0)
    again = reader.apply("JP", filing(LATER_NUMBER, "2026-10-01", BY_NUMBER))
    assert again == Outcome("repeated", "", LATER, 2, 0)


def test_a_claim_by_number_after_a_withdrawn_sealed_one_is_an_open_claim() -> None:
    reader = register_with_a_claim()
    reader.apply("JP", change("withdraw", named(SEAL)))
    assert reader.apply("JP", change("add", BY_NUMBER)).status == "accepted"
    data = reader.get(filing_key("JP", "patent", "2026123456"))
    assert data is not None
    made = decode_filing(data).claims[1]
    assert (made.claim_key, made.match_key) == ("", NUMBER), "it was not proved"


def test_a_sealed_claim_is_disputed_by_number_once_that_is_known() -> None:
    reader = register_with()
    reader.apply("JP", filing(LATER_NUMBER, "2026-10-01", proved(SEAL, LATER)))
    disputed = dispute("JP", LATER_NUMBER, named(SEAL))
    assert reader.apply("AU", disputed).status == "accepted"
    opened(reader)
    by_number = replace(disputed, claim=BY_NUMBER)
    assert reader.apply("AU", by_number) == Outcome("repeated", "", LATER, 3, 0)
    key = filing_key("JP", "patent", "2026123456")
    data = reader.get(key)
    assert data is not None
    record = decode_filing(data)
    ((_, raised),) = load_disputes(reader, key)
    assert is_disputed(record.claims[0], raised)
    assert is_disputed(resolved(reader.get, record).claims[0], raised)
    taken_back = replace(by_number, action="withdraw", reason_text="")
    assert reader.apply("AU", taken_back).status == "accepted"


def test_an_opening_need_not_tell_by_number_what_was_told_by_key() -> None:
    older = seal_of("JP", "2025-777777", "2025-05-05")
    reader = MappingReader()
    reader.apply("JP", sealed(older))
    reader.apply("AU", sealed(SEAL, proved(older, sealed_id(SEAL))))
    reader.apply("JP", opening(older, "2025-777777", "2025-05-05"))
    assert opened(reader, claim("JP", "2025-777777", "2025-05-05")).status == "accepted"
    assert len(record_of(reader).claims) == 1


def test_a_retry_of_an_opening_is_one_whatever_was_opened_since() -> None:
    """It told by number, too, what was told by key; that number was sealed then, and is opened now."""
    older = seal_of("JP", "2025-777777", "2025-05-05")
    by_number = claim("JP", "2025-777777", "2025-05-05")
    reader = MappingReader()
    reader.apply("JP", sealed(older))
    reader.apply("AU", sealed(SEAL, proved(older, sealed_id(SEAL))))
    assert opened(reader, by_number, OLDER).status == "accepted"
    assert len(record_of(reader).claims) == 3
    reader.apply("JP", opening(older, "2025-777777", "2025-05-05"))
    assert opened(reader, by_number, OLDER) == Outcome("repeated", "", OPENED, 3, 0)
    assert opened(reader, by_number).reason == "ALREADY_OPENED"
    assert opened(reader, OLDER).reason == "ALREADY_OPENED"
