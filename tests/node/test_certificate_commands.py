"""`proof certificate`, and `proof verify` of PDFs and scanned texts: what is proved is said, of bad input as well."""

import io
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builders.ledgers import GENESIS
from builders.proof_files import CODE, FILED, first, priority_of
from builders.seals import PASSPHRASE, seal_files
from msgspec.structs import replace
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from ledger.genesis import encode_genesis
from ledger.proof.compact import compacted
from ledger.proof.document import encode_proof_file
from ledger.proof.scanned_text import to_lines
from ledger.register.verification import FirstFiling
from node import pdf_reading
from node.cli import run
from node.pdf_reading import PDF_BYTES_MAX, UnreadablePdfError, attached_proof, is_pdf

Captured = pytest.CaptureFixture[str]
FILE = encode_proof_file(priority_of(first(1)))
LINES = to_lines(compacted(FILE), 950)


class Desk:
    """The command line in a folder that has the genesis and a proof file, and no node."""

    def __init__(self, folder: Path, capsys: Captured) -> None:
        self.folder = folder
        self._capsys = capsys
        self.put("genesis.json", encode_genesis(GENESIS))
        self.put("proof.json", FILE)

    def put(self, name: str, content: bytes) -> str:
        (self.folder / name).write_bytes(content)
        return str(self.folder / name)

    def run(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """The exit code and the JSON; nothing is said beside it."""
        trust = ("--trust", str(self.folder / "genesis.json"), "--json")
        code = run(["proof", *arguments, *trust])
        printed = self._capsys.readouterr()
        assert "Traceback" not in printed.err
        told: dict[str, Any] = json.loads(printed.out)
        return code, told

    def certify(self, *arguments: str, name: str = "proof.json") -> tuple[int, dict[str, Any]]:
        output = ("--output", str(self.folder / "certificate.pdf"), "--force")
        return self.run("certificate", str(self.folder / name), *output, *arguments)

    def verify(self, content: bytes, *arguments: str) -> tuple[int, dict[str, Any]]:
        return self.run("verify", self.put("given", content), *arguments)

    @property
    def pdf(self) -> bytes:
        return (self.folder / "certificate.pdf").read_bytes()


@pytest.fixture
def desk(tmp_path: Path, capsys: Captured) -> Desk:
    return Desk(tmp_path, capsys)


def test_a_certificate_proves_as_much_as_its_file(desk: Desk) -> None:
    code, told = desk.certify()
    assert (code, told["bytes"]) == (0, len(desk.pdf))
    code, told = desk.verify(desk.pdf)
    assert (code, told["outcome"], told["form"], told["pages"]) == (0, "confirmed", "pdf", "asMade")
    assert told["summary"] == "AU 2013000001 of 2013-05-06 gives priority until 2014-05-07."


@pytest.mark.parametrize("separator", ["\n", "\r\n\r\n", " ", ""])
def test_the_scanned_text_proves_as_much_as_its_file(desk: Desk, separator: str) -> None:
    code, told = desk.verify(separator.join(reversed(LINES)).encode())
    assert (code, told["outcome"], told["form"]) == (0, "confirmed", "text")
    assert "pages" not in told


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_scanned_text_is_read_as_editors_save_it(desk: Desk, encoding: str) -> None:
    assert desk.verify("\r\n".join(LINES).encode(encoding))[0] == 0


def test_what_cannot_be_set_gets_a_sentence_and_proves_no_pages(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.certify()
    made = desk.pdf
    monkeypatch.setattr("api.printing.certificate._PRINTOUT", {"no": "text"})
    code, told = desk.certify()
    assert (code, "can be set as a document" in told["error"]) == (3, True)
    code, told = desk.verify(made)
    assert (code, told["pages"]) == (0, "notProved")


def test_a_certificate_is_made_of_every_form_and_is_the_same(desk: Desk) -> None:
    desk.certify()
    made = desk.pdf
    for name, content in (("given.pdf", made), ("given.txt", "\n".join(LINES).encode())):
        desk.put(name, content)
        assert desk.certify(name=name)[0] == 0
        assert desk.pdf == made


def test_a_file_that_does_not_verify_has_no_certificate(desk: Desk) -> None:
    desk.put("false.json", FILE.replace(b'"outcome":"confirmed"', b'"outcome":"late"'))
    code, told = desk.certify(name="false.json")
    assert (code, told["check"]) == (1, "answer")
    assert not (desk.folder / "certificate.pdf").exists()


def test_nothing_is_written_over_by_a_slip(desk: Desk) -> None:
    desk.put("there.pdf", b"kept")
    there = str(desk.folder / "there.pdf")
    code, _ = desk.run("certificate", str(desk.folder / "proof.json"), "--output", there)
    assert code == 5
    assert (desk.folder / "there.pdf").read_bytes() == b"kept"


def test_a_question_with_an_access_code_needs_it(desk: Desk) -> None:
    asked = FirstFiling(
        ip_office_code="EP",
        application_number_text="13900001",
        filing_date=FILED,
        right="patent",
        access_code=CODE.printed,
    )
    desk.put("sealed.json", encode_proof_file(priority_of(asked)))
    code, told = desk.certify(name="sealed.json")
    assert (code, told["check"]) == (3, "answer")
    codes = ("--codes", desk.put("code", CODE.printed.encode()))
    assert desk.certify(*codes, name="sealed.json")[0] == 0
    code, told = desk.verify(desk.pdf)
    assert (code, told["pages"]) == (3, "notCompared")
    code, told = desk.verify(desk.pdf, *codes)
    assert (code, told["pages"]) == (0, "asMade")


def test_pages_that_were_changed_are_told_apart_from_the_proof(desk: Desk) -> None:
    desk.certify()
    writer = PdfWriter(clone_from=io.BytesIO(desk.pdf))
    writer.remove_page(2)
    changed = io.BytesIO()
    writer.write(changed)
    for content, pages in ((changed.getvalue(), "notProved"), (desk.pdf + b"\n", "appendedTo")):
        code, told = desk.verify(content)
        assert (code, told["outcome"], told["pages"]) == (0, "confirmed", pages)


def test_the_proof_of_another_claim_under_these_pages_is_what_is_proved(desk: Desk) -> None:
    """Who swaps the attachment gets its outcome, and is told not to rely on the pages."""
    desk.certify()
    writer = PdfWriter(clone_from=io.BytesIO(desk.pdf))
    writer.root_object[NameObject("/Names")] = DictionaryObject()
    writer.add_attachment("proof.json", encode_proof_file(priority_of(first(9))))
    swapped = io.BytesIO()
    writer.write(swapped)
    code, told = desk.verify(swapped.getvalue())
    assert (code, told["outcome"], told["pages"]) == (0, "noSuchFiling", "notProved")


def test_the_words_about_pages_are_plain(desk: Desk, capsys: Captured) -> None:
    desk.certify()
    given = desk.put("changed.pdf", desk.pdf + b"\n")
    assert run(["proof", "verify", given, "--trust", str(desk.folder / "genesis.json")]) == 0
    told = capsys.readouterr().out
    assert "VALID confirmed" in told
    assert "pages not proved: proved is the proof file attached to the PDF" in told


def pdf_with(change: Callable[[PdfWriter], None]) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    change(writer)
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def twice(writer: PdfWriter) -> None:
    writer.add_attachment("proof.json", FILE)
    writer.add_attachment("proof.json", FILE)


def encrypted(writer: PdfWriter) -> None:
    writer.add_attachment("proof.json", FILE)
    writer.encrypt("secret", algorithm="AES-256")


def bomb(writer: PdfWriter) -> None:
    """An attachment of 300 MB in 300 KB."""
    deflating = zlib.compressobj(9)
    data = b"".join(deflating.compress(bytes(1_000_000)) for _ in range(300)) + deflating.flush()
    writer.add_attachment("proof.json", FILE)
    attached: Any = next(iter(writer.attachment_list)).pdf_object
    stream = attached["/EF"]["/F"].get_object()
    stream._data = data
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")


def endless(writer: PdfWriter) -> None:
    """A tree of names that is its own child."""
    node = DictionaryObject()
    reference = writer._add_object(node)
    node[NameObject("/Kids")] = ArrayObject([reference, reference])
    writer.root_object[NameObject("/Names")] = DictionaryObject(
        {NameObject("/EmbeddedFiles"): reference}
    )


def two_contents(writer: PdfWriter) -> None:
    """What one viewer saves is not what another one does."""
    writer.add_attachment("proof.json", FILE)
    attached: Any = next(iter(writer.attachment_list)).pdf_object
    other = DecodedStreamObject()
    other.set_data(encode_proof_file(priority_of(first(9))))
    attached["/EF"][NameObject("/UF")] = writer._add_object(other)


def on_a_page(writer: PdfWriter) -> None:
    """A file that stands as an annotation, as viewers show it with a paper clip."""
    writer.add_attachment("proof.json", FILE)
    other = DecodedStreamObject()
    other.set_data(encode_proof_file(priority_of(first(9))))
    file = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Filespec"),
            NameObject("/F"): TextStringObject("proof.json"),
            NameObject("/EF"): DictionaryObject({NameObject("/F"): writer._add_object(other)}),
        }
    )
    annotation = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/FileAttachment"),
            NameObject("/Rect"): ArrayObject([NumberObject(at) for at in (9, 9, 29, 29)]),
            NameObject("/FS"): writer._add_object(file),
        }
    )
    annotations = ArrayObject([writer._add_object(annotation)])
    writer.pages[0][NameObject("/Annots")] = annotations


