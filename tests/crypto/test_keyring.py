import pytest
from builders.offices import NETWORK, key_of

from crypto.errors import InvalidSignatureError
from crypto.keyring import Keyring
from crypto.signing import VerifyingKey

KEY = VerifyingKey(key_of("AU").public_bytes)


def keyring(count: int) -> Keyring:
    return Keyring(NETWORK, {f"{chr(65 + n // 26)}{chr(65 + n % 26)}": KEY for n in range(count)})


@pytest.mark.parametrize("count", range(1, 51))
def test_two_quorums_share_an_honest_office_and_a_quorum_of_honest_offices_exists(
    count: int,
) -> None:
    offices = keyring(count)
    smallest_overlap = 2 * offices.quorum - count
    assert smallest_overlap >= offices.faults + 1
    assert count - offices.faults >= offices.quorum
    assert 3 * offices.faults + 1 <= count < 3 * (offices.faults + 1) + 1
    # One office less would be too few: two such sets could share faulty offices only.
    assert 2 * (offices.quorum - 1) - count < offices.faults + 1


def test_quorums_of_the_paper() -> None:
    assert [(keyring(n).faults, keyring(n).quorum) for n in (1, 2, 3, 4, 7, 10)] == [
        (0, 1),
        (0, 2),
        (0, 2),
        (1, 3),
        (2, 5),
        (3, 7),
    ]


def test_offices_are_sorted_whatever_order_they_come_in() -> None:
    offices = Keyring(NETWORK, {"US": KEY, "AU": KEY, "JP": KEY})
    assert offices.offices == ("AU", "JP", "US")
    assert len(offices) == 3
    assert "AU" in offices
    assert "EP" not in offices


def test_a_stranger_is_named() -> None:
    with pytest.raises(InvalidSignatureError, match="'XX' is not of this network"):
        keyring(4).key("XX")


def test_a_network_needs_an_office() -> None:
    with pytest.raises(ValueError, match="at least one office"):
        Keyring(NETWORK, {})
