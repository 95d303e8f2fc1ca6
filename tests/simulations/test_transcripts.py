"""Transcripts: conversations of offices as text, with the full trace. `--rewrite` writes the traces anew."""

import os
import subprocess
import sys
from difflib import unified_diff
from pathlib import Path

import pytest

from simulations.errors import BrokenPromiseError
from simulations.transcript_script import TranscriptError
from simulations.transcript_text import Trace
from simulations.transcripts import replayed

FOLDER = Path(__file__).parent.parent / "transcripts"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))
CONVERSATIONS = (1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13, 14, 16, 18, 25, 26, 27, 28, 32, 33)
"""The known pitfalls of PBFT systems that a conversation of offices shows."""


@pytest.mark.parametrize("name", NAMES)
def test_a_transcript_is_what_happens(name: str, pytestconfig: pytest.Config) -> None:
    path = FOLDER / f"{name}.txt"
    expected = path.read_text()
    actual = replayed(expected)
    if pytestconfig.getoption("--rewrite"):
        path.write_text(actual)
        return
    difference = unified_diff(
        expected.splitlines(), actual.splitlines(), str(path), "what happens now", lineterm=""
    )
    if expected != actual:
        pytest.fail("\n".join(difference), pytrace=False)


def test_every_pitfall_that_is_a_conversation_has_its_transcript() -> None:
    numbers = [int(name.split("_")[1]) for name in NAMES if name.startswith("pitfall_")]
    assert numbers == list(CONVERSATIONS)
    assert {"normal_case", "view_change", "catch_up"} <= set(NAMES)


