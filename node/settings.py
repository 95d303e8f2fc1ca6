"""Every key of a node's configuration, with its unit, limits and default. `node.config` reads them."""

from ipaddress import ip_address
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX: Final = "IPREGISTER_"
"""Of the environment variables."""
HEARTBEATS_IN_VIEW_TIMEOUT: Final = 4
"""At least: peers are missed after three, and are to be missed before a view is given up."""


def _check_peer_url(url: str) -> str:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme not in {"ws", "wss"} or not parts.hostname or port is None:
        raise ValueError("expected an address such as ws://register.example.org:9711")
    return url


def _check_office_url(url: str) -> str:
    parts = urlsplit(url)
    try:
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    is_here = parts.scheme == "http" and _is_this_machine(parts.hostname or "")
    has_only_a_place = parts.path in {"", "/"} and not (parts.query or parts.fragment or "@" in url)
    if not parts.hostname or not (parts.scheme == "https" or is_here) or not has_only_a_place:
        raise ValueError(
            "expected an address such as https://register.example.org (http only on this machine)"
        )
    return url


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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
    connections_max: Annotated[int, Field(ge=16, le=60_000)] = 2_000
    """Clients connected at a time; fewer where the limit of open files does not allow it."""
    connections_per_address_max: Annotated[int, Field(ge=1, le=60_000)] = 1_000
    """... from one address. Behind a reverse proxy all have its address."""


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


class DocumentsSection(_Section):
    """Reports: the documents that this office deposits, and where it asks for those of the others."""

    mebibytes_max: Annotated[int, Field(ge=1, le=1_024)] = 256
    """Size of one document."""
    storage_gibibytes_max: Annotated[int, Field(ge=1, le=1_000_000)] = 100
    """All documents of this home together."""
    wait_seconds: Seconds = 60.0
    """For a document of another office to come; after that it goes on, and can be asked for again."""
    peers: dict[OfficeCode, Annotated[str, AfterValidator(_check_office_url)]] = {}
    """Where the APIs of the other offices' nodes answer: their reports are fetched there."""
    certificate_authorities: str = ""
    """File with the certificates (PEM) that vouch for those addresses; empty: what this machine trusts."""


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
    documents: DocumentsSection = DocumentsSection()
    consensus: ConsensusSection = ConsensusSection()
    log: LogSection = LogSection()
