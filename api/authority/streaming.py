"""An authority file on its way out of a node, a part at a time, and the definitions of those that were made last."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final, NamedTuple

import msgspec

from api.authority.definition import AuthorityDefinition, MediaType, signed_digest
from api.authority.entries import read_part
from api.authority.writing import AuthorityFileWriter
from crypto import base64url
from ledger.proof.document import OfficeSignature
from node.remembered import Remembered
from node.service import RegisterService

ENTRIES_AT_ONCE: Final = 200
"""Filings looked at before others get their turn: some milliseconds."""
DEFINITIONS_KEPT: Final = 64


class AuthorityQuestion(NamedTuple):
    """Which authority file is meant; the same for ever, for the register at a height does not change."""

    office: str
    """The register's code."""
    height: int
    media_type: MediaType


class AuthorityFiles:
    """The authority files of one node."""

    def __init__(self, service: RegisterService) -> None:
        self._service = service
        self._definitions: Remembered[AuthorityQuestion, AuthorityDefinition] = Remembered(
            DEFINITIONS_KEPT
        )

    async def pieces(self, asked: AuthorityQuestion) -> AsyncIterator[bytes]:
        """The file, in pieces; its definition is remembered when the last one was taken."""
        reader = self._service.reader_at(asked.height)
        writer = AuthorityFileWriter(reader, asked.office, asked.media_type)
        yield writer.head()
        after: bytes | None = b""
        while after is not None:
            today = self._service.reader
            part = read_part(reader, today, asked.office, after, ENTRIES_AT_ONCE)
            if part.entries:
                yield writer.part(part.entries)
            await asyncio.sleep(0)
            after = part.last_key
        yield writer.tail()
        if self._definitions.get(asked) is None:
            self._definitions.put(asked, (self._signed(writer.definition()),))

    async def definition(self, asked: AuthorityQuestion) -> AuthorityDefinition:
        """The signed definition of the file; where it was not made lately, it is made for this."""
        known = self._definitions.get(asked)
        if known is None:
            async for _ in self.pieces(asked):
                pass
            known = self._definitions.get(asked)
        assert known is not None, "a file that was made to its end has its definition"
        return known[0]

    def _signed(self, definition: AuthorityDefinition) -> AuthorityDefinition:
        signature = self._service.sign_authority_file(signed_digest(definition))
        attestation = OfficeSignature(
            ip_office_code=self._service.office, signature=base64url.encode(signature)
        )
        return msgspec.structs.replace(definition, attestation=attestation)
