"""Statements that were altered, or that an office which lies has signed: each is found by the check that it fails."""

import pytest
from builders.cose_statements import (
    FILE,
    LEDGER,
    RECEIPT,
    TRUE,
    changed,
    file_of,
    receipt_of,
    stated,
    with_message,
)
from builders.ledgers import GENESIS, START_MS
from builders.offices import certificate_of
from cbor2 import CBORTag, dumps, loads
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crypto import cbor, cose
from ledger.block import encode_header, entry_leaf
from ledger.certified import CertifiedHeader
from ledger.proof.cose.form import (
    FILE_BYTES_MAX,
    Claims,
    Statement,
    decode_statement,
    receipt_header,
    statement_header,
)
from ledger.proof.cose.making import join_statements
from ledger.proof.cose.verifying import verify_statement
from ledger.proof.errors import InvalidProofFileError, UndecidableProofFileError
from ledger.register.outcome import Outcome


def refusal(data: bytes) -> str:
    """The check that fails, with its message."""
    with pytest.raises(InvalidProofFileError) as caught:
        verify_statement(data, GENESIS)
    assert str(caught.value).startswith(f"{caught.value.check}: ")
    return str(caught.value)


def check(data: bytes) -> str:
    return refusal(data).partition(":")[0]


def other_certificate(*offices: str, height: int = 1, **changes: bytes) -> CertifiedHeader:
    """A certificate that these offices signed; altered where it says so."""
    block_hash = LEDGER.block_hash(height)
    certificate = certificate_of(height, block_hash, *offices, network_id=GENESIS.network_id())
    header = encode_header(LEDGER.header(height))
    return replace(CertifiedHeader(header, certificate), **changes)


OTHER_LEAF = entry_leaf("AU", RECEIPT.entry, Outcome("rejected", "X", "AU.patent.2013000002"))
FORGED = entry_leaf("AU", RECEIPT.entry.replace(b"2013", b"2012"), RECEIPT.outcome)


def test_a_lie_that_an_office_signs_for_is_found_by_the_check_that_it_fails() -> None:
    two = other_certificate("AU", "EP")
    twice = other_certificate("AU", "EP")
    signatures = (*twice.certificate.signatures, twice.certificate.signatures[1])
    twice = replace(twice, certificate=replace(twice.certificate, signatures=signatures))
    foreign = changed(network_id=bytes(32))
    assert {
        "another outcome": check(stated(leaf=OTHER_LEAF)),
        "another entry": check(stated(leaf=FORGED)),
        "another subject": check(stated(changed(subject="AU.patent.2013000009"))),
        "another height": check(stated(changed(height=2))),
        "another time": check(stated(changed(time_ms=START_MS))),
        "a larger block": check(stated(changed(entry_count=4))),
        "another place": check(stated(changed(index=0))),
        "no such place": check(stated(changed(index=3))),
        "another network": check(stated(foreign)),
        "no leaf": check(stated(leaf=b"")),
        "a leaf in a longer form": check(stated(leaf=b"\xdc\x00\x03" + TRUE.leaf[1:])),
        "an entry that is no text": check(
            stated(leaf=entry_leaf("AU", b"\xff", RECEIPT.outcome))
        ),
        "the entry of an office that there is not": check(
            stated(leaf=entry_leaf("[/red]", RECEIPT.entry, RECEIPT.outcome), certified=None)
        ),
        "a time that no calendar shows": check(
            stated(changed(time_ms=253_402_300_800_000), certified=None)
        ),
        "a time of 64 bits": check(stated(changed(time_ms=2**63), certified=None)),
        "the statement of an office that did not sign it": check(stated(office="JP")),
        "the statement of an office that there is not": check(stated(office="XX")),
        "no receipt": check(stated(receipts=())),
        "one receipt twice": check(stated(receipts=TRUE.receipts * 2)),
        "the receipt of an office that there is not": check(stated(receipts=(receipt_of("XX"),))),
        "a receipt that another office signed": check(
            stated(receipts=(receipt_of("JP", signed_by="AU"),))
        ),
        "the receipt of another entry": check(
            stated(receipts=decode_statement(file_of("AU", index=0)).receipts)
        ),
        "a receipt for another leaf": check(stated(receipts=(receipt_of("AU", leaf=FORGED),))),
        "a shorter path": check(stated(receipts=(receipt_of("AU", path=()),))),
        "signatures of two": check(stated(certified=two)),
        "one signature twice": check(stated(certified=twice)),
        "the certificate of another block": check(
            stated(certified=other_certificate("AU", "EP", "JP", height=2))
        ),
        "the certificate of an office that there is not": check(
            stated(certified=other_certificate("AU", "EP", "XX"))
        ),
        "a later block that does not cover it": check(
            stated(
                certified=other_certificate("AU", "EP", "JP", height=2, later_header=encode_header(LEDGER.header(2)))
            )
        ),
    } == {
        "another outcome": "checkpoint",
        "another entry": "checkpoint",
        "another subject": "entries",
        "another height": "checkpoint",
        "another time": "checkpoint",
        "a larger block": "checkpoint",
        "another place": "checkpoint",
        "no such place": "receipts",
        "another network": "genesis",
        "no leaf": "entries",
        "a leaf in a longer form": "entries",
        "an entry that is no text": "entries",
        "the entry of an office that there is not": "entries",
        "a time that no calendar shows": "form",
        "a time of 64 bits": "form",
        "the statement of an office that did not sign it": "statement",
        "the statement of an office that there is not": "statement",
        "no receipt": "receipts",
        "one receipt twice": "receipts",
        "the receipt of an office that there is not": "receipts",
        "a receipt that another office signed": "receipts",
        "the receipt of another entry": "receipts",
        "a receipt for another leaf": "receipts",
        "a shorter path": "receipts",
        "signatures of two": "checkpoint",
        "one signature twice": "checkpoint",
        "the certificate of another block": "checkpoint",
        "the certificate of an office that there is not": "checkpoint",
        "a later block that does not cover it": "checkpoint",
    }  # fmt: skip


