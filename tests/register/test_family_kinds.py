"""The kinds of families of the WIPO Handbook's glossary, on the EPO's example and on others (register.md F1 to F7)."""

import msgspec
import pytest
from register_builders import MappingReader, claim, day, dispute, filing, of, pct, withdrawal

from ledger.register import family_kinds
from ledger.register.entries import Event, EventKind, Filing, PriorityClaim, RelatedFiling, Relation
from ledger.register.family import Family, FamilyKind, Publication, find_family

P1, P2, P3 = (f"US.patent.6100000{number}" for number in (1, 2, 3))
D = [f"AU.patent.201020000{number}" for number in range(6)]


def members(family: Family) -> set[str]:
    return {member.filing_id for member in family.members}


def by_origin(family: Family) -> dict[str, set[str]]:
    return {each.originating_filing_id: set(each.filing_id_bag) for each in family.family_bag}


def five_documents() -> MappingReader:
    """The EPO's example: D1(P1) D2(P1,P2) D3(P1,P2) D4(P2,P3) D5(P3)."""
    reader = MappingReader()
    priorities = {n: claim("US", f"61/000,00{n}", "2010-01-04") for n in (1, 2, 3)}
    for number, claimed in enumerate(((1,), (1, 2), (1, 2), (2, 3), (3,)), start=1):
        named = (priorities[n] for n in claimed)
        reader.apply("AU", filing(f"201020000{number}", "2010-12-01", *named))
    return reader


def later(number: str, filed: str, *earlier: tuple[Relation, str, str], claims: int = 0) -> Filing:
    """A US filing that continues others; with `claims` it claims the priority of the provisional, too."""
    related = tuple(
        RelatedFiling(
            relation=relation,
            ip_office_code="US",
            application_number_text=text,
            filing_date=day(date),
        )
        for relation, text, date in earlier
    )
    claimed = (claim("US", "61/000,001", "2010-01-04"),) * claims
    return msgspec.structs.replace(filing(number, filed, *claimed), related_filing_bag=related)


PARENT = ("13/000,001", "2011-01-03")
US = {
    "provisional": P1,
    "parent": "US.patent.13000001",
    "continuation": "US.patent.13500002",
    "division": "US.patent.13500003",
    "inPart": "US.patent.13500004",
    "divisionOfInPart": "US.patent.14100005",
}


def american_family() -> MappingReader:
    """A provisional, the application that claims it, and what goes back to that; and a filing abroad."""
    reader = MappingReader()
    reader.apply("US", filing("61/000,001", "2010-01-04"))
    reader.apply("US", filing(*PARENT, claim("US", "61/000,001", "2010-01-04")))
    reader.apply("US", later("13/500,002", "2012-03-01", ("continuation", *PARENT)))
    reader.apply("US", later("13/500,003", "2012-03-01", ("division", *PARENT), claims=1))
    reader.apply("US", later("13/500,004", "2012-03-01", ("continuationInPart", *PARENT)))
    in_part = ("13/500,004", "2012-03-01")
    reader.apply("US", later("14/100,005", "2013-12-09", ("division", *in_part)))
    reader.apply("EP", filing("11150001", "2011-01-03", claim("US", "61/000,001", "2010-01-04")))
    return reader


# --- the EPO's example ---------------------------------------------------------------------------


def test_complex_families_of_the_epo_example() -> None:
    # register.md F5: by P1 {D1, D2, D3}, by P2 {D2, D3, D4}, by P3 {D4, D5}; a first filing has itself
    reader = five_documents()
    by = {P1: {P1, *D[1:4]}, P2: {P2, *D[2:5]}, P3: {P3, *D[4:6]}}
    expected = {D[1]: (P1,), D[2]: (P1, P2), D[3]: (P1, P2), D[4]: (P2, P3), D[5]: (P3,), P2: (P2,)}
    for asked, priorities in expected.items():
        family = find_family(reader, asked, "complex")
        assert by_origin(family) == {priority: by[priority] for priority in priorities}
        assert family.priorities == priorities
        assert members(family) == set().union(*(by[priority] for priority in priorities))


