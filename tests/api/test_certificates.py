"""Certificates: what stands on the pages, that paper proves as much as the file, and that nothing false is printed."""

import io
import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast, get_args

import pytest
import zxingcpp
from asn1crypto.x509 import Certificate
from builders import proof_files
from builders.certified_networks import Network, filed
from builders.ledgers import GENESIS
from builders.pages import places_of, reading_of
from builders.proof_files import (
    CODE,
    FILED,
    claims_of,
    filing_of,
    finished,
    first,
    priority_of,
    register,
    resigned,
)
from builders.seals import PASSPHRASE, SealKey, seal_files
from builders.vectors import DIRECTORY
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image, ImageEnhance, ImageFilter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader
from pypdf.generic import StreamObject
from pypdfium2 import PdfDocument

from api.printing import certificate_rows, letters, reason_words
from api.printing.certificate import CODES_MAX, certificate
from api.printing.electronic_seal import SealError, load_seal_key, sealed
from api.printing.typesetting import typeset
from crypto import base64url
from crypto.digest import sha256
from ledger.block import decode_header, header_hash
from ledger.genesis import encode_genesis
from ledger.proof.compact import expanded
from ledger.proof.document import FilingSubject, PrioritySubject, ProofDocument, encode_proof_file
from ledger.proof.errors import InvalidProofFileError, ProofTooLargeError, UndecidableProofFileError
from ledger.proof.filing_question import FilingOutcome, NamedFiling
from ledger.proof.making import draft_filing, draft_priority
from ledger.proof.scanned_text import from_text
from ledger.proof.verifying import verify_proof_file
from ledger.register import priority
from ledger.register.entries import TEXT_LENGTH_MAX, Right
from ledger.register.verification import (
    CheckResult,
    FilingClaimsOutcome,
    FirstFiling,
    PriorityRequest,
    SecondFiling,
    VerificationOutcome,
)

FILE = encode_proof_file(priority_of(first(1)))
ABSENT = encode_proof_file(priority_of(first(9)))
CLAIMS = encode_proof_file(claims_of())
SEALED_KEY = proof_files.SEALED.claim_key
LATER = date(2014, 5, 6)
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
CHECKPOINT = base64url.decode(json.loads(FILE)["checkpoint"]["header"])


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
        "5, of 2027-01-15 08:00:00.005 UTC",
        "Signed by 3 of 4 Office AU (AU)",
        "Office EP (EP)",
        "Office JP (JP)",
        GENESIS.network_id().hex(),
        header_hash(decode_header(CHECKPOINT)).hex(),
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
        (ABSENT, "No such filing\nAU 2013000009 of 2013-05-06 does not exist: its office declared"),
        (LOOKED_UP, "Registered\nAU 2013000002 is registered as AU.patent.2013000002"),
        (encode_proof_file(filing_of(9, None)), "Not found, which shows no more than that"),
    ],
)
def test_every_outcome_has_its_words(file: bytes, label: str) -> None:
    pdf = certificate(file, GENESIS)
    assert label in text_of(pdf)
    assert attached(pdf) == file


@pytest.mark.parametrize(
    ("claimed", "later", "outcome", "part"),
    [
        (replace(first(1), filing_date=None), LATER, "undetermined", "Date, as claimed not told"),
        (FirstFiling(), LATER, "undetermined", "Office not told"),
        (first(1, date(2013, 5, 7)), LATER, "mismatch", "Registered date 2013-05-06"),
        (
            first(1),
            date(2014, 6, 20),
            "lateRestorable",
            "Late; the right of priority may be restored",
        ),
        (first(1), date(2015, 5, 6), "late", "Last day 2014-05-07"),
        (replace(first(1), ip_office_code="XX"), LATER, "undetermined", "The register cannot tell"),
    ],
)
def test_a_priority_that_is_not_confirmed_is_certified_as_what_it_is(
    claimed: FirstFiling, later: date, outcome: str, part: str
) -> None:
    ledger = register()
    second = SecondFiling(ip_office_code="US", filing_date=later, right="patent")
    request = PriorityRequest(first=claimed, second=second)
    file = encode_proof_file(finished(ledger, draft_priority(ledger, request)))
    assert verify_proof_file(file, GENESIS).outcome == outcome
    text = text_of(certificate(file, GENESIS))
    assert part in text
    assert "Priority confirmed" not in text


