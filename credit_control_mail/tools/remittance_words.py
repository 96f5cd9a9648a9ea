"""What the columns of remittance advices are called, in French, English and German."""

import re

from .amounts import CURRENCIES
from .folding import fold

# the first role whose pattern is found in a heading; the order decides
_ROLES = (
    ("ignored", r"\b(?:mode|moyen|method|terms?|conditions?|iban|bic|swift|compte"
     r"|account"
     r"|konto\w*|bank\w*|banque|tva|vat|mwst|ust|tax|taux|rate|siret|siren|kunden\w*"
     r"|company|societe|%)\b|^ht$"),
    ("payment_date", r"date (?:de |du |of )?(?:paiement|reglement|virement|valeur"
     r"|payment)|(?:payment|value|paid|remittance|clearing|check) date|zahlungsdatum"
     r"|zahldatum|valuta|paid on|paye le|regle le|zahltag|ausgleichsdatum"),
    ("payment_ref", r"(?:ref\w*|n°|no|nr|num\w*) (?:de |du |of )?(?:paiement|reglement"
     r"|virement|cheque|payment|transfer|remittance)|(?:payment|transfer|remittance"
     r"|check|cheque|advice|eft|ach|wire) (?:ref\w*|no\b|num\w*|id\b|document)"
     r"|zahlungs(?:referenz|nummer|nr|beleg)|virement n°|ausgleichsbeleg"),
    ("due", r"echeance|due date|^due$|fallig|net due|maturity"),
    ("currency", r"^devise|^currency|^curr\b|^ccy|^wahrung|^whrg|^monnaie|^cur$|^wrg$"),
    ("date", r"\bdate|datum|^du$|^day$|^jour$|^vom$"),
    ("discount", r"escompte|discount|skonto|rabatt|remise (?:de|pour)|^remise\b"
     r"|cash disc"),
    ("deduction", r"retenue|deduction|abzug|abzuge|withh|penalit|penalty|kurzung|deduit"
     r"|charge ?back|ajust|adjust|differen|rfa|litige|garantie|einbehalt|imputation"),
    ("paid", r"net (?:a )?pay|montant (?:net|pay|regl|vir|vers)|amount paid|paid amount"
     r"|paid\b|net amount|amount net|payment amount|amount of payment|zahlbetrag"
     r"|zahlungsbetrag|netto|gezahlt|bezahlt|uberw|ausgezahlt|\bregle\b|\bpaye\b|^net$"
     r"|paiement$|payment$|reglement$|\bnet\b|amount remitted|remitted|ueberw"
     r"|applied|zahlung$|verse\b|vire\b"),
    ("gross", r"brut|gross|montant (?:ttc|facture|initial|origine|piece|document|total)"
     r"|invoice (?:amount|total|amt|value)|original|rechnungsbetrag|bruttobetrag"
     r"|document amount|ttc|inv amt|total facture|bill amount"),
    ("debit", r"^debit|^soll$|^dr$"),
    ("credit", r"^credit$|^haben$|^cr$|^credit\b(?! note| memo)"),
    ("amount", r"montant|amount|betrag|somme|^total$|valeur|^value|summe|solde|balance"
     r"|^amt|umsatz"),
    ("type", r"^type|nature|^typ$|^art$|belegart|kind|doc type|document type"
     r"|code piece"),
    ("your_ref", r"(?:votre|vos|v\.?/?) ?(?:ref|n°|no|num|facture|piece|document|fact)"
     r"|your (?:ref|inv|doc|no|num|bill)|(?:supplier|vendor|fournisseur)s? ?"
     r"(?:inv\w*|ref\w*|doc\w*|n°|no\b|num\w*|bill|facture)|ihre? (?:rech|ref|beleg|nr"
     r"|zeichen|nummer)|lieferanten(?:rech|beleg|ref)|(?:ref\w*|n°|facture) "
     r"(?:du )?(?:fournisseur|externe)|external|externe|ref(?:erence)? facture"
     r"|re-?nr\.? lief|fact\w* fourn|lief\w*[- ]?re"),
    ("invoice", r"facture|invoice|\binv\b|rechnung|\brg\b|re-?nr|bill n|\bbill\b"
     r"|\bfac\b"),
    ("our_ref", r"(?:notre|nos|n\.?/?) ?(?:ref|piece|document)|our (?:ref|doc|no)"
     r"|unsere?"
     r"|interne|internal|voucher|buchungs|comptable|ecriture|sap|laufende|bon de"
     r"|commande|order|bestell|\bpo\b|lfd|ligne|line|^pos|livraison"),
    ("text", r"libelle|texte?\b|description|comment|motif|bemerkung|verwendung|remark"
     r"|reason|note|bezeichnung|intitule|objet|detail|grund|memo|observation"),
    ("document", r"document|beleg|piece|ref|\bn°|\bno\b|\bnr\b|num|\bdoc\b|nummer"
     r"|item"),
)  # fmt: skip
_ROLE = [(role, re.compile(pattern)) for role, pattern in _ROLES]
# which column holds the number of our invoice, the likeliest first
REFERENCES = ("your_ref", "invoice", "document", "our_ref")
SUMS = frozenset(
    ("gross", "discount", "deduction", "paid", "amount", "debit", "credit")
)
_MONEY = re.compile(r"[a-z]{3,6}|[€$£¥]")
_TOTAL = re.compile(
    r"(?:grand |sous[- ]?|sub[- ]?|zwischen|gesamt|end)?(?:total|totaux|summe|sum"
    r"|betrag)\w*"
    r"\b|net a payer|montant (?:total|du (?:virement|reglement|paiement))|zahlbetrag"
    r"|zu zahlen|(?:payment|transfer|paid|remittance) (?:amount|total)|amount paid"
    r"|ueberweisungsbetrag|uberweisungsbetrag|auszahlung"
)
_SUBTOTAL = re.compile(r"sous|sub|zwischen|report|ubertrag|carried|brought|page")
_CREDIT_NOTE = re.compile(
    r"\bavoirs?\b|credit ?(?:note|memo)|\bc/?n\b|gutschrift|\bkg\b|\bcm\b"
    r"|note de credit"
    r"|\bgs\b|\bavo\b|\brc\b"
)
_FACTS = {
    "date": re.compile(
        r"(?:date (?:de |du |d')?(?:paiement|reglement|virement|valeur|operation"
        r"|execution)|(?:payment|value|remittance|transfer|check|cheque) date"
        r"|date of payment|paid on|zahlungsdatum|valuta\w*|buchungsdatum|zahltag"
        r"|ausfuhrungsdatum|(?:virement|reglement|paiement|payment|transfer|zahlung"
        r"|uberweisung) (?:du|en date du|of|dated|from|made on|vom|am))\s*[:.=]?\s*"
    ),
    "reference": re.compile(
        r"(?:(?:ref\w*\.?|n°|no\.?|num\w*) (?:de |du |d'|of )?(?:paiement|reglement"
        r"|virement"
        r"|cheque|avis|payment|transfer|remittance)|(?:virement|cheque|reglement|avis"
        r"|transfer|check) (?:n°|no\.?|num\w*|ref\w*)"
        r"|(?:payment|transfer|remittance|check|cheque|advice|eft|ach|wire|transaction)"
        r" (?:reference|ref\.?|number|no\.?|num\.?|id|document)"
        r"|zahlungs(?:referenz|nummer|nr\.?|beleg\w*)|avis-?nr\.?|belegnummer"
        r"|verwendungszweck|end-?to-?end(?:-?id)?)\s*[:.#=]?\s*"
    ),
    "payer": re.compile(
        r"(?:payeur|emetteur|donneur d'ordre|debiteur|payer|paid by|remitter|originator"
        r"|societe|company|auftraggeber|zahler|zahlungspflichtiger|client)\s*[:=]\s*"
    ),
    "total": re.compile(
        r"(?:(?:montant|amount|somme) (?:total\w* )?(?:(?:du |de |of |the )*"
        r"(?:virement|reglement|paiement|payment|transfer|remittance)|pay\w*|regle|paid"
        r"|vire)|montant total|total (?:amount|payment|paid|paye|regle|general|du"
        r" (?:virement|reglement|paiement))|(?:payment|transfer|check) (?:amount|total)"
        r"|net a payer|zahlbetrag|gesamtbetrag|zahlungsbetrag|uberweisungsbetrag)"
        r"[^\d:=]{0,20}[:=]?\s*"
    ),
}


