"""The answer at any height: what was answered after each block is answered for its height ever after."""

from datetime import date
from itertools import pairwise

from builders.drawn_blocks import (
    CODE,
    FILED,
    KINDS,
    NUMBERS,
    OFFICES,
    RIGHT,
    SEALS,
    append,
    blocks,
    id_of,
    named,
    of_sealed,
    opening,
    proved,
    sealed,
    sealed_id,
)
from builders.ledgers import GENESIS, opened
from hypothesis import given, settings

from ledger.files import MemoryLedger
from ledger.ledger import Ledger
from ledger.memory import MemoryStore
from ledger.register.calendar import extend_over_closed_days
from ledger.register.disputes import load_disputes
from ledger.register.entries import (
    Claim,
    ClosedDays,
    Dispute,
    Entry,
    Event,
    Filing,
    FilingReference,
)
from ledger.register.family import find_family
from ledger.register.keys import (
    FACT_PREFIXES,
    closed_days_key,
    coverage_key,
    filing_key,
    history_links,
    priority_links,
    sealed_key,
    version_links,
)
from ledger.register.priority import verify_priority
from ledger.register.priority.filing import verify_filing
from ledger.register.reader import RegisterReader
from ledger.register.verification import FilingQuestion, FirstFiling, PriorityRequest, SecondFiling


def answers(reader: RegisterReader) -> list[object]:
    """Everything that the register answers about the few filings and offices of these tests."""
    told: list[object] = [reader.height, reader.time_ms, reader.offices]
    told += [list(reader.scan(prefix)) for prefix in FACT_PREFIXES]
    told += [list(reader.scan(b"f", limit=count)) for count in (1, 2)]
    for office in OFFICES:
        told.append(reader.get(coverage_key(office, RIGHT)))
        told.append(reader.get(closed_days_key(office, 2013)))
        told.append(extend_over_closed_days(reader, office, date(2013, 3, 11)))
        for number in NUMBERS:
            key = filing_key(office, RIGHT, number)
            told += [reader.get(key), list(reader.scan(history_links(key)))]
            identifier = id_of(office, number)
            told += [find_family(reader, identifier, kind) for kind in KINDS]
            told.append(find_family(reader, identifier, "extended", without_disputed=True))
            told.append(load_disputes(reader, key))
            told.append(verify_priority(reader, asked(office, number)))
            told.append(verify_filing(reader, FilingQuestion(second=second(office, number))))
            told.append(list(reader.scan(priority_links(key))))
        told += [find_family(reader, sealed_id(made), "extended", viewer=office) for made in SEALS]
    unlocked = opening(SEALS[0])
    question = asked(SEALS[0].office, unlocked.application_number_text, CODE.printed)
    told.append(verify_priority(reader, question))
    for made in SEALS:
        key = sealed_key(made.office, made.claim_key)
        told += [reader.get(key), list(reader.scan(history_links(key)))]
        told += [load_disputes(reader, key), list(reader.scan(priority_links(key)))]
    return told


def asked(office: str, number: str, code: str | None = None) -> PriorityRequest:
    first = FirstFiling(
        ip_office_code=office,
        application_number_text=number,
        filing_date=FILED[number],
        access_code=code,
    )
    return PriorityRequest(first=first, second=second(OFFICES[0], "2013287263"))


def second(office: str, number: str) -> SecondFiling:
    return SecondFiling(
        ip_office_code=office,
        filing_date=FILED[number],
        right=RIGHT,
        application_number_text=number,
    )


@given(blocks)
@settings(max_examples=60)
def test_the_answers_for_every_height_are_those_that_were_given_then(
    drawn: list[list[tuple[str, list[Entry]]]],
) -> None:
    answered_as_then(drawn)


def answered_as_then(drawn: list[list[tuple[str, list[Entry]]]]) -> list[list[object]]:
    """Append the blocks, and return what was answered after each of them: the same as for its height ever after."""
    files, index = MemoryLedger(), MemoryStore()
    ledger = Ledger(GENESIS, files, index)
    kept = [answers(ledger.reader)]
    for block in drawn:
        append(ledger, *block)
        kept.append(answers(ledger.reader))
    fresh = MemoryStore()
    for opened_again in (ledger, opened(files, index), opened(files, fresh)):
        assert [answers(opened_again.reader_at(height)) for height in range(len(kept))] == kept
    assert list(fresh.scan(b"v", b"w")) == list(index.scan(b"v", b"w"))
    return kept