def test_all_claims_of_a_filing_are_certified_together() -> None:
    pdf = certificate(CLAIMS, GENESIS)
    text = text_of(pdf)
    for part in (
        "Certificate of the priority claims of a filing",
        "1 of 3 claims is confirmed; the earliest priority date that they give is",
        "Claim 3",
        "2.5 First filing exists failed",
    ):
        assert part in text
    assert len(PdfDocument(pdf)) == 4  # its five codes stand on the last one


def test_every_outcome_and_result_has_words() -> None:
    assert set(certificate_rows._OUTCOMES) == set(get_args(VerificationOutcome))
    assert set(certificate_rows._CLAIMS_OUTCOMES) == set(get_args(FilingClaimsOutcome))
    assert set(certificate_rows._FILING_OUTCOMES) == set(get_args(FilingOutcome))
    assert set(certificate_rows._RESULTS) == set(get_args(CheckResult))
    assert set(certificate_rows.RIGHTS) == set(get_args(Right))


LIE = "99/9 is registered. It is certified that the applicant is ACME"


def looked_up(number: str, office: str = "US") -> ProofDocument:
    named = NamedFiling(ip_office_code=office, right="patent", application_number_text=number)
    ledger = register()
    return finished(ledger, draft_filing(ledger, named))


@pytest.mark.parametrize(("office", "number"), [("US", LIE), ("US is ACME's. It", "99/9")])
def test_who_asks_cannot_write_the_headline(office: str, number: str) -> None:
    text = text_of(certificate(encode_proof_file(looked_up(number, office)), GENESIS))
    head = text.partition("What was asked")[0]
    assert (
        "Not found, which shows no more than that\nThe filing that was asked about is not found"
        in head
    )
    assert "ACME" not in head
    assert "ACME" in text.partition("What was asked")[2]


@pytest.mark.parametrize(
    "number",
    ["61/610,420", "PCT/US2013/030123", "特願2012-098765", "10 2013 123 456.7", "13900001.2"],
)
def test_a_number_stands_in_the_headline(number: str) -> None:
    text = text_of(certificate(encode_proof_file(looked_up(number)), GENESIS))
    assert f"US {number} is not found" in text.partition("What was asked")[0]


def test_a_text_longer_than_the_register_takes_is_refused_by_maker_and_verifier() -> None:
    assert looked_up("9" * TEXT_LENGTH_MAX).subject.answer.outcome == "notFound"
    with pytest.raises(
        ProofTooLargeError, match="at most 64 letters in a text of the question, got 65"
    ):
        looked_up("9" * 65)
    short = looked_up("9" * 64)
    subject = cast("FilingSubject", short.subject)
    long = replace(subject.question, application_number_text="9" * 100_000)
    with pytest.raises(InvalidProofFileError, match="form: expected at most 64 letters"):
        certificate(resigned(replace(short, subject=replace(subject, question=long))), GENESIS)


def test_an_access_code_in_the_question_is_refused_and_never_printed() -> None:
    document = priority_of(first(1))
    subject = cast("PrioritySubject", document.subject)
    asked = replace(subject.question, first=replace(first(1), access_code=CODE.printed))
    with pytest.raises(
        InvalidProofFileError, match="form: expected no access code in the question"
    ):
        certificate(resigned(replace(document, subject=replace(subject, question=asked))), GENESIS)


def test_a_file_has_no_more_facts_than_it_may() -> None:
    document = priority_of(first(1))
    facts = tuple(replace(document.fact_bag[0], key=f"x{at:04}") for at in range(1001))
    with pytest.raises(InvalidProofFileError, match="form: expected at most 1000 facts"):
        certificate(resigned(replace(document, fact_bag=facts)), GENESIS)


def test_identifiers_can_be_copied_from_the_pages() -> None:
    pages = PdfDocument(certificate(SEALED, GENESIS, CODE.printed))
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    assert GENESIS.network_id().hex() in text  # PDFium copies what works unseen, too
    assert f"EP.sealed.{SEALED_KEY}" in text


