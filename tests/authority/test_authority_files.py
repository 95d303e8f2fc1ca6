"""Authority files after WIPO ST.37: every number, its exception code, what is covered, and who signed for it."""

import asyncio
import csv
import io
import json
from datetime import date
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from builders.drawn_blocks import SEALS, append, sealed
from builders.ledgers import GENESIS, opened
from builders.office_api import OfficeApi, api_of, served, service_of
from builders.offices import FOUR, key_of
from builders.vectors import DIRECTORY
from lxml import etree

from api.authority.coverage import (
    AuthorityCoverage,
    DeclaredCoverage,
    ExceptionCoverage,
    RightCoverage,
)
from api.authority.definition import (
    AuthorityDefinition,
    AuthorityFileError,
    MediaType,
    decode_definition,
    encode_definition,
    expect_same_file,
    signed_digest,
    verify_definition,
)
from api.authority.entries import read_part
from api.authority.writing import AuthorityFileWriter
from api.export_places import EXPORTS_MAX
from crypto import base64url
from crypto.signing import bound_message
from ledger.ledger import Ledger
from ledger.proof.document import OfficeSignature
from ledger.register.entries import (
    Coverage,
    Event,
    EventKind,
    Filing,
    FilingReference,
    Right,
)
from ledger.register.reader import RegisterReader
from node.cli import run

NETWORK = GENESIS.network_id()
SCHEMA = Path(__file__).parents[2] / "docs" / "authority-file.xsd"


def filing(number: str, right: Right = "patent", filed: date = date(2013, 3, 12)) -> Filing:
    return Filing(right=right, application_number_text=number, filing_date=filed)


def event(number: str, category: EventKind, on: date = date(2014, 9, 18)) -> Event:
    reference = FilingReference(right="patent", application_number_text=number)
    return Event(filing=reference, event_category=category, event_date=on)


def register() -> Ledger:
    """AU: six patents with all that can become of them, a mark, a sealed filing; EP: one patent."""
    ledger = opened()
    numbers = [f"201328726{last}" for last in range(6)]
    append(ledger, ("AU", [*map(filing, numbers), filing("1612345", "trademark")]))
    append(ledger, ("EP", [filing("13150001.5")]))
    append(
        ledger,
        (
            "AU",
            [
                event(numbers[0], "published"),
                event(numbers[1], "withdrawn"),
                event(numbers[2], "published", date(2014, 9, 25)),
                event(numbers[2], "withdrawn"),
                event(numbers[3], "lapsed"),
                event(numbers[3], "revived"),
                event(numbers[4], "granted", date(2016, 1, 7)),
                event(numbers[4], "published", date(2014, 9, 18)),
                sealed(SEALS[0]),
                Coverage(right="patent", from_date=date(2013, 1, 1), until_date=date(2013, 12, 31)),
            ],
        ),
    )
    return ledger


def written(
    reader: RegisterReader,
    media_type: MediaType,
    *,
    today: RegisterReader | None = None,
    at_once: int = 2,
) -> tuple[bytes, AuthorityDefinition]:
    writer = AuthorityFileWriter(reader, "AU", media_type)
    pieces = [writer.head()]
    after: bytes | None = b""
    while after is not None:
        part = read_part(reader, today or reader, "AU", after, at_once)
        pieces.append(writer.part(part.entries))
        after = part.last_key
    pieces.append(writer.tail())
    return b"".join(pieces), writer.definition()


EXPECTED = [
    ("2013287260", "patent", "2013-03-12", "2014-09-18", ""),
    ("2013287261", "patent", "2013-03-12", "", "W"),
    ("2013287262", "patent", "2013-03-12", "2014-09-25", ""),
    ("2013287263", "patent", "2013-03-12", "", ""),
    ("2013287264", "patent", "2013-03-12", "2014-09-18", ""),
    ("2013287265", "patent", "2013-03-12", "", ""),
    ("1612345", "trademark", "2013-03-12", "", ""),
]
"""Number, right, dates and exception code: withdrawn after publication is none, revived is none."""
COVERAGE = AuthorityCoverage(
    entry_count=7,
    right_bag=(
        RightCoverage(
            right="patent",
            entry_count=6,
            earliest_filing_date=date(2013, 3, 12),
            latest_filing_date=date(2013, 3, 12),
        ),
        RightCoverage(
            right="trademark",
            entry_count=1,
            earliest_filing_date=date(2013, 3, 12),
            latest_filing_date=date(2013, 3, 12),
        ),
    ),
    exception_bag=(ExceptionCoverage(exception_code="W", entry_count=1),),
    sealed_count=1,
    declared_bag=(
        DeclaredCoverage(right="patent", from_date=date(2013, 1, 1), until_date=date(2013, 12, 31)),
    ),
)


