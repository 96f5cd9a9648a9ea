"""Registered letters and providers of post: their numbers, and the files they return.

Nothing here refuses a number: the forms change from year to year and from country to
country. What is known is named, what looks like a slip of the pen is pointed out.

Sources: Universal Postal Union, standard S10 (13 signs, check digit modulo 11); the
numbers that La Poste prints on French registered letters (``1A 123 456 7890 1``).
"""

import csv
import io
import re
import unicodedata
from datetime import date, datetime
from typing import NamedTuple

S10 = re.compile(r"([A-Z]{2})(\d{8})(\d)([A-Z]{2})")
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
LA_POSTE = re.compile(r"\d[A-Z]\d{11}")
MIN_LENGTH = 8
# what a provider calls each column, in the languages of the suite, as plain letters
COLUMNS = {
    "reference": "reference ref ourreference votrereference notrereference referenz "
    "unserzeichen clientreference customerreference",
    "number": "number tracking trackingnumber numero numerodesuivi numerolrar nlrar "
    "suivi sendungsnummer nummer einschreibennummer barcode codebarres",
    "status": "status state statut etat resultat result zustand ergebnis",
    "date": "date day datedestatut statusdate datestatut datum statusdatum "
    "datededistribution deliverydate zustelldatum",
    "posted": "posted postedon dateposted datededepot depot deposele aufgegebenam "
    "aufgabedatum mailingdate",
}
STATUSES = {
    "posted": "posted sent mailed deposited dispatched intransit accepted printed "
    "depose expedie envoye posté prisencharge encours remisalaposte aufgegeben "
    "versandt versendet eingeliefert unterwegs",
    "delivered": "delivered received signed distribue livre remis remisaudestinataire "
    "recu zugestellt empfangen ausgeliefert",
    "refused": "refused refuse refuseparledestinataire verweigert annahmeverweigert "
    "annahmeverweigerung",
    "unclaimed": "unclaimed notclaimed nonreclame avise avisenonreclame "
    "plinonreclame pliaviseetnonreclame nichtabgeholt",
    "returned": "returned return unknownaddress addressunknown movedaway undeliverable "
    "npai retour retourne retouralenvoyeur inconnu destinataireinconnualadresse "
    "adresseinconnue zuruck unzustellbar empfangerunbekannt unbekanntverzogen",
    "failed": "failed error rejected cancelled canceled erreur rejete annule echec "
    "fehler abgelehnt storniert",
}


def plain_number(text):
    """Return a number as it is compared: letters and digits alone.

    >>> plain_number(" 1a 123 456-7890 1 ")
    '1A12345678901'
    """
    return re.sub(r"[^0-9A-Z]", "", (text or "").upper())


def check_digit(digits):
    """Return the last digit of a number of the standard S10.

    >>> check_digit("47312482")
    9
    """
    total = sum(
        int(digit) * weight for digit, weight in zip(digits, S10_WEIGHTS, strict=True)
    )
    return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)


def read_number(text):
    """Return (what a number looks like, the two letters of the post's country).

    ``empty``, ``international`` and ``french`` are well formed; ``mistyped`` has the
    form of an international number but not its check digit; ``short`` is surely not
    complete; ``other`` may be of any provider.

    >>> read_number("RR 473 124 829 GB"), read_number("RR473124828GB")
    (('international', 'GB'), ('mistyped', 'GB'))
    >>> read_number("1A 123 456 7890 1"), read_number("12-3"), read_number(None)
    (('french', 'FR'), ('short', ''), ('empty', ''))
    >>> read_number("LTR-2026-0001234")
    ('other', '')
    """
    number = plain_number(text)
    if not number:
        return "empty", ""
    if found := S10.fullmatch(number):
        is_right = check_digit(found[2]) == int(found[3])
        return ("international" if is_right else "mistyped"), found[4]
    if LA_POSTE.fullmatch(number):
        return "french", "FR"
    if len(number) < MIN_LENGTH or not re.search(r"\d", number):
        return "short", ""
    return "other", ""


class Answer(NamedTuple):
    """One row of a provider's file.

    ``status`` is a key of ``STATUSES``; None when the provider's ``word`` is not known,
    empty when he gave none. ``bad_date`` is the text of a day that nobody can read.
    """

    row: int
    reference: str
    number: str
    status: str | None
    word: str
    date: date | None
    posted: date | None
    bad_date: str


def read_answers(content):
    """Return the rows of a provider's CSV file, whatever its columns are called.

    :param bytes content: separated by semicolon, comma or tabulator
    :return: a list of :class:`Answer`
    :raise ValueError: ``empty``, or ``columns`` when there is neither a reference nor
        a number by which letters could be found

    >>> content = "Référence;Statut;Date\\n2026-000012-7;Distribué;03/02/2026"
    >>> [row] = read_answers(content)
    >>> row.reference, row.status, row.date
    ('2026-000012-7', 'delivered', datetime.date(2026, 2, 3))
    """
    text = content if isinstance(content, str) else _decode(content)
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise ValueError("empty")
    delimiter = max(";,\t", key=lines[0].count)
    rows = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    columns = _columns(next(rows))
    if not columns.keys() & {"reference", "number"}:
        raise ValueError("columns")
    return [
        _answer(number, row, columns)
        for number, row in enumerate(rows, start=2)
        if any(cell.strip() for cell in row)
    ]


def _decode(content):
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _letters(text):
    """Return the plain small letters and digits of a text.

    >>> _letters("Numéro de suivi :")
    'numerodesuivi'
    """
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", flat.lower())


def plain_place(*parts):
    """Return the lines of an address as they are compared, in any script.

    >>> plain_place("12, Königstraße", None, "70173", "STUTTGART")
    '12konigstrasse70173stuttgart'
    >>> plain_place("ул. Ленина 1", "Москва") == plain_place("ул Ленина 1", "москва")
    True
    """
    flat = unicodedata.normalize("NFKD", " ".join(filter(None, parts))).casefold()
    return "".join(sign for sign in flat if sign.isalnum())


def _known_as(word, names):
    """Return the key of ``names`` among whose synonyms ``word`` is, or None."""
    letters = _letters(word)
    return next(
        (
            key
            for key, synonyms in names.items()
            if letters == key or letters in map(_letters, synonyms.split())
        ),
        None,
    )


def _columns(header):
    """Return the place of each column that is known."""
    places = {}
    for place, name in enumerate(header):
        if key := _known_as(name, COLUMNS):
            places.setdefault(key, place)
    return places


def _answer(number, row, columns):
    cells = {
        key: row[place].strip() if place < len(row) else ""
        for key, place in columns.items()
    }
    word = cells.get("status", "")
    days = {key: read_day(cells.get(key, "")) for key in ("date", "posted")}
    bad = [cells[key] for key, day in days.items() if cells.get(key) and not day]
    return Answer(
        number,
        cells.get("reference", ""),
        cells.get("number", ""),
        _known_as(word, STATUSES) if word else "",
        word,
        days["date"],
        days["posted"],
        bad[0] if bad else "",
    )


def read_day(text):
    """Return a day as people and programs write it, or None.

    >>> read_day("2026-02-03T10:15:00"), read_day("3.2.2026"), read_day("soon")
    (datetime.date(2026, 2, 3), datetime.date(2026, 2, 3), None)
    """
    day = re.split(r"[T ]", (text or "").strip())[0]
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y%m%d"):
        try:
            return datetime.strptime(day, form).date()  # noqa: DTZ007 - a day alone
        except ValueError:
            continue
    return None
