"""`python -m api.printing.font_subsets FOLDER` makes the fonts of printed documents from the Noto fonts in FOLDER.

Run by whoever renews the fonts; needs `fonttools` (extra `dev`). What it makes stands in `fonts/`, with the list of the
characters that it covers. The same sources and the same `fonttools` give the same bytes (docs/certificates.md).
"""

import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from fontTools import subset

FONTS: Final = Path(__file__).with_name("fonts")
COVERAGE: Final = FONTS / "coverage.txt"
_IDEOGRAPHS: Final = range(0x4E00, 0xA000)
_BASIC: Final = (range(0x20, 0x7F), range(0xA0, 0x100))
_EUROPEAN: Final = (
    range(0x20, 0x7F),
    range(0xA0, 0x250),
    range(0x2B0, 0x530),
    range(0x1D00, 0x2070),
    range(0x2070, 0x2190),
    range(0x2C60, 0x2C80),
    range(0xA720, 0xA800),
    range(0xFB00, 0xFB07),
)
_SCRIPTS: Final = {
    "Arabic": (range(0x600, 0x700), range(0x750, 0x780), range(0x8A0, 0x900)),
    "Armenian": (range(0x530, 0x590), range(0xFB13, 0xFB18)),
    "Bengali": (range(0x980, 0xA00),),
    "Devanagari": (range(0x900, 0x980), range(0xA8E0, 0xA900)),
    "Ethiopic": (range(0x1200, 0x1400),),
    "Georgian": (range(0x10A0, 0x1100), range(0x1C90, 0x1CC0), range(0x2D00, 0x2D30)),
    "Gujarati": (range(0xA80, 0xB00),),
    "Gurmukhi": (range(0xA00, 0xA80),),
    "Hebrew": (range(0x590, 0x600), range(0xFB1D, 0xFB50)),
    "Kannada": (range(0xC80, 0xD00),),
    "Khmer": (range(0x1780, 0x1800), range(0x19E0, 0x1A00)),
    "Lao": (range(0xE80, 0xF00),),
    "Malayalam": (range(0xD00, 0xD80),),
    "Myanmar": (range(0x1000, 0x10A0),),
    "Sinhala": (range(0xD80, 0xE00),),
    "Tamil": (range(0xB80, 0xC00),),
    "Telugu": (range(0xC00, 0xC80),),
    "Thaana": (range(0x780, 0x7C0),),
    "Thai": (range(0xE00, 0xE80),),
}
_EAST_ASIAN: Final = (
    range(0x1100, 0x1200),
    range(0x3000, 0x3100),
    range(0x3100, 0x3200),
    range(0x31F0, 0x3200),
    range(0x3200, 0x3400),
    range(0xAC00, 0xD7A4),
    range(0xFF00, 0xFFF0),
)
_NAMES_KEPT: Final = [0, 1, 2, 3, 4, 5, 6, 13, 14]
"""Copyright, names and licence, as the SIL Open Font License asks for."""


class _Subset(NamedTuple):
    source: str
    characters: frozenset[int]
    features: tuple[str, ...] = ("*",)
    number: int = 0
    """Of the font in a collection."""


def main() -> None:
    """Write the fonts and their coverage."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and one folder
        raise SystemExit("usage: python -m api.printing.font_subsets FOLDER")
    folder = Path(sys.argv[1])
    covered: set[int] = set()
    for each in _subsets():
        covered |= _write(folder, each)
    lines = [f"{first:04X}-{last:04X}\n" for first, last in _ranges(covered)]
    COVERAGE.write_text("".join(lines), encoding="ascii")


def _subsets() -> Iterator[_Subset]:
    yield _Subset("NotoSans-Regular.ttf", _characters(_EUROPEAN))
    yield _Subset("NotoSans-Bold.ttf", _characters(_EUROPEAN))
    yield _Subset("NotoSansMono-Regular.ttf", _characters(_BASIC))
    yield _Subset("NotoSansMono-Bold.ttf", _characters(_BASIC))
    for script, ranges in _SCRIPTS.items():
        yield _Subset(f"NotoSans{script}-Regular.ttf", _characters(ranges))
    regional = ("ccmp", "locl", "ljmo", "vjmo", "tjmo")
    east_asian = _characters(_EAST_ASIAN) | frozenset(_ideographs())
    yield _Subset("NotoSansCJK-Regular.ttc", east_asian, regional)


def _characters(ranges: Iterable[range]) -> frozenset[int]:
    return frozenset(character for each in ranges for character in each)


def _ideographs() -> Iterator[int]:
    """Those of the national standards: GB 2312, JIS X 0208, KS X 1001, and level 1 of Big5."""
    for character in _IDEOGRAPHS:
        is_frequent = _has("big5", character) and chr(character).encode("big5") < b"\xc9"
        if is_frequent or any(_has(each, character) for each in ("gb2312", "euc_jp", "euc_kr")):
            yield character


def _has(encoding: str, character: int) -> bool:
    try:
        # The third byte of EUC-JP stands for JIS X 0212.
        return len(chr(character).encode(encoding)) == len("日".encode(encoding))
    except UnicodeEncodeError:
        return False


def _write(folder: Path, wanted: _Subset) -> set[int]:
    """Write one font and return the characters that it has."""
    options = subset.Options(
        hinting=False, layout_features=list(wanted.features), name_IDs=_NAMES_KEPT
    )
    options.font_number = wanted.number
    font = subset.load_font(str(folder / wanted.source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted.characters)
    subsetter.subset(font)
    font["head"].modified = font["head"].created
    name = wanted.source.replace(".ttc", ".otf")
    subset.save_font(font, str(FONTS / name), options)
    return set(font.getBestCmap())


def _ranges(characters: set[int]) -> Iterator[tuple[int, int]]:
    for _, group in groupby(enumerate(sorted(characters)), lambda pair: pair[1] - pair[0]):
        members = [character for _, character in group]
        yield members[0], members[-1]


if __name__ == "__main__":
    main()