def test_what_has_another_form_is_refused_before_anything_is_believed() -> None:
    header, plain = statement_header("AU", TRUE.claims), receipt_header("AU", TRUE.claims)
    whole, claims = cose.decode_sign1(FILE), plain[cose.CWT_CLAIMS]
    assert isinstance(claims, dict)
    message = TRUE.receipts[0].message
    proofs = message.unprotected[cose.VERIFIABLE_DATA_PROOFS]
    assert isinstance(proofs, dict)
    (proof,) = proofs[-1]
    size, index, path = loads(proof)

    def of(**changes: object) -> str:
        altered = {
            **plain,
        }
        altered.update({int(key[1:]): value for key, value in changes.items()})  # type: ignore[misc]
        return refusal(stated(receipts=(receipt_of("AU", protected=altered),)))

    def with_proofs(*bag: cbor.CborValue) -> str:
        unprotected: dict[int | str, cbor.CborValue] = {396: {-1: list(bag)}}
        return refusal(stated(receipts=(receipt_of("AU", unprotected=unprotected),)))

    found = {
        "another tree": of(_395=2),
        "another type": of(_16="application/cose"),
        "another key id": of(_4=b"JP"),
        "a critical parameter": of(_2=[395]),
        "no claims": of(_15=None),
        "one claim more": of(_15={**claims, 6: 1}),
        "a negative height": of(_15={**claims, -70003: [-1, 0, 0, 0]}),
        "two proofs": with_proofs(proof, proof),
        "no proof": with_proofs(),
        "another size": with_proofs(dumps([size + 1, index, path])),
        "a short node": with_proofs(dumps([size, index, [path[0][:31], *path[1:]]])),
        "a node that is a number": with_proofs(dumps([size, index, [1 << 40]])),
        "no bytes": with_proofs(1 << 40),
        "trailing bytes": with_proofs(proof + b"\0"),
        "a statement for a receipt": refusal(stated(receipts=(with_message(TRUE.message),))),
        "a receipt for a statement": refusal(cose.encode_sign1(message)),
        "an attached root": refusal(
            stated(receipts=(with_message(message._replace(payload=bytes(32))),))
        ),
        "more beside the proof": refusal(
            stated(receipts=(with_message(message._replace(unprotected={**message.unprotected, 33: b""})),))
        ),
        "more beside the receipts": refusal(
            cose.encode_sign1(whole._replace(unprotected={**whole.unprotected, 5: 1}))
        ),
        "a detached entry": refusal(cose.encode_sign1(whole._replace(payload=None))),
        "more in the statement's header": refusal(stated(protected={**header, "more": 1})),
    }  # fmt: skip
    assert {name: text.partition(":")[0] for name, text in found.items()} == dict.fromkeys(
        found, "form"
    )


