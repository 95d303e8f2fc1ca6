"""`ipregister token`: who may use this office's node. A change counts at once, also in a running node."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from node.cli.homes import fail_with_problems
from node.cli.output import ExitCode, HomeOption, JsonOption, data, fail, print_json, talk

if TYPE_CHECKING:
    from node.tokens import TokenStore

app = typer.Typer(help="Tokens of people and systems that use the node.", no_args_is_help=True)


@app.command("create")
def create(
    role: Annotated[
        Literal["clerk", "examiner", "auditor", "administrator"],
        typer.Option("--role", help="What it may be used for.", show_default=False),
    ],
    name: Annotated[str, typer.Option("--name", help="Who gets it.", show_default=False)],
    home: HomeOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Make a token. It is printed here once and can never be shown again."""
    store = _store(home)
    try:
        record, token = store.create(role, name)
    except ValueError as error:
        fail(ExitCode.USAGE, str(error))
    if as_json:
        print_json({"id": record.id, "role": record.role, "name": record.name, "token": token})
        return
    talk().print(f"Token {record.id} for {record.name} ({record.role}); it is shown only now:")
    data().print(token, markup=False)


@app.command("list")
def list_tokens(home: HomeOption = Path(), as_json: JsonOption = False) -> None:
    """List the tokens, without their secrets."""
    records = _store(home).records()
    if as_json:
        print_json(
            {
                "tokens": [
                    {
                        "id": each.id,
                        "role": each.role,
                        "name": each.name,
                        "createdAt": each.created_at,
                    }
                    for each in records
                ]
            }
        )
        return
    from rich.table import Table

    table = Table("ID", "ROLE", "NAME", "CREATED", box=None)
    for each in records:
        table.add_row(each.id, each.role, each.name, each.created_at)
    data().print(table)


@app.command("revoke")
def revoke(
    token_id: Annotated[str, typer.Argument(metavar="ID", help="As 'token list' shows it.")],
    home: HomeOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Make a token invalid."""
    from node.tokens import UnknownTokenError

    try:
        record = _store(home).revoke(token_id)
    except UnknownTokenError as error:
        fail(ExitCode.NO, str(error), "see 'ipregister token list'")
    if as_json:
        print_json({"id": record.id, "role": record.role, "name": record.name})
    else:
        talk().print(f"Token {record.id} of {record.name} ({record.role}) is not valid any more.")


def _store(home: Path) -> "TokenStore":
    from node.config import CONFIG_FILE, ConfigurationError, Problem
    from node.home import TOKENS_FILE
    from node.tokens import TokenStore

    if not (home / CONFIG_FILE).is_file():
        missing = Problem(
            str(home.resolve()),
            f"expected the home of an office, found no {CONFIG_FILE}",
            "give it with --home, or make one with 'ipregister network init'",
        )
        fail_with_problems(ConfigurationError(missing))
    try:
        return TokenStore(home / TOKENS_FILE)
    except ConfigurationError as error:
        fail_with_problems(error)
