"""The node's configuration: `config.toml` in its home, then environment variables `IPREGISTER_...` above it.

Nested keys take two underscores: `[api] port` is `IPREGISTER_API__PORT`. Everything is checked before the node
starts; a key that is not known is an error, because a slip of the pen must not silently leave a default in place.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final, NamedTuple, get_origin

import msgspec
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsError,
    TomlConfigSettingsSource,
)

from node.settings import PREFIX, NodeSettings

CONFIG_FILE: Final = "config.toml"
CLIENT_VARIABLES: Final = frozenset(
    {"IPREGISTER_HOME", "IPREGISTER_URL", "IPREGISTER_TOKEN", "IPREGISTER_TOKEN_FILE"}
)
"""Variables of the command line that are no settings of the node."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the configuration."""

    key: str
    """The key, file or variable it is about."""
    message: str
    """What was expected and what came."""
    fix: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}"


class ConfigurationError(Exception):
    """The node cannot start as it is configured. Holds everything that was found wrong, not only the first."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def address_problem(section: str, host: str, port: int, error: OSError) -> Problem:
    """That an address of the settings cannot be listened at."""
    return Problem(
        f"{section}.port",
        f"expected to listen at {host}:{port}, got: {error.strerror or error}",
        f"stop what listens there, or correct {section}.host and {section}.port",
    )


def unreadable(path: Path, error: OSError) -> ConfigurationError:
    """That a file of a home is there, and cannot be read."""
    fix = "run the command as the user of the node, or correct the file's owner and mode"
    return ConfigurationError(
        Problem(str(path), f"expected a file that can be read, got: {error.strerror or error}", fix)
    )


class Setting(NamedTuple):
    """One key with its value, and where that came from."""

    key: str
    value: object
    origin: str
    """`default`, the file, or the variable."""


def load_settings(home: Path, environment: Mapping[str, str]) -> NodeSettings:
    """The settings in a home's `config.toml`, with the environment's above them.

    Raises:
        ConfigurationError: the file is missing or no TOML, or a key or value is wrong; names all of them.
    """
    path = home / CONFIG_FILE
    document = _read(path)
    unknown = tuple(_unknown_variables(environment))
    if unknown:
        raise ConfigurationError(*unknown)
    try:
        return _located(path, environment)()  # type: ignore[call-arg]  # its sources bring the arguments
    except ValidationError as error:
        raise ConfigurationError(
            *(_problem(details, document, environment) for details in error.errors())
        ) from None
    except SettingsError as error:  # a list or table in a variable that is no JSON
        problems = tuple(_variables_without_json(environment))
        unnamed = Problem("environment", str(error), "write lists and tables as JSON")
        raise ConfigurationError(*(problems or (unnamed,))) from None


def settings_with_origin(home: Path, environment: Mapping[str, str]) -> list[Setting]:
    """Every key of a home's settings with where it came from.

    Raises:
        ConfigurationError: as `load_settings`.
    """
    settings = load_settings(home, environment)
    document = _read(home / CONFIG_FILE)
    return [
        Setting(".".join(key), value, _origin(key, document, environment))
        for key, value in _leaves(settings.model_dump(mode="json"))
    ]


class _GivenEnvironment(EnvSettingsSource):
    """The variables that the caller gives, instead of the process's own."""

    def __init__(self, settings_class: type[BaseSettings], environment: Mapping[str, str]) -> None:
        self._environment = environment
        super().__init__(settings_class)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._environment.items()}


def _located(path: Path, environment: Mapping[str, str]) -> type[NodeSettings]:
    """The settings class, bound to one file and environment."""

    class LocatedSettings(NodeSettings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,  # noqa: ARG003
            env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (
                _GivenEnvironment(settings_cls, environment),
                TomlConfigSettingsSource(settings_cls, toml_file=path),
            )

    return LocatedSettings


def _read(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text())
    except FileNotFoundError:
        raise ConfigurationError(
            Problem(
                str(path),
                "expected the node's configuration, found no such file",
                "give the home with --home, or make one with 'ipregister network init'",
            )
        ) from None
    except OSError as error:
        raise unreadable(path, error) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            Problem(str(path), f"expected TOML: {error}", "correct that line (https://toml.io)")
        ) from error


