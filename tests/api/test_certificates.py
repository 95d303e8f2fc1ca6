"""Certificates: what stands on the pages, that paper proves as much as the file, and that nothing false is printed."""

import io
from typing import Any, cast

import pytest
import zxingcpp
from asn1crypto.x509 import Certificate
from builders.certified_networks import Network, filed
from builders.ledgers import GENESIS
from builders.proof_files import (
    CODE,
    FILED,
    filing_of,
    first,
    priority_of,
    resigned,
)
from builders.seals import PASSPHRASE, seal_files
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader
from pypdf.generic import StreamObject
from pypdfium2 import PdfDocument

from api.printing import letters
from api.printing.certificate import CODES_MAX, certificate
from api.printing.electronic_seal import SealError, load_seal_key, sealed
from api.printing.typesetting import typeset
from ledger.proof.compact import expanded
from ledger.proof.document import PrioritySubject, encode_proof_file
from ledger.proof.errors import InvalidProofFileError, UndecidableProofFileError
from ledger.proof.scanned_text import from_text
from ledger.register.verification import FirstFiling

FILE = encode_proof_file(priority_of(first(1)))
ABSENT = encode_proof_file(priority_of(first(9)))
LOOKED_UP = encode_proof_file(filing_of(2))
SEALED = encode_proof_file(
    priority_of(
        FirstFiling(
            ip_office_code="EP",
            application_number_text="13900001",
            filing_date=FILED,
            right="patent",
            access_code=CODE.printed,
        )
    )
)
PDF = certificate(FILE, GENESIS)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def scanned(pdf: bytes, dots_per_inch: int) -> list[str]:
    """What a reader of QR codes finds on the pages as pictures: a printout on a scanner."""
    pages = [page.render(scale=dots_per_inch / 72).to_pil() for page in PdfDocument(pdf)]
    return [code.text for page in pages for code in zxingcpp.read_barcodes(page.convert("L"))]


def attached(pdf: bytes) -> bytes:
    (content,) = PdfReader(io.BytesIO(pdf)).attachments["proof.json"]
    return content


def test_the_page_says_what_is_proved_by_whom_and_what_is_not() -> None:
    text = text_of(PDF)
    for part in (
        "Certificate of priority verification",
        "Priority confirmed",
        "AU 2013000001 of 2013-05-06 gives priority until 2014-05-07.",
        "AU.patent.2013000001",
        "5, of 2027-01-15T08:00:00.005Z (UTC)",
        "Signed by 3 of 4 Office AU (AU)",
        "Office EP (EP)",
        "Office JP (JP)",
        GENESIS.network_id().hex(),
        "What this does not prove",
        "That nothing newer is in the register",
        "ipregister proof verify certificate.pdf --trust genesis.json",
        "A printout of this document is not a certified copy.",
        "page 1 of 3",
        "page 3 of 3",
        "First filing exists passed",
        "code 3 of 3",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("file", "label"),
    [
        (ABSENT, "No such filing\nAU 2013000009 of 2013-05-06 does not exist"),
        (LOOKED_UP, "Registered\nAU 2013000002 is registered as AU.patent.2013000002"),
        (encode_proof_file(filing_of(9, None)), "Not found, which shows no more than that"),
    ],
)
def test_every_outcome_has_its_words(file: bytes, label: str) -> None:
    pdf = certificate(file, GENESIS)
    assert label in text_of(pdf)
    assert attached(pdf) == file


def test_the_proof_file_is_attached_as_the_source() -> None:
    assert attached(PDF) == FILE
    reader = PdfReader(io.BytesIO(PDF))
    (entry,) = reader.attachment_list
    assert entry.associated_file_relationship == "/Source"
    assert entry.subtype == "/application/json"


