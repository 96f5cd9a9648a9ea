"""Items named by their number, whole or in part, mangled as people do."""

import re
from bisect import bisect_left
from collections import defaultdict

from .folding import MAX_FOUND, fold, word_set

_TOKEN = re.compile(r"[a-z]+|\d+")
_RUN = re.compile(r"\d{1,20}")
_INVOICE_WORDS = word_set(
    "facture factures fact facts fac facn invoice invoices inv invs bill bills rechnung"
    " rechnungen rg rgnr rnr n no nr num numero numeros number numbers nos ref"
    " reference references refs piece pieces item items facturen re rechnungsnummer"
    " document documents echeance sauf except hormis excepte excluding but auser"
    " ohne"
)
_OTHER_WORDS = word_set(
    "commande commandes order orders po bl bls bon bons devis quote contrat contract"
    " client clients customer compte account dossier ticket tel fax mobile page pages"
    " lot lots lieferschein bestellung bestellnummer kundennummer kunde rue cedex bp cs"
    " article poste livraison delivery cheque check cheques vat tva siret siren iban"
    " bic chorus marche engagement case avoir avoirs credit virement transfer"
    " transaction extension ext code versement reglement paiement payment auftrag"
    " vertrag scheck lieferung chassis budget projet project chantier affaire site bc"
    " da"
)
_GAP = re.compile(r"[\s/._#°:(\\-]{0,3}$")
_IS_OVER = re.compile(r"\.\s|\n")
_PAYMENT_WORDS = word_set(
    "payment paiement virement reglement transfer versement zahlung"
)
_TIGHT = re.compile(r"[/._\\-]?$")
_JOIN = re.compile(
    r"\s{0,2}(?:,|;|/|&|\+|et|and|und|sowie|ainsi que|ou|or|puis|as well as"
    r"|,\s?et)?\s{0,2}(?:(?:de |of |la |le |les |the |die |n°|no\.?|nr\.?|#|facture "
    r"|invoice |inv |fact|rechnung ){0,3})\s?"
)
_RANGE = re.compile(
    r"\s{0,2}(?:a|au|to|through|thru|until|bis|jusqu'a|-|->"
    r"|\.\.\.?)\s{0,2}(?:la |the |n°|no\.? |facture |invoice |inv "
    r"|#)?"
)
_YEAR_AFTER = re.compile(r"\s?[/-]\s?((?:20)?\d\d)(?![\d/.-])")
_PART_OF_MORE = re.compile(
    r"[a-z_@]|[/.-]\d|,\d|\s?(?:%|€|\$|£)|\s?eur\b|\s?jours?\b|\s?days?\b"
)
_AFTER_YEAR = re.compile(
    r"[a-z_@]|[/_-]\d|\s{0,2}[/._-]?\s{0,2}\d{2,}|\s?(?:%|€|\$|£|eur\b)"
)
_NEXT_NUMBER = re.compile(r"[/-](\d{3,})(?![\w/])")
_LIKE_YEAR = re.compile(r"(?:19|20)\d\d")
MIN_TAIL = 4


def tokens_of(name):
    """Return the letters and digits of a name apart, digits without leading zeros.

    >>> tokens_of("fa/2026/00123")
    ('fa', '2026', '123')
    """
    return tuple(
        token.lstrip("0") or "0" if token.isdigit() else token
        for token in _TOKEN.findall(name)
    )


class NumberIndex:
    """The items by the numbers in their names."""

    def __init__(self, items):
        self.tokens = defaultdict(set)  # item key -> spellings as tuples of tokens
        self.tails = defaultdict(set)  # last number -> keys
        self.fused = defaultdict(set)  # all digits together -> keys
        self.ends = defaultdict(set)  # the last four digits or more -> keys
        self.prefixes = set()
        for item in items:
            for name in (item.name, item.number):
                if name:
                    self._add(item.key, fold(name))

    def _add(self, key, name):
        tokens = tokens_of(name)
        while tokens and not tokens[-1].isdigit():
            tokens = tokens[:-1]
        if not tokens:
            return
        self.tokens[key].add(tokens)
        self.tails[tokens[-1]].add(key)
        digits = [token for token in _TOKEN.findall(name) if token.isdigit()]
        self.prefixes.update(token for token in tokens if token.isalpha())
        if len(digits) > 1:
            for first in range(len(digits) - 1):
                self.fused["".join(digits[first:])].add(key)
                if _LIKE_YEAR.fullmatch(digits[first]):
                    rest = "".join(digits[first + 1 :])
                    self.fused[digits[first][2:] + rest].add(key)
        tail = digits[-1]
        for length in range(MIN_TAIL, len(tail)):
            self.ends[tail[-length:]].add(key)


