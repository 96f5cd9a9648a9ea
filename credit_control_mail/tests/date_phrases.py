"""Phrases that name a day, as customers write them, and some that name none."""

# phrase | day it means from the base, or - for none
FRENCH = """
jeudi de la semaine qui vient | 2026-03-19
lundi en huit | 2026-03-23
au premier du mois prochain | 2026-04-01
avant le week-end | 2026-03-13
le 15 | 2026-03-15
Nous réglerons le 15. | 2026-03-15
le 10 | 2026-04-10
le 31 | 2026-03-31
avant le 20 | 2026-03-20
au plus tard le 25 | 2026-03-25
d'ici le 18 | 2026-03-18
jusqu'au 28 | 2026-03-28
le virement du 20 | 2026-03-20
campagne de règlement du 25 | 2026-03-25
le 1er | 2026-04-01
le 1er avril | 2026-04-01
le 15 avril | 2026-04-15
le 15 avril 2026 | 2026-04-15
le 15 avr. | 2026-04-15
15 avril 2027 | 2027-04-15
le quinze avril | 2026-04-15
le 3 fevrier 2027 | 2027-02-03
le 28 févr. 2027 | 2027-02-28
le 14 août | 2026-08-14
le 14 aout | 2026-08-14
le 5 decembre | 2026-12-05
mercredi 15 avril | 2026-04-15
mer. 15 avril | 2026-04-15
vendredi 20 | 2026-03-20
vendredi 13 mars | 2026-03-13
le 15/04 | 2026-04-15
le 15/04/26 | 2026-04-15
le 15/04/2026 | 2026-04-15
le 15.04.2026 | 2026-04-15
le 15-04-2026 | 2026-04-15
le 5/4 | 2026-04-05
le 5/4/2026 | 2026-04-05
2026-04-15 | 2026-04-15
2026/04/15 | 2026-04-15
15 / 04 / 2026 | 2026-04-15
vendredi | 2026-03-13
Je règle vendredi | 2026-03-13
on paye lundi | 2026-03-16
mercredi | 2026-03-18
ce mercredi | 2026-03-11
vendredi prochain | 2026-03-13
lundi prochain | 2026-03-16
lundi en huit | 2026-03-23
mardi de la semaine prochaine | 2026-03-17
vendredi de la semaine prochaine | 2026-03-20
demain | 2026-03-12
après-demain | 2026-03-13
aujourd'hui | 2026-03-11
dans la journée | 2026-03-11
ce soir | 2026-03-11
cette semaine | 2026-03-13
fin de semaine | 2026-03-13
d'ici la fin de la semaine | 2026-03-13
dans la semaine | 2026-03-13
la semaine prochaine | 2026-03-20
courant semaine prochaine | 2026-03-20
fin de semaine prochaine | 2026-03-20
début de semaine prochaine | 2026-03-16
semaine 12 | 2026-03-20
sem. 14 | 2026-04-03
en S12 | 2026-03-20
fin de la semaine 18 | 2026-05-01
semaine du 16 mars | 2026-03-20
fin de mois | 2026-03-31
fin du mois | 2026-03-31
à la fin du mois | 2026-03-31
fin de ce mois | 2026-03-31
fin du mois prochain | 2026-04-30
le mois prochain | 2026-04-30
le 5 du mois prochain | 2026-04-05
début du mois prochain | 2026-04-05
mi-mois | 2026-03-15
début de mois | 2026-04-05
courant du mois | 2026-03-31
le 20 du mois | 2026-03-20
le 20 de chaque mois | 2026-03-20
le dernier jour du mois | 2026-03-31
dernier jour ouvré de mai | 2026-05-29
fin mars | 2026-03-31
fin avril | 2026-04-30
fin avril 2027 | 2027-04-30
fin février 2027 | 2027-02-28
d'ici fin mai | 2026-05-31
à la fin du mois de juin | 2026-06-30
mi-avril | 2026-04-15
mi avril | 2026-04-15
début avril | 2026-04-05
courant avril | 2026-04-30
dans le courant du mois d'avril | 2026-04-30
en avril | 2026-04-30
première quinzaine d'avril | 2026-04-15
deuxième quinzaine d'avril | 2026-04-30
sous huitaine | 2026-03-19
dans la huitaine | 2026-03-19
sous quinzaine | 2026-03-26
dans une quinzaine de jours | 2026-03-26
sous 8 jours | 2026-03-19
sous 48h | 2026-03-13
sous 48 heures | 2026-03-13
dans 10 jours | 2026-03-21
dans les 10 jours | 2026-03-21
dans les dix prochains jours | 2026-03-21
sous un délai de 10 jours | 2026-03-21
d'ici 10 jours | 2026-03-21
d'ici une dizaine de jours | 2026-03-21
sous 8 à 10 jours | 2026-03-21
dans 3 semaines | 2026-04-01
dans trois semaines | 2026-04-01
dans un mois | 2026-04-11
sous 2 mois | 2026-05-11
sous 5 jours ouvrés | 2026-03-18
comptez 3 jours ouvrables | 2026-03-16
dans une semaine | 2026-03-18
30 jours fin de mois | 2026-04-30
avant Noël | 2026-12-24
avant Pâques | 2026-04-04
fin d'année | 2026-12-31
fin du trimestre | 2026-03-31
entre le 10 et le 15 avril | 2026-04-15
entre le 30 mars et le 5 avril | 2026-04-05
du 10 au 15 avril | 2026-04-15
le 10 ou le 11 avril | 2026-04-11
nous avons payé le 3 mars | 2026-03-03
payé le 3 | 2026-03-03
virement effectué vendredi | 2026-03-06
virement fait le 9 mars | 2026-03-09
réglée le 12 décembre | 2025-12-12
hier | 2026-03-10
avant-hier | 2026-03-09
vendredi dernier | 2026-03-06
il y a 3 jours | 2026-03-08
il y a deux semaines | 2026-02-25
la facture du 15 janvier | 2026-01-15
votre relance du 9 mars | 2026-03-09
"""
ENGLISH = """
three weeks more please | 2026-04-01
a week on Friday | 2026-03-20
Monday of the coming week | 2026-03-16
on the 15th | 2026-03-15
by the 20th | 2026-03-20
the payment run of the 20th | 2026-03-20
it will be the 22nd instead | 2026-03-22
give me till the 20th pls | 2026-03-20
15th April | 2026-04-15
the 15th of April | 2026-04-15
April 15 | 2026-04-15
April 15th, 2026 | 2026-04-15
Apr. 15, 2027 | 2027-04-15
15-Apr-26 | 2026-04-15
15 Apr 2026 | 2026-04-15
first of April | 2026-04-01
Friday | 2026-03-13
next Friday | 2026-03-13
this Friday | 2026-03-13
by Fri | 2026-03-13
will pay thurs | 2026-03-12
Friday next week | 2026-03-20
next week Friday | 2026-03-20
Monday week | 2026-03-23
Friday the 20th | 2026-03-20
Friday, 20 March | 2026-03-20
Friday March 20 | 2026-03-20
tomorrow | 2026-03-12
tmrw | 2026-03-12
the day after tomorrow | 2026-03-13
today | 2026-03-11
EOD | 2026-03-11
by close of business | 2026-03-11
EOW | 2026-03-13
by the end of the week | 2026-03-13
this week | 2026-03-13
next week | 2026-03-20
by end of next week | 2026-03-20
early next week | 2026-03-16
the week after next | 2026-03-27
week 12 | 2026-03-20
EOM | 2026-03-31
end of the month | 2026-03-31
end of month | 2026-03-31
month-end | 2026-03-31
by the end of March | 2026-03-31
end of next month | 2026-04-30
next month | 2026-04-30
on the 5th of next month | 2026-04-05
beginning of April | 2026-04-05
mid-April | 2026-04-15
in April | 2026-04-30
early May | 2026-05-05
late May | 2026-05-31
the last working day of the month | 2026-03-31
the last working day of May | 2026-05-29
within 10 days | 2026-03-21
in 10 days | 2026-03-21
in ten days | 2026-03-21
within the next 10 days | 2026-03-21
in a week | 2026-03-18
in a week's time | 2026-03-18
in a couple of weeks | 2026-03-25
two weeks from now | 2026-03-25
give us two more weeks | 2026-03-25
within a fortnight | 2026-03-25
within 5 working days | 2026-03-18
within 3 business days | 2026-03-16
up to 5 working days | 2026-03-18
within 48 hours | 2026-03-13
in a day or two | 2026-03-13
in 2 months | 2026-05-11
before Christmas | 2026-12-24
by year end | 2026-12-31
end of the quarter | 2026-03-31
end of Q2 | 2026-06-30
between 10 and 15 April | 2026-04-15
between the 10th and the 15th of April | 2026-04-15
from 10 to 15 April | 2026-04-15
10-15 April | 2026-04-15
we paid on 3 March | 2026-03-03
paid on Monday | 2026-03-09
it was sent on the 3rd | 2026-03-03
yesterday | 2026-03-10
paid y'day | 2026-03-10
3 days ago | 2026-03-08
last Friday | 2026-03-06
the invoice dated 15 January | 2026-01-15
"""
GERMAN = """
Donnerstag nächster Woche | 2026-03-19
Mittwoch der kommenden Woche | 2026-03-18
am fünften des nächsten Monats | 2026-04-05
5 Tage noch | 2026-03-16
am 15. | 2026-03-15
bis zum 15. | 2026-03-15
am 15. April | 2026-04-15
am 15.04. | 2026-04-15
bis 15.4.2026 | 2026-04-15
5. Mai | 2026-05-05
am Freitag | 2026-03-13
nächsten Freitag | 2026-03-13
kommenden Montag | 2026-03-16
nächste Woche | 2026-03-20
bis Ende der Woche | 2026-03-13
Ende nächster Woche | 2026-03-20
KW 12 | 2026-03-20
18. KW | 2026-05-01
Ende März | 2026-03-31
Mitte April | 2026-04-15
Anfang April | 2026-04-05
Ende des Monats | 2026-03-31
Monatsende | 2026-03-31
Ende nächsten Monats | 2026-04-30
im April | 2026-04-30
morgen überweisen wir | 2026-03-12
übermorgen | 2026-03-13
heute | 2026-03-11
in zwei Wochen | 2026-03-25
in 10 Tagen | 2026-03-21
innerhalb von 10 Tagen | 2026-03-21
in den nächsten 14 Tagen | 2026-03-25
binnen 5 Werktagen | 2026-03-18
vor Weihnachten | 2026-12-24
wir haben am 3. März überwiesen | 2026-03-03
gestern | 2026-03-10
vor 3 Tagen | 2026-03-08
"""
# what looks like a day and names none
TRAPS = """
10 jours de retard
We will pay you
we may pay
march on
please give us a second
the sun and the sat nav
mon avocat vous écrira
12/24 bouteilles
24/7
de 9-5
page 1/3
Tél 01 23 45 67 89
01.02.03.04.05
version 1.2.3
facture 2026-03-12-001
FA/2026/03/12
INV-2026-0312
1.250 euros
TVA 20 %
à 15h30
le 12 rue de la Paix
10 jours de retard
retard de 3 mois
the 3rd reminder
the 2nd floor
a third party
les 3 factures
3 cartons
Guten Morgen Frau Klein
le 30 %
du 5 % de remise
le 15 000
31/02/2026
le 45
"""


def cases(table):
    """Return ``(phrase, expected day)`` of a table."""
    return [
        (phrase.strip(), day.strip())
        for phrase, day in (line.split("|") for line in table.strip().splitlines())
    ]
