"""The cues of paying, of asking, and of tense; see ``cues`` for their form."""

# parts that many cues share
PAY = (
    r"(?:regl(?:e|er|ees?|es|ons|erons|erai|ement|era|eront)?|pay(?:e|er|ees?|es|ons)?"
    r"|paie(?:r(?:ons|ai|a|ont))?|payerons|solde[re]?|vire[re]?|acquitte[re]?|honor\w+)"
)
PAID = r"(?:regle|paye|solde|vire|acquitte|honore|envoye|effectue|emis|execute)e?s?"
PAYMENT = (
    r"(?:paiement|reglement|virement|versement|cheque|payment|transfer|remittance"
    r"|cheque|check|zahlung|uberweisung|lcr|prelevement)s?"
)
WILL = r"(?:will|shall|'ll|going to|am to|are to|is to|is due to|are due to)"
NOT = r"(?:n'|ne )"
INVOICE = r"(?:factures?|invoices?|rechnung(?:en)?|bills?)"

PAYING = (
    # === ALREADY PAID, REMITTANCE === #
    (
        "paid",
        "it says that it was paid",
        {"already_paid": 4},
        rf"deja (?:ete )?(?:{PAID}|regul|fait|effectu)|(?:a|ont|avons|ai) (?:bien"
        rf" )?(?:deja"
        rf" )?(?:ete )?{PAID}\b|(?:est|sont) (?:bien )?(?:deja )?{PAID}\b"
        r"|(?:paiement|reglement|virement|cheque)[^.]{0,25}(?:a|est|ont|avons|ai)"
        r" (?:bien )?"
        r"(?:ete )?(?:effectu|fait|parti|envoy|emis|execut|realis|passe|adress|post)"
        r"|already (?:been )?(?:paid|settled|cleared|sent)|(?:was|were|has been|have"
        r" been|been|we|i) (?:already |just )?(?:paid|settled|transferred|cleared"
        r"|debited"
        r"|wired)|(?:payment|transfer|cheque|check|wire)[^.]{0,25}(?:was|were|has"
        r" been|had"
        r" been|went|left|cleared) (?:made|sent|issued|out|processed|executed|posted"
        r"|our"
        r"|on|your)?|have (?:already )?(?:paid|settled|transferred|sent payment)"
        r"|paid (?:on|in full|yesterday|last|by|this|it|them|already|via)|^paid\b|^paye"
        r"|^regle|bereits (?:bezahlt|uberwiesen|beglichen)|wurde (?:am"
        r"|bereits)?[^.]{0,20}"
        r"(?:bezahlt|uberwiesen|beglichen)|haben [^.]{0,40}(?:bezahlt|uberwiesen)"
        r"|encaisse|debite[es]?|double paiement|paid twice|compens(?:e|ation)|set[-"
        r" ]?off",
    ),
    (
        "went_out",
        "the money has gone out",
        {"already_paid": 2.5},
        r"(?:left|gone from|out of|debited from) (?:our|my|the) (?:account|bank|office)"
        r"|(?:went|gone|been|was|were) (?:out|off|through)|(?:est|sont)"
        r" parti[es]{0,2}\b"
        r"|parti[es]{0,2} (?:ce|hier|le|la semaine|depuis|mardi|lundi|vendredi|jeudi"
        r"|mercredi)|(?:ging|ist|sind) [^.]{0,25}raus|en main propre|in cash|en especes"
        r"|(?:have|had|got) (?:the|your) money|(?:check|verifiez|regardez|look"
        r" at)[^.]{0,25}"
        r"(?:bank|compte|account|statement|releve|konto)|nothing (?:is )?(?:open"
        r"|outstanding"
        r"|due)|zero balance|on your account since|all square|a jour chez|rien en"
        r" attente",
    ),
    (
        "goes_out",
        "the money is about to go out",
        {"promise": 2},
        r"(?:goes|going|go|geht|gehen|partira|part|partiront|leaves) (?:out|off"
        r"|through|raus"
        r"|le|lundi|mardi|mercredi|jeudi|vendredi|demain|dans|on|tomorrow|today|this"
        r"|next"
        r"|fri|mon|am)|(?:you'll|you will|vous) (?:have|aurez|get|be paid|be square"
        r"|serez)"
        r"|(?:lands?|arrives?|hits?)[^.]{0,20}(?:account|with you|xday)|expect (?:it"
        r"|payment"
        r"|the|to)|(?:je|nous) (?:vous )?(?:vire|virons|paie|payons|regle|reglons"
        r"|passe|fais"
        r"|envoie|mets)\b|haben sie (?:das|ihr) geld|sign(?:e|s|er)? (?:jeudi|lundi"
        r"|mardi"
        r"|on|thursday|monday)|represent|cross my heart|c'?(?:est)? promis|without"
        r" fail",
    ),
    (
        "on_run",
        "it is in a payment run",
        {"promise": 1.5, "delay": 0.5},
        r"(?:in|on|dans|im|part of|inclus\w*) (?:the|our|tonight's|this|la|le|un"
        r"|notre|unser"
        r"\w*|next|one of the)? ?(?:[\w']+ ){0,3}(?:run|batch|campagne|lot|bordereau"
        r"|zahlungslauf|zahllauf|file|mandat|proposition)",
    ),
    (
        "no_date",
        "no day can be named",
        {"delay": 3, "promise": -1.5},
        r"(?:no|not|n't|without|pas|aucune|kein\w*|sans)[^.]{0,25}(?:date|datum|idea"
        r" when|say"
        r" when|know when|visibilite|delai a vous)|(?:sais|savons) pas quand|when i can"
        r"|quand (?:je|on) p|des qu'on peut|je (?:la |le |les )?mets en paiement|when"
        r" (?:it"
        r" )?(?:falls )?due|on its due date|a (?:son )?echeance|(?:terms"
        r"|conditions)[^.]{0,25}"
        r"(?:60|90|45)|nothing(?: is|'s) late|pas encore (?:due|echue)|not (?:yet"
        r" )?due",
    ),
    (
        "price_request",
        "a price or goods are asked for",
        {"other": 3.5},
        r"(?:could|can|please|kindly|pouvez|merci)[^.]{0,20}(?:price us|quote"
        r"|chiffrer|faire un"
        r" prix|un devis|deliver|livrer|ship)|lead time|delai de livraison|was kostet"
        r"|passer commande|to order \d|(?:our|notre) (?:order|commande|purchase order)",
    ),
    (
        "acts_for",
        "a lawyer writes for the customer",
        {"legal": 4},
        r"(?:we|i) act (?:for|on behalf)|our client|represent(?:s|ing)? (?:the|our|mr"
        r"|ms|my)"
        r"|small claims|see you in court|(?:defend|defence|counterclaim|injunction"
        r"|anzeige)"
        r"|saisi(?:r|rons|e|ssons)? (?:le|la|du)|porterons? plainte|vertritt"
        r"|vertreten wir"
        r"|dommages et interets|hear from (?:our|my)|nouvelles de (?:mon|notre)",
    ),
    (
        "half_and_half",
        "the sum is to be parted",
        {"plan_request": 2},
        r"(?:half|moitie|halfte|a third|un tiers)[^.]{0,30}(?:now|maintenant|jetzt"
        r"|then|rest"
        r"|puis|reste|solde|balance)|(?:per|a|par|pro|every|each|chaque) (?:week"
        r"|month|semaine"
        r"|mois|monat|woche|friday|vendredi)|(?:could|can|would|pourr\w+|peut-on"
        r"|konnten)"
        r"[^.]{0,40}(?:wait|attendre|longer|warten|stretch|fractionner|split|verser)"
        r"|laissez"
        r"-(?:moi|nous)|give (?:us|me) (?:until|another|more)|un peu de temps"
        r"|propos(?:e|ing|ons)",
    ),
    (
        "not_paid",
        "it says that it is not paid yet",
        {"already_paid": -5, "delay": 1.5},
        rf"(?:n'|ne )(?:\w+ ){{1,3}}(?:pas|jamais) (?:encore )?(?:ete )?{PAID}\b"
        rf"|pas (?:encore )?(?:ete )?{PAID}\b|(?:not|n't|never) (?:yet )?(?:been )?"
        r"(?:paid|settled|sent|made|processed|cleared)|noch nicht (?:bezahlt"
        r"|uberwiesen)"
        r"|non (?:encore )?(?:pay|regl)|(?:yet|still) to be paid|unpaid|impaye",
    ),
    (
        "came_back",
        "a payment came back",
        {"already_paid": -3},
        r"(?:paiement|virement|payment|transfer|cheque|prelevement|lcr|direct debit)"
        r"[^.]{0,30}(?:rejet|retourn|revenu|refus|bounced|returned|rejected|failed"
        r"|came back|echou)|sans provision",
    ),
    (
        "proof",
        "a proof of payment",
        {"already_paid": 2, "remittance": 1},
        r"(?:preuve|justificatif|avis|ordre|confirmation|copie du?|avis d'execution)"
        r" (?:de |du |d')?(?:paiement|virement|reglement|debit|cheque|operation)"
        r"|proof of payment|payment confirmation|swift (?:copy|confirmation)|bank"
        r" confirmation|zahlungsbeleg|zahlungsbestatigung|transfer (?:slip|receipt)",
    ),
    (
        "advice",
        "an advice of what a payment covers",
        {"remittance": 4.5},
        r"remittance(?: advice)?|avis de (?:paiement|virement|reglement)|bordereau de"
        r" (?:paiement|reglement|virement)|payment advice|zahlungsavis|avis d'operation"
        r"|(?:detail|liste|ventilation|imputation|breakdown|details?) (?:de |du |des "
        r"|of"
        r" )?(?:notre |nos |our |the |ce |this )?(?:paiement|reglement|virement|payment"
        r"|transfer)|(?:paiement|reglement|virement|payment|transfer)[^.]{0,30}(?:couvr"
        r"|cover|concern|correspond|relat|in respect|for the following|suivant|en"
        r" reglement de)|zahlung betrifft|folgende rechnungen|we have today (?:paid"
        r"|tr)",
    ),
    # === WILL PAY === #
    (
        "will_pay",
        "it will be paid",
        {"promise": 2.5, "delay": 1.6},
        r"(?:sera|seront|serait|seraient|va etre|vont etre|doit etre|devrait etre"
        rf"|devraient etre) (?:bien )?{PAID}|(?:regler|paier|payer|virer|solder"
        rf"|effectuer"
        r"|proceder|verser|acquitter|enverr)(?:ons|ai|a|ont)\b|(?:allons|vais|va|vont"
        rf"|comptons|pensons|prevoyons|devons|pouvons) (?:de |vous |la |le |les"
        rf" )*(?:{PAY}"
        r"|effectuer|proceder|faire|envoyer|verser)|(?:virement|paiement|reglement"
        r"|cheque"
        r"|prelevement)[^.]{0,20}(?:prevu|programm|planifi|sera|partira|part |aura"
        r"|est en"
        r"|interviendra|sous|avant|le |vous parv|d'ici|la semaine|fin|debut)"
        rf"|{WILL} (?:\w+ )?(?:be )?(?:pay|paid|settle|settled|transfer|transferred"
        rf"|clear"
        r"|cleared|make|made|process|processed|send|sent|wire|released?|issued?|go out"
        r"|go|leave|included?|execute|executed)\b|scheduled (?:for|to|on)|(?:payment"
        r"|transfer)"
        r"[^.]{0,20}(?:planned|scheduled|due to|will|by|expected|is set|being)"
        r"|payment run"
        r"|mise? en paiement|campagne de (?:paiement|reglement)|intend to pay"
        r"|(?:werden|wird|werde) [^.]{0,60}(?:bezahl|uberw|begleich|zahlen|angewiesen)"
        r"|zahlungslauf|zahlen wir|zahlung (?:erfolgt|folgt)|expect (?:it|this"
        r"|payment|the"
        r" payment|to pay)|you (?:will|'ll|should) (?:have|receive)|vous recevrez",
    ),
    (
        "when",
        "a day or a period is named",
        {"promise": 1.5},
        r"\b(?:avant|au plus tard|d'ici|pour|sous|dans|fin|mi-?|debut|courant|le|des"
        r"|au)"
        r" (?:la |le |les |du |de |ce |cette |l')?(?:\d|lundi|mardi|mercredi|jeudi"
        r"|vendredi"
        r"|samedi|fin|semaine|mois|huitaine|quinzaine|janvier|fevrier|mars|avril|mai"
        r"|juin"
        r"|juillet|aout|septembre|octobre|novembre|decembre|demain|noel)|demain"
        r"|tomorrow"
        r"|aujourd'hui|today|(?:by|on|before|next|this|within|in|until|end of|for|from)"
        r" (?:the )?(?:end|\d|mon|tue|wed|thu|fri|week|month|next|tomorrow|jan|feb"
        r"|mar|apr"
        r"|may|jun|jul|aug|sep|oct|nov|dec|close|coming)|\beo[mwd]\b|ce (?:soir|jour"
        r"|lundi"
        r"|mardi|mercredi|jeudi|vendredi|mois)|(?:semaine|mois|lundi|mardi|mercredi"
        r"|jeudi"
        r"|vendredi) prochaine?|(?:cette|la) semaine|(?:am|bis|zum|nachste|ende|diese)"
        r" (?:\d|woche|montag|dienstag|mittwoch|donnerstag|freitag|monat|ende|der|des)",
    ),
    (
        "in_process",
        "payment is in process, without a day",
        {"delay": 3},
        r"en cours(?: de)? ?(?:de )?(?:paiement|reglement|traitement|validation"
        r"|signature"
        r"|virement|comptabilis)?|(?:being|been) process|in process|under way|in hand"
        r"|in progress|des que possible|as soon as (?:possible|we can)|asap\b"
        r"|prochainement"
        r"|sous peu|bientot|shortly|soon\b|incessamment|dans les (?:meilleurs|plus"
        r" brefs)"
        r"|faisons le necessaire|fais le necessaire|in bearbeitung|so bald"
        r"|baldmoglichst"
        r"|pending approval|awaiting approval|en attente de|waiting (?:for|on)"
        r"|attend(?:ons"
        r"|s) (?:le|un|notre|le paiement|que)|working on it|looking into|chase|get"
        r" back",
    ),
    (
        "not_before",
        "not before a day, or not until something happens",
        {"delay": 3, "promise": -1.5},
        r"(?:pas|ne [^.]{0,40}) avant|(?:not|n't|unable to pay|can not pay)[^.]{0,30}"
        r"(?:until|before)|a partir du|nicht vor|pas en mesure|(?:lorsque|quand|des"
        r" que|when"
        r"|once|as soon as)[^.]{0,30}(?:client|customer|assurance|insurance|subvention"
        r"|banque|bank)[^.]{0,25}(?:pa[yi]|regl|vers|debloq|release)",
    ),
    (
        "plan",
        "instalments or more time are asked for",
        {"plan_request": 4.5},
        r"echeancier|en (?:plusieurs|deux|trois|quatre|cinq|six|\d+) (?:fois"
        r"|mensualites"
        r"|echeances|versements|paiements)|mensualit|etal(?:er|ement)|echelonn"
        r"|delais? (?:de"
        r" (?:paiement|reglement)|supplementaire)|(?:report|reporter|moratoire"
        r"|facilites?"
        r")[^.]{0,20}(?:paiement|echeance|reglement|de \d)|difficultes? (?:de|financ"
        r"|econ)"
        r"|tresorerie|installment|instalment|payment plan|repayment|spread (?:the|out"
        r"|over"
        r"|it)|more time|extension|extend[^.]{0,20}(?:term|time|date|deadline|due)"
        r"|cash[- ]"
        r"?flow|financial difficult|hardship|monthly payments|ratenzahlung|\braten\b"
        r"|zahlungsaufschub|stundung|liquiditat|patienter|accorder|would you"
        r" (?:accept|agree)"
        r"|acceptez-vous|accepteriez|pay (?:half|in (?:two|three|parts|\d))",
    ),
    # === ASKS FOR SOMETHING === #
    (
        "copy",
        "a copy of an invoice is asked for",
        {"document_request": 4},
        r"duplicata|(?:copies?|duplicate|pdf|scan|exemplaire)[^.]{0,25}(?:facture"
        r"|invoice"
        r"|rechnung|bill)|(?:re-?send|send|renvoy\w+|transmettre|envoyer|faire parvenir"
        r"|forward|e-?mail|provide|communiquer|adresser|fournir|share|joindre|attach)"
        r"[^.]{0,40}(?:facture|invoice|copy|copie|releve|statement|\brib\b|bank"
        r" details|iban"
        r"|bon|proof|pod|kbis|w-?9|w8|attestation|justificatif|contrat|devis|document"
        r"|certificate|delivery note|vat)|rechnungskopie|kopie der|invoice cop",
    ),
    (
        "statement",
        "a statement, proof or bank details are asked for",
        {"document_request": 4},
        r"releve de (?:compte|facture)|extrait de compte|statement|account summary"
        r"|situation"
        r" de compte|grand livre|kontoauszug|bons? de (?:livraison|commande signe)"
        r"|proof of"
        r" delivery|\bpods?\b|delivery note|lieferschein|emargement|cmr\b|\brib\b"
        r"|bank details"
        r"|coordonnees bancaires|\biban\b|\bw-?9\b|w-8|kbis|tax (?:form|certificate)"
        r"|attestation|certificat",
    ),
    (
        "missing",
        "something is missing to pay it",
        {"missing_information": 4},
        r"numero (?:de |du )?(?:bon de )?(?:commande|engagement|marche)|n[o°] de"
        r" (?:bon de )?"
        r"commande|bon de commande|purchase order|\bpo\b|\bpo (?:number|ref)|chorus"
        r"|portail"
        r"|portal|ariba|coupa|tradeshift|e-?invoic|facturation electronique|bon a payer"
        r"|bestellnummer|(?:code|numero) (?:de )?(?:service|fournisseur)|vendor"
        r" (?:form|number"
        r"|id|set|registration|master)|supplier (?:form|number|set|registration"
        r"|creation)"
        r"|fiche fournisseur|creation fournisseur|referenc\w+ fournisseur|siret|donneur"
        r" d'ordre|who (?:ordered|placed)|qui a (?:commande|passe)|cost cent|centre"
        r" de cout"
        r"|entity|entite|goods receipt|\bgrn\b|approv(?:al|er|ed)|valid(?:e|ation|er"
        r"|ee)\b",
    ),
    (
        "not_got",
        "the invoice has not been received",
        {"missing_information": 4},
        r"(?:pas|jamais|aucune?|pas encore|toujours pas) (?:encore )?(?:recu|eu|trace"
        r"|en notre"
        r" possession)[^.]{0,30}(?:facture|elle)|aucune trace|facture[^.]{0,40}(?:pas"
        r"|jamais)"
        r" (?:ete )?(?:recue|parvenue|trouv|enregistr)|(?:never|not|n't|no) (?:yet"
        r" )?(?:received"
        r"|seen|have|had|record|trace|got|find|located?)[^.]{0,30}(?:invoice|bill|it\b)"
        r"|no (?:record|trace)|invoice[^.]{0,30}(?:not|never) (?:been )?(?:received"
        r"|reached|in"
        r" our system)|retrouv(?:e|ons) pas|rechnung[^.]{0,30}nicht (?:erhalten"
        r"|vorlieg)"
        r"|ne (?:la |les )?(?:trouve|retrouve|vois|voyons)|nous n'avons pas (?:recu"
        r" )?cette",
    ),
    (
        "how_to_pay",
        "a question on how, where or how much to pay",
        {"payment_question": 4.5},
        r"(?:comment|how)[^.]{0,30}(?:pay|regl|vir|proceder|settle)|(?:sur|a)"
        r" quel(?:le)?s?"
        r" (?:compte|ordre|adresse|iban|banque|rib)|(?:to )?(?:which|what) (?:bank"
        r" )?(?:account"
        r"|address|reference|amount|balance)|(?:combien|how much)|(?:puis-je|peut-on"
        r"|pouvons-nous"
        r"|est-il possible|can (?:i|we)|could (?:i|we)|may (?:i|we)|do you accept"
        r"|acceptez"
        r"-vous)[^.]{0,45}(?:pay|regl|carte|card|cheque|virement|online|en ligne"
        r"|transfer"
        r"|prelevement|direct debit|paypal)|(?:solde|montant)[^.]{0,25}(?:exact|total"
        r"|a regler"
        r"|du\b|restant)|(?:outstanding|total|exact|current) (?:balance|amount)"
        r"|payment link"
        r"|lien (?:de|pour)[^.]{0,15}(?:paiement|payer)|wie (?:kann|soll|konnen)"
        r"|welches konto"
        r"|what (?:do|is|exactly)[^.]{0,20}(?:owe|due|outstanding|balance)|what"
        r" reference",
    ),
    (
        "other_person",
        "another person or address from now on",
        {"contact_change": 4.5},
        r"n'est plus (?:dans|chez|en poste|parmi|en charge|notre|la bonne|l'interloc"
        r"|valable"
        r"|salarie|joignable)|ne (?:travaille|fait) plus|a quitte|ne suis (?:pas"
        r"|plus) (?:la"
        r" bonne|le bon|en charge|responsable|l'interloc|concerne)|(?:contacter"
        r"|contactez|vous"
        r" adresser|vous rapprocher|adress(?:er|ez)|voir avec|ecrire a|envoyer a"
        r"|transmettre a"
        r"|merci d'ecrire)[^.]{0,60}(?:service|comptab|collegue|@|madame|monsieur|mme"
        r"|mr?\b|xmail"
        r"|adresse|siege)|desormais|dorenavant|nouvelle adresse|nouvel interloc|no"
        r" longer (?:with"
        r"|work|at|the|respons|employ|handl|deal|in charge|valid)|has left|have left"
        r"|left the"
        r" (?:company|business)|not the (?:right|correct) (?:person|contact)|wrong"
        r" (?:person"
        r"|department|contact)|please (?:contact|direct|address|send|write|e-?mail"
        r"|forward|copy"
        r"|liaise|speak)[^.]{0,50}(?:@|department|team|colleague|accounts|to (?:my"
        r"|our|mr|ms))"
        r"|from now on|in future|going forward|new (?:contact|address|e-?mail)"
        r"|ansprechpartner"
        r"|nicht mehr (?:im|fur|bei|zustandig)|zustandig|remplac(?:e|ee|ant)|replaced"
        r" by|taken"
        r" over|a repris|succe(?:ssor|de)|mettre a jour[^.]{0,20}(?:contact|coordonn"
        r"|adresse)",
    ),
    (
        "thanks",
        "receipt or thanks",
        {"acknowledgement": 3.5},
        r"^(?:ok|okay|d'accord|entendu|tres bien|parfait|c'est note|noted|received"
        r"|understood"
        r"|perfect|great|will do|danke|vielen dank|in ordnung|super)\b|bien recu"
        r"|bonne reception"
        r"|(?:je |nous )?(?:prends|prenons) (?:bonne )?note|accus(?:e|ons) reception"
        r"|(?:je|nous)"
        r" (?:le |la |l'|les )?(?:transmets|transmettons|transfere|fais suivre)"
        r"|thank(?:s| you)"
        r"|merci (?:pour|de votre|beaucoup|bien|a vous|d'avance)?|acknowledge"
        r"|forwarded|passed"
        r" (?:it|this|on)|dankend|erhalten|zur kenntnis",
    ),
    (
        "unrelated",
        "an offer, a newsletter or something else",
        {"other": 4},
        r"newsletter|webinar|promotion|offre (?:speciale|exceptionnelle|d'emploi)"
        r"|special offer"
        r"|% off|black friday|lottery|heritage|inherit|seo\b|backlink|crypto|bitcoin"
        r"|casino|viagra"
        r"|invest|candidature|\bcv\b|demo (?:gratuite|call)|free trial|essai gratuit"
        r"|devis|quote"
        r"|quotation|bon de commande ci-joint|new order|nouvelle commande|catalogue"
        r"|salon|invitation"
        r"|conference|view in browser|voir (?:ce|cet|la version)|unsubscribe here"
        r"|prospect|voeux"
        r"|happy (?:new|holidays)|our invoice|notre facture|recrut|hiring|livre blanc"
        r"|white ?paper",
    ),
    ("question", "a question", {}, r"\?"),
    (
        "future_words",
        "the future",
        {},
        r"\b\w+(?:erons|irons|rons|erai|irai|rai|era|ira|eront|iront)\b|\bwill\b"
        r"|\bshall\b"
        r"|'ll\b|\bgoing to\b|\bwerden?\b|\bwird\b|\bvais\b|\ballons\b|prevu|programm"
        r"|scheduled",
    ),
    (
        "past_words",
        "the past",
        {},
        r"\b(?:avons|ai|ont) (?:\w+ ){0,2}\w+(?:e|i|u|is)e?s?\b|\b(?:has|have|had|was"
        r"|were) (?:\w+"
        r" )?\w+(?:ed|en|id|nt|de)\b|\bwurden?\b|\bhaben\b|hier\b|yesterday"
        r"|derni(?:er|ere)\b|last"
        r"|gestern|vergangen",
    ),
    (
        "condition",
        "a condition",
        {},
        r"\b(?:si|sauf si|tant que|a condition|sous reserve|if|unless|until|once"
        r"|provided|wenn"
        r"|sobald|falls|des que|as soon as)\b",
    ),
    (
        "request",
        "a request",
        {},
        r"\b(?:merci de|veuillez|pouvez-vous|pourriez-vous|pourrait-on|je vous prie"
        r"|svp|s'il vous"
        r" plait|please|kindly|could you|can you|would you|bitte|konnten sie"
        r"|auriez-vous|besoin"
        r" (?:de|d')|need|require|souhait)",
    ),
)
