from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.register.entries import Right
from ledger.register.number_forms import NumberForms, NumberRemark, number_forms
from ledger.register.numbers import EXACT_OFFICES, number
from ledger.register.numbers.explanations import EXPLANATIONS

RIGHTS: tuple[Right, ...] = ("patent", "utilityModel", "design", "trademark")


def test_a_chinese_number_is_shown_in_every_form_with_its_wrong_check_digit() -> None:
    # WIPO ST.13: kind 10, year, nine digits; register.md N3
    assert number_forms("CN", "patent", "2021112866335", date(2017, 4, 24)) == NumberForms(
        ip_office_code="CN",
        right="patent",
        application_number_text="2021112866335",
        canonical_text="202111286633.X",
        match_key="202111286633",
        filing_id="CN.patent.202111286633",
        docdb="CN.202111286633.A",
        epodoc="CN202111286633",
        st13_application_number="102021001286633",
        is_exact=True,
        warnings=(NumberRemark("CHECK_DIGIT_WRONG", EXPLANATIONS["CHECK_DIGIT_WRONG"]),),
        format_hint="202111286633.X",
    )


def test_forms_that_need_the_filing_date_are_empty_without_it() -> None:
    dated = number_forms("IL", "patent", "202628", date(2009, 12, 9))
    assert (dated.docdb, dated.epodoc) == ("IL.20262809.A", "IL20090202628")
    undated = number_forms("IL", "patent", "202628", None)
    assert (undated.docdb, undated.epodoc, undated.is_exact) == ("", "", True)
    assert (undated.is_date_missing, dated.is_date_missing) == (True, False)


def test_a_form_that_no_date_determines_is_not_said_to_miss_one() -> None:
    # register.md N6
    assert not number_forms("CN", "patent", "202111286633.X", None).is_date_missing
    assert not number_forms("DE", "trademark", "302019100001", None).is_date_missing
    assert not number_forms("AU", "patent", "nonsense", None).is_date_missing


def test_whoever_gave_the_date_is_not_asked_for_it() -> None:
    # register.md N11
    undated = number_forms("DE", "patent", "DE.10200501234.A", None)
    ambiguous = [
        number_forms("US", "patent", "12345607", filed) for filed in (None, date(2009, 6, 1))
    ]
    assert undated.ip_office_code == "DE"
    told = [
        {remark.code: remark.explanation for remark in forms.warnings}.get("FORM_AMBIGUOUS", "")
        for forms in ambiguous
    ]
    assert "give the filing date" in told[0]
    assert "give the filing date" not in told[1]


def test_a_pct_application_named_by_its_receiving_office_is_the_international_bureaus() -> None:
    # PCT Rule 4.10(a)(v)
    forms = number_forms("GB", "patent", "PCT/GB02/04635", None)
    assert (forms.ip_office_code, forms.filing_id) == ("WO", "WO.patent.GB2002004635")
    assert (forms.docdb, forms.epodoc) == ("GB.0204635.W", "WO2002GB04635")
    assert [remark.code for remark in forms.warnings] == ["PCT_NAMED_BY_RECEIVING_OFFICE"]


@pytest.mark.parametrize(
    ("text", "filed", "docdb", "epodoc"),
    [
        ("08/921,321", date(1997, 8, 29), "US.92132197.A", "US19970921321"),
        ("12/942,680", date(2010, 11, 9), "US.94268010.A", "US20100942680"),
        ("13/380,770", date(2010, 6, 28), "US.201013380770.A", "US201013380770"),
        ("60/396,363", date(2002, 7, 15), "US.39636302.P", "US20020396363P"),
        ("62/746,724", date(2018, 10, 17), "US.201862746724.P", "US201862746724P"),
        ("61/422,500", date(2010, 12, 13), "", ""),
    ],
)
def test_united_states_forms_name_the_series_from_the_end_of_2010_on(
    text: str, filed: date, docdb: str, epodoc: str
) -> None:
    forms = number_forms("US", "patent", text, filed)
    assert (forms.docdb, forms.epodoc) == (docdb, epodoc)


def test_a_serial_number_that_no_regular_application_had_reached_is_of_a_provisional_one() -> None:
    # 10/396,363 was given out in 2003; 60/396,363 on 2002-07-15
    forms = number_forms("US", "patent", "2002 396363", date(2002, 7, 15))
    assert (forms.match_key, forms.alternatives) == ("60396363", ("10396363",))
    regular = number_forms("US", "patent", "US20020396363", date(2002, 7, 15))
    assert regular.match_key == "60396363"


def test_every_warning_and_note_is_explained() -> None:
    codes = {value for name, value in vars(number).items() if name.isupper() and name == value}
    assert set(EXPLANATIONS) == codes


@given(
    st.sampled_from((*EXACT_OFFICES, "LB")),
    st.sampled_from(RIGHTS),
    st.text(max_size=64) | st.text("0123456789/-. PU", max_size=16),
    st.none() | st.dates(),
)
def test_any_text_has_forms(office: str, right: Right, text: str, filed: date | None) -> None:
    forms = number_forms(office, right, text, filed)
    assert forms.application_number_text == text


@given(
    st.sampled_from(EXACT_OFFICES),
    st.sampled_from(RIGHTS),
    st.text("0123456789/PW.", max_size=14),
    st.dates(date(1950, 1, 1), date(2050, 12, 31)),
)
def test_every_form_written_is_read_as_the_same_number(
    office: str, right: Right, text: str, filed: date
) -> None:
    forms = number_forms(office, right, text, filed)
    for written in (forms.docdb, forms.epodoc, forms.st13_application_number):
        if written:
            again = number_forms(forms.ip_office_code, forms.right, written, filed)
            assert forms.match_key in (again.match_key, *again.alternatives), written
