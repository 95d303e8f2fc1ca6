"""The names of WIPO ST.96 V6.0 that the register reads and writes, and those of its own list.

Names of elements are in Clark notation, `{namespace}Name`.
"""

from typing import Final

from ledger.register.entries import Relation

ST96: Final = "http://www.wipo.int/standards/XMLSchema/ST96/"
COM: Final = f"{{{ST96}Common}}"
PAT: Final = f"{{{ST96}Patent}}"
DGN: Final = f"{{{ST96}Design}}"
TMK: Final = f"{{{ST96}Trademark}}"
GIN: Final = f"{{{ST96}GeographicalIndication}}"
LIST_NAMESPACE: Final = "urn:ipregister:filings:1"
LIST: Final = f"{{{LIST_NAMESPACE}}}"
"""Of the list: ST.96 has no bag that holds filings of all rights."""
PREFIXES: Final = {COM: "com:", PAT: "pat:", DGN: "dgn:", TMK: "tmk:", GIN: "gin:", LIST: ""}

FILING: Final = f"{LIST}Filing"
BIBLIOGRAPHIC_DATA: Final = f"{PAT}BibliographicData"
DESIGN_APPLICATION: Final = f"{DGN}DesignApplication"
TRADEMARK: Final = f"{TMK}Trademark"
GI_APPLICATION: Final = f"{GIN}GIApplication"
GI_DATA: Final = f"{GIN}GIData"

RELATION_NAMES: Final[dict[Relation, str]] = {
    "division": f"{PAT}Division",
    "continuation": f"{PAT}Continuation",
    "continuationInPart": f"{PAT}PartialContinuation",
    "addition": f"{PAT}Addition",
}
"""Components of a pat:RelatedDocumentBag; a national phase is pat:InternationalFilingData (INID 86)."""


def short_name(tag: object) -> str:
    """The name with its usual prefix; with its whole namespace where that is another one."""
    text = str(tag)
    namespace, brace, name = text.rpartition("}")
    prefix = PREFIXES.get(namespace + brace)
    return text if prefix is None else prefix + name
