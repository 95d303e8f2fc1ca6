"""QR codes (ISO/IEC 18004) as SVG, to be set in a document."""

import io

import segno


def qr_code(text: str) -> str:
    """The SVG of the code, with its quiet zone; a fifteenth of it may be spoiled (level M)."""
    code = segno.make(text, error="m", micro=False)
    image = io.BytesIO()
    code.save(image, kind="svg", border=4, xmldecl=False)
    return image.getvalue().decode()
