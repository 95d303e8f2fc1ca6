"""The store of access codes: what is kept is durable, secret at rest, and nothing is passed over."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import msgspec
import pytest
from builders.vectors import vectors

from ledger.record_log import MemoryLog, RecordLog
from ledger.register.memory import MemoryRegister
from node.config import ConfigurationError
from node.home import Home, read_home
from node.network import write_network
from node.plan import plan_offices
from node.sealed.code_files import open_codes as open_codes_of
from node.sealed.codes import CodesNotKeptError, CodeStore, KnownFiling, UnreadableCodesError
from node.sealed.keeper import CodeKeeper

NETWORK = bytes(range(32))
KEY = b"k" * 32
CODE = b"a secret code 16"


def known(claim_key: str, number: str = "2013900001", code: bytes = CODE) -> KnownFiling:
    return KnownFiling(
        office="AU",
        claim_key=claim_key,
        right="patent",
        number=number,
        match_key=number,
        filing_date=date(2013, 3, 12),
        code=code,
    )


def store_on(log: RecordLog, key: bytes = KEY, office: str = "AU") -> CodeStore:
    return CodeStore(log, key, NETWORK, office)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    plans = plan_offices(("AU",), base_port=9700, hosts={}, default_host="127.0.0.1")
    return read_home(write_network(tmp_path, plans, name="test", index="sqlite")["AU"], {})


EMPTY = MemoryRegister(("AU",), 0, NETWORK)


def open_codes(home: Home) -> AbstractContextManager[CodeStore]:
    return open_codes_of(home, EMPTY)


def files_of(home: Home) -> Iterator[Path]:
    return (path for path in home.path.rglob("*") if path.is_file())


def test_what_is_kept_is_found_by_claim_key_and_by_number_also_when_opened_again() -> None:
    log = MemoryLog()
    store = store_on(log)
    first, second = known("one"), known("two", number="2013900002")
    later_date = msgspec.structs.replace(first, claim_key="three", filing_date=date(2013, 3, 13))
    store.keep([first])
    store.keep([second, later_date])
    for opened in (store, store_on(log)):
        assert opened.find("two") == second
        assert opened.find("four") is None
        assert opened.own_filings("patent", "2013900001") == (first, later_date)
        assert opened.own_filings("design", "2013900001") == ()
        assert list(opened.own_from(1)) == [(1, second), (2, later_date)]


def test_the_records_are_those_of_the_known_answers() -> None:
    known_answers = vectors("code_store")
    log = MemoryLog()
    for record in known_answers["records"]:
        log.append(bytes.fromhex(record))
    key, network = (bytes.fromhex(known_answers[name]) for name in ("key", "networkId"))
    store = CodeStore(log, key, network, known_answers["office"])
    for each in known_answers["filings"]:
        assert store.find(each["claimKey"]) == KnownFiling(
            office=each["office"],
            claim_key=each["claimKey"],
            right=each["right"],
            number=each["number"],
            match_key=each["matchKey"],
            filing_date=date.fromisoformat(each["filingDate"]),
            receiving_office=each["receivingOffice"],
            code=bytes.fromhex(each["code"]),
        )
    for each in known_answers["hiddenRequestKeys"]:
        assert store.hidden_key(each["requestKey"]) == each["hidden"]


class CountingLog(MemoryLog):
    """Counts how often it was made durable."""

    __slots__ = ("syncs",)

    def __init__(self) -> None:
        super().__init__()
        self.syncs = 0

    def sync(self) -> None:
        self.syncs += 1


async def test_what_comes_during_one_write_shares_the_next_one() -> None:
    log = CountingLog()
    store = store_on(log)
    keeper = CodeKeeper(store)
    await asyncio.gather(*(keeper.keep([known(f"{serial}")]) for serial in range(50)))
    assert len(store) == 50
    assert log.syncs <= 2


async def test_a_caller_that_goes_away_ends_no_write_of_others() -> None:
    store = store_on(MemoryLog())
    keeper = CodeKeeper(store)
    gone = asyncio.create_task(keeper.keep([known("one")]))
    stays = asyncio.create_task(keeper.keep([known("two")]))
    await asyncio.sleep(0)
    gone.cancel()
    await stays
    assert len(store) == 2


async def test_all_who_wait_for_a_write_that_fails_are_told() -> None:
    class FullLog(MemoryLog):
        def sync(self) -> None:
            raise OSError(28, "No space left on device")

    keeper = CodeKeeper(store_on(FullLog()))
    answers = await asyncio.gather(
        keeper.keep([known("one")]), keeper.keep([known("two")]), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [CodesNotKeptError, CodesNotKeptError]


def test_what_is_kept_stays_as_it_is() -> None:
    store = store_on(MemoryLog())
    store.keep([known("one")])
    store.keep([known("one", number="2013900009"), known("one", number="2013900010")])
    assert store.find("one") == known("one")
    assert len(store) == 1


def test_a_filing_of_another_office_is_known_without_being_listed_as_own() -> None:
    store = store_on(MemoryLog())
    store.keep([known("one", code=b"")])
    assert store.find("one") == known("one", code=b"")
    assert store.own_filings("patent", "2013900001") == ()
    assert store.filings("AU", "patent", "2013900001") == (known("one", code=b""),)
    assert store.filings("EP", "patent", "2013900001") == ()
    assert list(store.own_from(0)) == []


@pytest.mark.parametrize("which", ["key", "office", "place"])
def test_a_record_opens_only_under_its_key_at_its_office_and_at_its_place(which: str) -> None:
    log = MemoryLog()
    store_on(log).keep([known("one"), known("two")])
    if which == "place":
        moved = MemoryLog()
        for _, record in reversed(list(log.records())):
            moved.append(record)
        log = moved
    with pytest.raises(UnreadableCodesError, match="record 0") as refused:
        store_on(log, b"x" * 32 if which == "key" else KEY, "EP" if which == "office" else "AU")
    assert refused.value.__cause__ is None


def test_a_code_is_durable_before_it_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are in the file, and synced, when `keep` returns; a process that is killed then loses nothing."""
    synced: list[int] = []

    def sync(descriptor: int) -> None:
        os.fdatasync(descriptor)
        synced.append(os.fstat(descriptor).st_size)

    monkeypatch.setattr("ledger.segments._fdatasync", sync)
    with open_codes(home) as store:
        store.keep([known("one")])
        (segment,) = home.codes_path.glob("codes-*.log")
        assert synced == [segment.stat().st_size]
        copy = segment.read_bytes()
    segment.write_bytes(copy)  # As the killed process would have left it.
    with open_codes(home) as reopened:
        assert reopened.find("one") == known("one")


