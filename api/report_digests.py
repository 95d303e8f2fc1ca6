"""The SHA-256 that a request states of a document (RFC 9530)."""

import re
from base64 import b64decode
from typing import Final

from starlette.requests import Request

from api.explain import FieldError, quote
from api.problems import ProblemError

DIGEST_HELP: Final = "`sha-256=:<base64>:` of the document (RFC 9530)"
_DIGEST: Final = re.compile(r"(?:.*,)?\s*sha-256=:([A-Za-z0-9+/]{43}=):.*")


def stated_digest(request: Request, field: str) -> str:
    """The SHA-256 in a header, in hexadecimal.

    Raises:
        ProblemError: 400, the header has none.
    """
    given = request.headers.get(field, "")
    stated = _DIGEST.fullmatch(given)
    if stated is None:
        fault = FieldError(field, DIGEST_HELP, quote(given) if given else "nothing")
        raise ProblemError("invalid-parameter", errors=(fault,))
    return b64decode(stated[1]).hex()