def test_a_transcript_is_the_same_whatever_the_hash_seed() -> None:
    path = FOLDER / "pitfall_03_null_requests_are_counted.txt"
    program = (
        "import sys, pathlib; from simulations.transcripts import replayed;"
        " sys.stdout.write(replayed(pathlib.Path(sys.argv[1]).read_text()))"
    )
    for hash_seed in ("1", "4711"):
        done = subprocess.run(
            [sys.executable, "-c", program, str(path)],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == path.read_text()


def test_what_offices_do_alike_at_one_moment_is_one_line_and_each_keeps_its_order() -> None:
    trace = Trace()
    for office, text in (("EP", "x"), ("EP", "y"), ("AU", "y"), ("AU", "x"), ("JP", "x")):
        trace.add(5, office, text)
    trace.add(6, "AU", "x")
    assert trace.take() == (
        "     5  EP           x",
        "     5  AU EP        y",
        "     5  AU JP        x",
        "     6  AU           x",
    )


BEGINNING = "# About.\n\nnetwork AU EP JP US\n"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("", "line 1: expected a comment that says what is shown"),
        ("network AU\n", "line 1: expected a comment that says what is shown"),
        ("# About.\n", "line 1: expected commands, the first of which is network"),
        ("# About.\n\nrun 5\n", "line 3: expected the command network, got 'run'"),
        ("# About.\n\nnetwork AU au\n", "line 3: expected codes of offices such as AU EP"),
        ("# About.\n\nnetwork AU AU\n", "line 3: expected codes of offices such as AU EP"),
        ("# About.\n\nnetwork AU speed=3\n", "line 3: network: expected no 'speed'"),
        ("# About.\n\nnetwork AU window=x\n", "line 3: expected a whole number from 0 to"),
        ("# About.\n\nnetwork AU window=-1\n", "line 3: expected a whole number from 0 to"),
        (
            "# About.\n\nnetwork AU view_timeout_ms=1\n",
            "line 3: view_timeout_ms: expected at least",
        ),
        ("# About.\n\nnetwork AU statuses=no\n", "line 3: expected statuses=hidden or shown"),
        (BEGINNING + "dance\n", "line 4: expected one of submit, drop,"),
        (BEGINNING + "# later\n", "line 4: expected a command, got '#'"),
        (BEGINNING + "\n----\n", "line 5: expected a command above the line of hyphens"),
        (BEGINNING + "run\n", "line 4: run: expected 1 words, got 0"),
        (BEGINNING + "run soon\n", "line 4: expected a whole number from 0 to"),
        (BEGINNING + "run -5\n", "line 4: expected a whole number from 0 to"),
        (BEGINNING + "run 5 at AU\n", "line 4: run: expected no 'at'"),
        (BEGINNING + "submit a\n", "line 4: submit: expected 'at' and a word behind it"),
        (BEGINNING + "submit a at\n", "line 4: expected one word behind one 'at'"),
        (BEGINNING + "submit a at AU at EP\n", "line 4: expected one word behind one 'at'"),
        (BEGINNING + "submit a at ZZ\n", "line 4: expected an office of this network, got 'ZZ'"),
        (BEGINNING + "drop votes\n", "line 4: expected everything, or kinds of"),
        (BEGINNING + "drop prepare view=\n", "line 4: expected key=value once for each key"),
        (BEGINNING + "drop prepare view=1 view=2\n", "line 4: expected key=value once"),
        (BEGINNING + "restart AU\n", "line 4: expected an office that is down, got AU"),
        (BEGINNING + "wipe AU\n", "line 4: expected an office that is down, got AU"),
        (BEGINNING + "crash AU by axe\n", "line 4: expected power-cut or kill, got 'axe'"),
        (BEGINNING + "await rain within 5\n", "line 4: expected to await one of: quiet, view="),
        (BEGINNING + "await height=3 within 50\n", "line 4: did not come about within 50 ms"),
        (BEGINNING + "await executed=a within 5\n", "line 4: expected the name of a submission"),
        (BEGINNING + "say hello from AU to EP\n", "line 4: expected one of pre-prepare, prepare"),
        (BEGINNING + "say status from AU to EP view=1\n", "line 4: expected executed=..."),
        (
            BEGINNING + "say checkpoint from AU to EP height=1 hash=x view=1\n",
            "line 4: expected no option view",
        ),
        (
            BEGINNING + "say prepare from AU to EP view=0 sequence=1 proposal=A\n",
            "line 4: expected the name of a proposal, got 'A'",
        ),
        (BEGINNING + "repeat prepare of AU to EP\n", "line 4: expected a prepare that AU sent"),
        (
            BEGINNING + "repeat status of AU to EP with height:1\n",
            "line 4: expected a field of Status, got 'height'",
        ),
        (
            BEGINNING + "repeat status of AU to EP with view\n",
            "line 4: expected field:value, got 'view'",
        ),
        (
            BEGINNING + "repeat status of AU to EP as commit\n",
            "line 4: expected to pass a prepare off as a commit",
        ),
    ],
)
def test_a_malformed_script_is_refused_with_the_line_and_the_reason(
    script: str, message: str
) -> None:
    with pytest.raises(TranscriptError) as caught:
        replayed(script)
    assert str(caught.value).startswith(message)


FORK = """# Two of four offices lie, more than may: they tell EP and JP different stories, with a quorum for each.

network AU EP JP US
drop everything from EP,JP
submit a b at EP
submit a b at JP
liar AU
liar US
proposal A of a
proposal B of b
say pre-prepare from AU to EP view=0 sequence=1 proposal=A
say prepare from US to EP view=0 sequence=1 proposal=A
say commit from AU to EP view=0 sequence=1 proposal=A
say commit from US to EP view=0 sequence=1 proposal=A
say pre-prepare from AU to JP view=0 sequence=1 proposal=B
say prepare from US to JP view=0 sequence=1 proposal=B
say commit from AU to JP view=0 sequence=1 proposal=B
say commit from US to JP view=0 sequence=1 proposal=B
"""


def test_a_promise_that_breaks_in_a_script_is_named_with_its_line() -> None:
    with pytest.raises(BrokenPromiseError, match=r"^line 18: .* JP executed another block 1$"):
        replayed(FORK)