def no_stream(writer: PdfWriter) -> None:
    writer.add_attachment("proof.json", FILE)
    entry = next(iter(writer.attachment_list)).pdf_object
    entry[NameObject("/EF")] = ArrayObject([DecodedStreamObject()])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda _: None, "expected one attachment proof.json, found 0"),
        (lambda writer: writer.add_attachment("other.json", FILE), "found 0"),
        (twice, "expected one attachment proof.json, found 2"),
        (on_a_page, "expected one attachment proof.json, found 2"),
        (two_contents, "expected one content of proof.json, found 2"),
        (encrypted, "expected a PDF without a password"),
        (bomb, "expected"),
        (endless, "expected"),
        (no_stream, "expected"),
        (lambda writer: writer.add_attachment("proof.json", b"{}"), "form"),
        (lambda writer: writer.add_attachment("proof.json", b"%PDF-1.7"), "form"),
    ],
)
def test_a_pdf_without_a_proof_or_that_is_a_trap_gets_a_sentence(
    desk: Desk, change: Callable[[PdfWriter], None], told: str
) -> None:
    code, answer = desk.verify(pdf_with(change))
    assert (code, answer["check"]) == (1, "form")
    assert told in answer["error"]
    assert answer["hint"]


def test_a_damaged_pdf_gets_a_sentence(desk: Desk) -> None:
    desk.certify()
    whole = desk.pdf
    for content in (
        b"%PDF-1.7",
        whole[:5000],
        whole[:-3000],
        whole[:1000] + bytes(len(whole) - 1000),
        b"%PDF-" + b"\xff" * 10_000,
        b"%PDF-" + b"1 0 obj<<" * 10_000,
    ):
        code, told = desk.verify(content)
        assert (code, told["check"]) == (1, "form")


