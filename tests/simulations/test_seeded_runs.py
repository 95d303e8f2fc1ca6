import pytest

from simulations.run import run_seed

SEEDS = range(40)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_promise_holds_in_a_seeded_run_with_faults(seed: int) -> None:
    run_seed(seed)


def test_one_seed_gives_one_run() -> None:
    assert run_seed(7) == run_seed(7)
