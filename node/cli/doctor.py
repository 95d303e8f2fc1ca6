"""`ipregister doctor`: what would keep a node from working, each with its fix."""

from pathlib import Path

import typer

from node.cli.output import ExitCode, HomeOption, JsonOption, data, print_json


def doctor(home: HomeOption = Path(), as_json: JsonOption = False) -> None:
    """Check clock, ports, disk, Python, key and peers; exit code 1 when a check fails."""
    import os

    from node.doctor import examine

    findings = examine(home.resolve(), os.environ)
    is_well = all(finding.is_well for finding in findings)
    if as_json:
        print_json(
            {
                "ok": is_well,
                "checks": [
                    {
                        "check": each.check,
                        "ok": each.is_well,
                        "found": each.found,
                        "fix": each.fix,
                    }
                    for each in findings
                ],
            }
        )
    else:
        console = data()
        for each in findings:
            mark = "[green]ok [/]" if each.is_well else "[bold red]no [/]"
            console.print(f"{mark} {each.check}: ", end="")
            console.print(each.found, markup=False)
            if each.fix:
                console.print("    fix: ", end="")
                console.print(each.fix, markup=False)
    if not is_well:
        raise typer.Exit(ExitCode.NO)
