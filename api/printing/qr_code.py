"""QR codes (ISO/IEC 18004) as SVG, to be set in a document."""

import io

import segno


def qr_code(text: str, mask: int | None = None) -> str:
    """The SVG of the code, with its quiet zone; a fifteenth of it may be spoiled (level M).

    The mask pattern of best contrast is looked for, unless one is named: among letters that look random, none is
    better, and looking takes most of the time.
    """
    code = segno.make(text, error="m", micro=False, mask=mask)
    image = io.BytesIO()
    code.save(image, kind="svg", border=4, xmldecl=False)
    return image.getvalue().decode()
