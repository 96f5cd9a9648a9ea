"""People in a mail: whom to write to from now on, and who has left."""

import re
from itertools import islice
from typing import NamedTuple

from .folding import MAX_LENGTH, fold, word_set

_EMAIL = re.compile(
    r"[\w+'-]{1,64}(?:\.[\w+'-]{1,64}){0,5}(?:@| ?[\[(](?:at|a"
    r"|arobase)[\])] ?)[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
)
_PHONE = re.compile(
    r"(?<![\w/.,-])(?:(?:\+|00)\d{1,3}[ .]?(?:\(0\)[ .]?)?\d(?:[ ./()-]{0,2}\d){6,11}"
    r"|0\d(?:[ .-]?\d\d){4}|\(?0\d{2,5}\)?[ /-]{1,3}\d(?:[ ./-]?\d){4,9})(?![\w/]"
    r"|[.,-]\d)"
)
_UPPER = "A-ZÀ-ÖØ-Þ"
_WORD = rf"[{_UPPER}][\w'’]{{1,20}}(?:-[{_UPPER}][\w'’]{{1,20}})?"
_TITLE = (
    r"(?:M\.|Mr\.?|MM\.|Mme\.?|Mlle\.?|Mrs\.?|Ms\.?|Miss|Monsieur|Madame|Herrn?|Frau"
    r"|Dr\.?)"
)
_PARTICLE = r"(?:de la|de|du|van der|van|von|le|la|den|der|di|da|el|d'|d’)"
_FULL_NAME = (
    rf"(?:{_WORD}|[{_UPPER}]\.)(?:[ ](?:{_PARTICLE}[ ]?)?(?:{_WORD}"
    rf"|[{_UPPER}]\.)){{1,3}}"
)
_NAME = re.compile(
    rf"(?<!\w)(?:(?P<title>{_TITLE})[ ](?P<titled>{_WORD}(?:[ ]"
    rf"(?:{_PARTICLE}[ ]?)?{_WORD}){{0,3}})|(?P<full>{_FULL_NAME}))"
)
_FIRST_ONLY = re.compile(
    rf"(?<!\w)(?P<name>{_WORD})(?=[ ,:]{{0,2}}[(<:]|[ ](?:at|on|au|sur|will|is|takes"
    rf"|can|prend|assure|peut|est|vertritt|hilft) )"
)
_PARTICLES = word_set("de la du van von le den der di da el des")
_NO_NAME = word_set(
    "bonjour hello hi dear merci thanks thank service comptabilite accounts account"
    " payable accounting team equipe madame monsieur messieurs direction departement"
    " department finance finances the le la les nous we please veuillez our notre votre"
    " your cordialement regards best kind tel mail email e-mail phone adresse address"
    " contact contacts urgent sehr guten tag hallo mit bitte buchhaltung abteilung frau"
    " herr you vous pour for if si en in sas sarl sa gmbh ltd france paris lundi monday"
    " mardi tuesday janvier january facture invoice responsable manager director"
    " directeur directrice chef head sent from fournisseurs suppliers supplier"
    " tresorerie treasury purchasing achats group groupe il elle he she they i je ich"
    " wir sie mobile fax from to de a von an objet subject societe company office ap ar"
    " cfo ceo hr paie payroll new nouveau nouvelle neue neuer financial services"
    " supplier vos cette ce mon this that my our unser unsere cet ihre eine ein for fur"
    " bei vendor helpdesk support client customer credit control gmail outlook"
)
_ROLES = (
    ("accounts_payable", r"comptabilite|service comptab\w*|comptable|accounts payable"
     r"|a/p\b|\bap\b|accounting|accounts (?:team|department)|accounts@|buchhaltung"
     r"|kreditoren|fournisseurs|finance|compta@|invoices?@|factur\w*@|rechnung\w*@"
     r"|payables?|reglements?@|paiements?@|shared service|csp\b|payment team|ap@"
     r"|bookkeep\w*|rechnungswesen|bookkeeper"),
    ("treasury", r"tresorerie|tresorier\w*|treasury|treasurer|zahlungsverkehr"),
    ("purchasing", r"achats?\b|acheteur|acheteuse|purchasing|procurement|buyer"
     r"|einkauf"),
    ("legal", r"juridique|contentieux|legal|avocat|solicitor|lawyer"
     r"|rechtsabteilung|litige"),
    ("management", r"direction\b|directeur|directrice|gerante?\b|president\w*|\bpdg\b"
     r"|\bdaf\b|\bcfo\b|\bceo\b|managing director|owner|geschaftsfuhr\w*|dirigeant\w*"
     r"|\bdirector\b"),
    ("sales", r"service commercial|\badv\b|sales|vertrieb|commerciale?\b"),
    ("human_resources", r"ressources humaines|\brh\b|human resources"
     r"|personalabteilung"),
)  # fmt: skip
_ROLE = re.compile("|".join(f"(?P<{code}>{words})" for code, words in _ROLES))
_LEAVES = re.compile(
    r"n'est plus|ne fai[ts] plus partie|ne travaille plus|a quitte"
    r"|quitte (?:la|notre|l')|est partie?\b|est en retraite|a pris sa retraite"
    r"|part (?:en|a la) retraite"
    r"|ne s'occupe plus|n'est desormais plus|a change de|n'occupe plus|no longer"
    r"|has left|have left|left the|left our|is leaving|has retired|is retired"
    r"|moved to another|does not work|doesn't work|nicht mehr|hat (?:das"
    r"|unser) unternehmen verlassen|ausgeschieden|verlasst|je ne suis (?:plus|pas)"
    r"|ne suis (?:plus|pas) (?:la bonne|le bon|votre|en charge)|wrong person"
    r"|not the right|replaced|remplace|succede|successeur|successor|nachfolger"
)
# who writes has left himself
_SENDER_LEFT = re.compile(
    r"je ne (?:fais|suis|travaille) plus (?:partie|chez|pour|dans|a la|au sein"
    r"|au service|en (?:poste|charge|fonction)|salariee?|employee?|membre)"
    r"|je n'(?:appartiens|exerce|occupe|interviens|y travaille|y suis) plus"
    r"|je ne m'occupe plus"
    r"|j'ai quitte (?:la|le|l'|cette|cet|notre|mon|mes)|je quitte (?:la societe"
    r"|l'entreprise|le groupe|mes fonctions|mon poste)|je suis (?:partie? a la|en)"
    r" retraite"
    r"|\bi(?:'m| am)? no longer (?:work|with\b|part of|employed|in charge|responsible"
    r"|at (?!the moment)|handle|deal with|your contact|the (?:right|contact))"
    r"|\bi(?:'ve| have)?(?: just| now| since)? left (?:the|our|this|my) (?:company|firm"
    r"|business|group|organi[sz]ation|position|job)"
    r"|\bi (?:do not|don't) work (?:here|there|for|at)\b[^.]{0,40}any ?(?:more|longer)"
    r"|\bi (?:have|am) retired"
    r"|\bich (?:arbeite|bin) nicht mehr (?:bei|fur|teil|tatig|zustandig|angestellt"
    r"|beschaftigt|im (?:unternehmen|betrieb|hause))|\bich habe (?:das|die|unser\w{0,2}"
    r"|mein\w{0,2}) (?:unternehmen|firma|gesellschaft) verlassen"
    r"|\bich bin (?:[a-z]{2,12} ){0,4}ausgeschieden|\bich bin (?:jetzt )?im ruhestand"
)
_CUE = re.compile(
    r"contact(?:er|ez|ing|ed)?\b|adress(?:er|ez)|s'adresser|vous adresser|joindre"
    r"|joignez|ecri(?:re|vez)|envoyer|envoyez|transmettre|transmettez|rapprocher"
    r"|interlocut\w{3,6}|remplac\w{1,5}|succed\w{1,3}|nouvelle adresse|nouveau contact"
    r"|nouveau mail|reach out|get in touch|write to|send |e-?mail (?:to|address)"
    r"|successor|successeur|replaced by|takes? over|took over|taken over|reprend|repris"
    r"|charge d|in charge|responsible|address(?:ed)? to|forward|turn to"
    r"|ansprechpartner\w{0,3}|wenden|kontaktieren|nachfolger\w{0,2}|zustandig"
    r"|schreiben sie|senden|schicken|mail an|en copie|please use|merci d'utiliser"
    r"|speak to"
    r"|talk to|call |appele[rz]|handled by|gere(?:e|r)? par|suivi par|utiliser|use the"
    r"|directement a|desormais|dorenavant"
)
_REACH = 260


