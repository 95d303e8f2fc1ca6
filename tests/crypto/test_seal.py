import hmac
from datetime import date
from typing import Any

import pytest
from builders.vectors import vectors
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from crypto.access_code import AccessCode
from crypto.base64url import decode, encode
from crypto.digest import sha256
from crypto.errors import MalformedBytesError
from crypto.seal import (
    PRIORITY,
    Seal,
    check_opening,
    check_proof,
    claim_message,
    is_sound,
    seal,
)

NETWORK = sha256(b"test network")
CODE = AccessCode(bytes(range(16)))
FILED = date(2026, 3, 12)
LATER = "EP.patent.26171234"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def sealed(number: str = "2026900123", code: AccessCode = CODE, filed: date = FILED) -> Seal:
    return seal(NETWORK, "AU", "patent", number, filed, code=code)


def proves(made: Seal, proof: str, role: str = PRIORITY, later: str = LATER) -> bool:
    return check_proof(
        NETWORK, made.office, made.claim_key, role=role, later_filing_id=later, proof=proof
    )


def hkdf(secret: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    """RFC 5869 with the standard library, to check the one that is used."""
    key = hmac.digest(salt, secret, "sha256")
    block, out = b"", b""
    while len(out) < size:
        block = hmac.digest(key, block + info + bytes([len(out) // 32 + 1]), "sha256")
        out += block
    return out[:size]


def prefixed(*texts: str) -> bytes:
    return b"".join(len(text.encode()).to_bytes(2, "big") + text.encode() for text in texts)


def test_the_derivation_of_these_tests_is_that_of_rfc_5869() -> None:
    known = vectors("seal_derivation")["rfc5869"]
    made = hkdf(
        bytes.fromhex(known["ikm"]),
        bytes.fromhex(known["salt"]),
        bytes.fromhex(known["info"]),
        known["size"],
    )
    assert made.hex() == known["okm"]


@pytest.mark.parametrize("known", vectors("seal_derivation")["seals"])
def test_seals_are_those_of_the_vectors(known: dict[str, Any]) -> None:
    made = seal(
        bytes.fromhex(known["networkId"]),
        known["office"],
        known["right"],
        known["matchKey"],
        date.fromisoformat(known["filingDate"]),
        code=AccessCode(bytes.fromhex(known["accessCode"])),
    )
    assert made.claim_key == known["claimKey"]
    assert made.blinding == known["blinding"]
    assert made.commitment == known["commitment"]


@pytest.mark.parametrize("known", vectors("seal_derivation")["seals"])
def test_seals_can_be_made_with_other_libraries(known: dict[str, Any]) -> None:
    fields = prefixed(known["office"], known["right"], known["matchKey"], known["filingDate"])
    root = hkdf(
        bytes.fromhex(known["accessCode"]),
        bytes.fromhex(known["networkId"]),
        b"ipregister/seal/v1" + fields,
        64,
    )
    key = Ed25519PrivateKey.from_private_bytes(root[:32]).public_key()
    assert encode(key.public_bytes_raw()) == known["claimKey"]
    assert encode(root[32:]) == known["blinding"]
    committed = sha256(b"ipregister/commit/v1" + root[32:] + fields)
    assert encode(committed) == known["commitment"]


@pytest.mark.parametrize("known", vectors("seal_proofs"))
def test_proofs_are_those_of_the_vectors(known: dict[str, Any]) -> None:
    message = claim_message(
        known["firstOffice"], known["claimKey"], known["role"], known["laterFilingId"]
    )
    assert message.hex() == known["claimMessage"]
    network = bytes.fromhex(known["networkId"])
    signed = b"ipregister/1/sealed-claim\0" + network + message
    Ed25519PublicKey.from_public_bytes(decode(known["claimKey"])).verify(
        decode(known["proof"]), signed
    )
    made = seal(
        network,
        known["firstOffice"],
        known["right"],
        known["matchKey"],
        date.fromisoformat(known["filingDate"]),
        code=AccessCode(bytes.fromhex(known["accessCode"])),
    )
    assert made.prove(known["role"], known["laterFilingId"]) == known["proof"]


def test_each_part_of_a_filing_unlocks_another_key() -> None:
    others = [
        sealed(number="2026900124"),
        sealed(code=AccessCode(bytes(16))),
        sealed(filed=date(2026, 3, 13)),
        seal(NETWORK, "EP", "patent", "2026900123", FILED, code=CODE),
        seal(NETWORK, "AU", "design", "2026900123", FILED, code=CODE),
        seal(sha256(b"another"), "AU", "patent", "2026900123", FILED, code=CODE),
    ]
    made = [sealed(), *others]
    for part in ("claim_key", "commitment", "blinding"):
        assert len({getattr(one, part) for one in made}) == len(made)


def test_the_same_parts_unlock_the_same_key() -> None:
    one, other = sealed(), sealed()
    assert one.claim_key == other.claim_key
    assert one.prove(PRIORITY, LATER) == other.prove(PRIORITY, LATER)


@given(st.lists(TEXTS, max_size=4), st.lists(TEXTS, max_size=4))
def test_no_two_lists_of_fields_are_signed_alike(one: list[str], other: list[str]) -> None:
    padded = [[*fields, "", "", "", ""][:4] for fields in (one, other)]
    messages = [claim_message(*fields) for fields in padded]
    assert (messages[0] == messages[1]) == (padded[0] == padded[1])


def test_a_proof_holds_for_its_office_key_role_and_later_filing_only() -> None:
    made = sealed()
    proof = made.prove(PRIORITY, LATER)
    assert proves(made, proof)
    assert not proves(made, proof, role="division")
    assert not proves(made, proof, later="EP.patent.26171235")
    assert not proves(made, proof, later="US.patent.26171234")
    assert not proves(sealed(number="2026900124"), proof)
    claim = {"role": PRIORITY, "later_filing_id": LATER, "proof": proof}
    assert check_proof(NETWORK, "AU", made.claim_key, **claim)
    assert not check_proof(NETWORK, "EP", made.claim_key, **claim)
    assert not check_proof(sha256(b"another"), "AU", made.claim_key, **claim)


@given(st.integers(0, 511))
def test_no_altered_bit_of_a_proof_is_taken(place: int) -> None:
    made = sealed()
    proof = bytearray(decode(made.prove(PRIORITY, LATER)))
    proof[place // 8] ^= 1 << place % 8
    assert not proves(made, encode(bytes(proof)))


@pytest.mark.parametrize("proof", ["", "A", "AA", "A" * 86, "A" * 88])
def test_what_is_no_signature_proves_nothing(proof: str) -> None:
    assert not proves(sealed(), proof)


PRIME = 2**255 - 19
CURVE = -121665 * pow(121666, -1, PRIME) % PRIME
Point = tuple[int, int]


def added(one: Point, other: Point) -> Point:
    """The sum of two points of edwards25519 (RFC 8032, section 5.1.4, in affine coordinates)."""
    (x1, y1), (x2, y2) = one, other
    product = CURVE * x1 * x2 * y1 * y2 % PRIME
    x = (x1 * y2 + y1 * x2) * pow(1 + product, -1, PRIME) % PRIME
    return x, (y1 * y2 + x1 * x2) * pow(1 - product, -1, PRIME) % PRIME


def points_of_small_order() -> set[Point]:
    """All multiples of a point of order 8."""
    y = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
    square = (y * y - 1) * pow(CURVE * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    x = x if x * x % PRIME == square else x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    assert x * x % PRIME == square
    points = [(x, y)]
    while points[-1] != (0, 1):
        points.append(added(points[-1], points[0]))
    return set(points)


def test_no_point_of_small_order_is_a_sound_claim_key() -> None:
    points = points_of_small_order()
    assert len(points) == 8
    for x, y in points:
        assert not is_sound(encode((y | (x & 1) << 255).to_bytes(32, "little")))


def test_a_signature_of_zeros_would_hold_for_every_message_under_such_a_key() -> None:
    neutral, zeros = encode(b"\x01" + bytes(31)), encode(b"\x01" + bytes(63))
    for later in ("EP.patent.1", "JP.patent.2"):
        assert check_proof(
            NETWORK, "AU", neutral, role=PRIORITY, later_filing_id=later, proof=zeros
        )
    assert not is_sound(neutral)


@pytest.mark.parametrize("number", [PRIME, PRIME + 1, PRIME + 18, 2**255 - 1, 2**256 - 1])
def test_a_point_that_is_not_written_in_its_one_form_is_no_sound_key(number: int) -> None:
    assert not is_sound(encode(number.to_bytes(32, "little")))


@given(st.binary(min_size=16, max_size=16))
def test_keys_that_are_derived_are_sound(secret: bytes) -> None:
    assert is_sound(sealed(code=AccessCode(secret)).claim_key)


def test_what_is_no_key_was_never_proved() -> None:
    for claim_key in ("", "A" * 42, encode(b"\xff" * 32)):
        assert not check_proof(
            NETWORK, "AU", claim_key, role=PRIORITY, later_filing_id=LATER, proof="A" * 86
        )


def test_an_opening_holds_for_its_filing_only() -> None:
    made, other = sealed(), sealed(number="2026900124")
    told: dict[str, Any] = {
        "commitment": made.commitment,
        "blinding": made.blinding,
        "office": "AU",
        "right": "patent",
        "match_key": "2026900123",
        "filing_date": FILED,
    }
    assert check_opening(**told)
    changes: dict[str, Any] = {
        "commitment": other.commitment,
        "blinding": other.blinding,
        "office": "EP",
        "right": "design",
        "match_key": "2026900124",
        "filing_date": date(2026, 3, 13),
    }
    for name, changed in changes.items():
        assert not check_opening(**(told | {name: changed}))
    short = encode(decode(made.blinding)[:-1])
    assert not check_opening(**(told | {"blinding": short}))
    assert not check_opening(**(told | {"commitment": "AA"}))


def test_a_seal_does_not_show_its_secrets() -> None:
    made = sealed()
    shown = f"{made!r} {made}"
    assert shown == f"{made!r} {made!r}"
    assert made.claim_key in shown
    assert made.blinding not in shown
    assert decode(made.blinding).hex() not in shown


def test_text_of_a_length_that_no_bytes_give_is_malformed() -> None:
    with pytest.raises(MalformedBytesError, match="base64url"):
        decode("A")
