"""The compact form of proof files and the text of their codes: the same file comes back, or a clear sentence."""

import json
import zlib
from itertools import permutations
from pathlib import Path

import msgspec
import pytest
from builders.ledgers import GENESIS
from builders.vectors import DIRECTORY
from builders.verifier_alone import run_there, snippet_of, verifier_in
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crypto import base64url
from crypto.digest import sha256
from ledger.proof.base41 import decode_base41, encode_base41
from ledger.proof.compact import INFLATED_BYTES_MAX, compacted, expanded
from ledger.proof.compact_words import DICTIONARY
from ledger.proof.errors import InvalidProofFileError, UndecidableProofFileError
from ledger.proof.scanned_text import (
    PARTS_MAX,
    TEXT_BYTES_MAX,
    from_text,
    is_scanned_text,
    to_lines,
)
from ledger.proof.verifying import verify_proof_file

NAMES = ("confirmed", "absent", "filing", "consistency")
SCANNED = json.loads((DIRECTORY / "proof_scanned.json").read_text())


def vector(name: str) -> bytes:
    return (DIRECTORY / f"proof_{name}.json").read_bytes().strip()


def deflated(packed: bytes) -> bytes:
    deflating = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=DICTIONARY)
    return deflating.compress(packed) + deflating.flush()


def refusal(text: str | bytes) -> str:
    """Why the scanned text is none of a proof."""
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(InvalidProofFileError) as caught:
        expanded(from_text(data), GENESIS)
    return str(caught.value)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_comes_back_byte_for_byte_from_less_than_half_its_size(name: str) -> None:
    file = vector(name)
    data = compacted(file)
    assert expanded(data, GENESIS) == file
    assert len(data) < len(file) * (0.6 if name == "consistency" else 0.5)


@pytest.mark.parametrize("name", NAMES)
def test_the_form_of_the_first_version_can_be_read_forever(name: str) -> None:
    """Another library of deflate may write other bytes; what was written once is read by all."""
    assert expanded(from_text("\n".join(SCANNED[name]).encode()), GENESIS) == vector(name)


def test_the_dictionary_is_part_of_the_format() -> None:
    assert sha256(DICTIONARY).hex() == SCANNED["dictionary"]


def texts() -> st.SearchStrategy[str]:
    return (
        st.text(max_size=40)
        | st.binary(max_size=40).map(base64url.encode)
        | st.binary(max_size=40).map(bytes.hex)
        | st.binary(max_size=40).map(lambda data: data.hex().upper())
        | st.text("0123456789abcdef-_A", min_size=14, max_size=24)
    )


documents = st.dictionaries(
    texts().filter(lambda name: name != "genesis"),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | texts(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts(), inner, max_size=4),
        max_leaves=12,
    ),
    max_size=6,
)


@given(documents)
def test_whatever_json_a_file_holds_comes_back(document: dict[str, object]) -> None:
    file = msgspec.json.encode(document, order="sorted")
    assert expanded(compacted(file), GENESIS) == file


@given(st.binary(max_size=300))
def test_base41_comes_back(data: bytes) -> None:
    letters = encode_base41(data)
    assert decode_base41(letters) == data
    assert len(letters) == len(data) // 2 * 3 + len(data) % 2 * 2


@pytest.mark.parametrize(
    ("data", "letters"),
    [
        (b"", ""),
        (b"\0", "00"),
        (b"\xff", "96"),
        (b"\xff\xff", "H.*"),
        (b"AB", "J*9"),
        (b"abc", "2YEH2"),
    ],
)
def test_base41_of_known_bytes(data: bytes, letters: str) -> None:
    assert encode_base41(data) == letters
    assert decode_base41(letters) == data