class Contact(NamedTuple):
    """Whom to write to, as a mail says."""

    name: str = ""
    email: str = ""
    phone: str = ""
    role_hint: str = (
        ""  # accounts_payable, treasury, purchasing, legal, management, ...
    )
    left: str = ""  # the name of who is no longer there
    is_sender: bool = False  # who writes has left himself
    start: int = 0
    end: int = 0
    text: str = ""


def find_emails(text):
    """Return ``(start, end, address)`` of the addresses in a text."""
    found = []
    if "@" not in text and "(a" not in fold(text) and "[a" not in fold(text):
        return found
    for match in _EMAIL.finditer(text):
        address = re.sub(r" ?[\[(]\w{1,8}[\])] ?", "@", match.group()).lower()
        found.append((match.start(), match.end(), address.strip("'-.")))
    return found


def find_phones(text):
    """Return ``(start, end, number as written)`` of the telephone numbers in a text."""
    return [(m.start(), m.end(), m.group().strip()) for m in _PHONE.finditer(text)]


def find_names(text):
    """Return ``(start, end, name)`` of what reads like a person's name."""
    found = []
    place = 0
    while match := _NAME.search(text, place):
        start, end = match.span()
        place = end
        name = match["titled"] or match["full"]
        words = name.split()
        while words and not match["title"] and fold(words[0]).strip(".") in _NO_NAME:
            words.pop(0)
        kept = []
        for word in words:
            if fold(word).strip(".") in _NO_NAME and not (
                kept and fold(word) in _PARTICLES
            ):
                break
            kept.append(word)
        if len(kept) >= (1 if match["title"] else 2):
            name = " ".join(kept)
            start = text.find(name, start)
            found.append((start, start + len(name), name))
        elif not match["title"]:
            place = start + len(match.group().split(" ")[0])
    return found


