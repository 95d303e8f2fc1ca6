"""A priority claim to a sealed filing is verified with its access code (register.md V8, S6)."""

from datetime import date

import msgspec
import pytest
from builders.offices import NETWORK
from register_builders import MappingReader, claim, coverage, day, filing, of
from sealed_builders import code_of, opening, proved, related, seal_of, sealed, sealed_id

from crypto.access_code import ALPHABET
from crypto.seal import Seal, seal
from ledger.register.entries import Entry, Event, RelatedFiling, Right
from ledger.register.filing import parse_filing_id
from ledger.register.nodes import load_open
from ledger.register.numbers import normalise
from ledger.register.priority import verify_priority
from ledger.register.priority.filing import question_about, verify_filing
from ledger.register.priority.unlock import NO_ANSWER
from ledger.register.verification import (
    FilingQuestion,
    FirstFiling,
    PriorityRequest,
    SecondFiling,
    Verification,
)

NUMBER, FILED = "2013900001", "2013-03-12"
CODE = code_of("code").printed
FIRST = seal_of("AU", NUMBER, FILED)
SECOND = SecondFiling(ip_office_code="EP", filing_date=day("2014-03-12"), right="patent")
OPENING = opening(FIRST, NUMBER, FILED)


def enter(reader: MappingReader, office: str, entry: Entry) -> str:
    outcome = reader.apply(office, entry)
    assert outcome.status == "accepted", outcome
    return outcome.subject


def register(*others: tuple[str, Entry]) -> MappingReader:
    """A register that holds the sealed first filing."""
    reader = MappingReader()
    enter(reader, "AU", sealed(FIRST))
    for office, entry in others:
        enter(reader, office, entry)
    return reader


def first(
    number: str = NUMBER,
    filed: str | None = FILED,
    code: str | None = CODE,
    right: Right | None = None,
) -> FirstFiling:
    return FirstFiling(
        ip_office_code="AU",
        application_number_text=number,
        filing_date=None if filed is None else day(filed),
        right=right,
        access_code=code,
    )


def verified(
    reader: MappingReader, claimed: FirstFiling, second: SecondFiling = SECOND
) -> Verification:
    return verify_priority(reader, PriorityRequest(first=claimed, second=second))


def results(answer: Verification) -> dict[int, str]:
    return {check.number: check.result for check in answer.checks if check.number in {1, 4, 5, 6}}


def test_number_date_and_code_together_find_the_sealed_filing() -> None:
    # Paris Convention Art. 4C(1): twelve months to the day
    answer = verified(register(), first())
    assert results(answer) == {1: "passed", 4: "passed", 5: "passed", 6: "passed"}
    assert answer.outcome == "confirmed", answer.summary
    found = answer.first_filing
    assert found is not None
    assert (found.filing_id, found.right) == (sealed_id(FIRST), "patent")
    assert (found.application_number_text, found.filing_date) == (NUMBER, day(FILED))
    assert (found.height, found.index) == (1, 0)
    assert answer.period is not None
    assert answer.period.due_date == day("2014-03-12")
    assert f"sAUS{FIRST.claim_key}" in answer.fact_keys


@pytest.mark.parametrize(
    "number", ["AU 2013/900001", "2013900001", "AU2013900001", " 2013 900 001 "]
)
@pytest.mark.parametrize("code", [CODE.lower(), CODE.replace("-", " "), CODE.replace("0", "O")])
def test_number_and_code_may_be_written_in_any_usual_way(number: str, code: str) -> None:
    assert verified(register(), first(number, code=code)).outcome == "confirmed"


@pytest.mark.parametrize("stated", [None, "patent", "utilityModel"])
def test_the_filing_is_found_under_every_right_that_it_may_have(stated: Right | None) -> None:
    # Patents and utility models of Japan have numbers of one form.
    reader = MappingReader()
    model = seal_of("JP", "2013-000123", FILED, right="utilityModel")
    enter(reader, "JP", sealed(model))
    claimed = msgspec.structs.replace(first("2013-000123", right=stated), ip_office_code="JP")
    answer = verified(reader, claimed)
    assert answer.first_filing is not None
    assert (answer.first_filing.filing_id, answer.first_filing.right) == (
        sealed_id(model),
        "utilityModel",
    )


