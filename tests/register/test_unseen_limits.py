"""What an office does not see costs it little, and changes none of its answers (register.md F10, F13, N5)."""

from collections.abc import Iterator

import msgspec
import pytest
from register_builders import MappingReader, claim, day, filing
from sealed_builders import proved, seal_of, sealed, sealed_id
from test_sealed_families import enter, seal_filing, seen_by

from crypto.seal import Seal
from ledger.register import claiming_filings, entitlement, family_graph
from ledger.register.entitlement import Entitlement, find_access
from ledger.register.entries import Entry, FilingReference, Report
from ledger.register.family import Family, find_family
from ledger.register.filing import parse_filing_id
from ledger.register.notices import EnteredEntry, notices_of
from ledger.register.shared_families import SharedFamilies

OPEN_ID = "AU.patent.2012900001"
OPEN_CLAIM = claim("AU", "2012900001", "2012-03-13", "patent")
HIDDEN = seal_of("EP", "12000001", "2012-03-14")


class CountingReader(MappingReader):
    """A register that counts what is read of it: facts, and links one by one."""

    reads = 0

    def get(self, key: bytes) -> bytes | None:
        self.reads += 1
        return super().get(key)

    def scan(
        self, prefix: bytes, after: bytes = b"", limit: int | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        for link in super().scan(prefix, after, limit):
            self.reads += 1
            yield link


def numbered(office: str, count: int, start: int = 0) -> list[Seal]:
    serials = range(start, start + count)
    return [seal_of(office, f"13{serial:06}", "2013-01-02") for serial in serials]


def claim_openly(reader: MappingReader, hidden: list[Seal]) -> None:
    """Sealed filings, each of them seen by its own office alone, that claim the open one by its number."""
    for each in hidden:
        seal_filing(reader, each, open_claims=(OPEN_CLAIM,))


def with_open_filing() -> CountingReader:
    reader = CountingReader()
    enter(reader, "AU", filing("2012900001", "2012-03-13"))
    enter(reader, "JP", filing("2013100001", "2013-03-13", OPEN_CLAIM))
    return reader


def family_of(reader: MappingReader, viewer: str, asked: str = OPEN_ID) -> Family:
    """What an office is answered, whenever it asks."""
    family = find_family(reader, asked, "extended", viewer=viewer)
    return msgspec.structs.replace(family, height=0, time_ms=0)


def reads_of_notices(
    reader: CountingReader, before: MappingReader, told: list[EnteredEntry]
) -> int:
    families, earlier = SharedFamilies(reader, "WO"), SharedFamilies(before, "WO")
    reader.reads = 0
    assert [notice for each in told for notice in notices_of(each, families, earlier)] == []
    return reader.reads


@pytest.mark.parametrize("sealed_too", [False, True])
def test_the_notices_of_an_outsider_cost_what_the_block_has_entries(sealed_too: bool) -> None:
    def reads_of(entries: int) -> int:
        reader, before = CountingReader(), MappingReader()
        for register in (reader, before):
            enter(register, "EP", sealed(HIDDEN))
        told: list[EnteredEntry] = []
        for serial in range(entries):
            seal = seal_of("EP", f"13{serial:06}", "2013-01-02")
            later = sealed_id(seal) if sealed_too else f"EP.patent.13{serial:06}"
            proof = proved(HIDDEN, later)
            entry: Entry = sealed(seal, proof)
            if not sealed_too:
                entry = filing(f"13{serial:06}", "2013-01-02", proof)
            told.append(EnteredEntry(serial, "EP", entry, enter(reader, "EP", entry)))
        return reads_of_notices(reader, before, told)

    # It was quadratic: each entry walked the whole cluster that the office does not see.
    assert reads_of(80) < 2.5 * reads_of(40)


def test_notices_of_reports_in_a_family_too_large_to_be_read_do_not_walk_it_for_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(family_graph, "READS_MAX", 200)

    def reads_of(reports: int) -> int:
        reader = with_open_filing()
        told: list[EnteredEntry] = []
        for serial in range(150):
            enter(reader, "EP", filing(f"13{serial:06}", "2013-03-12", OPEN_CLAIM))
        for serial in range(reports):
            number = f"13{serial:06}"
            entry = Report(
                filing=FilingReference(right="patent", application_number_text=number),
                report_category="searchReport",
                document_date=day("2013-09-01"),
                language_code="en",
                media_type="application/pdf",
                document_digest="ab" * 32,
                document_size=9,
            )
            told.append(EnteredEntry(serial, "EP", entry, enter(reader, "EP", entry)))
        return reads_of_notices(reader, reader, told)

    # A walk of this family costs 200 reads.
    assert reads_of(50) - reads_of(10) < 40 * 50


def test_sealed_filings_that_nobody_sees_count_against_no_limit_of_an_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(family_graph, "CLAIMANTS_MAX", 5)
    reader = with_open_filing()
    answers = {viewer: family_of(reader, viewer) for viewer in ("AU", "JP", "WO")}
    assert answers["WO"].is_complete
    claim_openly(reader, numbered("EP", 12) + numbered("US", 12))
    assert {viewer: family_of(reader, viewer) for viewer in answers} == answers


def test_sealed_filings_that_nobody_sees_are_looked_at_up_to_a_number_for_each_office(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(claiming_filings, "OF_OFFICE_MAX", 3)
    reads = []
    reader = with_open_filing()
    for start in (0, 10):
        claim_openly(reader, numbered("EP", 10 + 10 * start, start))
        reader.reads = 0
        family_of(reader, "JP")
        reads.append(reader.reads)
    assert reads[0] == reads[1]


def test_an_office_keeps_its_sealed_family_whatever_others_hide_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reader = with_open_filing()
    first, own = (
        seal_of("US", "16/000,001", "2012-03-14"),
        seal_of("JP", "2013100002", "2013-03-13"),
    )
    enter(reader, "US", sealed(first))
    seal_filing(reader, own, first, open_claims=(OPEN_CLAIM,))
    before = family_of(reader, "JP")
    assert {sealed_id(first), sealed_id(own)} < seen_by(reader, "JP", OPEN_ID)
    for number, each in enumerate(numbered("EP", 30)):
        firsts = numbered("EP", 3, 1000 + 3 * number)
        for one in firsts:
            enter(reader, "EP", sealed(one))
        seal_filing(reader, each, *firsts, open_claims=(OPEN_CLAIM,))
    # Not even where the limits are so low that what is hidden would use them up.
    monkeypatch.setattr(family_graph, "READS_MAX", 60)
    monkeypatch.setattr(entitlement, "UNSEEN_READS_MAX", 20)
    assert family_of(reader, "JP") == before


def test_one_question_looks_at_so_much_of_what_the_office_does_not_see(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(entitlement, "UNSEEN_READS_MAX", 50)

    def reads_of(size: int) -> int:
        reader = with_open_filing()
        for number, each in enumerate(numbered("EP", 10)):
            seal_filing(reader, each, open_claims=(OPEN_CLAIM,))
            for one in numbered("EP", size, 1000 * (number + 1)):
                seal_filing(reader, one, each)
        reader.reads = 0
        family_of(reader, "JP")
        return reader.reads

    # Ten clusters that are not seen: the first ones use up the share, the others cost the same whatever their size.
    assert reads_of(60) - reads_of(30) < 2 * 10 * 30


def test_what_is_seen_of_a_cluster_too_large_to_be_read_depends_on_no_earlier_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(entitlement, "CLUSTER_READS_MAX", 20)
    reader = MappingReader()
    enter(reader, "EP", sealed(HIDDEN))
    claimants = numbered("EP", 20)
    for each in claimants:
        seal_filing(reader, each, HIDDEN)
    far, own = seal_of("US", "16/000,001", "2013-05-02"), seal_of("JP", "2014100001", "2014-03-13")
    seal_filing(reader, far, claimants[3])
    seal_filing(reader, own, far)
    asked = [parse_filing_id(sealed_id(each)) for each in (HIDDEN, *claimants, far, own)]
    alone = [Entitlement(reader, "JP").sees(each) for each in asked]
    for order in (asked, asked[::-1]):
        shared = Entitlement(reader, "JP")
        answers = {each: shared.sees(each) for each in order}
        assert [answers[each] for each in asked] == alone
    # Near to the own one is the filing that it claims, and what is claimed by that is not.
    assert [each for each, sees in zip(asked, alone, strict=True) if sees] == asked[-2:]


def test_who_claims_what_the_filing_claims_has_access_in_a_family_of_any_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reader = with_open_filing()
    for serial in range(30):
        enter(reader, "EP", filing(f"13{serial:06}", "2013-03-12", OPEN_CLAIM))
    monkeypatch.setattr(family_graph, "READS_MAX", 10)
    assert find_access(reader, "JP", "EP.patent.13000007") == "JP.patent.2013100001"
    assert find_access(reader, "US", "EP.patent.13000007") is None
