"""What filings that keep a date may still claim, have restored, and count from (register.md C1, C7, P6, V7)."""

import msgspec
import pytest
from register_builders import MappingReader, asking, claim, day, filing, of, pct

from ledger.register.entries import Claim, Filing, PriorityClaim, RelatedFiling, Relation
from ledger.register.priority import Verification, verify_priority
from ledger.register.priority.filing import verify_filing
from ledger.register.verification import FilingQuestion, SecondFiling

OFFICES = ("AU", "CN", "EP", "JP", "US", "WO")
FIRST = ("AU", "2014900100", "2014-01-10")
TO_FIRST = claim(*FIRST)
PCT = "PCT/JP2014/062000"


def related(
    relation: Relation, office: str, number: str, filed: str | None = None
) -> RelatedFiling:
    return RelatedFiling(
        relation=relation,
        ip_office_code=office,
        application_number_text=number,
        filing_date=None if filed is None else day(filed),
    )


def keeping(number: str, filed: str, parent: RelatedFiling, *claims: PriorityClaim) -> Filing:
    return msgspec.structs.replace(filing(number, filed, *claims), related_filing_bag=(parent,))


def register_of_first() -> MappingReader:
    reader = MappingReader(OFFICES)
    reader.apply("AU", filing("2014900100", "2014-01-10"))
    return reader


def verify(reader: MappingReader, office: str, number: str, filed: str) -> Verification:
    return verify_priority(reader, asking(FIRST, (office, filed), number=number))


def change(number: str, action: str, on: str, **more: object) -> Claim:
    entry = Claim(filing=of(number), action="add", claim=TO_FIRST, decision_date=day(on))
    return msgspec.structs.replace(entry, action=action, **more)


def test_a_national_phase_adds_no_claim_after_the_limit_of_its_pct_filing() -> None:
    # PCT Rule 26bis.1(a): sixteen months from the priority date, four from the international filing; Art. 11(3)
    reader = register_of_first()
    phase = keeping("14737652.3", "2016-07-05", related("nationalPhase", "WO", PCT, "2014-12-10"))
    reader.apply("EP", phase)
    added = change("14737652.3", "add", "2016-09-22", request_date=day("2016-09-20"))
    assert reader.apply("EP", added).status == "accepted"
    verification = verify(reader, "EP", "14737652.3", "2016-07-05")
    assert verification.checks[2].reason == "CLAIM_LATE"
    assert verification.checks[2].expected == "by 2015-05-11"  # the 10th is a Sunday
    assert verification.outcome == "undetermined"


def test_a_claim_corrected_to_itself_stays_one_that_was_added() -> None:
    # EPC Rule 52(2): sixteen months to add; 52(3): four months from the filing to correct
    reader = register_of_first()
    reader.apply("EP", filing("15150001.2", "2015-02-10"))
    assert reader.apply("EP", change("15150001.2", "add", "2015-08-24")).status == "accepted"
    told = change("15150001.2", "correct", "2015-09-01", replaced_claim=TO_FIRST)
    told = msgspec.structs.replace(told, request_date=day("2015-08-20"))
    assert reader.apply("EP", told).status == "accepted"
    verification = verify(reader, "EP", "15150001.2", "2015-02-10")
    assert verification.checks[2].reason == "CLAIM_LATE"
    assert verification.checks[2].expected == "by 2015-05-11"


@pytest.mark.parametrize(
    ("office", "number", "filed", "added"),
    [
        ("EP", "01150001.2", "2001-01-05", "2001-03-01"),
        ("CN", "201510001234.9", "2014-12-05", "2015-03-02"),
    ],
)
def test_before_its_rule_or_without_a_treaty_no_limit_of_a_claim_is_known(
    office: str, number: str, filed: str, added: str
) -> None:
    # EPC 1973 Rule 38 wanted date and state on filing; PLT Rule 14(3) does not bind China
    reader = MappingReader(OFFICES)
    first = claim(
        "AU", "2000900100" if office == "EP" else "2014900100", f"{int(filed[:4]) - 1}-03-03"
    )
    reader.apply("AU", filing(first.application_number_text or "", f"{int(filed[:4]) - 1}-03-03"))
    reader.apply(office, filing(number, filed))
    entry = Claim(filing=of(number), action="add", claim=first, decision_date=day(added))
    assert reader.apply(office, entry).status == "accepted"
    asked = asking(
        ("AU", first.application_number_text or "", f"{int(filed[:4]) - 1}-03-03"),
        (office, filed),
        number=number,
    )
    assert verify_priority(reader, asked).checks[2].reason == "CLAIM_LIMIT_NATIONAL"