def test_the_epo_example_has_no_national_or_domestic_family_at_the_office_of_second_filing() -> (
    None
):
    # register.md F6, F7: nothing links the filings to each other at their own office
    reader = five_documents()
    for document in D[1:]:
        assert by_origin(find_family(reader, document, "national")) == {document: {document}}
        assert members(find_family(reader, document, "domestic")) == {document}


def test_the_epo_example_with_the_priorities_of_its_own_office() -> None:
    # register.md F6, F7: domestic priorities are links of the office itself
    reader = MappingReader()
    priorities = {n: claim("AU", f"201000000{n}", "2010-01-04") for n in (1, 2, 3)}
    for number, claimed in enumerate(((1,), (1, 2), (1, 2), (2, 3), (3,)), start=1):
        named = (priorities[n] for n in claimed)
        reader.apply("AU", filing(f"201020000{number}", "2010-12-01", *named))
    first = [f"AU.patent.201000000{number}" for number in range(4)]
    national = find_family(reader, D[2], "national")
    assert by_origin(national) == {first[1]: {first[1], *D[1:4]}, first[2]: {first[2], *D[2:5]}}
    assert members(find_family(reader, D[2], "domestic")) == {D[2], D[3]}
    assert members(find_family(reader, D[1], "domestic")) == {first[1], D[1]}


# --- national and domestic -----------------------------------------------------------------------


def test_a_national_family_is_what_goes_back_to_one_origin_at_the_office() -> None:
    # WIPO Handbook, glossary: additions, continuations, continuations in part, divisions; register.md F6
    reader = american_family()
    for asked in US.values():
        family = find_family(reader, asked, "national")
        assert by_origin(family) == {P1: set(US.values())}
        assert members(family) == set(US.values())


def test_a_domestic_family_has_the_same_originating_applications() -> None:
    # WIPO Handbook, glossary; register.md F7: a continuation in part originates matter of its own
    reader = american_family()
    same = {US[name] for name in ("provisional", "parent", "continuation", "division")}
    for asked in sorted(same):
        family = find_family(reader, asked, "domestic")
        assert (members(family), family.priorities) == (same, (P1,))
    own = {US["inPart"], US["divisionOfInPart"]}
    for asked in sorted(own):
        family = find_family(reader, asked, "domestic")
        assert (members(family), family.priorities) == (own, (US["inPart"], P1))


def test_a_filing_with_two_origins_is_in_two_national_families() -> None:
    reader = MappingReader()
    parents = (("13/000,001", "2011-01-03"), ("13/000,002", "2011-01-03"))
    for parent in parents:
        reader.apply("US", filing(*parent))
    reader.apply("US", later("13/500,001", "2012-03-01", ("continuation", *parents[0])))
    both = [("continuationInPart", *parent) for parent in parents]
    reader.apply("US", later("13/500,002", "2012-03-01", *both))  # type: ignore[arg-type]
    family = find_family(reader, "US.patent.13500002", "national")
    assert by_origin(family) == {
        "US.patent.13000001": {"US.patent.13000001", "US.patent.13500001", "US.patent.13500002"},
        "US.patent.13000002": {"US.patent.13000002", "US.patent.13500002"},
    }


def test_who_continues_a_parent_and_its_parent_too_has_their_originating_application() -> None:
    reader = MappingReader()
    reader.apply("US", filing(*PARENT))
    reader.apply("US", later("13/500,001", "2012-03-01", ("division", *PARENT)))
    both = [("division", "13/500,001", "2012-03-01"), ("division", *PARENT)]
    reader.apply("US", later("13/500,002", "2012-03-01", *both))  # type: ignore[arg-type]
    same = {"US.patent.13000001", "US.patent.13500001", "US.patent.13500002"}
    for asked in sorted(same):
        assert members(find_family(reader, asked, "domestic")) == same


