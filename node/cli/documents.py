"""Shows a JSON document to people: names and values, indented; tables where rows are alike."""

from collections.abc import Iterator, Mapping

from node.cli.output import data


def show(document: Mapping[str, object]) -> None:
    """Print the document on stdout."""
    for line in _lines(document, ""):
        data().print(line, markup=False)


def _lines(value: object, indent: str) -> Iterator[str]:
    match value:
        case Mapping():
            for name, member in value.items():
                yield from _member(str(name), member, indent)
        case [*elements]:
            for element in elements:
                yield from _element(element, indent)
        case _:
            yield f"{indent}{value}"


def _member(name: str, value: object, indent: str) -> Iterator[str]:
    if _is_plain(value):
        yield f"{indent}{name}: {value}"
    elif value:
        yield f"{indent}{name}:"
        yield from _lines(value, indent + "  ")


def _element(value: object, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping) and all(map(_is_plain, value.values())):
        yield indent + "- " + ", ".join(f"{name} {member}" for name, member in value.items())
        return
    first, *rest = list(_lines(value, "")) or [""]
    yield f"{indent}- {first}"
    for line in rest:
        yield f"{indent}  {line}"


def _is_plain(value: object) -> bool:
    return not isinstance(value, (Mapping, list))
