"""Application numbers of the European Union's office (EUIPO): marks 018457439, designs 002532895-0001.

Each design of a multiple application has a number of its own, which DOCDB writes without leading
zeros: 25328950001. The number of a multiple application alone tells no design, and is kept as it is.
"""

from ledger.register.numbers.form import DESIGNS, Parts, form
from ledger.register.numbers.rule import OfficeRule


def _canonical(parts: Parts) -> str:
    return f"{parts.serial:09}-{parts.series}" if parts.series else f"{parts.serial:09}"


RULE = OfficeRule(
    office="EM",
    forms=(
        form(r"(?P<serial>[0-9]{9})/?(?P<series>[0-9]{4})", rights=DESIGNS),
        form(r"(?P<serial>[1-9][0-9]{3,8})/?(?P<series>0[0-9]{3})", rights=DESIGNS),
        form(r"(?P<serial>[0-9]{9}|[1-9][0-9]{3,7})", rights=("trademark",)),
    ),
    in_docdb=DESIGNS,
    canonical=_canonical,
    key=lambda p: f"{p.serial:09}{p.series}",
    docdb=lambda p: f"{p.serial}{p.series}",
    hints={"trademark": "018457439", "design": "002532895-0001"},
)
