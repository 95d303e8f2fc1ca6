"""What holds for the numbers of every office, whatever its rule (register.md N1 to N14)."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.register.entries import Right
from ledger.register.numbers import EXACT_OFFICES, format_hint, normalise, written
from ledger.register.numbers.form import Form
from ledger.register.numbers.number import FORMAT_UNUSUAL, NUMBER_MISSING
from ledger.register.numbers.offices import australian, japanese
from ledger.register.numbers.rule import OfficeRule
from ledger.register.numbers.table import ASIA_AFRICA_AMERICA

VECTORS: list[dict[str, Any]] = [
    row
    for path in sorted((Path(__file__).parents[1] / "vectors").glob("number_forms*.json"))
    for row in json.loads(path.read_text(encoding="utf-8"))
]
RIGHTS: tuple[Right, ...] = ("patent", "utilityModel", "design", "trademark", "plantVariety")
SOUND_RULES = (*ASIA_AFRICA_AMERICA, australian.RULE, japanese.RULE)
"""Their forms read nothing whose printed form they do not read."""
SOUND_OFFICES = frozenset(rule.office for rule in SOUND_RULES)
NOT_READ_BACK = frozenset({
    "AT", "BA", "BG", "CH", "CS", "DE", "DK", "ES", "FI", "GB", "GR", "HU", "IT", "LT", "LV", "MD", "PL", "RO", "RS",
    "SE", "SI", "SK", "YU",
})  # fmt: skip
"""Known gap: given text with a year or a kind that no real number has, these show a number that they do not read. What
they show of real numbers is read (the vectors)."""
WITHOUT_RULE = ("LB", "LK", "XX")
UNREAD = frozenset({FORMAT_UNUSUAL, NUMBER_MISSING})
Asked = tuple[str, Right, str, date | None]


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: f"{row['office']} {row['forms'][0]}")
def test_all_forms_of_a_real_number_meet_and_are_written_as_they_are_in_use(
    row: dict[str, Any],
) -> None:
    """register.md N1, N6. A vector states of canonical, docdb, epodoc and st13 what is known, and all warnings."""
    office, right, filed = row["office"], row["right"], day(row["date"])
    numbers = [normalise(office, right, text, filed) for text in row["forms"]]
    assert {number.right for number in numbers} == {right}
    assert len({number.match_key for number in numbers}) == 1, numbers
    warnings = {warning for number in numbers for warning in number.warnings}
    assert warnings == set(row.get("warnings", ()))
    for number in numbers:
        again = normalise(office, right, number.canonical, filed)
        assert (again.canonical, again.match_key) == (number.canonical, number.match_key)
        shown = {"canonical": number.canonical, **written(office, number, filed)._asdict()}
        assert {name: shown[name] for name in shown if name in row} == {
            name: row[name] for name in shown if name in row
        }


def test_no_two_real_filings_meet_whatever_form_they_are_written_in() -> None:
    owner: dict[tuple[str, Right, str], dict[str, Any]] = {}
    for row in VECTORS:
        for text in row["forms"]:
            number = normalise(row["office"], row["right"], text, day(row["date"]))
            assert owner.setdefault((row["office"], number.right, number.match_key), row) is row


def texts_of(form: Form) -> st.SearchStrategy[str]:
    """Texts of a form, with a point, a hyphen or the like where it has a separator."""
    return st.tuples(st.from_regex(form.pattern, fullmatch=True), st.sampled_from("/-. ")).map(
        lambda drawn: drawn[0].replace("/", drawn[1])
    )


DATES = st.none() | st.dates(date(1950, 1, 1), date(2060, 12, 31))
NUMBER_LIKE = (
    st.from_regex(
        r"[A-Z]{0,2}[ .]?[0-9]{2,6}[ /.-]?[0-9]{2,6}([./-][0-9]{1,2})?[TUWPF]?", fullmatch=True
    )
    | st.text("0123456789/-., 平昭特願PCTUSAEJHVMDZBRW()\uff10\uff11", max_size=24)
    | st.text(max_size=80)
)


@st.composite
def of_the_rules(draw: st.DrawFn) -> Asked:
    rule: OfficeRule = draw(st.sampled_from(SOUND_RULES))
    form = draw(st.sampled_from(rule.forms))
    right = draw(st.sampled_from(sorted(form.rights)))
    return rule.office, right, draw(texts_of(form)), draw(DATES)


ASKED = of_the_rules() | st.tuples(
    st.sampled_from((*EXACT_OFFICES, *WITHOUT_RULE)), st.sampled_from(RIGHTS), NUMBER_LIKE, DATES
)


@given(ASKED)
def test_any_text_has_a_number_whose_canonical_form_is_its_own(asked: Asked) -> None:
    office, right, text, filed = asked
    number = normalise(office, right, text, filed)
    assert number.as_given == text
    key = number.match_key
    again = normalise(office, number.right, number.canonical, filed)
    shown = (again.canonical, again.match_key, again.right)
    assert office in NOT_READ_BACK or shown == (number.canonical, key, number.right)
    assert key == "" or key.isdigit() or (key.isascii() and key.isalnum() and key.isupper())


@given(ASKED)
def test_every_written_form_is_read_as_the_number_that_was_written(asked: Asked) -> None:
    office, right, text, filed = asked
    number = normalise(office, right, text, filed)
    for form in written(office, number, filed):
        if form:
            again = normalise(office, number.right, form, filed)
            assert number.match_key in {again.match_key, *again.alternatives}, form
            assert again.right == number.right, form
            if office in SOUND_OFFICES and not number.warnings:
                assert again.match_key == number.match_key, form


HINTS = [
    (office, right) for office in EXACT_OFFICES for right in RIGHTS if format_hint(office, right)
]
CHECK_SIGN_IN_CANONICAL = frozenset({"BR", "SG"})
"""They show a check digit as it is given; another one is the same number."""


@given(st.sampled_from(HINTS), st.data(), DATES)
def test_two_printed_numbers_that_differ_in_a_digit_never_meet(
    of: tuple[str, Right], data: st.DataObject, filed: date | None
) -> None:
    """Where the digit is a check digit, both are shown as one."""
    office, right = of
    hint = format_hint(office, right)
    place = data.draw(st.sampled_from([at for at, sign in enumerate(hint) if sign.isdigit()]))
    other = hint[:place] + data.draw(st.sampled_from("0123456789")) + hint[place + 1 :]
    number, changed = (normalise(office, right, text, filed) for text in (hint, other))
    if office in CHECK_SIGN_IN_CANONICAL and place == len(hint) - 1:
        return
    if UNREAD.isdisjoint(changed.warnings) and number.right == changed.right:
        assert (number.match_key == changed.match_key) == (number.canonical == changed.canonical)


@pytest.mark.parametrize("of", HINTS, ids=" ".join)
def test_every_hint_is_a_number_of_its_office_without_doubt(of: tuple[str, Right]) -> None:
    office, right = of
    assert normalise(office, right, format_hint(office, right), None).warnings == ()
