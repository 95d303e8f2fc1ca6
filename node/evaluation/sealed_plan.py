"""The multi-office families of a collection as filings to be sealed: which, when, and with which seal.

A first filing that the collection only names takes part, too, as the claims name it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple, TypeAlias

import msgspec

from crypto.access_code import ACCESS_CODE_SIZE, AccessCode
from crypto.digest import sha256
from crypto.seal import Seal, seal
from ledger.register.entries import Filing, PriorityClaim, RelatedFiling, Right
from ledger.register.family import find_family
from ledger.register.numbers import normalise, read_earlier
from ledger.register.offices import may_register, office_code
from ledger.register.periods import FIRST_RIGHTS
from node.evaluation.collection import CollectionRegister, Entered

Name: TypeAlias = tuple[str, Right, str]
"""Office, right and match key."""
_OFFICES_MIN = 2
_Named: TypeAlias = PriorityClaim | RelatedFiling


class Planned(NamedTuple):
    """A filing that is sealed on one day and opened on another."""

    office: str
    filing: Filing
    name: Name
    opened_on: date
    is_in_collection: bool
    """False: the collection only names it."""
    seal: Seal

    @property
    def filing_id(self) -> str:
        """As an open filing."""
        return ".".join(self.name)

    @property
    def sealed_id(self) -> str:
        """As a sealed one."""
        return f"{self.office}.sealed.{self.seal.claim_key}"


class Plan(NamedTuple):
    """All filings of the multi-office families."""

    filings: Mapping[Name, Planned]
    """In the order in which they were filed; what claims another one of the same day comes after it."""

    def named_by(self, claim: _Named, right: Right) -> Planned | None:
        """Return the filing that answers to a claim of a filing of this right: with its number, right and date."""
        office = office_code(claim.ip_office_code)
        for likely in FIRST_RIGHTS[right] if claim.right is None else (claim.right,):
            if not office:
                break
            text = claim.application_number_text
            kept_by, number = read_earlier(office, likely, text, claim.filing_date)
            found = self.filings.get((kept_by, number.right, number.match_key))
            if found is not None and found.filing.filing_date == claim.filing_date:
                return found
        return None


def plan(collection: CollectionRegister, network_id: bytes) -> Plan:
    """Return the filings of the families that touch at least two offices."""
    entered = {each.filing_id: each for each in reversed(collection.entered)}
    members, named = _multi_office(collection, entered)
    published = {
        identifier: _published(entered[identifier])
        for identifier in members
        if identifier in entered
    }
    made: dict[str, Planned] = {}
    for identifier in members:
        known = entered.get(identifier)
        filing = known.filing if known is not None else _as_named(identifier, named[identifier])
        if filing is None:
            continue
        claimants = [published[later] for later, _, _ in named[identifier] if later in published]
        opened_on = published.get(identifier) or min(claimants, default=date.max)
        name = _name(identifier)
        made[identifier] = Planned(
            office=name[0],
            filing=filing,
            name=name,
            opened_on=max(opened_on, filing.filing_date),
            is_in_collection=known is not None,
            seal=seal(network_id, *name, filing.filing_date, code=_code_of(identifier)),
        )
    return Plan({each.name: each for each in _in_order(made, named)})


def with_own_international(planned: Planned) -> Filing:
    """Return the filing as its office tells of it: its own PCT application as such, and not its own number.

    Of open filings the same date tells it; of sealed ones only the relation (register.md F1, F12).
    """
    filing = planned.filing
    claims = [each for each in filing.priority_claim_bag if _named(each, planned) != planned.name]
    related = [each for each in filing.related_filing_bag if _named(each, planned) != planned.name]
    is_told = any(each.relation == "nationalPhase" for each in related)
    for claim in () if is_told or planned.office == "WO" else claims:
        if claim.filing_date == filing.filing_date and _named(claim, planned)[0] == "WO":
            claims.remove(claim)
            told = RelatedFiling(
                relation="nationalPhase",
                ip_office_code=claim.ip_office_code,
                application_number_text=claim.application_number_text,
                filing_date=claim.filing_date,
                right=claim.right,
            )
            related.append(told)
            break
    return msgspec.structs.replace(
        filing, priority_claim_bag=tuple(claims), related_filing_bag=tuple(related)
    )


def _named(claim: _Named, later: Planned) -> Name:
    office, right = office_code(claim.ip_office_code), claim.right or later.name[1]
    text = claim.application_number_text
    kept_by, number = read_earlier(office, right, text, claim.filing_date)
    return kept_by, number.right, number.match_key


_Naming: TypeAlias = Mapping[str, list[tuple[str, str, date | None]]]
"""By filing id: the later filings that name it, with the number and date by which they do."""


def _multi_office(
    collection: CollectionRegister, entered: Mapping[str, Entered]
) -> tuple[list[str], _Naming]:
    """Return the members of the families, and who names each."""
    seen: set[str] = set()
    members: list[str] = []
    named: defaultdict[str, list[tuple[str, str, date | None]]] = defaultdict(list)
    for identifier in sorted(entered):
        if identifier in seen:
            continue
        family = find_family(collection.register, identifier, "extended")
        ids = [member.filing_id for member in family.members]
        seen.update(ids)
        if len({member.ip_office_code for member in family.members}) < _OFFICES_MIN:
            continue
        members += ids
        for joint in (joint for member in family.members for joint in member.joint_bag):
            if joint.later_filing_id in entered:
                by = joint.later_filing_id, joint.application_number_text, joint.filing_date
                named[joint.earlier_filing_id].append(by)
    return members, named


def _name(identifier: str) -> Name:
    office, right, match_key = identifier.split(".")
    return office, right, match_key  # type: ignore[return-value]  # the register made the id


def _published(known: Entered) -> date:
    """Return when it was published; what the collection has no publication of is opened last."""
    return known.row.published or date.max


def _as_named(identifier: str, named: Iterable[tuple[str, str, date | None]]) -> Filing | None:
    """Return a first filing as most claims name it; None: no office can register it so."""
    office, right, match_key = _name(identifier)
    dates = Counter(filed for _, _, filed in named if filed is not None)
    if not dates or not may_register(office, right):
        return None
    filed = min(dates, key=lambda each: (-dates[each], each))
    texts = (*sorted({text for _, text, _ in named}), match_key)
    number = next(
        (text for text in texts if _is_read_as(office, right, text, filed, match_key)), ""
    )
    receiving = office_code(match_key[:2]) if office == "WO" else None
    if not number or receiving == "":
        return None
    return Filing(
        right=right,
        application_number_text=number,
        filing_date=filed,
        receiving_office_code=receiving,
    )


def _is_read_as(office: str, right: Right, text: str, filed: date, match_key: str) -> bool:
    number = normalise(office, right, text, filed)
    return (number.right, number.match_key) == (right, match_key)


def _code_of(identifier: str) -> AccessCode:
    """Return an access code of its own for each filing, the same in every run."""
    return AccessCode(sha256(identifier.encode())[:ACCESS_CODE_SIZE])


def _in_order(made: Mapping[str, Planned], named: _Naming) -> list[Planned]:
    """Return the filings by date; on one day each after those that it names."""
    earlier: defaultdict[str, set[str]] = defaultdict(set)
    for identifier, by in named.items():
        for later, _, _ in by:
            earlier[later].add(identifier)

    def depth(identifier: str, above: frozenset[str] = frozenset()) -> int:
        same_day = (
            each
            for each in earlier[identifier] - above
            if each in made and made[each].filing.filing_date == made[identifier].filing.filing_date
        )
        return 1 + max((depth(each, above | {identifier}) for each in same_day), default=0)

    order = sorted(made, key=lambda each: (made[each].filing.filing_date, depth(each), each))
    return [made[identifier] for identifier in order]
