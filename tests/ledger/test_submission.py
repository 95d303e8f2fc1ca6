import json
from collections.abc import Callable
from datetime import date

import msgspec
import pytest
from builders.ledgers import GENESIS, KEYRING, START_MS, digest_of, filing, signed
from builders.offices import key_of, keyring_of
from builders.vectors import vectors
from hypothesis import given
from hypothesis import strategies as st

from crypto.digest import sha256
from crypto.jws import sign_submission
from ledger.errors import InvalidSubmissionError, MalformedSubmissionError
from ledger.register.entries import PriorityClaim
from ledger.submission import SUBMISSION_BYTES_MAX, Submission, admit, encode_payload, read_entries

NONCE = bytes(12)
ENTRY = msgspec.json.encode(filing(1))


def payload(
    network: str = KEYRING.network_id.hex(),
    office: str = '"AU"',
    valid_until: str = "5",
    nonce: str = '"AAAAAAAAAAAAAAAA"',
    entries: bytes = b"[" + ENTRY + b"]",
) -> bytes:
    head = f'{{"networkId":"{network}","office":{office},"validUntil":{valid_until},"nonce":{nonce}'
    return head.encode() + b',"entries":' + entries + b"}"


def sent(payload: bytes, office: str = "AU") -> bytes:
    return sign_submission(key_of(office), office, payload)


def test_an_admitted_submission_has_all_its_parts() -> None:
    data = signed(filing(1), filing(2), office="EP")
    assert admit(data, KEYRING) == Submission(
        digest=sha256(data),
        data=data,
        office="EP",
        valid_until_ms=START_MS + 60_000,
        entries=(filing(1), filing(2)),
        raw_entries=(ENTRY, msgspec.json.encode(filing(2))),
    )
    assert read_entries(data) == ("EP", (ENTRY, msgspec.json.encode(filing(2))))


def test_an_entry_is_kept_as_the_bytes_that_were_signed() -> None:
    odd = ENTRY.replace(b":", b" :\t").replace(b"2013", b"\\u0032013")
    submission = admit(sent(payload(entries=b" [ \n" + odd + b" ] ")), KEYRING)
    assert submission.raw_entries == (odd,)
    assert submission.entries == (filing(1),)


def test_the_bytes_are_the_known_ones() -> None:
    known = vectors("submission")
    entries = [msgspec.Raw(known["entry"].encode())]
    encoded = encode_payload(GENESIS.network_id(), "AU", known["validUntil"], NONCE, entries)
    assert encoded.decode() == known["payload"]
    assert sent(encoded).decode() == known["submission"]
    assert admit(sent(encoded), KEYRING).digest.hex() == known["digest"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (lambda: b"", "3 parts"),
        (lambda: b"x" * (SUBMISSION_BYTES_MAX + 1), f"at most {SUBMISSION_BYTES_MAX} bytes, got"),
        (lambda: sent(b""), "payload"),
        (lambda: sent(b"\xff"), "payload"),
        (lambda: sent(payload() + b"."), "payload"),
        (lambda: sent(payload(network="AB" * 32)), "networkId"),
        (lambda: sent(payload(valid_until="-1")), "validUntil"),
        (lambda: sent(payload(valid_until="1.5")), "validUntil"),
        (lambda: sent(payload(valid_until=str(2**53))), "validUntil"),
        (lambda: sent(payload(nonce='"AAAA"')), "nonce"),
        (lambda: sent(payload(nonce='"AAAAAAAAAAAAAAAA\\n"')), "nonce"),
        (lambda: sent(payload(entries=b"[]")), "entries"),
        (lambda: sent(payload(entries=b"[" + ENTRY + b"," + ENTRY[:-1] + b"]")), "payload"),
        (lambda: sent(payload(entries=b"[" + b",".join([ENTRY] * 1_001) + b"]")), "entries"),
        (lambda: sent(payload(entries=b"[" + ENTRY + b',{"entryCategory":"x"}]')), r"entries\[1\]"),
        (lambda: sent(payload(entries=b"[" + ENTRY[:-1] + b',"x":1}]')), r"entries\[0\]"),
        (lambda: sent(payload(entries=ENTRY.join([b"[", b', "\xff"]']))), "payload|entries"),
        (lambda: sent(payload(entries=b"[" * 100_000 + b"]" * 100_000)), "payload|entries"),
        (lambda: sent(payload()[:-1] + b',"more":1}'), "more"),
    ],
)
def test_what_is_no_submission_is_malformed(data: Callable[[], bytes], message: str) -> None:
    with pytest.raises(MalformedSubmissionError, match=message):
        admit(data(), KEYRING)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (lambda: sent(payload(network="ab" * 32)), "networkId: expected"),
        (lambda: sent(payload(office='"EP"')), "office: expected AU, which signed, got EP"),
        (lambda: sent(payload(office='"XX"'), "XX"), "not of this network"),
        (lambda: sent(payload())[:-4] + b"AAAA", "signature"),
    ],
)
def test_what_its_office_did_not_sign_for_this_network_is_invalid(
    data: Callable[[], bytes], message: str
) -> None:
    with pytest.raises((InvalidSubmissionError, MalformedSubmissionError), match=message):
        admit(data(), KEYRING)


