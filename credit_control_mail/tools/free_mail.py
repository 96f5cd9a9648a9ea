"""Domains that say nothing of whose an address is, and the parents of a domain."""

# worldwide, then by country: mail for everybody, and of Internet providers
_FREE_MAIL = """
    gmail.com googlemail.com outlook.com hotmail.com live.com msn.com passport.com
    yahoo.com ymail.com rocketmail.com myyahoo.com icloud.com me.com mac.com aol.com
    aim.com love.com games.com wow.com netscape.net proton.me protonmail.com
    protonmail.ch pm.me tutanota.com tutanota.de tutamail.com tuta.com tuta.io
    keemail.me zoho.com zohomail.com zohomail.eu mail.com email.com usa.com
    europe.com post.com consultant.com engineer.com accountant.com myself.com
    dr.com writeme.com iname.com inbox.com fastmail.com fastmail.fm hushmail.com
    hush.com mailbox.org posteo.de posteo.net runbox.com startmail.com
    disroot.org riseup.net duck.com hey.com gmx.com gmx.net yandex.com yandex.ru
    mail.ru inbox.ru list.ru bk.ru rambler.ru ya.ru yandex.ua ukr.net i.ua meta.ua
    mailinator.com yopmail.com guerrillamail.com

    outlook.fr hotmail.fr live.fr yahoo.fr gmx.fr orange.fr wanadoo.fr free.fr
    aliceadsl.fr libertysurf.fr online.fr worldonline.fr freesbee.fr sfr.fr
    neuf.fr club-internet.fr cegetel.net 9online.fr 9business.fr noos.fr
    numericable.fr numericable.com bbox.fr laposte.net voila.fr caramail.com
    caramail.fr tele2.fr nordnet.fr cario.fr aol.fr icloud.fr mailo.com
    netcourrier.com mailo.fr infonie.fr dbmail.com estvideo.fr evc.net
    modulonet.fr wibox.fr ozone.net mediaserv.net orange.re

    outlook.be hotmail.be live.be yahoo.be skynet.be proximus.be telenet.be
    belgacom.net voo.be scarlet.be brutele.be pandora.be base.be swing.be
    edpnet.be

    bluewin.ch hispeed.ch sunrise.ch swissonline.ch gmx.ch hotmail.ch yahoo.ch
    netplus.ch vtxnet.ch citycable.ch romandie.com

    pt.lu vo.lu internet.lu tango.lu

    outlook.de hotmail.de live.de yahoo.de web.de gmx.de t-online.de freenet.de
    arcor.de vodafone.de vodafonemail.de kabelmail.de aol.de online.de
    onlinehome.de unitybox.de ewetel.net ewe.net netcologne.de email.de mail.de
    alice-dsl.net alice.de o2online.de osnanet.de versanet.de kabelbw.de
    magenta.de telekom.de o2mail.de

    gmx.at aon.at chello.at a1.net hotmail.at yahoo.at drei.at inode.at utanet.at
    liwest.at kabsi.at

    outlook.com.br hotmail.com.br yahoo.com.br uol.com.br bol.com.br terra.com.br
    ig.com.br globo.com globomail.com r7.com oi.com.br

    hotmail.co.uk live.co.uk yahoo.co.uk aol.co.uk btinternet.com btopenworld.com
    btconnect.com bt.com sky.com talktalk.net tiscali.co.uk virginmedia.com
    virgin.net ntlworld.com blueyonder.co.uk o2.co.uk orange.net plus.com
    plusnet.com zen.co.uk freeserve.co.uk fsnet.co.uk supanet.com
    lineone.net tesco.net uwclub.net freeuk.com gmx.co.uk

    yahoo.ie hotmail.ie eircom.net iol.ie indigo.ie

    outlook.es hotmail.es yahoo.es live.es telefonica.net movistar.es terra.es
    orange.es ono.com vodafone.es jazztel.es jazzfree.com ya.com euskalnet.net
    gmx.es

    outlook.it hotmail.it live.it yahoo.it libero.it virgilio.it alice.it tin.it
    tim.it tiscali.it fastwebnet.it inwind.it iol.it poste.it vodafone.it
    email.it aruba.it pec.it legalmail.it arubapec.it

    outlook.pt hotmail.pt live.com.pt sapo.pt iol.pt clix.pt mail.telepac.pt
    netcabo.pt vodafone.pt meo.pt

    outlook.nl hotmail.nl live.nl yahoo.nl ziggo.nl kpnmail.nl kpnplanet.nl
    planet.nl xs4all.nl hetnet.nl home.nl upcmail.nl casema.nl chello.nl
    tele2.nl online.nl solcon.nl zonnet.nl quicknet.nl caiway.nl

    hotmail.dk live.dk yahoo.dk mail.dk stofanet.dk youmail.dk ofir.dk
    outlook.dk tdcadsl.dk jubii.dk
    hotmail.se live.se yahoo.se telia.com bredband.net comhem.se spray.se
    tele2.se home.se
    hotmail.no live.no online.no getmail.no broadpark.no yahoo.no
    luukku.com kolumbus.fi elisanet.fi saunalahti.fi suomi24.fi hotmail.fi
    pp.inet.fi

    wp.pl onet.pl o2.pl interia.pl op.pl vp.pl poczta.onet.pl gazeta.pl tlen.pl
    poczta.fm
    seznam.cz centrum.cz email.cz volny.cz post.cz atlas.cz
    azet.sk zoznam.sk centrum.sk post.sk
    freemail.hu citromail.hu t-online.hu indamail.hu
    abv.bg mail.bg dir.bg yahoo.ro
    otenet.gr yahoo.gr hotmail.gr forthnet.gr in.gr
    siol.net net.hr inet.hr eunet.rs
    hot.ee mail.ee inbox.lv inbox.lt

    yahoo.ca hotmail.ca live.ca outlook.ca videotron.ca videotron.qc.ca bell.net
    sympatico.ca rogers.com shaw.ca telus.net cogeco.ca cogeco.net eastlink.ca
    sasktel.net
    comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net
    charter.net spectrum.net earthlink.net juno.com netzero.net optonline.net
    frontier.com frontiernet.net centurylink.net windstream.net mindspring.com
    roadrunner.com rr.com ameritech.net pacbell.net swbell.net prodigy.net
    embarqmail.com q.com suddenlink.net
    yahoo.com.mx hotmail.com.mx prodigy.net.mx yahoo.com.ar hotmail.com.ar
    live.com.mx live.com.ar fibertel.com.ar speedy.com.ar arnet.com.ar
    yahoo.cl yahoo.com.co une.net.co
"""
FREE_MAIL = frozenset(_FREE_MAIL.split())

# second labels under which anybody registers: "acme.co.uk" is a company, "co.uk" none
_SHARED_SECOND = (
    "ac asso biz co com edu firm gob gouv gov gv ind info ltd me net nhs nom ong or "
    "org plc prd tm"
)
SHARED_SECOND = frozenset(_SHARED_SECOND.split())


def domain_of(address):
    """Return the domain of an address in small letters; empty when it has none."""
    return (address or "").rpartition("@")[2].strip().strip(".").lower()


def is_free_mail(domain):
    """Return whether anybody may have an address of this domain."""
    return any(name in FREE_MAIL for name in parent_domains(domain))


def parent_domains(domain):
    """Return the domain and those above it that one party alone can hold.

    :rtype: list[str]

    >>> parent_domains("mail.compta.acme.co.uk")
    ['mail.compta.acme.co.uk', 'compta.acme.co.uk', 'acme.co.uk']
    >>> parent_domains("acme.fr")
    ['acme.fr']
    """
    labels = domain.split(".")
    least = 2
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SHARED_SECOND:
        least = 3
    return [".".join(labels[start:]) for start in range(len(labels) - least + 1)]
