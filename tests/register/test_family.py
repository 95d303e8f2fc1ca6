import json
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from register_builders import MappingReader, claim, day, filing, pct, withdrawal

from ledger.register import family_graph, family_kinds
from ledger.register.entries import Filing, PriorityClaim, RelatedFiling
from ledger.register.family import Family, FamilyKind, find_family
from ledger.register.family_joints import Joint
from ledger.register.filing import MalformedFilingIdError

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "families.json").read_text())


def registered(family: Family) -> set[str]:
    return {member.filing_id for member in family.members if member.is_registered}


def real_register() -> tuple[MappingReader, dict[str, str]]:
    """The real filings of the vectors, and their ids by DOCDB number."""
    reader, ids = MappingReader(), {}
    for row in VECTORS["filings"]:
        outcome = reader.apply(row["office"], _filing(row))
        assert outcome.status == "accepted", outcome
        ids[row["id"]] = outcome.subject
    return reader, ids


def _filing(row: dict[str, Any]) -> Filing:
    claims = tuple(
        PriorityClaim(
            ip_office_code=office,
            application_number_text=number,
            filing_date=date.fromisoformat(filed) if filed else None,
            right=right,
        )
        for office, number, filed, right in row["claims"]
    )
    return Filing(
        right=row["right"],
        application_number_text=row["number"],
        filing_date=date.fromisoformat(row["date"]),
        receiving_office_code=row["receivingOffice"],
        priority_claim_bag=claims,
    )


@pytest.mark.parametrize("stated", VECTORS["families"], ids=lambda stated: stated["members"][0])
def test_real_families_are_found_from_each_of_their_members(stated: dict[str, Any]) -> None:
    reader, ids = real_register()
    members = {ids[member] for member in stated["members"]}
    for member in sorted(members):
        family = find_family(reader, member, stated["kind"])
        assert registered(family) == members
        assert family.is_complete


def five_documents() -> MappingReader:
    """The EPO's example: D1(P1) D2(P1,P2) D3(P1,P2) D4(P2,P3) D5(P3)."""
    reader = MappingReader()
    priorities = {n: claim("US", f"61/000,00{n}", "2010-01-04") for n in (1, 2, 3)}
    for number, claimed in enumerate(((1,), (1, 2), (1, 2), (2, 3), (3,)), start=1):
        reader.apply(
            "AU", filing(f"201020000{number}", "2010-12-01", *(priorities[n] for n in claimed))
        )
    return reader


def test_simple_and_extended_families_of_the_epo_example() -> None:
    reader = five_documents()
    document = [f"AU.patent.201020000{number}" for number in range(6)]
    simple = find_family(reader, document[2], "simple")
    assert registered(simple) == {document[2], document[3]}
    assert simple.priorities == ("US.patent.61000001", "US.patent.61000002")
    assert registered(find_family(reader, document[1], "simple")) == {document[1]}
    extended = find_family(reader, document[5], "extended")
    assert registered(extended) == set(document[1:])
    assert [m.filing_id for m in extended.members if not m.is_registered] == [
        "US.patent.61000001",
        "US.patent.61000002",
        "US.patent.61000003",
    ]


def test_a_family_is_found_from_a_first_filing_that_is_not_registered() -> None:
    extended = find_family(five_documents(), "US.patent.61000003", "extended")
    assert len(registered(extended)) == 5


def test_each_member_shows_the_claims_that_join_it() -> None:
    family = find_family(five_documents(), "AU.patent.2010200002", "simple")
    other = next(m for m in family.members if m.filing_id == "AU.patent.2010200003")
    assert other.joint_bag == tuple(
        Joint(
            later_filing_id="AU.patent.2010200003",
            earlier_filing_id=f"US.patent.6100000{number}",
            relation="priority",
            ip_office_code="US",
            application_number_text=f"61/000,00{number}",
            filing_date=day("2010-01-04"),
            status="claimed",
            height=3,
            index=0,
            warning_codes=("FIRST_FILING_NOT_REGISTERED",),
        )
        for number in (1, 2)
    )


def test_a_withdrawn_claim_joins_nothing() -> None:
    reader = five_documents()
    # D4 keeps P3 only, so that the extended family falls apart.
    named = claim("US", "61/000,002", "2010-01-04")
    reader.apply("AU", withdrawal("2010200004", named, "2011-05-01"))
    assert registered(find_family(reader, "AU.patent.2010200005", "extended")) == {
        "AU.patent.2010200004",
        "AU.patent.2010200005",
    }


