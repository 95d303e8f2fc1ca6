"""No entry that is admitted makes execution fail, whatever it says, and no order of restarts makes it differ."""

from datetime import date
from typing import get_args

import msgspec
from builders.ledgers import START_MS, filing, opened, signed
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.files import MemoryLedger
from ledger.ledger import Ledger
from ledger.memory import MemoryStore
from ledger.register.entries import (
    ClaimAction,
    DisputeAction,
    EventKind,
    Relation,
    RestorationCriterion,
    Right,
)
from ledger.submission import admit

texts = st.sampled_from(
    ["2013000001", "PCT/US2013/032081", "特願2013-1", "", "\0", "13/000,001", "٣", "ﬀ"]
) | st.text(max_size=70)
codes = st.sampled_from(["AU", "EP", "JP", "US", "WO", "IB", "XX", "", "au", "A" * 70]) | texts
dates = (st.sampled_from([date.min, date(2013, 5, 6), date.max]) | st.dates()).map(str)
rights = st.sampled_from(get_args(Right))
Json = dict[str, object]


def record(required: Json, optional: Json) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(required, optional=optional)  # type: ignore[arg-type]


claims = record(
    {},
    {
        "ipOfficeCode": codes,
        "applicationNumberText": texts,
        "filingDate": dates,
        "right": rights,
    },
)
references = record({"right": rights, "applicationNumberText": texts}, {"filingDate": dates})
related = record(
    {
        "relation": st.sampled_from(get_args(Relation)),
        "ipOfficeCode": codes,
        "applicationNumberText": texts,
    },
    {"filingDate": dates, "right": rights},
)
keys: Json = {"requestKey": texts}
entries = st.one_of(
    record(
        {
            "entryCategory": st.just("filing"),
            "right": rights,
            "applicationNumberText": texts,
            "filingDate": dates,
        },
        {
            "receivingOfficeCode": codes,
            "priorityClaimBag": st.lists(claims, max_size=4),
            "relatedFilingBag": st.lists(related, max_size=3),
            **keys,
        },
    ),
    record(
        {
            "entryCategory": st.just("event"),
            "filing": references,
            "eventCategory": st.sampled_from(get_args(EventKind)),
            "eventDate": dates,
        },
        {"keyEventCode": texts, **keys},
    ),
    record(
        {
            "entryCategory": st.just("claim"),
            "filing": references,
            "action": st.sampled_from(get_args(ClaimAction)),
            "claim": claims,
            "decisionDate": dates,
        },
        {
            "replacedClaim": claims,
            "decidingOfficeCode": codes,
            "criterion": st.sampled_from(get_args(RestorationCriterion)),
            "requestDate": dates,
            **keys,
        },
    ),
    record(
        {
            "entryCategory": st.just("dispute"),
            "claimingOfficeCode": st.sampled_from(["AU", "US", "??"]),
            "filing": references,
            "action": st.sampled_from(get_args(DisputeAction)),
            "claim": claims,
            "decisionDate": dates,
        },
        {
            "relation": st.sampled_from(get_args(Relation)),
            "reasonText": st.text(max_size=3),
            **keys,
        },
    ),
    record(
        {
            "entryCategory": st.just("coverage"),
            "right": rights,
            "fromDate": dates,
            "untilDate": dates,
        },
        keys,
    ),
    record(
        {
            "entryCategory": st.just("closedDays"),
            "year": st.sampled_from([1883, 2013, 9_999]),
            "closedDayBag": st.lists(
                record({"date": dates}, {"name": st.text(max_size=9)}), max_size=4
            ),
        },
        keys,
    ),
)
raw_entries = entries.map(lambda entry: msgspec.Raw(msgspec.json.encode(entry)))


def executed(blocks: list[list[msgspec.Raw]], ledger: Ledger) -> Ledger:
    for number, block in enumerate(blocks, 1):
        office = ledger.keyring.offices[number % 4]
        data = signed(filing(1), *block, office=office, nonce=number)
        ledger.append(ledger.height + 1, START_MS, [admit(data, ledger.keyring)])
    return ledger


def test_coverage_of_the_first_and_last_days_that_can_be_written_has_an_outcome() -> None:
    spans = [
        ("0001-01-01", "0001-01-01"),
        ("9999-12-31", "9999-12-31"),
        ("0001-01-01", "9999-12-31"),
    ]
    spans += [("2013-01-01", "2013-12-31")]
    raw = [
        msgspec.Raw(
            b'{"entryCategory":"coverage","right":"patent","fromDate":"%s","untilDate":"%s"}'
            % (start.encode(), end.encode())
        )
        for start, end in spans
    ]
    ledger = executed([raw], opened())
    _, *outcomes = ledger.block(1).submissions[0].outcomes
    statuses = [outcome.status for outcome in outcomes]
    assert statuses == ["accepted", "rejected", "rejected", "accepted"]


@given(st.lists(st.lists(raw_entries, max_size=6), min_size=1, max_size=3))
@settings(max_examples=150)
def test_whatever_is_admitted_is_executed_and_executed_alike(
    blocks: list[list[msgspec.Raw]],
) -> None:
    files = MemoryLedger()
    ledger = executed(blocks, Ledger(opened().genesis, files, MemoryStore()))
    assert ledger.height == len(blocks)
    again = opened(files)
    assert (again.height, again.head_hash) == (ledger.height, ledger.head_hash)
    for height in range(1, ledger.height + 1):
        outcomes = ledger.block(height).submissions[0].outcomes
        assert len(outcomes) == len(blocks[height - 1]) + 1


def test_an_entry_on_which_a_rule_fails_is_rejected_and_stops_nothing() -> None:
    sound = admit(signed(filing(1), filing(2)), opened().keyring)
    # Such an entry cannot be admitted; it stands for one that a rule has overlooked.
    overlooked = msgspec.structs.replace(sound.entries[0], filing_date=None)
    block = opened().append(
        1, START_MS, (sound._replace(entries=(overlooked, sound.entries[1])),), durable=False
    )
    first, second = block.submissions[0].outcomes
    assert (first.status, first.reason) == ("rejected", "RULE_FAULT")
    assert second.status == "accepted"