def test_a_certificate_of_a_sealed_filing_says_that_it_is_confidential() -> None:
    text = text_of(certificate(SEALED, GENESIS, CODE.printed))
    assert "Priority confirmed; the first filing is sealed and not published" in text
    assert "Confidential sealed: not published." in text
    assert "--codes code.txt" in text
    assert "By the code: number 13900001" in text
    assert "Registered number" not in text
    assert "sealed and not published" not in text_of(PDF)


def test_what_was_only_told_is_no_part_of_what_is_proved() -> None:
    shown = " ".join(text_of(PDF).split())
    assert "Second filing, as told by who asked" in shown
    assert "That the second filing exists and has this date" in shown
    assert "declared" not in shown.replace("of US, declared", "").replace("Holiday, declared", "")


@pytest.mark.parametrize("file", [ABSENT, encode_proof_file(filing_of(9)), CLAIMS])
def test_an_absence_names_the_declaration_that_it_rests_on(file: bytes) -> None:
    shown = " ".join(text_of(certificate(file, GENESIS)).split())
    assert (
        "Declared by Office AU (AU) Declared complete its register (patent), filings of 2000-01-01 to 2020-01-01"
        " Entered in block 1, entry 2, of 2027-01-15 08:00:00.001 UTC" in shown
    )
    not_proved = shown.partition("What this does not prove")[2]
    assert "That the register of AU is complete (patent, filings of 2000-01-01 to 20" in not_proved
    assert "AU itself declared so in block 1, entry 2, of 2027-01-15 08:00:00.001 UTC" in not_proved
    assert "that register is complete" not in shown


def told_for(claimed: FirstFiling, later: date = LATER) -> str:
    second = SecondFiling(ip_office_code="US", filing_date=later, right="patent")
    ledger = register()
    draft = draft_priority(ledger, PriorityRequest(first=claimed, second=second))
    return text_of(certificate(encode_proof_file(finished(ledger, draft)), GENESIS))


@pytest.mark.parametrize(
    ("claimed", "sentence"),
    [
        (
            replace(first(1), ip_office_code="FR"),
            "FR 2013000001 could not be determined: its office is not connected to this register.",
        ),
        (
            FirstFiling(ip_office_code="AU", application_number_text="2013000001"),
            "AU 2013000001 could not be determined: its filing date is not told.",
        ),
        (
            FirstFiling(ip_office_code="EP", application_number_text="13900009", filing_date=FILED),
            "its office has sealed filings, and it may be one of them.",
        ),
        (first(9), "does not exist: its office declared its register complete for this date."),
    ],
)
def test_no_code_of_a_program_stands_in_a_sentence(claimed: FirstFiling, sentence: str) -> None:
    shown = " ".join(told_for(claimed).split())
    assert sentence in shown
    assert re.findall(r"\b[A-Z]+_[A-Z_]+\b|DENIED", shown) == []


def test_every_reason_that_can_decide_has_words_and_remarks_are_told_in_words() -> None:
    deciding = {reason for reason, _ in (*priority._DECIDING, *priority._DECIDING_IN_TIME)}
    assert deciding <= set(reason_words._WORDS)
    sentence = "US 1 of 2013-05-06 gives priority until 2014-05-06, with remarks: NOT_FIRST, LATE."
    assert reason_words.told_in_words(sentence, ("NOT_FIRST", "LATE")).endswith(
        ", with remarks: not first, late."
    )
    asked = "US DENIED: NOT_FOUND is not found."
    assert reason_words.told_in_words(asked, ("NOT_FOUND", "DENIED")) == asked


def test_no_office_is_the_author_of_the_pdf_for_anyone_can_print_it() -> None:
    metadata = PdfReader(io.BytesIO(PDF)).metadata
    assert metadata is not None
    assert metadata.author == "ipregister"


def test_marks_are_not_piled_up_and_strike_nothing_through() -> None:
    assert letters.shown("a" + "\u0301" * 5) == "a" + "\u0301" * 2 + "[U+0301]" * 3
    assert letters.shown("שׁ" + "\u05b8\u05bd") == "שׁ" + "\u05b8\u05bd"
    assert letters.shown("ש" + "\u05b8" * 4) == "ש" + "\u05b8" * 3 + "[U+05B8]"
    assert letters.shown("e\u0302\u0301\u0323") == "e\u0302\u0301\u0323"
    assert letters.shown("late\u0336\u0489") == "late[U+0336][U+0489]"


