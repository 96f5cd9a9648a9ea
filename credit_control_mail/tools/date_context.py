"""What the words around a day make of it: past or future, promise, terms, reference."""

import re
from typing import NamedTuple

FUTURE = re.compile(
    r"\b(?:ser(?:ai|as|a|ons|ez|ont|ait|aient)|aur(?:ai|as|a|ons|ez|ont)|goes out|go out|va|vais|vont|allons|allez"
    r"|\w{2,20}(?:erons|irons|drons|erai|irai|drai|eront|iront)|part|partira|partiront"
    r"|interviendra|deviendra|prendra|prevoit|prevoyons|prevue?s?|programmee?s?"
    r"|planifiee?s?|prochaine?s?|d'ici|avant|au plus tard|will|shall|going|to be|plan"
    r"|plans"
    r"|planned|scheduled|intend|expects?|expected|by(?!\s(?:direct|bank|wire|transfer|che|card|sepa|bacs|standing|credit|mail|e-?mail|post|phone|our|your|the bank|mistake|us|you|him|her))|before|no later|latest|next|should(?!'ve| have)"
    r"|wird|werden|werde|wollen|planen|geplant|spatestens|would|doit|devrait|devraient"
    r"|dois|devons|gets|going out|coming)\b|'ll\b|\bbis\b"
)
PAST = re.compile(
    r"\b(?:(?:a|ont|ai|avons|as|avait|avions|avez|j'ai|n'a|est"
    r"|ayant)\s(?:[\w']{1,12}\s){0,3}?"
    r"(?:ete|pay\w{1,3}|regl\w{1,3}|vir[ee]\w{0,2}|vers\w{1,3}|effectu\w{1,3}"
    r"|envoy\w{1,3}"
    r"|emis\w{0,2}|fait\w{0,2}|proced\w{1,3}|transmis\w{0,2}|adress\w{1,3}"
    r"|execut\w{1,3}"
    r"|debit\w{1,3}|post\w{1,3}|sold\w{1,3}|recu\w{0,2}|donn\w{1,3}|remis\w{0,2}"
    r"|lanc\w{1,3}"
    r"|part[ie]\w{0,2}|pass[e]\w{0,2}|valid\w{1,3})|(?<!\bje )(?<!\bon )(?<!\bla )(?<!\ble )(?<!\bles )(?<!\bvous )(?<!\bl')(?<!\bil )(?<!\belle )(?<!\bqui )(?:paye|regle|effectue|vire|verse|emis|envoye"
    r"|debite"
    r"|execute|poste|encaisse|recu|expedie|livre|parti|ordonne|transmis|remis|date"
    r"|acquitte"
    r"|fait|faite|retire|preleve|honore|solde|depose|comptabilise)(?:e|s|es)?\b|depuis"
    r"|en date d|"
    r"was|were|been|paid|sent|made|transferred|wired|debited|executed|received"
    r"|processed"
    r"|posted|cleared|left|went|issued|dated|settled|since|delivered|remitted|initiated"
    r"|collected|credited|did|had|done|took|taken|gone|debited|uberwiesen|bezahlt|gezahlt|veranlasst|angewiesen"
    r"|beglichen|abgebucht|erhalten|wurden?|ausgefuhrt|seit|haben wir|hatten|gesendet"
    r"|verschickt|ausgeglichen)\b"
)
NOT_DONE = re.compile(
    r"\bpas encore|\bn'(?:a|ont|avons|ai|est|etait) (?:\w+ )?(?:pas|plus|jamais)|\bnot (?:yet )?"
    r"been|(?:has|have|was)(?: not|n't)|noch nicht|\bnot paid"
)
_BREAK = re.compile(r"[.;!?](?=\s|$)|\n\s*\n|\n\s{0,3}(?:[-*]\s|\d)|\t")
_EDGE_COMMA = re.compile(r"[,:]\s")