def test_a_number_with_two_readings_is_tried_in_both() -> None:
    # register.md N11: the reading that was sealed is the one that answers
    ambiguous = normalise("US", "patent", "95271601", day("2001-09-13"))
    readings = (ambiguous.match_key, *ambiguous.alternatives)
    assert set(readings) == {"09952716", "95271601"}
    for match_key in readings:
        reader = MappingReader()
        made = _sealed_under(match_key)
        enter(reader, "US", sealed(made))
        claimed = FirstFiling(
            ip_office_code="US",
            application_number_text="95271601",
            filing_date=day("2001-09-13"),
            access_code=CODE,
        )
        answer = verified(
            reader, claimed, msgspec.structs.replace(SECOND, filing_date=day("2002-09-12"))
        )
        assert answer.first_filing is not None
        assert answer.first_filing.filing_id == sealed_id(made)


def _sealed_under(match_key: str) -> Seal:
    filed = day("2001-09-13")
    return seal(NETWORK, "US", "patent", match_key, filed, code=code_of("code"))


def _mistyped(code: str) -> str:
    """With another character in the middle, so that the check character does not fit."""
    place = 7
    other = ALPHABET[(ALPHABET.index(code[place]) + 1) % len(ALPHABET)]
    return code[:place] + other + code[place + 1 :]


WRONG = {
    "another number": first("2013900002"),
    "another date": first(filed="2013-03-13"),
    "another code": first(code=code_of("another").printed),
    "a mistyped code": first(code=_mistyped(CODE)),
    "no code at all": first(code="1234"),
    "an empty code": first(code=""),
}


def test_whatever_is_wrong_the_answer_is_the_same_and_names_no_part() -> None:
    # issue 5, bad input
    reader = register(("AU", coverage("2000-01-01", "2014-12-31")))
    said = set()
    for claimed in WRONG.values():
        answer = verified(reader, claimed)
        assert answer.outcome == "mismatch"
        assert "NO_SEALED_FILING_ANSWERS" in answer.reasons
        assert NO_ANSWER in answer.summary
        for mistake in ("B and 8", "O and 0"):
            assert mistake in answer.summary
        assert answer.first_filing is None
        check = next(each for each in answer.checks if each.number == 5)
        said.add((check.result, check.reasons, check.came, check.remedy, answer.reasons))
    assert len(said) == 1


def test_nothing_is_said_not_to_exist_where_the_register_may_not_be_complete() -> None:
    # register.md V2
    for claimed in WRONG.values():
        answer = verified(register(), claimed)
        assert (answer.outcome, NO_ANSWER in answer.summary) == ("undetermined", True)


def test_an_office_with_sealed_filings_never_makes_a_no_certain() -> None:
    # register.md S6
    reader = register(("AU", coverage("2000-01-01", "2014-12-31")))
    answer = verified(reader, first(code=None))
    assert (answer.outcome, answer.reasons) == ("undetermined", ("MAY_BE_SEALED",))
    assert "access code" in answer.remedy
    assert "uAU" in answer.fact_keys
    enter(reader, "AU", OPENING)
    other = verified(reader, first("2013900002", code=None))
    assert other.outcome == "noSuchFiling"


def test_an_opened_filing_needs_no_code_and_a_wrong_one_does_not_hide_it() -> None:
    reader = register(("AU", OPENING))
    for code in (None, CODE, code_of("another").printed, "1234"):
        answer = verified(reader, first(code=code))
        assert answer.outcome == "confirmed"
        assert answer.first_filing is not None
        assert answer.first_filing.filing_id == f"AU.patent.{NUMBER}"


def test_the_code_finds_the_sealed_filing_before_an_open_one_of_another_date() -> None:
    # A number that was opened for a filing of another year's series, by a slip.
    other = filing(NUMBER, "2012-01-05")
    answer = verified(register(("AU", other)), first())
    assert (answer.outcome, answer.first_filing is not None) == ("confirmed", True)
    without = verified(register(("AU", other)), first(code=None))
    assert without.outcome == "mismatch"


def test_another_networks_register_does_not_answer_to_the_code() -> None:
    reader = register()
    reader.network_id = b"another network".ljust(32)
    assert verified(reader, first()).first_filing is None


def test_a_commitment_to_another_filing_is_not_taken_for_it() -> None:
    # A lying office of first filing puts the claim key with another commitment.
    reader = MappingReader()
    other = seal_of("AU", "2013900002", FILED)
    lie = msgspec.structs.replace(sealed(FIRST), commitment=other.commitment)
    enter(reader, "AU", lie)
    answer = verified(reader, first())
    assert (answer.first_filing, answer.outcome) == (None, "undetermined")


def test_late_claims_are_late_for_sealed_filings_too() -> None:
    late = msgspec.structs.replace(SECOND, filing_date=day("2014-04-15"))
    assert verified(register(), first(), late).outcome == "lateRestorable"


