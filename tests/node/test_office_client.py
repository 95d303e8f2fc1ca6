"""What a node takes from another office's address, and what not: over real sockets, and TLS."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path

import pytest
from builders.offices import NETWORK, key_of, keyring_of
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from node.reports.desk import new_nonce, read_unix_ms
from node.reports.errors import DepositingNodeUnreachableError
from node.reports.message_signature import MessageSigner, MessageVerifier, repr_digest
from node.reports.office_client import Asked, OfficeClient

CONTENT = b"%PDF-1.7 whatever"
DIGEST = sha256(CONTENT).hexdigest()
ASKED = Asked("AU", f"AU.patent.1.AU.{DIGEST}", DIGEST, len(CONTENT), "application/pdf")
HEAD = (
    f"content-type: application/pdf\r\ncontent-length: {len(CONTENT)}\r\n"
    f"repr-digest: {repr_digest(DIGEST)}\r\n"
)


@asynccontextmanager
async def answering(answer: bytes, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A port at which every request gets these bytes, and the connection's end."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def client_of(address: str, authorities: str = "") -> AsyncIterator[OfficeClient]:
    client = OfficeClient(
        addresses={"AU": address},
        signer=MessageSigner("EP", key_of("EP"), NETWORK),
        verifier=MessageVerifier(keyring_of()),
        read_unix_ms=read_unix_ms,
        new_nonce=new_nonce,
        certificate_authorities=authorities,
    )
    try:
        yield client
    finally:
        await client.close()


async def asked_at(address: str, authorities: str = "") -> str:
    """What the client says of an address that gives no document."""
    async with client_of(address, authorities) as client:
        with pytest.raises(DepositingNodeUnreachableError) as refusal:
            async with client.document(ASKED, 0, 1):
                pass
    return str(refusal.value)


UNSIGNED = b'{"reasonCode":"","detail":"expected a signature: look at clocks."}'


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (f"HTTP/1.1 200 OK\r\n{HEAD}\r\n".encode() + CONTENT, "not signed by it"),
        (
            b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
            "302",
        ),
        (b"HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\n{}", "not signed by it"),
        (
            b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 66\r\n\r\n%s" % UNSIGNED,
            "unsigned, and so from anybody, it says: expected a signature: look at clocks.",
        ),
        (b"HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\noops", "not signed by it"),
        (b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n", "502"),
        (b"HTTP/1.1 403 F\r\ncontent-length: 99999\r\n\r\n" + b" " * 99_999, "too long"),
        (b"SSH-2.0-OpenSSH\r\n", "not reachable, try again"),
        (b"", "not reachable, try again"),
    ],
)
async def test_only_an_answer_that_the_office_signed_counts(answer: bytes, told: str) -> None:
    async with answering(answer) as port:
        assert told in await asked_at(f"http://127.0.0.1:{port}")


async def test_an_office_without_an_address_or_behind_a_closed_port_is_not_reachable() -> None:
    assert "not reachable, try again" in await asked_at("http://127.0.0.1:1")
    async with client_of("http://127.0.0.1:1") as client:
        with pytest.raises(DepositingNodeUnreachableError, match=r"documents\.peers\.JP"):
            async with client.document(ASKED._replace(office="JP"), 0, 1):
                pass


def certificate(folder: Path) -> tuple[ssl.SSLContext, str]:
    """A server's context with a certificate of its own making, and the file that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "node of AU")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    pem = made.public_bytes(Encoding.PEM)
    (folder / "server.pem").write_bytes(
        pem + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    (folder / "authorities.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context, str(folder / "authorities.pem")


async def test_the_certificate_of_the_address_is_verified(tmp_path: Path) -> None:
    context, authorities = certificate(tmp_path)
    answer = f"HTTP/1.1 200 OK\r\n{HEAD}\r\n".encode() + CONTENT
    async with answering(answer, context) as port:
        address = f"https://127.0.0.1:{port}"
        assert "certificate verify failed" in (await asked_at(address)).lower()
        assert "not signed by it" in await asked_at(address, authorities)
        assert (
            "certificate verify failed"
            in (await asked_at(f"https://localhost:{port}", authorities)).lower()
        )
