"""`python -m node.verifier.archive FILE` writes the verifier as one file that Python runs."""

import zipfile
from pathlib import Path
from typing import Final

from node.generated_file import named_file
from node.verifier.sources import needed_files

_START: Final = b"from node.verifier.program import main\n\nmain()\n"
_FIRST_LINE: Final = b"#!/usr/bin/env python3\n"
_PROGRAM: Final = "node.verifier.program"
_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""Of every file in it, none of them compressed: the same sources give the same bytes, whose digest can be published."""


def write_archive(root: Path, target: Path) -> int:
    """Write the archive of the sources below the root, and return how many files are in it."""
    files = needed_files(root, _PROGRAM)
    with target.open("wb") as opened:
        opened.write(_FIRST_LINE)
        with zipfile.ZipFile(opened, "w", zipfile.ZIP_STORED) as archive:
            _add(archive, "__main__.py", _START)
            for name in files:
                _add(archive, name, (root / name).read_bytes())
    target.chmod(0o755)
    return len(files)


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    about = zipfile.ZipInfo(name, _TIME)
    about.external_attr = 0o644 << 16
    about.create_system = 3
    archive.writestr(about, content)


def main() -> None:
    """Write the archive to the file that the command line names."""
    target = named_file("Writes the verifier of proof files as one file that Python runs.")
    target.parent.mkdir(parents=True, exist_ok=True)
    count = write_archive(Path(__file__).parents[2], target)
    print(f"{target}: {count} files of source. Run it: python3 {target} --help")


if __name__ == "__main__":
    main()
