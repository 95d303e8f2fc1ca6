"""Says what is wrong with a document that did not decode: fields, what was expected, what came.

The fast decoders of msgspec stop at the first error. This is the second, slow look, taken only
after they refused: it walks the record type beside the plain value and gathers all faults. Pure; knows
nothing of HTTP.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

import msgspec

from crypto.code_like import holds_code

RECEIVED_LENGTH_MAX = 80
"""Characters of a received value that are quoted back."""
NOT_REPEATED = "a value that is not repeated"
"""What is said of an access code that came in a wrong place or form."""
_DEPTH_SHOWN = 8
"""Objects and arrays within each other of which an error shows what is inside."""
JSON_DOCUMENT = "a JSON document in UTF-8"
"""What was expected where the bytes are no JSON at all."""
ERRORS_MAX = 20
"""Faults named for one document."""

_LEAF_NAMES: dict[object, str] = {
    str: "a text",
    int: "a whole number of at most 64 bits",
    bool: "true or false",
    date: "a date as YYYY-MM-DD",
}


class FieldError(msgspec.Struct, frozen=True, rename="camel"):
    """One fault of a document."""

    field: str
    """Path of the field, such as `priorityClaimBag[0].filingDate`; empty: the whole document."""
    expected: str
    received: str
    """The value that came, as JSON, shortened; `nothing` when it is missing."""


def quote(value: object) -> str:
    """The value as JSON, shortened and without access codes, to be shown in an error."""
    text = msgspec.json.encode(_without_secrets(value, 0)).decode("utf-8", "replace")
    if len(text) <= RECEIVED_LENGTH_MAX:
        return text
    return text[: RECEIVED_LENGTH_MAX - 1] + "…"


def is_secret(name: str) -> bool:
    """Whether a field of this name may hold an access code, also where the name has a slip in it."""
    return "acces" in name.lower()


def received(name: str, value: object) -> str:
    """What came in a field, to be shown in an error; never an access code."""
    return NOT_REPEATED if is_secret(name) else quote(value)


def _without_secrets(value: object, depth: int) -> object:
    if isinstance(value, str):
        return NOT_REPEATED if holds_code(value) else value
    if not isinstance(value, dict | list):
        return value
    if depth == _DEPTH_SHOWN:
        return "…"
    if isinstance(value, list):
        return [_without_secrets(item, depth + 1) for item in value]
    return {
        _without_secrets(name, depth): NOT_REPEATED
        if is_secret(str(name))
        else _without_secrets(each, depth + 1)
        for name, each in value.items()
    }


def explain(body: bytes | msgspec.Raw, expected: object) -> tuple[FieldError, ...]:
    """Every fault of a JSON document that was refused, against its record type; at least one.

    Bytes that are no JSON at all are one fault, which expected `JSON_DOCUMENT`.
    """
    try:
        value = msgspec.json.decode(body)
    except RecursionError:
        return (FieldError("", JSON_DOCUMENT, "one that is nested too deeply"),)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return (FieldError("", JSON_DOCUMENT, str(error)),)
    return explain_value(value, expected)


def explain_value(value: object, expected: object) -> tuple[FieldError, ...]:
    """Every fault of a plain value (as JSON decodes to) against a record type."""
    found: list[FieldError] = []
    for error in _faults(value, expected, ""):
        found.append(error)
        if len(found) == ERRORS_MAX:
            break
    if not found:
        # The walk knows fewer rules than the decoder: then its own words must do.
        try:
            msgspec.convert(value, expected)
        except msgspec.ValidationError as error:
            found.append(FieldError("", str(error), quote(value)))
    return tuple(found)


@cache
def describe(expected: object) -> str:
    """A type in words; the same text object for the same type, for reports hold it many times."""
    origin, arguments = get_origin(expected), get_args(expected)
    if origin is Literal:
        return "one of " + ", ".join(str(choice) for choice in arguments)
    if origin is Annotated:
        return describe(arguments[0]) + _describe_limits(arguments[1:])
    if origin in (tuple, list):
        return "an array"
    if origin in (Union, UnionType):
        return " or ".join(describe(choice) for choice in arguments if choice is not NoneType)
    if isinstance(expected, type) and issubclass(expected, msgspec.Struct):
        return "an object"
    return _LEAF_NAMES.get(expected, str(expected))


def _describe_limits(annotations: tuple[object, ...]) -> str:
    words = []
    for meta in annotations:
        if not isinstance(meta, msgspec.Meta):
            continue
        words += [
            f" {name} {limit}"
            for name, limit in (
                ("of at least length", meta.min_length),
                ("of at most length", meta.max_length),
                ("not below", meta.ge),
                ("not above", meta.le),
                ("matching", meta.pattern),
            )
            if limit is not None
        ]
    return ",".join(words)


def _faults(value: object, expected: object, path: str) -> Iterator[FieldError]:
    core = _without_none(expected)
    if isinstance(core, type) and issubclass(core, msgspec.Struct):
        yield from _record_faults(value, core, path)
        return
    items = _item_type(core)
    if items is not None and isinstance(value, list):
        for position, item in enumerate(value):
            yield from _faults(item, items, f"{path}[{position}]")
        return
    try:
        msgspec.convert(value, expected)
    except msgspec.ValidationError:
        yield FieldError(path, describe(core), received(path.rpartition(".")[2], value))


def _record_faults(value: object, record: type[msgspec.Struct], path: str) -> Iterator[FieldError]:
    if not isinstance(value, dict):
        yield FieldError(path, "an object", quote(value))
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(record)}
    tag_field, tag = record.__struct_config__.tag_field, record.__struct_config__.tag
    prefix = f"{path}." if path else ""
    for name in value:
        if name == tag_field:
            if value[name] != tag:
                yield FieldError(f"{prefix}{name}", str(tag), quote(value[name]))
        elif name not in fields:
            shown = NOT_REPEATED if holds_code(name) else name[:RECEIVED_LENGTH_MAX]
            path_of_name = f"{prefix}{shown}"
            yield FieldError(path_of_name, _describe_fields(record), received(name, value[name]))
    for name, field in fields.items():
        if name in value:
            yield from _faults(value[name], field.type, f"{prefix}{name}")
        elif field.required:
            yield FieldError(f"{prefix}{name}", describe(field.type), "nothing")


@cache
def _describe_fields(record: type[msgspec.Struct]) -> str:
    """What the fields of a record may be called."""
    names = (field.encode_name for field in msgspec.structs.fields(record))
    return f"one of the fields {', '.join(names)}"


def _without_none(expected: object) -> object:
    if get_origin(expected) in (Union, UnionType):
        choices = [choice for choice in get_args(expected) if choice is not NoneType]
        return choices[0] if len(choices) == 1 else expected
    return expected


def _item_type(expected: object) -> object | None:
    """The type of the items when this is `tuple[X, ...]` or `list[X]`, else None."""
    if get_origin(expected) is Annotated:
        expected = get_args(expected)[0]
    if get_origin(expected) not in (tuple, list):
        return None
    item: object = get_args(expected)[0]
    return item
