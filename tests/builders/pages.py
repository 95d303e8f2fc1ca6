"""How a page of a PDF reads: where its letters stand."""

import re
import unicodedata
from collections.abc import Iterable

from pypdfium2 import PdfDocument


def places_of(pdf: bytes, sign: str) -> list[str]:
    """The letters behind this one in its row as they stand on the page, from left to right, without blanks."""
    text = PdfDocument(pdf)[0].get_textpage()
    boxes = [(text.get_charbox(at), text.get_text_range(at, 1)) for at in range(text.count_chars())]
    left, bottom, _, _ = next(box for box, letter in boxes if letter == sign)
    row = [(box[0], letter) for box, letter in boxes if abs(box[1] - bottom) < 6 and box[0] > left]
    return [letter for _, letter in sorted(row) if letter.strip()]


def reading_of(letters_from_left: Iterable[str]) -> str:
    """Figures and Latin letters from left to right, and R for words that are written from right to left."""
    turned = ("R", "AL", "NSM")
    names = (
        "R" if unicodedata.bidirectional(each) in turned else each for each in letters_from_left
    )
    return re.sub("R+", "R", "".join(each for each in names if each.isalnum() or each in "-/."))