def test_a_domestic_family_that_takes_too_many_steps_says_that_it_was_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(family_kinds, "VISITS_MAX", 3)
    assert not find_family(american_family(), US["parent"], "domestic").is_complete


def test_filings_that_name_each_other_in_a_circle_have_a_family_all_the_same() -> None:
    reader = MappingReader()
    reader.apply("US", later("13/000,001", "2011-01-03", ("division", "13/000,002", "2011-01-03")))
    reader.apply("US", later("13/000,002", "2011-01-03", ("division", "13/000,001", "2011-01-03")))
    both = {"US.patent.13000001", "US.patent.13000002"}
    for asked in sorted(both):
        assert by_origin(find_family(reader, asked, "national")) == {"US.patent.13000001": both}
        assert members(find_family(reader, asked, "domestic")) == both


def event(number: str, category: EventKind, happened: str) -> Event:
    return Event(filing=of(number), event_category=category, event_date=day(happened))


@pytest.mark.parametrize("kind", ["national", "domestic"])
def test_national_and_domestic_families_show_the_publications_of_each_member(
    kind: FamilyKind,
) -> None:
    # WIPO Handbook, glossary: "procedural publications"; a withdrawal is none
    reader = american_family()
    reader.apply("US", event("13/000,001", "published", "2011-07-07"))
    reader.apply("US", event("13/000,001", "granted", "2013-07-02"))
    reader.apply("US", event("13/000,001", "lapsed", "2017-07-02"))
    family = find_family(reader, US["continuation"], kind)
    shown = {member.filing_id: member.publication_bag for member in family.members}
    assert shown[US["parent"]] == (
        Publication(event_category="published", event_date=day("2011-07-07"), height=8, index=0),
        Publication(event_category="granted", event_date=day("2013-07-02"), height=9, index=0),
    )
    assert shown[US["continuation"]] == ()


def test_a_family_across_offices_shows_no_publications() -> None:
    reader = american_family()
    reader.apply("US", event("13/000,001", "published", "2011-07-07"))
    family = find_family(reader, US["parent"], "extended")
    assert all(member.publication_bag == () for member in family.members)


# --- complex -------------------------------------------------------------------------------------


def test_a_national_phase_is_in_the_complex_family_of_its_pct_application() -> None:
    # register.md F1, F5
    reader = MappingReader()
    provisional = claim("US", "62/029,586", "2014-07-28")
    reader.apply("WO", pct("PCT/SE2015/050743", "2015-06-25", "SE", provisional))
    own_pct = claim("WO", "PCT/SE2015/050743", "2015-06-25")
    reader.apply("AU", filing("2015123456", "2015-06-25", own_pct))
    family = find_family(reader, "AU.patent.2015123456", "complex")
    assert by_origin(family) == {
        "US.patent.62029586": {
            "AU.patent.2015123456",
            "US.patent.62029586",
            "WO.patent.SE2015050743",
        }
    }


def test_a_withdrawn_claim_takes_a_filing_out_of_the_complex_family() -> None:
    reader = five_documents()
    named = claim("US", "61/000,001", "2010-01-04")
    reader.apply("AU", withdrawal("2010200003", named, "2011-05-01"))
    assert by_origin(find_family(reader, D[2], "complex"))[P1] == {P1, D[1], D[2]}


# --- rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("simple", "F1"),
        ("extended", "F2"),
        ("complex", "F5"),
        ("national", "F6"),
        ("domestic", "F7"),
    ],
)
def test_every_answer_names_its_rule(kind: FamilyKind, rule: str) -> None:
    assert find_family(five_documents(), D[2], kind).rule.startswith(f"{rule}: ")


# --- without what is disputed --------------------------------------------------------------------


