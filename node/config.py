"""The node's configuration: `config.toml` in its home, then environment variables `IPREGISTER_...` above it.

Nested keys take two underscores: `[api] port` is `IPREGISTER_API__PORT`. Everything is checked before the node
starts; a key that is not known is an error, because a slip of the pen must not silently leave a default in place.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

CONFIG_FILE: Final = "config.toml"
PREFIX: Final = "IPREGISTER_"
CLIENT_VARIABLES: Final = frozenset(
    {"IPREGISTER_HOME", "IPREGISTER_URL", "IPREGISTER_TOKEN", "IPREGISTER_TOKEN_FILE"}
)
"""Variables of the command line that are no settings of the node."""
HEARTBEATS_IN_VIEW_TIMEOUT: Final = 4
"""At least: peers are missed after three, and are to be missed before a view is given up."""


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


def _check_peer_url(url: str) -> str:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme not in {"ws", "wss"} or not parts.hostname or port is None:
        raise ValueError("expected an address such as ws://register.example.org:9711")
    return url


OfficeCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Port = Annotated[int, Field(ge=0, le=65_535)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
Milliseconds = Annotated[int, Field(gt=0, le=3_600_000)]


class _Section(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, validate_default=True
    )


class ApiSection(_Section):
    """Where this office's own systems and people ask."""

    host: str = "127.0.0.1"
    """Address to listen at. Put a reverse proxy with TLS in front before it is anything but this machine."""
    port: Port = 9700
    allowed_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    """Host names, without port, that requests may name; `*` allows any."""
    body_mebibytes_max: Annotated[int, Field(ge=1, le=1024)] = 32
    """Size of one bulk document."""
    rows_max: Annotated[int, Field(ge=1, le=10_000_000)] = 100_000
    """Filings in one bulk document."""


class ListenSection(_Section):
    """Where the other offices' nodes reach this one."""

    host: str = "127.0.0.1"
    port: Port = 9701


class StorageSection(_Section):
    """How the index is kept. The ledger files themselves are the same with any."""

    index: Literal["auto", "leveldb", "sqlite"] = "auto"
    """`auto`: LevelDB where it is installed, else SQLite."""
    cache_mebibytes: Annotated[int, Field(ge=1, le=65_536)] = 128
    """LevelDB's cache of blocks of its tables."""


class TimeoutSection(_Section):
    """How long this node waits."""

    request_seconds: Seconds = 30.0
    """For a registration to be final; after that it goes on, and can be asked for."""
    submission_valid_seconds: Annotated[float, Field(ge=30, le=3600)] = 300.0
    """How long a submission of this node may be executed; one that is not is renewed."""
    stop_seconds: Seconds = 10.0
    """For requests under way when the node is told to stop."""


class LimitSection(_Section):
    """What this node takes on at a time."""

    waiting_entries_max: Annotated[int, Field(ge=1_000, le=10_000_000)] = 100_000
    """Entries that wait to be registered; more are refused for a while (HTTP 503)."""
    peer_queue_mebibytes: Annotated[int, Field(ge=8, le=4096)] = 64
    """Bytes that may wait for one peer before its link is cut."""


class ConsensusSection(_Section):
    """Times of the agreement; offices may differ in them (see consensus/settings.py)."""

    window: Annotated[int, Field(ge=1, le=64)] = 8
    """Blocks in flight: one or two serve a local network, more a wide one."""
    gather_ms: Annotated[int, Field(ge=0, le=1_000)] = 3
    view_timeout_ms: Milliseconds = 2_000
    view_timeout_max_ms: Milliseconds = 30_000
    censorship_timeout_ms: Milliseconds = 10_000
    heartbeat_ms: Milliseconds = 500

    @field_validator("heartbeat_ms")
    @classmethod
    def _check_heartbeat(cls, heartbeat_ms: int, given: ValidationInfo) -> int:
        # Peers count as away after three quarters of the view time-out, and no view is changed without them.
        limit = given.data.get("view_timeout_ms", heartbeat_ms * HEARTBEATS_IN_VIEW_TIMEOUT)
        if heartbeat_ms * HEARTBEATS_IN_VIEW_TIMEOUT > limit:
            raise ValueError(
                f"expected at most a quarter of consensus.view_timeout_ms, which is {limit}"
            )
        return heartbeat_ms


class LogSection(_Section):
    """What the node says on stderr."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class NodeSettings(BaseSettings):
    """Everything that can be set for a node, with its default."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
    )

    office: OfficeCode
    """ST.3 code of the office that runs this node; it is one of the genesis."""
    api: ApiSection = ApiSection()
    listen: ListenSection = ListenSection()
    peers: dict[OfficeCode, Annotated[str, AfterValidator(_check_peer_url)]] = {}
    """Where the other offices' nodes listen. Only those with a higher code are dialled."""
    storage: StorageSection = StorageSection()
    timeouts: TimeoutSection = TimeoutSection()
    limits: LimitSection = LimitSection()
    consensus: ConsensusSection = ConsensusSection()
    log: LogSection = LogSection()


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
        fix = """write it as JSON, such as '["localhost"]'"""
        raise ConfigurationError(Problem("environment", str(error), fix)) from None


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
