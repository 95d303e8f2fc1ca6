"""The formal model is safe in every state within its bounds, and has teeth (docs/testing.md, "The formal model")."""

import pytest

from simulations.model.bounds import BOUNDS, MUTATIONS, Bounds, Mutation
from simulations.model.checking import SearchError, missing_tools, search

MISSING = missing_tools()
pytestmark = [
    pytest.mark.skipif(
        bool(MISSING), reason=f"the formal model needs {' and '.join(MISSING)} (apt install)"
    ),
    pytest.mark.timeout(600),
]


def name_of(value: object) -> str:
    if isinstance(value, Mutation):
        return value.definition.lower()
    return value.name if isinstance(value, Bounds) else f"liar {value}"


@pytest.mark.parametrize(
    ("bounds", "liar"),
    [(bounds, liar) for bounds in BOUNDS for liar in bounds.liars],
    ids=name_of,
)
def test_no_two_honest_offices_decide_differently_in_any_state(bounds: Bounds, liar: int) -> None:
    result = search(bounds.definitions, liar, is_large=bounds.is_large)
    assert not result.is_violated
    assert result.states > 10_000


@pytest.mark.parametrize("mutation", MUTATIONS, ids=name_of)
def test_breaking_one_rule_lets_two_honest_offices_decide_differently(mutation: Mutation) -> None:
    definitions = (*mutation.bounds.definitions, mutation.definition)
    assert search(definitions, mutation.liar).is_violated


def test_a_model_that_does_not_translate_is_no_result() -> None:
    with pytest.raises(SearchError, match="spin"):
        search(("VIEWS=none",), 0)
