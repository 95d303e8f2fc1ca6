"""The offices of a network to be made: their codes, names, addresses and ports, checked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from ledger.register.offices import OFFICES, is_private_use

PORT_STEP: Final = 10
"""Between the ports of two offices: the API's is the first of its ten, the peers' the second."""
OFFICES_MAX: Final = 200
_HOST_NAME: Final = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


class NetworkPlanError(Exception):
    """The network that was asked for cannot be made; the message names the option and what it expects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePlan:
    """One office of a network to be made."""

    code: str
    name: str
    host: str
    """Where the other offices, and this one's own systems, reach it."""
    api_port: int
    peer_port: int
    api_host: str = "127.0.0.1"
    """The address at which the API listens: this machine only, unless someone takes care of TLS."""

    @property
    def peer_url(self) -> str:
        """Where the other offices' nodes reach this one."""
        return f"ws://{url_host(self.host)}:{self.peer_port}"

    @property
    def api_url(self) -> str:
        """Where this office's own systems and people reach its node."""
        host = self.host if is_unspecified(self.api_host) else self.api_host
        return f"http://{url_host(host)}:{self.api_port}"

    @property
    def listens_at(self) -> str:
        """The address that the peers' port listens at: this machine only, if that is where it is reached."""
        return self.host if is_loopback(self.host) else "0.0.0.0"  # noqa: S104 - it is to be reached


def plan_offices(
    codes: Sequence[str],
    *,
    base_port: int,
    hosts: Mapping[str, str],
    default_host: str,
    api_host: str = "127.0.0.1",
) -> tuple[OfficePlan, ...]:
    """The offices with their names, addresses and ports, by code.

    Raises:
        NetworkPlanError: a code is none or comes twice, a port is out of range, or a host is none or of no office.
    """
    _check_codes(codes)
    if unknown := sorted(set(hosts) - set(codes)):
        raise NetworkPlanError(f"--host: {', '.join(unknown)} is not among the offices")
    for host in (default_host, *hosts.values()):
        if not is_host(host) or is_unspecified(host):
            raise NetworkPlanError(
                f"--host: expected a name or address at which others reach the office, got {host!r}"
            )
    if not is_host(api_host):
        raise NetworkPlanError(f"--api-host: expected an address to listen at, got {api_host!r}")
    last_port = base_port + PORT_STEP * len(codes)
    if not 1024 <= base_port <= last_port <= 65_535:  # noqa: PLR2004 - unprivileged ports
        raise NetworkPlanError(
            f"--base-port: expected room for ports {base_port} to {last_port} within 1024 to 65535"
        )
    return tuple(
        OfficePlan(
            code=code,
            name=OFFICES[code].name if code in OFFICES else f"Office {code}",
            host=hosts.get(code, default_host),
            api_port=base_port + PORT_STEP * place,
            peer_port=base_port + PORT_STEP * place + 1,
            api_host=api_host,
        )
        for place, code in enumerate(sorted(codes))
    )


def _check_codes(codes: Sequence[str]) -> None:
    if not 0 < len(codes) <= OFFICES_MAX:
        raise NetworkPlanError(f"--offices: expected 1 to {OFFICES_MAX} codes, got {len(codes)}")
    for code in codes:
        if len(code) != 2 or not (code.isascii() and code.isalpha() and code.isupper()):  # noqa: PLR2004
            raise NetworkPlanError(f"--offices: expected ST.3 codes such as AU,EP,JP, got {code!r}")
        if is_private_use(code):
            raise NetworkPlanError(
                f"--offices: ST.3 leaves {code} to private use: it is no office's"
            )
    if len(set(codes)) != len(codes):
        raise NetworkPlanError(f"--offices: expected each code once, got {','.join(codes)}")


def url_host(host: str) -> str:
    """The host, as a URL has it."""
    return f"[{host}]" if ":" in host else host


def is_host(text: str) -> bool:
    """Whether this is a host name or an address."""
    return bool(_HOST_NAME.fullmatch(text)) or _address(text) is not None


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback


def is_unspecified(host: str) -> bool:
    """Whether it stands for all addresses of a machine, and so for none that could be dialled."""
    address = _address(host)
    return address is not None and address.is_unspecified


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
