"""Families are the same whoever of them is asked, and in whatever order the filings came (register.md, section 7)."""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from register_builders import MappingReader

from ledger.register.entries import Filing, PriorityClaim, RelatedFiling, Relation
from ledger.register.family import Family, FamilyKind, find_family
from ledger.register.outcome import Outcome

OFFICES = ("AU", "EP", "WO")
RELATIONS: tuple[Relation | None, ...] = (
    None,
    "division",
    "continuation",
    "continuationInPart",
    "addition",
)
SYMMETRIC: tuple[FamilyKind, ...] = ("simple", "extended", "domestic")
BY_ORIGIN: tuple[FamilyKind, ...] = ("complex", "national")
NUMBERS = {"AU": "2013{:06}", "EP": "13{:06}", "WO": "PCT/AU2013/{:06}"}
SIZE = 7

links = st.tuples(st.integers(1, SIZE), st.sampled_from(RELATIONS))
filings = st.lists(
    st.tuples(st.sampled_from(OFFICES), st.lists(links, max_size=3)), min_size=1, max_size=SIZE
)


def registered(
    drawn: list[tuple[str, list[tuple[int, Relation | None]]]],
) -> list[tuple[str, Filing]]:
    """Filings that name earlier ones of the list, some of the same day, or some that nobody registered."""
    offices = [office for office, _ in drawn]
    made = []
    for place, (office, names) in enumerate(drawn):
        claims, related = [], []
        for back, relation in names:
            earlier = place - back
            named = {
                "ip_office_code": offices[earlier] if earlier >= 0 else "EP",
                "application_number_text": number(offices, earlier),
                "filing_date": filed(earlier),
            }
            first_office = named["ip_office_code"]
            if relation is not None and first_office == "WO" != office:
                related.append(RelatedFiling(relation="nationalPhase", **named))  # type: ignore[arg-type]
            elif relation is not None and first_office == office:
                related.append(RelatedFiling(relation=relation, **named))  # type: ignore[arg-type]
            else:
                claims.append(PriorityClaim(**named))  # type: ignore[arg-type]
        filing = Filing(
            right="patent",
            application_number_text=number(offices, place),
            filing_date=filed(place),
            receiving_office_code="AU" if office == "WO" else None,
            priority_claim_bag=tuple(claims),
            related_filing_bag=tuple(related),
        )
        made.append((office, filing))
    return made


def number(offices: list[str], place: int) -> str:
    office = offices[place] if place >= 0 else "EP"
    return NUMBERS[office].format(500 + place)


def filed(place: int) -> date:
    return date(2013, 6, 1) + timedelta(days=place // 2)


def register(entries: Iterable[tuple[str, Filing]]) -> tuple[MappingReader, list[str]]:
    reader = MappingReader()
    outcomes: list[Outcome] = [reader.apply(office, entry) for office, entry in entries]
    assert {outcome.status for outcome in outcomes} == {"accepted"}
    return reader, [outcome.subject for outcome in outcomes]


def members(family: Family) -> set[str]:
    return {member.filing_id for member in family.members}


@given(filings)
def test_every_member_of_a_family_gives_the_same_family(
    drawn: list[tuple[str, list[tuple[int, Relation | None]]]],
) -> None:
    reader, ids = register(registered(drawn))
    for asked in ids:
        for kind in SYMMETRIC:
            family = find_family(reader, asked, kind)
            assert asked in members(family)
            for other in sorted(members(family)):
                again = find_family(reader, other, kind)
                assert (members(again), again.priorities) == (members(family), family.priorities)
        for kind in BY_ORIGIN:
            for each in find_family(reader, asked, kind).family_bag:
                for other in each.filing_id_bag:
                    assert each in find_family(reader, other, kind).family_bag


@given(filings)
def test_the_wider_kinds_contain_the_narrower_ones(
    drawn: list[tuple[str, list[tuple[int, Relation | None]]]],
) -> None:
    reader, ids = register(registered(drawn))
    for asked in ids:
        extended = members(find_family(reader, asked, "extended"))
        simple = find_family(reader, asked, "simple")
        families = find_family(reader, asked, "complex")
        assert members(simple) <= members(families) <= extended
        assert {each.originating_filing_id for each in families.family_bag} == set(
            simple.priorities
        )
        for each in families.family_bag:
            assert members(simple) <= set(each.filing_id_bag)
        national = members(find_family(reader, asked, "national"))
        domestic = members(find_family(reader, asked, "domestic"))
        assert asked in national & domestic
        assert national | domestic <= extended
        assert {member[:2] for member in national | domestic} == {asked[:2]}


@given(filings, st.randoms(use_true_random=False))
def test_the_order_of_registration_does_not_matter(
    drawn: list[tuple[str, list[tuple[int, Relation | None]]]], random: object
) -> None:
    entries = registered(drawn)
    reader, ids = register(entries)
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    other, _ = register(shuffled)
    for asked in ids:
        for kind in (*SYMMETRIC, *BY_ORIGIN):
            first, second = find_family(reader, asked, kind), find_family(other, asked, kind)
            assert (members(first), first.priorities, first.family_bag) == (
                members(second),
                second.priorities,
                second.family_bag,
            )


def test_the_answer_is_one_document() -> None:
    reader, ids = register(registered([("AU", []), ("EP", [(1, None)])]))
    family = find_family(reader, ids[1], "simple")
    assert msgspec.json.decode(msgspec.json.encode(family), type=Family) == family
