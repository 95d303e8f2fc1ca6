"""The register's reason codes in words, for people who do not know them."""

from typing import Final

_WORDS: Final = {
    "ABANDONED": "the first filing was abandoned",
    "BEFORE_PRIORITY": "the second filing came before the first one",
    "CLAIM_CORRECTED": "the claim was corrected",
    "CLAIM_LATE": "the claim came too late",
    "CLAIM_MAY_BE_LATE": "the claim may have come too late",
    "DATE_MISMATCH": "the register has another filing date",
    "DENIED": "there is no such filing in a register that its office declared complete",
    "MAY_BE_SEALED": "its office has sealed filings, and it may be one of them",
    "MISSING_DATE": "its filing date is not told",
    "MISSING_NUMBER": "its number is not told",
    "MISSING_OFFICE": "its office is not told",
    "NATIONAL_PHASE_ASSUMED": "it seems to be the national phase of an international application",
    "NOT_CLAIMED_IN_PCT": "the international application does not claim this priority",
    "NOT_FOUND": "it is not found, which does not show that there is no such filing",
    "NO_PRIORITY_RIGHT": "its office gives no right of priority",
    "NO_SEALED_FILING_ANSWERS": "no sealed filing answers to number, date and access code",
    "OFFICE_CODE_PRIVATE": "its office code is for private use",
    "OFFICE_NOT_CONNECTED": "its office is not connected to this register",
    "OFFICE_UNKNOWN": "its office is not known",
    "OWN_INTERNATIONAL_APPLICATION": "it is the international application of the second filing itself",
    "PARENT_UNKNOWN": "the filing that the second one was divided from is not known",
    "PROVISIONAL_CLAIMS_NOTHING": "a provisional application can claim no priority",
    "RIGHT_MISMATCH": "no priority passes between these two kinds of right",
    "SAME_DAY": "both filings have the same date",
    "SECOND_OFFICE_CEASED": "the office of the second filing had ceased",
    "SECOND_OFFICE_UNKNOWN": "the office of the second filing is not known",
    "SECOND_RIGHT_NOT_REGISTRABLE": "the office of the second filing does not register this kind of right",
}
"""Those that can decide an outcome, and so stand in its sentence."""
_COMPLETE: Final = "that register is complete for this date."
_DECLARED: Final = "its office declared its register complete for this date."
_ABBREVIATIONS: Final = {"pct": "PCT"}


def in_words(reason: str) -> str:
    """The reason in words: `NOT_FIRST` is `not first`."""
    letters = (_ABBREVIATIONS.get(word, word) for word in reason.lower().split("_"))
    return _WORDS.get(reason) or " ".join(letters)


def told_in_words(sentence: str, reasons: tuple[str, ...]) -> str:
    """The sentence of an answer, where its reasons stand as codes after the last colon; else as it is.

    What stands before the colon is left alone: who asked chose words in it. That a register is complete is said as
    what it is: declared by its office.
    """
    if sentence.endswith(f": {_COMPLETE}"):
        return sentence.removesuffix(_COMPLETE) + _DECLARED
    told, colon, codes = sentence.removesuffix(".").rpartition(": ")
    named = codes.split(", ")
    if not colon or not set(named) <= set(reasons):
        return sentence
    return f"{told}: {', '.join(map(in_words, named))}."