@pytest.mark.parametrize("blank", "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe0f\u2800")
def test_a_letter_that_shows_nothing_is_named(blank: str) -> None:
    assert letters.shown(f"1{blank}2") == f"1[U+{ord(blank):04X}]2"


def ink_of(pdf: bytes, top: float, bottom: float) -> int:
    """How many dark points a page has between two heights, in millimetres from its top."""
    page = PdfDocument(pdf)[0].render(scale=1).to_pil().convert("L")
    lines = page.crop((0, int(top * 72 / 25.4), page.width, int(bottom * 72 / 25.4)))
    return sum(lines.histogram()[:200])


def test_the_marks_of_a_text_leave_the_lines_above_it_alone() -> None:
    """A letter with marks stands in its line, whatever is piled on it: what is above looks as without them."""
    above = [ink_of(page_pdf("a" + "\u0301" * marks), 20, 34) for marks in (0, 150)]
    assert above[0] == above[1] > 0


@pytest.mark.parametrize(
    "text",
    [
        "2013-05-14 (عيد الفطر), 2013-05-15 (عطلة)",
        "2013-05-14 (יום שבת), 2013-05-15 (שבועות)",
        "طلب 2012-03-04 of 61/610.420",
        "תיק 61-610-420",
        "ދިވެހި 2013-05-04",
        "طلب ٦١-٦١٠-٤٢٠",
    ],
)
def test_no_date_or_number_is_turned_round_beside_words_from_right_to_left(text: str) -> None:
    assert reading_of(places_of(page_pdf("§ " + text), "§")) == reading_of(text)


def test_growth_has_no_certificate() -> None:
    file = (DIRECTORY / "proof_consistency.json").read_bytes()
    with pytest.raises(InvalidProofFileError, match="expected the proof of an answer"):
        certificate(file, GENESIS)


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


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_makes_the_same_bytes(tmp_path: Path, seed: str) -> None:
    (tmp_path / "proof.json").write_bytes(FILE)
    (tmp_path / "genesis.json").write_bytes(encode_genesis(GENESIS))
    alone = {"PYTHONPATH": str(DIRECTORY.parents[1]), "PYTHONHASHSEED": seed}
    run = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        cwd=tmp_path, env=alone, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == sha256(PDF).hex()


ELSEWHERE = """
from pathlib import Path
from api.printing.certificate import certificate
from crypto import base64url
from crypto.digest import sha256
from ledger.block import decode_header, header_hash
from ledger.genesis import load_genesis
trusted = load_genesis(Path("genesis.json").read_bytes())
print(sha256(certificate(Path("proof.json").read_bytes(), trusted)).hex())
"""


@pytest.mark.parametrize("dots_per_inch", [110, 300])
@pytest.mark.parametrize("file", [FILE, ABSENT, LOOKED_UP, CLAIMS])
def test_a_scanner_reads_the_whole_proof_from_paper(file: bytes, dots_per_inch: int) -> None:
    lines = scanned(certificate(file, GENESIS), dots_per_inch)
    assert expanded(from_text("\n".join(reversed(lines)).encode()), GENESIS) == file


