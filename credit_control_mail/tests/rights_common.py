"""A message of each portfolio with all that hangs on it, for the tests of rights."""

from odoo.addons.credit_control.tests.rpc_common import RpcCommon

from . import rights_table


class RightsCommon(RpcCommon):
    addon = "credit_control_mail"
    methods = rights_table.METHODS
    rights_table = rights_table.RIGHTS
    of_no_customer = frozenset(
        {
            "inbox_list",
            "inbox_open",
            "inbox_setup",
            "open_entry",
        }
    )

    @classmethod
    def make_records(cls, name, user, company_data=None):
        """Add a message with its proposal, its candidate and an advice."""
        records = super().make_records(name, user, company_data)
        env = cls.env(su=True)
        profile = records["credit.profile"]
        move = records["account.move"]
        message = env["credit.message"].create(
            {
                "company_id": profile.company_id.id,
                "profile_id": profile.id,
                "subject": f"Words of {name}",
                "body_text": "We pay on Friday.",
                "reply_text": "We pay on Friday.",
                "email_from": f"{profile.id}@customer.example",
                "email_normalized": f"{profile.id}@customer.example",
                "is_parsed": True,
                "is_pending": False,
            }
        )
        owner = {"message_id": message.id, "profile_id": profile.id}
        advice = {
            "profile_id": profile.id,
            "message_id": message.id,
            "currency_id": move.currency_id.id,
            "line_ids": [(0, 0, {"reference": move.name, "paid": 10})],
        }
        remittance = env["credit.remittance"].create(advice)
        return {
            **records,
            "credit.message": message,
            "credit.message.candidate": env["credit.message.candidate"].create(owner),
            "credit.message.intent": env["credit.message.intent"].create(
                {
                    "message_id": message.id,
                    "intent": "delay",
                    "source": "model",
                    "state": "rejected",
                    "decided_by_id": cls.manager.id,
                }
            ),
            "credit.message.sender": env["credit.message.sender"].create(
                {
                    "email": f"known{profile.id}@customer.example",
                    "company_id": profile.company_id.id,
                    "profile_id": profile.id,
                }
            ),
            "credit.remittance": remittance,
            "credit.remittance.line": remittance.line_ids,
        }

    @classmethod
    def make_samples(cls):
        """Add one record of the models that belong to no customer."""
        env = cls.env(su=True)
        own = {
            "credit.message.automation": env["credit.message.automation"].create(
                {"intent": "promise", "accept_from": 0.9}
            ),
            "credit.event": env["credit.event"].create(
                {
                    "profile_id": cls.mine["credit.profile"].id,
                    "kind": "reply",
                    "name": "Wrote",
                    "currency_id": cls.env.company.currency_id.id,
                }
            ),
            "credit.message.learning": env["credit.message.learning"].create(
                {
                    "company_id": cls.env.company.id,
                    "outcome": "better",
                    "is_used": True,
                }
            ),
            "credit.message.phrase": env["credit.message.phrase"].create(
                {"phrase": "part chez notre comptable", "intent": "promise"}
            ),
            "fetchmail.server": env["fetchmail.server"].create({"name": "Box"}),
            "res.company": cls.env.company,
        }
        return {**super().make_samples(), **own}

    def values(self):
        """Add what the methods of the inbox are called with."""
        return {
            **super().values(),
            "code": "delay",
            "message_id": self.mine["credit.message"].id,
            "user_id": self.collector.id,
            "profile_id": self.mine["credit.profile"].id,
        }
