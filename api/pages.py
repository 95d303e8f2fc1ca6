"""The pages for people: the documentation, and the help that the `type` of a problem leads to.

They load nothing from any other host and run no script but their own files: the content security
policy says so to the browser.
"""

from html import escape
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse

from api.problems import CATALOGUE, PAGES_PATH, ProblemError

STATIC_FOLDER: Final = Path(__file__).parent / "static"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}

_DOCUMENTATION: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>IP register: API documentation</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/swagger-ui/swagger-ui.css">
<script src="/static/swagger-ui/swagger-ui-bundle.js" defer></script>
<script src="/static/documentation.js" defer></script>
<div id="documentation"></div>
<noscript>The description itself is at <a href="/openapi.json">/openapi.json</a>.</noscript>
</html>
"""

_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/page.css">
<h1>{title}</h1>
{content}
</html>
"""

router = APIRouter(include_in_schema=False)


def _page(title: str, content: str) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(title=escape(title), content=content), headers=_HEADERS)


@router.get("/")
async def show_start() -> RedirectResponse:
    """Leads to the documentation."""
    return RedirectResponse("/docs")


@router.get("/docs")
async def show_documentation() -> HTMLResponse:
    """The API documentation."""
    return HTMLResponse(_DOCUMENTATION, headers=_HEADERS)


@router.get(PAGES_PATH)
async def list_problems() -> HTMLResponse:
    """All problems that this API answers with."""
    entries = "".join(
        f'<dt><a href="{PAGES_PATH}/{code}">{code}</a> ({kind.status})</dt>'
        f"<dd>{escape(kind.title)}</dd>"
        for code, kind in CATALOGUE.items()
    )
    return _page("Problems", f"<dl>{entries}</dl>")


@router.get(PAGES_PATH + "/{code}")
async def explain_problem(code: str) -> HTMLResponse:
    """What one problem means, and what to do."""
    kind = CATALOGUE.get(code)
    if kind is None:
        raise ProblemError("not-found", f"There is no problem {code!r}.")
    content = (
        f"<p>{escape(kind.help)}</p><p>Code <code>{code}</code>, HTTP status {kind.status}. "
        f'<a href="{PAGES_PATH}">All problems</a></p>'
    )
    return _page(kind.title, content)
