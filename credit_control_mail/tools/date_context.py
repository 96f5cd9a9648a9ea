"""What the words around a day make of it: past or future, promise, terms, reference."""

import re
from typing import NamedTuple

from .date_words import WEEKDAY

FUTURE = re.compile(
    r"\b(?:ser(?:ai|as|a|ons|ez|ont|ait|aient)|aur(?:ai|as|a|ons|ez|ont)|goes out"
    r"|go out|va|vais|vont|allons|allez|\w{2,20}(?:erons|irons|drons|erai|irai|drai"
    r"|eront|iront)|part|partira|partiront|interviendra|deviendra|prendra|prevoit"
    r"|prevoyons|prevue?s?|programmee?s?|planifiee?s?|prochaine?s?|d'ici|avant"
    r"|au plus tard|will|shall|going|to be|plan|plans|planned|scheduled|intend|expects?"
    r"|expected|by(?!\s(?:direct|bank|wire|transfer|che|card|sepa|bacs|standing|credit"
    r"|mail|e-?mail|post|phone|our|your|the bank|mistake|us|you|him|her))|before"
    r"|no later|latest|next|should(?!'ve| have)|wird|werden|werde|wollen|planen|geplant"
    r"|spatestens|would|doit|devrait|devraient|dois|devons|gets|going out|coming)\b"
    r"|'ll\b|\bbis\b"
)
PAST = re.compile(
    r"\b(?:(?:a|ont|ai|avons|as|avait|avions|avez|j'ai|n'a|est"
    r"|ayant)\s(?:[\w']{1,12}\s){0,3}?(?:ete|pay\w{1,3}|regl\w{1,3}|vir[ee]\w{0,2}"
    r"|vers\w{1,3}|effectu\w{1,3}|envoy\w{1,3}|emis\w{0,2}|fait\w{0,2}|proced\w{1,3}"
    r"|transmis\w{0,2}|adress\w{1,3}|execut\w{1,3}|debit\w{1,3}|post\w{1,3}|sold\w{1,3}"
    r"|recu\w{0,2}|donn\w{1,3}|remis\w{0,2}|lanc\w{1,3}|partie?s?\b|pass[e]\w{0,2}"
    r"|valid\w{1,3})|(?<!\bje )(?<!\bon )(?<!\bla )(?<!\ble )(?<!\bles )(?<!\bvous )"
    r"(?<!\bl')(?<!\bil )(?<!\belle )(?<!\bqui )(?:paye|regle|effectue|vire|verse|emis"
    r"|envoye|debite|execute|poste|encaisse|recu|expedie|livre|parti|ordonne|transmis"
    r"|remis|date|acquitte|fait|faite|retire|preleve|honore|solde|depose"
    r"|comptabilise)(?:e|s|es)?\b|depuis|en date d|was|were|been|paid|sent|made"
    r"|transferred|wired|debited|executed|received|processed|posted|cleared|left|went"
    r"|issued|dated|settled|since|delivered|remitted|initiated|collected|credited|did"
    r"|had|done|took|taken|gone|debited|uberwiesen|bezahlt|gezahlt|veranlasst"
    r"|angewiesen|beglichen|abgebucht|erhalten|wurden?|ausgefuhrt|seit|haben wir|hatten"
    r"|gesendet|verschickt|ausgeglichen)\b"
)
NOT_DONE = re.compile(
    r"\bpas encore|\bn'(?:a|ont|avons|ai|est|etait) (?:\w+ )?(?:pas|plus|jamais)"
    r"|\bnot (?:yet )?been|(?:has|have|was)(?: not|n't)|noch nicht|\bnot paid"
)
_BREAK = re.compile(r"[.;!?](?=\s|$)|\n\s*\n|\n\s{0,3}(?:[-*]\s|\d)|\t")
_EDGE_COMMA = re.compile(r"[,:]\s")

