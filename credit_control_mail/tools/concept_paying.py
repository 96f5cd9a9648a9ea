"""Words of paying, waiting and answering; see ``concepts`` for their form."""

PAYING = {
    "fut": (
        "sera seront serai serons serait seraient will shall wird werden werde va "
        "vais allons vont won reglerons reglerai reglera regleront paierons paierai "
        "payerons payerai paiera paieront payera virerons virerai virera solderons "
        "solderai effectuerons effectuerai effectuera procederons procederai "
        "verserons verserai enverrons enverrai partira partiront recevrez ferai "
        "ferons fera feront interviendra interviendront passera passeront debloquera "
        "honorerons acquitterons aurez tomberont tombera parviendra mettrai mettrons "
        "lancerai lancerons posterai arrivera gonna sollte sollten soll sollen mochte "
        "mochten regleraient reglerait lancera validera transmettra repondrons "
        "repondrai donnerons donnerai feraient viendra viendront reviendrons "
        "reviendrai traitera traiterons verra verrons regarderai regarderons versera "
        "soldera solderont honorera deposerai deposerons expedierons libererons "
        "kriegen kriegt bekommen bekommt erhalten folgt folgen kommt kommen"
    ),
    "past": (
        "ai avons ont avais avions had has have was were wurde wurden habe haben "
        "hatte hatten been did hier yesterday gestern dernier derniere last vergangen "
        "letzten ago"
    ),
    "pay_done": (
        "sent verse versee verses remise credite credites creditee cashed posted "
        "charged virees soldees honorees getilgt gesendet transfere payees cleared "
        "squared regle reglee regles reglees paye payee payes vire viree vires soldee "
        "soldes acquitte acquittee acquittees honoree paid settled transferred wired "
        "remitted bezahlt uberwiesen beglichen gezahlt angewiesen erledigt payd "
        "encaisse encaissee debite debitee debited deducted abgebucht effectue "
        "effectuee emis emise execute executee executed compense compensee compensees "
        "ausgeglichen abgegolten ausgefuhrt abgegangen rausgeschickt gebucht "
        "verrechnet getatigt geflossen eingezahlt eingezogen uberbracht honores "
        "honore liquide versees reversee reverse depense debourse ponctionne preleve "
        "prelevee preleves retire encaissees encaisses repaid remis reglait payait "
        "soldait settling handed dropped banked honoured fulfilled drawn collected"
    ),
    "pay_do": (
        "regler payer virer verser acquitter honorer pay pays paying settle clear "
        "transfer wire remit zahlen zahle bezahlen bezahle uberweisen uberweise "
        "begleichen regle paie paye payons reglons virons solder regulariser "
        "regularise regularisons decaisser debourser debloquer liquider decaisse "
        "regularisez apurer apurons rembourser honorons verse versons versez reverser "
        "remettre transferer mandater ordonnancer einzahlen abbuchen anweisen "
        "begleiche ausgleichen ausgleiche entrichten tilgen leisten lost bezahlt "
        "ablosen repay shell cough release remitting disburse disbursing honour"
    ),
    "payment": (
        "paiement* reglement* virement* versement* cheque* payment* transfer* check "
        "bacs sepa ach chaps zahlung* uberweisung* prelevement* lcr traite effet "
        "money funds fonds geld argent wire mandat mandatement mandate echeance "
        "reglmt rglt reglt vrt vir virt virmt chq cheq chk abbuchung lastschrift* "
        "einzug zahlbetrag zahlungen pmt pymt paymt paymnt remittance* prelvt "
        "encaissement decaissement liquidites disbursement* telegraphic fasterpayment "
        "kontoausgleich sammeluberweisung teilzahlung standing"
    ),
    "run": (
        "lot lots campagne bordereau run runs batch zahlungslauf proposition train "
        "fournee vague zahllauf zahlungslaufe zahltag zahltage zahlungsvorschlag "
        "payrun batches bacs cycle cycles campagnes lancement bordereaux serie"
    ),
    "goes": (
        "part partent partira goes go going geht gehen raus rausgeht leaves leave "
        "lands land hits hit arrives arrive tombe tombent passe file fichier virer"
    ),
    "went": (
        "parti partie partis parties went gone left out ging gegangen rausgegangen "
        "received recu arrived eingegangen"
    ),
    "planned": (
        "prevu* programm* planifi* schedul* planned geplant vorgesehen eingeplant "
        "booked inscrit* intended slated queued prevoit prevoyons prevue prevues "
        "prevus agenda calendrier diarised diaried pencilled lined earmarked setup "
        "queue terminiert vorgemerkt eingestellt eingereicht freigegeben vorgesehene "
        "disponiert echelonne echelonnee cale calee cales fixe fixee set due "
        "arrangiert"
    ),
    "invoice": (
        "facture factures invoice* inv bill bills rechnung* rg fact fra fac "
        "facturation facturette honoraires quittancement rechnungsbetrag "
        "rechnungsnummer belege posten faktura fakturen position positionen tickets "
        "echeances piece pieces fctr fctre facts invs invoic inovice invoce factrue"
    ),
    "billed": (
        "facturez facturer factures billed billing invoiced charged charging charge "
        "charges berechnet facturee berechnen verrechnet refactur*"
    ),
    "reminder": (
        "relance* rappel* remind* mahnung* mahnen mahnt anmahnen dunning chase* "
        "chasing reclam* lettre* letter* demeure zahlungserinnerung erinnerung "
        "relancez relancer relancent rappelez mahn* zahlungsaufforderung mahnstufe "
        "mahnschreiben chaser chasers nudge nudges nag* dunned poke prompt* "
        "recouvrement recouvreur collections inkasso inkassoburo collecting sommation "
        "recommande commandement"
    ),
    "statement": (
        "releve* statement* stmt kontoauszug* ledger extrait* recapitulatif* "
        "aufstellung postenliste soa decompte situation postenaufstellung saldenliste "
        "saldenbestatigung saldo kontoubersicht livre pointage rapprochement recap "
        "ubersicht liste overview summary breakdown"
    ),
    "bank": (
        "routing beneficiaire payee begunstigter banken numero-compte rib iban ibans "
        "bank* banque* bancaire* kontodaten bankverbindung bic swift compte account "
        "konto kontonummer sort domiciliation bankkonto bankdaten kontoinhaber "
        "hausbank sparkasse volksbank raiffeisenbank commerzbank hsbc barclays "
        "natwest santander lloyds monzo revolut wise bnp lcl cic boursorama banques "
        "titulaire accountholder beneficiary beneficiaries empfangerkonto "
        "zahlungsempfanger payees sortcode lituanie lithuania ireland"
    ),
    "new": (
        "nouveau nouvel nouvelle* nouveaux new neue neuen neuer neues updated modifi* "
        "mis amended revised recent recente frisch frische neuerdings actualise* "
        "actualiser aktuell* aktualisier* neuf latest fresh replaced remplace* "
        "replacement ersetzt abweichend* different* divers* unterschied* autre"
    ),
    "change": (
        "chang* geandert* anderung differ* differ autre andere anderes correspond* "
        "match matches switch* move moved moving remplac* ersetz* wechs* gewechselt "
        "umgestellt umstellung migrat* migre modifi* substitu* switchover quittons "
        "zieh* umgezogen umzug demenag* relocat* fusion* fusionn* merg* rachat* "
        "rachet* acquir* ubernomm* ubernahm* reprise reorganis*"
    ),
    "credit": (
        "avoir avoirs credit credited gutschrift* refund* rembours* annul* cancel* "
        "storno* stornier* rectif* corrig* correct* korrig* korrektur deduct* deduire "
        "deduirons abzieh* abzug nachbess* replace* remplac* repair* repar* crediter "
        "gutgeschrieben gutschreiben refundable storniere rechnungskorrektur "
        "berichtig* korrigierte abzuge verrechnen kurzen kurze einbehalt* "
        "zuruckbehalten retenue retenons retention deduction deductions offset "
        "compensation annule annulee annuler cancel reissue* refaites rectifiez "
        "rectifier revise revised withdraw writeoff"
    ),
    "tax": (
        "tva vat mwst ust tax taxe steuer* siret siren autoliquidation intracom "
        "intracommunautaire exoner* exempt* exemption steuersatz umsatzsteuer "
        "vorsteuer mehrwertsteuer ustid vatnumber taux"
    ),
    "insolvent": (
        "filed stay subchapter examiner schutzschirm* eigenverwaltung stayed claims "
        "agent dissolved wound ceased trading cloture gelees faillite dette dettes "
        "tabelle anmelden forderung* redressement liquid* sauvegarde insolv* "
        "administrator* administrateur* mandataire* bankrupt* receiver* bilan cva "
        "creance creances creancier* creditors moratorium konkurs chapter trustee "
        "winding petition cessation procedure conciliation conciliateur restructuring "
        "glaubiger verwalter collective jugement administration hoc liquidateur* "
        "liquidateurs mandataires administrateurs insolvenz* insolvenzverwalter* "
        "insolvenzantrag zahlungsunfahig* zahlungseinstellung uberschuldung* "
        "konkursverwalter nachlassverwalter gesamtvollstreckung restrukturier* gelobt "
        "bodacc passif commissaire radiation radiee dissolution dissoute gelose "
        "liquidated liquidating liquidator* insolvent insolvency administrators "
        "receivers receivership folded bust voluntary struck officialreceiver nominee "
        "supervisor iva scheme unsecured proofofdebt dividend moratoire bankruptcy "
        "petitioned petitioner"
    ),
    "automatic": (
        "automati* ticket* generated genere robot monitored noreply reponse "
        "automatisch* automatique* automated bot nepasrepondre donotreply "
        "eingangsbestatigung ticketnummer vorgangsnummer lecture gelesen"
    ),
    "absent": (
        "travelling traveling conference unreachable holidays vacationing maladie "
        "malade krankheit elternzeit congés absent* absence conge* vacation* vacances "
        "holiday* leave abwesen* urlaub* maternite maternity retour return* back "
        "zuruck ferme* closed closing fermeture office buro messagerie deplacement "
        "away formation arret urgent urgence urgency dringend* parental "
        "elternzeitvertretung kur reha krankgeschrieben krank abwesenheit "
        "abwesenheits* betriebsferien betriebsurlaub feiertag* brucke brueckentag "
        "pont ferie feries weihnachtsferien sommerferien kongress deplacement* "
        "absences sick sickness sabbatical paternity paternite oof ooo wiederkehr "
        "zuruckgekehrt returning returns reprise reouverture reopening reopen reopens "
        "shut shutdown joignable injoignable limited"
    ),
    "bounce": (
        "undeliver* recipient* mailbox smtp unknown failed failure failures "
        "unzustellbar postmaster ndr remis distribu* destinataire* introuvable "
        "resolver remote server diagnostic queue retry permanent mailer quota host "
        "dns zugestellt empfanger mailserver mailserv hote hostname refusee rejete "
        "rejetes relayed relay blacklist* blocklist* spamhaus quarantaine quarantine "
        "quarantined greylist* saturee pleine inexistante inexistant nonexistent "
        "invalid invalide unbekannter unbekannt gesperrt zustellversuch zustellfehler "
        "unbekannte mailsystem daemon esmtp"
    ),
    "soon": (
        "prochainement bientot shortly soon asap incessamment peu demnachst bald "
        "baldmoglichst possible vite rapidement quickly immediately kurze prompt* "
        "tantot sofort umgehend unverzuglich schnellstmoglich zeitnah alsbald "
        "nachstens promptly imminent* imminently momentarily immediatement rapide "
        "urgemment diligence meilleurs delais brefs brievement sobald kurzfristig "
        "quick quickest earliest"
    ),
    "wait": (
        "attend* attente wait* awaiting awaits pending wart* patien* geduld suspens "
        "hold held bloqu* blocked gesperrt suspend* parked stuck until bis "
        "zuruckbehalt* zuruckhalten patience patientez patienter attendez attendre "
        "attendra attends warten wartet gewartet abwarten gedulden ausstehend "
        "zuruckgestellt liegt lag hangt steckt festgehalten hangs sitting sits coince "
        "coincee coinces arretee stoppe stopped paused pause sleeping dort bloquees "
        "freeze frozen gele gelee retained queueing behind derriere tour chacun "
        "empile pile stapel patientons suspended"
    ),
    "process": (
        "treasurer boss signature unterschrift unterschreibt sign signs signed-off "
        "freigeben zahlungsfreigabe internal interne cours process* traitement "
        "bearbeit* valid* approv* approuv* signature* signer freigabe freigegeben "
        "circuit workflow progress prufung pruf* arbeit review* control* checking "
        "verif* released verbucht comptabilis* posted saisie genehmigung* genehmigt "
        "genehmigen freizeichnung abzeichnen gegenzeichnung vieraugenprinzip vorstand "
        "aufsichtsrat gremium verwaltungsrat rechnungsprufung prufer revision klarung "
        "klaren geklart abklaren abgeklart sachlich rechnerisch pruft prufen gepruft "
        "visa viser vise visee parapheur bap validation valideur valideuse validee "
        "valide validees valides homologation commission comite ordonnateur "
        "perception countersign countersigned authorise* authorize* authoris* "
        "authorisation signoff signatory signatories board trustees committee council "
        "vetted vetting audit checks checked investigat* enquir* look looking dig "
        "digging rapprocher rapprochement pointer regarder regarde verifie verifier "
        "verifions verification* etudie etudions examine examiner examinons analyser "
        "instruct* instruction clerk"
    ),
    "hardship": (
        "sec seche dreadful horrendous slump dead faible baisse insolvable milk loyer "
        "chomage krank illness malade deuil tresorerie cash cashflow difficult* "
        "schwierig* hardship tight struggl* liquidit* crise perte* pertes incend* "
        "sinistre moisson recolte slow quiet saison klamm engpass* engpasse "
        "liquiditatsengpass umsatzeinbruch* flaute insolvenznah kurzarbeit schwach "
        "pleite uberbrucken uberbruckung knapp knappe durststrecke krisen dispo "
        "zahlungsausfall etrangle serre serree serres tendue tendu creux decouvert "
        "banquier trou perdu perdre grele secheresse gel intempertie* inondation* "
        "degat* cambriol* vol vole divorce hopital hospitalis* cancer operation "
        "accident endettes endettement cashless skint broke strapped squeeze* "
        "squeezed shortfall overdraft flood* flooded fire burnt burglar* theft stolen "
        "drought frost redundancy furlough downturn slump* seasonal drying survive "
        "survival breathing room wiggle recession covid pandemic"
    ),
    "instalments": (
        "lumps goes stretch split halves halbe hälfte moratorium longer facilite* "
        "kulanz installment fractionner verser echeancier* instal* raten* rate etal* "
        "echelonn* mensual* spread delai* deferr* defer* extension extend stund* "
        "moratoire fois monthly monatlich* tranche* report reporter arrange* "
        "arrangement aufschub teilzahl* reste half moitie halfte acompte repay* "
        "weekly teilbetrag teilbetrage teilsummen tilgungsplan ratenplan "
        "ratenzahlung* ratenweise monatsrate* stotter* abstottern hauppchen happchen "
        "stuckweise halb stundungsbitte aufgeschoben verschieben verschoben "
        "verlangerung verlangern fristverlangerung langer zahlungsziel sursis "
        "rallonge rallonger decaler decalage repousser repoussez repousse souplesse "
        "mensualite* mensualiser trimestriel* etaler etalons etalees tempo temporiser "
        "morceaux facilites conciliant arrangeant arranger echeanciers lisser lissage "
        "paliers chunk chunks slices slice portions portion portioned staggered "
        "stagger tranches drip bits pieces extra grace leeway forbearance lenient "
        "leniency postpone* pushed"
    ),
    "ask": (
        "merci veuillez pouvez pourriez pourrait pourrions please pls plz kindly "
        "bitte could can besoin need souhait* brauch* konnen konnten kannst would svp "
        "prie prions faut voudrais aimerais require* wurden bitten gebeten bitt "
        "ersuche ersuchen frage fragen anfrage anfragen gerne gern moglich moglichst "
        "konnt liesse demande demandons sollicit* requesting request requests "
        "wondering wonder mind might may let grateful appreciate obliged glad "
        "faudrait voudrions aimerions auriez seriez possibilite possible lass lasst "
        "geben gebt donnez accordez laissez"
    ),
    "which": (
        "comment combien quel quelle quels quelles how which what where wie welch* "
        "wohin wo who whom qui much wieviel wem laquelle lequel lesquels lesquelles "
        "pourquoi warum why when wann wieso weshalb woher quoi moyennant oder welcher "
        "welches welche"
    ),
    "online": (
        "carte card paypal link lien online stripe ligne qr web site website "
        "kreditkarte cb mastercard amex kartenzahlung karten applepay googlepay twint "
        "sofortuberweisung giropay especes cash bar barzahlung comptant terminal tpe "
        "telephonique bancontact wero instantane instant einzahlungsschein"
    ),
    "owed": (
        "montant* solde balance* outstanding amount* betrag restbetrag* offen* open "
        "owe owed owing doit devons dois total overdue impaye* unpaid du due somme "
        "sum schulden schuld schulde saldo gesamtbetrag gesamtsumme summe offene "
        "offener offenen ruckstand ruckstande aussenstande fallige falligen fallig "
        "uberfallig uberfallige echu echue echues echus exigible arriere arrieres "
        "impayees arrears arrear debt debts restant restante restants redevable "
        "redevables"
    ),
    "thanks": (
        "merci thank* danke* thx cheers recu received noted note ok okay oki entendu "
        "verstanden parfait understood erhalten notiert kenntnis appreciate reception "
        "prends prenons accord bestatigen transmis transmets forwarded passed "
        "weitergeleitet pris remerciements remerciement bedanke bedanken besten "
        "dankbar dankeschon mercy mille cool super prima klasse bestatige bestatigt "
        "angekommen eingegangen einverstanden gelesen vermerkt gespeichert "
        "weitergegeben weitergereicht ta grateful appreciated lovely brilliant great "
        "perfect roger acknowledged acknowledge acknowledging acknowledges arrived "
        "reached landed read logged filed safely parvenu parvenue receptionne "
        "receptionnons receptionnee enregistre enregistree classe classons archive "
        "transfere transferons transmise lu vu compris comprends"
    ),
    "order_number": (
        "no-po receiver reception goods-receipt unmonitored sap oracle ocr scan "
        "scanning einreichen hochladen formular form formulaire register registered "
        "registration setup onboarding codification imputation analytique budget po "
        "bc pos engagement bestellnummer* leitweg chorus portail portal* ariba coupa "
        "tradeshift plateforme* platform* fournisseur* vendor* supplier* lieferant* "
        "onboard* referenc* kostenstelle entite entity matching grn einvoicing "
        "electronique elektronisch xrechnung zugferd ppf pdp ponumber bestellnr "
        "bestellreferenz kommission kostentrager auftragsnummer projektnummer "
        "leitwegid kreditorennummer lieferantennummer debitorennummer "
        "wareneingangsbuchung wareneingangs* requisition* requisitioner "
        "requisitionner demandeur donneur prescripteur ej bdc vendorid peppol ksef "
        "facturx edi rejetee rejet rejete uploaded hochgeladen costcentre gl glcode"
    ),
    "proof": (
        "avis remittance advice avisierung zahlungsavis detail* breakdown imput* "
        "lettr* ventil* couvr* cover* attached enclosed joint jointe anbei anhang "
        "beigefugt ci- joint screenshot capture kontobeleg uberweisungsbeleg "
        "zahlungsnachweis einzahlungsbeleg bankbeleg printscreen screenprint justif "
        "justifs zuordnung zuordnen aufteilung verteilt umfasst beinhaltet enthalt "
        "allocate allocated allocation apply applied against covers covering "
        "comprises comprising englobe regroupe regroupant correspondant correspond "
        "affecter affectez imputer imputez lettrer lettrage stub"
    ),
    "time": (
        "demain tomorrow morgen today aujourd heute semaine* week* woche* mois month* "
        "monat* fin end ende debut beginning anfang mi huitaine quinzaine jours days "
        "tage tagen jour day tag eom eow noel christmas weihnachten ultimo kw soir "
        "tonight matin morning heures prochain* next nachst* xdate xday xmonth xth "
        "ubermorgen nachsten nachster nachstes kommende kommenden kommender kommendes "
        "wochenanfang wochenmitte wochenende monatsende monatsanfang monatsmitte "
        "monatsultimo jahresende quartalsende halbjahr halbjahresende fruhjahr herbst "
        "sommer winter lendemain surlendemain weekend trimestre quarter fortnight "
        "midweek lunchtime noon midday overnight tmrw tomoz ostern paques easter "
        "pentecote pfingsten toussaint rentree ete hiver printemps automne autumn "
        "spring summer"
    ),
    "if": (
        "si tant des once until unless wenn sobald falls if when lorsque quand "
        "solange provided condition bevor before avant sofern sowie ehe nachdem "
        "vorausgesetzt voraussetzung erst sitot aussitot lorsqu pourvu sauf tantque "
        "whenever assuming subject upon dependent depends depend"
    ),
    "neg": (
        "ne pas non not no never jamais aucun aucune sans without nicht kein keine "
        "keinen nie nor ni neither plus unable rien nothing nichts toujours noch "
        "niemand nirgends niemals keiner keinem keines kaum weder ohne personne "
        "aucunement nullement guere impossible nobody none nowhere hardly barely "
        "cannot refuse fehlanzeige"
    ),
    "see": (
        "verrai verrons verra regarde regardons regarderai vois voyons voir etudie "
        "etudions check checking checks checke look looking looks review reviewing "
        "investigate investigating enquire schaue schauen schau sehe sehen nachsehen "
        "nachschauen ansehen prufe prufen klare klaren kummere kummern anschauen "
        "penche penchons revenons reviens reviendrai reviendrons tiens tiendrai "
        "tiendrons informe informerai revert reverting update updates touch get "
        "getting back melde melden zuruckmelden ruckmeldung pointer pointons "
        "rapproche verifie verifions occupe occupons charge handle handling sort "
        "sorting deal dealing"
    ),
    "forward": (
        "transmets transmis transmise transmettons transfere transferee transferons "
        "communique communiquee remonte remontee passe passee fais suivre relaye "
        "relayee confie confiee bannette parapheur forwarded forwarding forward "
        "passed passing handed shared sharing copied looped loop escalated "
        "weitergeleitet weiterleiten weitergegeben weitergereicht gegeben leite "
        "leiten vorgelegt"
    ),
    "wish": (
        "bonne bon journee soiree weekend semaine continuation fin salutations "
        "amities vacances fetes schonen schones schone feierabend wochenende grusse "
        "grus alles gute lovely nice great enjoy evening wishes regards best cheers"
    ),
    "apology": (
        "desole desolee desoles navre navree pardon excuse excuses excusez oubli "
        "oublie oubliee oublies echappe echappee omission inadvertance sorry "
        "apologies apologise apologize overlooked oversight forgot forgotten slipped "
        "missed entschuldigung entschuldigen vergessen ubersehen versehen "
        "untergegangen durchgerutscht verzeihung leid sincerely"
    ),
    "verb_doubt": (
        "crois croyais pensais pense semble parait apparemment surement normalement "
        "believe believed thought think assume assumed suppose apparently seems "
        "should supposed glaube glaubte dachte denke meine vermute angeblich wohl "
        "eigentlich anscheinend"
    ),
}