@pytest.mark.parametrize(
    "header",
    [
        {**receipt_header("AU", TRUE.claims), cose.ALGORITHM: -7},
        {**receipt_header("AU", TRUE.claims), cose.ALGORITHM: -49},
        receipt_header("AU", TRUE.claims)
        | {cose.CWT_CLAIMS: {**loads(TRUE.message.protected)[15], -70001: 2}},
    ],
)
def test_a_file_that_is_too_new_is_undecided(header: dict[int | str, cbor.CborValue]) -> None:
    with pytest.raises(UndecidableProofFileError, match="version: receipt: expected"):
        verify_statement(stated(receipts=(receipt_of("AU", protected=header),)), GENESIS)


def test_signatures_under_the_later_name_of_the_algorithm_are_read() -> None:
    # RFC 9864, 2.2: -19 is Ed25519. No receipt carries it yet; one that does is none the worse.
    later = receipt_of("AU", protected=receipt_header("AU", TRUE.claims, cose.ED25519))
    assert verify_statement(stated(receipts=(later,)), GENESIS) == verify_statement(FILE, GENESIS)


def test_the_order_of_a_map_is_free() -> None:
    tag = loads(FILE)
    protected, unprotected, payload, signature = tag.value
    turned = dict(reversed(unprotected.items()))
    assert list(turned) != list(unprotected)
    other = dumps(CBORTag(18, [protected, turned, payload, signature]))
    assert other != FILE
    assert verify_statement(other, GENESIS) == verify_statement(FILE, GENESIS)


def test_a_file_of_another_network_proves_nothing_here() -> None:
    with pytest.raises(InvalidProofFileError, match="genesis: expected network"):
        verify_statement(FILE, replace(GENESIS, network_name="another"))


# -- damage --------------------------------------------------------------------------------------


def test_no_altered_byte_is_accepted() -> None:
    joined = join_statements([FILE, file_of("JP")], GENESIS)
    for place in range(len(joined)):
        altered = bytearray(joined)
        altered[place] ^= 1
        with pytest.raises((InvalidProofFileError, UndecidableProofFileError)):
            verify_statement(bytes(altered), GENESIS)


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_any_altered_byte_is_found(place: int, change: int) -> None:
    altered = bytearray(FILE)
    altered[place] ^= change
    with pytest.raises((InvalidProofFileError, UndecidableProofFileError)):
        verify_statement(bytes(altered), GENESIS)


@given(st.integers(0, len(FILE) - 1))
def test_a_truncated_file_is_damaged(length: int) -> None:
    assert refusal(FILE[:length]).startswith("form: ")


@given(st.binary(max_size=200).map(b"\xd2".__add__) | st.binary(max_size=200))
def test_what_is_no_statement_is_said_to_be_none(data: bytes) -> None:
    assert refusal(data).startswith("form: ")


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    assert refusal(b"\xd2" * (FILE_BYTES_MAX + 1)).startswith("form: expected at most")
    assert check(FILE + b"\0") == "form"


PLACES = [(1, 0), (1, 1), (1, 2), (2, 0), (3, 0), (4, 0), (5, 0)]
OTHERS = [decode_statement(file_of("AU", *place)) for place in PLACES]


@given(st.data())
def test_no_mixture_of_true_files_is_true_though_an_office_signs_for_it(
    data: st.DataObject,
) -> None:
    def drawn() -> Statement:
        return data.draw(st.sampled_from(OTHERS))

    claims = replace(
        drawn().claims,
        **{name: getattr(drawn().claims, name) for name in Claims.__struct_fields__},
    )
    leaf, path, certified = drawn().leaf, drawn().receipts[0].path, drawn().certified
    receipt = receipt_of("AU", claims, leaf=leaf, path=path)
    lie = stated(claims, leaf=leaf, receipts=(receipt,), certified=certified)
    parts = (claims, leaf, path, certified)
    if parts in [
        (each.claims, each.leaf, each.receipts[0].path, each.certified) for each in OTHERS
    ]:
        assert verify_statement(lie, GENESIS).is_certified
    else:
        with pytest.raises(InvalidProofFileError):
            verify_statement(lie, GENESIS)
