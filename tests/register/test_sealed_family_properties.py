"""A family of sealed filings is that of the same filings open; an opening changes none (register.md F11 to F13)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple, get_args

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from register_builders import MappingReader
from sealed_builders import opening, proved, related, seal_of, sealed, sealed_id

from crypto.seal import Seal
from ledger.register.entries import Filing, PriorityClaim, RelatedFiling, Relation
from ledger.register.family import FamilyKind, find_family

OFFICES = ("AU", "EP", "WO")
RELATIONS: tuple[Relation | None, ...] = (
    None,
    "division",
    "continuation",
    "continuationInPart",
    "addition",
)
KINDS: tuple[FamilyKind, ...] = get_args(FamilyKind)
NUMBERS = {"AU": "2013{:06}", "EP": "13{:06}", "WO": "PCT/AU2013/{:06}"}
MATCH_KEYS = {"AU": "2013{:06}", "EP": "13{:06}", "WO": "AU2013{:06}"}
SIZE = 6


class Drawn(NamedTuple):
    """A filing, with how it names earlier ones of the list."""

    office: str
    place: int
    earlier: tuple[tuple[int, Relation | None], ...]

    @property
    def number(self) -> str:
        return NUMBERS[self.office].format(500 + self.place)

    @property
    def identifier(self) -> str:
        return f"{self.office}.patent.{MATCH_KEYS[self.office].format(500 + self.place)}"

    @property
    def filed(self) -> date:
        return date(2013, 6, 1) + timedelta(days=self.place // 2)

    @property
    def seal(self) -> Seal:
        return seal_of(self.office, self.number, str(self.filed), code=str(self.place))


links = st.tuples(st.integers(1, SIZE), st.sampled_from(RELATIONS))
raw = st.tuples(st.sampled_from(OFFICES), st.lists(links, max_size=3))


def _named(
    offices: list[str], place: int, back: int, relation: Relation | None
) -> tuple[int, Relation | None] | None:
    """What a filing says of an earlier one: its own PCT application is always told as such (F12)."""
    first = place - back
    if first < 0:
        return None
    if offices[first] == "WO" != offices[place]:
        same_day = first // 2 == place // 2
        return first, "nationalPhase" if relation is not None or same_day else None
    return first, relation if offices[first] == offices[place] else None


def _drawn(rows: list[tuple[str, list[tuple[int, Relation | None]]]]) -> list[Drawn]:
    offices = [office for office, _ in rows]
    made = []
    for place, (office, names) in enumerate(rows):
        named = [_named(offices, place, *each) for each in names]
        made.append(Drawn(office, place, tuple(each for each in named if each is not None)))
    return made


filings = st.lists(raw, min_size=1, max_size=SIZE).map(_drawn)


def register_open(drawn: list[Drawn], entered: Iterable[Drawn]) -> MappingReader:
    """These of the filings, entered open; they name only each other."""
    reader, entered = MappingReader(), list(entered)
    for filing in entered:
        claims, relations = [], []
        for first, relation in filing.earlier:
            if drawn[first] not in entered:
                continue
            named = {
                "ip_office_code": drawn[first].office,
                "application_number_text": drawn[first].number,
                "filing_date": drawn[first].filed,
            }
            if relation is None:
                claims.append(PriorityClaim(**named))  # type: ignore[arg-type]
            else:
                relations.append(RelatedFiling(relation=relation, **named))  # type: ignore[arg-type]
        entry = Filing(
            right="patent",
            application_number_text=filing.number,
            filing_date=filing.filed,
            receiving_office_code="AU" if filing.office == "WO" else None,
            priority_claim_bag=tuple(claims),
            related_filing_bag=tuple(relations),
        )
        assert reader.apply(filing.office, entry).status == "accepted"
    return reader


def register_sealed(drawn: list[Drawn]) -> MappingReader:
    """All filings, entered sealed, with proofs."""
    reader = MappingReader()
    for filing in drawn:
        later = sealed_id(filing.seal)
        claims, relations = [], []
        for first, relation in filing.earlier:
            if relation is None:
                claims.append(proved(drawn[first].seal, later))
            else:
                relations.append(related(drawn[first].seal, later, relation))
        entry = sealed(filing.seal, *claims, related=tuple(relations))
        assert reader.apply(filing.office, entry).status == "accepted"
    return reader


def open_filing(reader: MappingReader, filing: Drawn) -> None:
    entry = opening(filing.seal, filing.number, str(filing.filed))
    if filing.office == "WO":
        entry = msgspec.structs.replace(entry, receiving_office_code="AU")
    assert reader.apply(filing.office, entry).status == "accepted"


Shown = tuple[set[str], set[str], dict[str, set[str]], bool]


def shown(
    reader: MappingReader, asked: str, kind: FamilyKind, viewer: str, names: Mapping[str, str]
) -> Shown:
    """The members that are there, the priorities and the families, each filing by its number."""
    family = find_family(reader, asked, kind, viewer=viewer)
    there = {names.get(one.filing_id, one.filing_id) for one in family.members if one.is_registered}
    families = {
        names.get(one.originating_filing_id, one.originating_filing_id): {
            names.get(each, each) for each in one.filing_id_bag
        }
        for one in family.family_bag
    }
    priorities = {names.get(one, one) for one in family.priorities}
    return there, priorities, families, family.is_complete


@given(filings, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_sealed_families_are_those_of_the_same_filings_open_at_every_moment(
    drawn: list[Drawn], random: object
) -> None:
    opened_all = register_open(drawn, drawn)
    reader = register_sealed(drawn)
    names = {sealed_id(filing.seal): filing.identifier for filing in drawn}
    order = list(drawn)
    random.shuffle(order)  # type: ignore[attr-defined]
    opened: list[Drawn] = []
    for filing in (None, *order):
        if filing is not None:
            open_filing(reader, filing)
            opened.append(filing)
        in_order = [each for each in drawn if each in opened]
        alone = register_open(drawn, in_order)
        for each in drawn:
            extended = shown(opened_all, each.identifier, "extended", "", {})[0]
            ids = (sealed_id(each.seal), *([each.identifier] if each in opened else ()))
            for viewer in OFFICES:
                is_of_family = any(member.startswith(viewer) for member in extended)
                for kind in KINDS:
                    for asked in ids:
                        came = shown(reader, asked, kind, viewer, names)
                        if is_of_family:
                            assert came == shown(opened_all, each.identifier, kind, "", {})
                        elif each in opened:
                            assert came == shown(alone, each.identifier, kind, "", {})
                        else:
                            assert came[0] == set()
