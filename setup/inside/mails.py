"""What the customers of the demo write: one entry a mail, newest last.

``{0}``, ``{1}`` are the numbers of the customer's open invoices, the oldest first, and
``{sum0}`` what is open of the first. ``reply``: it answers the last notice he got.
"""

MAILS = [
    {
        "days": 12,
        "reply": True,
        "text": "Bonjour,\n\nBien reçu, merci.\n\nCordialement,\nMarie Lambert",
    },
    {
        "days": 9,
        "reply": True,
        "subject": "Re: votre relance",
        "text": "Bonjour,\n\nLa facture {0} a été réglée par virement vendredi dernier"
        ", référence VIR-88121. Merci de vérifier de votre côté.\n\nBien à vous,\n"
        "Jean Moreau\nComptabilité fournisseurs\nTél. 02 40 11 22 33",
        "decide": "accept",
    },
    {
        "days": 8,
        "reply": True,
        "text": "Bonjour,\n\nLa {0} passera dans notre échéance du 30.\n\nCordialement",
        "decide": "accept",
    },
    {
        "days": 6,
        "reply": True,
        "text": "Hello,\n\nPlease find below what Friday's transfer covers.\n\n"
        "Invoice;Amount\n{0};{sum0}\n\nRegards,\nAccounts payable",
        "subject": "Remittance advice",
    },
    {
        "days": 5,
        "text": "Bonjour,\n\nJe reprends la comptabilité de la société : Mme Faure est "
        "partie à la retraite. Merci de m'écrire désormais à "
        "paul.girard@{domain}, 02 51 44 55 66.\n\nPaul Girard\n"
        "Responsable comptable",
        "subject": "Changement d'interlocuteur",
    },
    {
        "days": 4,
        "reply": True,
        "text": "Bonjour,\n\nNous contestons la facture {0} : il manquait deux cartons "
        "à la livraison, le bon signé par votre chauffeur le mentionne. Nous "
        "paierons le solde dès réception de l'avoir.\n\nSincères salutations,\n"
        "Le service achats",
    },
    {
        "days": 3,
        "reply": True,
        "text": "Good morning,\n\nCould you send us a copy of invoice {0} and a "
        "statement of our account? We cannot find them in our system.\n\n"
        "Many thanks,\nSusan Clarke",
        "subject": "Copy invoice please",
    },
    {
        "days": 3,
        "reply": True,
        "text": "Bonjour,\n\nNous traversons une période difficile. Serait-il possible "
        "de régler la {0} en trois fois, la première échéance à la fin du mois ?"
        "\n\nMerci de votre compréhension,\nLe gérant",
        "subject": "Demande d'échéancier",
    },
    {
        "days": 2,
        "reply": True,
        "headers": {"Auto-Submitted": "auto-replied"},
        "subject": "Réponse automatique : relance",
        "text": "Bonjour,\n\nJe suis absente du bureau et serai de retour dans 10 "
        "jours. En cas d'urgence, merci de contacter Luc Perrin "
        "(luc.perrin@{domain}).\n\nClaire Dubois",
    },
    {
        "days": 2,
        "reply": True,
        "text": "Bonjour,\n\nVotre facture {0} n'a pas encore été validée : il nous "
        "manque le numéro de commande. Merci de nous l'indiquer et de la déposer "
        "sur notre portail.\n\nService fournisseurs",
        "subject": "Numéro de commande manquant",
    },
    {
        "days": 2,
        "text": "Madame, Monsieur,\n\nPar jugement du tribunal de commerce, notre "
        "société a été placée en redressement judiciaire. Maître Olivier Renaud a "
        "été désigné mandataire judiciaire. Merci de lui adresser votre "
        "déclaration de créance.\n\nLa direction",
        "subject": "Ouverture d'une procédure de redressement judiciaire",
    },
    {
        "days": 1,
        "text": "Dear Sir or Madam,\n\nPlease note that our bank has changed. Kindly "
        "send your refund of the credit note to the new account "
        "GB33BUKB20201555555555 from now on, and confirm today.\n\nBest regards",
        "subject": "URGENT: new bank details",
        "headers": {
            "Authentication-Results": "mx.example; spf=fail smtp.mailfrom=x.example"
        },
    },
    {
        "days": 1,
        "reply": True,
        "text": "Encore une relance alors que je vous ai eu au téléphone hier ! Je "
        "trouve ce procédé inadmissible. La {0} sera payée vendredi, comme dit.",
    },
    {
        "days": 1,
        "reply": True,
        "text": "Hi,\n\nInvoice {0} will be paid on the run of the 25th. {1} was "
        "billed twice, please cancel it.\n\nThanks,\nTom",
    },
    {
        "days": 1,
        "from": "Comptoir du Port <compta.comptoir@gmail.com>",
        "text": "Bonjour,\n\nPouvez-vous me dire combien nous vous devons et sur quel "
        "compte régler ?\n\nMerci",
        "subject": "Question",
    },
    {
        "days": 1,
        "from": "Nadia Benali <nadia.benali@orange.fr>",
        "text": "Bonjour, c'est pour la facture {0}, je règle {sum0} € demain par "
        "carte. Cordialement, Nadia",
        "subject": "facture",
    },
    {
        "days": 1,
        "from": "Best Deals <offers@shopping-news.example>",
        "headers": {"List-Unsubscribe": "<mailto:out@shopping-news.example>"},
        "text": "Office chairs from 49 EUR! Only this week. Order now and save 30 %.",
        "subject": "Black week: everything must go",
    },
    {
        "days": 0,
        "reply": True,
        "text": "Bonjour,\n\nVoici notre avis de virement en pièce jointe.\n\n"
        "Service trésorerie",
        "subject": "Avis de virement",
        "advice": True,
    },
    {
        "days": 0,
        "reply": True,
        "text": "Sehr geehrte Damen und Herren,\n\ndie Rechnung {0} überweisen wir am "
        "Freitag.\n\nMit freundlichen Grüßen\nBuchhaltung",
        "lang": "de_DE",
    },
    {
        "days": 0,
        "reply": True,
        "text": "Nous transmettons votre dossier à notre avocat. Toute nouvelle "
        "relance lui sera adressée : Maître Lenoir, barreau de Nantes.",
        "subject": "Dernier avertissement",
    },
    {
        "days": 0,
        "reply": True,
        "text": "ok pour la fin du mois",
    },
    {
        "days": 0,
        "reply": True,
        "text": "Merci de supprimer mes données et de ne plus me contacter à cette "
        "adresse (RGPD).\n\nH. Petit",
        "subject": "RGPD",
    },
]
