"""What the benchmark of the classifier counts, and the plain list beside it."""

import sys
import time
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "setup/classifier"))

import corpus  # noqa: E402
import trainer  # noqa: E402
from tools import classifier, understand  # noqa: E402
from tools.folding import clean, fold  # noqa: E402
from tools.intents import INTENTS, is_pausing  # noqa: E402
from tools.references import Item  # noqa: E402
from tools.text import split_reply  # noqa: E402

# the usual cues of each intent, French and English, as a first version would list them
PLAIN_CUES = {
    "bounce": "n'a pas pu etre remis|undeliverable|delivery has failed",
    "auto_reply": "absent|absente|de retour le|reponse automatique|out of office|back"
    " on",
    "insolvency": "redressement judiciaire|liquidation judiciaire|sauvegarde|mandataire"
    " judiciaire|declaration de creance|jugement d'ouverture|administration|liquidation"
    "|chapter 11|insolvency practitioner|cva",
    "legal": "mon avocat|mise en cause|solicitor",
    "privacy": "rgpd|droit d'acces|effacement|ne plus me contacter|desinscrire|gdpr"
    "|erase my data|unsubscribe",
    "bank_change": "nouveau rib|changement de rib|new bank details|changed bank",
    "dispute": "conteste|litige|non conforme|manquant|avoir|prix errone|jamais commande"
    "|double facturation|pas recu la marchandise|dispute|incorrect|short delivery"
    "|damaged|credit note|never ordered|duplicate",
    "complaint": "inadmissible|reclamation|unacceptable|formal complaint",
    "already_paid": "deja regle|deja paye|virement effectue le|reglement envoye|avis de"
    " virement ci-joint|cheque n|already paid|payment was made|paid on",
    "remittance": "avis de virement|remittance",
    "plan_request": "echeancier|en plusieurs fois|delai de paiement|difficultes de"
    " tresorerie|instalments|payment plan|more time|cash-flow",
    "promise": "sera regle|nous reglerons|virement programme|virement prevu|mise en"
    " paiement|echeance du|part en paiement|will pay|scheduled for|payment run|by"
    " friday",
    "delay": "en cours|des que possible|as soon as possible|in process",
    "document_request": "duplicata|copie de la facture|releve de compte|bon de"
    " livraison"
    "|rib|copy of invoice|statement|pod|bank details",
    "missing_information": "numero de commande|chorus|bon a payer|n'avons pas recu la"
    " facture|po number|vendor portal|not received the invoice",
    "payment_question": "comment payer|how to pay|how much",
    "contact_change": "n'est plus dans la societe|contactez le service|ne suis pas la"
    " bonne personne|no longer with|please contact|wrong department",
    "acknowledgement": "bien recu|je transmets|noted|forwarded to",
}


class Score:
    """Right and wrong intents of many messages."""

    def __init__(self):
        self.hits, self.extra, self.missed = Counter(), Counter(), Counter()
        self.pauses = self.messages = 0

    def add(self, wanted, found):
        """Count one message."""
        self.hits.update(wanted & found)
        self.extra.update(found - wanted)
        self.missed.update(wanted - found)
        self.messages += 1
        self.pauses += is_pausing(wanted) == is_pausing(found)

    def figures(self):
        """Return precision, recall and F1 by intent, their mean, and the pauses."""
        rows = {}
        for intent in INTENTS:
            hits = self.hits[intent]
            count = hits + self.missed[intent]
            if count:
                precision = hits / max(hits + self.extra[intent], 1)
                recall = hits / count
                f1 = 2 * hits / (2 * hits + self.extra[intent] + self.missed[intent])
                rows[intent] = {
                    "n": count,
                    "precision": round(precision, 3),
                    "recall": round(recall, 3),
                    "f1": round(f1, 3),
                }
        macro = sum(row["f1"] for row in rows.values()) / max(len(rows), 1)
        hits = sum(self.hits.values())
        wrong = sum(self.extra.values()) + sum(self.missed.values())
        return {
            "intents": rows,
            "macro_f1": round(macro, 4),
            "micro_f1": round(2 * hits / max(2 * hits + wrong, 1), 4),
            "pause": round(self.pauses / max(self.messages, 1), 4),
            "messages": self.messages,
        }


