"""`ipregister proof keys`: the offices' public keys in the forms that other programs read."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.output import ExitCode, fail
from node.cli.output_files import ForceOption, expect_free, written_whole
from node.cli.receipts import TrustOption, read_trusted

if TYPE_CHECKING:
    from ledger.genesis import GenesisOffice


class KeyForm(StrEnum):
    """How keys are written."""

    JWK = "jwk"
    COSE = "cose"
    PEM = "pem"


def keys(
    *,
    trust: TrustOption,
    form: Annotated[
        KeyForm,
        typer.Option(
            help="jwk: a JWK set; cose: a COSE key set, binary; pem: one block an office."
        ),
    ] = KeyForm.JWK,
    office: Annotated[
        str | None, typer.Option(help="Of this office only.", show_default="all")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file.", show_default="stdout")
    ] = None,
    force: ForceOption = False,
) -> None:
    """Write the offices' public keys, as the genesis has them, for other programs that verify their signatures."""
    expect_free("--output", output, force=force)
    genesis = read_trusted(trust)
    chosen = [each for each in genesis.offices if office is None or each.code == office.upper()]
    if not chosen:
        codes = ", ".join(each.code for each in genesis.offices)
        fail(ExitCode.USAGE, f"--office {office}: no office of this network", f"one of {codes}")
    writers = {KeyForm.JWK: _jwk_set, KeyForm.COSE: _cose_key_set, KeyForm.PEM: _pem}
    content = writers[form](chosen)
    if output is None:
        sys.stdout.buffer.write(content)
        return
    with written_whole("--output", output) as file:
        file.write(content)


def _jwk_set(offices: "list[GenesisOffice]") -> bytes:
    """RFC 7517; Ed25519 by RFC 8037."""
    import msgspec

    members = [
        {"kty": "OKP", "crv": "Ed25519", "kid": each.code, "use": "sig", "x": each.public_key}
        for each in offices
    ]
    return msgspec.json.format(msgspec.json.encode({"keys": members}), indent=2) + b"\n"


def _cose_key_set(offices: "list[GenesisOffice]") -> bytes:
    """RFC 9052, section 7; Ed25519 by RFC 9053, 7.2: 1 key type OKP, 2 kid, -1 curve Ed25519, -2 x."""
    from crypto import base64url, cbor

    return cbor.encode(
        [
            {1: 1, 2: each.code.encode(), -1: 6, -2: base64url.decode(each.public_key)}
            for each in offices
        ]
    )


def _pem(offices: "list[GenesisOffice]") -> bytes:
    """RFC 7468, with the office's code as explanatory text above each key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    from crypto import base64url

    blocks = []
    for each in offices:
        key = Ed25519PublicKey.from_public_bytes(base64url.decode(each.public_key))
        written = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        blocks.append(each.code.encode() + b"\n" + written)
    return b"".join(blocks)
