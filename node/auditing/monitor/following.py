"""Following the blocks of one office: each is fetched, and held against the own copy, or added to it."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final, TypeVar

from crypto.certificate import CheckpointCertificate
from ledger.block import Block
from ledger.errors import CorruptIndexError, CorruptLedgerError
from ledger.ledger import Ledger
from node.auditing.monitor.alarms import Fault
from node.auditing.monitor.answers import NoAnswerError, OfficeAnswers
from node.auditing.monitor.checking import (
    FaultError,
    blamed_for,
    blamed_in,
    certified_hashes,
    compare_block,
    compare_certificate,
    read_block,
    read_certificate,
    take_block,
)
from node.stores import INDEX_ERRORS

TOGETHER: Final = 8
"""Blocks that are fetched at a time: with their certificates all that one office can make the monitor hold."""
AHEAD_MAX: Final = 16_384
"""Blocks in a row that may be without a certificate of their own; a node that catches up has one for every 2 MiB."""
OnFault = Callable[[Fault], None]
Answer = TypeVar("Answer")


class Follower:
    """How far the blocks of one office have been compared, and those that come next."""

    def __init__(
        self, answers: OfficeAnswers, ledger: Ledger, compared_height: int, on_fault: OnFault
    ) -> None:
        self._answers = answers
        self._ledger = ledger
        self._on_fault = on_fault
        self._ahead: dict[int, bytes] = {}
        """Hashes for which a later certificate stands, of blocks that have none of their own here."""
        self.compared_height = compared_height
        """The office's blocks up to here are those of the own copy, byte for byte."""

    async def follow(self, to: int) -> bool:
        """Check the next few blocks up to a height; whether there was any progress.

        Raises:
            NoAnswerError: the office gives one of them in no form that can be used.
        """
        first = self.compared_height + 1
        records = await self._records(range(first, min(first + TOGETHER, to + 1)))
        contents = await _in_order(map(self._answers.certificate, records))
        records = dict(itertools.islice(records.items(), len(contents)))
        certificates = self._certificates(dict(zip(records, contents, strict=True)))
        blocks = self._blocks(records)
        self._ahead |= certified_hashes(blocks, certificates)
        missing = self._first_uncertified(blocks)
        if missing is not None and to > max(records):
            await self._look_ahead(missing, to)
        self._judge(blocks, records, certificates)
        self._ahead = {h: each for h, each in self._ahead.items() if h > self.compared_height}
        return self.compared_height >= first

    async def first_difference(self, height: int) -> int | None:
        """The first height at which the office has another block, where its head of this height is another one.

        None: it is not, and the office contradicts itself.

        Raises:
            NoAnswerError: the office gives one of the blocks in no form that can be used.
        """
        low, high = 1, height
        while low < high:
            middle = (low + high) // 2
            if await self._is_same(middle):
                low = middle + 1
            else:
                high = middle
        return None if await self._is_same(low) else low

    async def tell_fork(self, height: int) -> None:
        """Raise the alarm about another block at this height, with those who signed both.

        Raises:
            NoAnswerError: the office does not give it, or its certificate.
        """
        record = await self._answers.block(height)
        content = await self._answers.certificate(height)
        blocks = self._blocks({height: record})
        certificate = self._certificates({height: content}).get(height)
        if height not in blocks:
            return
        found_hash, own_hash = blocks[height].hash, self._ledger.block_hash(height)
        self.compared_height = min(self.compared_height, height - 1)
        if found_hash == own_hash:
            found = "another one, and then this"
            self._on_fault(Fault("altered", f"block {own_hash.hex()}", found, height))
            return
        own = f"block {own_hash.hex()}, which a quorum certified"
        certified = "certified too" if certificate else "not certified"
        found = f"block {found_hash.hex()}, {certified}"
        self._on_fault(self._with_blame(Fault("fork", own, found, height), certificate))

    async def _is_same(self, height: int) -> bool:
        record = await self._answers.block(height)
        try:
            return read_block(height, record).hash == self._ledger.block_hash(height)
        except FaultError:
            return False

    async def _records(self, heights: Sequence[int]) -> dict[int, bytes]:
        """The answers for these heights, up to the first that did not come."""
        return dict(zip(heights, await _in_order(map(self._answers.block, heights)), strict=False))

    def _certificates(self, contents: dict[int, bytes | None]) -> dict[int, CheckpointCertificate]:
        """The certificates that are what they should be; alarms are raised about the others."""
        found: dict[int, CheckpointCertificate] = {}
        for height, content in contents.items():
            try:
                if content is not None:
                    found[height] = read_certificate(height, content, self._ledger.keyring)
            except FaultError as error:
                blamed = blamed_in(self._ledger, content or b"", self._answers.url)
                self._on_fault(error.fault._replace(blamed=blamed))
        return found

    def _blocks(self, records: dict[int, bytes]) -> dict[int, Block]:
        """The blocks up to the first answer that is none."""
        blocks: dict[int, Block] = {}
        for height, record in records.items():
            try:
                blocks[height] = read_block(height, record)
            except FaultError as error:
                self._on_fault(error.fault)
                break
        return blocks

    def _first_uncertified(self, blocks: dict[int, Block]) -> int | None:
        return next(
            (each for each in blocks if each > self._ledger.height and each not in self._ahead),
            None,
        )

    async def _look_ahead(self, first: int, to: int) -> None:
        """Find the next certificate, and the hashes that lead back from it: nodes that caught up lack some."""
        hashes: dict[int, tuple[bytes, bytes]] = {}
        for start in range(first, min(first + AHEAD_MAX, to + 1), TOGETHER):
            heights = range(start, min(start + TOGETHER, to + 1))
            blocks = self._blocks(await self._records(heights))
            hashes |= {h: (each.hash, each.header.previous_hash) for h, each in blocks.items()}
            contents = await _in_order(map(self._answers.certificate, blocks))
            certificates = self._certificates(dict(zip(blocks, contents, strict=False)))
            if certificates:
                self._lead_back(min(certificates.items()), hashes, first)
            if certificates or len(blocks) < len(heights):
                return

    def _lead_back(
        self,
        last: tuple[int, CheckpointCertificate],
        hashes: dict[int, tuple[bytes, bytes]],
        first: int,
    ) -> None:
        """Keep the hashes, each of which the block above names, from a certified block down to the first."""
        height, certificate = last
        expected = certificate.block_hash
        for each in range(height, first - 1, -1):
            found, before = hashes[each]
            if found != expected:
                wanted = f"block {expected.hex()}, to which a certificate leads back"
                self._on_fault(Fault("fork", wanted, f"block {found.hex()}", each))
                return
            self._ahead[each] = expected
            expected = before

    def _judge(
        self,
        blocks: dict[int, Block],
        records: dict[int, bytes],
        certificates: dict[int, CheckpointCertificate],
    ) -> None:
        """Hold the answers against the own copy, in order, up to the first that is wrong or not certified yet."""
        ledger = self._ledger
        for height, block in blocks.items():
            if height > ledger.height and height not in self._ahead:
                return
            fault = self._fault_of(block, records[height])
            if fault is not None:
                self._on_fault(self._with_blame(fault, certificates.get(height)))
                if fault.kind != "clock":
                    return
            self._attach(certificates.get(height))
            self.compared_height = height
            self._ahead.pop(height, None)

    def _fault_of(self, block: Block, record: bytes) -> Fault | None:
        """What is wrong with an answer; a new block is taken if nothing is."""
        ledger, height = self._ledger, block.header.height
        try:
            if height <= ledger.height:
                return compare_block(ledger, block, record)
            now_ms = time.time_ns() // 1_000_000
            return take_block(ledger, block, self._ahead[height], now_ms)
        except (OSError, CorruptIndexError, CorruptLedgerError, *INDEX_ERRORS):
            raise  # of the own copy
        except Exception as error:  # whatever bytes can provoke here is their sender's fault
            return Fault("altered", f"block {height}", f"{type(error).__name__}: {error}", height)

    def _with_blame(self, fault: Fault, certificate: CheckpointCertificate | None) -> Fault:
        """A fork with the offices that signed both sides, where this is the certificate of the other."""
        if fault.kind != "fork" or certificate is None or certificate.height > self._ledger.height:
            return fault
        return fault._replace(blamed=blamed_for(self._ledger, certificate, self._answers.url))

    def _attach(self, certificate: CheckpointCertificate | None) -> None:
        if certificate is None:
            return
        fault = compare_certificate(self._ledger, certificate, self._answers.url)
        if fault is not None:
            self._on_fault(fault)
        else:
            self._ledger.attach_certificate(certificate)


async def _in_order(asked: Iterable[Awaitable[Answer]]) -> list[Answer]:
    """The answers up to the first that did not come; all have ended then.

    Raises:
        NoAnswerError: that was the first of all.
    """
    answers: list[Answer] = []
    for each in await asyncio.gather(*asked, return_exceptions=True):
        if isinstance(each, BaseException):
            if not answers or not isinstance(each, NoAnswerError):
                raise each
            break
        answers.append(each)
    return answers