_LEADS = (
    ("not_before", r"(?:pas avant(?: le)?|not before|not until|nicht vor(?: dem)?"
     r"|jamais avant|rien avant|no payments? before|until after|erst (?:ab|nach"
     r"|am)(?: dem)?"
     r"|qu'a partir du|qu'a compter du|qu'apres)"),
    ("since", r"(?:depuis(?: le)?|since|seit(?: dem)?)"),
    ("before", r"(?:avant(?: le| la| les)?|before|prior to|vor(?: dem)?|ahead of)"),
    ("until", r"(?:jusqu'(?:au|a la|a|en)|until|till|through|bis einschlieslich)"),
    ("by", r"(?:d'ici(?: le| la| a| au)?|(?:au plus tard|dernier delai)(?: le| a la| en)?"
     r"|by(?: the latest)?|no later than|not later than|spatestens(?: am"
     r"| bis(?: zum)?)?"
     r"|bis(?: zum| spatestens(?: zum)?)?|sous|latest)"),
    ("from", r"(?:a partir d[ue]|a compter d[ue]|des(?: le)?|from|as of|as from|starting"
     r"|ab(?: dem)?|effective)"),
    ("after", r"(?:apres(?: le)?|after|nach(?: dem)?|passe le)"),
    ("due", r"(?:echue?s?(?: le)?|echeance (?:du|au|le|:)|due(?: on| since| date)?:?|fallig"
     r"(?: am| seit)?|a echeance(?: du| le)?|exigible le)"),
    ("of", r"(?:du|de|d'|of|dated|en date d[eu']|vom|datee?s? d[ue]|for|pour|from the)"),
    ("on", r"(?:le|on|am|au|zum|the|pour le|the day of|in|en|im|les|ce|this)"),
)  # fmt: skip
_LEAD = re.compile(
    "(?:^|[\\s(,:'])(?:"
    + "|".join(f"(?P<{name}>{source})" for name, source in _LEADS)
    + r")(?:\s(?:le|the|dem|la|les|l'|environ|about|around|mid|all|tout)){0,2}[\s']{0,2}$"
)
_NEVER = re.compile(
    r"\b(?:pas|rien|aucune?|jamais|ne pourr\w{2,4}|nothing|not|no|never|cannot|unable|nichts"
    r"|keine?|nicht|impossible)\b|n't\b"
)
_DOCUMENT = re.compile(
    r"\b(?:factures?|fact|fac|invoices?|inv|rechnung(?:en)?|mails?|e-?mails?|courriels?"
    r"|courriers?|messages?|relances?|rappels?|letters?|lettres?|reminders?"
    r"|mahnung(?:en)?"
    r"|schreiben|commandes?|orders?|bestellung|bons?|livraisons?|delivery|deliveries"
    r"|releve"
    r"|statement|devis|quote|avoirs?|credit notes?|gutschrift|appel|call|telephone"
    r"|telephonat|entretien|conversation|echange|reunion|meeting|contrat|contract"
    r"|jugement"
    r"|ordonnance|nachricht|anruf|mise en demeure|avis|lieferung|lieferschein|echues?"
    r"|overdue|facture n)\b"
)
_REFERENCE_TAIL = re.compile(
    r"(?:\s?(?:n°|no\.?|nr\.?|ref\.?|#|:)?\s?[\w/.°-]{0,20}\d[\w/.°-]{0,12}(?=[\s,(])"
    r"|\s(?:impayee?s?|ouvertes?|open|overdue|unpaid|outstanding|offene[nr]?|de relance|mail"
    r"|e-?mail|datees?|vente|d'achat|en objet|amiable|telephonique|precedente?s?|last)\b"
    r"|,(?=\s(?:dated|datee|en date|due|issued|echue))){0,4}\s?[\s,(]\s?(?:du mois d[e']|du"
    r"|de|d'|of the month of|of|from|dated?|datee?s? d[ue]|en date d[ue]|emise?s? (?:le|en)"
    r"|vom|issued(?: on| in)?|sent(?: on)?|recue?s? le|due(?: on| since)?|echue?s?(?: le"
    r"| depuis le)?|(?:a |d')?echeance(?: du| au| le)?|fallig(?: am)?|envoyee?s? le|received"
    r"(?: on)?|delivered(?: on)?|livree?s? le|pour (?:le mois de)?|for(?: the month of)?"
    r"(?=\s[a-z]|\s?$)|im|fur|aus)[\s':]{0,2}(?:the |le |l'|mois de )?\(?"
)
_FOR_MONTHS = re.compile(r"\b(?:pour|for|fur|im|aus)\s(?:le |the )?$")
_TERMS_BEFORE = re.compile(
    r"\b(?:conditions?|terms?|contractuel\w{0,5}|zahlungsziel|zahlungsbedingung\w{0,3}"
    r"|habituel\w{0,3}|usual|standard|cgv|delais? (?:de (?:paiement|reglement)|legal"
    r"|est"
    r"|sont|fournisseur)|echeances? (?:est|sont)|net|policy)\b[^.;\n]{0,40}$"
)
_TERMS_AFTER = re.compile(
    r"\s{0,2},?\s?(?:fin de mois|fdm|eom|net\b|date (?:de|d') ?facture|(?:from|after"
    r"|of)"
    r" (?:the )?(?:date of )?(?:the )?invoice|nach rechnung|de delai de paiement"
    r"|payment terms|a compter de la (?:date de )?facture)"
)
_EVENT_AFTER = re.compile(
    r"\s{0,2}(?:after|of|from|following|apres|suivant|a compter d|a reception|des|de la"
    r"|nach|ab|a partir d|once|upon|le temps|dem)\b(?!\s?(?:e )?(?:ce jour|aujourd"
    r"|today|now"
    r"|this (?:mail|e-?mail|message)|the date of this|ce mail|present|heute|next week"
    r"|day|semaine|mois|week|month|april|avril))"
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
    found = _LEAD.search(before[-40:])
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
