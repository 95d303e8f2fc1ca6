"""Series codes of the United States (MPEP 503), for the forms that leave the series out.

DOCDB wrote serial number and year until 2011, epodoc year and serial number. A serial number is
given on or after the filing date (years after it in the national phase of an international
application), so of all series that reached this serial number, the first one after the filing date
is meant.
"""

from ledger.register.entries import Right

LAST_YEAR_WITHOUT_SERIES = 2011
"""DOCDB numbers name the series from the end of 2010 on; both forms overlap until February 2011."""

_APPLICATIONS: dict[str, tuple[Right, int, int]] = {
    "01": ("patent", 1925, 1934),
    "02": ("patent", 1935, 1947),
    "03": ("patent", 1948, 1959),
    "04": ("patent", 1960, 1969),
    "05": ("patent", 1970, 1978),
    "06": ("patent", 1979, 1986),
    "07": ("patent", 1987, 1992),
    "08": ("patent", 1993, 1998),
    "09": ("patent", 1997, 2002),
    "10": ("patent", 2001, 2006),
    "11": ("patent", 2004, 2008),
    "12": ("patent", 2007, 2011),
    "13": ("patent", 2010, 2013),
    "14": ("patent", 2012, 2016),
    "15": ("patent", 2014, 2018),
    "16": ("patent", 2018, 2020),
    "17": ("patent", 2020, 2022),
    "18": ("patent", 2022, 2025),
    "19": ("patent", 2024, 9999),
    "29": ("design", 1992, 9999),
    "35": ("design", 2015, 9999),
    "60": ("patent", 1995, 2007),
    "61": ("patent", 2007, 2014),
    "62": ("patent", 2013, 2020),
    "63": ("patent", 2020, 9999),
    "90": ("patent", 1981, 9999),
    "95": ("patent", 2001, 2012),
    "96": ("patent", 2012, 9999),
}
_MARKS: dict[str, tuple[Right, int, int]] = {
    f"{code}": ("trademark", 1955, 9999) for code in (*range(71, 80), *range(85, 89), 97, 98, 99)
}
SERIES = _APPLICATIONS | _MARKS
"""Per series the right, and the first and last year in which its numbers were given."""

PROVISIONAL_SERIES = frozenset({"60", "61", "62", "63"})
"""Of provisional applications (35 USC 111(b))."""
NATIONAL_PHASE_YEARS = 4
"""A series may be this much later than the filing date: 30 months of the PCT, and delays."""

_FIRST_SERIAL = {
    1979: ("06", 0),
    1980: ("06", 106_000),
    1981: ("06", 221_000),
    1982: ("06", 335_000),
    1983: ("06", 454_000),
    1984: ("06", 567_000),
    1985: ("06", 687_000),
    1986: ("06", 815_000),
    1987: ("07", 0),
    1988: ("07", 138_000),
    1989: ("07", 292_000),
    1990: ("07", 459_000),
    1991: ("07", 635_000),
    1992: ("07", 815_000),
    1993: ("08", 0),
    1994: ("08", 175_000),
    1995: ("08", 366_000),
    1996: ("08", 581_000),
    1997: ("08", 777_000),
    1998: ("09", 0),
    1999: ("09", 222_000),
    2000: ("09", 473_000),
    2001: ("09", 750_000),
    2002: ("10", 32_000),
    2003: ("10", 334_000),
    2004: ("10", 748_000),
    2005: ("11", 25_000),
    2006: ("11", 320_000),
    2007: ("11", 646_000),
    2008: ("12", 5_000),
    2009: ("12", 318_000),
    2010: ("12", 651_000),
    2011: ("12", 980_000),
}
"""The series at the beginning of a year, with its serial number reached then, rounded."""
_BLOCK_MARGIN = 60_000
"""Blocks of numbers were given out beside each other: how far one may lie behind the others."""
_NATIONAL_PHASE_BLOCK = range(480_000, 600_000)
_NATIONAL_PHASE_BLOCK_YEARS = (2003, 2004, 2005)
"""10/480,000 to 10/599,999 were kept for national phase entries of 2003 to 2006."""
_SECOND_PROVISIONAL_SERIES_UNTIL = 500_000

_FIRST_PROVISIONAL = {
    1995: 0,
    1996: 9_000,
    1997: 34_000,
    1998: 70_000,
    1999: 114_000,
    2000: 174_000,
    2001: 259_000,
    2002: 345_000,
    2003: 437_000,
    2004: 533_000,
    2005: 641_000,
    2006: 755_000,
    2007: 878_000,
    2008: 9_000,
    2009: 142_000,
    2010: 292_000,
    2011: 428_000,
    2012: 583_000,
}
"""The serial number of provisional applications at the beginning of a year, rounded; from 0 again in 2007."""
_PROVISIONAL_MARGIN = 3_000
_REGULAR_MARGIN = 40_000
_SERIALS = 1_000_000
"""Serial numbers of a series."""


def series_of(year: int, serial: int, kind: str) -> str:
    """Return the series of a serial number of a filing of this year.

    `kind` is the DOCDB kind: A, P (provisional) or F (design).
    """
    if kind == "F":
        return "29"
    if kind == "P":
        in_61 = year > 2007 or (year == 2007 and serial < _SECOND_PROVISIONAL_SERIES_UNTIL)  # noqa: PLR2004
        return "61" if in_61 else "60"
    if year not in _FIRST_SERIAL:
        return next(
            (code for code, (_, first, last) in SERIES.items() if first <= year <= last), "01"
        )
    series, first_serial = _FIRST_SERIAL[year]
    if serial in _NATIONAL_PHASE_BLOCK and year in _NATIONAL_PHASE_BLOCK_YEARS[1:]:
        return "10"
    if serial >= first_serial - _BLOCK_MARGIN:
        return series
    return f"{int(series) + 1:02}"


def fits_provisional(year: int, serial: int) -> bool:
    """Return whether a provisional application of this year, until 2011, may have had the serial number."""
    first, after = _FIRST_PROVISIONAL.get(year), _FIRST_PROVISIONAL.get(year + 1)
    if first is None or after is None:
        return False
    span = (after - first) % _SERIALS + 2 * _PROVISIONAL_MARGIN
    return (serial - first + _PROVISIONAL_MARGIN) % _SERIALS <= span


def fits_regular(year: int, serial: int) -> bool:
    """Return whether a regular application of this year may have had the serial number, without great delay."""
    if year in _NATIONAL_PHASE_BLOCK_YEARS and serial in _NATIONAL_PHASE_BLOCK:
        return True
    start, after = _FIRST_SERIAL.get(year), _FIRST_SERIAL.get(year + 1)
    if start is None or after is None:
        return True
    first = start[1] - _BLOCK_MARGIN
    last = after[1] + _REGULAR_MARGIN + (_SERIALS if after[0] != start[0] else 0)
    return first <= serial <= last or first <= serial + _SERIALS <= last


def could_bear(series: str, serial: int, year: int) -> bool:
    """Return whether a filing of this year could bear the number: it was not given out before."""
    known = SERIES.get(series)
    if known is None or not known[1] - NATIONAL_PHASE_YEARS <= year <= known[2]:
        return False
    current = _FIRST_SERIAL.get(year)
    return current is None or current[0] != series or serial >= current[1] - _BLOCK_MARGIN