def find_role(folded):
    """Return the code of the department or role that a folded text names first."""
    match = _ROLE.search(folded)
    return match.lastgroup if match else ""


def find_contact(text, sender=""):
    """Return whom to write to from now on, as the mail says, or None.

    :param str sender: address of who writes: not a new contact

    >>> find_contact("Mme Durand n'est plus là, contactez M. Petit (p@x.fr)")[:2]
    ('Petit', 'p@x.fr')
    """
    text = text[:MAX_LENGTH]
    folded = fold(text)
    by_sender = _SENDER_LEFT.search(folded)
    gone = by_sender or _LEAVES.search(folded)
    left = _who_left(text, gone) if gone and not by_sender else ""
    cues = list(islice(_CUE.finditer(folded), 40))
    best = None
    for cue in cues:
        contact = read_person(text, cue.end(), sender, left)
        if contact and (not best or _weight(contact) > _weight(best)):
            best = contact
    if not best and gone and not by_sender:
        best = read_person(text, gone.end(), sender, left)
    if best:
        return best._replace(left=left, is_sender=bool(by_sender))
    return (
        Contact(
            left=left,
            is_sender=bool(by_sender),
            start=gone.start(),
            end=gone.end(),
            text=text[gone.start() : gone.end()],
        )
        if left or by_sender
        else None
    )