def test_csv_has_every_number_once_with_dates_and_exception_code() -> None:
    content, definition = written(register().reader, "text/csv")
    header, *rows = csv.reader(io.StringIO(content.decode()))
    assert ",".join(header) == (
        "ipOfficeCode,applicationNumberText,right,filingDate,publicationDate,exceptionCode"
    )
    assert [tuple(row) for row in rows] == [("AU", *entry) for entry in EXPECTED]
    assert definition.coverage == COVERAGE


def test_xml_says_the_same_and_what_it_covers() -> None:
    ledger = register()
    content, definition = written(ledger.reader, "application/xml")
    root = etree.fromstring(content)
    names = ("ApplicationNumberText", "Right", "FilingDate", "PublicationDate", "ExceptionCode")
    found = [
        tuple(entry.findtext(f"{{*}}{name}") or "" for name in names)
        for entry in root.iter("{*}AuthorityFileEntry")
    ]
    assert found == EXPECTED
    assert definition.coverage == COVERAGE
    assert (root.get("updateCategory"), root.get("contentCategory")) == ("Full", "Complete")
    assert (root.get("registerHeight"), root.get("ipOfficeCode")) == ("3", "AU")
    coverage = root.find("{*}DataCoverage")
    assert coverage is not None
    assert (coverage.get("entryCount"), coverage.get("sealedCount")) == ("7", "1")
    assert [each.get("entryCount") for each in coverage.iter("{*}RightCoverage")] == ["6", "1"]


@pytest.mark.parametrize("height", [0, 1, 3])
def test_xml_is_valid_by_its_schema(height: int) -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    content, _ = written(register().reader_at(height), "application/xml")
    schema.assertValid(etree.fromstring(content))


@pytest.mark.parametrize("media_type", ["application/xml", "text/csv"])
def test_a_file_of_an_earlier_height_is_the_one_that_was_made_then(media_type: MediaType) -> None:
    ledger = opened()
    append(ledger, ("AU", [filing("2013287263")]))
    then = written(ledger.reader, media_type)
    append(ledger, ("AU", [filing("2013287262"), event("2013287263", "withdrawn")]))
    for at_once in (1, 5):
        again = written(ledger.reader_at(1), media_type, today=ledger.reader, at_once=at_once)
        assert again == then
    assert written(ledger.reader, media_type) != then


def test_a_part_looks_at_no_more_filings_than_it_may_however_few_were_there_then() -> None:
    """At an early height most filings of today are passed over: no part may take the time of all."""
    ledger = opened()
    append(ledger, ("AU", [filing("2013287269")]))
    append(ledger, ("AU", [filing(f"201328726{last}") for last in range(9)]))
    then, sizes = ledger.reader_at(1), list[int]()
    after: bytes | None = b""
    while after is not None:
        part = read_part(then, ledger.reader, "AU", after, 4)
        sizes.append(len(part.entries))
        after = part.last_key
    assert sizes == [0, 0, 1, 0]


def test_a_number_that_begins_like_a_formula_is_none() -> None:
    ledger = opened()
    append(ledger, ("AU", [filing('=1+1&"2013')]))
    (_, row) = csv.reader(io.StringIO(written(ledger.reader, "text/csv")[0].decode()))
    assert not row[1].startswith("=")
    root = etree.fromstring(written(ledger.reader, "application/xml")[0])
    assert root.findtext(".//{*}ApplicationNumberText") == '=1+1&"2013'


def signed(definition: AuthorityDefinition, office: str = "AU") -> AuthorityDefinition:
    message = bound_message("authority-file", NETWORK, signed_digest(definition))
    signature = base64url.encode(key_of(office).sign(message))
    attestation = OfficeSignature(ip_office_code=office, signature=signature)
    return msgspec.structs.replace(definition, attestation=attestation)


