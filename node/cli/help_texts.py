"""Help in whole paragraphs: the line ends of the source are no line ends of the help."""

import inspect

import typer


def join_paragraphs(app: typer.Typer) -> None:
    """Give every command below the application its docstring as help, with each paragraph in one line."""
    for command in app.registered_commands:
        text = command.help or inspect.getdoc(command.callback) or ""
        command.help = "\n\n".join(" ".join(part.split("\n")) for part in text.split("\n\n"))
    for group in app.registered_groups:
        if group.typer_instance is not None:
            join_paragraphs(group.typer_instance)