def tidy(cell):
    """Return a heading as the patterns expect it.

    >>> tidy("Réf. de  paiement *"), tidy(None)
    ('ref de paiement', '')
    """
    if not isinstance(cell, str):
        return ""
    text = re.sub(r"[^\w°/' ]+", " ", fold(cell).replace("_", " ").replace(".", " "))
    text = re.sub(r"\bn ?[°o]\b|\bnum\b|\bnumero\b", "n°", text)
    return re.sub(r"\s+", " ", text).strip()


def role_of(cell):
    """Return the role of a column by its heading, or "".

    >>> [role_of(c) for c in ("N° facture", "Votre référence", "Net payé", "Skonto")]
    ['invoice', 'your_ref', 'paid', 'discount']
    """
    text = tidy(cell)
    if not text or len(text) > 45 or re.search(r"\d{3}", text):
        return ""
    return next((role for role, pattern in _ROLE if pattern.search(text)), "")


def currency_of(text):
    """Return the one currency that a heading or a cell names, or None.

    >>> currency_of("Montant (EUR)"), currency_of("Amount")
    ('EUR', None)
    """
    words = _MONEY.findall(fold(text)) if isinstance(text, str) else []
    codes = {CURRENCIES[word] for word in words if word in CURRENCIES}
    return codes.pop() if len(codes) == 1 else None


def total_kind(text):
    """Return total, subtotal or "" for the first words of a row.

    >>> total_kind("Sous-total"), total_kind("Total général"), total_kind("Facture")
    ('subtotal', 'total', '')
    """
    folded = fold(text).strip(" :*-=") if isinstance(text, str) else ""
    if not _TOTAL.match(folded):
        return "subtotal" if re.match(r"(?:a reporter|report|ubertrag)", folded) else ""
    return "subtotal" if _SUBTOTAL.search(folded) else "total"


def is_credit_note(text):
    """Return whether a row speaks of a credit note.

    >>> is_credit_note("Avoir 12"), is_credit_note("Facture")
    (True, False)
    """
    return bool(_CREDIT_NOTE.search(fold(text)))


def find_fact(kind, text):
    """Return what follows the words for a fact ("Date de paiement :") in a line.

    :param str kind: date, reference, payer or total
    :return: None without these words, "" when nothing follows them
    """
    folded = fold(text)
    match = _FACTS[kind].search(folded)
    return text[match.end() :].strip() if match else None