def test_a_crooked_blurred_grey_copy_of_the_page_is_read_too() -> None:
    page = PdfDocument(PDF)[2].render(scale=150 / 72).to_pil().convert("L")
    turned = page.rotate(3, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    blurred = ImageEnhance.Contrast(turned.filter(ImageFilter.GaussianBlur(1.2))).enhance(0.5)
    kept = io.BytesIO()
    blurred.save(kept, "JPEG", quality=60)
    lines = [code.text for code in zxingcpp.read_barcodes(Image.open(kept))]
    assert expanded(from_text("\n".join(lines).encode()), GENESIS) == FILE


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


def compact_of(lines: list[str]) -> bytes:
    """The proof file in the codes of a page."""
    return expanded(from_text("\n".join(lines).encode()), GENESIS)


def inflated_streams(pdf: bytes) -> list[bytes]:
    """Every object of the PDF as it is, and the content of every stream."""
    reader = PdfReader(io.BytesIO(pdf))
    found = []
    for number in range(1, len(reader.xref[0]) + 1):
        each = reader.get_object(number)
        content = each.get_data() if isinstance(each, StreamObject) else b""
        found += [repr(each).encode(), content]
    return found


def test_without_the_access_code_there_is_no_certificate_and_it_stands_in_none() -> None:
    with pytest.raises(UndecidableProofFileError, match="access code"):
        certificate(SEALED, GENESIS)
    pdf = certificate(SEALED, GENESIS, CODE.printed)
    assert "The question had an access code, which stands nowhere" in text_of(pdf)
    places = (
        text_of(pdf).encode(),
        attached(pdf),
        compact_of(scanned(pdf, 150)),
        *inflated_streams(pdf),
    )
    assert b"13900001" in b"".join(places)  # what does stand there is found so
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


def page_with(name: object) -> bytes:
    """A page that shows this text, as a picture."""
    return bytes(PdfDocument(page_pdf(name))[0].render().to_pil().tobytes())


def page_pdf(name: object) -> bytes:
    """A page that shows this text in a row of its own."""
    content = {
        "title": "Certificate",
        "author": "x",
        "network": "x",
        "result": {"tone": "open", "label": "x", "sentence": "x", "remedy": ""},
        "sections": [{"title": "Filing", "rows": [("Name", name)]}],
        "as_of": [("x", "x")],
        "ids": [],
        "not_proved": ["x"],
        "how": ["x"],
        "checks": [],
        "codes": 0,
        "scanning": "x",
        "printout": "x",
        "footer": "x",
    }
    return typeset("certificate.typ", content, images={"proof": "{}"}, time_ms=0)


def test_a_chinese_character_looks_as_in_the_country_of_the_office() -> None:
    shown = {
        office: page_with(certificate_rows.in_language(office, "骨直"))
        for office in ("JP", "CN", "TW", "KR", "AU")
    }
    assert len({shown["JP"], shown["CN"], shown["TW"], shown["KR"]}) >= 3
    assert shown["AU"] == shown["JP"]


def test_letters_without_a_font_and_those_that_work_unseen_are_named() -> None:
    assert letters.shown("ᏣᎳᎩ") == "[U+13E3][U+13B3][U+13A9]"
    assert letters.shown("US\u202e12\n3\u200b4\x00") == "US[U+202E]12[U+000A]3[U+200B]4[U+0000]"
    content = {"a": ["x\u202e", 1, None, True], "b": {"c": "é"}}
    assert letters.shown(content) == {"a": ["x[U+202E]", 1, None, True], "b": {"c": "é"}}
    assert letters.in_ascii("aé\n") == "a[U+00E9][U+000A]"


@settings(max_examples=25, deadline=None)
@given(
    name=st.text(min_size=1, max_size=300)
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
    pdf = sealed(PDF, load_seal_key(files.pkcs12, PASSPHRASE, datetime.now(UTC)))
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
        load_seal_key(file, passphrase, datetime.now(UTC))


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (ed25519.Ed25519PrivateKey.generate(), "got Ed25519"),
        (dsa.generate_private_key(1024), "got DSA"),
        (rsa.generate_private_key(65537, 1024), "got RSA of 1024 bits"),
        (ec.generate_private_key(ec.SECP192R1()), "got ECDSA on secp192r1"),
    ],
)
def test_a_key_that_viewers_do_not_know_seals_nothing(key: SealKey, kind: str) -> None:
    file = seal_files(key).pkcs12
    with pytest.raises(SealError, match=f"expected a key of RSA .* or of ECDSA .*, {kind}"):
        load_seal_key(file, PASSPHRASE, datetime.now(UTC))


@pytest.mark.parametrize("key", [rsa.generate_private_key(65537, 2048), None])
def test_a_seal_is_taken_while_its_certificate_is_valid_only(key: SealKey | None) -> None:
    file, now = seal_files(key).pkcs12, datetime.now(UTC)
    assert sealed(PDF, load_seal_key(file, PASSPHRASE, now)).startswith(PDF)
    for other in (now - timedelta(days=2), now + timedelta(days=31)):
        with pytest.raises(SealError, match=f"expected a certificate that is valid on {other:%Y}"):
            load_seal_key(file, PASSPHRASE, other)
