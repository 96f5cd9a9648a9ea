"""Who the customers are: names, addresses, people and paying habits (pure Python)."""

import math

COMPANIES = (  # name, country, chart, currency, city, zip, weight in the ledger
    ("Maison Verdier", "FR", "fr", "EUR", "Lyon", "69002", 66),
    ("Maison Verdier Atlantique", "FR", None, "EUR", "Nantes", "44000", 16),  # branch
    ("Verdier Trading UK", "GB", "uk", "GBP", "Bristol", "BS1 4QA", 18),
)
RATES = {"USD": 1.09, "GBP": 0.86}  # units for one euro, 24 months ago
TERMS = (  # name, instalments (percent, kind, days), weight
    ("14 days net", ((100, "days_after", 14),), 12),
    ("30 days net", ((100, "days_after", 30),), 40),
    ("60 days net", ((100, "days_after", 60),), 12),
    ("30 days end of month", ((100, "days_after_end_of_month", 30),), 22),
    ("30 % at once, 70 % at 60 days",
     ((30, "days_after", 0), (70, "days_after", 60)), 8),
    ("Three monthly instalments",
     ((30, "days_after", 30), (30, "days_after", 60), (40, "days_after", 90)), 6),
)
BEHAVIOURS = {  # weight, mean delay past due, spread, chance never to be paid
    "prompt": (46, -3, 4, 0.003),
    "late": (27, 17, 9, 0.015),
    "erratic": (14, 24, 30, 0.03),
    "deteriorating": (8, 4, 8, 0.03),
    "insolvent": (5, 20, 12, 0.02),
}
# country: weight, currency, language, phone, street, cities
COUNTRIES = {
    "FR": (46, "EUR", "fr_FR", "+33 1 99 00 {:02d} {:02d}",
           ("{} rue des Lilas", "{} avenue Jean Jaurès", "{} quai de la Loire",
            "{} place du Marché", "{} rue de la République", "{} chemin des Vignes"),
           (("Paris", "75011"), ("Lille", "59000"), ("Nantes", "44000"),
            ("Lyon", "69003"), ("Toulouse", "31000"), ("Rennes", "35000"),
            ("Marseille", "13006"), ("Dijon", "21000"), ("Annecy", "74000"))),
    "DE": (14, "EUR", "de_DE", "+49 30 23125{:01d}{:02d}",
           ("Lindenstraße {}", "Hafenweg {}", "Am Markt {}", "Schillerstraße {}"),
           (("Berlin", "10115"), ("Hamburg", "20457"), ("Köln", "50667"),
            ("Leipzig", "04109"), ("Freiburg", "79098"))),
    "BE": (8, "EUR", "fr_FR", "+32 2 555 {:02d} {:02d}",
           ("Rue du Moulin {}", "Avenue Louise {}", "Chaussée de Wavre {}"),
           (("Bruxelles", "1000"), ("Liège", "4000"), ("Namur", "5000"))),
    "CH": (6, "EUR", "fr_FR", "+41 22 555 {:02d} {:02d}",
           ("Rue du Rhône {}", "Chemin du Lac {}"),
           (("Genève", "1204"), ("Lausanne", "1003"), ("Neuchâtel", "2000"))),
    "ES": (5, "EUR", "en_US", "+34 91 555 {:02d} {:02d}",
           ("Calle Mayor {}", "Avenida del Puerto {}"),
           (("Madrid", "28013"), ("Valencia", "46002"), ("Bilbao", "48001"))),
    "NL": (3, "EUR", "en_US", "+31 20 555 {:02d} {:02d}",
           ("Keizersgracht {}", "Stationsweg {}"),
           (("Amsterdam", "1015 CJ"), ("Utrecht", "3511 CE"))),
    "GB": (10, "GBP", "en_US", "+44 20 7946 0{:01d}{:02d}",
           ("{} Mill Lane", "{} Station Road", "{} High Street", "{} Quay Street"),
           (("London", "EC1A 1BB"), ("Leeds", "LS1 4DY"), ("Bristol", "BS1 5TR"),
            ("Edinburgh", "EH1 1RE"))),
    "US": (8, "USD", "en_US", "+1 212 555 01{:02d}",
           ("{} Maple Avenue", "{} Canal Street"),
           (("New York", "10013"), ("Boston", "02110"), ("Chicago", "60606"))),
}
TRADES = {
    "fr": ("Ateliers", "Boulangerie", "Brasserie", "Cartonnages", "Établissements",
           "Fonderie", "Garage", "Imprimerie", "Laboratoires", "Menuiserie",
           "Pépinières", "Transports", "Tissages", "Verrerie", "Cave", "Quincaillerie"),
    "de": ("Bäckerei", "Brauerei", "Druckerei", "Elektro", "Gärtnerei", "Maschinenbau",
           "Möbelhaus", "Spedition", "Tischlerei", "Weingut"),
    "en": ("Bakery", "Brewing", "Foods", "Freight", "Furniture", "Garages", "Joinery",
           "Nurseries", "Printing", "Textiles", "Tools", "Wines"),
}
NAMES = {
    "fr": ("Aubry", "Bonnet", "Carpentier", "Delmas", "Escoffier", "Fabre", "Garnier",
           "Hamelin", "Jourdan", "Lacombe", "Marchand", "Noiret", "Olivier", "Pasquier",
           "Quentin", "Rivière", "Sabatier", "Tessier", "Vasseur", "Weber"),
    "de": ("Ahrens", "Becker", "Dietrich", "Engel", "Fischer", "Graf", "Hoffmann",
           "Jansen", "Krüger", "Lorenz", "Neumann", "Richter", "Sommer", "Vogt"),
    "en": ("Ashworth", "Barlow", "Carter", "Dawson", "Ellis", "Fletcher", "Granger",
           "Holloway", "Kirby", "Langley", "Mercer", "Norris", "Preston", "Whitaker"),
}
FIRST = {
    "fr": ("Anne", "Bruno", "Camille", "Denis", "Élise", "Fabrice", "Hélène", "Julien",
           "Lucie", "Mathieu", "Nadia", "Olivier", "Sophie", "Thomas", "Yasmine"),
    "de": ("Anja", "Bernd", "Claudia", "Dirk", "Eva", "Frank", "Greta", "Holger",
           "Katrin", "Lukas", "Sabine", "Uwe"),
    "en": ("Alice", "Ben", "Clara", "David", "Emma", "George", "Hannah", "Jack",
           "Laura", "Oliver", "Priya", "Tom"),
}
FUNCTIONS = {  # role code: job title in each language
    "accounts_payable": {"fr": "Comptable fournisseurs", "en": "Accounts payable",
                         "de": "Kreditorenbuchhaltung"},
    "decision_maker": {"fr": "Directrice financière", "en": "Finance director",
                       "de": "Finanzleitung"},
    "management": {"fr": "Gérance", "en": "Managing director",
                   "de": "Geschäftsführung"},
    "purchasing": {"fr": "Achats", "en": "Buyer", "de": "Einkauf"},
    "sales": {"fr": "Ventes", "en": "Sales manager", "de": "Vertrieb"},
    "it": {"fr": "Informatique", "en": "IT support", "de": "IT-Betreuung"},
    "legal": {"fr": "Juriste", "en": "Legal counsel", "de": "Rechtsabteilung"},
}
PLAIN = str.maketrans("àâäçéèêëîïôöùûüßÉÈ", "aaaceeeeiioouuusEE")


