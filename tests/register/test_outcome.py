import pytest

from ledger.register.outcome import Outcome


@pytest.mark.parametrize(
    ("outcome", "warnings"),
    [
        (Outcome("accepted"), ()),
        (Outcome("accepted", "FORMAT_UNUSUAL"), ("FORMAT_UNUSUAL",)),
        (Outcome("accepted", "SAME_DAY,FORMAT_UNUSUAL"), ("SAME_DAY", "FORMAT_UNUSUAL")),
        (Outcome("rejected", "DATE_CONFLICT"), ()),
        (Outcome("repeated", "", "AU.patent.1", 1, 0), ()),
    ],
)
def test_only_an_accepted_entry_has_warnings_and_without_codes_it_has_none(
    outcome: Outcome, warnings: tuple[str, ...]
) -> None:
    assert outcome.warnings == warnings
