"""What `ipregister family` says where a limit cut the family."""

import pytest

from node.cli.family import _show_family

FAMILY = {
    "kind": "extended",
    "rule": "F2",
    "height": 7,
    "members": [{"filingId": "AU.patent.1", "ipOfficeCode": "AU", "isRegistered": True}],
}


@pytest.mark.parametrize("is_complete", [True, False])
def test_a_family_that_was_cut_says_so_and_what_to_do(
    capsys: pytest.CaptureFixture[str], *, is_complete: bool
) -> None:
    _show_family({**FAMILY, "isComplete": is_complete})
    told = " ".join(capsys.readouterr().out.split())
    assert ("A limit cut the family" in told) is not is_complete
    assert ("--kind simple" in told) is not is_complete
