"""Words that mean the same to a collector, in French, English and German.

A word that ends in ``*`` stands for all words that begin like it. Text is folded.
"""

import re
from functools import lru_cache

WORDS = {
    "fut": "sera seront serai serons serait seraient will shall wird werden werde va"
    " vais"
    " allons vont won reglerons reglerai reglera regleront paierons paierai payerons"
    " payerai paiera paieront payera virerons virerai virera solderons solderai"
    " effectuerons effectuerai effectuera procederons procederai verserons verserai"
    " enverrons enverrai partira partiront recevrez ferai ferons fera feront"
    " interviendra"
    " interviendront passera passeront debloquera honorerons acquitterons aurez"
    " tomberont"
    " tombera parviendra mettrai mettrons lancerai lancerons posterai arrivera gonna",
    "past": "ai avons ont avais avions had has have was were wurde wurden habe haben"
    " hatte"
    " hatten been did hier yesterday gestern dernier derniere last vergangen letzten"
    " ago",
    "pay_done": "sent verse versee verses remise credite credites creditee cashed"
    " posted charged virees soldees honorees getilgt gesendet transfere payees"
    " cleared squared regle reglee regles reglees paye payee payes payees vire viree"
    " vires"
    " soldee soldes acquitte acquittee acquittees honoree paid settled cleared"
    " transferred"
    " wired remitted bezahlt uberwiesen beglichen gezahlt angewiesen erledigt payd"
    " encaisse"
    " encaissee debite debitee debited deducted abgebucht effectue effectuee emis emise"
    " execute executee executed compense compensee compensees ausgeglichen",
    "pay_do": "regler payer virer verser acquitter honorer pay pays paying settle clear"
    " transfer wire remit zahlen zahle bezahlen bezahle uberweisen uberweise begleichen"
    " regle paie paye payons reglons virons solder regulariser regularise regularisons"
    " decaisser",
    "payment": "paiement* reglement* virement* versement* cheque* payment* transfer*"
    " check bacs sepa ach chaps zahlung* uberweisung* prelevement* lcr traite effet"
    " money"
    " funds fonds geld argent wire mandat mandatement mandate echeance",
    "run": "lot lots campagne bordereau run runs batch zahlungslauf proposition train",
    "goes": "part partent partira goes go going geht gehen raus rausgeht leaves leave"
    " lands"
    " land hits hit arrives arrive tombe tombent passe file fichier virer",
    "went": "parti partie partis parties went gone left out ging gegangen rausgegangen"
    " received recu arrived eingegangen",
    "quote": "price quote quoting quotation prix devis angebot kosten kostet lead stock"
    " available disponible samples model modele article ref",
    "phone": "telephone phone call called calls calling ring rang appel* appeler"
    " rappel*"
    " anruf* telefon* standard switchboard mobile portable handy whatsapp",
    "self": "we nous wir our notre unsere ich je i my mon",
    "you": "you your vous votre vos sie ihr ihre ihnen",
    "planned": "prevu* programm* planifi* schedul* planned geplant vorgesehen"
    " eingeplant"
    " booked inscrit* intended slated queued prevoit prevoyons",
    "invoice": "facture factures invoice* inv bill bills rechnung* rg fact fra fac"
    " facturation",
    "billed": "facturez facturer factures billed billing invoiced charged charging"
    " charge"
    " charges berechnet facturee berechnen verrechnet refactur*",
    "reminder": "relance* rappel* remind* mahnung* mahnen mahnt anmahnen dunning chase*"
    " chasing reclam* lettre* letter* demeure zahlungserinnerung erinnerung",
    "copy": "zweitschrift erneut nochmal nochmals again fresh copie* duplicata copy"
    " copies kopie* exemplaire* pdf scan* duplikat abschrift",
    "statement": "releve* statement* stmt kontoauszug* ledger extrait* recapitulatif*"
    " aufstellung postenliste soa",
    "send": "envoy* renvoy* transmett* transmis fournir faire communiquer send* resend"
    " forward provide share senden schick* zusend* zukommen supply adresser parvenir"
    " reexpedi* attach joindre faites ubersenden submit upload email",
    "document": "urssaf vigilance fiche technique bilan tax-form"
    " freistellungsbescheinigung certificats ledger backup breakdown detail details"
    " kbis attestation* certificat* pod pods bl bls lieferschein* ablieferbeleg"
    " cmr emargement timesheet* pv contrat contract vertrag document* justificat*"
    " preuve"
    " proof beleg* nachweis* receipt quittance acquittee dechets bescheinigung w liasse"
    " proces-verbal attachement feuille feuilles stundenzettel",
    "bank": "routing beneficiaire payee begunstigter banken numero-compte rib iban"
    " ibans bank* banque* bancaire* kontodaten bankverbindung bic swift"
    " compte account konto kontonummer sort domiciliation",
    "new": "nouveau nouvel nouvelle* nouveaux new neue neuen neuer neues updated"
    " modifi*"
    " mis amended revised",
    "change": "chang* geandert* anderung differ* differ autre andere anderes"
    " correspond*"
    " match matches switch* move moved moving",
    "contest": "contest* litig* disput* reklam* beanstand* widerspr* einspruch"
    " desaccord"
    " disagree* object* bestreit* query refus* reject* zuruckweis* abgelehnt",
    "wrong": "faux fausse* erreur* erron* incorrect* wrong* error* mistake* falsch*"
    " fehler*"
    " inexact* anormal* stimmt bizarre anomalie* ecart* abweich* discrepanc* injustifi*"
    " unjustified indu",
    "price": "prix tarif* price* pricing rate rates preis* remise* rabais ristourne*"
    " discount* rebate* rabatt* skonto surfactur* overcharg* overbill* cher surcharge*"
    " surtaxe supplement* majoration escompte forfait* uplift quoted zuschlag fracht*"
    " freight port frais fees fee",
    "quantity": "quantit* qty manqu* missing short shortage* menge* fehl* unite"
    " unites units"
    " unit pieces stuck heures hours stunden carton* palette* pallet* boxes sacs"
    " incomplet*"
    " partial* partiel* fewer nur only licences licenses seulement",
    "defect": "defect* defaut* defekt* casse* broken damag* endommag* abime* kaputt"
    " mangel*"
    " panne conforme* conformite qualit* faulty fuit fuite* leak* scratch* raye* rouil*"
    " rust* pourri* perime* malfacon* pfusch crushed soaking moisi* fissur* cracked"
    " tropft"
    " fonctionne* marche funktionier* beschadig* mauvais* bad poor reserves rattle* sav"
    " kaputte unbrauchbar inutilisable unusable reworked",
    "delivery": "livr* deliver* deliv* geliefert liefer* shipment* shipped ship parcel*"
    " colis transport* arrive* arrived turned expedi* chauffeur* driver* carrier*"
    " spedition"
    " wareneingang camion truck quai dock",
    "goods": "marchandise* goods produit* product* article* materiel* ware waren items"
    " equipment machine* parts gerat* anlage artikel stock sendung",
    "work": "prestation* travaux chantier* intervention* work works leistung*"
    " technicien*"
    " job montage installation arbeiten maintenance entretien",
    "twice": "doublon* double* twice doppelt* duplicate duplicated zweimal deuxieme"
    " second"
    " already deja bereits schon",
    "order": "command* order* bestell* devis quote* quotation angebot* abonnement"
    " subscription auftrag* resili* kundig* signed signe",
    "credit": "avoir avoirs credit credited gutschrift* refund* rembours* annul*"
    " cancel*"
    " storno* stornier* rectif* corrig* correct* korrig* korrektur deduct* deduire"
    " deduirons"
    " abzieh* abzug nachbess* replace* remplac* repair* repar*",
    "tax": "tva vat mwst ust tax taxe steuer* siret siren",
    "lawyer": "barrister small claims defend defended defence injunction anzeige"
    " widerspruch defamation act firm kanzlei pursue prejudice dommages damages"
    " plainte injonction opposition klageschrift vertritt instructed avocat* lawyer*"
    " solicitor* attorney* anwalt* rechtsanwalt* tribun* court*"
    " gericht* juge judge juridique* legal legally justice plainte sue suing litigation"
    " assign* huissier* mediateur counsel mahnbescheid klage klagen proces poursuit*"
    " poursuivr* proceedings judiciaire conseil contentieux conseils defense maitre"
    " rechtlich*"
    " rechtsabteilung gegenklage contre-attaque counterclaim reconventionnelle"
    " ombudsman",
    "insolvent": "filed stay subchapter examiner schutzschirm* eigenverwaltung stayed"
    " claims agent dissolved wound ceased trading cloture gelees faillite dette"
    " dettes tabelle anmelden forderung* redressement liquid* sauvegarde insolv*"
    " administrator* administrateur*"
    " mandataire* bankrupt* receiver* faillite bilan cva creance creances creancier*"
    " creditors moratorium konkurs chapter trustee winding petition cessation procedure"
    " conciliation conciliateur restructuring glaubiger verwalter collective jugement"
    " administration hoc",
    "privacy": "rgpd gdpr dsgvo cnil ico donnees data daten personal personnel"
    " personnelle*"
    " personnell* effac* supprim* erase delete remove retirez retirer losch*"
    " unsubscribe*"
    " desinscri* desabonn* abmelden abbestell* privacy datenschutz* consent* stored"
    " wipe"
    " prive privat* private auskunft spammer",
    "contact": "contact* adress* address* write ecri* mail mails mailbox courriel"
    " e-mail"
    " redirect* copy-in ansprechpartner* schreiben wenden richten courrier* boite"
    " postfach"
    " voyez",
    "team": "service comptabilite compta accounts buchhaltung* department dept team"
    " siege hq"
    " ap kreditoren* payable comptable* direction finance agence groupe group shared"
    " centre"
    " center helpdesk desk csp ssc",
    "left": "quitte* left gone retraite retired departed ausgeschieden rente"
    " verlassen muté"
    " mutation demission* moved decede longer",
    "person": "collegue* colleague* successor successeur kollege* kollegin"
    " interlocut* person"
    " personne responsable zustandig* chef boss manager gerant patron directeur"
    " director"
    " mme mr mrs madame monsieur herr frau charge",
    "automatic": "automati* ticket* generated genere robot monitored noreply reponse",
    "absent": "travelling traveling conference unreachable holidays vacationing"
    " maladie malade krankheit elternzeit congés absent* absence conge* vacation*"
    " vacances holiday* leave abwesen* urlaub*"
    " maternite maternity retour return* back zuruck ferme* closed closing fermeture"
    " office"
    " buro messagerie deplacement away formation arret urgent urgence urgency"
    " dringend*",
    "bounce": "undeliver* recipient* mailbox smtp unknown failed failure failures"
    " unzustellbar postmaster ndr remis distribu* destinataire* introuvable resolver"
    " remote server diagnostic queue retry permanent mailer quota host dns zugestellt"
    " empfanger",
    "soon": "prochainement bientot shortly soon asap incessamment peu demnachst bald"
    " baldmoglichst possible vite rapidement quickly immediately kurze prompt*",
    "wait": "attend* attente wait* awaiting awaits pending wart* patien* geduld suspens"
    " hold held bloqu* blocked gesperrt suspend* parked stuck until bis zuruckbehalt*"
    " zuruckhalten",
    "process": "treasurer boss signature unterschrift unterschreibt sign signs"
    " signed-off freigeben zahlungsfreigabe internal interne cours process*"
    " traitement bearbeit* valid* approv* approuv* signature*"
    " signer freigabe freigegeben circuit workflow progress prufung pruf* arbeit"
    " review*"
    " control* checking verif* released verbucht comptabilis* posted saisie",
    "hardship": "sec seche dreadful horrendous slump dead faible baisse insolvable"
    " milk loyer chomage krank illness malade deuil tresorerie cash cashflow"
    " difficult* schwierig* hardship tight struggl*"
    " liquidit* crise perte* pertes incend* sinistre moisson recolte slow quiet saison",
    "instalments": "lumps goes stretch split halves halbe hälfte moratorium longer"
    " facilite* kulanz installment fractionner verser echeancier* instal* raten* rate"
    " etal* echelonn* mensual* spread delai*"
    " deferr* defer* extension extend stund* moratoire fois monthly monatlich* tranche*"
    " report reporter arrange* arrangement aufschub teilzahl* reste half moitie halfte"
    " acompte repay* weekly",
    "ask": "merci veuillez pouvez pourriez pourrait pourrions please pls plz kindly"
    " bitte could"
    " can besoin need souhait* brauch* konnen konnten kannst would svp prie prions faut"
    " voudrais aimerais require*",
    "which": "comment combien quel quelle quels quelles how which what where wie welch*"
    " wohin wo who whom qui much wieviel wem",
    "online": "carte card paypal link lien online stripe ligne qr web site website"
    " kreditkarte",
    "owed": "montant* solde balance* outstanding amount* betrag restbetrag* offen*"
    " open owe"
    " owed owing doit devons dois total overdue impaye* unpaid du due somme sum"
    " schulden",
    "thanks": "merci thank* danke* thx cheers recu received noted note ok okay oki"
    " entendu"
    " verstanden parfait understood erhalten notiert kenntnis appreciate reception"
    " prends"
    " prenons accord bestatigen transmis transmets forwarded passed weitergeleitet"
    " pris",
    "angry": "petty cheek culot decence rigoler magnifique charming offensive"
    " excessive uncalled unhappy shambles n'importe quoi insupportable* detestable*"
    " unbelievable ungerecht frechen patronising nerve impoli impolite grossier"
    " bullying spam* abuse abuse* heartless tasteless shameful inadmissible*"
    " inacceptable* scandal* honte* unacceptable rude rudeness tone ton"
    " agressi* aggress* harcel* harass* ridicul* plain* complain* beschwer*"
    " unverschamt*"
    " disgrace* appalling abysmal decu* disappoint* mecontent* insult* menac* threat*"
    " incompet* catastroph* odieux shame* mesquin* outrag* choque* choquant* pathetic"
    " fed"
    " annoyed annoying agace* lassant penible bravo frankly franchement marre stop"
    " arretez"
    " cessez frechheit unmoglich zumutung nerv* terrible awful worst ungehorig respect"
    " manners polite polit* insolent* pushy drohung* drohen absurd* kindergarten",
    "order_number": "no-po receiver reception goods-receipt unmonitored sap oracle"
    " ocr scan scanning einreichen hochladen formular form formulaire register"
    " registered registration setup onboarding codification imputation analytique"
    " budget po bc pos engagement bestellnummer* leitweg chorus portail portal* ariba"
    " coupa tradeshift plateforme* platform* fournisseur* vendor* supplier* lieferant*"
    " onboard* referenc* kostenstelle entite entity matching grn einvoicing"
    " electronique"
    " elektronisch xrechnung zugferd ppf pdp",
    "offer": "parcel customs gift voucher sales spring catalogue samples lead"
    " webinaire exposition trade fair stand congratulations wishing wishes meilleurs"
    " annee christmas weihnachten noel abonnez livre blanc password passwort mot"
    " expire expires account-verify douane colis sondage satisfaction rate experience"
    " newsletter* offre* promotion* webinar* discover decouvr* demo catalog* salon"
    " candidature* emploi cv seo rdv invit* survey sondage enquete gratuit* free"
    " kostenlos*"
    " inscri* register reserv* stage bewerb* stelle rabattaktion soldes conference*"
    " friday deal sale gewinn* prize win lottery crypto bitcoin invest* notaire decede"
    " millions subscribe award messe vacancy hiring recrut* position apply badge",
    "proof": "avis remittance advice avisierung zahlungsavis detail* breakdown imput*"
    " lettr*"
    " ventil* couvr* cover* attached enclosed joint jointe anbei anhang beigefugt"
    " ci-joint"
    " screenshot capture",
    "time": "demain tomorrow morgen today aujourd heute semaine* week* woche* mois"
    " month*"
    " monat* fin end ende debut beginning anfang mi huitaine quinzaine jours days tage"
    " tagen jour day tag eom eow noel christmas weihnachten ultimo kw soir tonight"
    " matin"
    " morning heures prochain* next nachst* xdate xday xmonth xth",
    "if": "si tant des once until unless wenn sobald falls if when lorsque quand"
    " solange"
    " provided condition bevor before avant",
    "neg": "ne pas non not no never jamais aucun aucune sans without nicht kein keine"
    " keinen"
    " nie nor ni neither plus unable rien nothing nichts toujours noch",
    "client": "client* customer* kunde* subvention* grant assurance* insurer insurance"
    " versicherung parent maison shareholder loan pret kredit",
    "company": "societe company firma societes entreprise business gmbh sarl sas ltd"
    " inc"
    " filiale subsidiary holding boutique shop magasin homonyme",
    "all": "tout toutes tous all both alles alle beide beiden ensemble everything",
}


def _compile():
    exact, stems = {}, {}
    for concept, words in WORDS.items():
        for word in words.split():
            if word.endswith("*"):
                stems.setdefault(word[:-1], []).append(concept)
            else:
                exact.setdefault(word, []).append(concept)
    return exact, stems


_EXACT, _STEMS = _compile()
_LONGEST = max(map(len, _STEMS))
_AMOUNTS = {"xamount": "sum", "xref": "number", "xlong": "number", "xmail": "mail"}
_PLURAL = re.compile(r"(?:es|s|e)$")


@lru_cache(maxsize=20_000)
def concepts_of(word):
    """Return the concepts of one folded word."""
    if word in _AMOUNTS:
        return (_AMOUNTS[word],)
    found = list(_EXACT.get(word, ()))
    for size in range(2, min(len(word), _LONGEST) + 1):
        found += _STEMS.get(word[:size], ())
    return tuple(dict.fromkeys(found))
