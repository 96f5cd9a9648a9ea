"""Which phone numbers take text messages."""

import phonenumbers
from phonenumbers import PhoneNumberType

# a number whose kind a country does not tell apart (United States) is given a try
WITHOUT_TEXT = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
}


def takes_text(number):
    """Return whether a text message may be sent to ``number``.

    :param str number: in international form

    >>> takes_text("+33612345678"), takes_text("+33123456789"), takes_text("x")
    (True, False, False)
    """
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(parsed) not in WITHOUT_TEXT


def international(number):
    """Return ``number`` (E.164) as people read it, unchanged when it is none.

    >>> international("+33612345678")
    '+33 6 12 34 56 78'
    """
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(
        parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )


def masked(number):
    """Return ``number`` for a page that strangers may see: two digits at each end.

    >>> masked("+33612345678")
    '+33 • •• •• •• 78'
    """
    text = international(number)
    start, end = text.find(" ") + 1 or 3, len(text) - 2
    return "".join(
        "•" if sign.isdigit() and start <= place < end else sign
        for place, sign in enumerate(text)
    )