def test_a_pdf_may_be_so_large_and_take_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadablePdfError, match="of at most"):
        attached_proof(b"%PDF-" + bytes(PDF_BYTES_MAX))
    monkeypatch.setattr(pdf_reading, "_SECONDS_MAX", 0.01)
    with pytest.raises(UnreadablePdfError, match="read within"):
        attached_proof(pdf_with(twice))


def test_a_pdf_begins_near_its_beginning() -> None:
    assert is_pdf(b"\xef\xbb\xbf\n%PDF-1.7")
    assert not is_pdf(bytes(1024) + b"%PDF-")
    assert not is_pdf(FILE)
    assert not is_pdf(b' {"applicationNumberText": "%PDF-1.7"}')


@pytest.mark.parametrize(
    ("text", "code", "check", "told"),
    [
        (LINES[0], 3, "form", "to be scanned as well: 2, 3"),
        ("\n".join(LINES)[:-9], 1, "form", "part 3 of 3 was not read right"),
        ("\n".join(LINES).replace("IPR1", "IPR7"), 3, "version", "got IPR7"),
        ("IPR1:1/1:000", 1, "form", "part 1 of 1"),
        (
            "Codes:\n" + "\n".join(LINES),
            1,
            "form",
            "expected IPR1: at the beginning and codes alone, got 'CODES:'",
        ),
        (to_lines(b"no file", 950)[0], 1, "form", "expected a compact proof file"),
        (to_lines(compacted(b'{"format":"other","version":1}'), 950)[0], 1, "form", "other"),
    ],
)
def test_a_scanned_text_that_is_not_whole_gets_a_sentence(
    desk: Desk, text: str, code: int, check: str, told: str
) -> None:
    ended, answer = desk.verify(text.encode())
    assert (ended, answer["check"]) == (code, check)
    assert told in answer["error"]
    is_text = code == 1 and "file" not in told and told != "other"
    assert ("nothing else into one file" in answer["hint"]) == is_text