@pytest.mark.parametrize(
    ("is_restored", "outcome"), [(False, "lateRestorable"), (True, "confirmedWithRemarks")]
)
def test_what_a_continuation_in_part_adds_may_be_restored_though_its_parent_is_older(
    outcome: str, *, is_restored: bool
) -> None:
    # 37 CFR 1.55(c); 35 USC 120: what was added has the own date alone
    reader = register_of_first()
    reader.apply("US", filing("13/955,500", "2013-08-01"))
    part = keeping(
        "14/627,001", "2015-02-20", related("continuationInPart", "US", "13/955,500"), TO_FIRST
    )
    reader.apply("US", part)
    if is_restored:
        restored = change("14/627,001", "restore", "2015-06-01", criterion="unintentional")
        assert reader.apply("US", restored).status == "accepted"
    verification = verify(reader, "US", "14/627,001", "2015-02-20")
    assert verification.outcome == outcome
    assert "KEEPS_PARENT_DATE_IN_PART" in verification.reasons


def test_a_continuation_of_a_continuation_in_part_keeps_its_date_in_part() -> None:
    # 35 USC 120: what the oldest filing disclosed is older than the first filing
    reader = register_of_first()
    reader.apply("US", filing("13/955,500", "2013-08-01"))
    part = related("continuationInPart", "US", "13/955,500")
    reader.apply("US", keeping("14/527,001", "2014-10-20", part, TO_FIRST))
    further = related("continuation", "US", "14/527,001")
    reader.apply("US", keeping("15/027,001", "2016-04-04", further, TO_FIRST))
    verification = verify(reader, "US", "15/027,001", "2016-04-04")
    assert verification.reasons == ("KEEPS_PARENT_DATE_IN_PART",)


def test_what_a_designated_office_refused_its_division_cannot_ask_for_again() -> None:
    # PCT Rule 49ter.2; Paris Convention Art. 4G
    reader = register_of_first()
    reader.apply("WO", pct(PCT, "2015-02-10", "JP", TO_FIRST))
    phase = keeping("15737652.3", "2016-07-05", related("nationalPhase", "WO", PCT), TO_FIRST)
    reader.apply("EP", phase)
    assert reader.apply("EP", change("15737652.3", "refuseRestoration", "2016-12-01")).status
    division = keeping(
        "17150001.2", "2017-01-04", related("division", "EP", "15737652.3"), TO_FIRST
    )
    reader.apply("EP", division)
    verification = verify(reader, "EP", "17150001.2", "2017-01-04")
    assert verification.checks[8].reason == "RESTORATION_REFUSED"
    assert verification.checks[8].fault == "incurable"
    assert "49ter.2" in verification.checks[8].legal_basis


def test_of_a_division_and_of_a_national_phase_the_kept_date_counts() -> None:
    # EPC Art. 76(1); PCT Art. 11(3)
    reader = register_of_first()
    reader.apply("EP", filing("15150001.2", "2015-06-01"))
    reader.apply("EP", keeping("18150001.2", "2018-02-10", related("division", "EP", "15150001.2")))
    reader.apply("WO", pct(PCT, "2015-06-01", "JP"))
    own = claim("WO", PCT, "2015-06-01")
    reader.apply(
        "EP", keeping("15737652.3", "2017-12-01", related("nationalPhase", "WO", PCT), own)
    )
    answers = [
        verify_filing(
            reader,
            FilingQuestion(
                second=SecondFiling(
                    ip_office_code="EP",
                    filing_date=day(filed),
                    right="patent",
                    application_number_text=number,
                )
            ),
        )
        for number, filed in (("18150001.2", "2018-02-10"), ("15737652.3", "2017-12-01"))
    ]
    counts = "the filing date counts, 2015-06-01, which it keeps."
    assert [answer.priority_date for answer in answers] == [day("2015-06-01")] * 2
    assert [answer.summary for answer in answers] == [
        f"No priority is claimed; {counts}",
        f"Its own international application and no other priority is named; {counts}",
    ]