def test_a_sealed_filing_is_answered_for_every_height_as_it_was_then() -> None:
    """Sealed, claimed by a sealed and by an open filing, withdrawn, disputed, made anew, opened, published."""
    first, later, third = SEALS
    at_third = id_of(third.office, NUMBERS[0])
    claiming = Filing(
        right=RIGHT,
        application_number_text=NUMBERS[0],
        filing_date=FILED[NUMBERS[0]],
        priority_claim_bag=(proved(first, at_third),),
    )
    withdrawn = Claim(
        filing=of_sealed(later),
        action="withdraw",
        claim=named(first),
        decision_date=date(2013, 3, 12),
    )
    disputed = Dispute(
        claiming_office_code=later.office,
        filing=of_sealed(later),
        action="raise",
        claim=named(first),
        reason_text="another number is meant",
        decision_date=date(2013, 3, 12),
    )
    published = Event(
        filing=of_sealed(first), event_category="published", event_date=date(2013, 3, 13)
    )
    anew = proved(first, id_of(later.office, opening(later).application_number_text))
    blocks: list[list[tuple[str, list[Entry]]]] = [
        [(first.office, [sealed(first)])],
        [(later.office, [sealed(later, proved(first, sealed_id(later)))])],
        [(third.office, [claiming])],
        [(first.office, [disputed])],
        [(later.office, [withdrawn])],
        [(later.office, [opening(later, anew)])],
        [(first.office, [opening(first), published])],
    ]
    kept = answered_as_then(blocks)
    facts = [told[3 : 3 + len(FACT_PREFIXES)] for told in kept]
    assert all(before != after for before, after in pairwise(facts)), "each block changes some"


def test_a_new_filing_has_no_version_link_and_every_change_of_a_block_has_one() -> None:
    index = MemoryStore()
    ledger = opened(index=index)
    number = NUMBERS[2]
    reference = FilingReference(right=RIGHT, application_number_text=number)
    new = Filing(right=RIGHT, application_number_text=number, filing_date=FILED[number])
    key = filing_key("AU", RIGHT, number)
    published, granted = (
        Event(filing=reference, event_category=category, event_date=date(2014, 1, 1))
        for category in ("published", "granted")
    )
    append(ledger, ("AU", [new]))
    first = index.get(key)
    append(ledger, ("AU", [published, granted]))
    append(ledger, ("AU", [ClosedDays(year=2013, closed_day_bag=())]))
    versions = [(key_[:-8], key_[-8:], value) for key_, value in index.scan(b"v", b"w")]
    assert versions == [
        (version_links(closed_days_key("AU", 2013)), (3).to_bytes(8, "big"), b""),
        (version_links(key), (2).to_bytes(8, "big"), first),
    ]


def test_entries_in_a_filings_own_block_change_what_was_not_there_before() -> None:
    ledger = opened()
    number = NUMBERS[2]
    reference = FilingReference(right=RIGHT, application_number_text=number)
    new = Filing(right=RIGHT, application_number_text=number, filing_date=FILED[number])
    event = Event(filing=reference, event_category="published", event_date=date(2014, 1, 1))
    append(ledger, ("AU", [new, event]))
    key = filing_key("AU", RIGHT, number)
    assert ledger.reader_at(0).get(key) is None
    assert ledger.reader_at(1).get(key) == ledger.reader.get(key)
    assert list(ledger.reader_at(0).scan(history_links(key))) == []


def test_an_index_without_version_links_is_rebuilt() -> None:
    files, index = MemoryLedger(), MemoryStore()
    ledger = opened(files, index)
    append(ledger, ("AU", [ClosedDays(year=2013, closed_day_bag=())]))
    before = list(index.scan(b"a"))
    value = index.get(b"!a")
    assert value is not None
    # As a version before these links wrote it: format version 1, and none of them.
    index.write(
        [(b"!a", value.replace(b"\x02", b"\x01", 1))], [k for k, _ in index.scan(b"v", b"w")]
    )
    again = opened(files, index)
    assert "found version 1" in again.notes[0]
    assert list(index.scan(b"a")) == before
    assert before[-1] == (version_links(closed_days_key("AU", 2013)) + bytes(7) + b"\x01", b"")
