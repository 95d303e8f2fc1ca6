"""HTTP message signatures between offices, with the known answers of RFC 9421."""

from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from builders.offices import NETWORK, key_of, keyring_of
from builders.vectors import vectors
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from http_message_signatures import HTTPMessageSigner
from hypothesis import given
from hypothesis import strategies as st

from crypto.signing import SigningKey, VerifyingKey
from node.reports.message_signature import (
    AGE_SECONDS_MAX,
    AHEAD_SECONDS_MAX,
    EMPTY_DIGEST,
    MessageSignatureError,
    MessageSigner,
    MessageVerifier,
    OfficeEd25519,
    SignedAnswer,
    SignedRequest,
    Signer,
    content_digest,
    repr_digest,
)

NOW = 1_795_000_000
NONCE = "AAAAAAAAAAAAAAAAAAAAAA"
# RFC 9421, appendix B.1.4
RFC_KEY = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----
"""
RFC_PUBLIC = b64decode("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")
# RFC 9421, appendix B.2.6
RFC_BASE = (
    b'"date": Tue, 20 Apr 2021 02:07:55 GMT\n'
    b'"@method": POST\n'
    b'"@path": /foo\n'
    b'"@authority": example.com\n'
    b'"content-type": application/json\n'
    b'"content-length": 18\n'
    b'"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length")'
    b';created=1618884473;keyid="test-key-ed25519"'
)
RFC_SIGNATURE = (
    "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
)


def rfc_key() -> SigningKey:
    key = load_pem_private_key(RFC_KEY, None)
    assert isinstance(key, Ed25519PrivateKey)
    return SigningKey(key.private_bytes_raw())


def test_the_example_of_the_rfc_has_its_signature_base_and_its_signature() -> None:
    # RFC 9421, appendix B.2.6
    signer = HTTPMessageSigner(signature_algorithm=OfficeEd25519)
    message = SignedRequest(
        "POST",
        "https://example.com/foo?param=Value&Pet=dog",
        {
            "Date": "Tue, 20 Apr 2021 02:07:55 GMT",
            "Content-Type": "application/json",
            "Content-Length": "18",
        },
    )
    prepared = signer.prepare(
        message,
        key_id="test-key-ed25519",
        created=datetime.fromtimestamp(1_618_884_473, UTC),
        include_alg=False,
        covered_component_ids=(
            "date",
            "@method",
            "@path",
            "@authority",
            "content-type",
            "content-length",
        ),
    )
    assert prepared.signature_base == RFC_BASE
    assert b64encode(OfficeEd25519(private_key=rfc_key()).sign(RFC_BASE)).decode() == RFC_SIGNATURE
    OfficeEd25519(public_key=VerifyingKey(RFC_PUBLIC)).verify(b64decode(RFC_SIGNATURE), RFC_BASE)


def test_the_digests_are_those_of_the_rfc() -> None:
    # RFC 9530, appendix B.1 and D: an empty content, and {"hello": "world"} with a line feed
    assert EMPTY_DIGEST == "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
    content = b'{"hello": "world"}\n'
    expected = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    assert content_digest(content) == expected
    assert repr_digest("44aff4ab2d7c3250525675a08f0cfa9591168cffe51791c5f5bbc417c15a6c38") == (
        expected
    )


def request(**headers: str) -> SignedRequest:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return SignedRequest(
        "GET",
        "https://au.example/api/v1/exchange/reports/r/content?minHeight=7",
        {"content-digest": EMPTY_DIGEST, **named},
    )


def signed(message: SignedRequest, office: str = "EP", network: bytes = NETWORK) -> SignedRequest:
    MessageSigner(office, key_of(office), network).sign(message, NONCE, NOW)
    return message


def answered(to: SignedRequest, office: str = "AU", **changed: str) -> SignedAnswer:
    headers = {
        "content-type": "application/pdf",
        "content-length": "13",
        "repr-digest": repr_digest("00" * 32),
    }
    named = {name.replace("_", "-"): value for name, value in changed.items()}
    answer = SignedAnswer(200, to, {**headers, **named})
    MessageSigner(office, key_of(office), NETWORK).sign(answer, NONCE, NOW)
    return answer


VERIFIER = MessageVerifier(keyring_of())


def test_a_signed_request_tells_the_office_and_its_nonce() -> None:
    assert VERIFIER.verify(signed(request()), NOW) == Signer("EP", NONCE, NOW)
    assert VERIFIER.verify(signed(request(range="bytes=7-")), NOW).office == "EP"


@pytest.mark.parametrize(
    "changed",
    [
        replace(signed(request()), method="HEAD"),
        replace(signed(request()), url="https://au.example/api/v1/exchange/reports/s/content"),
        replace(signed(request()), url=signed(request()).url + "0"),
        replace(signed(request()), headers={**signed(request()).headers, "range": "bytes=1-"}),
        replace(
            signed(request(range="bytes=1-")),
            headers={**signed(request(range="bytes=1-")).headers, "range": "bytes=2-"},
        ),
        replace(
            signed(request()),
            headers={**signed(request()).headers, "content-digest": content_digest(b"x")},
        ),
        request(),
        request(signature="ipregister=:AAAA:"),
        request(signature_input="ipregister=" + "(" * 5_000, signature="ipregister=:AAAA:"),
        request(signature_input="nonsense", signature="nonsense"),
        signed(request(), network=b"another network".ljust(32)),
        replace(
            signed(request()),
            headers={
                name: value.replace('keyid="EP"', 'keyid="JP"')
                for name, value in signed(request()).headers.items()
            },
        ),
        replace(
            signed(request()),
            headers={
                name: value.replace('keyid="EP"', 'keyid="ZZ"')
                for name, value in signed(request()).headers.items()
            },
        ),
        replace(
            signed(request()),
            headers={
                name: value.replace(' "@path"', "")
                for name, value in signed(request()).headers.items()
            },
        ),
    ],
)
def test_what_was_changed_or_not_signed_for_this_is_refused(changed: SignedRequest) -> None:
    with pytest.raises(MessageSignatureError):
        VERIFIER.verify(changed, NOW)


def test_a_request_counts_for_a_minute() -> None:
    message = signed(request())
    for now in (NOW - AHEAD_SECONDS_MAX, NOW + AGE_SECONDS_MAX):
        assert VERIFIER.verify(message, now).office == "EP"
    for now in (NOW - AHEAD_SECONDS_MAX - 1, NOW + AGE_SECONDS_MAX + 1):
        with pytest.raises(MessageSignatureError, match="clocks of both offices"):
            VERIFIER.verify(message, now)


def test_an_answer_is_bound_to_the_request_that_it_answers() -> None:
    asked = signed(request())
    assert VERIFIER.verify(answered(asked), NOW) == Signer("AU", NONCE, NOW)
    other = signed(request(range="bytes=7-"))
    for changed in (
        replace(answered(asked), request=other),
        replace(answered(asked), status_code=206),
        replace(answered(asked), headers={**answered(asked).headers, "content-length": "14"}),
        replace(answered(asked), headers={**answered(asked).headers, "content-range": "x"}),
        replace(
            answered(asked),
            headers={**answered(asked).headers, "repr-digest": repr_digest("11" * 32)},
        ),
    ):
        with pytest.raises(MessageSignatureError):
            VERIFIER.verify(changed, NOW)


def test_request_and_answer_are_signed_as_the_known_answers_say() -> None:
    known = vectors("report_signatures")
    network_id, key = bytes.fromhex(known["networkId"]), SigningKey(bytes.fromhex(known["seed"]))
    asked, answered = known["request"], known["answer"]
    request = SignedRequest(
        asked["method"],
        f"https://register.example.org{asked['path']}?{asked['query']}",
        dict(asked["headers"]),
    )
    signer = MessageSigner(asked["office"], key, network_id)
    signer.sign(request, asked["nonce"], asked["created"])
    # RFC 9651 tells the order of parameters from that in which they were put; the signature covers it.
    assert request.headers["Signature-Input"] == asked["signatureInput"]
    assert request.headers["Signature"] == asked["signature"]
    answer = SignedAnswer(answered["status"], request, dict(answered["headers"]))
    signer.sign(answer, answered["nonce"], answered["created"])
    assert answer.headers["Signature-Input"] == answered["signatureInput"]
    assert answer.headers["Signature"] == answered["signature"]


FIELD = st.text(st.characters(max_codepoint=0xFF), max_size=60) | st.builds(
    "ipregister={}".format,
    st.sampled_from(
        (
            '("@method" "@path" "@query" "content-digest")',
            "()",
            ":AAAA:",
            "1",
            '("@method");created="x";keyid="EP";alg="ed25519";nonce=1',
            '("@method" "@path" "@query" "content-digest");created=1795000000;keyid="EP"',
            '("@path";req "@status" "x";sf "y";key="z" "range";bs);created=1795000000',
        )
    ),
)


@given(FIELD, FIELD, st.none() | FIELD)
def test_no_header_of_a_stranger_makes_the_node_fail(
    signature_input: str, signature: str, digest: str | None
) -> None:
    message = request(signature_input=signature_input, signature=signature)
    if digest is not None:
        message.headers["content-digest"] = digest
    with pytest.raises(MessageSignatureError):
        VERIFIER.verify(message, NOW)


def test_two_signatures_with_the_tag_are_one_too_many() -> None:
    twice = signed(request())
    again = signed(request())
    for name in ("Signature-Input", "Signature"):
        second = again.headers[name].replace("ipregister=", "second=", 1)
        twice.headers[name] = f"{twice.headers[name]}, {second}"
    with pytest.raises(MessageSignatureError, match=r"one signature with the tag .*, got 2"):
        VERIFIER.verify(twice, NOW)
