import pytest
from builders.offices import FOUR, certificate_of, keyring_of
from msgspec.structs import replace

from crypto.certificate import (
    CheckpointCertificate,
    decode_certificate,
    encode_certificate,
    verify_certificate,
)
from crypto.digest import sha256
from crypto.errors import InvalidProofError, MalformedBytesError

HASH = sha256(b"block")
CERTIFICATE = certificate_of(7, HASH)


def test_a_quorum_certifies_and_all_offices_do() -> None:
    verify_certificate(CERTIFICATE, keyring_of())
    verify_certificate(certificate_of(7, HASH, *FOUR), keyring_of())


def refused(certificate: CheckpointCertificate) -> str:
    with pytest.raises(InvalidProofError) as caught:
        verify_certificate(certificate, keyring_of())
    return str(caught.value)


def test_what_does_not_certify() -> None:
    first, second, third = CERTIFICATE.signatures
    assert "3 offices, got 2" in refused(certificate_of(7, HASH, "AU", "EP"))
    assert "each once" in refused(replace(CERTIFICATE, signatures=(first, first, second)))
    assert "each once" in refused(replace(CERTIFICATE, signatures=(second, first, third)))
    assert "signature" in refused(replace(CERTIFICATE, height=8))
    assert "signature" in refused(replace(CERTIFICATE, block_hash=sha256(b"another")))
    assert "32 bytes" in refused(replace(CERTIFICATE, block_hash=HASH[:31]))
    assert "0 or more" in refused(replace(CERTIFICATE, height=-1))
    assert "not of this network" in refused(certificate_of(7, HASH, "AU", "EP", "XX"))
    assert "signature" in refused(certificate_of(7, HASH, network_id=sha256(b"another")))
    swapped = ((first[0], second[1]), (second[0], first[1]), third)
    assert "signature" in refused(replace(CERTIFICATE, signatures=swapped))


def test_bytes_go_there_and_back() -> None:
    assert decode_certificate(encode_certificate(CERTIFICATE)) == CERTIFICATE


def test_bytes_that_are_no_certificate_are_malformed() -> None:
    encoded = encode_certificate(CERTIFICATE)
    for data in (
        b"",
        b"\x93\x07",
        b"\xc0",
        encoded[:-1],
        encoded.replace(b"\xa2AU", b"\xa2\xff\xff"),  # a name that is not UTF-8
    ):
        with pytest.raises(MalformedBytesError, match="checkpoint certificate"):
            decode_certificate(data)


def test_a_certificate_has_one_byte_form() -> None:
    encoded = encode_certificate(CERTIFICATE)
    assert encoded.startswith(b"\x93\x07\xc4")
    for data in (
        b"\x94" + encoded[1:] + b"\xc0",  # one element more
        b"\xdc\x00\x03" + encoded[1:],  # longer forms of the array, the height and the name
        b"\x93\xcd\x00\x07" + encoded[2:],
        encoded.replace(b"\xa2AU", b"\xd9\x02AU"),
    ):
        with pytest.raises(MalformedBytesError, match="checkpoint certificate"):
            decode_certificate(data)