def find_sender_left(text):
    """Return where the sender says that he has left: ``(start, end)``, or None.

    >>> find_sender_left("Je ne fais plus partie de l'entreprise.")
    (0, 22)
    >>> find_sender_left("M. Durand ne fait plus partie de l'entreprise.") is None
    True
    """
    found = _SENDER_LEFT.search(fold(text[:MAX_LENGTH]))
    return found.span() if found else None


def _weight(contact):
    return (
        bool(contact.email),
        bool(contact.name),
        bool(contact.phone),
        bool(contact.role_hint),
        -contact.start,
    )


def _who_left(text, gone):
    """Return the name before the words that say somebody has left."""
    start = max(0, gone.start() - 80)
    names = find_names(text[start : gone.start()])
    says = fold(gone.group())
    if says.startswith(("replaced", "remplace")) and not names:
        names = [
            (*m.span(), m["name"])
            for m in _FIRST_ONLY.finditer(text[start : gone.start()])
        ]
    if names:
        return names[-1][2]
    after = find_names(text[gone.end() : gone.end() + 60])
    last = re.search(rf"({_WORD})[ ]$", text[start : gone.start()])
    if last and fold(last.group(1)) not in _NO_NAME:
        return last.group(1)
    says = fold(gone.group())
    return (
        after[0][2]
        if after and says.startswith(("replaced", "remplace", "succ"))
        else ""
    )


def read_person(text, start, sender="", left=""):
    """Return the :class:`Contact` that stands within reach of a place, or None."""
    end = min(len(text), start + _REACH)
    stop = text.find("\n\n", start, end)
    if stop >= 0 and text[start:stop].strip(" .:\n") and stop - start > 12:
        end = stop
    piece = text[start:end]
    emails = [each for each in find_emails(piece) if each[2] != sender.lower()]
    phones = find_phones(piece)
    name = _name_near(piece, emails, left)
    role = find_role(fold(text[max(0, start - 40) : start] + piece[:140]))
    if not emails and not name and not phones and not role:
        return None
    email = emails[0][2] if emails else ""
    phone = phones[0][2] if phones else ""
    ends = [each[1] for each in emails[:1] + phones[:1]] + ([name[1]] if name else [])
    last = start + max(ends, default=min(60, len(piece)))
    if email and not role:
        role = find_role(fold(email))
    return Contact(
        name[2] if name else "",
        email,
        phone,
        role,
        start=start,
        end=last,
        text=text[start:last].strip(),
    )


def read_people(text, sender=""):
    """Return name, address and telephone of the person whom a sentence names."""
    emails = [each for each in find_emails(text) if each[2] != sender.lower()]
    phones = find_phones(text)
    name = _name_near(text, emails, "")
    return (
        name[2] if name else "",
        emails[0][2] if emails else "",
        phones[0][2] if phones else "",
    )


def name_of_address(email):
    """Return the name that an address spells out, or nothing.

    >>> name_of_address("paul.le-goff@x.fr"), name_of_address("service.compta@x.fr")
    ('Paul Le-Goff', '')
    """
    words = re.split(r"[._]", email.partition("@")[0])
    is_name = len(words) == 2 and all(
        len(word) > 1 and word.replace("-", "").isalpha() for word in words
    )
    folded = [fold(word) for word in words]
    if not is_name or any(word in _NO_NAME or find_role(f"{word}@") for word in folded):
        return ""
    return " ".join(word.title() for word in words)


def _name_near(piece, emails, left):
    """Return the name that stands nearest before an address, or the first one."""
    names = [each for each in find_names(piece) if fold(each[2]) != fold(left)]
    if not names:
        names = [
            (match.start(), match.end(), match["name"])
            for match in _FIRST_ONLY.finditer(piece)
            if fold(match["name"]) not in _NO_NAME and match["name"] != left
        ]
    if not emails:
        return names[0] if names else None
    before = [each for each in names if each[1] <= emails[0][0]]
    return before[-1] if before else names[0] if names else None