def test_the_code_is_never_shown() -> None:
    # Secrets: in no repr, answer, echo or key
    claimed = first()
    request = PriorityRequest(first=claimed, second=SECOND)
    question = FilingQuestion(second=SECOND, priority_claim_bag=(claimed,))
    plain = CODE.replace("-", "")
    reader = register()
    shown = [repr(claimed), repr(request), repr(question), str(claimed)]
    shown += [repr(claimed.__rich_repr__())]
    for asked in (claimed, *WRONG.values()):
        answer = verified(reader, asked)
        together = verify_filing(reader, FilingQuestion(second=SECOND, priority_claim_bag=(asked,)))
        for value in (answer, together):
            shown += [repr(value), msgspec.json.encode(value).decode()]
    for text in shown:
        assert plain not in text.replace("-", "")
        assert "access_code" not in text
        assert "accessCode" not in text
    assert "AU" in repr(claimed)
    assert NUMBER in repr(claimed)


# -- several claims together ----------------------------------------------------------------------

AT_EP = seal_of("EP", "14160123", "2014-03-12")


def test_claims_of_a_filing_are_verified_together_with_their_codes() -> None:
    reader = register()
    other = seal_of("US", "61/610,420", "2013-05-01")
    enter(reader, "US", sealed(other))
    at_us = FirstFiling(
        ip_office_code="US",
        application_number_text="61/610,420",
        filing_date=day("2013-05-01"),
        access_code=CODE,
    )
    answer = verify_filing(
        reader, FilingQuestion(second=SECOND, priority_claim_bag=(first(), at_us, first()))
    )
    assert [each.verification.outcome for each in answer.claims] == ["confirmed"] * 3
    assert answer.priority_date == day(FILED)
    assert [(one.reason, one.claims) for one in answer.findings] == [("DUPLICATE_CLAIM", (1, 3))]


def test_a_sealed_claim_of_a_registered_filing_is_told_as_proved_until_its_opening() -> None:
    reader = register()
    at_ep = "EP.patent.14160123"
    later = filing("14160123", "2014-03-12", proved(FIRST, at_ep))
    assert enter(reader, "EP", later) == at_ep
    record = load_open(reader, parse_filing_id(at_ep))
    assert record is not None
    question = question_about(parse_filing_id(at_ep), record)
    (sealed_claim,) = verify_filing(reader, question).claims
    assert sealed_claim.verification.outcome == "undetermined"
    assert sealed_claim.verification.reasons == ("FIRST_FILING_SEALED",)
    assert sealed_claim.verification.claim_status == "claimed"
    # With number, date and code its own office verifies it, and finds the claim in the register.
    second = msgspec.structs.replace(SECOND, application_number_text="14160123")
    told = verified(reader, first(), second)
    assert (told.outcome, told.claim_status) == ("confirmed", "claimed")
    # After the opening it is like any other.
    enter(reader, "AU", OPENING)
    (opened,) = verify_filing(reader, question).claims
    assert (opened.verification.outcome, opened.first.application_number_text) == (
        "confirmed",
        NUMBER,
    )
    assert opened.first.filing_date == day(FILED)


def test_a_division_of_a_sealed_filing_keeps_its_date_once_that_is_open() -> None:
    # Paris Convention Art. 4G
    parent = seal_of("EP", "14160123", "2014-03-12")
    reader = register()
    enter(reader, "EP", sealed(parent, proved(FIRST, sealed_id(parent))))
    child = "EP.patent.15170001"
    told = related(parent, child, "division")
    division = msgspec.structs.replace(
        filing("15170001", "2015-06-01", proved(FIRST, child)), related_filing_bag=(told,)
    )
    assert enter(reader, "EP", division) == child
    second = SecondFiling(
        ip_office_code="EP",
        filing_date=day("2015-06-01"),
        right="patent",
        application_number_text="15170001",
    )
    before = verified(reader, first(), second)
    assert (before.outcome, before.reasons) == ("undetermined", ("PARENT_UNKNOWN",))
    enter(reader, "EP", opening(parent, "14160123", "2014-03-12"))
    assert "KEEPS_PARENT_DATE" in verified(reader, first(), second).reasons


