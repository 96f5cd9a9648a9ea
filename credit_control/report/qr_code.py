"""QR codes as vector drawings, made without a server or a drawing library."""

import qrcode
from markupsafe import Markup

# Any mask is valid for a reader; trying all eight, as the library does, takes six
# times as long and gains nothing on paper.
MASK = 3


def qr_code_svg(text):
    """Return an SVG drawing of ``text`` as a QR code (error correction M).

    :rtype: Markup
    """
    code = qrcode.QRCode(
        border=0, mask_pattern=MASK, error_correction=qrcode.ERROR_CORRECT_M
    )
    code.add_data(text.encode())
    code.make()
    matrix = code.get_matrix()
    path = "".join(
        f"M{start} {y}h{stop - start}v1h-{stop - start}z"
        for y, row in enumerate(matrix)
        for start, stop in _runs(row)
    )
    size = len(matrix)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {size} {size}"'
        ' shape-rendering="crispEdges"><path fill="#000" d="{path}"/></svg>'
    ).format(size=size, path=path)


def _runs(row):
    """Yield (start, stop) of each stretch of dark modules."""
    start = None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            yield start, x
            start = None
