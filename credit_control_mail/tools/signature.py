"""Which lines close a mail: signatures and legal notes."""

import re

from .folding import fold

OWN, SIGNATURE, DISCLAIMER = "own", "signature", "disclaimer"

_DASHES = re.compile(r"\s{0,3}(?:--|—|__|~~|\*\*)\s{0,3}$|\s{0,3}[-_=*]{3,80}\s{0,3}$")
_CLOSING = re.compile(
    r"\W{0,4}(?:en vous (?:remerciant|souhaitant)[^.\n]{0,60}[,.]?\s)?(?:(?:(?:tres "
    r"|bien |tres bien )?cordialement(?: votre| a vous)?|c(?:or)?d(?:ia)?l?t"
    r"|cordiales salutations|(?:sinceres |meilleures |respectueuses "
    r"|mes )?salutations(?: distinguees| cordiales)?|sinceres salutations"
    r"|bien (?:a vous|sincerement)|amicalement|sincerement|respectueusement|amities"
    r"|bonne (?:journee|reception|fin de journee|soiree|semaine)(?: a vous)?"
    r"|(?:with )?(?:kind(?:est)?|best|warm(?:est)?|many|kindest)(?: personal)? regards"
    r"|regards|rgds|br|kr|best|best wishes|all the best|cheers|yours(?: sincerely"
    r"| faithfully| truly)|sincerely(?: yours)?|respectfully|mit (?:den besten"
    r"|freundlichen?|besten|vielen|lieben) (?:grus{1,2}(?:en)?|gruess(?:en)?)"
    r"|freundliche(?:n)? (?:grus{1,2}e?n?|gruesse)|(?:viele|beste|liebe"
    r"|schone) (?:grus{1,2}e|gruesse)|mfg|vg|lg|hochachtungsvoll)(?:\s{0,2}(?:,|et|and"
    r"|&|und)\s{0,2})?){1,2}(?:[\w .'-]{0,25})?\W{0,3}$"
)
_CLOSING_START = re.compile(
    r"(?:bien |tres )?cordialement|(?:kind|best|warm) regards|regards|mit freundlich"
    r"|sincere|salutation|mfg|cdt|cdlt|viele gru|beste gru|freundliche gru|yours"
)
_THANKS = re.compile(
    r"\W{0,3}(?:d'avance )?(?:merci(?: d'avance| beaucoup| bien| par avance| a vous"
    r"| de votre (?:comprehension|patience|retour))?|thanks(?: a lot| again"
    r"| in advance)?|thank you(?: very much| in advance)?|many thanks|danke|vielen dank"
    r"|besten dank|avec mes remerciements)(?: d'avance| in advance"
    r"| im voraus)?(?:[ ,]{1,2}(?:et )?(?:cordialement|bonne journee|best regards"
    r"|kind regards|regards|bien a vous))?[\s,.!]{0,3}$"
)
_DEVICE = re.compile(
    r"\s{0,3}(?:envoye (?:de|depuis|a partir de|par) (?:mon|ma|mail|outlook|yahoo|l'app"
    r"|la messagerie|un )|sent (?:from|via|with) (?:my|mail|outlook|yahoo|proton|the "
    r"|a |samsung|front|superhuman)|von meinem .{0,40} gesendet|gesendet (?:von|mit)"
    r"|get outlook|obtenez outlook|obtenir outlook|telecharg\w{1,4} outlook|outlook fur"
    r"|cet e-?mail a ete envoye|provenance : courrier|enviado desde|inviato da"
    r"|this (?:e-?mail|message) was sent from my)"
)
_NOTE = re.compile(
    r"ce (?:message|courriel|mail|courrier|e-?mail)[^.\n]{0,60}(?:pieces? jointes?"
    r"|confidentie|est destine|est etabli|strictement|a l'usage exclusif|peut contenir"
    r"|contient des informations)|le contenu de ce (?:message|courriel|mail|e-?mail)"
    r"|si vous (?:n'etes pas|avez recu ce)[^.\n]{0,20}(?:destinataire|message|courriel"
    r"|mail|par erreur)|this (?:e-?mail|message|communication|transmission"
    r"|electronic)[^.\n]{0,80}(?:confidential|privileged|intended|attachment"
    r"|may contain|legally|viruses)|the (?:information|content)s?[^.\n]{0,40}(?:e-?mail"
    r"|message|transmission)[^.\n]{0,60}(?:confidential|privileged|intended)"
    r"|if you (?:are not the (?:intended|named|addressee)|have received this"
    r"|received this)|confidentiality (?:notice|note)|avis de confidentialite"
    r"|disclaimer\s?:|diese (?:e-?mail|nachricht)[^.\n]{0,60}(?:vertraulich|bestimmt)"
    r"|wenn sie nicht der (?:richtige|beabsichtigte)|(?:der inhalt"
    r"|die information(?:en)? in) dieser (?:e-?mail|nachricht)|pensez a l'environnement"
    r"|avant d'imprimer|n'imprimez|please consider the env|think before (?:you )?print"
    r"|before printing|bitte (?:prufen|denken) sie[^.\n]{0,40}(?:ausdruck|umwelt)"
    r"|(?:garanti )?sans virus|virus[- ]free|avast\.com|www\.avg"
    r"|caution\s?:[^.\n]{0,30}(?:external|outside|originated)|\[?(?:externe?"
    r"|external)(?: e-?mail| sender)?\]|attention\s?:[^.\n]{0,30}(?:externe|exterieur)"
    r"|(?:this|cet?) (?:e-?mail|message|courriel)[^.\n]{0,20}(?:originated from outside"
    r"|came from outside|provient de l'exterieur|provient d'un expediteur externe)"
    r"|registered (?:office|in england)|registergericht|amtsgericht [^.\n]{2,30} hrb"
    r"|geschaftsfuhrer(?:in)?\s?:|societe .{0,30}au capital|conformement au (?:rgpd"
    r"|reglement)[^.\n]{0,80}(?:donnees|droit)|privacy (?:notice|policy)\s?:"
)
_TALK = re.compile(
    r"\b(?:je|j'ai|j'|nous|vous|il|elle|ils|on|c'est|cela|ca|est|sont|sera|seront|avons"
    r"|avez|serons|pouvez|veuillez|pourriez|faut|reglerons|payerons|n'est|n'avons|ne|i"
    r"|i'm|i'll|i've|we|we'll|we've|you|it|is|are|will|have|has|please|can|could|would"
    r"|ich|wir|ihnen|ist|sind|wird|werden|haben|bitte|konnen|kann|sie)\b"
)
_POSTSCRIPT = re.compile(
    r"\W{0,3}(?:p\.?\s?s\.?|n\.?b\.?|edit)\s{0,2}[:.,-]|\W{0,3}ps\s"
)
_GREETING = re.compile(
    r"\s{0,3}(?:bonjour|bonsoir|madame|messieurs|chers?|cheres?|hello|hi|dear"
    r"|good morning|good afternoon|hallo|guten (?:tag|morgen)|sehr geehrte)\b"
)
_MONEY = re.compile(r"\d\s?(?:€|eur\b|euros?\b|\$|£|chf\b)|(?:€|\$|£)\s?\d")
_CAPITAL = re.compile(r"capital|rcs|siret|siren|tva|vat|hrb")
_CONTACT_LINE = re.compile(
    r"(?:\b(?:tel|t|tel\.|phone|mob(?:ile)?|port(?:able)?|fax|standard|ligne directe"
    r"|telefon|direct)\b\s{0,2}[.:+(]{1,3}\s{0,2}\+?\d|^\W{0,3}\+?\d[\d .()/-]{7,20}$"
    r"|\bwww\.|https?://|^\W{0,3}<?[\w.+-]{1,60}@[\w-]{1,60}\.[\w.]{2,20}>?\W{0,3}$"
    r"|\b(?:e-?mail|courriel|mail)\s?:\s?[\w.+-]{1,60}@)"
)


