"""Runs the multi-office families of a collection as sealed filings, and compares what is found before and after.

Every filing is entered sealed on its filing date, with its claims proved, and opened when it was published (a first
filing that the collection only names: when the first filing that claims it was). Beside it the same filings are
entered open in the same order: that is how the world knows them.
"""

from collections.abc import Callable
from datetime import date
from typing import Literal, NamedTuple, TypeVar

import msgspec

from crypto.seal import PRIORITY
from ledger.register.apply_filing import ASSUMED_RIGHT
from ledger.register.entries import Entry, Opening, PriorityClaim, RelatedFiling, SealedFiling
from ledger.register.family import FamilyKind, find_family
from ledger.register.memory import MemoryRegister
from node.evaluation.collection import TIME_MS, CollectionRegister
from node.evaluation.count import Count
from node.evaluation.sealed_plan import Plan, Planned, plan, with_own_international

KINDS: tuple[FamilyKind, ...] = ("simple", "extended")
_Named = TypeVar("_Named", bound=PriorityClaim | RelatedFiling)
Question = Literal["proved", "whole", "before", "outside", "opening", "after"]
_QUESTIONS: dict[Question, str] = {
    "proved": "a claim is proved with number, date and access code of its first filing",
    "whole": "of a family all claims are proved before its first publication",
    "before": "before its first publication each office of a family finds that of the open filings",
    "outside": "... and an office outside finds nothing",
    "opening": "no opening changes a family for the office that opens",
    "after": "after all openings everybody finds the families of the open filings",
}


class Found(NamedTuple):
    """A family, its filings by the ids that they have open."""

    members: frozenset[str]
    priorities: frozenset[str]

    def difference(self, expected: "Found") -> str:
        """Return in what it differs from another one; empty: in nothing."""
        if self == expected:
            return ""
        too_many = sorted(self.members - expected.members)
        missing = sorted(expected.members - self.members)
        parts = [f"too many {', '.join(too_many)}"] if too_many else []
        parts += [f"missing {', '.join(missing)}"] if missing else []
        return "; ".join(parts) or "other priorities"


def evaluate_sealed_families(
    collection: CollectionRegister, progress: Callable[[int], None] = lambda _: None
) -> tuple[Count, ...]:
    """Return the counts; `progress` hears of every filing that was sealed or opened.

    Before the publication a family can be compared only where all its claims were proved: what was not lets no
    other office see it (register.md F13). The first two counts list what could not be.
    """
    run = _Run(collection)
    steps: list[tuple[date, bool, int, Planned]] = []
    for place, each in enumerate(run.planned.filings.values()):
        steps.append((each.filing.filing_date, False, place, each))
        steps.append((each.opened_on, True, place, each))
    for _, is_opening, _, each in sorted(steps, key=lambda step: step[:3]):
        if is_opening:
            run.open(each)
        else:
            run.seal(each)
        progress(1)
    run.finish()
    return run.counts()