def test_a_disputed_claim_joins_nothing_where_the_answer_is_asked_without_it() -> None:
    # register.md F8, R13: P2 of D4 is what merges the families of P1 and P3
    reader = five_documents()
    named: PriorityClaim = claim("US", "61/000,002", "2010-01-04")
    reader.apply("EP", dispute("AU", "2010200004", named))
    whole = find_family(reader, D[5], "extended")
    assert (members(whole), whole.without_disputed) == ({*D[1:], P1, P2, P3}, False)
    without = find_family(reader, D[5], "extended", without_disputed=True)
    assert (members(without), without.without_disputed) == ({D[4], D[5], P3}, True)
    (left_out,) = without.left_out_bag
    assert (left_out.later_filing_id, left_out.earlier_filing_id) == (D[4], P2)
    assert [one.disputing_office_code for one in left_out.dispute_bag] == ["EP"]
    assert members(find_family(reader, D[5], "simple")) == {D[5], P3}
    simple = find_family(reader, D[5], "simple", without_disputed=True)
    assert members(simple) == {D[4], D[5], P3}


def test_a_dispute_that_was_taken_back_leaves_nothing_out() -> None:
    reader = five_documents()
    named = claim("US", "61/000,002", "2010-01-04")
    reader.apply("EP", dispute("AU", "2010200004", named))
    reader.apply("EP", dispute("AU", "2010200004", named, "", action="withdraw"))
    without = find_family(reader, D[5], "extended", without_disputed=True)
    assert (members(without), without.left_out_bag) == ({*D[1:], P1, P2, P3}, ())


def test_a_disputed_claim_leaves_the_relation_to_the_same_filing() -> None:
    # register.md F8, R13: that the own PCT application is no priority (PCT Art. 11(3)) parts no national phase from it
    reader = MappingReader()
    own = claim("WO", "PCT/AU2013/000263", "2013-03-12")
    reader.apply("WO", pct("PCT/AU2013/000263", "2013-03-12", "AU"))
    phase = RelatedFiling(
        relation="nationalPhase",
        ip_office_code="WO",
        application_number_text="PCT/AU2013/000263",
        filing_date=day("2013-03-12"),
    )
    entered = msgspec.structs.replace(
        filing("13754321", "2013-03-12", own), related_filing_bag=(phase,)
    )
    reader.apply("EP", entered)
    reader.apply("US", dispute("EP", "13754321", own))
    both = {"WO.patent.AU2013000263", "EP.patent.13754321"}
    without = find_family(reader, "WO.patent.AU2013000263", "extended", without_disputed=True)
    assert (members(without), [one.relation for one in without.left_out_bag]) == (
        both,
        ["priority"],
    )
    reader.apply("US", dispute("EP", "13754321", own, relation="nationalPhase"))
    apart = find_family(reader, "WO.patent.AU2013000263", "extended", without_disputed=True)
    assert members(apart) == {"WO.patent.AU2013000263"}
    assert {one.relation for one in apart.left_out_bag} == {"priority", "nationalPhase"}


def test_whoever_asks_names_the_offices_whose_disputes_count() -> None:
    # register.md F8: no office decides for others what they see
    reader = five_documents()
    reader.apply("EP", dispute("AU", "2010200004", claim("US", "61/000,002", "2010-01-04")))
    reader.apply("US", dispute("AU", "2010200005", claim("US", "61/000,003", "2010-01-04")))

    def told(*offices: str) -> tuple[set[str], tuple[str, ...]]:
        family = find_family(
            reader, D[4], "extended", without_disputed=True, disputed_by=frozenset(offices)
        )
        return members(family), family.disputed_by

    assert told() == ({D[4], P3}, ())
    assert told("EP") == ({D[4], D[5], P3}, ("EP",))
    assert told("US") == ({*D[1:5], P1, P2, P3}, ("US",))
    assert told("US", "EP") == ({D[4], P3}, ("EP", "US"))
    assert told("JP") == ({*D[1:], P1, P2, P3}, ("JP",))