def test_it_is_fit_for_archives_and_screen_readers_and_embeds_its_fonts() -> None:
    reader = PdfReader(io.BytesIO(PDF))
    metadata = cast("StreamObject", reader.root_object["/Metadata"].get_object()).get_data()
    assert b"<pdfaid:part>3" in metadata
    assert b"<pdfaid:conformance>A" in metadata
    assert b"<pdfuaid:part>1" in metadata
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_the_same_file_in_another_order_is_the_same_certificate_byte_for_byte() -> None:
    assert certificate(b"\n " + FILE, GENESIS) == PDF


@pytest.mark.parametrize("dots_per_inch", [110, 300])
@pytest.mark.parametrize("file", [FILE, ABSENT, LOOKED_UP])
def test_a_scanner_reads_the_whole_proof_from_paper(file: bytes, dots_per_inch: int) -> None:
    lines = scanned(certificate(file, GENESIS), dots_per_inch)
    assert expanded(from_text("\n".join(reversed(lines)).encode()), GENESIS) == file


@pytest.mark.parametrize(
    "file",
    [
        FILE[:-100],
        FILE.replace(b'"outcome":"confirmed"', b'"outcome":"late"'),
        resigned(
            replace(
                priority_of(first(9)),
                subject=replace(
                    cast("PrioritySubject", priority_of(first(1)).subject), is_code_withheld=False
                ),
            )
        ),
        b"{}",
    ],
)
def test_there_is_no_certificate_of_what_does_not_verify(file: bytes) -> None:
    with pytest.raises(InvalidProofFileError):
        certificate(file, GENESIS)
    with pytest.raises(InvalidProofFileError, match="genesis"):
        certificate(FILE, replace(GENESIS, network_name="another"))


def test_without_the_access_code_there_is_no_certificate_and_it_stands_in_none() -> None:
    with pytest.raises(UndecidableProofFileError, match="access code"):
        certificate(SEALED, GENESIS)
    pdf = certificate(SEALED, GENESIS, CODE.printed)
    assert "The question had an access code, which stands nowhere" in text_of(pdf)
    places = (text_of(pdf).encode(), attached(pdf), "".join(scanned(pdf, 150)).encode(), pdf)
    for secret in (CODE.printed, CODE.printed.replace("-", ""), CODE.secret.hex()):
        assert not any(secret.encode() in place for place in places)


NAMES = {
    "AM": "Մտավոր սեփականության գրասենյակ",
    "CN": "国家知识产权局",
    "GE": "საქპატენტი",
    "GR": "Οργανισμός Βιομηχανικής Ιδιοκτησίας",
    "IL": "רשות הפטנטים",
    "IN": "भारतीय पेटेंट कार्यालय",
    "JP": "日本国特許庁",
    "KR": "대한민국 특허청",
    "RU": "Роспатент",
    "SA": "الهيئة السعودية للملكية الفكرية",
    "TH": "กรมทรัพย์สินทางปัญญา",
    "VN": "Cục Sở hữu trí tuệ",
}


def test_names_and_numbers_in_many_scripts_are_shown_by_our_own_fonts() -> None:
    network = Network(NAMES)
    network.enter("JP", filed("特願2013-098765"))
    pdf = certificate(network.priority("JP", "特願2013-098765", at="KR"), network.genesis)
    text = text_of(pdf)
    assert "JP 特願2013-098765 of 2013-05-06 gives priority until 2014-05-06." in text
    for code in ("AM", "CN", "GE", "GR", "JP", "KR", "RU", "VN"):  # the others are joined or turned
        assert f"{NAMES[code]} ({code})" in text
    assert "U+" not in text
    reader = PdfReader(io.BytesIO(pdf))
    fonts = {
        font["/BaseFont"].partition("+")[2]
        for page in reader.pages
        for font in cast("Any", page["/Resources"])["/Font"].values()
    }
    assert all(name.startswith("NotoSans") for name in fonts)
    assert len(fonts) >= 9