def slug(text):
    """The words of ``text`` as part of an e-mail address."""
    return "-".join("".join(
        c if c.isalnum() else " " for c in text.translate(PLAIN).lower()).split())


def phone(country, rng):
    """A number of ``country``, from the ranges kept for fiction where there are any."""
    pattern = COUNTRIES[country][3]
    if pattern.count("{") == 1:
        return pattern.format(rng.randrange(100))
    return pattern.format(rng.randrange(10), rng.randrange(100))


def make_contacts(rng, lang, domain, country):
    """Zero to six people of a customer, accounts payable most often the first."""
    count = rng.choices(range(7), (8, 30, 28, 16, 10, 5, 3))[0]
    roles = list(FUNCTIONS)
    picked = roles[:1] if rng.random() < 0.85 else []
    picked += rng.sample(roles[1:], min(count, 6))
    people = []
    for role in picked[:count]:
        name = f"{rng.choice(FIRST[lang])} {rng.choice(NAMES[lang])}"
        people.append({
            "name": name, "function": FUNCTIONS[role][lang],
            "type": "invoice" if not people and rng.random() < 0.2 else "contact",
            "email": f"{slug(name).replace('-', '.')}.{len(people)}@{domain}",
            "phone": phone(country, rng) if rng.random() < 0.7 else None,
        })
    return people


def make_customer(rng, number, companies, users):
    """One customer as a plain dict: identity, size, habits and people."""
    codes = list(COUNTRIES)
    home = rng.choices(range(companies), [c[-1] for c in COMPANIES[:companies]])[0]
    weights = [COUNTRIES[c][0] for c in codes]
    if COMPANIES[home][1] == "GB":
        weights[codes.index("GB")] = 160
    code = rng.choices(codes, weights)[0]
    _weight, currency, locale, _phone, streets, cities = COUNTRIES[code]
    lang = locale[:2]
    name = f"{rng.choice(TRADES[lang])} {rng.choice(NAMES[lang])}"
    if lang == "en":
        name = " ".join(reversed(name.split(" ")))
    domain = f"{slug(name)}-{number:d}.example"
    city, postcode = rng.choice(cities)
    shared = companies > 1 and rng.random() < 0.06
    behaviour = rng.choices(list(BEHAVIOURS), [b[0] for b in BEHAVIOURS.values()])[0]
    mail, address = rng.random() > 0.04, rng.random() > 0.05
    return {
        "name": f"{name} {number + 1}", "country": code, "currency": currency,
        "lang": locale, "homes": [home, (home + 1) % companies] if shared else [home],
        "street": rng.choice(streets).format(rng.randint(1, 180)) if address else None,
        "zip": postcode if address else None, "city": city if address else None,
        "email": f"compta@{domain}" if mail else None, "phone": phone(code, rng),
        "ref": f"C{number + 1:06d}", "user": rng.randrange(users),
        "behaviour": behaviour, "weight": min(60.0, rng.paretovariate(1.16)),
        "scale": math.exp(rng.gauss(6.4, 0.9)), "stop": rng.randint(40, 260),
        "terms": rng.choices(range(len(TERMS)), [t[2] for t in TERMS], k=2),
        "limit": round(rng.uniform(3, 90)) * 1000 if rng.random() < 0.4 else None,
        "people": make_contacts(rng, lang, domain, code) if mail else [],
    }
