from typing import NamedTuple


class Letter(NamedTuple):
    """A notice on its way to an address."""

    notice: object  # dunning.notice
    partner: object  # res.partner: whom it is addressed to
    lang: str
    is_registered: bool
    # res.partner: who is written to by name, where not the recipients of the notice
    reader: object = None
