import json
from typing import Any

import pytest
from builders.ledgers import GENESIS
from builders.offices import FOUR, key_of
from builders.vectors import vectors

from crypto.digest import sha256
from ledger.errors import MalformedGenesisError
from ledger.genesis import encode_genesis, encode_public_key, load_genesis

DOCUMENT: dict[str, Any] = json.loads(encode_genesis(GENESIS))


def test_a_document_comes_back_in_any_white_space() -> None:
    assert load_genesis(encode_genesis(GENESIS)) == GENESIS
    assert load_genesis(json.dumps(DOCUMENT).encode()) == GENESIS


def test_the_network_id_is_the_digest_of_the_canonical_form() -> None:
    known = vectors("genesis")
    assert load_genesis(known["canonical"].encode()) == GENESIS
    assert sha256(known["canonical"].encode()).hex() == known["networkId"]
    assert GENESIS.network_id().hex() == known["networkId"]


def test_the_keyring_has_every_office_with_its_key() -> None:
    keyring = GENESIS.keyring()
    assert keyring.offices == FOUR
    assert keyring.network_id == GENESIS.network_id()
    assert [keyring.key(office).public_bytes for office in FOUR] == [
        key_of(office).public_bytes for office in FOUR
    ]


def changed(**members: object) -> bytes:
    return json.dumps(DOCUMENT | members).encode()


def offices(*changes: dict[str, str]) -> list[dict[str, str]]:
    return [office | change for office, change in zip(DOCUMENT["offices"], changes, strict=False)]


def test_the_network_id_covers_every_member() -> None:
    networks = {
        load_genesis(document).network_id()
        for document in (
            changed(),
            changed(networkName="another"),
            changed(createdAt="2026-01-01T00:00:01Z"),
            changed(slotBits=20),
            changed(offices=offices({}, {}, {})),
            changed(offices=offices({"name": "another"}, {}, {}, {})),
        )
    }
    assert len(networks) == 6


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"", "genesis"),
        (b"[]", "genesis"),
        (b'{"networkName":"\xff"}', "genesis"),
        (changed(protocolVersion=2), "protocolVersion"),
        (changed(slotBits=7), "slotBits"),
        (changed(more=1), "more"),
        (changed(networkName=""), "networkName"),
        (changed(createdAt="yesterday"), "createdAt"),
        (changed(createdAt="2026-01-01T00:00:00"), "offset"),
        (changed(offices=[]), "at least one"),
        (changed(offices=DOCUMENT["offices"][::-1]), "sorted by code"),
        (changed(offices=DOCUMENT["offices"][:1] * 2), "each once"),
        (changed(offices=offices({"code": "au"})), "code"),
        (changed(offices=offices({"code": "AU\n"})), "code"),
        (changed(offices=offices({}, {}, {"code": "IB"}, {})), "expected WO"),
        (changed(offices=offices({"publicKey": "AAAA"})), "publicKey"),
        (changed(offices=offices({"publicKey": "A" * 42 + "B"})), "publicKey of AU"),
        (changed(offices=offices({}, {"publicKey": DOCUMENT["offices"][0]["publicKey"]})), "own"),
    ],
)
def test_what_is_no_genesis_is_malformed(document: bytes, message: str) -> None:
    with pytest.raises(MalformedGenesisError, match=message):
        load_genesis(document)


def test_a_public_key_is_unpadded_base64url() -> None:
    assert encode_public_key(b"\xff" * 32) == "_" * 42 + "8"