def _unknown_variables(environment: Mapping[str, str]) -> Iterator[Problem]:
    known = {name.upper() for name in NodeSettings.model_fields}
    for variable in sorted(environment):
        name = variable.upper()
        if not name.startswith(PREFIX) or name in CLIENT_VARIABLES:
            continue
        if name.removeprefix(PREFIX).split("__")[0] not in known:
            fix = f"unset {variable}{_suggestion(name.removeprefix(PREFIX), known)}"
            yield Problem(f"variable {variable}", "expected a known key", fix)


def _variables_without_json(environment: Mapping[str, str]) -> Iterator[Problem]:
    """Those that must be a list or a table, and are none."""
    for variable, value in sorted(environment.items()):
        names = variable.upper().removeprefix(PREFIX).lower().split("__")
        if not variable.upper().startswith(PREFIX) or not _holds_many(names):
            continue
        try:
            msgspec.json.decode(value)
        except msgspec.DecodeError:
            example = """'["localhost", "register.example.org"]'"""
            if len(names) == 1:
                example = """'{"key": "value"}'"""
            yield Problem(
                f"variable {variable}",
                f"expected {'a table' if len(names) == 1 else 'a list'} as JSON, got {value!r}",
                f"write it as {example}",
            )


def _holds_many(names: list[str]) -> bool:
    """Whether a setting is a section, a table or a list, which a variable gives as JSON."""
    field = NodeSettings.model_fields.get(names[0])
    for name in names[1:]:
        section = None if field is None else field.annotation
        if not isinstance(section, type) or not issubclass(section, BaseModel):
            return False
        field = section.model_fields.get(name)
    if field is None:
        return False
    kind = get_origin(field.annotation) or field.annotation
    return isinstance(kind, type) and issubclass(kind, (tuple, dict, BaseModel))


def _problem(
    details: ErrorDetails, document: Mapping[str, object], environment: Mapping[str, str]
) -> Problem:
    key = tuple(str(part) for part in details["loc"] if part != "[key]")
    dotted = ".".join(key)
    if details["type"] == "missing":
        return Problem(dotted, "expected a value, found none", f"add '{dotted} = ...' to the file")
    where = _origin(key, document, environment)
    if details["type"] == "extra_forbidden":
        fix = f"remove it from {where}{_suggestion(key[-1], _names_beside(key))}"
        return Problem(dotted, "expected a known key", fix)
    message = f"{details['msg'].removeprefix('Value error, ')}, got {details['input']!r}"
    return Problem(dotted, message[0].lower() + message[1:], f"correct it in {where}")


def _names_beside(key: tuple[str, ...]) -> set[str]:
    fields = NodeSettings.model_fields
    for part in key[:-1]:
        section = fields[part].annotation if part in fields else None
        if not isinstance(section, type) or not issubclass(section, BaseModel):
            return set()
        fields = section.model_fields
    return set(fields)


def _suggestion(name: str, known: set[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _origin(
    key: tuple[str, ...], document: Mapping[str, object], environment: Mapping[str, str]
) -> str:
    names = {variable.upper(): variable for variable in environment}
    for length in range(len(key), 0, -1):
        variable = names.get(PREFIX + "__".join(key[:length]).upper())
        if variable is not None:
            return f"variable {variable}"
    value: object = document
    for part in key:
        if not isinstance(value, Mapping) or part not in value:
            return "default"
        value = value[part]
    return CONFIG_FILE


def _leaves(
    values: Mapping[str, object], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], object]]:
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, (*above, name))
        else:
            yield (*above, name), value
