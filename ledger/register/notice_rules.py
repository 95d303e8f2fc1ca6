"""What each kind of entry tells an office (register.md, section 12).

A rule looks at one entry for one office, and states what is to be said, in order.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from ledger.register.entries import (
    Claim,
    ClaimAction,
    Dispute,
    Event,
    Filing,
    Opening,
    Report,
    SealedFiling,
    Withholding,
)
from ledger.register.family_graph import Edge
from ledger.register.filing import parse_filing_id
from ledger.register.keys import filing_id, sealed_key
from ledger.register.notice_content import Content, Told
from ledger.register.notice_families import office_of
from ledger.register.report_access import family_reading
from ledger.register.report_keys import parse_report_id

MEMBERS_TOLD_MAX = 20
"""Members named in one notice."""


def _of_filing(told: Told) -> Sequence[Content]:
    """A filing, open or sealed, was entered."""
    if told.is_own:
        return _family_found(told, frozenset())
    return _claimed(told, told.made_now) or _appeared(told)


def _of_opening(told: Told) -> Sequence[Content]:
    """A sealed filing became known, and may bring claims that were not told before.

    Whoever claimed it by its number comes into its family only now.
    """
    sealed = sealed_key(told.entered.office, told.entered.entry.claim_key or "")  # type: ignore[union-attr]
    if told.is_own:
        # Also without a claim of its own: who claimed it by its number is of its family now.
        return _family_found(told, told.families_before.members(sealed))
    own = told.nearest_own_before(sealed)
    if own is None:
        # It sees the filing for the first time, and so all that this claims.
        return _claimed(told, told.edges) or _appeared(told)
    found = _further_members(told, told.families_before.members(sealed))
    text = (
        f"{told.entered.office} opened {filing_id(sealed)}, a member of the family of your"
        f" {filing_id(own)}: it is {told.subject}{_and_with_it(found)}."
    )
    return [Content("memberOpened", own, text, _bag_of(found)), *_claimed(told, told.made_now)]


def _of_event(told: Told) -> Sequence[Content]:
    event = told.entered.entry
    assert isinstance(event, Event)
    own = None if told.is_own else told.nearest_own
    if own is None:
        return ()
    text = (
        f"{told.subject}, a member of the family of your {filing_id(own)},"
        f" was {event.event_category} on {event.event_date}."
    )
    return [Content("memberEvent", own, text, {"event_category": event.event_category})]


def _of_claim(told: Told) -> Sequence[Content]:
    """A claim was added, corrected, withdrawn or decided about; it may have joined a family, or left one.

    Nothing is told of a claim to a sealed filing that the office does not see: the register's answers do not show it.
    """
    change = told.entered.entry
    assert isinstance(change, Claim)
    if told.is_own:
        is_new = change.action in {"add", "correct"}
        return _family_found(told, told.families_before.members(told.key)) if is_new else ()
    action = _seen_action(told, change)
    if action is None:
        return ()
    claimed = _claimed(told, told.made_now)
    before = told.nearest_own_before(told.key)
    joined = claimed or _appeared(told)
    if before is None:
        return joined
    has_left = not told.families.are_joined(told.key, before)
    own = before if has_left else told.nearest_own or before
    text = (
        f"A priority claim of {told.subject}, a member of the family of your {filing_id(own)},"
        f" was {_CLAIM_CHANGES[action]}{': it has left that family' if has_left else ''}."
    )
    changed = Content("claimChanged", own, text, {"claim_action": action})
    return [*(joined if has_left else claimed), changed]


def _seen_action(told: Told, change: Claim) -> ClaimAction | None:
    """What a change is for the office, as the filing shows it to it; None: it is about nothing that it sees."""
    if change.action == "correct":
        if told.hides(change.claim):
            return None if told.hid(change.replaced_claim) else "withdraw"
        return "add" if told.hid(change.replaced_claim) else "correct"
    # A claim that was withdrawn may have been what let the office see its first filing.
    hides = told.hid if change.action == "withdraw" else told.hides
    return None if hides(change.claim) else change.action


def _of_dispute(told: Told) -> Sequence[Content]:
    dispute = told.entered.entry
    assert isinstance(dispute, Dispute)
    own = None if told.is_own or told.hides(dispute.claim) else told.nearest_own
    if own is None:
        return ()
    whose = "your" if own == told.key else f"the member {told.subject} of the family of your"
    what = "a priority claim" if dispute.relation is None else f"a {dispute.relation}"
    does = "disputes" if dispute.action == "raise" else "takes back its dispute of"
    text = f"{told.entered.office} {does} {what} of {whose} {filing_id(own)}."
    return [Content("claimDisputed", own, text, {"dispute_action": dispute.action})]


def _of_report(told: Told) -> Sequence[Content]:
    """A report was deposited: told to those who may read it now, or when their claim is confirmed (D4, D6)."""
    report, identifier = told.entered.entry, told.entered.subject
    assert isinstance(report, Report)
    if told.is_own or not told.may_have_access:
        return ()
    reading = family_reading(told.reader, told.office, parse_report_id(identifier))
    if not reading.is_granted:
        return ()
    text = (
        f"{told.entered.office} deposited a {_words(report.report_category)} on {told.subject},"
        f" a member of the family of your {reading.member}."
    )
    further = {"report_identifier": identifier, "report_category": report.report_category}
    return [Content("reportDeposited", parse_filing_id(reading.member), text, further)]


def _of_withholding(told: Told) -> Sequence[Content]:
    """Reports on a filing are withheld, or no longer: told to those who could read them otherwise."""
    withholding = told.entered.entry
    assert isinstance(withholding, Withholding)
    entitlement = told.families.entitlement
    is_told = not told.is_own and told.may_have_access
    own = entitlement.access_through(told.key) if is_told else None
    if own is None:
        return ()
    does = "withholds" if withholding.action == "raise" else "no longer withholds"
    what = "a report" if withholding.document_digest else "its reports"
    text = (
        f"{told.entered.office} {does} {what} on {told.subject},"
        f" a member of the family of your {filing_id(own)}."
    )
    return [Content("reportWithheld", own, text, {"dispute_action": withholding.action})]


def _words(category: str) -> str:
    """Return a category in words: `search report`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in category)