@pytest.mark.parametrize(
    "data",
    [
        # What comes first would be skipped, down to a depth that is the interpreter's own.
        payload(entries=b"[" * 500 + b"]" * 500 + b',"entries":[' + ENTRY + b"]"),
        payload(entries=b"[" + ENTRY + b'],"entries":[' + ENTRY + b"]"),
        payload(valid_until='5,"validUntil":6'),
        payload(entries=b"[" + ENTRY[:-1] + b',"filingDate":"2013-05-07"}]'),
        payload(entries=b"[" + ENTRY[:-1] + b',"filingD\\u0061te":"2013-05-07"}]'),
        payload(entries=b"[" + ENTRY[:-1] + b',"entryCategory":"filing"}]'),
    ],
)
def test_a_payload_has_one_reading(data: bytes) -> None:
    with pytest.raises(MalformedSubmissionError, match="payload: "):
        admit(sent(data), KEYRING)


def test_other_white_space_order_and_spelling_are_all_right() -> None:
    usual = json.loads(payload())
    entry = usual["entries"][0]
    entry["priorityClaimBag"] = [{"filingDate": "2012-05-07"}, {"filingDate": "2012-05-07"}]
    other = json.dumps({name: usual[name] for name in reversed(usual)}, indent=1).encode()
    (admitted,) = admit(sent(other.replace(b"2013-05", b"2013-\\u00305")), KEYRING).entries
    claim = PriorityClaim(filing_date=date(2012, 5, 7))
    assert admitted == msgspec.structs.replace(filing(1), priority_claim_bag=(claim, claim))


def test_a_submission_of_another_network_is_invalid_whatever_its_keys() -> None:
    with pytest.raises(InvalidSubmissionError, match="networkId"):
        admit(signed(filing(1)), keyring_of(network_id=digest_of("another")))


@given(st.binary(max_size=400))
def test_no_payload_makes_anything_but_a_malformed_submission(content: bytes) -> None:
    with pytest.raises(MalformedSubmissionError):
        admit(sent(content), KEYRING)


@given(st.text(max_size=80))
def test_any_text_of_a_number_is_admitted_as_it_is(text: str) -> None:
    entry = msgspec.structs.replace(filing(1), application_number_text=text)
    assert admit(signed(entry), KEYRING).entries == (entry,)


def test_a_lone_surrogate_is_malformed() -> None:
    entry = ENTRY.replace(b"2013", b"\\ud800")
    with pytest.raises(MalformedSubmissionError):
        admit(sent(payload(entries=b"[" + entry + b"]")), KEYRING)


@pytest.mark.parametrize("year", [0, -1, 10_000, 2**64, -(2**63) - 1, 10**40])
def test_a_number_that_no_node_could_write_down_is_malformed(year: int) -> None:
    # Admitted, it would stop every node at the same block for good.
    entry = b'[{"entryCategory":"closedDays","year":%d,"closedDayBag":[],"requestKey":"k"}]' % year
    with pytest.raises(MalformedSubmissionError, match="year"):
        admit(sent(payload(entries=entry)), KEYRING)


def test_a_payload_has_1_to_1000_entries_and_a_nonce_of_12_bytes() -> None:
    for entries, nonce, message in (
        ([], NONCE, "1 to 1000 entries, got 0"),
        ([filing(1)] * 1_001, NONCE, "got 1001"),
        ([filing(1)], NONCE[:11], "12 bytes, got 11"),
    ):
        with pytest.raises(ValueError, match=message):
            encode_payload(KEYRING.network_id, "AU", 0, nonce, entries)


def test_admission_does_not_depend_on_how_deep_the_caller_stands() -> None:
    """A member that comes twice, first nested as deep as the stack allows, was judged by each node's own stack."""
    nested = b"[" * 900 + b"]" * 900
    data = sent(payload(entries=nested + b',"entries":[' + ENTRY + b"]"))

    def deeper(frames: int) -> str:
        if frames:
            return deeper(frames - 1)
        try:
            admit(data, KEYRING)
        except MalformedSubmissionError as error:
            return str(error)
        return "admitted"

    verdicts = {deeper(frames) for frames in (0, 50, 200)}
    assert len(verdicts) == 1
    assert "admitted" not in verdicts
