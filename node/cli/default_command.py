"""Groups of commands, one of which is meant where none is named."""

from typing import ClassVar

from typer._click import Context
from typer.core import TyperGroup


class DefaultGroup(TyperGroup):
    """Takes a first word that is none of its commands for the first word after the default one."""

    default: ClassVar[str]
    """The command that is meant."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read a command line of this group."""
        return super().parse_args(ctx, self.with_command(args))

    def with_command(self, args: list[str]) -> list[str]:
        """The arguments with the command that they mean in front."""
        if args and args[0] not in {*self.commands, "--help"}:
            return [self.default, *args]
        return args
