"""Access codes that were typed where a number belongs: they are refused, neither entered nor repeated."""

from collections.abc import Iterator
from functools import cache
from typing import Final

import msgspec

from api.explain import NOT_REPEATED, FieldError
from crypto.code_like import CODE_LENGTH_MIN, holds_code, holds_whole_code
from ledger.register.entries import Entry
from ledger.register.verification import PriorityRequest

CODE_REASON: Final = "ACCESS_CODE_MISPLACED"
_NUMBER: Final = "pplicationNumberText"
_PUBLIC_KEYS: Final = frozenset(
    (
        "claim_key",
        "proof",
        "commitment",
        "blinding",
        "document_digest",
        "report_identifier",
        "access_identifier",
    )
)
"""Fields that hold what everybody may see, in a form of its own."""
_EXPECTED: Final = "another value: what came is written like an access code"


def entered_code_error(entry: Entry) -> FieldError | None:
    """What is wrong with an entry that would show an access code to every office; None: it does not.

    In the place of a number also a code with a slip or two is one; among words, and in keys, a whole one.
    """
    for path, text in _texts_of(entry):
        is_number = path.endswith(_NUMBER)
        if holds_code(text) if is_number else holds_whole_code(text):
            return FieldError(path, _EXPECTED, NOT_REPEATED)
    return None


def asked_code_errors(question: PriorityRequest) -> tuple[FieldError, ...]:
    """What is wrong with a question whose answer would repeat an access code."""
    texts = (
        ("first.ipOfficeCode", question.first.ip_office_code),
        ("second.ipOfficeCode", question.second.ip_office_code),
        ("second.receivingOfficeCode", question.second.receiving_office_code or ""),
        ("first.applicationNumberText", question.first.application_number_text),
        ("second.applicationNumberText", question.second.application_number_text or ""),
    )
    return tuple(
        FieldError(path, _EXPECTED, NOT_REPEATED) for path, text in texts if holds_code(text)
    )


def without_code(text: str) -> str:
    """The text, if there is no access code in it."""
    return NOT_REPEATED if holds_code(text) else text


def _texts_of(entry: msgspec.Struct, path: str = "") -> Iterator[tuple[str, str]]:
    """All texts in an entry, as long as a code, that a person or a client may have written, each with its path."""
    for name, told in _fields(type(entry)):
        value = getattr(entry, name)
        if isinstance(value, str):
            if len(value) >= CODE_LENGTH_MIN:
                yield f"{path}{told}", value
        elif isinstance(value, msgspec.Struct):
            yield from _texts_of(value, f"{path}{told}.")
        elif isinstance(value, tuple):
            for place, one in enumerate(value):
                if isinstance(one, msgspec.Struct):
                    yield from _texts_of(one, f"{path}{told}[{place}].")


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    """The fields in which a code may stand, each with its name in JSON."""
    fields = msgspec.structs.fields(kind)
    return tuple((one.name, one.encode_name) for one in fields if one.name not in _PUBLIC_KEYS)