_LEADS = (
    ("not_before", r"(?:pas avant(?: le)?|not before|not until|nicht vor(?: dem)?"
     r"|jamais avant|rien avant|no payments? before|until after|erst (?:ab|nach"
     r"|am)(?: dem)?|qu'a partir du|qu'a compter du|qu'apres)"),
    ("since", r"(?:depuis(?: le)?|since|seit(?: dem)?)"),
    ("before", r"(?:avant(?: le| la| les)?|before|prior to|vor(?: dem)?|ahead of)"),
    ("until", r"(?:jusqu'(?:au|a la|a|en)|until|till|through|bis einschlieslich)"),
    ("by", r"(?:d'ici(?: le| la| a| au)?|(?:au plus tard|dernier delai)(?: le| a la"
     r"| en)?|by(?: the latest)?|no later than|not later than|spatestens(?: am"
     r"| bis(?: zum)?)?|bis(?: zum| spatestens(?: zum)?)?|sous|latest)"),
    ("from", r"(?:a partir d[ue]|a compter d[ue]|des(?: le)?|from|as of|as from"
     r"|starting|ab(?: dem)?|effective)"),
    ("after", r"(?:apres(?: le)?|after|nach(?: dem)?|passe le)"),
    ("due", r"(?:echue?s?(?: le)?|echeance (?:du|au|le|:)|due(?: on| since| date)?:?"
     r"|fallig(?: am| seit)?|a echeance(?: du| le)?|exigible le)"),
    ("of", r"(?:du|de|d'|of|dated|en date d[eu']|vom|datee?s? d[ue]|for|pour"
     r"|from the)"),
    ("on", r"(?:le|on|am|au|zum|the|pour le|the day of|in|en|im|les|ce|this)"),
)  # fmt: skip
_LEAD = re.compile(
    "(?:^|[\\s(,:'])(?:"
    + "|".join(f"(?P<{name}>{source})" for name, source in _LEADS)
    + r")(?:\s(?:le|the|dem|la|les|l'|environ|about|around"
    r"|mid|all|tout)){0,2}[\s']{0,2}$"
)
_WEEKDAY_BETWEEN = re.compile(rf"{WEEKDAY}[.,]?\s(?:(?:le|the|den|dem)\s)?$")
_NEVER = re.compile(
    r"\b(?:pas|rien|aucune?|jamais|ne pourr\w{2,4}|nothing|not|no|never|cannot|unable"
    r"|nichts|keine?|nicht|impossible)\b|n't\b"
)
_DOCUMENT = re.compile(
    r"\b(?:celles?|die(?=\svom)|the one|factures?|fact|fac|invoices?|inv"
    r"|rechnung(?:en)?|mails?|e-?mails?|courriels?|courriers?|messages?|relances?"
    r"|rappels?|letters?|lettres?|reminders?|mahnung(?:en)?|schreiben|commandes?"
    r"|orders?|bestellung|bons?|livraisons?|delivery|deliveries|releve|statement|devis"
    r"|quote|avoirs?|credit notes?|gutschrift|appel|call|telephone|telephonat|entretien"
    r"|conversation|echange|reunion|meeting|contrat|contract|jugement|ordonnance"
    r"|nachricht|anruf|mise en demeure|avis|lieferung|lieferschein|overdue"
    r"|facture n)\b"
)
_REFERENCE_TAIL = re.compile(
    r"(?:\s?(?:n°|no\.?|nr\.?|ref\.?|#|:)?\s?[\w/.°-]{0,20}\d[\w/.°-]{0,12}(?=[\s,(])"
    r"|\s(?:impayee?s?|ouvertes?|open|overdue|unpaid|outstanding|offene[nr]?|de relance"
    r"|mail|e-?mail|datees?|vente|d'achat|en objet|amiable|telephonique|precedente?s?"
    r"|last)\b|,(?=\s(?:dated|datee|en date|due|issued"
    r"|echue))){0,4}\s?[\s,(]\s?(?:du mois d[e']|du|de|d'|of the month of|of|from"
    r"|dated?|datee?s? d[ue]|en date d[ue]|emise?s? (?:le|en)|vom|issued(?: on| in)?"
    r"|sent(?: on)?|recue?s? le|due(?: on| since)?|echue?s?(?: le| depuis le)?|(?:a "
    r"|d')?echeance(?: du| au| le)?|fallig(?: am)?|envoyee?s? le|received(?: on)?"
    r"|delivered(?: on)?|livree?s? le|pour (?:le mois de)?"
    r"|for(?: the month of)?(?=\s[a-z]|\s?$)|im|fur|aus)[\s':]{0,2}(?:the |le |l'"
    r"|mois de )?\(?"
)
_FOR_MONTHS = re.compile(r"\b(?:pour|for|fur|im|aus)\s(?:le |the )?$")
_TERMS_BEFORE = re.compile(
    r"\b(?:conditions?|terms?|contractuel\w{0,5}|zahlungsziel|zahlungsbedingung\w{0,3}"
    r"|habituel\w{0,3}|usual|standard|cgv|delais? (?:de (?:paiement|reglement)|legal"
    r"|est|sont|fournisseur)|echeances? (?:est|sont)|net|policy)\b[^.;\n]{0,40}$"
)
_TERMS_AFTER = re.compile(
    r"\s{0,2},?\s?(?:fin de mois|fdm|eom|net\b|date (?:de|d') ?facture|(?:from|after"
    r"|of) (?:the )?(?:date of )?(?:the )?invoice|nach rechnung|de delai de paiement"
    r"|payment terms|a compter de la (?:date de )?facture)"
)
_EVENT_AFTER = re.compile(
    r"\s{0,2}(?:after|of|from|following|apres|suivant|a compter d|a reception|des|de la"
    r"|nach|ab|a partir d|once|upon|le temps|dem)\b(?![\s']?(?:e )?(?:ce jour|aujourd"
    r"|today|now|this (?:mail|e-?mail|message)|the date of this|ce mail|present|heute"
    r"|next week|day|semaine|mois|week|month|april|avril))"
)


