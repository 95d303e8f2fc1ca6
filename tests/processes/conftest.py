"""Networks of real processes for the tests of this folder."""

from collections.abc import Iterator

import pytest

from processes.clocks import CannotStepClocksError, SteppedClocks
from processes.disks import CannotMountError, SmallDisk
from processes.network import ProcessNetwork
from processes.partitions import CannotPartitionError, Namespaces


@pytest.fixture(scope="session")
def possible_disk(tmp_path_factory: pytest.TempPathFactory) -> SmallDisk | CannotMountError:
    try:
        return SmallDisk("AU", tmp_path_factory.mktemp("disk"))
    except CannotMountError as error:
        return error


@pytest.fixture
def disk(possible_disk: SmallDisk | CannotMountError) -> SmallDisk:
    """The disk of one office of `network`."""
    if isinstance(possible_disk, CannotMountError):
        pytest.skip(f"no disk that can be filled here: {possible_disk}")
    return possible_disk


@pytest.fixture(scope="session")
def shared_network(
    tmp_path_factory: pytest.TempPathFactory, possible_disk: SmallDisk | CannotMountError
) -> Iterator[ProcessNetwork]:
    surroundings = possible_disk if isinstance(possible_disk, SmallDisk) else None
    homes = tmp_path_factory.mktemp("network") / "homes"
    with ProcessNetwork(homes, surroundings) as network:
        yield network


@pytest.fixture
def network(shared_network: ProcessNetwork) -> ProcessNetwork:
    """Four offices that all work; whoever does something to them leaves them so."""
    shared_network.resume()
    shared_network.start()
    return shared_network


@pytest.fixture(scope="session")
def namespaces() -> Namespaces:
    try:
        return Namespaces()
    except CannotPartitionError as error:
        pytest.skip(f"no network namespaces here: {error}")


@pytest.fixture(scope="session")
def shared_partitioned(
    tmp_path_factory: pytest.TempPathFactory, namespaces: Namespaces
) -> Iterator[ProcessNetwork]:
    with ProcessNetwork(tmp_path_factory.mktemp("partitioned") / "homes", namespaces) as network:
        yield network


@pytest.fixture
def partitioned(shared_partitioned: ProcessNetwork, namespaces: Namespaces) -> ProcessNetwork:
    """Four offices, each in a network namespace of its own."""
    namespaces.heal()
    shared_partitioned.start()
    return shared_partitioned


@pytest.fixture(scope="session")
def clocks() -> SteppedClocks:
    try:
        return SteppedClocks()
    except CannotStepClocksError as error:
        pytest.skip(f"no clocks that can be stepped here: {error}")


@pytest.fixture(scope="session")
def shared_clocked(
    tmp_path_factory: pytest.TempPathFactory, clocks: SteppedClocks
) -> Iterator[ProcessNetwork]:
    with ProcessNetwork(tmp_path_factory.mktemp("clocked") / "homes", clocks) as network:
        yield network


@pytest.fixture
def clocked(shared_clocked: ProcessNetwork, clocks: SteppedClocks) -> ProcessNetwork:
    """Four offices, each with a wall clock of its own."""
    for office in shared_clocked.nodes:
        clocks.step(office, 0)
    shared_clocked.start()
    return shared_clocked
