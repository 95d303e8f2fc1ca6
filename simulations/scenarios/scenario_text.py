"""Reads a scenario from TOML. What is wrong with it is told with its line, what was expected and what was found."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, time
from typing import Final, NoReturn

import msgspec

from consensus.settings import ReplicaSettings
from simulations.geography import SEATS
from simulations.scenarios.scenario import (
    FAULTS,
    Burst,
    Heal,
    NetworkTable,
    Nodes,
    Offices,
    Scenario,
    Swarm,
    Workload,
)
from simulations.scenarios.toml_lines import Path, line_of, value_at

SIZE_MAX: Final = 64 * 1024  # bytes
SHOWN_MAX: Final = 60
"""Characters of a value that a message shows."""
_TABLES: Final[dict[str, type[msgspec.Struct]]] = {
    "offices": Offices,
    "network": NetworkTable,
    "nodes": Nodes,
    "workload": Workload,
    "swarm": Swarm,
}


class MalformedScenarioError(Exception):
    """The text is no scenario; the message tells what was expected and what was found."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        """From 1."""
        self.reason = reason


def read_scenario(data: bytes) -> Scenario:
    """The scenario in this TOML document (UTF-8).

    Raises:
        MalformedScenarioError: it is none; the message names the line.
    """
    text = _decode(data)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _toml_error(text, str(error)) from None
    except ValueError:  # Python reads no whole number of more than 4,300 digits.
        raise _too_long_number(text) from None
    except RecursionError:
        raise MalformedScenarioError(
            1, "expected a flat document, got one nested too deeply"
        ) from None
    _expect_known_settings(text, document)
    try:
        scenario = msgspec.convert(document, Scenario)
    except msgspec.ValidationError as error:
        _refuse_form(text, document, str(error))
    _check(text, scenario)
    return scenario


def _decode(data: bytes) -> str:
    if len(data) > SIZE_MAX:
        raise MalformedScenarioError(1, f"expected at most {SIZE_MAX} bytes, got {len(data)}")
    try:
        return data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"expected text in UTF-8, got the byte {data[error.start]:#04x}"
        raise MalformedScenarioError(line, reason) from None


def _toml_error(text: str, message: str) -> MalformedScenarioError:
    """The parser's own words, with their place: "Invalid value (at line 3, column 9)"."""
    found = re.search(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    reason = message[: found.start()] if found else message
    if found and found[1]:
        return MalformedScenarioError(int(found[1]), f"column {found[2]}: expected TOML: {reason}")
    last = len(text.rstrip("\n").split("\n"))
    return MalformedScenarioError(last, f"expected TOML, which ends too early: {reason}")


def _too_long_number(text: str) -> MalformedScenarioError:
    longest = max(re.finditer(r"[0-9_]+", text), key=lambda digits: len(digits[0]))
    line = text.count("\n", 0, longest.start()) + 1
    reason = f"expected whole numbers below 2^63, got one of {len(longest[0])} digits"
    return MalformedScenarioError(line, reason)


# -- the form: what msgspec says of a value, in the words of the file ----------------------------

_WORDS: Final = (
    (r"str matching regex .*", "two capital letters, as in WIPO ST.3"),
    (r" \| null$", ""),
    (r"\bint\b", "a whole number"),
    (r"\bfloat\b", "a number"),
    (r"\bstr\b", "text"),
    (r"\bobject\b", "a table"),
    (r"\barray\b", "an array"),
)


def _refuse_form(text: str, document: object, message: str) -> NoReturn:
    """Refuse what msgspec found: such as "Expected `int`, got `str` - at `$.faults[2].at_s`"."""
    reason, _, place = message.partition(" - at `$")
    path: Path = tuple(
        int(index) if index else key for key, index in re.findall(r"\.(\w+)|\[(\d+)\]", place)
    )
    reason = reason.replace("`", "")
    if unknown := re.fullmatch(r"Object contains unknown field (.+)", reason):
        known = ", ".join(_known_keys(path, value_at(document, path)))
        _refuse(text, (*path, unknown[1]), f"expected one of {known}, got an unknown key")
    if missing := re.fullmatch(r"Object missing required field (.+)", reason):
        _refuse(text, path, f"expected the key {missing[1]}, which is missing here")
    found = _shown(value_at(document, path))
    if re.fullmatch(r"Invalid (enum )?value .*", reason):
        _refuse(text, path, f"expected {_choices(path)}, got {found}")
    if reason == "Number out of range":
        _refuse(text, path, f"expected a number from -2^63 to 2^63 - 1, got {found}")
    if not reason.startswith("Expected "):  # What a type itself checks says all there is to say.
        _refuse(text, path, reason)
    expected = reason.removeprefix("Expected ").partition(", got ")[0]
    for pattern, words in _WORDS:
        expected = re.sub(pattern, words, expected)
    _refuse(text, path, f"expected {expected}, got {found}")


def _known_keys(path: Path, table: object) -> tuple[str, ...]:
    """The keys that a table at this place may have."""
    if path[:1] == ("faults",) and isinstance(table, dict):
        kinds = [kind for kind in FAULTS if kind.__struct_config__.tag == table.get("kind")]
        return ("kind", *kinds[0].__struct_fields__)
    if path[:2] == ("workload", "bursts"):
        return Burst.__struct_fields__
    return (_TABLES[str(path[0])] if path else Scenario).__struct_fields__


def _choices(path: Path) -> str:
    match path[-1:]:
        case ("kind",):
            return " or ".join(str(kind.__struct_config__.tag) for kind in FAULTS)
        case ("direction",):
            return "both, outgoing or incoming"
    return "codes in an array, a whole number, primary, all or down"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, date | time):
        text = value.isoformat()
    else:
        text = repr(value)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}..."


