"""`ipregister number`: every form and warning of one application number, without a node."""

from typing import TYPE_CHECKING

import typer

from node.cli.documents import show
from node.cli.options import (
    DateOption,
    NumberArgument,
    OfficeArgument,
    RightOption,
    day,
)
from node.cli.output import ExitCode, JsonOption, data, fail, print_json

if TYPE_CHECKING:
    from ledger.register.number_forms import NumberForms


def number(
    *,
    office: OfficeArgument,
    number: NumberArgument,
    right: RightOption = "patent",
    filed: DateOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show an application number in all its forms, and what is doubtful about it. Needs no node.

    Exit code 0: nothing is doubtful, and every usual form of it has this match key; 3: it is doubtful.
    """
    import msgspec

    from ledger.register.entries import TEXT_LENGTH_MAX
    from ledger.register.number_forms import number_forms
    from ledger.register.offices import office_code

    code = office_code(office)
    if not code:
        fail(ExitCode.USAGE, f"expected a code of WIPO ST.3, such as US, got {office!r}")
    if len(number) > TEXT_LENGTH_MAX:
        fail(ExitCode.USAGE, f"expected at most {TEXT_LENGTH_MAX} characters, got {len(number)}")
    forms = number_forms(code, right, number, day(filed))
    is_sure = forms.is_exact and not forms.warnings
    if as_json:
        print_json({"ok": is_sure, **msgspec.to_builtins(forms)})
    else:
        _show(forms)
    raise typer.Exit(int(ExitCode.YES if is_sure else ExitCode.UNDECIDABLE))


def _show(forms: "NumberForms") -> None:
    undetermined = "not determined"
    if forms.is_date_missing:
        undetermined += " without the filing date: give --date"
    named = {
        "as given": forms.application_number_text,
        "office": forms.ip_office_code,
        "right": forms.right,
        "printed form": forms.canonical_text,
        "match key": forms.match_key,
        "filing id": forms.filing_id,
        "DOCDB": forms.docdb or undetermined,
        "epodoc": forms.epodoc or undetermined,
        "ST.13": forms.st13_application_number or "not determined",
        "other readings": ", ".join(forms.alternatives),
        "exact": "yes" if forms.is_exact else "no: another form of it may have another match key",
        "example of the office's form": forms.format_hint,
    }
    show({name: value for name, value in named.items() if value})
    for kind, remarks in (("warning", forms.warnings), ("note", forms.notes)):
        for remark in remarks:
            data().print(f"{kind}: {remark.explanation} ({remark.code})", markup=False)