def is_talk(folded):
    """Return whether a folded line says something, as a signature does not."""
    if _POSTSCRIPT.match(folded):
        return True
    if _MONEY.search(folded) and not _CAPITAL.search(folded):
        return True
    words = folded.split()
    if folded.rstrip().endswith("?"):
        return len(words) > 2
    if _GREETING.match(folded) or len(words) > 24:
        return True
    if _CONTACT_LINE.search(folded) and len(words) < 12:
        return False
    if len(words) < 4:
        return False
    return folded.rstrip()[-1] in ".!" or bool(_TALK.search(folded))


def is_closing(folded):
    """Return whether a folded line is a formula of closing, perhaps with a name."""
    if len(folded) > 90:
        return False
    return bool(_CLOSING.match(folded)) and not (
        is_talk(folded) and not _CLOSING_START.match(folded)
    )


def is_note(folded):
    """Return whether a folded paragraph is a legal or technical note."""
    return bool(_NOTE.search(folded[:600]))


def label_block(lines):
    """Return the label of each line of one stretch of the writer's own text."""
    folded = [fold(line) for line in lines]
    labels = [OWN] * len(lines)
    closed = asked = said = False
    place = 0
    while place < len(lines):
        end = _paragraph_end(folded, place)
        if (
            is_note(" ".join(folded[place:end]))
            and not _is_asked(folded, place, end)
            and not _is_own_note(folded, place, end)
        ):
            labels[place:end] = [DISCLAIMER] * (end - place)
            place = end
            continue
        for spot in range(place, end):
            line = folded[spot]
            if not line.strip():
                labels[spot] = SIGNATURE if closed else OWN
            elif _DEVICE.match(line):
                labels[spot] = SIGNATURE
            elif is_closing(line) or (said and _opens_signature(folded, spot)):
                labels[spot], closed = SIGNATURE, True
            elif closed and not is_talk(line):
                labels[spot] = SIGNATURE
            else:
                closed = bool(_THANKS.match(line)) and (asked or said)
                asked = line.rstrip().endswith(":")
                said = True
        place = end
    _label_card(folded, labels)
    return labels