class _Run:
    """The filings sealed in one register, and open in another one."""

    def __init__(self, collection: CollectionRegister) -> None:
        offices = collection.register.offices
        self._offices = offices
        self._sealed = MemoryRegister(offices, TIME_MS)
        self._open = MemoryRegister(offices, TIME_MS)
        self.planned: Plan = plan(collection, self._sealed.network_id)
        self._names = {each.sealed_id: each.filing_id for each in self.planned.filings.values()}
        self._entered: set[str] = set()
        self._opened: set[str] = set()
        self._unproved: set[str] = set()
        """Filings with a claim that could not be proved."""
        self._cases = dict.fromkeys(_QUESTIONS, 0)
        self._otherwise: dict[Question, list[str]] = {question: [] for question in _QUESTIONS}

    def counts(self) -> tuple[Count, ...]:
        """Return how often what is found is what must be."""
        return tuple(
            Count(
                question=text,
                cases=self._cases[question],
                as_expected=self._cases[question] - len(self._otherwise[question]),
                otherwise=tuple(self._otherwise[question]),
            )
            for question, text in _QUESTIONS.items()
        )

    def seal(self, planned: Planned) -> None:
        """Enter a filing, sealed and open."""
        told = with_own_international(planned)
        entry = SealedFiling(
            claim_key=planned.seal.claim_key,
            commitment=planned.seal.commitment,
            priority_claim_bag=tuple(self._proved(planned, one) for one in told.priority_claim_bag),
            related_filing_bag=tuple(self._proved(planned, one) for one in told.related_filing_bag),
        )
        _enter(self._sealed, planned, entry)
        if planned.is_in_collection:
            _enter(self._open, planned, planned.filing)
        self._entered.add(planned.filing_id)

    def _proved(self, later: Planned, claim: _Named) -> _Named:
        """Return a claim or relation with its proof; as it is, stating a right, where it cannot be proved."""
        right = later.name[1]
        first = self.planned.named_by(claim, right)
        self._cases["proved"] += 1
        if first is None or first.filing_id not in self._entered:
            self._unproved.add(later.filing_id)
            self._otherwise["proved"].append(_unproved(later, claim, first))
            return msgspec.structs.replace(claim, right=claim.right or ASSUMED_RIGHT[right])
        role = claim.relation if isinstance(claim, RelatedFiling) else PRIORITY
        return msgspec.structs.replace(
            claim,
            ip_office_code=first.office,
            application_number_text="",
            filing_date=None,
            right=None,
            claim_key=first.seal.claim_key,
            proof=first.seal.prove(role, later.sealed_id),
        )

    def open(self, planned: Planned) -> None:
        """Open a filing, and compare its family before and after."""
        family = self._family_of_open(planned.filing_id, "extended").members
        is_proved = family.isdisjoint(self._unproved)
        if family.isdisjoint(self._opened):
            self._cases["whole"] += 1
            if is_proved:
                self._compare_before(family)
            else:
                unproved = ", ".join(sorted(family & self._unproved))
                self._otherwise["whole"].append(f"{planned.filing_id}: not those of {unproved}")
        before = self._seen(planned, planned.sealed_id)
        opening = Opening(
            claim_key=planned.seal.claim_key,
            blinding=planned.seal.blinding,
            right=planned.filing.right,
            application_number_text=planned.filing.application_number_text,
            filing_date=planned.filing.filing_date,
            receiving_office_code=planned.filing.receiving_office_code,
        )
        _enter(self._sealed, planned, opening)
        self._opened.add(planned.filing_id)
        if is_proved:
            after = self._seen(planned, planned.filing_id)
            for kind, was, came in zip(KINDS, before, after, strict=True):
                self._compare("opening", f"{planned.filing_id}, {kind}", came, was)

    def finish(self) -> None:
        """Compare the families as the world sees them in the end."""
        for planned in self.planned.filings.values():
            for kind in KINDS:
                expected = self._family_of_open(planned.filing_id, kind)
                came = self._family_of_sealed(planned.filing_id, kind, "")
                self._compare("after", f"{planned.filing_id}, {kind}", came, expected)

    def _compare_before(self, family: frozenset[str]) -> None:
        """Compare what every office of a family finds, from every member, with what the open filings have."""
        inside = {identifier[:2] for identifier in family}
        outside = next((office for office in self._offices if office not in inside), "")
        sealed_ids = {self._names[sealed_id]: sealed_id for sealed_id in self._names}
        for identifier in sorted(family):
            asked = sealed_ids[identifier]
            for kind in KINDS:
                expected = self._family_of_open(identifier, kind)
                for office in sorted(inside):
                    came = self._family_of_sealed(asked, kind, office)
                    self._compare("before", f"{identifier} for {office}, {kind}", came, expected)
            nothing = Found(frozenset({identifier}), frozenset())
            seen = self._family_of_sealed(asked, "extended", outside)
            self._compare("outside", f"{identifier} for {outside or 'nobody'}", seen, nothing)

    def _seen(self, planned: Planned, asked: str) -> tuple[Found, ...]:
        return tuple(self._family_of_sealed(asked, kind, planned.office) for kind in KINDS)

    def _family_of_open(self, identifier: str, kind: FamilyKind) -> Found:
        family = find_family(self._open, identifier, kind)
        members = frozenset(member.filing_id for member in family.members)
        return Found(members, frozenset(family.priorities))

    def _family_of_sealed(self, identifier: str, kind: FamilyKind, viewer: str) -> Found:
        family = find_family(self._sealed, identifier, kind, viewer=viewer)
        members = (member.filing_id for member in family.members)
        return Found(
            frozenset(map(self._name, members)), frozenset(map(self._name, family.priorities))
        )

    def _name(self, identifier: str) -> str:
        return self._names.get(identifier, identifier)

    def _compare(self, question: Question, what: str, came: Found, expected: Found) -> None:
        self._cases[question] += 1
        difference = came.difference(expected)
        if difference:
            self._otherwise[question].append(f"{what}: {difference}")


def _unproved(later: Planned, claim: PriorityClaim | RelatedFiling, first: Planned | None) -> str:
    """Return which claim it is that cannot be proved, and why."""
    named = f"{claim.ip_office_code} {claim.application_number_text}"
    if claim.filing_date is None:
        return f"{later.filing_id} claims {named}: no date is told"
    why = "no filing has this number and date" if first is None else "it was not filed before"
    return f"{later.filing_id} claims {named} of {claim.filing_date}: {why}"


def _enter(register: MemoryRegister, planned: Planned, entry: Entry) -> None:
    outcome = register.enter(planned.office, entry)
    if outcome.status != "accepted":
        raise ValueError(f"{planned.filing_id}: expected to be entered, got {outcome}")
