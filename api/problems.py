"""The catalogue of problems (RFC 9457) and the exception that carries one.

Each code has one status, one title and one help text; the `type` of a problem document is a path
that the node itself answers with that help (see `pages`). Knows nothing of FastAPI.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from api.explain import FieldError

MEDIA_TYPE: Final = "application/problem+json"
PAGES_PATH: Final = "/problems"


class Kind(NamedTuple):
    """One entry of the catalogue."""

    status: int
    title: str
    help: str
    """What it means and what to do, in whole sentences."""


CATALOGUE: Final[dict[str, Kind]] = {
    "malformed-request": Kind(
        400,
        "The document cannot be read",
        "The body is not JSON, JSON Lines, CSV or XML in UTF-8, or is nested too deeply, or has a "
        "DOCTYPE. Nothing was registered. Mend the document and send it again.",
    ),
    "invalid-parameter": Kind(
        400,
        "A parameter has a value that is not known",
        "A query parameter, path part or header does not have one of the values that it may have. "
        "`errors` names it, what was expected and what came.",
    ),
    "no-earlier-answer": Kind(
        400,
        "The question has no answer for an earlier height",
        "`asOf` asks for the answer as the register was at a height. This question is not about the register at a "
        "height, or its answer is not kept: `detail` says why, and what can be asked instead.",
    ),
    "unknown-host": Kind(
        400,
        "The Host header names another host",
        "This node answers only to the host names of its configuration (`allowed_hosts`). Ask the "
        "administrator to add the name that you use.",
    ),
    "unauthenticated": Kind(
        401,
        "A valid bearer token is needed",
        "Send `Authorization: Bearer <token>` with a token that the administrator of this node "
        "issued. The token that came is missing, unknown or withdrawn.",
    ),
    "invalid-signature": Kind(
        401,
        "The request is not signed by an office of the network",
        "Requests between offices carry an HTTP message signature (RFC 9421) with the office's key. "
        "`detail` says what is wrong with this one; often it is the clock of one of the two nodes.",
    ),
    "replayed-request": Kind(
        401,
        "The signed request came before",
        "A signed request counts once. Sign it anew, with a new nonce. In the first seconds after a "
        "node's start it takes none that may have come before.",
    ),
    "forbidden": Kind(
        403,
        "The token's role does not allow this",
        "Clerks register; examiners verify and read; auditors read all, blocks too; administrators "
        "may do all. Use a token of the role that `errors` names.",
    ),
    "other-office": Kind(
        403,
        "An office declares only for itself",
        "Each office registers its own filings, events, coverage and closed days at its own node. "
        "Send this to the node of the office that `errors` names.",
    ),
    "report-not-readable": Kind(
        403,
        "This office may not read the report",
        "Reports are read by the offices that have a registered filing in the same extended family, "
        "and by the office that deposited them, unless they are withheld: `reasonCode` and `detail` "
        "say why (docs/register.md, section 10).",
    ),
    "not-found": Kind(
        404,
        "There is no such resource",
        "The path leads nowhere, or the register holds no such thing at this height. A filing that "
        "was just registered at another node may still be on its way: repeat the request with "
        "`minHeight` set to the height of its receipt.",
    ),
    "method-not-allowed": Kind(
        405,
        "The resource does not have this method",
        "The `Allow` header lists the methods of this resource.",
    ),
    "not-acceptable": Kind(
        406,
        "No form of the resource is acceptable",
        "`errors` lists the media types that this resource can be had in.",
    ),
    "conflict": Kind(
        409,
        "The register holds something else under this name",
        "A filing of this office, right and number is registered with other content, such as another "
        "filing date. Nothing was changed. Compare the two; a priority claim is mended by a claim "
        "entry, a wrong number or date needs the office's decision.",
    ),
    "mismatching-upload-offset": Kind(
        409,
        "The bytes do not follow what came of the upload",
        "`Upload-Offset` of the answer says from which byte on the upload goes on. Send the rest from there. "
        "Only one request at a time appends to an upload: a later one ends the earlier.",
    ),
    "too-large": Kind(
        413,
        "The body is too large",
        "`errors` names the limit in bytes. Split the document and send the parts one after the "
        "other.",
    ),
    "range-not-satisfiable": Kind(
        416,
        "The document has no such bytes",
        "`Content-Range` tells how many bytes it has. Leave out `Range` to get the whole.",
    ),
    "unsupported-media-type": Kind(
        415,
        "The media type of the body is not supported",
        "Set `Content-Type` to one of the media types that `errors` lists.",
    ),
    "invalid-fields": Kind(
        422,
        "Fields of the document are missing, unknown or wrong",
        "The document can be read, but does not have the form of this resource. `errors` names every "
        "field with what was expected and what came. Nothing was registered.",
    ),
    "document-differs": Kind(
        422,
        "The document is not the one that was announced",
        "Its size, its SHA-256 (`Content-Digest`) or its beginning is not what the request says; "
        "`detail` names both. Nothing was kept or registered. Send the right document.",
    ),
    "rejected": Kind(
        422,
        "The register rejected the entry",
        "The entry was ordered and every office found the same reason against it: `reasonCode` "
        "(see docs/register.md). The rejection stands in the block; nothing else was changed.",
    ),
    "no-sealed-filing": Kind(
        422,
        "No sealed filing answers to this number, date and code",
        "A claim to a sealed filing needs its number, its filing date and its access code, each right to the last "
        "character. Which of them is wrong cannot be said: only all three together lead to a filing. Compare them with "
        "the receipt of the first filing. The usual mistakes: B for 8, O for 0, I or L for 1, S for 5, Z for 2, U for "
        "V; day and month exchanged; the date of another filing; a number of the publication. Nothing was registered.",
    ),
    "key-reused": Kind(
        422,
        "The idempotency key was used for other content",
        "An `Idempotency-Key` (or `requestKey`) stands for one content for ever. Send a retry with "
        "the very same content, and new content with a new key.",
    ),
    "invalid-submission": Kind(
        422,
        "The signed submission is not valid",
        "The compact JWS does not carry this office's signature, or its payload is not that of this "
        "network, or has expired. `detail` says which.",
    ),
    "internal-error": Kind(
        500,
        "The node failed",
        "This is a fault of the node. Tell its administrator the `requestId`. Repeating the request "
        "is safe: what is registered already is answered with its first receipt.",
    ),
    "document-lost": Kind(
        500,
        "The document of this office's report is missing or damaged",
        "The ledger has the report, and this node cannot read its document. Tell its administrator: "
        "the document comes back from the backup, or is deposited again.",
    ),
    "document-altered": Kind(
        502,
        "The document is not the one on the ledger",
        "What the depositing office sent has another SHA-256 than the ledger. `detail` names both. "
        "It was removed. Tell that office.",
    ),
    "overloaded": Kind(
        503,
        "The node has more work than it may hold",
        "Nothing of this request was taken. Send it again after the seconds of `Retry-After`.",
    ),
    "stopping": Kind(
        503,
        "The node is stopping",
        "Nothing of this request was taken. Send it again when the node has started again.",
    ),
    "codes-not-kept": Kind(
        503,
        "The node cannot keep the access code",
        "An access code is written to disk before its filing is registered, and that failed: `detail` says how. "
        "Nothing was registered. Tell the administrator: the disk may be full. Afterwards the node must be "
        "started again.",
    ),
    "depositing-office-unreachable": Kind(
        503,
        "The node of the depositing office is not reachable",
        "The document stays at the office that deposited it, and its node does not answer as it "
        "should. `detail` says what is known of the report. Send the request again after the seconds "
        "of `Retry-After`: what came already is kept.",
    ),
    "transfer-under-way": Kind(
        503,
        "The document is still on its way",
        "It is being fetched from the office that deposited it, which goes on. Send the request again "
        "after the seconds of `Retry-After`.",
    ),
    "height-not-reached": Kind(
        503,
        "The node does not hold this height yet",
        "The node waited for `minHeight` and did not reach it. Send the request again after the "
        "seconds of `Retry-After`, or ask another node.",
    ),
    "not-up-to-date": Kind(
        503,
        "The node cannot be sure in time that it is up to date",
        "For `consistency=linearizable` the node asks the other offices how far they are. Too few of "
        "them answered, or it could not come so far in time. Send the request again after the seconds "
        "of `Retry-After`; `consistency=local` gets the answer as this node knows it.",
    ),
    "not-certified": Kind(
        503,
        "The block still awaits its signatures",
        "The entry is final, but too few offices have signed for its block yet. They do so within a "
        "round of messages: send the request again after the seconds of `Retry-After`.",
    ),
    "undecided": Kind(
        504,
        "The offices have not decided in time",
        "The entry was sent to the offices, but no decision came in time: it may still be registered. "
        "Send it again: what was registered meanwhile is answered with its first receipt.",
    ),
    "storage-full": Kind(
        507,
        "There is no room for the document",
        "The documents of this node reached the size that its configuration allows "
        "(`documents.storage_gibibytes_max`). Ask its administrator.",
    ),
}


class Problem(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A problem document."""

    type: str
    title: str
    status: int
    detail: str = ""
    reason_code: str
    """The catalogue code in upper case, or the register's own reason for a rejection."""
    errors: tuple[FieldError, ...] = ()
    request_id: str = ""


class ProblemError(Exception):
    """Ends a request with a problem document."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        reason: str = "",
        errors: tuple[FieldError, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or CATALOGUE[code].title)
        self.code = code
        self.status = CATALOGUE[code].status
        self.detail = detail
        self.reason = reason or code.replace("-", "_").upper()
        self.errors = errors
        self.headers = dict(headers or {})

    def document(self, request_id: str) -> Problem:
        """The problem document of one request."""
        return Problem(
            type=f"{PAGES_PATH}/{self.code}",
            title=CATALOGUE[self.code].title,
            status=self.status,
            detail=self.detail,
            reason_code=self.reason,
            errors=self.errors,
            request_id=request_id,
        )