def test_every_letter_of_many_languages_has_a_font() -> None:
    for name in NAMES.values():
        assert letters.shown(name) == name
    others = "ÆØÅ ß ş ğ ı Ő Ž Ł Đ ҚҒҮҰҺ Їїєґ ฉบับที่ ๑๒๓ نامه\u200cها № 5 € – § “a”"  # noqa: RUF001
    assert letters.shown(others) == others


def test_letters_without_a_font_and_those_that_work_unseen_are_named() -> None:
    assert letters.shown("ᏣᎳᎩ") == "[U+13E3][U+13B3][U+13A9]"
    assert letters.shown("US\u202e12\n3\u200b4\x00") == "US[U+202E]12[U+000A]3[U+200B]4[U+0000]"
    content = {"a": ["x\u202e", 1, None, True], "b": {"c": "é"}}
    assert letters.shown(content) == {"a": ["x[U+202E]", 1, None, True], "b": {"c": "é"}}
    assert letters.in_ascii("aé\n") == "a[U+00E9][U+000A]"


@settings(max_examples=25, deadline=None)
@given(
    name=st.text(min_size=1, max_size=30)
    | st.text("aא\u0915\u093f\u0301\u1100特\u0e33ب\u200d", max_size=9)
)
def test_whatever_an_office_is_called_there_is_a_certificate(name: str) -> None:
    content = {
        "title": "Certificate",
        "author": name,
        "network": name,
        "result": {"tone": "open", "label": name, "sentence": name, "remedy": name},
        "sections": [
            {
                "title": "Filing",
                "rows": [(name, [name, {"text": name, "lang": "ja", "region": "JP"}])],
            }
        ],
        "as_of": [(name, name)],
        "ids": [(name, name)],
        "not_proved": [name],
        "how": [name],
        "checks": [(name,) * 5],
        "codes": 0,
        "scanning": name,
        "printout": name,
        "footer": name,
    }
    pdf = typeset("certificate.typ", content, images={"proof": "{}"}, time_ms=0)
    metadata = PdfReader(io.BytesIO(pdf)).root_object["/Metadata"].get_object()
    assert b"<pdfaid:part>3" in cast("StreamObject", metadata).get_data()


def test_a_proof_that_is_too_large_for_paper_is_attached_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("api.printing.certificate.CODE_BYTES_MAX", 2000 // CODES_MAX)
    pdf = certificate(FILE, GENESIS)
    assert "too large for codes" in text_of(pdf)
    assert attached(pdf) == FILE
    assert scanned(pdf, 110) == []


def test_a_seal_is_valid_for_another_program_until_a_byte_changes() -> None:
    files = seal_files()
    pdf = sealed(PDF, load_seal_key(files.pkcs12, PASSPHRASE))
    assert pdf.startswith(PDF)
    assert attached(pdf) == FILE
    trusted = [Certificate.load(files.issuer)]

    def status(content: bytes) -> Any:  # noqa: ANN401 - pyHanko's, which has no types
        (signature,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
        context = ValidationContext(trust_roots=trusted, allow_fetching=False)
        return validate_pdf_signature(signature, signer_validation_context=context)

    assert status(pdf).bottom_line
    assert "UNTOUCHED" in status(pdf).summary()
    for at in (100, len(PDF) // 2, PDF.index(b"proof.json")):
        changed = pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]
        assert not status(changed).intact
    trusted = [Certificate.load(seal_files().issuer)]
    assert not status(pdf).trusted


@pytest.mark.parametrize(
    ("file", "passphrase"),
    [
        (b"", PASSPHRASE),
        (b"no PKCS", None),
        (seal_files().pkcs12, b"wrong"),
        (seal_files().pkcs12, None),
    ],
)
def test_what_is_no_seal_is_told(file: bytes, passphrase: bytes | None) -> None:
    with pytest.raises(SealError, match="expected a PKCS #12 file and its passphrase"):
        load_seal_key(file, passphrase)