def test_a_disk_that_takes_no_more_is_told_and_nothing_counts_as_kept(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    with open_codes(home) as store:
        store.keep([known("one")])
        monkeypatch.setattr("ledger.segments._fdatasync", fail)
        with pytest.raises(CodesNotKeptError, match="No space left on device"):
            store.keep([known("two")])
        assert store.find("two") is None
        assert store.find("one") == known("one")


def test_a_disk_that_failed_once_is_not_believed_until_the_store_is_opened_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failed sync the system may drop what it could not write, and call the next sync a success."""
    failures = [OSError(5, "Input/output error")]

    def sync(descriptor: int) -> None:
        if failures:
            raise failures.pop()
        os.fdatasync(descriptor)

    with open_codes(home) as store:
        store.keep([known("one")])
    monkeypatch.setattr("ledger.segments._fdatasync", sync)
    with open_codes(home) as store:
        for _ in range(2):
            with pytest.raises(CodesNotKeptError):
                store.keep([known("one")])
    with open_codes(home) as store:
        store.keep([known("one")])


def test_a_key_is_there_whole_or_not_at_all(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash while it is written, at the first start, leaves a home that starts."""

    def crash(_: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as crashing:
        crashing.setattr("os.fsync", crash)
        with pytest.raises(KeyboardInterrupt), open_codes(home):
            pass
    assert not home.codes_key_path.exists()
    home.codes_key_path.with_name("codes.key.new").write_bytes(b"")  # a kill leaves this
    with open_codes(home) as store:
        store.keep([known("one")])
    assert {path.name for path in home.path.glob("codes.key*")} == {"codes.key"}


def test_a_torn_last_record_is_cut_off_and_the_ones_before_are_there(home: Home) -> None:
    with open_codes(home) as store:
        store.keep([known("one")])
        store.keep([known("two")])
    (segment,) = home.codes_path.glob("codes-*.log")
    segment.write_bytes(segment.read_bytes()[:-5])
    with open_codes(home) as store:
        assert (store.find("one"), store.find("two")) == (known("one"), None)
        store.keep([known("three")])
    with open_codes(home) as store:
        assert [each.claim_key for _, each in store.own_from(0)] == ["one", "three"]


def test_a_changed_file_or_another_key_stops_the_start_and_says_what_to_do(home: Home) -> None:
    with open_codes(home) as store:
        store.keep([known("one"), known("two")])
    (segment,) = home.codes_path.glob("codes-*.log")
    content = bytearray(segment.read_bytes())
    content[70] ^= 1
    good, key = segment.read_bytes(), home.codes_key_path.read_text()
    segment.write_bytes(bytes(content))
    assert "from the backup" in _refusal(home)
    segment.write_bytes(good)
    home.codes_key_path.write_text("0" * 64)
    assert "does not open with this key" in _refusal(home)
    home.codes_key_path.write_text("short")
    assert "64 hexadecimal digits" in _refusal(home)
    home.codes_key_path.unlink()
    assert "expected the key of the access codes" in _refusal(home)
    home.codes_key_path.write_text(key)
    home.codes_key_path.chmod(0o644)
    assert "expected mode 600" in _refusal(home)
    home.codes_key_path.chmod(0o600)
    with open_codes(home) as store:
        assert len(store) == 2


def _refusal(home: Home) -> str:
    with pytest.raises(ConfigurationError) as refused, open_codes(home):
        pass
    (problem,) = refused.value.problems
    return f"{problem} {problem.fix}"


def test_number_and_code_stand_in_no_file_and_in_no_representation(home: Home) -> None:
    with open_codes(home) as store:
        store.keep([known("one")])
        shown = f"{store!r} {store.find('one')!r} {known('one')}"
    assert CODE.decode() not in shown
    assert "2013900001" not in shown
    for path in files_of(home):
        content = path.read_bytes()
        assert CODE not in content, path
        assert b"2013900001" not in content, path
    assert home.codes_key_path.stat().st_mode & 0o777 == 0o600
    assert home.codes_path.stat().st_mode & 0o777 == 0o700