def test_a_definition_names_the_office_that_signed_it_and_its_file() -> None:
    content, definition = written(register().reader, "text/csv")
    again = decode_definition(encode_definition(signed(definition)))
    assert verify_definition(again, GENESIS.keyring()) == "AU"
    expect_same_file(again, sha256(content).hexdigest(), len(content))
    changed = content.replace(b"2013287261", b"2013287267")
    with pytest.raises(AuthorityFileError, match="SHA-256"):
        expect_same_file(again, sha256(changed).hexdigest(), len(changed))
    with pytest.raises(AuthorityFileError, match="bytes"):
        expect_same_file(again, again.digest, len(content) - 1)


@pytest.mark.parametrize(
    ("media_type", "suffix"), [("application/xml", "xml"), ("text/csv", "csv")]
)
def test_the_bytes_of_a_file_and_of_its_definition_are_the_known_ones(
    media_type: MediaType, suffix: str
) -> None:
    content, definition = written(register().reader, media_type)
    assert content == (DIRECTORY / f"authority_file.{suffix}").read_bytes()
    known = (DIRECTORY / f"authority_file_{suffix}_definition.json").read_bytes()
    assert encode_definition(signed(definition)) == known.rstrip(b"\n")


def test_every_change_of_a_definition_is_found() -> None:
    _, definition = written(register().reader, "text/csv")
    data = encode_definition(signed(definition))
    accepted = []
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1
        try:
            verify_definition(decode_definition(bytes(changed)), GENESIS.keyring())
        except AuthorityFileError:
            continue
        accepted.append(data[place - 20 : place + 20])
    assert accepted == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda it: b"", "expected the definition"),
        (lambda it: it[:-9], "expected the definition"),
        (lambda it: it.replace(b'"height"', b'"hight"'), "hight"),
        (lambda it: it.replace(b'{"att', b'{"height":3,"att', 1), "height"),
        (lambda it: b"[" * 100_000, "expected the definition"),
        (lambda it: it.ljust(2_000_000), "expected at most"),
    ],
)
def test_what_is_no_definition_is_refused_with_a_reason(change: object, told: str) -> None:
    _, definition = written(register().reader, "text/csv")
    assert callable(change)
    with pytest.raises(AuthorityFileError, match=told):
        decode_definition(change(encode_definition(signed(definition))))


def test_a_definition_of_another_network_or_unsigned_or_of_a_stranger_is_refused() -> None:
    _, definition = written(register().reader, "text/csv")
    keyring = GENESIS.keyring()
    with pytest.raises(AuthorityFileError, match="got nothing"):
        verify_definition(definition, keyring)
    foreign = msgspec.structs.replace(definition, network_id="0" * 64)
    with pytest.raises(AuthorityFileError, match="expected network"):
        verify_definition(signed(foreign), keyring)
    with pytest.raises(AuthorityFileError, match="not of this network"):
        verify_definition(signed(definition, "KR"), keyring)
    own = signed(definition)
    assert own.attestation is not None
    other = msgspec.structs.replace(own.attestation, ip_office_code="EP")
    with pytest.raises(AuthorityFileError, match="does not answer"):
        verify_definition(msgspec.structs.replace(own, attestation=other), keyring)


