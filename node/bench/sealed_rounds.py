"""Sealed filings and sealed claims next to open ones: in bulk as signed submissions, and singly as a clerk's."""

import secrets
from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from crypto.access_code import ACCESS_CODE_SIZE, AccessCode
from crypto.seal import PRIORITY, Seal, seal
from ledger.register.entries import Entry, Filing, PriorityClaim, SealedFiling
from ledger.register.numbers import normalise
from node.bench.filings import FILED, entry, filing
from node.bench.load import LoadError, Stream, encode_request
from node.bench.network_rounds import NetworkRounds, port_of
from node.bench.peer_rounds import latencies
from node.bench.rounds import Report, Sample, repeat
from node.bench.signed import MEDIA_TYPE, network_of, signed_entries, signed_requests
from node.bench.sizes import Sizes
from node.client import Document
from node.local import LocalNetwork, LocalNode

FIRST_OFFICE = "AU"
"""Whose filings are claimed."""
SECOND_OFFICES = ("EP", "JP", "US")
SEALED_FILINGS = "/api/v1/sealed-filings"
FILINGS = "/api/v1/filings"
CLAIMED_SINGLY = 20
"""First filings that single second filings claim by turns."""

Make = Callable[[str, list[str]], list[Entry]]
"""The entries of an office with these numbers."""