class Details:
    """Days, invoices and reasons, where the message has them.

    ``found`` counts those whose intent was recognised, ``all`` also those whose intent
    was not: an intent that is missed has no day either.
    """

    KINDS = ("dates", "references", "reasons")

    def __init__(self):
        self.right, self.found, self.all = Counter(), Counter(), Counter()

    def add(self, message, findings):
        """Count one message."""
        for intent in corpus.labels_of(message):
            gold = [one for one in message["intents"] if one["intent"] == intent]
            seen = [one for one in findings if one.intent == intent]
            self._compare(
                "dates",
                {one.get("date") for one in gold},
                {one.date.isoformat() for one in seen if one.date},
                seen,
            )
            self._compare(
                "references",
                {key for one in gold for key in one.get("keys") or ()},
                {key for one in seen for key in one.keys},
                seen,
            )
            self._compare(
                "reasons",
                {one.get("reason") for one in gold},
                {one.reason for one in seen},
                seen,
            )
        back = [one for one in findings if one.intent == "auto_reply"]
        days = {one.return_date.isoformat() for one in back if one.return_date}
        self._compare("dates", {message.get("return_date")}, days, back)

    def _compare(self, kind, wanted, got, seen):
        wanted = {value for value in wanted if value}
        if wanted:
            self.all[kind] += 1
            self.found[kind] += bool(seen)
            self.right[kind] += wanted == {value for value in got if value}

    def figures(self):
        """Return {kind: {n, right, n_found, right_found}}."""
        return {
            kind: {
                "n": self.all[kind],
                "right": round(self.right[kind] / max(self.all[kind], 1), 3),
                "n_found": self.found[kind],
                "right_found": round(self.right[kind] / max(self.found[kind], 1), 3),
            }
            for kind in self.KINDS
        }


def plain(text):
    """Return the intents that a plain list of cues finds; none where there is none."""
    folded = fold(text)
    return {
        intent
        for intent, cues in PLAIN_CUES.items()
        if any(cue in folded for cue in cues.split("|"))
    }


def item_of(values):
    """Return an open item of a message of the corpus."""
    return Item(
        key=values["key"],
        name=values["name"],
        number=values.get("number") or "",
        date=values.get("date") and date.fromisoformat(values["date"]),
        due=values.get("due") and date.fromisoformat(values["due"]),
        amount=Decimal(str(values["amount"])),
        residual=Decimal(str(values["residual"])),
        currency=values.get("currency") or "",
    )


def read_one(message):
    """Return the findings of one message, as the add-on asks for them."""
    items = [item_of(values) for values in message.get("items") or ()]
    subject = message.get("subject") or ""
    return understand.understand(
        corpus.mail_of(message),
        subject,
        split_reply(clean(message["text"]), subject).own,
        date.fromisoformat(message["date"]),
        items,
        currency=items[0].currency if items else None,
        month_first=bool(message.get("month_first")),
    )


def judge(messages, model_of=None):
    """Return the figures of ``messages``.

    :param model_of: gives the classifier for the place of a message; else the shipped
    """
    score, reference, details = Score(), Score(), Details()
    seconds, kept = 0.0, classifier.shipped
    kept()
    try:
        for place, message in enumerate(messages):
            if model_of:
                model = model_of(place)
                classifier.shipped = lambda model=model: model
            start = time.process_time()
            findings = read_one(message)
            seconds += time.process_time() - start
            wanted = corpus.labels_of(message)
            score.add(wanted, {one.intent for one in findings})
            details.add(message, findings)
            reference.add(wanted, plain(corpus.own_words(message)))
    finally:
        classifier.shipped = kept
    result = score.figures()
    result["details"] = details.figures()
    result["per_second"] = round(len(messages) / max(seconds, 1e-9))
    base = reference.figures()
    result["plain_cues"] = {
        name: base[name] for name in ("macro_f1", "micro_f1", "pause")
    }
    return result


def cross_validated(workers=2):
    """Return the figures of the corpus by models that lack the family at hand."""
    messages = corpus.read()
    samples = trainer.samples_of(messages)
    folds, packed, seen = trainer.cross(samples, workers)
    models = []
    for fold_number, weights in enumerate(packed):
        others = [
            (summary, sample.wanted)
            for summary, sample, at in zip(seen, samples, folds, strict=True)
            if at != fold_number
        ]
        models.append(classifier.Classifier({**weights, **trainer.calibrate(others)}))
    return judge(messages, lambda place: models[folds[place]])


def shipped(path):
    """Return the figures of a file by the weights as they are shipped."""
    return judge(corpus.read([path]))


def show(name, seen, say):
    """Print the figures of one set as a table."""
    say(f"\n{name}: {seen['messages']:,} messages")
    say(f"  {'intent':<22}{'n':>6}{'precision':>11}{'recall':>9}{'F1':>8}")
    for intent, row in seen["intents"].items():
        say(
            f"  {intent:<22}{row['n']:>6}{row['precision']:>11.3f}"
            f"{row['recall']:>9.3f}{row['f1']:>8.3f}"
        )
    base = seen["plain_cues"]
    for words, key in (
        ("macro-F1", "macro_f1"),
        ("micro-F1", "micro_f1"),
        ("pause reminders", "pause"),
    ):
        ratio = seen[key] / base[key] if base[key] else 0
        say(
            f"  {words:<22}{seen[key]:>8.3f}   plain cues {base[key]:.3f}"
            f"   ratio {ratio:.2f}"
        )
    for kind, row in seen["details"].items():
        say(
            f"  {kind + ' right':<22}{row['right_found']:>8.3f}   of {row['n_found']}"
            f" whose intent was found; {row['right']:.3f} of all {row['n']}"
        )
    say(f"  messages a second     {seen['per_second']:>8,}")