def test_the_own_pct_application_and_the_own_number_are_no_priorities() -> None:
    # EP 15733942 and US 14/759,864: the second lists its own PCT application
    reader = MappingReader()
    provisional = claim("US", "62/029,586", "2014-07-28")
    reader.apply("WO", pct("PCT/SE2015/050743", "2015-06-25", "SE", provisional))
    own_pct = claim("WO", "PCT/SE2015/050743", "2015-06-25")
    itself = claim("US", "14/759,864", "2015-06-25")
    reader.apply("US", filing("14/759,864", "2015-06-25", provisional, own_pct, itself))
    reader.apply("EP", filing("15733942", "2015-06-25", provisional))
    reader.apply("AU", filing("2015123456", "2015-06-25", own_pct))
    family = find_family(reader, "EP.patent.15733942", "simple")
    assert family.priorities == ("US.patent.62029586",)
    assert registered(family) == {
        "AU.patent.2015123456",
        "EP.patent.15733942",
        "US.patent.14759864",
        "WO.patent.SE2015050743",
    }


def test_a_first_filing_without_priorities_is_of_the_family_of_those_that_claim_it() -> None:
    reader = MappingReader()
    reader.apply("EP", filing("10167109", "2010-06-24"))
    for office, number in (("US", "13/167,395"), ("CA", "2744162")):
        reader.apply(office, filing(number, "2011-06-23", claim("EP", "10167109.7", "2010-06-24")))
    expected = {"EP.patent.10167109", "US.patent.13167395", "CA.patent.2744162"}
    for member in sorted(expected):
        assert registered(find_family(reader, member, "simple")) == expected


def test_a_claim_without_a_right_finds_the_utility_model_that_is_registered() -> None:
    reader = MappingReader()
    reader.apply("AU", filing("2006200001", "2006-03-01", claim("JP", "2005-123456", "2005-04-01")))
    late = filing("2005-123456", "2005-04-01", right="utilityModel")
    reader.apply("JP", late)
    expected = {"AU.patent.2006200001", "JP.utilityModel.2005123456"}
    for member in sorted(expected):
        assert registered(find_family(reader, member, "extended")) == expected


def test_a_claim_without_a_right_joins_the_namesake_of_its_date() -> None:
    # register.md V1, F3: serial numbers of Japanese patents and utility models overlap
    reader = MappingReader()
    reader.apply("JP", filing("2005-123456", "2005-04-21"))
    reader.apply("JP", filing("2005-123456", "2005-06-09", right="utilityModel"))
    reader.apply("AU", filing("2006200001", "2006-06-08", claim("JP", "2005-123456", "2005-06-09")))
    reader.apply(
        "AU", filing("2006200002", "2006-06-08", claim("JP", "2005-123456 U", "2005-06-09"))
    )
    assert registered(find_family(reader, "AU.patent.2006200001", "extended")) == {
        "AU.patent.2006200001",
        "AU.patent.2006200002",
        "JP.utilityModel.2005123456",
    }


def test_relations_join_extended_families() -> None:
    reader = MappingReader()
    reader.apply("AU", filing("2010200001", "2010-12-01"))
    division = msgspec.structs.replace(
        filing("2012200001", "2010-12-01"),
        related_filing_bag=(
            RelatedFiling(
                relation="division",
                ip_office_code="AU",
                application_number_text="2010200001",
                filing_date=day("2010-12-01"),
            ),
        ),
    )
    reader.apply("AU", division)
    family = find_family(reader, "AU.patent.2010200001", "extended")
    assert registered(family) == {"AU.patent.2010200001", "AU.patent.2012200001"}
    assert len(find_family(reader, "AU.patent.2010200001", "simple").members) == 1


@pytest.mark.parametrize("kind", ["simple", "extended", "complex"])
def test_a_family_beyond_the_limit_says_that_it_was_cut(
    kind: FamilyKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(family_kinds, "MEMBERS_MAX", 3)
    reader = MappingReader()
    reader.apply("EP", filing("10167109", "2010-06-24"))
    for number in range(5):
        first = claim("EP", "10167109", "2010-06-24")
        reader.apply("AU", filing(f"201120000{number}", "2011-06-23", first))
    family = find_family(reader, "EP.patent.10167109", kind)
    assert (len(family.members), family.is_complete) == (3, False)


@pytest.mark.parametrize("kind", ["simple", "extended", "complex"])
def test_a_family_that_takes_too_many_reads_says_that_it_was_cut(
    kind: FamilyKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(family_graph, "READS_MAX", 40)
    reader = MappingReader()
    reader.apply("EP", filing("10167109", "2010-06-24"))
    first = claim("EP", "10167109", "2010-06-24")
    for number in range(10):
        others = [claim("JP", f"2010-{number}{other:05}", "2010-07-01") for other in range(50)]
        reader.apply("AU", filing(f"201120000{number}", "2011-06-23", first, *others))
    reads = []

    def get(key: bytes) -> bytes | None:
        reads.append(key)
        return reader.content.get(key)

    monkeypatch.setattr(reader, "get", get)
    family = find_family(reader, "EP.patent.10167109", kind)
    assert not family.is_complete
    assert len(reads) <= 40 + len(family.members)
    start = next(m for m in family.members if m.filing_id == "EP.patent.10167109")
    assert start.is_registered


def test_an_id_that_is_none_is_malformed() -> None:
    with pytest.raises(MalformedFilingIdError):
        find_family(MappingReader(), "EP 10167109", "simple")
