"""Every reason for which the register rejects an entry is told with a field, or named as one without."""

import re
from pathlib import Path

from api.rejections import _EXPLAIN
from api.sealed_rejections import EXPLAIN_SEALED

ROOT = Path(__file__).parents[2]
WITHOUT_A_FIELD = {
    # An office's whole history is full, or what came is not this entry's doing.
    "TOO_MANY_EVENTS",
    "TOO_MANY_CLAIM_CHANGES",
    "TOO_MANY_INTERVALS",
    "OFFICE_UNKNOWN",
}


def reasons_in_the_register() -> set[str]:
    found: set[str] = set()
    rules = ROOT / "ledger/register"
    for name in ("sealed_claims", "apply_sealed"):
        text = (rules / f"{name}.py").read_text(encoding="utf-8")
        found |= set(re.findall(r'"([A-Z]+_[A-Z_]+)"', text))
    for path in rules.glob("apply*.py"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'rejected\(\s*"([A-Z_]+)"', text))
        for body in re.findall(r"def \w*refusal\(.*?(?=\ndef |\Z)", text, re.DOTALL):
            found |= set(re.findall(r'"([A-Z]+_[A-Z_]+)"', body))
    return found


def test_the_reasons_of_sealed_filings_are_among_them() -> None:
    assert set(EXPLAIN_SEALED) <= reasons_in_the_register()


def test_every_reason_is_explained_or_known_to_have_no_field() -> None:
    assert reasons_in_the_register() - set(_EXPLAIN) - WITHOUT_A_FIELD == set()
