"""Receipts on paper: what stands on the page, in which form, and that the same receipt is the same page."""

import asyncio
import io
import re
import threading
from datetime import date
from typing import Any, cast

import msgspec
import pytest
import segno
from builders.pages import places_of, reading_of
from pypdf import PdfReader
from pypdf.generic import StreamObject

from api.printing.printer import printed
from api.printing.qr_code import qr_code
from api.printing.sealed_receipt import as_pdf, as_text, claim_of
from node.sealed.documents import ClaimedFiling, GivenClaim, SealedReceipt

RECEIPT = SealedReceipt(
    filing_id="AU.sealed.X9nW1mA1gX0p0mW4xB1cQ3Q6w2m0s8mJx7VbqzT1A5E",
    ip_office_code="AU",
    office_name="IP Australia",
    network_name="test",
    network_id="9f" * 32,
    right="patent",
    application_number_text="2013900001",
    filing_date=date(2013, 3, 12),
    access_code="0710-4GM2-RC1M-70Y4-0H28-9H85-8P5",
    height=12,
    index=0,
    block_hash="60" * 32,
    block_time="2026-11-21T08:30:00.125Z",
    claimed_filing_bag=(
        ClaimedFiling(
            ip_office_code="US",
            application_number_text="61/610,420",
            filing_date=date(2012, 3, 13),
            claim_key="k" * 43,
        ),
        ClaimedFiling(
            ip_office_code="WO",
            application_number_text="PCT/US2013/030123",
            filing_date=date(2013, 3, 12),
            relation="nationalPhase",
        ),
    ),
)


def page_of(pdf: bytes) -> str:
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    return page.extract_text()


def test_the_text_says_all_that_the_applicant_needs() -> None:
    text = as_text(RECEIPT)
    assert text.splitlines()[:8] == [
        "IP Australia (AU)",
        "RECEIPT OF A SEALED FILING",
        "",
        "Application number  2013900001",
        "Filing date         2013-03-12",
        "Right               patent",
        "",
        "Access code         0710-4GM2-RC1M-70Y4-0H28-9H85-8P5",
    ]
    assert "- US 61/610,420 of 2012-03-13 (priority, sealed)" in text
    assert "- WO PCT/US2013/030123 of 2013-03-12 (national phase of it)" in text


def test_the_page_shows_the_same_and_holds_the_receipt_for_computers() -> None:
    pdf = as_pdf(RECEIPT)
    shown = page_of(pdf)
    for part in ("2013900001", "2013-03-12", "0710-4GM2-RC1M-70Y4", "0H28-9H85-8P5", "61/610,420"):
        assert part in shown
    reader = PdfReader(io.BytesIO(pdf))
    (attached,) = reader.attachments["receipt.json"]
    assert msgspec.json.decode(attached, type=SealedReceipt) == RECEIPT
    assert reader.metadata is not None
    assert reader.metadata.title == "Receipt of a sealed filing"


def test_the_page_is_fit_for_archives_and_screen_readers_and_embeds_its_fonts() -> None:
    reader = PdfReader(io.BytesIO(as_pdf(RECEIPT)))
    metadata = cast("StreamObject", reader.root_object["/Metadata"].get_object()).get_data()
    assert b"<pdfaid:part>3" in metadata
    assert b"<pdfuaid:part>1" in metadata
    (page,) = reader.pages
    resources: Any = page["/Resources"]
    fonts = [font.get_object() for font in resources["/Font"].values()]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_the_same_receipt_is_the_same_page_byte_for_byte() -> None:
    assert as_pdf(RECEIPT) == as_pdf(RECEIPT)


def test_the_qr_code_holds_the_claim_as_an_office_of_second_filing_takes_it_in() -> None:
    claim = msgspec.json.decode(claim_of(RECEIPT), type=GivenClaim)
    assert claim == GivenClaim(
        ip_office_code="AU",
        application_number_text="2013900001",
        filing_date=date(2013, 3, 12),
        right="patent",
        access_code=RECEIPT.access_code,
    )
    code = segno.make(claim_of(RECEIPT), error="m", micro=False)
    dark = sum(map(sum, code.matrix))
    lengths = re.findall(r"h([0-9]+)", qr_code(claim_of(RECEIPT)))
    assert sum(map(int, lengths)) == dark  # modules drawn


def test_no_number_is_turned_round_beside_words_from_right_to_left() -> None:
    number = "§ طلب 61-610-420"
    pdf = as_pdf(msgspec.structs.replace(RECEIPT, application_number_text=number))
    assert reading_of(places_of(pdf, "§")) == "R61-610-420"


@pytest.mark.parametrize(
    "name",
    [
        "特許庁",
        "مكتب البراءات",
        "भारतीय पेटेंट कार्यालय",
        "Оспатент",
        "<#sys *_$ @x",
        "ᏣᎳᎩ",
        "a\u202eb",
    ],
)
def test_a_name_in_any_script_and_with_any_sign_gives_a_page_for_archives(name: str) -> None:
    """Nothing of the content is read as markup, and nothing but our own fonts is needed."""
    pdf = as_pdf(msgspec.structs.replace(RECEIPT, office_name=name))
    assert "2013900001" in page_of(pdf)
    metadata = PdfReader(io.BytesIO(pdf)).root_object["/Metadata"].get_object()
    assert b"<pdfaid:part>3" in cast("StreamObject", metadata).get_data()


async def test_documents_are_set_one_after_the_other() -> None:
    released, threads = threading.Event(), set[str]()

    def setting(name: str) -> bytes:
        released.wait()  # so that a second thread would have to take the next one
        threads.add(threading.current_thread().name)
        return name.encode()

    waiting = [asyncio.ensure_future(printed(setting, name)) for name in "abcdefgh"]
    await asyncio.sleep(0)
    released.set()
    assert b"".join(await asyncio.gather(*waiting)) == b"abcdefgh"
    assert threads == {"printing_0"}


async def test_a_document_that_cannot_be_set_does_not_stop_the_printer() -> None:
    with pytest.raises(ZeroDivisionError):
        await printed(lambda: bytes(1 // 0))
    assert await printed(lambda: b"next") == b"next"