def _expect_known_settings(text: str, document: dict[str, object]) -> None:
    """Of the node's own settings, whose type takes keys that it does not know."""
    settings = document.get("settings")
    known = ReplicaSettings.__struct_fields__
    for name, value in settings.items() if isinstance(settings, dict) else ():
        if name not in known:
            _refuse(
                text,
                ("settings", name),
                f"expected one of {', '.join(known)}, got an unknown key",
            )
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 2**31:
            _refuse(
                text,
                ("settings", name),
                f"expected a whole number from 1 to 2^31, got {_shown(value)}",
            )


# -- the meaning ---------------------------------------------------------------------------------


def _check(text: str, scenario: Scenario) -> None:
    for path, reason in _contradictions(scenario):
        _refuse(text, path, reason)


def _contradictions(scenario: Scenario) -> Iterator[tuple[Path, str]]:
    """What no single value shows."""
    yield from _wrong_offices(scenario.offices)
    taking_part = scenario.codes()
    for path, codes in _office_lists(scenario):
        for place, code in enumerate(codes):
            if code not in taking_part:
                known = ", ".join(taking_part)
                shown = known if len(known) <= SHOWN_MAX else f"{known[:SHOWN_MAX]}..."
                yield (*path, place), f"expected an office of this network ({shown}), got {code}"
    for index, fault in enumerate(scenario.faults):
        path = ("faults", index)
        if fault.at_s > scenario.duration_s:
            limit = f"expected a time up to duration_s = {scenario.duration_s:g}"
            yield (*path, "at_s"), f"{limit}, got {fault.at_s:g}"
        whom = None if isinstance(fault, Heal) else fault.offices
        if isinstance(whom, int) and whom > len(taking_part):
            yield (*path, "offices"), f"expected at most {len(taking_part)} offices, got {whom}"
    for index, burst in enumerate(scenario.workload.bursts):
        if burst.at_s > scenario.duration_s:
            limit = f"expected a time up to duration_s = {scenario.duration_s:g}"
            yield ("workload", "bursts", index, "at_s"), f"{limit}, got {burst.at_s:g}"
    least, most = scenario.swarm.lasting_s
    if least > most:
        yield (
            ("swarm", "lasting_s"),
            f"expected the least time first, got {least:g} before {most:g}",
        )


def _wrong_offices(offices: Offices) -> Iterator[tuple[Path, str]]:
    if (offices.count is None) == (offices.codes is None):
        found = "neither" if offices.count is None else "both"
        yield ("offices",), f"expected either count or codes, got {found}"
    codes = offices.codes or ()
    for place, code in enumerate(codes):
        path = ("offices", "codes", place)
        if code not in SEATS:
            yield path, f"expected the ST.3 code of an office in simulations/seats.csv, got {code}"
        if code in codes[:place]:
            yield path, f"expected each office once, got {code} again"


def _office_lists(scenario: Scenario) -> Iterator[tuple[Path, Sequence[str]]]:
    yield ("workload", "offices"), scenario.workload.offices or ()
    for index, burst in enumerate(scenario.workload.bursts):
        yield ("workload", "bursts", index, "offices"), burst.offices or ()
    for index, fault in enumerate(scenario.faults):
        if not isinstance(fault, Heal) and isinstance(fault.offices, tuple):
            yield ("faults", index, "offices"), fault.offices


def _refuse(text: str, path: Path, reason: str) -> NoReturn:
    shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    where = f"{shown[1:]}: " if path else ""
    raise MalformedScenarioError(line_of(text, path), f"{where}{reason}")
