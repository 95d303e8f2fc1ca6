"""The console of every command: nothing that was filed steers the terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.segment import Segment
from rich.text import Text

from node.cli.printable import printable

if TYPE_CHECKING:
    from rich.console import ConsoleOptions, RenderableType


class SafeConsole(Console):
    """A console that shows escapes where a text has characters that would steer the terminal."""

    def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401
        """The text as one line; line ends before and behind it are the command's own, and stay."""
        line = text.strip("\n")
        before, _, after = text.partition(line) if line else ("", "", text)
        return super().render_str(f"{before}{printable(line)}{after}", **options)

    def render(
        self, renderable: "RenderableType", options: "ConsoleOptions | None" = None
    ) -> Iterable[Segment]:
        """The parts of what is shown: of tables too. Those with a control code are rich's own."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                lines = map(printable, segment.text.split("\n"))
                yield Segment("\n".join(lines), segment.style)
