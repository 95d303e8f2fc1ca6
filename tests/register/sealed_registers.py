"""Registers of random entries about few sealed and open filings, so that they meet: good, bad and repeated ones."""

from random import Random
from typing import get_args

from msgspec.structs import replace
from register_builders import MappingReader, claim, day, filing
from sealed_builders import named, opening, proved, reference, related, seal_of, sealed, sealed_id

from crypto.seal import Seal
from ledger.register.entries import (
    Claim,
    ClaimAction,
    Dispute,
    DisputeAction,
    Entry,
    Event,
    EventKind,
    FilingReference,
    PriorityClaim,
    RelatedFiling,
    Relation,
    Right,
    SealedFiling,
)
from ledger.register.numbers import normalise

OFFICES = ("AU", "EP", "JP", "US", "WO")
NUMBERS = {
    "AU": ("2013900001", "2013900002"),
    "EP": ("13171234", "13171235"),
    "JP": ("2013-050001", "2013-050002"),
    "US": ("14/200,001", "61/610,420"),
    "WO": ("PCT/AU2014/000001", "PCT/EP2014/000002"),
}
DAYS = ("2013-03-12", "2013-06-01", "2014-03-11")
_RELATIONS: tuple[Relation, ...] = ("division", "continuation", "nationalPhase", "addition")
_RIGHTS: tuple[Right | None, ...] = ("patent", None, "utilityModel")
_ACTIONS: tuple[ClaimAction, ...] = ("add", *get_args(ClaimAction))
_EVENTS: tuple[EventKind, ...] = ("published", "withdrawn", "granted")
_DISPUTES: tuple[DisputeAction, ...] = ("raise", *get_args(DisputeAction))
_SEALED = 6
_ENTRIES = 60


class SealedOne:
    """A filing that is sealed or open, or will be one of these."""

    def __init__(self, random: Random, code: str) -> None:
        self.office = random.choice(OFFICES)
        self.number = random.choice(NUMBERS[self.office])
        self.filed = random.choice(DAYS)
        self.seal: Seal = seal_of(self.office, self.number, self.filed, code=code)
        self.sealed_id = sealed_id(self.seal)
        match_key = normalise(self.office, "patent", self.number, day(self.filed)).match_key
        self.open_id = f"{self.office}.patent.{match_key}"


class RandomEntries:
    """Random entries about the same few filings; all that it draws is admitted, not all of it lawful."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.filings = [SealedOne(self._random, str(place)) for place in range(_SEALED)]

    def entered(self, reader: MappingReader) -> MappingReader:
        """The register after these entries."""
        for _ in range(_ENTRIES):
            reader.apply(*self._draw())
        return reader

    def _draw(self) -> tuple[str, Entry]:
        one = self._random.choice(self.filings)
        entry = self._entry(one)
        is_own = isinstance(entry, Dispute) or self._random.random() < 0.9
        return (one.office if is_own else self._random.choice(OFFICES)), entry

    def _entry(self, one: SealedOne) -> Entry:
        kind = self._random.random()
        if kind < 0.3:
            return self._sealed(one)
        if kind < 0.45:
            made = opening(one.seal, one.number, one.filed, *self._claims(one.open_id, 0, 0, 1))
            return replace(made, receiving_office_code=_receiving_office(one))
        if kind < 0.55:
            entry = filing(one.number, one.filed, *self._claims(one.open_id, 0, 1, 2))
            return replace(entry, receiving_office_code=_receiving_office(one))
        return self._later(one, kind)

    def _sealed(self, one: SealedOne) -> SealedFiling:
        count = self._random.choice((0, 0, 0, 1))
        relations = tuple(self._relation(one.sealed_id) for _ in range(count))
        return sealed(one.seal, *self._claims(one.sealed_id, 0, 0, 1, 2), related=relations)

    def _later(self, one: SealedOne, kind: float) -> Entry:
        random = self._random
        about = reference(one.seal)
        if random.random() < 0.3:
            about = FilingReference(right="patent", application_number_text=one.number)
        later = one.open_id if about.claim_key is None else one.sealed_id
        on = day(random.choice(DAYS))
        if kind < 0.75:
            others = (None, self._claim(later), named(random.choice(self.filings).seal))
            return Claim(
                filing=about,
                action=random.choice(_ACTIONS),
                claim=self._claim(later),
                replaced_claim=random.choice(others),
                decision_date=on,
                criterion=random.choice((None, "dueCare")),
            )
        if kind < 0.85:
            category = random.choice(_EVENTS)
            return Event(filing=about, event_category=category, event_date=on)
        return Dispute(
            claiming_office_code=one.office,
            filing=about,
            action=random.choice(_DISPUTES),
            claim=random.choice((named(random.choice(self.filings).seal), self._claim(later))),
            relation=random.choice((None, None, "division")),
            reason_text="why",
            decision_date=on,
        )

    def _claims(self, later: str, *counts: int) -> tuple[PriorityClaim, ...]:
        return tuple(self._claim(later) for _ in range(self._random.choice(counts)))

    def _claim(self, later: str) -> PriorityClaim:
        random = self._random
        kind, first = random.random(), random.choice(self.filings).seal
        if kind < 0.6:
            return proved(first, later if random.random() < 0.95 else "EP.patent.1")
        if kind < 0.7:
            return named(first)
        office, right = random.choice(OFFICES), random.choice(_RIGHTS)
        return claim(office, random.choice(NUMBERS[office]), random.choice((*DAYS, None)), right)

    def _relation(self, later: str) -> RelatedFiling:
        random = self._random
        relation = random.choice(_RELATIONS)
        if random.random() < 0.7:
            return related(random.choice(self.filings).seal, later, relation)
        office = random.choice(OFFICES)
        return RelatedFiling(
            relation=relation,
            ip_office_code=office,
            application_number_text=random.choice(NUMBERS[office]),
            filing_date=day(random.choice(DAYS)),
            right="patent",
        )


def _receiving_office(one: SealedOne) -> str | None:
    return "AU" if one.office == "WO" else None
