"""What stands beside a number in documents and is no part of it: `(21)`, `Appl. No.`, `第 ... 号` (register.md N5)."""

import re

from ledger.register.numbers.lenient import fold
from ledger.register.text import trim

_INID = r"[(\[][ \t]*(?:21|31)[ \t]*[)\]]"
"""The codes of the numbers of an application and of its priority (WIPO ST.9)."""
_WORDS = (
    r"(?:(?:PATENT|UTILITY MODEL|DESIGN|TRADE ?MARK)[ \t]*(?=APP))?"
    r"(?:APPLICATION|APPLN|APPL|APP|DEMANDE|SOLICITUD|ANMELDUNG|AKTENZEICHEN)?\.?[ \t]*(?:SERIAL|SER)?\.?[ \t]*"
    r"(?:NUMBER|NUMMER|NUM|NO|NR|N\u00b0)?[.:]*"
)
_FRONT = re.compile(rf"(?:{_INID})?[ \t:]*{_WORDS}[ \t:]*")
_ORDINAL = str.maketrans("", "", "\u7b2c\u53f7\u865f\uc81c\ud638")
"""In front and behind: Chinese, Japanese and Korean for "number"."""


def undress(text: str) -> str:
    """Return the folded text without what stands beside the number; empty where nothing does.

    A guess, for a text that cannot be read as it is: `No. 7` and `NO 7` (Norway) look alike.
    """
    folded = trim(fold(text))
    bare = trim(_FRONT.sub("", folded.translate(_ORDINAL), count=1))
    return "" if bare == folded else bare