class _Spot:
    """A run of digits in the text, with what stands before and after it."""

    def __init__(self, folded, match, edge):
        self.start, self.end = match.span()
        self.written = match.group()
        self.number = self.written.lstrip("0") or "0"
        self.before = []  # (token, is it glued by a mark or nothing), nearest first
        self.begin = self.start
        self.word = ""
        self._read_before(folded, edge)
        year = _YEAR_AFTER.match(folded, self.end)
        self.year_after = year and year.group(1)
        self.stop = year.end() if year else self.end
        mark = folded[max(0, self.start - 2) : self.start].strip()
        self.is_marked = mark.endswith(("#", "°"))
        self.is_part = not year and self._is_part(folded)

    def _is_part(self, folded):
        """Return whether more digits follow that belong to the same name."""
        if _LIKE_YEAR.fullmatch(self.written):
            return bool(_AFTER_YEAR.match(folded, self.end))
        other = _NEXT_NUMBER.match(folded, self.end)
        if other and len(other.group(1)) == len(self.written):
            return False  # one of an enumeration: 00123/00124
        return bool(_PART_OF_MORE.match(folded, self.end))

    def _read_before(self, folded, edge):
        left = max(0, self.start - 40, edge)
        line = folded.rfind("\n\n", left, self.start)
        left = left if line < 0 else line
        place = self.start
        for match in reversed(list(_TOKEN.finditer(folded, left, self.start))):
            gap = folded[match.end() : place]
            if not _GAP.fullmatch(gap) or len(self.before) >= 5:
                break
            if _IS_OVER.search(gap) and match.group() not in _INVOICE_WORDS:
                break
            if ":" in gap and match.group() in _PAYMENT_WORDS:
                break
            self.before.append(
                (match.group(), bool(_TIGHT.fullmatch(gap)), match.start())
            )
            place = match.start()
        for token, _tight, _start in self.before:
            if token.isalpha():
                self.word = token
                break


def _same(token, written):
    """Return whether a token of a name and one of the text are the same."""
    if token == written:
        return True
    if not token.isdigit() or not written.isdigit():
        return False
    if _LIKE_YEAR.fullmatch(token) and written.startswith("0") and len(written) > 2:
        return False  # the number 02018 is not the year 2018
    written = written.lstrip("0") or "0"
    return token == written or (
        bool(_LIKE_YEAR.fullmatch(token)) and len(written) == 2 and token[2:] == written
    )


def _fit(spot, tokens):
    """Return how many tokens before the number fit a name; -1 if they deny it."""
    agreed = 0
    wanted = list(reversed(tokens[:-1]))
    if spot.year_after:
        year = next((t for t in wanted if _LIKE_YEAR.fullmatch(t)), None)
        if not year or year[-2:] != spot.year_after[-2:]:
            return -1
        wanted.remove(year)
        agreed += 1
    for place, (written, tight, start) in enumerate(spot.before):
        if place >= len(wanted):
            if tight and written not in _INVOICE_WORDS:
                return -1
            break
        if _same(wanted[place], written):
            agreed += 1
            spot.begin = min(spot.begin, start)
            continue
        if written in _INVOICE_WORDS or (written.isalpha() and not tight):
            return -1 if written in _OTHER_WORDS and place == 0 else agreed
        if written.isalpha() and wanted[place].isdigit() and _same(wanted[-1], written):
            return agreed + 1  # the year left out: FA 00123
        if tight or (
            _LIKE_YEAR.fullmatch(written) and _LIKE_YEAR.fullmatch(wanted[place])
        ):
            return -1
        break
    return agreed


