"""What the words around a day make of it: past or future, promise, terms, reference."""

import re
from typing import NamedTuple

FUTURE = re.compile(
    r"\b(?:sera|seront|serait|serons|aura|aurez|aurons|va|vais|vont|allons|allez"
    r"|\w{2,20}(?:erons|irons|drons|erai|irai|drai|eront|iront)|part|partira|partiront"
    r"|interviendra|deviendra|prendra|prevoit|prevoyons|prevue?s?|programmee?s?"
    r"|planifiee?s?|prochaine?s?|d'ici|avant|au plus tard|will|shall|going|to be|plan"
    r"|plans"
    r"|planned|scheduled|intend|expects?|expected|by|before|no later|latest|next|should"
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
    r"|part[ie]\w{0,2}|valid\w{1,3})|(?:paye|regle|effectue|vire|verse|emis|envoye"
    r"|debite"
    r"|execute|poste|encaisse|recu|expedie|livre|parti|ordonne|transmis|remis|date"
    r"|acquitte"
    r"|retire|preleve|honore|solde|depose|comptabilise|passe)(?:e|s|es)?\b|depuis"
    r"|en date d|"
    r"was|were|been|paid|sent|made|transferred|wired|debited|executed|received"
    r"|processed"
    r"|posted|cleared|left|went|issued|dated|settled|since|delivered|remitted|initiated"
    r"|collected|credited|did|had|uberwiesen|bezahlt|gezahlt|veranlasst|angewiesen"
    r"|beglichen|abgebucht|erhalten|wurden?|ausgefuhrt|seit|haben wir|hatten|gesendet"
    r"|verschickt|ausgeglichen)\b"
)
_BREAK = re.compile(r"[.;!?](?=\s|$)|\n\s*\n|\n\s{0,3}[-*]\s|\t")
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
    r"^(?:[\s:(#°.,/\w'-]{0,45}?\s|\s)\(?(?:du|de|d'|of|from|dated?|datee?s? du"
    r"|en date du|emise?s? le|vom|issued(?: on)?|sent(?: on)?|recue?s? le|for|pour|due"
    r"(?: on| since)?|echue?s?(?: le| depuis le)?|echeance(?: du| au| le)?"
    r"|fallig(?: am)?"
    r"|envoyee?s? le|le|in|en|received(?: on)?|delivered(?: on)?|livree?s? le|et|and"
    r"|und|,|au|to"
    r"|a echeance(?: du| le)?)[\s:']{0,2}(?:the |le |mois de )?\(?$"
)
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
    is_past: bool = False  # the phrase speaks of what has been
    is_terms: bool = False  # a term of payment in general: "our terms are 60 days"
    is_reference: bool = False  # the day of a document: "the invoice of 15 January"
    is_event: bool = False  # counted from an event to come: "10 days after delivery"

    @property
    def names_payment_day(self):
        """Whether it may say when somebody pays, or paid."""
        return not (self.is_terms or self.is_reference or self.is_event)


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
        return -1
    comma = _EDGE_COMMA.search(after, 3)
    after = after[: comma.start()] if comma else after
    future, past = FUTURE.search(after), PAST.search(after)
    if future and (not past or future.start() < past.start()):
        return 1
    return -1 if past else 0


def lead_of(before):
    """Return which preposition leads to a day."""
    found = _LEAD.search(before[-40:])
    return found.lastgroup if found else ""


def is_reference(before):
    """Return whether the words before make it the day of a document."""
    found = None
    for found in _DOCUMENT.finditer(before):
        continue
    return bool(found) and bool(_REFERENCE_TAIL.match(before[found.end() :]))


def is_terms(before, after, kind):
    """Return whether a duration is a term of payment in general."""
    return kind == "duration" and bool(
        _TERMS_BEFORE.search(before) or _TERMS_AFTER.match(after)
    )


def is_event(after, kind):
    """Return whether a duration runs from an event to come."""
    return kind == "duration" and bool(_EVENT_AFTER.match(after))
