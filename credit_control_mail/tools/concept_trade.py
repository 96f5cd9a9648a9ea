"""Words of goods, quarrels, papers and people; see ``concepts`` for their form."""

TRADE = {
    "quote": (
        "price quote quoting quotation prix devis angebot kosten kostet lead stock "
        "available disponible samples model modele article ref"
    ),
    "phone": (
        "telephone phone call called calls calling ring rang appel* appeler rappel* "
        "anruf* telefon* standard switchboard mobile portable handy whatsapp"
    ),
    "self": "we nous wir our notre unsere ich je i my mon",
    "you": "you your vous votre vos sie ihr ihre ihnen",
    "copy": (
        "zweitschrift erneut nochmal nochmals again fresh copie* duplicata copy "
        "copies kopie* exemplaire* pdf scan* duplikat abschrift doppel nachreichen "
        "neuausdruck ausdruck ausdrucken kopieren photocopie* impression imprime "
        "duplicates duplic reprint reimprimer recopier rescan pdfs jpeg original "
        "originale"
    ),
    "send": (
        "envoy* renvoy* transmett* transmis fournir faire communiquer send* resend "
        "forward provide share senden schick* zusend* zukommen supply adresser "
        "parvenir reexpedi* attach joindre faites ubersenden submit upload email "
        "renvoie renvoyez envoyez envoie transferez transmettez fournissez adressez "
        "balancez balance zuschicken schicken nachsenden zumailen mailen mitschicken "
        "weiterleiten ubermitteln lassen reichen einreichen forwarding ping shoot pop "
        "fling copying resending passez parvienne joignez deposez"
    ),
    "document": (
        "urssaf vigilance fiche technique bilan tax-form freistellungsbescheinigung "
        "certificats ledger backup breakdown detail details kbis attestation* "
        "certificat* pod pods bl bls lieferschein* ablieferbeleg cmr emargement "
        "timesheet* pv contrat contract vertrag document* justificat* preuve proof "
        "beleg* nachweis* receipt quittance acquittee dechets bescheinigung w liasse "
        "proces-verbal attachement feuille feuilles stundenzettel attestations "
        "passeport bordereau bordereaux bulletin proces rapport aufmass "
        "stundennachweis* rapportzettel regiebericht abnahmeprotokoll "
        "ursprungszeugnis unbedenklichkeit* freistellung* steuernummer "
        "handelsregisterauszug vollmacht sla spec specification datasheet safety coc "
        "conformity dockets docket pesee voiture"
    ),
    "contest": (
        "contest* litig* disput* reklam* beanstand* widerspr* einspruch desaccord "
        "disagree* object* bestreit* query refus* reject* zuruckweis* abgelehnt denie "
        "denied deny denies querying queried challenge* refut* recus* oppos* "
        "opposition contestable irrecevable infonde fondement unberechtigt "
        "unbegrundet zuruckgewiesen widersprechen widerspreche streit* strittig "
        "umstritten anfechten reclamons object"
    ),
    "wrong": (
        "faux fausse* erreur* erron* incorrect* wrong* error* mistake* falsch* "
        "fehler* inexact* anormal* stimmt bizarre anomalie* ecart* abweich* "
        "discrepanc* injustifi* unjustified indu irrtum irrtumlich versehen "
        "versehentlich verwechs* confondu confusion malentendu miscalculat* mixed "
        "mixup trompe* trompez inexacte fehlerhaft unrichtig unstimmig* stimmen passt "
        "abusif abusive abus absurde incoherent* incoherence anormale inadequat "
        "contradict* mismatch* differenz unterschied typo coquille"
    ),
    "price": (
        "prix tarif* price* pricing rate rates preis* remise* rabais ristourne* "
        "discount* rebate* rabatt* skonto surfactur* overcharg* overbill* cher "
        "surcharge* surtaxe supplement* majoration escompte forfait* uplift quoted "
        "zuschlag fracht* freight port frais fees fee prixunitaire pu tarifaire "
        "tarification einzelpreis stuckpreis listenpreis festpreis rahmenvertrag "
        "aufschlag aufpreis preiserhohung preisliste teurer teuer cheaper dearer "
        "expensive chere couteux cout couts augment* hausse increase* increased "
        "erhoh* gestiegen markup margin penalite* interets verzugszinsen zinsen "
        "mahngebuhr* gebuhr* anfahrt anfahrtspauschale pauschale palettenpfand pfand "
        "emballage consigne transportkosten carburant gasoil diesel dieselzuschlag "
        "energiezuschlag callout admin levy congestion"
    ),
    "quantity": (
        "quantit* qty manqu* missing short shortage* menge* fehl* unite unites units "
        "unit pieces stuck heures hours stunden carton* palette* pallet* boxes sacs "
        "incomplet* partial* partiel* fewer nur only licences licenses seulement "
        "kartons kisten sacke tonnen tonne tonnes kilos kilo litres liter liters "
        "metre metres meter metern rouleau rouleaux rolls rollen sac caisse caisses "
        "bidon bidons futs fut barrels crates boxen paletten moins weniger zuwenig "
        "trop zuviel compte comptes counted recount* recompte gezahlt nachgezahlt "
        "manquait manquaient unvollstandig teillieferung deficit ecarts personentage "
        "manntage"
    ),
    "defect": (
        "defect* defaut* defekt* casse* broken damag* endommag* abime* kaputt mangel* "
        "panne conforme* conformite qualit* faulty fuit fuite* leak* scratch* raye* "
        "rouil* rust* pourri* perime* malfacon* pfusch crushed soaking moisi* fissur* "
        "cracked tropft fonctionne* marche funktionier* beschadig* mauvais* bad poor "
        "reserves rattle* sav kaputte unbrauchbar inutilisable unusable reworked "
        "aufgerissen bruchig bruch gebrochen zerbrochen zerkratzt verbogen "
        "verschimmelt verdorben undicht leckt lose locker wackelt schief stinkt "
        "verrostet durchgebrannt ausfall ausgefallen storung defekte gerissen "
        "abgeplatzt nachbesserung nachbessern nachbesserungen mangelhaft* mangel "
        "reklamiert gondole decolle decolles decollent craquele gonfle tordu tordue "
        "tache tachee dechire* eventre trempe mouille rouille pourrie creux bancal "
        "bruit grince plante plantage bug bugs bugge buggy crash* crashes crashed "
        "freezes peel* peeling warped bent dented torn stained mouldy moldy rotten "
        "wet damp snag* snagging unfinished sloppy shoddy botched substandard "
        "overheats failed fails failing reprendre refaire refait lache soudure coule "
        "coulures infiltration* humidite"
    ),
    "delivery": (
        "livr* deliver* deliv* geliefert liefer* shipment* shipped ship parcel* colis "
        "transport* arrive* arrived turned expedi* chauffeur* driver* carrier* "
        "spedition wareneingang camion truck quai dock livraison* retard verspatet "
        "verspatung anlieferung zustellung zugestellt ausgeliefert abgeladen "
        "abgeliefert angekommen ankam kam angeliefert transporteur messagerie livreur "
        "paket pakete sendungsverfolgung tracking haulier courier dropped offload* "
        "unloaded deposit quais rampe depot entrepot lager warehouse receipted "
        "enlevement enleve camions lorry van vehicule"
    ),
    "goods": (
        "marchandise* goods produit* product* article* materiel* ware waren items "
        "equipment machine* parts gerat* anlage artikel stock sendung lieferung "
        "fournitures fourniture matiere materiau* material materialien baustoffe "
        "carrelage parquet peinture fenetre* fenetres porte portes chaudiere "
        "climatis* pompe pompes moteur imprimante logiciel software copieur "
        "photocopieur meuble* mobel teppich fliesen fenster turen heizung pumpe motor "
        "drucker kopierer tisch stuhle vins fleurs viande pain legumes fruits cables "
        "cable ecran ecrans screens printer printers furniture chairs desks tiles "
        "flooring boiler pumps radiators timber steel gravel sand concrete beton kies "
        "bois holz brot fleisch gemuse"
    ),
    "work": (
        "prestation* travaux chantier* intervention* work works leistung* technicien* "
        "job montage installation arbeiten maintenance entretien prestations pose "
        "poseur poseurs ouvriers ouvrier chantiers depannage nettoyage menage "
        "reinigung gebaudereinigung wartung gartenpflege malerarbeiten elektriker "
        "installateur monteur monteure handwerker montiert baustelle arbeit projekt "
        "schulung seminar beratung mission missions audit expertise conseil formation "
        "training consultancy consulting labour labor tradesman plumber electrician "
        "fitters fitter engineer engineers visit crew gardening cleaning landscaping "
        "gruntwork"
    ),
    "twice": (
        "doublon* double* twice doppelt* duplicate duplicated zweimal deuxieme second "
        "already deja bereits schon doublons zweifach doppelbuchung doppelberechnung "
        "mehrfach repete repeated dupe dupes again identique identical identisch "
        "dieselbe derselbe dasselbe samejob"
    ),
    "order": (
        "command* order* bestell* devis quote* quotation angebot* abonnement "
        "subscription auftrag* resili* kundig* signed signe commandons commandee "
        "commandes bestellt beauftragt beauftragung auftragen ordered ordering orders "
        "buy bought achete achetee gekauft vereinbart vereinbarung abgemacht convenu "
        "convenue agreed agreement souscri* subscribe* gekundigt kundigung "
        "resiliation abonnements abo vertrag*"
    ),
    "lawyer": (
        "barrister small claims defend defended defence injunction anzeige "
        "widerspruch defamation act firm kanzlei pursue prejudice dommages damages "
        "plainte injonction opposition klageschrift vertritt instructed avocat* "
        "lawyer* solicitor* attorney* anwalt* rechtsanwalt* tribun* court* gericht* "
        "juge judge juridique* legal legally justice sue suing litigation assign* "
        "huissier* mediateur counsel mahnbescheid klage klagen proces poursuit* "
        "poursuivr* proceedings judiciaire conseil contentieux conseils defense "
        "maitre rechtlich* rechtsabteilung gegenklage contre- attaque counterclaim "
        "reconventionnelle ombudsman lba saisir saisissons saisirons saisine saisi "
        "tgi tribunaux prudhom* correctionnel parquet procureur cour cassation "
        "jugement* judgment judgement ccj arbitrage arbitration arbitr* "
        "schiedsgericht landgericht amtsgericht staatsanwalt* strafanzeige anzeigen "
        "verklagen verklage gerichtlich gerichtsverfahren mandant mandantin "
        "mandantschaft prozess* unterlassung abmahn* einstweilige barreau cabinet "
        "writ statutory cease desist liability lawsuit lawsuits legals qc kc"
    ),
    "privacy": (
        "rgpd gdpr dsgvo cnil ico donnees data daten personal personnel personnelle* "
        "personnell* effac* supprim* erase delete remove retirez retirer losch* "
        "unsubscribe* desinscri* desabonn* abmelden abbestell* privacy datenschutz* "
        "consent* stored wipe prive privat* private auskunft spammer donnee fichier "
        "fichiers effacer effacement suppression supprimez supprimer oubli retrait "
        "dsar sar personenbezogen* einwilligung widerrufe widerruf verzeichnis "
        "verteiler mailverteiler loeschen loschung gespeicherte auskunftsersuchen "
        "kontaktieren belastig* privatadresse privathandy privatnummer privatperson "
        "werbung werbemails unsubscribing removal removed erasure forget forgotten "
        "mailinglist list lists spamming optout database personally dpo cil registre* "
        "demarchage"
    ),
    "contact": (
        "contact* adress* address* write ecri* mail mails mailbox courriel e-mail "
        "redirect* copy-in ansprechpartner* schreiben wenden richten courrier* boite "
        "postfach voyez joindre joignable erreichen erreichbar ansprechperson "
        "ansprechpartnerin mailadresse emailadresse anschrift postanschrift "
        "rechnungsadresse postadresse destinataire interlocutrice correspondant "
        "referent reach speak liaise redirige rediriger rediriges orienter orientez "
        "ecrivez ecrire passez verteilen wendet richte umleiten weiterleitung kontakt "
        "kontaktdaten kontaktperson"
    ),
    "team": (
        "service comptabilite compta accounts buchhaltung* department dept team siege "
        "hq ap kreditoren* payable comptable* direction finance agence groupe group "
        "shared centre center helpdesk desk csp ssc finanzabteilung finanzbuchhaltung "
        "rechnungswesen einkauf zentrale hauptverwaltung verwaltung "
        "kreditorenbuchhaltung sekretariat secretariat secretaire assistante "
        "assistant standardiste achats purchasing procurement headoffice head "
        "finances cellule pole facturier centralise centralised zentralisiert "
        "bookkeeping ledger buyer buyers acheteur acheteuse acheteurs"
    ),
    "left": (
        "quitte* left gone retraite retired departed ausgeschieden rente verlassen "
        "muté mutation demission* moved decede longer retraites demissionne licencie "
        "licenciee gekundigte ausgestiegen gegangen ruhestand pension vorruhestand "
        "leaver leavers redundant resigned departure depart departs succede succeed* "
        "nachfolge* remplacant remplacante remplacee verstorben gestorben deceased "
        "died mort morte mute mutee"
    ),
    "person": (
        "collegue* colleague* successor successeur kollege* kollegin interlocut* "
        "person personne responsable zustandig* chef boss manager gerant patron "
        "directeur director mme mr mrs madame monsieur herr frau charge kollegen "
        "kolleginnen mitarbeiter mitarbeiterin chefin inhaber inhaberin "
        "geschaftsfuhrer vorgesetzter buchhalter buchhalterin accountant bookkeeper "
        "treasurer tresorier tresoriere patronne gerante directrice president "
        "presidente secretaire associe associee partner wife husband mari femme "
        "epouse mann sohn fils son daughter fille pere mere father mother doyen "
        "trustee trustees sachbearbeiter* conducteur magasinier vendeur commercial "
        "salesman rep reps technician"
    ),
    "angry": (
        "petty cheek culot decence rigoler magnifique charming offensive excessive "
        "uncalled unhappy shambles n'importe quoi insupportable* detestable* "
        "unbelievable ungerecht frechen patronising nerve impoli impolite grossier "
        "bullying spam* abuse abuse* heartless tasteless shameful inadmissible* "
        "inacceptable* scandal* honte* unacceptable rude rudeness tone ton agressi* "
        "aggress* harcel* harass* ridicul* plain* complain* beschwer* unverschamt* "
        "disgrace* appalling abysmal decu* disappoint* mecontent* insult* menac* "
        "threat* incompet* catastroph* odieux shame* mesquin* outrag* choque* "
        "choquant* pathetic fed annoyed annoying agace* lassant penible bravo frankly "
        "franchement marre stop arretez cessez frechheit unmoglich zumutung nerv* "
        "terrible awful worst ungehorig respect manners polite polit* insolent* pushy "
        "drohung* drohen absurd* kindergarten frech frechheiten unfreundlich* "
        "unprofessionell* inakzeptabel argerlich verargert sauer enttausch* "
        "enttauscht emport* peinlich unerhort zumutend respektlos* schikan* "
        "belastigung belastigend nervig genervt unmut dreist skandal* unglaublich* "
        "miserabel* katastroph* warteschleife kundendienst deplore deplorons "
        "deplorable navrant navree indigne indigne* indignation exaspere* exasper* "
        "excede exces impertinent* insolence desagreable* desinvolt* cavalier* "
        "humili* vexant vexe vexee froisse outre outres irrespectueux respecte "
        "mepris* mepris grossiers hargne harcelement acharne* acharnement pression "
        "scandaleuse honteuse incompetence incompetents laxisme nullite nul nuls "
        "pitoyable lamentable inutile injoignables raccroche raccroch* disgust* "
        "disgraceful insulting insulted offended condescend* aggressive aggressively "
        "badger* hound* hounding pester* bombard* intimidat* hostile unhelpful "
        "useless incompetent dreadful horrendous atrocious shocking dissatisf* "
        "displeas* upset upsetting furious livid annoy* irritat* frustrat* grievance "
        "ignored ignoring ignore"
    ),
    "offer": (
        "parcel customs gift voucher sales spring catalogue samples lead webinaire "
        "exposition trade fair stand congratulations wishing wishes meilleurs annee "
        "christmas weihnachten noel abonnez livre blanc password passwort mot expire "
        "expires account-verify douane colis sondage satisfaction rate experience "
        "newsletter* offre* promotion* webinar* discover decouvr* demo catalog* salon "
        "candidature* emploi cv seo rdv invit* survey enquete gratuit* free "
        "kostenlos* inscri* register reserv* stage bewerb* stelle rabattaktion soldes "
        "conference* friday deal sale gewinn* prize win lottery crypto bitcoin "
        "invest* notaire decede millions subscribe award messe vacancy hiring recrut* "
        "position apply badge brochure prospectus showroom inauguration anniversaire "
        "tombola kermesse assemblee apero aperitif repas diner dejeuner fete feter "
        "felicit* destockage degriff* nouveautes collection google backlinks "
        "referencement visibilite freelance stagiaire* alternance apprenti* "
        "recrutement loterie heritage heritier cagnotte gagne gagnant parrain* "
        "sponsor* sponsoring mecenat don dons association club match tournoi billet "
        "billets angebote aktion aktionen rabattcode gutschein* schnappchen hausmesse "
        "einladung* feier jubilaum weihnachtsfeier betriebsfeier praktikum "
        "praktikant* bewerber* stellenangebot stellenanzeige erbschaft kreditangebot "
        "finanzierungsangebot werbeangebot umfrage umfragen bewertung bewerten "
        "neuheiten messestand invitation invitations party lunch birthday anniversary "
        "raffle charity fundraiser donation donate congrats wedding football intern "
        "internship graduate applicants candidate candidates hire recruiter "
        "recruitment inheritance prince loans financing unlock boost leads traffic "
        "ranking rankings website redesign app launch promo promos coupon whitepaper "
        "clearance"
    ),
    "client": (
        "client* customer* kunde* subvention* grant assurance* insurer insurance "
        "versicherung parent maison shareholder loan pret kredit auftraggeber bauherr "
        "bauherren mandanten endkunde kundin forderungsausfall locataire* locataires "
        "bailleur* proprietaire* tenant tenants landlord assureur assureurs "
        "foerderung fordermittel zuschuss* subsid* mairie region etat caf cpam "
        "dotation grants funder funders investor* investisseur* levee bridge funding "
        "factoring affacturage factor affactureur"
    ),
    "company": (
        "societe company firma societes entreprise business gmbh sarl sas ltd inc "
        "filiale subsidiary holding boutique shop magasin homonyme konzern tochter* "
        "muttergesellschaft mutter gesellschaft unternehmen betrieb ag kg ug verein "
        "zweigstelle niederlassung standort etablissement etablissements sci scea "
        "gaec eurl sasu snc asbl association associations syndicat copropriete copro "
        "syndic commune collectivite ecole lycee hopital clinique plc llp llc trust "
        "charity parish school college university hospital practice premises branch "
        "subsidiaries namesake homonymie verwechslung"
    ),
    "all": (
        "tout toutes tous all both alles alle beide beiden ensemble everything "
        "samtliche samtlicher gesamte gesamten insgesamt integralite totalite whole "
        "lot every each chacune chacun jede jeder jedes"
    ),
    "trade": (
        "commander devis tarif tarifs dispo disponibilite disponible stock reappro "
        "reassort echantillon echantillons chiffrer chiffrage cotation reference "
        "gamme catalogue livrable coloris couleur taille modele quantite quote "
        "quotation pricing lead availability order reorder samples swatch restock "
        "brochure product range spec size colour color model kaufen bestellen "
        "lieferzeit lieferbar muster farbe grosse modell anfrage verfugbar "
        "verfugbarkeit katalog angebot"
    ),
    "meeting": (
        "reunion rdv visite visiter passage agenda creneau horaires horaire ouverture "
        "ouvert ouverts planning session salle repas atelier inscription match "
        "assemblee meeting slot appointment visit opening hours open room rehearsal "
        "training course call zoom teams termin termine besprechung sitzung "
        "offnungszeiten besuch besuchen treffen schulung raum"
    ),
    "machine_talk": (
        "abonnement connexion password login identifiant cliquez clicking click link "
        "here ici hier klicken unsubscribe desinscription preferences browser "
        "navigateur view"
    ),
    "life": (
        "deces decede decedee mort maladie hopital famille pere mere enterrement "
        "deuil naissance mariage divorce retraite anniversaire funeral death died "
        "passed family father mother husband wife wedding birth hospital ill illness "
        "tod gestorben verstorben beerdigung familie vater mutter krankenhaus krank"
    ),
}
