"""What is written as ST.96 is valid by the official schemas, and the official examples can be read.

The schemas are not ours to ship: they are looked for beside the project, and without them these
tests are skipped.
"""

import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from listed_builders import LISTS
from lxml import etree

from api.formats import BY_NAME, XML, ListedFiling, Row, read_rows
from api.formats.st96_names import DESIGN_APPLICATION, FILING, LIST, short_name
from ledger.register.entries import Filing, PriorityClaim, RelatedFiling

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "st96"
SCHEMAS = {
    "BibliographicData": "BibliographicData_V6_0.xsd",
    "DesignApplication": "Design_V6_0.xsd",
    "Trademark": "Trademark_V6_0.xsd",
}

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the official ST.96 schemas are not beside the project"
)


STAND_INS = {
    "FlattenedMathML3.xsd": """
        <xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"
            targetNamespace="http://www.w3.org/1998/Math/MathML3">
          <xsd:element name="math"/>
        </xsd:schema>""",
    "OASISTable_V1_0.xsd": """
        <xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"
            targetNamespace="http://www.oasis-open.org/tables/exchange/1.0">
          <xsd:complexType name="OASISEntryType" mixed="true"><xsd:sequence/></xsd:complexType>
          <xsd:complexType name="OASISTableType"><xsd:sequence/></xsd:complexType>
          <xsd:complexType name="row"><xsd:sequence/></xsd:complexType>
          <xsd:complexType name="tbody"><xsd:sequence/></xsd:complexType>
          <xsd:complexType name="tgroup"><xsd:sequence/></xsd:complexType>
        </xsd:schema>""",
}
"""For formulas and tables of descriptions, whose schemas ST.96 imports: no document here has any."""


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> dict[str, etree.XMLSchema]:
    folder = tmp_path_factory.mktemp("st96")
    for file in FOLDER.glob("*.xsd"):
        shutil.copy(file, folder)
    for name, text in STAND_INS.items():
        (folder / name).write_text(text)
    return {name: etree.XMLSchema(etree.parse(folder / file)) for name, file in SCHEMAS.items()}


def written(listed: list[ListedFiling]) -> etree._Element:
    return etree.fromstring(b"".join(BY_NAME["st96"].write(listed)))


def example(name: str) -> list[Row]:
    return list(read_rows(XML, (FOLDER / f"{name}_Example.xml").read_bytes()))


@settings(max_examples=60)
@given(listed=LISTS)
def test_every_document_of_a_list_is_valid(
    schemas: dict[str, etree.XMLSchema], listed: list[ListedFiling]
) -> None:
    """Of a design application, whose own schema is not among the components, each part is validated."""
    for filing in written(listed).findall(FILING):
        (document,) = (child for child in filing if not str(child.tag).startswith(LIST))
        schema = schemas[etree.QName(document).localname]
        for part in document if document.tag == DESIGN_APPLICATION else (document,):
            alone = etree.fromstring(etree.tostring(part))
            assert schema.validate(alone), schema.error_log.last_error


def test_the_parts_of_a_design_application_stand_in_the_order_of_the_official_example() -> None:
    official = etree.parse(FOLDER / "DesignApplication_Example.xml").getroot()
    filing = Filing(right="design", application_number_text="1", filing_date=date(2020, 1, 1))
    application = written([ListedFiling("AU", filing)]).find(f"{FILING}/{DESIGN_APPLICATION}")
    assert application is not None
    order = [short_name(part.tag) for part in official]
    names = [short_name(part.tag) for part in application]
    assert names == [name for name in order if name in names]
    assert set(application.attrib) <= set(official.attrib)


def test_the_example_of_a_patent_is_read_with_its_claim_and_the_filing_that_it_divides() -> None:
    assert example("PatentPublication") == [
        Row(
            1,
            Filing(
                right="patent",
                application_number_text="13797521",
                filing_date=date(2013, 3, 12),
                priority_claim_bag=(
                    PriorityClaim(
                        ip_office_code="JP",
                        application_number_text="2007-290922",
                        filing_date=date(2007, 11, 8),
                    ),
                ),
                related_filing_bag=(
                    RelatedFiling(
                        relation="division", ip_office_code="US", application_number_text="12741916"
                    ),
                ),
            ),
            office="US",
        )
    ]


def test_the_example_of_a_design_is_read_with_its_claim() -> None:
    assert example("DesignApplication") == [
        Row(
            1,
            Filing(
                right="design",
                application_number_text="35503842",
                filing_date=date(2017, 8, 29),
                priority_claim_bag=(
                    PriorityClaim(
                        ip_office_code="WO",
                        application_number_text="DM/096824",
                        filing_date=date(2017, 3, 31),
                    ),
                ),
            ),
            office="XX",
        )
    ]


def test_the_example_of_a_mark_is_read() -> None:
    assert example("TrademarkApplication") == [
        Row(
            1,
            Filing(
                right="trademark",
                application_number_text="87035559",
                filing_date=date(2016, 5, 12),
            ),
            office="US",
        )
    ]


def test_a_geographical_indication_is_refused_with_the_reason() -> None:
    (row,) = example("GIApplication")
    assert row.filing is None
    assert "Paris Art. 4" in row.errors[0].expected
    assert row.errors[0].received == "a geographical indication"
