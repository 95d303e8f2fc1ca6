"""`ipregister start`: run this office's node."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from node.cli.homes import fail_with_problems, read_home_or_fail
from node.cli.output import ExitCode, HomeOption, JsonOption, fail, print_json, talk
from node.rejoining import WHEN_TO_REJOIN

if TYPE_CHECKING:
    from node.home import Home
    from node.service import RegisterService
    from node.stores import Progress, Stores


def start(
    home: HomeOption = Path(),
    rejoin_empty: Annotated[
        bool,
        typer.Option(
            "--rejoin-empty",
            help=f"Start under a key that was in use, without the journal: {WHEN_TO_REJOIN}.",
        ),
    ] = False,
    codes_are_lost: Annotated[
        bool,
        typer.Option(
            "--codes-are-lost",
            help="Begin an empty store of access codes: what was sealed before can never be opened.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Run the node of an office until Ctrl-C or SIGTERM. One process, one worker; it ends gracefully."""
    from node.config import ConfigurationError
    from node.home import HomeInUseError, HomeLock
    from node.logs import configure_logging

    opened = read_home_or_fail(home)
    configure_logging(opened.settings.log.level, opened.settings.log.format)
    try:
        with HomeLock(opened.path):
            _run(opened, rejoin_empty=rejoin_empty, codes_are_lost=codes_are_lost, as_json=as_json)
    except ConfigurationError as error:
        fail_with_problems(error)
    except HomeInUseError as error:
        fail(ExitCode.CONFLICT, str(error), "stop that node first, or give another home")


def _run(home: "Home", *, rejoin_empty: bool, codes_are_lost: bool, as_json: bool) -> None:
    from consensus.errors import DivergedError
    from ledger.errors import CorruptLedgerError
    from node.config import ConfigurationError
    from node.journal_format import CorruptJournalError
    from node.server import ServerError
    from node.stores import open_stores, rejoin_advice

    restore = rejoin_advice(home.path)
    try:
        with open_stores(
            home, _progress(), rejoin_empty=rejoin_empty, codes_are_lost=codes_are_lost
        ) as stores:
            for note in stores.notes:
                _say(f"repaired: {note}")
            for warning in stores.warnings:
                _say(f"warning: {warning}")
            _serve(home, stores, as_json=as_json)
    except ConfigurationError:
        raise
    except (CorruptLedgerError, CorruptJournalError) as error:
        fail(ExitCode.NO, f"damaged: {error}", restore)
    except DivergedError as error:
        fail(ExitCode.NO, f"this node differs from a quorum of the offices: {error}", restore)
    except ServerError as error:
        fail(ExitCode.UNDECIDABLE, str(error), "see the log above")
    except OSError as error:
        fail(
            ExitCode.UNDECIDABLE,
            f"the node stopped itself, for it cannot rely on its files: {error}",
            "see whether the disk is full or another process uses the home, then start it again",
        )
    except Exception as error:  # whatever it was: an exit code that makes systemd start it again
        fail(ExitCode.UNDECIDABLE, f"the node stopped itself: {type(error).__name__}: {error}")


def _serve(home: "Home", stores: "Stores", *, as_json: bool) -> None:
    import asyncio

    from api.app import create_app
    from api.settings import ApiSettings
    from node.server import serve
    from node.tokens import TokenStore

    api = home.settings.api
    tokens = TokenStore(home.tokens_path)

    def create_application(service: "RegisterService") -> Callable[..., Any]:
        return create_app(
            service,
            ApiSettings(
                tokens=tokens,
                allowed_hosts=api.allowed_hosts,
                body_bytes_max=api.body_mebibytes_max * 1024 * 1024,
                rows_max=api.rows_max,
            ),
        )

    def on_ready(url: str) -> None:
        if as_json:
            print_json({"office": home.settings.office, "url": url, "docs": f"{url}/docs"})
        _say(
            f"Office {home.settings.office} is up: {url}/api/v1, documentation {url}/docs."
            " Ctrl-C stops it."
        )

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(serve(home, stores, create_application, on_ready))


def _loop_factory() -> Callable[[], Any] | None:
    """uvloop's, where it is installed: a third more answers a second; else asyncio's own."""
    try:
        import uvloop
    except ModuleNotFoundError:
        return None
    return uvloop.new_event_loop


def _progress() -> "Progress":
    """Says on stderr, every ten per cent, how far the index is rebuilt."""
    shown = 0

    def show(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // max(total, 1)
        if percent >= shown + 10:
            shown = percent - percent % 10
            _say(f"rebuilding the index: {shown} %")

    return show


def _say(text: str) -> None:
    """Tell the operator, who may have no room left for it: the node goes on nevertheless, as its log does."""
    with contextlib.suppress(OSError):
        talk().print(text, markup=False)
