"""Variants of messages to learn from: typing errors, and two messages in one."""

import random

# how many messages have one variant
EVERY = 4


def variants(message, number, messages):
    """Return the variants of ``message``: the same for the same corpus.

    Names, days, sums and numbers need none: they are counted by their kind.
    """
    if number % EVERY:
        return []
    chance = random.Random(number)
    if number % (2 * EVERY):
        return [mistyped(message, chance)]
    other = messages[chance.randrange(len(messages))]
    return [joined(message, other)] if can_join(message, other) else []


def can_join(message, other):
    """Return whether a person might have written both in one mail."""
    alone = {"bounce", "auto_reply", "acknowledgement", "other"}
    labels = [{one["intent"] for one in m["intents"]} for m in (message, other)]
    return message["lang"] == other["lang"] and not alone & (labels[0] | labels[1])


def joined(message, other):
    """Return one message that says what both say."""
    quotes = [
        [one["quote"] for one in m["intents"] if one.get("quote")]
        for m in (message, other)
    ]
    said = [" ".join(dict.fromkeys(found)) for found in quotes]
    return {
        **message,
        "text": "\n\n".join(said),
        "intents": [*message["intents"], *other["intents"]],
    }


def mistyped(message, chance):
    """Return the message with a letter lost or doubled in some words."""
    words = message["text"].split(" ")
    for place, word in enumerate(words):
        if len(word) > 5 and word.isalpha() and chance.random() < 0.12:
            at = chance.randrange(1, len(word) - 1)
            words[place] = word[:at] + word[at] * chance.choice((0, 2)) + word[at + 1 :]
    return {**message, "text": " ".join(words)}
