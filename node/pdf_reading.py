"""Reads a PDF that a stranger sent: the proof file in it, and the seal on it.

PDF is a large format, and its readers have had faults that cost a caller all memory or time. So the reading is done in
a process of its own, which may use so much memory and time and no more, and which imports nothing of the register.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PdfReader

ATTACHMENT: Final = "proof.json"
PDF_BYTES_MAX: Final = 32 * 1024 * 1024
_ATTACHMENT_BYTES_MAX: Final = 8 * 1024 * 1024
_MEMORY_MAX: Final = 1024 * 1024 * 1024
"""Bytes of address space, where the system can limit it."""
_SECONDS_MAX: Final = 20
_BEGIN: Final = b"%PDF-"
_BEGINS_WITHIN: Final = 1024
"""Bytes within which a PDF has to begin (ISO 32000-1, Annex H, 3.4.1)."""
_LENGTH: Final = 8
"""Bytes of the length that stands before the authorities."""


class UnreadablePdfError(Exception):
    """A PDF does not hold what was looked for, or cannot be read; the message says what was expected."""


class Seal(NamedTuple):
    """An office's seal on a PDF."""

    is_valid: bool
    """Intact, over the whole file, and by a certificate of a trusted authority that is valid now."""
    signer: str
    """The subject of the certificate."""
    detail: str
    """pyHanko's words, such as `INTACT:TRUSTED,UNTOUCHED`."""


def is_pdf(data: bytes) -> bool:
    """Whether the bytes begin as a PDF does, and not as a JSON document in which such words stand."""
    beginning = data[:_BEGINS_WITHIN]
    return _BEGIN in beginning and not beginning.lstrip().startswith(b"{")


def attached_proof(pdf: bytes) -> bytes:
    """The one attachment that is a proof file, not yet verified.

    Raises:
        UnreadablePdfError: there is none, or more than one, or the PDF is damaged, encrypted, too large or a trap.
    """
    return _read("proof", pdf, b"")


def seal_of(pdf: bytes, authorities: bytes) -> Seal:
    """The one seal on a PDF, judged by the certificates of authorities in PEM or DER. Needs the extra `seal`.

    Raises:
        UnreadablePdfError: there is none, or more than one, or the PDF or the certificates cannot be read.
    """
    return Seal(**json.loads(_read("seal", pdf, authorities)))


def _read(wanted: str, pdf: bytes, authorities: bytes) -> bytes:
    if len(pdf) > PDF_BYTES_MAX:
        raise UnreadablePdfError(f"expected a PDF of at most {PDF_BYTES_MAX} bytes")
    reading = [sys.executable, "-I", str(Path(__file__).resolve()), wanted]
    given = len(authorities).to_bytes(_LENGTH) + authorities + pdf
    try:
        ended = subprocess.run(  # noqa: S603 - our own file, by our own interpreter
            reading, input=given, capture_output=True, timeout=_SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired:
        message = f"expected a PDF that is read within {_SECONDS_MAX} seconds"
        raise UnreadablePdfError(message) from None
    if ended.returncode == 0:
        return ended.stdout
    if ended.returncode == 1:
        raise UnreadablePdfError(ended.stdout.decode(errors="backslashreplace")[:300])
    raise UnreadablePdfError("expected a PDF that can be read with little memory and time")


# What follows runs in the process of its own.
# ruff: noqa: PLC0415 - it alone needs what it imports


def _only_attachment(pdf: bytes) -> bytes:
    import io

    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(pdf), strict=False)
    if reader.is_encrypted:
        raise UnreadablePdfError("expected a PDF without a password")
    named: list[Any] = [
        each.pdf_object for each in reader.attachment_list if each.name == ATTACHMENT
    ]
    named += [each for each in _on_pages(reader) if ATTACHMENT in (each.get("/F"), each.get("/UF"))]
    if len(named) != 1:
        raise UnreadablePdfError(f"expected one attachment {ATTACHMENT}, found {len(named)}")
    (attached,) = named
    streams = {bytes(each.get_object().get_data()) for each in attached["/EF"].values()}
    if len(streams) != 1:  # a viewer may save another of them than we read
        raise UnreadablePdfError(f"expected one content of {ATTACHMENT}, found {len(streams)}")
    content = streams.pop()
    if len(content) > _ATTACHMENT_BYTES_MAX:
        raise UnreadablePdfError(
            f"expected an attachment of at most {_ATTACHMENT_BYTES_MAX} bytes, found {len(content)}"
        )
    return content


def _on_pages(reader: "PdfReader") -> "Iterator[Any]":
    """The files that stand as annotations on pages: a viewer offers them beside the attachments."""
    for page in reader.pages:
        annotations: Any = page.get("/Annots")
        for each in (annotations.get_object() if annotations is not None else None) or ():
            annotation = each.get_object()
            if annotation.get("/Subtype") == "/FileAttachment":
                yield annotation["/FS"].get_object()


def _only_seal(pdf: bytes, authorities: bytes) -> bytes:
    import io

    from pyhanko.keys import load_certs_from_pemder_data
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    trusted = list(load_certs_from_pemder_data(authorities))
    signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    if len(signatures) != 1:
        raise UnreadablePdfError(f"expected one seal on the PDF, found {len(signatures)}")
    context = ValidationContext(trust_roots=trusted, allow_fetching=False)
    status = validate_pdf_signature(signatures[0], signer_validation_context=context)
    seal = Seal(
        is_valid=bool(status.bottom_line) and status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        signer=str(status.signing_cert.subject.human_friendly),
        detail=str(status.summary()),
    )
    return json.dumps(seal._asdict()).encode()


def _limit_this_process() -> None:
    """Limit memory and time where the system can; the time is limited from outside as well, and what pypdf inflates."""
    if sys.platform == "win32":
        return
    import contextlib
    import resource

    for what, most in (
        (resource.RLIMIT_AS, _MEMORY_MAX),
        (resource.RLIMIT_CPU, _SECONDS_MAX),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # it has lower limits, or knows none
            resource.setrlimit(what, (most, most))


def _main() -> int:
    import logging

    logging.disable()  # the libraries tell of every oddity
    _limit_this_process()
    given = sys.stdin.buffer.read()
    after = _LENGTH + int.from_bytes(given[:_LENGTH])
    authorities, pdf = given[_LENGTH:after], given[after:]
    try:
        is_seal = sys.argv[1:] == ["seal"]
        found = _only_seal(pdf, authorities) if is_seal else _only_attachment(pdf)
    except UnreadablePdfError as error:
        return _tell(str(error))
    except ImportError:
        return _tell("expected the extra 'seal': pip install 'ipregister[seal]'")
    except Exception as error:
        return _tell(f"expected a whole PDF: {type(error).__name__}: {error!s:.200}")
    sys.stdout.buffer.write(found)
    return 0


def _tell(message: str) -> int:
    sys.stdout.buffer.write(message.encode(errors="backslashreplace"))
    return 1


if __name__ == "__main__":
    sys.exit(_main())