def _candidates(spot, index):
    """Return ``{key: (tokens that fit, whether all do)}`` for a run of digits."""
    found = {}
    for key in index.tails.get(spot.number, ()):
        for tokens in index.tokens[key]:
            agreed = _fit(spot, tokens) if tokens[-1] == spot.number else -1
            if agreed >= 0:
                fit = (agreed, agreed == len(tokens) - 1)
                found[key] = max(found.get(key, fit), fit)
    if not found:
        fused = index.fused.get(spot.written, ())
        found = {key: (2, True) for key in fused if _is_free(spot, index, key)}
    if not found and len(spot.written) >= MIN_TAIL:
        glued = any(tight for _token, tight, _start in spot.before[:1])
        ends = () if glued else index.ends.get(spot.written, ())
        found = dict.fromkeys(ends, (0, False))
    return found


def _is_free(spot, index, key):
    """Return whether the letters glued before all digits are those of the item."""
    if not spot.before:
        return True
    word, tight, start = spot.before[0]
    known = any(word in tokens for tokens in index.tokens[key])
    if known:
        spot.begin = start
    return known or word in _INVOICE_WORDS or (not tight and word not in _OTHER_WORDS)


def find_numbers(folded, index, taken):
    """Return ``(start, end, keys, how, confidence)`` of each number that names items.

    :param taken: places of amounts, days, telephones: no numbers of items, unless the
        whole name stands there
    """
    found = []
    cue_end = -1  # where the last accepted number of an enumeration ended
    taken = sorted(taken)
    starts = [start for start, _end in taken]
    for match in _RUN.finditer(folded):
        spot = _Spot(folded, match, cue_end)
        candidates = _candidates(spot, index)
        if not candidates:
            continue
        listed = (
            cue_end >= 0
            and spot.begin - cue_end < 30
            and (_JOIN.fullmatch(folded, cue_end, spot.begin))
        )
        ranged = (
            cue_end >= 0
            and spot.begin - cue_end < 20
            and bool(_RANGE.fullmatch(folded, cue_end, spot.begin))
        )
        entry = _judge(
            spot,
            candidates,
            index,
            bool(listed or ranged),
            _is_taken(spot, taken, starts),
        )
        if not entry:
            continue
        if ranged and found:
            entry = _expand(found[-1], entry, index)
            found.pop()
        found.append(entry)
        if len(found) >= MAX_FOUND:
            break
        cue_end = entry[1] if entry[4] >= 0.5 else -1
    return found


def _is_taken(spot, taken, starts):
    place = bisect_left(starts, spot.end)
    return any(
        start <= spot.start and spot.end <= end
        for start, end in taken[max(0, place - 3) : place]
    )


def _judge(spot, candidates, index, listed, is_taken):
    """Return the entry for a run of digits, or None where it names no item."""
    best = max(candidates.values())
    keys = [key for key, value in candidates.items() if value == best]
    agreed, whole = best
    cued = (
        listed
        or spot.is_marked
        or spot.word in _INVOICE_WORDS
        or spot.word in index.prefixes
    )
    if spot.before and spot.before[0][0].isdigit() and not agreed:
        cued = listed
    if (is_taken or spot.is_part) and not (whole and agreed):
        return None
    if spot.word in _OTHER_WORDS and not agreed and not listed:
        if spot.before and not spot.before[0][0].isdigit():
            return None
    bare = not agreed and not cued
    if bare and (len(spot.written) < MIN_TAIL or _LIKE_YEAR.fullmatch(spot.written)):
        return None
    if len(keys) > 1:
        return (spot.begin, spot.stop, sorted(keys, key=str), "ambiguous", 0.3)
    sure = 0.99 if whole and agreed else 0.95 if agreed or cued else 0.85
    how = "name" if whole and (agreed or not bare) else "number"
    return (spot.begin, spot.stop, keys, how, sure)


def _expand(first, last, index):
    """Return one entry for all items from one number to another."""
    ends = [
        (key, next(iter(index.tokens[key])))
        for entry in (first, last)
        for key in entry[2]
    ]
    head = ends[0][1][:-1]
    low, high = int(ends[0][1][-1]), int(ends[-1][1][-1])
    keys = [
        key
        for key, spellings in index.tokens.items()
        for tokens in spellings
        if tokens[:-1] == head and low <= int(tokens[-1]) <= high
    ]
    if first[3] == "ambiguous" or last[3] == "ambiguous" or len(keys) < 2:
        keys = list(dict.fromkeys(first[2] + last[2]))
    confidence = min(first[4], last[4])
    how = "range" if confidence > 0.5 else "ambiguous"
    return (first[0], last[1], keys, how, confidence)
