"""The table of the bug bench in docs/testing.md is true, and nothing of a bug is left when it is taken out."""

from functools import lru_cache
from pathlib import Path

import pytest

from consensus.ordering import Ordering
from simulations.bug_bench.bug import Everywhere, InClass
from simulations.bug_bench.campaigns import CAMPAIGNS
from simulations.bug_bench.catalogue import BUGS, BY_NAME, LEFT_OUT, bug
from simulations.bug_bench.hunt import oracle_of, run_with
from simulations.bug_bench.table import BEGIN, END, Row, read_table, table, write_table

TESTING = Path(__file__).parents[2] / "docs" / "testing.md"
ROWS = tuple(read_table(TESTING))
PITFALLS = 33


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.bug.name)
def test_a_bug_is_caught_as_the_table_says_and_without_it_the_same_run_keeps_every_promise(
    row: Row,
) -> None:
    """After a change to the mix of faults: `python -m simulations.bug_bench --into docs/testing.md`."""
    broken = run_with(row.bug, row.seed)
    assert broken is not None
    assert oracle_of(broken) == row.oracle
    keeps_every_promise(row.bug.campaign, row.seed)


@lru_cache
def keeps_every_promise(campaign: str, seed: int) -> None:
    CAMPAIGNS[campaign](seed)


def test_every_bug_is_in_the_table_and_every_pitfall_has_a_bug_or_a_reason() -> None:
    assert [row.bug for row in ROWS] == list(BUGS)
    assert len(BY_NAME) == len(BUGS)
    covered = {item.pitfall for item in BUGS}
    assert not covered & set(LEFT_OUT)
    assert covered | set(LEFT_OUT) == set(range(1, PITFALLS + 1))
    for pitfall, reason in LEFT_OUT.items():
        assert f"{pitfall}: {reason}" in TESTING.read_text()


def test_a_bug_that_is_taken_out_leaves_the_code_as_it_was() -> None:
    original = Ordering.recall
    with bug("certificate lost in a restart"):
        assert Ordering.recall is not original
    assert Ordering.recall is original


def test_every_patch_replaces_something_and_with_something_else() -> None:
    for item in BUGS:
        for patch in item.patches:
            original = (
                vars(patch.owner)[patch.name] if isinstance(patch, InClass) else patch.original
            )
            assert isinstance(patch, Everywhere | InClass)
            assert patch.value is not original


def test_the_table_is_written_between_its_marks_and_read_back(tmp_path: Path) -> None:
    page = tmp_path / "testing.md"
    page.write_text(f"before\n{BEGIN}\nan earlier table\n{END}\nafter\n")
    write_table(page, table(dict.fromkeys(BY_NAME)))
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "an earlier table" not in text
    assert list(read_table(page)) == []
    (tmp_path / "other.md").write_text("nothing")
    with pytest.raises(ValueError, match="expected the lines"):
        write_table(tmp_path / "other.md", "")


def test_a_message_that_no_oracle_is_known_to_say_is_not_passed_over() -> None:
    with pytest.raises(LookupError, match="no oracle"):
        oracle_of("something new")
