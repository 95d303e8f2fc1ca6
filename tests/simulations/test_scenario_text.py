import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.scenarios.scenario import Crash, Scenario
from simulations.scenarios.scenario_text import SIZE_MAX, MalformedScenarioError, read_scenario

BASE = """\
title = "four"
duration_s = 10

[offices]
count = 4

"""


def refusal(text: str | bytes) -> str:
    with pytest.raises(MalformedScenarioError) as caught:
        read_scenario(text if isinstance(text, bytes) else text.encode())
    return str(caught.value)


def test_a_scenario_says_what_is_special_and_the_rest_is_usual() -> None:
    scenario = read_scenario(
        (BASE + '[[faults]]\nat_s = 2\nkind = "crash"\noffices = 1\n').encode()
    )
    assert scenario.codes() == ("CN", "JP", "KR", "US")
    assert scenario.faults == (Crash(at_s=2, offices=1),)
    assert scenario.seed == 1
    assert scenario.settings.view_timeout_ms == 2_000


def test_line_ends_of_windows_are_read_alike() -> None:
    assert read_scenario(BASE.replace("\n", "\r\n").encode()) == read_scenario(BASE.encode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # no TOML
        (BASE + "x = \n", "line 7: column 5: expected TOML: Invalid value"),
        (BASE + 'x = """\n', "line 7: expected TOML, which ends too early: Unterminated string"),
        (BASE + "[offices]\n", "line 7: column 9: expected TOML: Cannot declare ('offices',) twice"),
        ("a=" + "[" * 5_000, "line 1: expected a flat document, got one nested too deeply"),
        (b"title = 'x'\n# \xff\n", "line 2: expected text in UTF-8, got the byte 0xff"),
        (b"#" * (SIZE_MAX + 1), "line 1: expected at most 65536 bytes, got 65537"),
        # keys
        (
            BASE + "[network]\nlos = 0.1\n",
            ("line 8: network.los: expected one of path_stretch, jitter, loss, duplication,"
            " bandwidth_mbit, got an unknown key"),
        ),
        (
            BASE + '[[faults]]\nkind = "heal"\nat_s = 1\n\n[[faults]]\nkind = "heal"\nat_s = 2\n'
            "offices = 3\n",
            "line 14: faults[1].offices: expected one of kind, at_s, got an unknown key",
        ),
        (
            BASE + "[[faults]]\nat_s = 3\n",
            "line 7: faults[0]: expected the key kind, which is missing here",
        ),
        ('title = "x"\n', "line 1: expected the key duration_s, which is missing here"),
        # values
        (
            BASE + "[network]\n\n# How bad?\nloss = 1.5\n",
            "line 10: network.loss: expected a number < 1.0, got 1.5",
        ),
        (
            BASE + "[network]\nloss = nan\n",
            "line 8: network.loss: expected a number >= 0.0, got nan",
        ),
        (
            BASE + '[workload]\nfilings_per_second = "3"\n',
            "line 8: workload.filings_per_second: expected a number, got '3'",
        ),
        (
            BASE.replace('"four"', '""'),
            "line 1: title: expected text of length >= 1, got ''",
        ),
        (
            BASE + '[[faults]]\nat_s = 1\nkind = "crsh"\noffices = 1\n',
            ("line 9: faults[0].kind: expected crash or restart or pause or resume or partition"
            " or heal or slow or clock-step, got 'crsh'"),
        ),
        (
            BASE + '[[faults]]\nat_s = 1\nkind = "crash"\noffices = "first"\n',
            ("line 10: faults[0].offices: expected codes in an array, a whole number, primary, all"
            " or down, got 'first'"),
        ),
        (
            BASE + '[[faults]]\nat_s = 1\nkind = "crash"\noffices = ["us"]\n',
            "line 10: faults[0].offices[0]: expected two capital letters, as in WIPO ST.3, got 'us'",
        ),
        ("offices = 3\n" + BASE.replace("[offices]\ncount = 4", ""),
         "line 1: offices: expected a table, got 3"),
        (
            BASE.replace("count = 4", "count = 1979-05-27"),
            "line 5: offices.count: expected a whole number, got 1979-05-27",
        ),
        (
            BASE.replace("count = 4", "count = " + "1" * 5_000),
            "line 5: expected whole numbers below 2^63, got one of 5000 digits",
        ),
        # settings of the nodes
        (
            BASE + "[settings]\nheartbeat_ms = true\n",
            "line 8: settings.heartbeat_ms: expected a whole number from 1 to 2^31, got true",
        ),
        (
            BASE + "[settings]\nview_timeout_ms = 10\n",
            "line 7: settings: view_timeout_ms: expected at least four heartbeats of 500 ms, got 10",
        ),
        # contradictions
        (BASE.replace("count = 4", ""), "line 4: offices: expected either count or codes, got neither"),
        (
            BASE.replace("count = 4", 'count = 4\ncodes = ["EP"]'),
            "line 4: offices: expected either count or codes, got both",
        ),
        (
            BASE.replace("count = 4", 'codes = [\n  "US",\n  "EP",\n  "US",\n]'),
            "line 8: offices.codes[2]: expected each office once, got US again",
        ),
        (
            BASE.replace("count = 4", 'codes = ["US", "XX"]'),
            ("line 5: offices.codes[1]: expected the ST.3 code of an office in"
            " simulations/seats.csv, got XX"),
        ),
        (
            BASE + '[[faults]]\nat_s = 1\nkind = "pause"\noffices = ["EP"]\n',
            ("line 10: faults[0].offices[0]: expected an office of this network (CN, JP, KR, US),"
            " got EP"),
        ),
        (
            BASE + '[[faults]]\nat_s = 11\nkind = "heal"\n',
            "line 8: faults[0].at_s: expected a time up to duration_s = 10, got 11",
        ),
        (
            BASE + '[[faults]]\nat_s = 1\nkind = "pause"\noffices = 5\n',
            "line 10: faults[0].offices: expected at most 4 offices, got 5",
        ),
        (
            BASE + "[workload]\nbursts = [\n  {at_s = 1, submissions = 2},\n"
            "  {at_s = 50, submissions = 2},\n]\n",
            "line 10: workload.bursts[1].at_s: expected a time up to duration_s = 10, got 50",
        ),
        (
            BASE + "[swarm]\nlasting_s = [3, 1]\n",
            "line 8: swarm.lasting_s: expected the least time first, got 3 before 1",
        ),
    ],
)  # fmt: skip
def test_a_malformed_scenario_is_refused_with_the_line_and_the_reason(
    text: str | bytes, expected: str
) -> None:
    assert refusal(text) == expected


@given(st.binary(max_size=200))
def test_any_bytes_are_a_scenario_or_are_refused(data: bytes) -> None:
    _read_or_refuse(data)


@given(st.data())
def test_a_scenario_with_one_line_changed_is_a_scenario_or_is_refused(data: st.DataObject) -> None:
    lines = (
        BASE + "[network]\nloss = 0.1\n[workload]\nbursts = [{at_s = 1, submissions = 2}]\n"
        '[[faults]]\nat_s = 1\nkind = "crash"\noffices = "primary"\n'
    ).split("\n")
    place = data.draw(st.integers(0, len(lines) - 1))
    values = ("1", "-1", "1e400", "nan", '"x"', "[]", "{}", "[{}]", "[[1]]", "2024-01-01", "true")
    key = lines[place].partition("=")[0]
    lines[place] = f"{key} = {data.draw(st.sampled_from(values))}"
    _read_or_refuse("\n".join(lines).encode())


def _read_or_refuse(data: bytes) -> None:
    try:
        line = 1 if isinstance(read_scenario(data), Scenario) else 0
    except MalformedScenarioError as error:
        line = error.line
    assert 1 <= line <= data.count(b"\n") + 1