_FIRST_PERSON = re.compile(r"\b(?:je|j'\w|i|i'm|ich|we request|nous vous demandons)\b")


def _is_asked(folded, start, end):
    """Return whether a person speaks in a paragraph that quotes the law."""
    return any(_FIRST_PERSON.search(line) for line in folded[start:end])


def _is_own_note(folded, start, end):
    """Return whether a note stands in a paragraph that says more before it."""
    head = " ".join(folded[start:end])
    found = _NOTE.search(head[:600])
    return bool(found) and found.start() > 60 and is_talk(head[: found.start()])


def _opens_signature(folded, spot):
    """Return whether a line of dashes opens a signature, not more talk."""
    line = folded[spot]
    if not _DASHES.match(line):
        return False
    after = next((other for other in folded[spot + 1 :] if other.strip()), "")
    return line.strip() == "--" or not is_talk(after)


def _paragraph_end(folded, start):
    end = start + 1
    while end < len(folded) and folded[start].strip() and folded[end].strip():
        end += 1
    return end


def _label_card(folded, labels):
    """Mark a last paragraph that is a visiting card, without any formula before it."""
    own = [
        spot
        for spot, label in enumerate(labels)
        if label == OWN and folded[spot].strip()
    ]
    if not own:
        return
    start = own[-1]
    while start and folded[start - 1].strip() and labels[start - 1] == OWN:
        start -= 1
    card = range(start, own[-1] + 1)
    before = [spot for spot in own if spot < start]
    if not before or folded[before[-1]].rstrip().endswith(":"):
        return
    if any(len(folded[spot]) > 90 or is_talk(folded[spot]) for spot in card):
        return
    if any(_CONTACT_LINE.search(folded[spot]) for spot in card):
        for spot in card:
            labels[spot] = SIGNATURE
