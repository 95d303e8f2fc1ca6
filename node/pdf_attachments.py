"""Takes the proof file out of a PDF that a stranger sent.

PDF is a large format, and its readers have had faults that cost a caller all memory or time. So the reading is done in
a process of its own, which may use so much memory and time and no more, and which imports nothing of the register.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

ATTACHMENT: Final = "proof.json"
PDF_BYTES_MAX: Final = 32 * 1024 * 1024
_ATTACHMENT_BYTES_MAX: Final = 8 * 1024 * 1024
_MEMORY_MAX: Final = 1024 * 1024 * 1024
"""Bytes of address space, where the system can limit it."""
_SECONDS_MAX: Final = 20
_BEGIN: Final = b"%PDF-"
_BEGINS_WITHIN: Final = 1024
"""Bytes within which a PDF has to begin (ISO 32000-1, Annex H, 3.4.1)."""


class NoAttachmentError(Exception):
    """A PDF holds no proof file, or cannot be read; the message says what was expected."""


def is_pdf(data: bytes) -> bool:
    """Whether the bytes begin as a PDF does, and not as a JSON document in which such words stand."""
    beginning = data[:_BEGINS_WITHIN]
    return _BEGIN in beginning and not beginning.lstrip().startswith(b"{")


def attached_proof(pdf: bytes) -> bytes:
    """The one attachment that is a proof file, not yet verified.

    Raises:
        NoAttachmentError: there is none, or more than one, or the PDF is damaged, encrypted, too large or a trap.
    """
    if len(pdf) > PDF_BYTES_MAX:
        raise NoAttachmentError(f"expected a PDF of at most {PDF_BYTES_MAX} bytes")
    reading = [sys.executable, "-I", str(Path(__file__).resolve())]
    try:
        ended = subprocess.run(  # noqa: S603 - our own file, by our own interpreter
            reading, input=pdf, capture_output=True, timeout=_SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired:
        raise NoAttachmentError(
            f"expected a PDF that is read within {_SECONDS_MAX} seconds"
        ) from None
    if ended.returncode == 0:
        return ended.stdout
    if ended.returncode == 1:
        raise NoAttachmentError(ended.stdout.decode(errors="backslashreplace")[:300])
    raise NoAttachmentError("expected a PDF that can be read with little memory and time")


def _only_attachment(pdf: bytes) -> bytes:
    """What `attached_proof` returns, in the process of its own."""
    import io  # noqa: PLC0415 - what the other process alone needs

    from pypdf import PdfReader  # noqa: PLC0415

    reader = PdfReader(io.BytesIO(pdf), strict=False)
    if reader.is_encrypted:
        raise NoAttachmentError("expected a PDF without a password")
    named = [each for each in reader.attachment_list if each.name == ATTACHMENT]
    if len(named) != 1:
        raise NoAttachmentError(f"expected one attachment {ATTACHMENT}, found {len(named)}")
    content = named[0].content
    if len(content) > _ATTACHMENT_BYTES_MAX:
        raise NoAttachmentError(
            f"expected an attachment of at most {_ATTACHMENT_BYTES_MAX} bytes, found {len(content)}"
        )
    return content


def _limit_this_process() -> None:
    if sys.platform == "win32":
        return  # the time is limited there, and what pypdf inflates at once
    import resource  # noqa: PLC0415

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_MAX, _MEMORY_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS_MAX, _SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main() -> int:
    import logging  # noqa: PLC0415

    logging.disable()  # pypdf tells of every oddity
    _limit_this_process()
    try:
        found = _only_attachment(sys.stdin.buffer.read())
    except NoAttachmentError as error:
        return _tell(str(error))
    except Exception as error:
        return _tell(f"expected a whole PDF: {type(error).__name__}: {error!s:.200}")
    sys.stdout.buffer.write(found)
    return 0


def _tell(message: str) -> int:
    sys.stdout.buffer.write(message.encode(errors="backslashreplace"))
    return 1


if __name__ == "__main__":
    sys.exit(_main())
