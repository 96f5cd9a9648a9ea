"""The table of cues: (name, meaning in plain words, {intent: logits}, pattern).

Patterns meet folded text (lower case, no accents, straight quotes, single spaces), in
French, English and German.
"""

from .cues_paying import PAYING

CUES = (
    *PAYING,
    # === AUTOMATIC === #
    (
        "bounce_words",
        "a delivery failure or delay notice",
        {"bounce": 6},
        r"undeliver|n'a pas pu etre (?:remis|distribue|delivre)|delivery (?:has )?"
        r"(?:failed|status notification|to the following|incomplete|delayed)"
        r"|could ?n[o']t be delivered|mailer-daemon|mail delivery (?:failed|system)"
        r"|returned mail|address not found|(?:adresse|boite|mailbox)[^.]{0,30}"
        r"(?:introuvable|inexistante|does ?n[o']t exist|unavailable|is full|pleine)"
        r"|user unknown|unknown user|recipient address rejected|echec de (?:la )?"
        r"(?:remise|distribution)|message non (?:remis|distribue)|unzustellbar"
        r"|konnte nicht zugestellt|non remis|\b[45]\.\d\.\d{1,2}\b|smtp error",
    ),
    (
        "absence",
        "an absence notice",
        {"auto_reply": 5},
        r"out of (?:the )?office|\booo\b|(?:suis|serai|sommes|serons|est|sera"
        r"|actuellement)"
        r" (?:actuellement |donc )?(?:absente?s?|en conges?|en vacances|en deplacement"
        r"|en arret|en formation)|absente?s? (?:du bureau|jusqu|du \d|depuis|pour)"
        r"|de retour (?:le|a partir|au bureau|lundi|mardi|mercredi|jeudi|vendredi)"
        r"|on (?:annual |maternity |sick |paternity )?leave|on (?:holiday|vacation)"
        r"|(?:am|be) (?:back|returning|away)|away from (?:my desk|the office)"
        r"|nicht im (?:buro|haus)|abwesen|im urlaub|bureaux? (?:sont |seront )?ferme"
        r"|fermeture annuelle|(?:office|company) (?:is|will be) closed|betriebsferien"
        r"|limited access to (?:my )?e-?mails?|acces limite a (?:ma|mes)",
    ),
    (
        "automatic_words",
        "an automatic reply",
        {"auto_reply": 5},
        r"automatic (?:reply|response|message)|auto-?reply|reponse automatique"
        r"|message automatique|automatische antwort|automatically generated"
        r"|genere automatiquement|ne pas repondre a ce (?:message|mail|courriel)"
        r"|do not reply to this|ticket (?:number|no|#|id|n)|numero de ticket"
        r"|votre demande a (?:bien )?ete (?:recue|enregistree|prise)|request has been"
        r" (?:received|logged)|(?:ticket|case) has been (?:created|opened)"
        r"|your message was read|votre message a ete lu|accuse de lecture|read:"
        r"|(?:boite|adresse|mailbox|address)[^.]{0,40}(?:plus (?:relevee|utilisee"
        r"|active|consultee)|no longer (?:monitored|in use|active|checked)"
        r"|not monitored|n'est pas surveillee)",
    ),
    (
        "challenge",
        "an anti-spam challenge",
        {"auto_reply": 5},
        r"(?:anti-?spam|mailinblack|captcha)|(?:cliquez|click)[^.]{0,40}(?:pour que"
        r" votre (?:message|mail)|to (?:deliver|release|confirm you))",
    ),
    # === INSOLVENCY, LEGAL, PRIVACY === #
    (
        "insolvency",
        "a collective or preventive procedure",
        {"insolvency": 6},
        r"(?:redressement|liquidation) judiciaire|procedure (?:de sauvegarde|collective"
        r"|de redressement|de liquidation|de conciliation)|plan de sauvegarde"
        r"|mandataire judiciaire|mandataire ad hoc|liquidateur|administrateur"
        r" judiciaire"
        r"|jugement d'ouverture|(?:declar\w+|declaration) (?:de |vos? |votre"
        r" )?creances?"
        r"|cessation (?:de|des) paiements?|depot de bilan|depose (?:le|notre|son) bilan"
        r"|in (?:voluntary |creditors |compulsory |provisional )*(?:administration"
        r"|liquidation|receivership)|into (?:administration|liquidation|receivership)"
        r"|chapter 11|chapter 7|insolven(?:cy|t|z)|liquidator|\bcva\b|company voluntary"
        r" arrangement|proof of debt|bankrupt|winding[- ]up|wound up|receivership"
        r"|administrators? (?:was|were|has|have)|moratorium|insolvenzverwalter",
    ),
    (
        "insolvency_denied",
        "a procedure that is denied",
        {"insolvency": -5},
        r"(?:ne sommes|n'est|ne suis) (?:pas|ni) en (?:redressement|liquidation"
        r"|procedure)|not (?:in|insolvent|bankrupt)(?: administration| liquidation)?",
    ),
    (
        "lawyer",
        "a lawyer or a court",
        {"legal": 4.5},
        r"(?:mon|notre|nos|l'|un|son|mes) ?(?:avocate?s?|conseils? juridique|huissier)"
        r"|cabinet d'avocats|avocate? (?:au|a la) |maitre [a-z]|tribuna(?:l|ux)"
        r"|assign(?:er|ation|erons)|mise en cause|action en justice|poursuites?"
        r"|procedure judiciaire|voie judiciaire|demande reconventionnelle|juridique"
        r"|prud|solicitors?|attorney|\blawyers?\b|legal (?:action|proceedings|advis"
        r"|team|counsel|representative|department)|court\b|counter-?claim|\bsue\b"
        r"|litigation|barrister|rechtsanwalt|anwalt|gericht|klage|letter before"
        r"|porter plainte|constat d'huissier|in my client's name|our client",
    ),
    (
        "privacy",
        "the protection of personal data, or not to be written to",
        {"privacy": 5},
        r"\brgpd\b|\bgdpr\b|\bcnil\b|\bico\b|dsgvo|data protection|protection des"
        r" donnees|donnees (?:personnelles|a caractere)|personal data|droit (?:d'acces"
        r"|a l'effacement|d'opposition|a l'oubli)|(?:erase|delete|remove)[^.]{0,25}"
        r"(?:data|details|address|e-?mail|list)|supprim\w+[^.]{0,25}(?:donnees|adresse"
        r"|coordonnees|mail|liste|fichier)|effac\w+ mes|unsubscribe|desinscri\w+"
        r"|desabonn\w+|(?:ne|n') ?(?:plus|pas)[^.]{0,12}(?:contacter|ecrire|solliciter"
        r"|recevoir (?:de|vos|ces) (?:mails|mail|e-?mail|courriel|message|relance))"
        r"|stop (?:e-?mailing|contacting|writing|sending)|do not (?:contact|e-?mail)"
        r"|subject access|article 1[57]|opt[- ]?out|take me off",
    ),
    # === BANK === #
    (
        "bank_change",
        "bank details that change or differ",
        {"bank_change": 5},
        r"(?:nouve(?:au|aux|l|lles?)|change\w*|modifi\w+|mise a jour|differ\w+|autre)"
        r"[^.]{0,35}(?:\brib\b|iban|coordonnees bancaires|compte bancaire|banque"
        r"|domiciliation)|(?:\brib\b|iban|coordonnees bancaires|compte bancaire|banque)"
        r"[^.]{0,45}(?:chang|modif|nouve|different|ne correspond|differ|mis a jour"
        r"|mises a jour|n'est pas le meme|pas identique)|(?:new|chang\w+|updated?"
        r"|different|amended|revised)[^.]{0,30}(?:bank|iban|account (?:details|number)"
        r"|sort code|remittance details)|(?:bank|iban|account (?:details|number)"
        r"|sort code)[^.]{0,40}(?:chang|differ|updat|new|do(?:es)? ?n[o']t match|not"
        r" the same|other than)|neue (?:bank|iban)|bankverbindung[^.]{0,30}(?:geander"
        r"|neu)|changement de (?:rib|banque|domiciliation)|change of bank",
    ),
    # === DISPUTE === #
    (
        "contest",
        "the debt is contested",
        {"dispute": 5},
        r"(?:je|nous|on|formellement|vigoureusement) ?(?:la |les |le )?contest(?:e|ons)"
        r"|contest(?:e|ons|ee|ees) |contestation|(?:en|un|le|ce|au|de) litige|litigieu"
        r"|disput(?:e|ed|ing|es)\b|en desaccord|pas d'accord|(?:do )?n[o']t agree"
        r"|disagree|reject(?:ed|ing)? (?:this|the|your) (?:invoice|claim)|query (?:on"
        r"|about"
        r"|with|over)|refus(?:e|ons) de (?:payer|regler)|ne (?:devons|dois) (?:rien"
        r"|pas)"
        r"|(?:do )?n[o']t owe|bestreiten|widersprech|reklam|beanstand|einspruch"
        r"|(?:nous|je) ne (?:paierons|payerons|reglerons) pas",
    ),
    (
        "contest_denied",
        "that the debt is not contested",
        {"dispute": -6},
        r"(?:ne (?:la |les |le )?contest(?:e|ons) (?:pas|nullement|aucunement|en rien)"
        r"|sans (?:aucune )?contest|n'est pas contest|(?:not|no|n't|without) (?:in )?"
        r"(?:any )?(?:disput|contest)|aucun litige|pas de litige|no (?:issue|dispute"
        r"|query) with|undisputed|nothing wrong with|incontest|bestreiten (?:wir"
        r" )?nicht)",
    ),
    (
        "credit_note",
        "a credit note is asked for",
        {"dispute": 4},
        r"(?:un|d'un|l'|votre|cet|sans|etablir|emettre|demand\w+|attend\w+|attente"
        r"|recevoir|recu|faire) ?(?:d'un |l'|un |votre |de )?avoir\b(?: de| pour|,|\.|$"
        r"| sur| partiel| correct| rectif| du montant| corresp| concern)"
        r"|note de credit|credit (?:note|memo)|gutschrift|annul(?:er|ez"
        r"|ation)[^.]{0,20}"
        r"facture|cancel[^.]{0,20}invoice|factures? (?:rectificative|rectifiee"
        r"|corrigee)"
        r"|corrected invoice|re-?issue|refacturer|corrig\w+ (?:la|cette|votre|les) fact"
        r"|rechnungskorrektur|korrigierte rechnung",
    ),
    (
        "wrong_price",
        "the price is wrong",
        {"dispute": 3.5},
        r"(?:erreur|ecart|probleme|difference) (?:de|sur(?: le| les)?) (?:prix|tarif"
        r"|montant|factur)|prix (?:erron|incorrect|factur|applique|convenu|negocie"
        r"|trop|du devis|ne corr|unitaire)|tarif (?:erron|applique|convenu|negocie|ne)"
        r"|surfactur|trop (?:cher|facture)|remise (?:de|n'|non|convenue|oubliee|pas)"
        r"|conforme au devis|(?:wrong|incorrect|agreed|quoted|higher) (?:price|rate"
        r"|amount)"
        r"|pric(?:e|ing) (?:is |was )?(?:error|wrong|incorrect|discrepan|differ)"
        r"|overcharg|discount (?:was |is |has )?(?:not|missing|agreed)|not (?:what|the"
        r" price) (?:was |we )?(?:agreed|quoted)|does ?n[o']t match (?:our|the|your)"
        r" (?:quote|po|order|purchase)|falscher preis|preis(?:abweichung)?[^.]{0,20}f"
        r"alsch",
    ),
    (
        "wrong_quantity",
        "less was supplied than invoiced",
        {"dispute": 3.5},
        r"manqu(?:ant|e|ait|aient)s?|quantites?|incomplet|il (?:en )?manqu|short(?:age"
        r"| deliver|ed| shipp| by)|missing (?:items?|units?|pallets?|boxes|parts?"
        r"|goods)"
        r"|only (?:received|got|delivered)|(?:seulement|que) \d+[^.]{0,25}(?:livr|recu"
        r"|sur)|partially delivered|livraison partielle|fehlmenge|fewer|nombre d'heures"
        r"|heures factur|incomplete",
    ),
    (
        "bad_quality",
        "goods or work are not as they should be",
        {"dispute": 3.5},
        r"non[- ]conform|defect|defaut|casse|abime|endommag|malfacon|vice cache|hors"
        r" service|ne (?:fonctionne|marche)|faulty|damaged|broken|poor quality|mangel"
        r"|beschadigt|quality|qualite|does ?n[o']t work|not work|reserves?|sav\b|mal"
        r" (?:fait|pose|install|execut)|non[- ]compliant|rework|reprise",
    ),
    (
        "not_delivered",
        "goods or work have not come",
        {"dispute": 3},
        r"(?:pas|jamais|rien|toujours pas|non) (?:ete )?(?:encore )?(?:livr|recu la"
        r" (?:marchand|commande|livraison)|recu les (?:marchand|produit|piece|article"
        r")|recu le (?:materiel|colis))|(?:never|not|n't) (?:yet )?(?:been )?(?:deliver"
        r"|received (?:the |any |these |those |our )?(?:goods|delivery|order|items"
        r"|mater"
        r"|shipment|parcel))|retard de livraison|livr\w+ en retard|late delivery"
        r"|delivered late|nicht geliefert|wrong (?:address|site|location)|mauvaise"
        r" adresse|refus(?:e|ee) (?:a|la) (?:livraison|reception|marchand)|undelivered"
        r"|prestation (?:n'a |non )(?:pas )?(?:ete )?(?:realis|effectu|execut)",
    ),
    (
        "duplicate",
        "it was invoiced twice",
        {"dispute": 4},
        r"(?:doublon|double facturation|facture(?:e|s|es)? (?:deux|2) fois|en double"
        r"|invoiced twice|billed twice|charged twice|duplicate(?:d)? (?:invoice|billing"
        r"|charge|of)|is a duplicate|twice for|doppelt|double[- ]bill|deja facture)",
    ),
    (
        "never_ordered",
        "it was not ordered by him",
        {"dispute": 3.5},
        r"(?:jamais|pas|ni) (?:ete )?(?:passe |signe )?(?:cette |de )?command"
        r"|never ordered|(?:did|have) ?n[o']t (?:order|place|placed)|no (?:such )?order"
        r"|not (?:our|my) (?:invoice|order|debt|company)|ne (?:nous |me"
        r" )?concerne(?:nt)?"
        r" pas|pas (?:la notre|pour nous|notre (?:societe|facture))|nicht bestellt"
        r"|not addressed to us|pas notre commande|wrong (?:company|entity|customer)"
        r"|does ?n[o']t (?:concern|belong)|resili|cancell?ed (?:the |our |this )"
        r"(?:contract|order|subscription)",
    ),
    (
        "withhold",
        "payment is withheld until something is put right",
        {"dispute": 3},
        r"(?:tant que|until|unless|des que|once|lorsque|when|as soon as)[^.]{0,60}"
        r"(?:corrig|correct|resol|regl\w+ le (?:probleme|litige)|avoir|credit note"
        r"|credited|fix|replac|remplac|livr|deliver|repar|repair|rectif|leve)"
        r"|bloqu(?:e|ee|ons)|paiement (?:suspendu|bloque)|on hold|withh[eo]ld|retenue",
    ),
    (
        "not_right",
        "something about the invoice is wrong",
        {"dispute": 3},
        r"(?:facture|invoice|montant|amount|tva|vat|bill)[^.]{0,30}(?:erron|incorrect"
        r"|fausse?|wrong|inexact|not correct|n't correct|pas correct|an error|mistake"
        r"|une erreur|error)|(?:erreur|error|mistake)[^.]{0,25}(?:facture|invoice"
        r"|montant|amount|tva|vat)|injustifi|indu(?:e|ment)|not (?:justified|due)\b",
    ),
    # === COMPLAINT === #
    (
        "complaint",
        "displeasure at being reminded or at the service",
        {"complaint": 4},
        r"inadmissible|inacceptable|scandaleu|unacceptable|harcel|harass|honteux"
        r"|disgrace|ridicul|absurde|deplorable|agace|marre|ras[- ]le[- ]bol|lass(?:e"
        r"|ant)"
        r"|assez de vos|cess(?:er|ez) (?:de|vos)|arret(?:er|ez) (?:de|vos)|plainte"
        r"|reclamation|formal complaint|complain|rude|ton (?:de|employe|menacant|votre"
        r"|sec|tres)|(?:your|the) tone|disappoint|decu|decept|insult|mepris|fed up"
        r"|appalling|menac|threaten|outrag|choque|pushy|aggressi|agressi|unverschamt"
        r"|beschwer|stop (?:chasing|pestering)|mecontent|unprofessional|lamentable",
    ),
)
