"""Application numbers of Serbia: P-2015/0406, petty patents MP-2015/0012, in Cyrillic П-2015/0406.

DOCDB: P20150406. Numbers of 2006 and before, P-1080/04, were those of Yugoslavia.
"""

from ledger.register.numbers.form import INVENTIONS, YEAR, form
from ledger.register.numbers.rule import OfficeRule

_CYRILLIC_P = "U041F"

RULE = OfficeRule(
    office="RS",
    forms=(
        form(
            rf"(?:(?P<series>P|MP|{_CYRILLIC_P})/?)?" + YEAR + r"/?(?P<serial>[0-9]{4})",
            years=(2000, 2099),
            rights=INVENTIONS,
        ),
        form(
            rf"(?:(?P<series>P|MP|{_CYRILLIC_P})/?)?(?P<serial>[0-9]{{1,4}})/(?P<yy>[0-9]{{2}})",
            years=(1990, 2007),
            rights=INVENTIONS,
        ),
    ),
    spellings={_CYRILLIC_P: "P"},
    rights={"P": "patent", "MP": "utilityModel"},
    series_of={"patent": "P", "utilityModel": "MP"},
    canonical=lambda p: f"{p.series}-{p.year}/{p.serial:04}",
    key=lambda p: f"{p.year}{p.serial:04}",
    docdb=lambda p: f"P{p.year}{p.serial:04}" if p.series == "P" else None,
    hints={"patent": "P-2015/0406", "utilityModel": "MP-2015/0012"},
)
