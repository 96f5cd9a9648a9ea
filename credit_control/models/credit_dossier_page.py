import io
import zipfile

from odoo import api, models
from odoo.tools import human_size
from odoo.tools.misc import format_date


class CreditDossier(models.Model):
    """What a guest sees of a dossier, and the link that shows it."""

    _inherit = "credit.dossier"

    # === ACTIONS === #
    def action_open_share(self):
        """Open the wizard that makes a link for somebody without a login."""
        self.ensure_one()
        self._check_rights(self.env._("share a dossier"))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.credit_dossier_share_action"
        )
        return {**action, "context": {"default_dossier_id": self.id}}

    # === LINKS === #
    @api.private
    def _share(self, email, days):
        """Return the address of a new link to the dossier, noted in its chatter.

        :param str email: for whom it is
        :param int days: how long it is good for
        """
        self._check_rights(self.env._("share a dossier"))
        url = self.env["credit.link"]._make(
            self, "dossier", days, email=email, lang=self._language()
        )
        self._message_log(
            body=self.env._(
                "A link was made for %(reader)s, good for %(days)s days.",
                reader=email or self.env._("somebody"),
                days=days,
            ),
            author_id=self.env.user.partner_id.id,
        )
        return url

    @api.private
    def _note_access(self, link, what):
        """Note in the chatter that the holder of a link did something."""
        self.sudo()._message_log(
            body=self.env._(
                "%(reader)s, by link: %(what)s",
                reader=link.email or self.env._("Somebody"),
                what=what,
            )
        )

    # === PAGE === #
    def _page_values(self, link):
        """Return the values of the page that a signed link opens.

        :param link: the ``credit.link``
        """
        self.ensure_one()
        company = self.company_id
        kinds = dict(self._fields["recipient_kind"]._description_selection(self.env))
        facts = [
            (self.env._("Creditor"), company.name),
            (self.env._("Debtor"), self.partner_id.name),
            (self.env._("Address"), self.partner_id._display_address(True)),
            (
                self.env._("Handed over to"),
                self.recipient_id
                and f"{self.recipient_id.name} ({kinds[self.recipient_kind]})",
            ),
            (self.env._("On"), self.date and format_date(self.env, self.date)),
            (self.env._("Our contact"), self._contact_words()),
            (self.env._("Note"), self.note),
        ]
        rows = [
            (
                claim.name,
                format_date(self.env, claim.due),
                currency.format(claim.principal),
                currency.format(claim.open + claim.interest),
            )
            for currency, claims in self._account().items()
            for claim in claims
        ]
        return {
            "link": link,
            "company": company,
            "lang": link.lang,
            "title": self.env._("Dossier %s", self.name),
            "facts": [(label, value) for label, value in facts if value],
            "rows": rows,
            "files": self._file_list(),
            "zip_path": link._path("zip"),
            "until": format_date(self.env, link.date_expiry.date()),
        }

    def _contact_words(self):
        user = self.user_id
        return ", ".join(filter(None, [user.name, user.phone, user.email]))

    def _file_list(self):
        """Return (name, size in words) of the files in the ZIP."""
        if not self.zip_id:
            return []
        with zipfile.ZipFile(io.BytesIO(self.zip_id.raw)) as archive:
            return [
                (item.filename, human_size(item.file_size))
                for item in archive.infolist()
            ]
