"""Who the customers are: names, addresses, people and paying habits (no database).

The tables are in world.json: the weights say how often a thing occurs, the phone
numbers are of ranges kept for fiction where a country has any, a payment term is a
list of instalments (percent, kind, days), a behaviour is the usual delay past due, its
spread, and the chance that an invoice is never paid.
"""

import json
import math
from pathlib import Path

HERE = Path(__file__).parent
WORLD = json.loads(HERE.joinpath("world.json").read_text("utf-8"))
ZONE = "Europe/Paris"  # where the group works
COMPANIES, COUNTRIES, RATES = WORLD["companies"], WORLD["countries"], WORLD["rates"]
TERMS, BEHAVIOURS, FUNCTIONS = (
    WORLD["terms"],
    WORLD["behaviours"],
    WORLD["functions"],
)
PLAIN = str.maketrans("àáâäçéèêëíîïñóôöùúûüßÉÈ", "aaaaceeeeiiinooouuuusEE")


def slug(text, joint="-"):
    """Return the words of ``text`` as part of an e-mail address."""
    plain = text.translate(PLAIN).lower()
    return joint.join("".join(c if c.isalnum() else " " for c in plain).split())


def pick(rng, table, **weights):
    """Draw a key of ``table`` by the weights in it, or by those given instead."""
    return rng.choices(
        list(table), [weights.get(k, v["weight"]) for k, v in table.items()]
    )[0]


def pick_word(rng, table, lang):
    """Draw a word of one of the lists of names."""
    return rng.choice(WORLD[table][lang].split())


def phone(country, rng):
    """Return a valid number of ``country``."""
    return COUNTRIES[country]["phone"].format(rng.randrange(10), rng.randrange(100))


def make_contacts(rng, lang, domain, country):
    """Return nought to six people of a customer, most often accounts payable first."""
    count = rng.choices(range(7), (8, 30, 28, 16, 10, 5, 3))[0]
    first, *others = FUNCTIONS
    roles = [first] if rng.random() < 0.85 else []
    roles += rng.sample(others, len(others))
    people = []
    for role in roles[:count]:
        name = f"{pick_word(rng, 'first_names', lang)} {pick_word(rng, 'names', lang)}"
        people.append(
            {
                "name": name,
                "function": FUNCTIONS[role][lang],
                "type": "invoice" if not people and rng.random() < 0.2 else "contact",
                "email": f"{slug(name, '.')}.{len(people)}@{domain}",
                "phone": phone(country, rng) if rng.random() < 0.7 else None,
            }
        )
    return people


def make_customer(rng, number, companies, users):
    """Return one customer as a plain dict: identity, size, habits and people."""
    home = rng.choices(range(companies), [c["weight"] for c in COMPANIES[:companies]])
    british = COMPANIES[home[0]]["country"] == "GB"
    code = pick(rng, COUNTRIES, **({"GB": 160} if british else {}))
    country = COUNTRIES[code]
    lang = country["lang"][:2]
    words = [pick_word(rng, "trades", lang), pick_word(rng, "names", lang)]
    name = " ".join(reversed(words) if lang == "en" else words)
    domain = f"{slug(name)}-{number + 1}.example"
    if companies > 1 and rng.random() < 0.06:  # buys from two of the companies
        home.append((home[0] + 1) % companies)
    city, postcode = rng.choice(country["cities"])
    address = (rng.choice(country["streets"]).format(rng.randint(1, 180)), postcode)
    reached = rng.random() > 0.04
    return {
        "name": f"{name} {number + 1}",
        "ref": f"C{number + 1:06d}",
        "country": code,
        "currency": country["currency"],
        "lang": country["lang"],
        "homes": home,
        "address": (*address, city) if rng.random() > 0.05 else (None, None, None),
        "email": f"compta@{domain}" if reached else None,
        "phone": phone(code, rng),
        "user": rng.randrange(users),
        "behaviour": pick(rng, BEHAVIOURS),
        "weight": min(60.0, rng.paretovariate(1.16)),
        "scale": math.exp(rng.gauss(6.4, 0.9)),
        "stop": rng.randint(40, 260),  # days since an insolvent customer last paid
        "terms": rng.choices(range(len(TERMS)), [t["weight"] for t in TERMS], k=2),
        "limit": round(rng.uniform(3, 90)) * 1000 if rng.random() < 0.4 else None,
        "people": make_contacts(rng, lang, domain, code) if reached else [],
    }
