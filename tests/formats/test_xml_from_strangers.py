"""XML that means harm, or is simply broken: a clear fault with its line, never an expansion or a trace."""

import time
from pathlib import Path

import pytest

from api.explain import FieldError
from api.formats import BY_NAME, XML, MalformedBulkError, Row, read_rows
from api.formats.st96_names import LIST_NAMESPACE, ST96

MARK = (
    '<t:Trademark xmlns:t="{ns}Trademark" xmlns:c="{ns}Common">'
    "<c:ApplicationNumber><c:IPOfficeCode>AU</c:IPOfficeCode>"
    "<c:ApplicationNumberText>{number}</c:ApplicationNumberText></c:ApplicationNumber>"
    "<c:ApplicationDate>2020-01-02</c:ApplicationDate></t:Trademark>"
)


def mark(number: str = "1234567") -> str:
    return MARK.format(ns=ST96, number=number)


def rows(body: str | bytes) -> list[Row]:
    return list(read_rows(XML, body.encode() if isinstance(body, str) else body))


def refusal(body: str | bytes) -> FieldError:
    with pytest.raises(MalformedBulkError) as caught:
        rows(body)
    (fault,) = caught.value.errors
    return fault


def test_a_document_type_is_refused_before_anything_is_expanded() -> None:
    """A billion laughs: ten levels of ten entities each."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY l0 "ha">{levels}]>\n{mark("&l9;")}'
    begun = time.process_time()
    assert refusal(body) == FieldError("", "XML without DOCTYPE", "line 2: a DOCTYPE")
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("declaration", ['SYSTEM "file://{file}"', 'PUBLIC "x" "file://{file}"'])
def test_no_external_entity_is_read(declaration: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("999999")
    entity = declaration.format(file=secret)
    body = f"<!-- hello --><?a b?>\n\n<!DOCTYPE a [<!ENTITY x {entity}>]>{mark('&x;')}"
    assert refusal(body) == FieldError("", "XML without DOCTYPE", "line 3: a DOCTYPE")


def test_an_entity_without_a_document_type_is_a_fault_with_its_line() -> None:
    fault = refusal(mark("\n&x;"))
    assert fault.expected == "well-formed XML in UTF-8"
    assert fault.received.startswith("line 2: ")


@pytest.mark.parametrize("levels", [65, 300, 100_000])
def test_deep_nesting_is_a_fault(levels: int) -> None:
    assert refusal("<a>" * levels + "</a>" * levels).expected == "at most 64 levels"


def test_a_filing_of_too_many_elements_is_a_fault() -> None:
    body = mark().replace("</t:Trademark>", "<a/>" * 100_000 + "</t:Trademark>")
    (row,) = rows(body)
    assert row.errors[0].expected == "at most 100000 elements for one filing"


def test_a_text_beyond_the_limit_of_the_parser_is_a_fault() -> None:
    fault = refusal(mark("1" * 11_000_000))
    assert fault.received.startswith("line 1: ")


def test_another_namespace_is_told_with_its_name() -> None:
    fault = refusal('<PatentPublication xmlns="urn:other"/>')
    assert fault.expected.startswith("pat:BibliographicData, dgn:DesignApplication, tmk:Trademark")
    assert fault.received == '"{urn:other}PatentPublication" without any'


@pytest.mark.parametrize(
    ("body", "received"),
    [
        (mark().encode("utf-16"), "line 1: another encoding (UTF-16)"),
        (mark().encode("utf-16-le"), "line 1: another encoding (UTF-16)"),
        (b'<?xml version="1.0" encoding="cp037"?><a/>', 'line 1: the encoding "cp037"'),
        (
            b'<?xml version="1.0" encoding="windows-1252"?><a/>',
            'line 1: the encoding "windows-1252"',
        ),
    ],
)
def test_another_encoding_is_refused_by_name(body: bytes, received: str) -> None:
    assert refusal(body) == FieldError("", "well-formed XML in UTF-8", received)


def test_bytes_that_are_no_utf_8_are_a_fault_with_their_line() -> None:
    assert refusal(mark("\n12").encode().replace(b"12", b"1\xff")).received.startswith("line 2: ")


@pytest.mark.parametrize(
    "body", ["", "   ", "no XML", "<", "<a>", "\x00" * 10, "{}", "<!DOCTYPE a>"]
)
def test_what_is_no_xml_is_refused(body: str) -> None:
    assert refusal(body).expected in {"well-formed XML in UTF-8", "XML without DOCTYPE"}


def test_a_truncated_list_gives_its_whole_filings_and_the_line_where_it_ends() -> None:
    body = f"<list>\n{mark('1')}\n{mark('2')}\n{mark('3')[:100]}"
    first, second, broken = rows(body)
    assert [first.filing and first.filing.application_number_text, second.number] == ["1", 2]
    assert (broken.number, broken.filing) == (3, None)
    assert broken.errors[0].received.startswith("line 4: ")


def test_a_list_with_too_many_filings_ends_with_a_fault() -> None:
    body = f"<list>{mark('1')}{mark('2')}{mark('3')}</list>".encode()
    found = list(read_rows(XML, body, rows_max=2))
    assert [row.filing is None for row in found] == [False, False, True]
    assert found[2].errors[0].expected == "at most 2 rows"


def test_faults_name_the_element_and_its_line() -> None:
    body = mark().replace("2020-01-02", "\n2020").replace("AU", "US")
    (row,) = rows(body)
    assert row.office == "US"
    assert row.errors == (
        FieldError("com:ApplicationDate (line 1)", "a date as YYYY-MM-DD", '"2020"'),
    )


def test_what_is_missing_is_named_with_the_element_that_lacks_it() -> None:
    body = f'<x>\n<t:Trademark xmlns:t="{ST96}Trademark"/></x>'
    assert [fault.field for fault in rows(body)[0].errors] == [
        "applicationNumberText of tmk:Trademark (line 2)",
        "filingDate of tmk:Trademark (line 2)",
    ]


def test_a_patent_without_kind_code_is_not_guessed_to_be_one() -> None:
    """China has patents and utility models; the European Patent Office has patents only."""
    body = (
        f'<p:BibliographicData xmlns:p="{ST96}Patent" xmlns:c="{ST96}Common">'
        "<p:ApplicationIdentification><c:IPOfficeCode>CN</c:IPOfficeCode><c:ApplicationNumber>"
        "<c:ApplicationNumberText>201510481495.9</c:ApplicationNumberText></c:ApplicationNumber>"
        "<p:FilingDate>2015-08-07</p:FilingDate></p:ApplicationIdentification>"
        "</p:BibliographicData>"
    )
    (row,) = rows(body)
    assert row.filing is None
    assert "utility model" in row.errors[0].expected
    (row,) = rows(body.replace("CN", "EP"))
    assert row.filing is not None
    assert row.filing.right == "patent"


def test_a_list_whose_filing_holds_no_document_says_so() -> None:
    (row,) = rows(f'<FilingBag xmlns="{LIST_NAMESPACE}"><Filing right="patent"/></FilingBag>')
    assert row.errors[0].received == "0 of them"


def test_a_list_without_filings_is_no_import() -> None:
    assert refusal(b"".join(BY_NAME["st96"].write([]))).received.endswith("without any")