def test_older_and_other_sealed_filings_disturb_no_answer_about_open_ones() -> None:
    # The first filing names a sealed one as earlier; sealed ones claim what it claims.
    older = seal_of("US", "61/610,420", "2012-05-01")
    reader = MappingReader()
    enter(reader, "US", sealed(older))
    first_id = f"AU.patent.{NUMBER}"
    enter(reader, "AU", filing(NUMBER, FILED, proved(older, first_id)))
    open_claim = claim("AU", NUMBER, FILED, "patent")
    enter(reader, "EP", sealed(AT_EP, open_claim, proved(older, sealed_id(AT_EP))))
    answer = verified(reader, first(code=None))
    assert "NOT_FIRST" in answer.reasons
    check = next(each for each in answer.checks if each.number == 10)
    assert "US (sealed" in check.came
    together = verify_filing(
        reader, FilingQuestion(second=SECOND, priority_claim_bag=(first(code=None),))
    )
    assert together.findings == ()
    enter(reader, "US", opening(older, "61/610,420", "2012-05-01"))
    check = next(each for each in verified(reader, first(code=None)).checks if each.number == 10)
    assert "US 61/610,420 of 2012-05-01" in check.came


def test_a_sealed_claimant_changes_no_answer_about_open_filings() -> None:
    # register.md F13: verification has no asker, so nobody learns here that it is there
    older_filing = filing("2012900001", "2012-05-01")
    gone = Event(filing=of("2012900001"), event_category="withdrawn", event_date=day("2012-06-01"))
    addition = RelatedFiling(
        relation="addition",
        ip_office_code="AU",
        application_number_text="2012900001",
        filing_date=day("2012-05-01"),
    )
    later = msgspec.structs.replace(filing(NUMBER, FILED), related_filing_bag=(addition,))
    reader = MappingReader()
    for entry in (older_filing, gone, later):
        enter(reader, "AU", entry)
    before = verified(reader, first(code=None))
    assert any("Art. 4C(4) may let" in check.came for check in before.checks)
    enter(reader, "EP", sealed(AT_EP, claim("AU", "2012900001", "2012-05-01", "patent")))
    reader.height -= 1
    assert verified(reader, first(code=None)) == before


def test_a_sealed_filing_with_an_older_priority_is_no_finding_before_its_opening() -> None:
    # register.md V7, F13
    reader = MappingReader()
    enter(reader, "US", filing("61/610,420", "2012-05-01"))
    enter(reader, "AU", filing(NUMBER, FILED))
    older = claim("US", "61/610,420", "2012-05-01", "patent")
    enter(reader, "EP", sealed(AT_EP, claim("AU", NUMBER, FILED, "patent"), older))
    question = FilingQuestion(second=SECOND, priority_claim_bag=(first(code=None),))
    assert verify_filing(reader, question).findings == ()
    enter(reader, "EP", opening(AT_EP, "14160123", "2014-03-12"))
    (finding,) = verify_filing(reader, question).findings
    assert finding.reason == "OLDER_IN_FAMILY"
    assert finding.came.startswith("EP.patent.14160123 claims US 61/610,420")


def test_chains_among_sealed_claims_are_told() -> None:
    # register.md V7: the one claimed filing claims the other
    older = seal_of("US", "61/610,420", "2012-12-03")
    reader = MappingReader()
    enter(reader, "US", sealed(older))
    enter(reader, "AU", sealed(FIRST, proved(older, sealed_id(FIRST))))
    at_us = FirstFiling(
        ip_office_code="US",
        application_number_text="61/610,420",
        filing_date=day("2012-12-03"),
        access_code=CODE,
    )
    second = msgspec.structs.replace(SECOND, filing_date=day("2013-11-29"))
    answer = verify_filing(
        reader, FilingQuestion(second=second, priority_claim_bag=(first(), at_us))
    )
    assert [(one.reason, one.claims) for one in answer.findings] == [("CLAIMS_IN_CHAIN", (1, 2))]


def test_a_pct_application_is_unlocked_by_its_receiving_offices_number() -> None:
    # PCT Rule 4.10(a); register.md N12
    reader = MappingReader()
    made = seal_of("WO", "PCT/AU2013/000263", "2013-03-12")
    enter(reader, "WO", sealed(made))
    claimed = FirstFiling(
        ip_office_code="AU",
        application_number_text="PCT/AU2013/000263",
        filing_date=day("2013-03-12"),
        access_code=CODE,
    )
    answer = verified(reader, claimed)
    assert answer.first_filing is not None
    assert answer.first_filing.filing_id == sealed_id(made)


def test_an_office_that_is_not_connected_is_told_so_whatever_code_is_given() -> None:
    claimed = FirstFiling(
        ip_office_code="KR",
        application_number_text="10-2013-0026000",
        filing_date=date(2013, 3, 12),
        access_code=CODE,
    )
    answer = verified(register(), claimed)
    assert answer.reasons == ("OFFICE_NOT_CONNECTED",)
