"""Compares the families of the register with those that a patent database states for the same filings."""

from collections.abc import Iterable, Mapping

import msgspec

from ledger.register.family import FamilyKind, find_family
from node.evaluation.collection import CollectionRegister
from node.evaluation.count import Count

_KINDS: Mapping[str, FamilyKind] = {"simple": "simple", "inpadoc": "extended"}


class StatedFamily(msgspec.Struct):
    """A family as a database states it, its members by DOCDB's numbers."""

    kind: str
    members: tuple[str, ...]
    rule_reproduces_it: bool


def read_families(lines: Iterable[bytes]) -> tuple[StatedFamily, ...]:
    """Return the families, one JSON object a line."""
    return tuple(msgspec.json.decode(line, type=StatedFamily) for line in lines if line.strip())


def evaluate_families(
    stated: tuple[StatedFamily, ...], collection: CollectionRegister
) -> tuple[Count, ...]:
    """Count per kind the families that come out equal, among those that the rule can reproduce from these data.

    Compared are the filings that the database names: of others in the collection it says nothing. Each family
    is asked for from every member.
    """
    ids = {each.row.docdb: each.filing_id for each in collection.entered if each.row.docdb}
    named = {ids[member] for each in stated for member in each.members if member in ids}
    counts = []
    for name, kind in _KINDS.items():
        cases = [each for each in stated if each.kind == name and each.rule_reproduces_it]
        otherwise = []
        for case in cases:
            difference = _difference(case, kind, ids, named, collection)
            if difference:
                otherwise.append(difference)
        counts.append(
            Count(
                question=f"{kind} families are those that a database states",
                cases=len(cases),
                as_expected=len(cases) - len(otherwise),
                otherwise=tuple(otherwise),
            )
        )
    return tuple(counts)


def _difference(
    case: StatedFamily,
    kind: FamilyKind,
    ids: Mapping[str, str],
    named: set[str],
    collection: CollectionRegister,
) -> str:
    """Ask for the family of each member, and return the first difference; empty if there is none."""
    missing = [member for member in case.members if member not in ids]
    if missing:
        return f"{', '.join(missing)}: not in the collection"
    expected = {ids[member] for member in case.members}
    for start in sorted(expected):
        family = find_family(collection.register, start, kind)
        came = {member.filing_id for member in family.members} & named
        if came != expected or not family.is_complete:
            return f"{start}: too many {sorted(came - expected)}, missing {sorted(expected - came)}"
    return ""
