"""Days as the screens of Odoo write them."""

from odoo.tools.misc import format_date


def format_day(env, day):
    """Return a day with its month in letters, as dates in lists read; "" for none.

    Digits alone would be read in two ways: 06/07 is June here and July there.
    """
    return format_date(env, day, date_format="medium") if day else ""
