"""What the OpenAPI description is made of: schemas of the msgspec structs, and how routes refer to them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from api.problems import MEDIA_TYPE as PROBLEM
from api.problems import Problem

JsonObject = dict[str, Any]

JSON: Final = "application/json"
_REF_TEMPLATE: Final = "#/components/schemas/{name}"
TITLE: Final = "IP register"
VERSION: Final = "1.0.0"
DESCRIPTION: Final = """One office's node of the distributed IP register.

The offices of the network agree on one ledger of application numbers and priority claims. Each \
registers its own filings at its own node; every node answers for all of them, and verifies priority \
claims against them. An answer of the register names its height in `Register-Height`, and the time of that \
block in `Register-Time`; with `asOf` it is the answer of an earlier height.

Every error is a problem document (RFC 9457) whose `type` leads to a page of help."""

TAGS: Final = (
    ("filings", "Applications as their offices declare them, their events and priority claims."),
    (
        "sealed-filings",
        "Filings that nobody may see before their publication, and their access codes.",
    ),
    ("priority-verifications", "Is this priority claim in order?"),
    ("families", "Filings that share priorities."),
    ("notices", "What concerns this office, as a list and as it happens."),
    ("reports", "Search and examination reports of the offices of a family."),
    ("exchange", "What the nodes of the offices ask of each other."),
    ("application-numbers", "One number in all its forms, with every warning."),
    ("receipts", "Proofs for the file, which can be checked without trusting any node."),
    ("submissions", "Entries that the office's own systems have signed."),
    ("blocks", "The ledger as it is, for auditors."),
    ("offices", "The offices, how far their registers are complete, their closed days."),
    ("requests", "Bulk documents that are registered in the background."),
    ("node", "State and health of this node."),
)


def reference(record: type) -> JsonObject:
    """A reference to the schema of a struct."""
    return {"$ref": _REF_TEMPLATE.format(name=record.__name__)}


def content(
    record: type | None, example: object = None, media_type: str = JSON
) -> dict[str, JsonObject]:
    """The `content` of a body of this type."""
    media: JsonObject = {"schema": reference(record) if record else {"type": "string"}}
    if example is not None:
        media["example"] = example
    return {media_type: media}


def answer(description: str, record: type, example: object = None, *headers: str) -> JsonObject:
    """One entry of `responses`."""
    known = {name: {"schema": {"type": "string"}} for name in ("Register-Height", *headers)}
    return {"description": description, "content": content(record, example), "headers": known}


def request_body(contents: Mapping[str, JsonObject]) -> JsonObject:
    """The `openapi_extra` of a route that reads its own body."""
    return {"requestBody": {"required": True, "content": dict(contents)}}


def parameter(place: str, name: str, description: str, schema: JsonObject) -> JsonObject:
    """An optional parameter of a route that reads its own."""
    return {
        "name": name,
        "in": place,
        "required": False,
        "description": description,
        "schema": schema,
    }


PROBLEM_ANSWER: Final[dict[int | str, JsonObject]] = {
    "4XX": {"description": "Refused", "content": content(Problem, media_type=PROBLEM)},
    "5XX": {"description": "Failed", "content": content(Problem, media_type=PROBLEM)},
}


def complete(description: JsonObject, records: Sequence[type]) -> JsonObject:
    """FastAPI's description, with the schemas of these structs and the way to authenticate."""
    _, schemas = msgspec.json.schema_components((Problem, *records), ref_template=_REF_TEMPLATE)
    components = description.setdefault("components", {})
    components["schemas"] = dict(sorted({**components.get("schemas", {}), **schemas}.items()))
    components["securitySchemes"] = {"bearerToken": {"type": "http", "scheme": "bearer"}}
    description["security"] = [{"bearerToken": []}]
    description["tags"] = [{"name": name, "description": text} for name, text in TAGS]
    return description