class FoundDate(NamedTuple):
    """A day that a text names, where, and what the words around make of it."""

    start: int
    end: int
    text: str
    date: object
    kind: str  # day, period, duration, weekday, vague
    lead: str = ""  # on, by, before, until, from, after, not_before, since, due, of
    is_past: bool = False  # gone, or the phrase says so of the day of the mail
    is_terms: bool = False  # a term of payment in general: "our terms are 60 days"
    is_reference: bool = False  # the day of a document: "the invoice of 15 January"
    is_event: bool = False  # counted from an event to come: "10 days after delivery"

    @property
    def names_payment_day(self):
        """Whether it may say when somebody pays, or paid."""
        return not (
            self.is_terms
            or self.is_reference
            or self.is_event
            or self.lead in ("not_before", "since")
        )


def window_before(folded, start, edge):
    """Return the words of the same clause before a place, from ``edge`` on."""
    text = folded[max(edge, start - 90) : start]
    breaks = [match.end() for match in _BREAK.finditer(text)]
    return text[breaks[-1] :] if breaks else text


def window_after(folded, end):
    """Return the words of the same clause after a place."""
    text = folded[end : end + 70]
    found = _BREAK.search(text)
    return text[: found.start()] if found else text


def direction_of(before, after, prefer):
    """Return 1 where the phrase speaks of the future, -1 of the past, else 0."""
    if prefer in ("past", "next"):
        return -1 if prefer == "past" else 1
    if FUTURE.search(before):
        return 1
    if PAST.search(before):
        return 0 if NOT_DONE.search(before) else -1
    comma = _EDGE_COMMA.search(after, 3)
    after = after[: comma.start()] if comma else after
    future, past = FUTURE.search(after), PAST.search(after)
    if future and (not past or future.start() < past.start()):
        return 1
    return -1 if past else 0


def lead_of(before):
    """Return which preposition leads to a day."""
    found = _LEAD.search(_WEEKDAY_BETWEEN.sub("", before)[-40:])
    lead = found.lastgroup if found else ""
    if lead == "before" and _NEVER.search(before.rsplit(",", 1)[-1][-60:]):
        return "not_before"
    return lead


def is_reference(before, is_month=False):
    """Return whether the words before make it the day, or month, of a document."""
    nouns = list(_DOCUMENT.finditer(before))
    if not nouns or (not is_month and _FOR_MONTHS.search(before)):
        return False
    return bool(_REFERENCE_TAIL.fullmatch(before[nouns[-1].end() :]))


def is_terms(before, after, kind):
    """Return whether a duration is a term of payment in general."""
    return kind == "duration" and bool(
        _TERMS_BEFORE.search(before) or _TERMS_AFTER.match(after)
    )


def is_event(after, kind):
    """Return whether a duration runs from an event to come."""
    return kind == "duration" and bool(_EVENT_AFTER.match(after))
