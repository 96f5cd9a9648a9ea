import io
import zipfile

from .common import CreditControlCommon


class LegalCommon(CreditControlCommon):
    """Customers with old claims, users of each role, a lawyer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.customer = cls.make_customer("Old Debtor")
        cls.profile = cls.make_profile(cls.customer, user_id=cls.collector.id)
        cls.lawyer = cls.env["res.partner"].create({"name": "Maître Loi"})
        cls.env.company.credit_accountant_id = cls.accountant

    @classmethod
    def hand_over(cls, moves, user=None, **values):
        """Return a dossier of these invoices, handed over."""
        profile = cls.make_profile(moves[:1].partner_id.commercial_partner_id)
        dossiers = cls.env["credit.dossier"].with_user(user or cls.collector)
        dossier = dossiers.create(
            {
                "profile_id": profile.id,
                "recipient_id": cls.lawyer.id,
                "move_line_ids": [(6, 0, cls.receivables(moves).ids)],
                **values,
            }
        )
        dossier.action_hand_over()
        return dossier

    def decide(self, kind, profiles=None, user=None, **values):
        """Take a decision by the wizard, as a collector."""
        profiles = profiles or self.profile
        wizard = (
            self.env["credit.decide"]
            .with_user(user or self.collector)
            .create(
                {
                    "profile_ids": [(6, 0, profiles.ids)],
                    "kind": kind,
                    "reason": "Because",
                    **values,
                }
            )
        )
        return wizard.action_apply()

    def activities(self, record):
        return self.env["mail.activity"].search(
            [("res_model", "=", record._name), ("res_id", "in", record.ids)]
        )

    def unpack(self, dossier):
        """Return ``{path: bytes}`` of the documents, after checking the archive."""
        archive = zipfile.ZipFile(io.BytesIO(dossier.zip_id.raw))
        self.assertIsNone(archive.testzip())
        return {name: archive.read(name) for name in archive.namelist()}