def test_what_is_of_another_network_is_foreign_in_every_form(desk: Desk) -> None:
    desk.certify()
    desk.put("genesis.json", encode_genesis(replace(GENESIS, network_name="another")))
    for content in (FILE, desk.pdf, "\n".join(LINES).encode()):
        code, told = desk.verify(content)
        assert (code, told["check"]) == (1, "genesis")


def test_an_office_seals_a_certificate(desk: Desk) -> None:
    files = seal_files()
    seal = ("--seal-with", desk.put("office.p12", files.pkcs12))
    passphrase = ("--passphrase-file", desk.put("passphrase", PASSPHRASE + b"\r\n"))
    assert desk.certify(*seal, *passphrase)[0] == 0
    (signature,) = PdfReader(io.BytesIO(desk.pdf)).get_fields() or {}
    assert signature == "Seal"
    code, told = desk.verify(desk.pdf)
    assert (code, told["outcome"], told["pages"]) == (0, "confirmed", "appendedTo")


def test_a_seal_is_checked_by_the_authority_that_is_trusted(desk: Desk) -> None:
    files, others = seal_files(), seal_files()
    seal = ("--seal-with", desk.put("office.p12", files.pkcs12))
    desk.certify(*seal, "--passphrase-file", desk.put("passphrase", PASSPHRASE))
    trusted = ("--seal-trust", desk.put("authority.der", files.issuer))
    code, told = desk.verify(desk.pdf, *trusted)
    assert (code, told["ok"], told["seal"]) == (
        0,
        True,
        {
            "isValid": True,
            "signer": "Common Name: Seal of the test office",
            "detail": "INTACT:TRUSTED,UNTOUCHED",
        },
    )
    changed = desk.pdf.replace(b"Certificate of priority", b"Certificate of superior", 1)
    assert changed != desk.pdf
    code, told = desk.verify(changed, *trusted)
    assert (code, told["ok"], told["seal"]["isValid"]) == (1, False, False)
    assert told["outcome"] == "confirmed"
    assert desk.verify(desk.pdf + b"\n% more\n", *trusted)[0] == 1
    other = ("--seal-trust", desk.put("other.der", others.issuer))
    code, told = desk.verify(desk.pdf, *other)
    assert (code, told["seal"]["isValid"]) == (1, False)


def test_what_has_no_seal_or_no_authority_gets_a_sentence(desk: Desk) -> None:
    trusted = ("--seal-trust", desk.put("authority.der", seal_files().issuer))
    desk.certify()
    code, told = desk.verify(desk.pdf, *trusted)
    assert (code, told["check"]) == (1, "form")
    assert "expected one seal on the PDF, found 0" in told["error"]
    assert desk.verify(FILE, *trusted)[0] == 2
    assert desk.verify(desk.pdf, "--seal-trust", str(desk.folder / "none.pem"))[0] == 2
    code, told = desk.verify(desk.pdf, "--seal-trust", desk.put("bad.pem", b"no certificate"))
    assert (code, told["check"]) == (1, "form")


def test_a_seal_that_cannot_be_used_is_told_without_its_passphrase(desk: Desk) -> None:
    seal = ("--seal-with", desk.put("office.p12", seal_files().pkcs12))
    wrong = ("--passphrase-file", desk.put("passphrase", b"Zwischenraum"))
    code, told = desk.certify(*seal, *wrong)
    assert code == 4
    assert "Zwischenraum" not in json.dumps(told)
    assert desk.certify(*seal)[0] == 2  # nobody is there to type it
    assert desk.certify("--seal-with", str(desk.folder / "none.p12"), *wrong)[0] == 2
    assert not (desk.folder / "certificate.pdf").exists()


def test_a_seal_that_has_expired_seals_nothing(desk: Desk) -> None:
    seal = ("--seal-with", desk.put("office.p12", seal_files(days=(-9, -5)).pkcs12))
    passphrase = ("--passphrase-file", desk.put("passphrase", PASSPHRASE))
    code, told = desk.certify(*seal, *passphrase)
    assert code == 4
    assert "expected a certificate that is valid on " in told["error"]
    assert "renewed" in told["hint"]
    assert not (desk.folder / "certificate.pdf").exists()


def test_a_passphrase_without_a_seal_is_wrong_usage(desk: Desk) -> None:
    code, told = desk.certify("--passphrase-file", desk.put("passphrase", PASSPHRASE))
    assert (code, told["error"]) == (2, "--passphrase-file: expected --seal-with as well")
    assert not (desk.folder / "certificate.pdf").exists()
