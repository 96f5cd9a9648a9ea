"""The language of a mail, by its small words: enough to answer in it."""

import re

from .folding import fold, word_set

_WORDS = {
    "fr": word_set(
        "le la les des du un une et est sont nous vous votre vos notre nos je ne pas"
        " que qui pour dans sur avec par ce cette il elle merci bonjour cordialement"
        " sera avons avez madame monsieur facture factures au aux deja"
    ),
    "en": word_set(
        "the a an and is are we you your our i not that which for in on with by this"
        " it he she thanks thank hello hi dear regards will have has please to of be"
        " invoice invoices could can already from"
    ),
    "de": word_set(
        "der die das und ist sind wir sie ihr ihre ihren unser unsere ich nicht dass"
        " fur in mit auf von zu den dem ein eine bitte danke hallo guten sehr geehrte"
        " damen herren grussen rechnung rechnungen wird haben werden bereits am im"
    ),
}
# words looked at, and by how many the first language is ahead of the second
_MOST = 200
_AHEAD = 2
_SOME = 3


def find_language(text):
    """Return the code of the language of a text, or nothing when it is not clear.

    >>> find_language("Could you please send the invoice to me?"), find_language("OK")
    ('en', '')
    """
    words = re.findall(r"[a-z]+", fold(text[: _MOST * 12]))[:_MOST]
    counts = sorted(
        (sum(word in known for word in words), code) for code, known in _WORDS.items()
    )
    (second, _), (first, code) = counts[-2:]
    return code if first >= _SOME and first - second >= _AHEAD else ""