@pytest.mark.parametrize("letters", ["0", "0000", "...", "..", "I.*", "0 0", "-00", "00a"])
def test_other_letters_are_not_base41(letters: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        decode_base41(letters)


@given(st.binary(max_size=2000), st.integers(30, 1000), st.randoms(use_true_random=False))
def test_lines_are_read_in_any_order_twice_and_broken_anywhere(
    data: bytes, size: int, random: object
) -> None:
    lines = list(to_lines(data, size))
    assert [line.partition(":")[0] for line in lines] == ["IPR1"] * len(lines)
    shuffled = lines + lines[:2]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    text = "\r\n \t".join(shuffled)
    broken = "\n> ".join(text[at : at + 70] for at in range(0, len(text), 70)).replace("> ", "  ")
    assert from_text(broken.lower().encode()) == data


def test_parts_are_of_about_equal_size_and_no_more_than_99() -> None:
    lengths = {len(line) for line in to_lines(bytes(2000), 950)}
    assert max(lengths) - min(lengths) < 5
    assert len(to_lines(bytes(99 * 10), 10)) == PARTS_MAX
    with pytest.raises(ValueError, match="at most 990"):
        to_lines(bytes(991), 10)


def test_what_is_missing_is_named() -> None:
    lines = to_lines(compacted(vector("confirmed")), 500)
    assert len(lines) == 5
    with pytest.raises(UndecidableProofFileError, match=r"expected 5 parts; .*: 1, 4"):
        from_text("".join(lines[at] for at in (1, 2, 4)).encode())


def test_a_part_that_was_not_read_right_is_named() -> None:
    lines = list(to_lines(compacted(vector("confirmed")), 950))
    for wrong in (lines[1][:-3], lines[1] + "000", lines[1][:20] + "." + lines[1][21:]):
        assert "part 2 of 3 was not read right" in refusal("\n".join([lines[0], wrong, lines[2]]))
    assert "part 3 of 3 was not" in refusal("".join([lines[0], lines[1].replace("2/3", "3/3")]))
    assert "part 0 of 3" in refusal(lines[0].replace("1/3", "0/3"))
    assert "part 4 of 3" in refusal(lines[0].replace("1/3", "4/3"))


def test_parts_of_two_proofs_are_not_mixed() -> None:
    one, other = (to_lines(compacted(vector(name)), 950) for name in ("confirmed", "absent"))
    assert len(one) == len(other)
    for mixed in permutations((one[0], other[1], one[2])):
        assert "expected the parts of one proof" in refusal("\n".join(mixed))


@pytest.mark.parametrize("sent", ["Sent from my telephone", "é", "IPR1:", "IPR1:1/1:", "IPR1:1/1"])
def test_other_text_beside_the_codes_is_refused(sent: str) -> None:
    text = "\n".join(to_lines(compacted(vector("filing")), 950))
    assert refusal(f"{text}\n{sent}").startswith("form: ")
    assert refusal(f"{sent}\n{text}").startswith("form: ")


def test_a_later_version_is_not_judged() -> None:
    later = to_lines(b"something", 950)[0].replace("IPR1", "IPR2")
    assert is_scanned_text(later.encode())
    with pytest.raises(UndecidableProofFileError, match="version: expected codes IPR1, got IPR2"):
        from_text(later.encode())


def test_a_file_and_a_pdf_are_no_scanned_text() -> None:
    assert is_scanned_text(b"\xef\xbb\xbf \nipr1:1/1:")
    for data in (b"", b"{}", b"%PDF-1.7", b"IPR:", b"IPR1", vector("filing")):
        assert not is_scanned_text(data)


def test_another_network_is_foreign() -> None:
    data = compacted(vector("confirmed"))
    with pytest.raises(InvalidProofFileError, match="genesis: expected network"):
        expanded(data, replace(GENESIS, network_name="another"))


def test_a_bomb_is_refused_before_it_is_inflated() -> None:
    bomb = deflated(msgspec.msgpack.encode({"format": "x" * 64 * INFLATED_BYTES_MAX}))
    assert len(bomb) < 100_000
    with pytest.raises(InvalidProofFileError, match=f"at most {INFLATED_BYTES_MAX} bytes inside"):
        expanded(bomb, GENESIS)
    with pytest.raises(InvalidProofFileError, match="bytes of text"):
        from_text(b"IPR1:" * TEXT_BYTES_MAX)
    with pytest.raises(InvalidProofFileError, match="form: expected at most"):
        compacted(msgspec.json.encode({"format": " " * INFLATED_BYTES_MAX}))


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"\xc0",
        b"\x91\xa1a",
        b"\x81\x01\x01",
        b"\x91" * 100_000,
        b"\x81\xa1a" * 100_000,
        b"\xdd\xff\xff\xff\xff",
        b"\x81\xa1a\xc7\x01\x05x",
        b"\x81\xa1a\xd6\xff\x00\x00\x00\x00",
        b"\x81\xa1a\xa1\xff",
        b"\x81\xa1a\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00",
        b"\x81\xa1a\xc0\xc0",
    ],
)
def test_what_is_no_document_has_no_traceback(packed: bytes) -> None:
    try:
        file = expanded(deflated(packed), GENESIS)
    except InvalidProofFileError:
        return
    with pytest.raises(InvalidProofFileError, match="form"):
        verify_proof_file(file, GENESIS)


@pytest.mark.parametrize("data", [b"", b"\xff", b"\x00" * 20, compacted(vector("filing"))[:-1]])
def test_what_is_not_deflated_or_not_whole_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidProofFileError, match="form: expected"):
        expanded(data, GENESIS)
    with pytest.raises(InvalidProofFileError, match="and no more"):
        expanded(compacted(vector("filing")) + data + b"x", GENESIS)


@given(st.data())
def test_no_altered_byte_gives_another_proof(data: st.DataObject) -> None:
    """What comes out is the same file, or it does not verify."""
    file = vector("confirmed")
    compact = bytearray(compacted(file))
    compact[data.draw(st.integers(0, len(compact) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        found = expanded(bytes(compact), GENESIS)
        verdict = verify_proof_file(found, GENESIS)
    except (InvalidProofFileError, UndecidableProofFileError):
        return
    assert json.loads(found) == json.loads(file)
    assert verdict.outcome == "confirmed"


@given(st.binary(max_size=200))
def test_whatever_is_scanned_gets_an_answer(data: bytes) -> None:
    with pytest.raises((InvalidProofFileError, UndecidableProofFileError)):
        expanded(from_text(b"IPR1:" + data), GENESIS)


def test_a_machine_that_has_only_the_verifier_judges_a_scanned_text(tmp_path: Path) -> None:
    verifier_in(tmp_path)
    (tmp_path / "scanned.txt").write_text("\n".join(SCANNED["confirmed"]))
    assert run_there(tmp_path, snippet_of("certificates.md")) == "confirmed True\n"
