"""Files that commands write: nothing is lost by a slip, and nothing is half written."""

import asyncio
import contextlib
import csv
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders.office_api import OfficeApi, served

from node.cli import run
from node.cli.output import CommandError
from node.cli.output_files import expect_free, written_whole

Captured = pytest.CaptureFixture[str]
FILING = {"right": "patent", "applicationNumberText": "2012900001", "filingDate": "2012-03-13"}
TABLE = "right,applicationNumberText,filingDate\npatent,2013900001,2013-03-13\n"
QUESTIONS = (
    "firstIpOfficeCode,firstApplicationNumberText,firstFilingDate,"
    "secondIpOfficeCode,secondFilingDate,secondRight\n"
    "AU,2012900001,2012-03-13,JP,2013-03-12,patent\n"
)


async def command(office: OfficeApi, tmp_path: Path, *arguments: str) -> int:
    token = tmp_path / "clerk.token"
    token.write_text(office.tokens["clerk"])
    async with served(office) as url:
        rest = ["--url", url, "--token-file", str(token)]
        return await asyncio.to_thread(run, [*arguments, *rest])


@contextlib.contextmanager
def pipe_without_reader(path: Path) -> Iterator[Path]:
    """A pipe that takes what is opened, and whose reader then goes away."""
    os.mkfifo(path)
    reader = threading.Thread(target=lambda: path.open("rb").close())
    reader.start()
    yield path
    reader.join()


def test_a_report_never_overwrites_its_input(tmp_path: Path, capsys: Captured) -> None:
    filings, questions = tmp_path / "filings.csv", tmp_path / "questions.csv"
    filings.write_text(TABLE)
    questions.write_text(QUESTIONS)
    (tmp_path / "link.csv").symlink_to(filings)
    register = ["register", str(filings), "--dry-run", "--office", "AU", "--report"]
    assert run([*register, str(filings)]) == 2
    assert "this is the input itself" in capsys.readouterr().err
    assert run([*register, str(tmp_path / "link.csv")]) == 2
    assert run(["verify-list", str(questions), "--report", str(questions)]) == 2
    assert (filings.read_text(), questions.read_text()) == (TABLE, QUESTIONS)


def test_a_report_overwrites_only_an_earlier_report(tmp_path: Path, capsys: Captured) -> None:
    filings, report = tmp_path / "filings.csv", tmp_path / "report.csv"
    filings.write_text(TABLE)
    register = ["register", str(filings), "--dry-run", "--office", "AU", "--report", str(report)]
    report.write_text("my notes\n")
    assert run(register) == 5
    assert "is no report of this command" in capsys.readouterr().err
    assert report.read_text() == "my notes\n"
    report.write_text("")
    assert run(register) == 0
    first = report.read_bytes()
    assert run(register) == 0
    assert report.read_bytes() == first


def test_a_report_that_takes_no_more_is_one_clear_error(tmp_path: Path, capsys: Captured) -> None:
    filings = tmp_path / "filings.csv"
    rows = "".join(f"patent,{2013900000 + row},2013-03-13\n" for row in range(5_000))
    filings.write_text(TABLE + rows)
    with pipe_without_reader(tmp_path / "report") as report:
        register = ["register", str(filings), "--dry-run", "--office", "AU", "--report"]
        assert run([*register, str(report)]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"Error: --report {report}: Broken pipe\n")
    assert "Traceback" not in err


async def test_the_report_has_the_index_of_the_first_entry_of_a_block(
    office: OfficeApi, tmp_path: Path
) -> None:
    filings, report = tmp_path / "filings.csv", tmp_path / "report.csv"
    filings.write_text(TABLE + "patent,x,13.3.2013\n")
    assert await command(office, tmp_path, "register", str(filings), "--report", str(report)) == 1
    with report.open(newline="") as file:
        cells = [(row["status"], row["height"], row["index"]) for row in csv.DictReader(file)]
    assert cells == [("accepted", "1", "0"), ("malformed", "", "")]


async def test_receipts_and_exports_overwrite_only_when_told_to(
    office: OfficeApi, tmp_path: Path, capsys: Captured
) -> None:
    await office.clerk.post("/filings", json=FILING)
    for arguments in (
        ("receipt", "get", "AU", "2012900001", "--output"),
        ("export", "-o"),
    ):
        target, link = tmp_path / f"{arguments[0]}.out", tmp_path / f"{arguments[0]}.link"
        target.write_text("mine")
        link.symlink_to(target)
        assert await command(office, tmp_path, *arguments, str(target)) == 5
        assert "add --force" in capsys.readouterr().err
        assert target.read_text() == "mine"
        assert await command(office, tmp_path, *arguments, str(link), "--force") == 0
        assert link.is_symlink()
        assert "2012900001" in target.read_text() or arguments[0] == "receipt"
        assert target.read_text() != "mine"
    assert not [name for name in os.listdir(tmp_path) if "part" in name]  # noqa: PTH208


async def test_an_export_is_of_the_height_that_is_asked_for(
    office: OfficeApi, tmp_path: Path, capsys: Captured
) -> None:
    await office.clerk.post("/filings", json=FILING)
    await office.clerk.post("/filings", json={**FILING, "applicationNumberText": "2012900002"})
    target = tmp_path / "filings.csv"
    assert await command(office, tmp_path, "export", "-o", str(target), "--as-of", "1") == 0
    assert capsys.readouterr().err == "1 filings at height 1\n"
    assert "2012900002" not in target.read_text()
    assert await command(office, tmp_path, "coverage", "AU", "--as-of", "1") == 0
    assert capsys.readouterr().out.endswith("as of height 1\n")
    assert await command(office, tmp_path, "closed-days", "show", "AU", "--as-of", "1") == 0
    assert capsys.readouterr().out.endswith("as of height 1\n")


def test_an_export_from_after_until_is_wrong_usage(capsys: Captured) -> None:
    days = ["--from", "2014-01-02", "--until", "2014-01-01"]
    assert run(["export", *days, "--url", "http://127.0.0.1:9"]) == 2
    assert "expected --from no later than --until" in capsys.readouterr().err


def test_a_pipe_is_written_straight_and_stays(tmp_path: Path) -> None:
    pipe, came = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: came.append(pipe.read_bytes()))
    reader.start()
    expect_free("-o", pipe, force=False)
    with written_whole("-o", pipe) as file:
        file.write(b"all of it")
    reader.join()
    assert (came, pipe.is_fifo()) == ([b"all of it"], True)


def test_a_link_to_a_pipe_such_as_standard_output_is_written_straight(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    link = tmp_path / "stdout"
    link.symlink_to(f"/proc/self/fd/{writing}")
    with written_whole("-o", link) as file:
        file.write(b"all of it")
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"all of it"
    assert link.is_symlink()


def test_a_file_that_is_not_written_whole_leaves_what_was_there(tmp_path: Path) -> None:
    target, part = tmp_path / "out.csv", tmp_path / "out.csv.part"
    target.write_text("mine")
    part.write_text("mine too")
    with contextlib.suppress(KeyboardInterrupt), written_whole("-o", target) as file:
        file.write(b"half")
        raise KeyboardInterrupt
    assert sorted(each.name for each in tmp_path.iterdir()) == ["out.csv", "out.csv.part"]
    assert (target.read_text(), part.read_text()) == ("mine", "mine too")
    for wrong in ("absent/out.csv", "out.csv/out.csv"):
        with pytest.raises(CommandError), written_whole("-o", tmp_path / wrong):
            pass