class SealedRounds(NetworkRounds):
    """Bulk rounds of three offices that claim what the fourth has filed, and single filings at one of them."""

    def __init__(self, network: LocalNetwork, sizes: Sizes, report: Report) -> None:
        super().__init__(network, sizes, report)
        self._network_id = network_of(self.nodes[0])
        each = sizes.sealed // len(SECOND_OFFICES) // sizes.batch * sizes.batch
        self._each = max(each, sizes.batch)
        self._open_first: list[Filing] = []
        self._sealed_first: list[Seal] = []

    def measure(self) -> None:
        """Run all kinds of work and take their figures into the report.

        Raises:
            LoadError: an entry was refused, or is not at every node.
        """
        self._file_first()
        rounds, batch = self.sizes.rounds, self.sizes.batch
        for what, make in (
            ("open filings", self._open),
            ("sealed filings", self._sealed),
            ("open filings with a claim", self._open_claims),
            ("sealed filings with a sealed claim", self._sealed_claims),
        ):
            self._expect_accepted(make)
            self.add(f"bulk of {batch:,}, {what}", repeat(rounds, partial(self._bulk, make)))
        connections = self.sizes.single_connections
        codes = self._codes()
        for what, encode in (
            ("open", self._open_request),
            ("sealed", partial(self._sealed_request, ())),
            ("sealed with a sealed claim", partial(self._sealed_request, codes)),
        ):
            sample = partial(self._singles, encode)
            self.add(f"single, {connections} connections, {what}", repeat(rounds, sample))
        self.compare_files()

    def _file_first(self) -> None:
        """Register what is claimed: as many open and sealed first filings as one office claims in a round."""
        node = self.network.nodes[FIRST_OFFICE]
        self._open_first = [entry(n) for n in self.numbers.take(FIRST_OFFICE, self._each)]
        self._sealed_first = [
            self._seal(FIRST_OFFICE, number)
            for number in self.numbers.take(FIRST_OFFICE, self._each)
        ]
        entries: list[Entry] = [*self._open_first, *map(_sealed_filing, self._sealed_first)]
        self._bring_bulk({node.office: entries})

    def _bulk(self, make: Make, _: int) -> Sample:
        entries = {
            office: make(office, self.numbers.take(office, self._each)) for office in SECOND_OFFICES
        }
        return self._bring_bulk(entries)

    def _bring_bulk(self, entries: dict[str, list[Entry]]) -> Sample:
        size = self.sizes.batch
        connections = max(1, self.sizes.bulk_connections // len(entries))
        streams = [
            Stream(
                port=port_of(self.network.nodes[office]),
                connections=connections,
                requests=tuple(signed_requests(self.network.nodes[office], of_office, size)),
            )
            for office, of_office in entries.items()
        ]
        return self.measured(streams, sum(map(len, entries.values())), self.nodes)

    def _expect_accepted(self, make: Make) -> None:
        """Return when every entry of such a submission is accepted: a refused one would be quick.

        Raises:
            LoadError: one is not.
        """
        node = self.network.nodes[SECOND_OFFICES[0]]
        entries = make(node.office, self.numbers.take(node.office, self.sizes.batch))
        with node.client() as client:
            results = client.post("/submissions", signed_entries(node, entries), MEDIA_TYPE)[
                "results"
            ]
        refused = [result for result in results if result[0] != "accepted"]
        if refused:
            raise LoadError(f"expected {len(entries)} entries to be accepted, got {refused[0]}")
        self.registered += len(entries)

    # -- what is registered ----------------------------------------------------------------------

    def _open(self, _office: str, numbers: list[str]) -> list[Entry]:
        return [entry(number) for number in numbers]

    def _sealed(self, office: str, numbers: list[str]) -> list[Entry]:
        return [_sealed_filing(self._seal(office, number)) for number in numbers]

    def _open_claims(self, _office: str, numbers: list[str]) -> list[Entry]:
        return [
            msgspec.structs.replace(
                entry(number),
                priority_claim_bag=(
                    PriorityClaim(
                        ip_office_code=FIRST_OFFICE,
                        application_number_text=first.application_number_text,
                        filing_date=first.filing_date,
                    ),
                ),
            )
            for number, first in zip(numbers, self._open_first, strict=False)
        ]

    def _sealed_claims(self, office: str, numbers: list[str]) -> list[Entry]:
        return [
            _sealed_filing(later, first)
            for number, first in zip(numbers, self._sealed_first, strict=False)
            for later in (self._seal(office, number),)
        ]

    def _seal(self, office: str, number: str) -> Seal:
        filed = entry(number).filing_date
        read = normalise(office, "patent", number, filed)
        code = AccessCode(secrets.token_bytes(ACCESS_CODE_SIZE))
        return seal(self._network_id, office, read.right, read.match_key, filed, code=code)

    # -- one at a time ---------------------------------------------------------------------------

    def _codes(self) -> Sequence[Document]:
        """Claims to sealed filings of the first office, with the codes that its node has printed."""
        claims = []
        with self.network.nodes[FIRST_OFFICE].client() as client:
            for number in self.numbers.take(FIRST_OFFICE, CLAIMED_SINGLY):
                receipt = client.post("/sealed-filings", filing(number))
                code = {"ipOfficeCode": FIRST_OFFICE, "accessCode": receipt["accessCode"]}
                claims.append({"applicationNumberText": number, "filingDate": FILED, **code})
        self.registered += len(claims)
        return claims

    def _open_request(self, node: LocalNode, number: str, _: int) -> bytes:
        return encode_request(FILINGS, msgspec.json.encode(filing(number)), token=node.token)

    def _sealed_request(
        self, claims: Sequence[Document], node: LocalNode, number: str, place: int
    ) -> bytes:
        body: Document = {**filing(number)}
        if claims:
            body["priorityClaimBag"] = [claims[place % len(claims)]]
        return encode_request(SEALED_FILINGS, msgspec.json.encode(body), token=node.token)

    def _singles(self, encode: Callable[[LocalNode, str, int], bytes], _: int) -> Sample:
        node, amount = self.nodes[1], self.sizes.sealed_singles  # not the primary of the first view
        requests = tuple(
            encode(node, number, place)
            for place, number in enumerate(self.numbers.take(node.office, amount))
        )
        connections = self.sizes.single_connections
        stream = Stream(port=port_of(node), connections=connections, requests=requests)
        load = self.bring([stream], amount, self.nodes)
        return Sample({("filings", "1/s"): load.requests_per_second, **latencies(load)})


def _sealed_filing(sealed: Seal, first: Seal | None = None) -> SealedFiling:
    """The entry of a sealed filing, with a sealed claim to the first one if there is one."""
    claims: tuple[PriorityClaim, ...] = ()
    if first is not None:
        later = f"{sealed.office}.sealed.{sealed.claim_key}"
        proof = first.prove(PRIORITY, later)
        claims = (
            PriorityClaim(ip_office_code=first.office, claim_key=first.claim_key, proof=proof),
        )
    return SealedFiling(
        claim_key=sealed.claim_key, commitment=sealed.commitment, priority_claim_bag=claims
    )
