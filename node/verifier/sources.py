"""Which files of this repository a module needs, read from its imports: all that are reached, and no others."""

import ast
from collections.abc import Iterator
from pathlib import Path

OURS = ("api", "consensus", "crypto", "ledger", "node", "simulations")


def needed_files(root: Path, module: str) -> list[str]:
    """The files below the root that a module is made of, sorted: modules, their packages, and the data beside these.

    Imports inside functions count as well.
    """
    found: set[str] = set()
    waiting = [module]
    while waiting:
        path = _source(root, waiting.pop())
        if path is not None and path.as_posix() not in found:
            found.add(path.as_posix())
            waiting += _imported(root / path)
            waiting += [".".join(each.parts) for each in path.parents if each.parts]
    folders = {Path(each).parent for each in found}
    return sorted(found.union(*(_data(root, folder) for folder in folders)))


def _source(root: Path, module: str) -> Path | None:
    """The file of a module of ours, below the root."""
    if module.split(".", maxsplit=1)[0] not in OURS:
        return None
    path = Path(*module.split("."))
    candidates = (path / "__init__.py", path.with_suffix(".py"))
    return next((each for each in candidates if (root / each).is_file()), None)


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _data(root: Path, folder: Path) -> set[str]:
    files = (each for each in (root / folder).iterdir() if each.is_file())
    return {
        each.relative_to(root).as_posix()
        for each in files
        if each.suffix not in {".py", ".pyc"} and not each.name.startswith(".")
    }
