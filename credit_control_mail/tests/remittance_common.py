import base64
import csv
import io

from .act_common import ActCommon


class RemittanceCommon(ActCommon):
    """Advices as files, and who reads them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.credit = cls.make_credit(cls.petit, 50, -3)

    def file(self, rows, total=None):
        """Return an advice as CSV: rows of document, gross, discount, paid, words."""
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(["Date de paiement", "12/06/2026"])
        writer.writerow(["Réf. de virement", "VIR-778"])
        writer.writerow(["Votre facture", "Brut", "Escompte", "Net payé", "Motif"])
        for name, *values in rows:
            texts = [f"{one:.2f}".replace(".", ",") for one in values[:3]]
            writer.writerow([name, *texts, *values[3:]])
        if total is not None:
            writer.writerow(["Total", "", "", f"{total:.2f}".replace(".", ",")])
        return stream.getvalue().encode("cp1252")

    def wizard(self, user=None, file=None, **values):
        """Return the wizard that reads a file, as a user (the collector) has it."""
        wizards = self.env["credit.remittance.read"].with_user(user or self.collector)
        return wizards.create(
            {
                "profile_id": self.profile.id,
                "file": file or False,
                "file_name": "avis.csv" if file else False,
                **values,
            }
        )

    def read(self, rows, total=None, user=None):
        """Return the advice that is read from a file of these rows."""
        file = base64.b64encode(self.file(rows, total))
        action = self.wizard(user, file=file).action_read()
        found = self.env["credit.remittance"].browse(action["res_id"])
        return found.with_user(user or self.collector)
