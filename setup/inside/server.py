"""Point a database at this machine: addresses, mail catcher, PDF engine."""

MAIL_DOMAIN = "credit-control.example"
PHONE_HOME = "Publisher: Update Notification"


def configure(env, url, smtp_port):
    """Set the address of the web client and send all mail to the local catcher.

    :param str url: where the web client is served
    :param int smtp_port: where the mail catcher listens
    """
    set_param = env["ir.config_parameter"].set_param
    set_param("web.base.url", url)
    set_param("web.base.url.freeze", "True")
    set_param("report.url", url)
    set_param("report.print_delay", "0")  # waits for scripts; our documents have none
    values = {
        "name": "Mail catcher of this machine",
        "smtp_host": "127.0.0.1",
        "smtp_port": smtp_port,
        "smtp_encryption": "none",
        "smtp_authentication": "login",
        "sequence": 1,
    }
    servers = env["ir.mail_server"].with_context(active_test=False).search([])
    ours = servers.filtered(lambda server: server.name == values["name"])
    (servers - ours).active = False  # no mail leaves this machine
    if ours:
        ours[0].write(values)
    else:
        env["ir.mail_server"].create(values)
    _set_mail_domain(env)


def _set_mail_domain(env):
    """Give every company an alias domain, so that answers have a way back."""
    domain = env["mail.alias.domain"].search([("name", "=", MAIL_DOMAIN)])
    if not domain:
        domain = env["mail.alias.domain"].create({"name": MAIL_DOMAIN})
    companies = env["res.company"].search([("alias_domain_id", "!=", domain.id)])
    companies.alias_domain_id = domain


def calm(env):
    """Switch off what talks to the outside or gets in the way of a newcomer."""
    env["res.users"].search([]).tour_enabled = False
    env["ir.cron"].search([("cron_name", "=", PHONE_HOME)]).active = False


def bundles(env):
    """Build the asset bundles now, so that the first page and the tests find them."""
    env["ir.qweb"]._pregenerate_assets_bundles()


def new_identity(env):
    """Give a cloned database keys of its own."""
    env["ir.config_parameter"].init(force=True)
