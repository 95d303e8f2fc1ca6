"""What a folder of a run is: `manifest.json`, and how such a folder is read again."""

from collections.abc import Mapping
from typing import Final, NamedTuple, TypeVar

import msgspec

from crypto.digest import sha256
from simulations.report import summary as figures
from simulations.report.series import Part
from simulations.report.summary import Summary

FORMAT: Final = "ipregister simulation manifest 1"


class NotARunError(Exception):
    """The files are not those of a run; the message says what was expected and what was found."""


class Manifest(Part, frozen=True):
    """Which run it is, and all that one needs to repeat it."""

    format: str
    scenario: str
    """A shipped scenario's name, or the file's."""
    seed: int
    commit: str
    version: str
    python: str
    wall_seconds: float
    """How long the run took, and so no part of what a seed determines."""
    configuration: dict[str, object]
    """The whole scenario, with what its file left out."""
    files: dict[str, str]
    """SHA-256 of each file beside it, hexadecimal."""


class Run(NamedTuple):
    """A folder of a run, read."""

    name: str
    manifest: Manifest
    summary: Summary


def read_run(name: str, manifest_bytes: bytes, summary_bytes: bytes) -> Run:
    """The run that these two files tell of.

    Raises:
        NotARunError: they do not belong together, or are none of this program's.
    """
    manifest = _decode(manifest_bytes, Manifest, FORMAT, "manifest.json")
    summary = _decode(summary_bytes, Summary, figures.FORMAT, "summary.json")
    found = sha256(summary_bytes).hex()
    if manifest.files.get("summary.json") != found:
        named = manifest.files.get("summary.json", "none")
        raise NotARunError(f"summary.json: expected SHA-256 {named:.16}, got {found:.16}")
    return Run(name, manifest, summary)


_Document = TypeVar("_Document", Manifest, Summary)


def _decode(data: bytes, kind: type[_Document], form: str, file: str) -> _Document:
    try:
        found = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotARunError(f"{file}: expected {form!r}: {error}") from error
    if found.format != form:
        raise NotARunError(f"{file}: expected {form!r}, got {found.format!r}")
    return found


def configuration_differences(one: Run, other: Run) -> dict[str, tuple[str, str]]:
    """Where two runs were set up differently: the path of each key, and the two values."""
    first, second = _flat(one.manifest.configuration), _flat(other.manifest.configuration)
    first["seed of the run"], second["seed of the run"] = (
        str(one.manifest.seed),
        str(other.manifest.seed),
    )
    first["commit"], second["commit"] = one.manifest.commit, other.manifest.commit
    return {
        path: (first.get(path, "absent"), second.get(path, "absent"))
        for path in sorted(first.keys() | second.keys())
        if first.get(path) != second.get(path)
    }


def _flat(value: object, path: str = "") -> dict[str, str]:
    """Every single value by its path, such as `faults[2].at_s`."""
    inner: list[tuple[str, object]] = []
    if isinstance(value, Mapping):
        inner = [(f"{path}.{key}".lstrip("."), item) for key, item in value.items()]
    elif isinstance(value, list | tuple) and all(isinstance(item, Mapping) for item in value):
        inner = [(f"{path}[{place}]", item) for place, item in enumerate(value)]
    else:
        return {path: value if isinstance(value, str) else msgspec.json.encode(value).decode()}
    return {key: text for name, item in inner for key, text in _flat(item, name).items()}
