"""What the access code of a sealed filing tells of those that are its national phase, or divide it (register.md V8)."""

import msgspec
import pytest
from register_builders import MappingReader, day, filing
from sealed_builders import code_of, opening, proved, related, seal_of, sealed, sealed_id

from crypto.seal import Seal
from ledger.register.entries import Entry, Filing, Opening, PriorityClaim, RelatedFiling, Relation
from ledger.register.priority import verify_priority
from ledger.register.priority.filing import verify_filing
from ledger.register.verification import (
    FilingQuestion,
    FirstFiling,
    PriorityRequest,
    SecondFiling,
    Verification,
)

PCT_NUMBER, AU_NUMBER, FILED = "PCT/AU2013/000001", "2013900001", "2013-03-12"
PCT = seal_of("WO", PCT_NUMBER, FILED)
FIRST = seal_of("AU", AU_NUMBER, FILED)
CODE = code_of("code").printed
AT_WO = FirstFiling(
    ip_office_code="WO",
    application_number_text=PCT_NUMBER,
    filing_date=day(FILED),
    access_code=CODE,
)
AT_AU = msgspec.structs.replace(AT_WO, ip_office_code="AU", application_number_text=AU_NUMBER)
PCT_OPENED = msgspec.structs.replace(opening(PCT, PCT_NUMBER, FILED), receiving_office_code="AU")


def entered(*entries: tuple[str, Entry]) -> MappingReader:
    reader = MappingReader()
    for office, entry in entries:
        outcome = reader.apply(office, entry)
        assert outcome.status == "accepted", outcome
    return reader


def later(number: str, filed: str, *earlier: RelatedFiling) -> Filing:
    return msgspec.structs.replace(filing(number, filed), related_filing_bag=earlier)


def second(number: str, filed: str, office: str = "EP") -> SecondFiling:
    return SecondFiling(
        ip_office_code=office,
        filing_date=day(filed),
        right="patent",
        application_number_text=number,
    )


def verified(reader: MappingReader, first: FirstFiling, asked: SecondFiling) -> Verification:
    return verify_priority(reader, PriorityRequest(first=first, second=asked))


def told(answer: Verification) -> tuple[object, ...]:
    period = answer.period
    return answer.outcome, answer.reasons, period and period.due_date


def test_a_national_phase_of_a_sealed_pct_filing_is_told_as_after_its_opening() -> None:
    # PCT Art. 11(3): it has the date of the PCT filing, whatever its own office gave it
    phase = later("13171234", "2014-09-01", related(PCT, "EP.patent.13171234", "nationalPhase"))
    reader = entered(("WO", sealed(PCT)), ("EP", phase))
    asked = second("13171234", "2014-09-01")
    question = FilingQuestion(second=asked, priority_claim_bag=(AT_WO,))
    before, together = verified(reader, AT_WO, asked), verify_filing(reader, question)
    assert before.outcome == "nationalPhase"
    assert "PARENT_UNKNOWN" not in before.reasons
    assert reader.apply("WO", PCT_OPENED).status == "accepted"
    assert told(verified(reader, AT_WO, asked)) == told(before)
    assert together.priority_date == day(FILED)
    assert verify_filing(reader, question).priority_date == together.priority_date


def test_a_division_of_that_national_phase_has_the_date_of_the_pct_filing_too() -> None:
    # Paris Convention Art. 4G, PCT Art. 11(3)
    phase = later("13171234", "2014-09-01", related(PCT, "EP.patent.13171234", "nationalPhase"))
    parent = RelatedFiling(
        relation="division",
        ip_office_code="EP",
        application_number_text="13171234",
        filing_date=day("2014-09-01"),
    )
    division = later("15170001", "2015-06-01", parent)
    reader = entered(("WO", sealed(PCT)), ("EP", phase), ("EP", division))
    asked = second("15170001", "2015-06-01")
    question = FilingQuestion(second=asked, priority_claim_bag=(AT_WO,))
    before, together = verified(reader, AT_WO, asked), verify_filing(reader, question)
    assert "PARENT_UNKNOWN" not in before.reasons
    assert reader.apply("WO", PCT_OPENED).status == "accepted"
    assert told(verified(reader, AT_WO, asked)) == told(before)
    assert together.priority_date == day(FILED)
    assert verify_filing(reader, question).priority_date == together.priority_date


@pytest.mark.parametrize("relation", ["division", "continuation", "continuationInPart"])
def test_a_filing_that_divides_or_continues_the_sealed_one_is_told_as_after_its_opening(
    relation: Relation,
) -> None:
    child = later("2014200001", "2014-06-01", related(FIRST, "AU.patent.2014200001", relation))
    reader = entered(("AU", sealed(FIRST)), ("AU", child))
    asked = second("2014200001", "2014-06-01", "AU")
    before = verified(reader, AT_AU, asked)
    assert "PARENT_UNKNOWN" not in before.reasons
    assert reader.apply("AU", opening(FIRST, AU_NUMBER, FILED)).status == "accepted"
    assert told(verified(reader, AT_AU, asked)) == told(before)


def test_the_relations_of_the_unlocked_filing_itself_are_followed() -> None:
    older = seal_of("AU", "2012900001", "2012-05-01")
    parent = sealed(FIRST, related=(related(older, sealed_id(FIRST), "division"),))
    child = later("2014200001", "2014-06-01", related(FIRST, "AU.patent.2014200001", "division"))
    entries: tuple[tuple[str, Entry], ...] = (
        ("AU", sealed(older)),
        ("AU", opening(older, "2012900001", "2012-05-01")),
        ("AU", parent),
        ("AU", child),
    )
    reader = entered(*entries)
    asked = second("2014200001", "2014-06-01", "AU")
    before = verified(reader, AT_AU, asked)
    assert reader.apply("AU", opening(FIRST, AU_NUMBER, FILED)).status == "accepted"
    assert told(verified(reader, AT_AU, asked)) == told(before)


def test_the_code_of_one_filing_tells_nothing_of_another_sealed_parent() -> None:
    other = seal_of("WO", "PCT/EP2014/000002", "2013-06-01", code="another")
    claim: PriorityClaim = proved(FIRST, "EP.patent.13171234")
    phase = msgspec.structs.replace(
        filing("13171234", "2013-09-01", claim),
        related_filing_bag=(related(other, "EP.patent.13171234", "nationalPhase"),),
    )
    reader = entered(("AU", sealed(FIRST)), ("WO", sealed(other)), ("EP", phase))
    answer = verified(reader, AT_AU, second("13171234", "2013-09-01"))
    assert (answer.outcome, answer.reasons) == ("undetermined", ("PARENT_UNKNOWN",))


def opened_under(key: Seal, made: Seal, number: str) -> Opening:
    return msgspec.structs.replace(opening(made, number, FILED), claim_key=key.claim_key)


def test_what_was_sealed_under_the_key_of_another_filing_does_not_answer_once_it_is_open() -> None:
    # A lying office of first filing commits itself to another number than that of the key.
    other = seal_of("AU", "2013900002", FILED)
    lie = msgspec.structs.replace(sealed(FIRST), commitment=other.commitment)
    reader = entered(("AU", lie), ("AU", opened_under(FIRST, other, "2013900002")))
    answer = verified(reader, AT_AU, second("13171234", "2014-03-11"))
    assert (answer.first_filing, answer.outcome) == (None, "undetermined")
