"""The QR code of a SEPA credit transfer, read by banking applications.

Source: European Payments Council, EPC069-12, version 2.
"""

import re

MAX_REMITTANCE = 140
MAX_NAME = 70


def is_iban(number):
    """Tell whether ``number`` is an IBAN whose check digits are right.

    Source: ISO 13616, ISO 7064 (modulus 97).
    """
    plain = re.sub(r"\s", "", number or "").upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain):
        return False
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


def transfer_payload(name, iban, amount, reference="", bic="", is_structured=False):
    """Return the text that the QR code of a transfer in euro holds.

    :param str name: the payee
    :param str iban: of the payee
    :param float amount: in euro, at least one cent
    :param str reference: what the payer is to write
    :param str bic: of the payee's bank; may be empty within the EEA
    :param bool is_structured: whether ``reference`` is a creditor reference (ISO 11649)
    """
    words = " ".join((reference or "").split())[:MAX_REMITTANCE]
    lines = [
        "BCD",
        "002",
        "1",  # UTF-8
        "SCT",
        (bic or "").replace(" ", "").upper(),
        name[:MAX_NAME],
        re.sub(r"\s", "", iban).upper(),
        f"EUR{amount:.2f}",
        "",  # purpose
        words.replace(" ", "") if is_structured else "",
        "" if is_structured else words,
    ]
    return "\n".join(lines)