class Asked:
    """The commands, asked of a node of AU behind a real socket."""

    def __init__(self, office: OfficeApi, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.office = office
        self._capsys = capsys
        self._token = folder / "examiner.token"
        self._token.write_text(office.tokens["examiner"])
        self._genesis = folder / "genesis.json"
        self._genesis.write_bytes(msgspec.json.encode(office.service.genesis))

    async def export(self, *words: str | Path) -> tuple[int, dict[str, object]]:
        async with served(self.office) as url:
            place: list[str | Path] = ["--url", url, "--token-file", self._token]
            return await self._run("export", "authority-file", *words, *place)

    async def check(self, *words: str | Path) -> tuple[int, dict[str, object]]:
        trust: list[str | Path] = ["--trust", self._genesis]
        return await self._run("export", "check-authority-file", *words, *trust)

    async def _run(self, *words: str | Path) -> tuple[int, dict[str, object]]:
        code = await asyncio.to_thread(run, [*map(str, words), "--json"])
        document: dict[str, object] = json.loads(self._capsys.readouterr().out)
        return code, document


async def test_the_command_writes_a_file_that_can_be_checked_anywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with service_of(*FOUR, ledger=register()) as service, api_of(service, tmp_path) as office:
        asked = Asked(office, tmp_path, capsys)
        # The service of these tests signs with a key of its own for AU.
        service._signing_key = key_of("AU")
        for form, last in (("csv", b"AU,1612345,trademark"), ("xml", b"</AuthorityFile>")):
            file = tmp_path / f"au.{form}"
            code, document = await asked.export("--office", "AU", "--format", form, "-o", file)
            assert code == 0, document
            assert last in file.read_bytes()
            code, checked = await asked.check(file)
            assert (code, checked["signedBy"]) == (0, "AU")
            assert msgspec.convert(checked["coverage"], AuthorityCoverage) == COVERAGE
        assert (await asked.export("--office", "AU", "-o", file))[0] == 5
        file.write_bytes(file.read_bytes().replace(b"2013287261", b"2013287267"))
        code, refused = await asked.check(file)
        assert (code, str(file) in str(refused["error"])) == (1, True)
        definition = tmp_path / "au.xml.definition.json"
        definition.write_bytes(definition.read_bytes().replace(b'"version":1', b'"version":2'))
        code, newer = await asked.check(file)
        assert (code, "expected version 1, got 2" in str(newer["error"])) == (3, True)
        definition.unlink()
        code, missing = await asked.check(file)
        assert (code, "--definition" in str(missing["hint"])) == (2, True)


async def test_of_another_office_and_an_earlier_height_the_asked_node_signs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with service_of(*FOUR, ledger=register()) as service, api_of(service, tmp_path) as office:
        service._signing_key = key_of("AU")
        asked = Asked(office, tmp_path, capsys)
        file = tmp_path / "ep.csv"
        words = ("--office", "EP", "--format", "csv", "-o", file)
        assert (await asked.export(*words, "--as-of", "1"))[0] == 0
        assert len(file.read_text().splitlines()) == 1
        assert (await asked.export(*words, "--force"))[0] == 0
        assert "13150001.5" in file.read_text()
        _, checked = await asked.check(file)
        assert (checked["signedBy"], checked["ipOfficeCode"]) == ("AU", "EP")
        for wrong, code in ((("--office", "QQ"), 2), (("--office", "EP", "--as-of", "9"), 2)):
            other = tmp_path / "other.csv"
            assert (await asked.export(*wrong, "-o", other))[0] == code
            assert not other.exists()


async def test_the_definition_is_the_same_whether_or_not_the_file_was_asked_for(
    tmp_path: Path,
) -> None:
    async with service_of(*FOUR, ledger=register()) as service, api_of(service, tmp_path) as office:
        path = "/offices/AU/authority-file"
        before = await office.examiner.get(f"{path}/definition?mediaType=text/csv")
        answer = await office.examiner.get(path, headers={"Accept": "text/csv"})
        after = await office.examiner.get(f"{path}/definition?mediaType=text/csv&asOf=3")
        assert before.content == after.content
        definition = decode_definition(before.content)
        assert definition.digest == sha256(answer.content).hexdigest()
        assert answer.headers["Register-Height"] == "3"
        assert (await office.stranger.get(path)).status_code == 401
        assert (await office.examiner.get(path, headers={"Accept": "image/png"})).status_code == 406
        assert (await office.examiner.get("/offices/QQ/authority-file")).status_code == 404


async def test_more_files_at_a_time_than_there_are_places_are_refused(tmp_path: Path) -> None:
    async with service_of(*FOUR, ledger=register()) as service, api_of(service, tmp_path) as office:
        path = "/offices/AU/authority-file"
        places = office.app.state.authority_places
        for number in range(EXPORTS_MAX):
            places.take(f"token {number}")
        refused = await office.examiner.get(path)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
        assert (await office.examiner.get(f"{path}/definition")).status_code == 503
        assert office.app.state.exports is not places, "an auditor's export is not kept waiting"
        places.leave("token 0")
        for _ in range(3):
            assert (await office.examiner.get(path)).status_code == 200