_CLAIM_CHANGES: dict[ClaimAction, str] = {
    "add": "added",
    "correct": "corrected",
    "withdraw": "withdrawn",
    "restore": "restored",
    "refuseRestoration": "not restored",
}
Rule: TypeAlias = Callable[[Told], Sequence[Content]]
RULES: dict[type, Rule] = {
    Filing: _of_filing,
    SealedFiling: _of_filing,
    Opening: _of_opening,
    Event: _of_event,
    Claim: _of_claim,
    Dispute: _of_dispute,
    Report: _of_report,
    Withholding: _of_withholding,
}
"""By the kind of entry. The others concern no family."""


def _claimed(told: Told, edges: Iterable[Edge]) -> list[Content]:
    """Return that own filings are claimed or continued by these claims and relations of the filing."""
    found = []
    for edge in edges:
        own = edge.earlier
        if office_of(own) != told.office or told.graph.record(own) is None:
            continue
        how = "claims its priority" if edge.relation == "priority" else f"is its {edge.relation}"
        text = f"Your filing {filing_id(own)} was claimed at {told.entered.office}: {told.subject} {how}."
        found.append(Content("filingClaimed", own, text))
    return list({content.own: content for content in found}.values())


def _appeared(told: Told) -> list[Content]:
    """Return that the filing is in the family of an own one now."""
    own = told.nearest_own
    if own is None:
        return []
    text = (
        f"{told.subject} appeared at {told.entered.office}, in the family of your {filing_id(own)}."
    )
    return [Content("familyMember", own, text)]


def _family_found(told: Told, known: frozenset[bytes]) -> list[Content]:
    """Return which members of other offices an own filing found, beside those known and those that it names itself."""
    found = _further_members(told, known.union(edge.earlier for edge in told.edges))
    if not found:
        return []
    text = f"Your filing {told.subject} has {_in_words(found)}."
    return [Content("familyFound", told.key, text, _bag_of(found))]


def _further_members(told: Told, known: frozenset[bytes]) -> list[bytes]:
    """Return the members of other offices that are in the family of the filing, beside those known; nearest first.

    Those of the same block are left out: each is told by its own entry.
    """
    others = told.families.others(told.key) - known
    return [node for node in told.families.walk(told.key) if node in others] if others else []


def _in_words(found: list[bytes]) -> str:
    """Return how many further members there are, and where."""
    offices = ", ".join(sorted({office_of(node) for node in found}))
    members = (
        "a further family member" if len(found) == 1 else f"{len(found)} further family members"
    )
    return f"{members}, at {offices}"


def _and_with_it(found: list[bytes]) -> str:
    return f", and with it came {_in_words(found)}" if found else ""


def _bag_of(found: list[bytes]) -> Mapping[str, tuple[str, ...]]:
    """Return what a notice holds of further members."""
    bag = tuple(map(filing_id, found[:MEMBERS_TOLD_MAX]))
    return {"family_member_bag": bag} if bag else {}
