"""What an evaluation gives: counts, and the cases that came out otherwise."""

import msgspec


class Count(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How many cases of one question came out as the data say."""

    question: str
    cases: int
    as_expected: int
    otherwise: tuple[str, ...] = ()
    """The other cases, each in a line."""


def markdown(counts: tuple[Count, ...]) -> str:
    """Return the counts as a table for a document."""
    lines = ["| question | cases | as the data say | otherwise |", "|---|---|---|---|"]
    lines += [
        f"| {count.question} | {count.cases:,} | {count.as_expected:,} | {len(count.otherwise):,} |"
        for count in counts
    ]
    return "\n".join(lines)
