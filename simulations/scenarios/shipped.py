"""The scenarios that come with the program: the TOML files beside this one."""

from importlib.resources import files

from simulations.scenarios.scenario import Scenario
from simulations.scenarios.scenario_text import read_scenario

_SUFFIX = ".toml"


def shipped_names() -> tuple[str, ...]:
    """Their names: from the fewest offices to the most, steady before under faults."""
    names = [
        file.name.removesuffix(_SUFFIX)
        for file in files(__package__).iterdir()
        if file.name.endswith(_SUFFIX)
    ]
    return tuple(sorted(names, key=_place))


def shipped_text(name: str) -> bytes:
    """The TOML of a shipped scenario."""
    return (files(__package__) / f"{name}{_SUFFIX}").read_bytes()


def shipped_scenarios() -> dict[str, Scenario]:
    """All of them, by name."""
    return {name: read_scenario(shipped_text(name)) for name in shipped_names()}


def _place(name: str) -> tuple[int, str, str]:
    kind, _, offices = name.rpartition("-")
    return (int(offices) if offices.isdigit() else 0, {"steady": ""}.get(kind, kind), name)
