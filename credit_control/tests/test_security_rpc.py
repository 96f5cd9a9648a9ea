from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import tagged

from .rpc_common import ROLES, RpcCommon

OPERATIONS = {"read": "r", "write": "w", "create": "c", "unlink": "d"}
# rules of one's own instead of a portfolio: who made or asked it
NOT_BY_PORTFOLIO = {"credit.profile.refresh"}


@tagged("post_install", "-at_install", "credit_control")
class TestMethods(RpcCommon):
    """Every public method of every model, as each role."""

    def expected(self, model):
        """Return ``{method: roles that may call it}`` of the table."""
        return {
            name: set(roles)
            for roles, names in self.methods.get(model, {}).items()
            for name in names.split()
        }

    def test_every_method_is_in_the_table(self):
        for model, methods in self.public_methods().items():
            missing = set(methods) - self.expected(model).keys()
            with self.subTest(model=model):
                self.assertFalse(
                    missing,
                    f"{model}: {sorted(missing)} can be called from outside. Say in "
                    "tests/rpc_table.py who may, or make it @api.private.",
                )

    def test_the_table_names_nothing_that_is_gone(self):
        found = self.public_methods()
        for model in self.methods:
            with self.subTest(model=model):
                gone = self.expected(model).keys() - found.get(model, {}).keys()
                self.assertFalse(gone, "Remove what is gone from tests/rpc_table.py.")

    def test_each_role_may_call_what_the_table_says(self):
        for model, methods in self.public_methods().items():
            record = self.samples.get(model)
            self.assertTrue(
                record, f"{model}: create a sample of it in tests/rpc_common.py."
            )
            expected = self.expected(model)
            for name in sorted(methods):
                for role in ROLES:
                    with self.subTest(method=f"{model}.{name}", role=role):
                        refused = self.is_refused(role, record, name)
                        self.assertEqual(not refused, role in expected[name])

    def test_no_method_reaches_another_s_portfolio(self):
        for model, methods in self.public_methods().items():
            for records in (self.others, self.foreign):
                record = records.get(model)
                names = set(methods) - self.of_no_customer if record else ()
                for name in sorted(names):
                    if model.startswith("account.") and self.is_ledger(name):
                        continue
                    with self.subTest(method=f"{model}.{name}", of=record.display_name):
                        self.assertTrue(self.is_refused("collector", record, name))

    @staticmethod
    def is_ledger(name):
        """Whoever collects reads every invoice of his companies."""
        return name in ("action_credit_pdf", "action_credit_open") or name.startswith(
            "action_credit_preview"
        )


@tagged("post_install", "-at_install", "credit_control")
class TestRights(RpcCommon):
    """What each role may do with each model, and with whose records."""

    def of(self, role, model):
        return model.with_env(self.env(user=getattr(self, role), su=False))

    def rights(self, text):
        """Return ``{role: letters}``; higher collectors have a collector's at least."""
        rights = dict(part.split(":") for part in text.split())
        rights.setdefault("collector_all", rights.get("collector", ""))
        rights.setdefault("manager", rights.get("collector_all", ""))
        return rights

    def test_every_model_is_in_the_table(self):
        found = {model._name for model in self.own_models()}
        missing = found ^ self.rights_table.keys()
        self.assertFalse(
            missing, "Say in tests/rpc_table.py what each role may do with these."
        )

    def test_each_role_may_do_what_the_table_says(self):
        for model in self.own_models():
            rights = self.rights(self.rights_table.get(model._name, ""))
            for role in ROLES:
                found = "".join(
                    letter
                    for operation, letter in OPERATIONS.items()
                    if self.of(role, model).has_access(operation)
                )
                with self.subTest(model=model._name, role=role):
                    self.assertEqual(found, rights.get(role, ""))

    def test_wizards_are_for_who_has_a_role(self):
        for model in self.env.values():
            if model._original_module != self.addon or not model._transient:
                continue
            for role in ("accountant", "plain_user"):
                with self.subTest(model=model._name, role=role):
                    self.assertFalse(self.of(role, model).has_access("create"))

    # === PORTFOLIOS, BY INTROSPECTION === #
    def owned_models(self):
        """Return the models whose records belong to a customer, for collectors."""
        return [
            model
            for model in self.own_models()
            if "profile_id" in model._fields
            and model._name not in NOT_BY_PORTFOLIO
            and self.of("collector", model).has_access("read")
        ]

    def test_every_model_of_a_customer_has_a_rule_by_portfolio(self):
        group = self.env.ref("credit_control.group_collector")
        for model in self.owned_models():
            rules = self.env["ir.rule"].search([("model_id.model", "=", model._name)])
            own = rules.filtered(lambda rule: group in rule.groups)
            with self.subTest(model=model._name):
                self.assertTrue(
                    [
                        rule
                        for rule in own
                        if "in_portfolio" in rule.domain_force
                        or "user_id" in rule.domain_force
                    ],
                    "Give collectors a rule [('profile_id.in_portfolio', '=', True)], "
                    "so that absences and teams count.",
                )
                old = own.filtered(
                    lambda rule: "profile_id.user_id" in rule.domain_force
                )
                self.assertFalse(old, "Use profile_id.in_portfolio instead.")

    def test_no_way_of_reading_shows_another_s_portfolio(self):
        self.collector.group_ids += self.env.ref("base.group_allow_export")
        for model in self.owned_models():
            for profile in (self.others, self.foreign):
                owner = Domain("profile_id", "=", profile["credit.profile"].id)
                hidden = model.sudo().with_context(active_test=False).search(owner)
                records = self.of("collector", model)
                with self.subTest(model=model._name, count=len(hidden)):
                    self.assertFalse(records.search(owner))
                    self.assertFalse(records.search_count(owner))
                    self.assertFalse(records._read_group(owner, ["profile_id"]))
                    rows = records.formatted_read_group(owner, [], ["__count"])
                    self.assertEqual([row["__count"] for row in rows], [0])
                    self.assertFalse(records.name_search("", list(owner)))
                    found = records.web_search_read(list(owner), {"display_name": {}})
                    self.assertEqual(found["length"], 0)
                    if hidden:
                        one = hidden[:1].with_env(records.env)
                        with self.assertRaises(UserError):  # no access, or missing
                            one.export_data([".id", "display_name"])

    def test_the_portfolio_itself_is_read(self):
        for model in self.owned_models():
            sample = self.samples.get(model._name)
            if sample:
                with self.subTest(model=model._name):
                    self.assertTrue(self.can(self.collector, sample, "read"))
                    self.assertTrue(self.can(self.auditor, sample, "read"))

    # === WHAT HANGS ON A CUSTOMER === #
    def test_attachments_and_messages_follow_the_record(self):
        for records, allowed in ((self.mine, True), (self.others, False)):
            for name in ("credit.profile", "credit.dispute", "dunning.notice"):
                record = records[name].sudo()
                attachment = self.env["ir.attachment"].sudo().create(
                    {"name": "a", "raw": b"a", "res_model": name, "res_id": record.id}
                )
                message = record.message_post(body="Words")
                with self.subTest(model=name, allowed=allowed):
                    for part in (attachment, message):
                        can = self.can(self.collector, part, "read")
                        self.assertEqual(can, allowed)
                        self.assertTrue(self.can(self.manager, part, "read"))
                        self.assertFalse(self.can(self.plain_user, part, "read"))
                    found = self.env["mail.message"].with_user(self.collector).search(
                        [("model", "=", name), ("res_id", "=", record.id)]
                    )
                    self.assertEqual(bool(found), allowed)

    def test_activities_follow_the_record(self):
        for records, allowed in ((self.mine, True), (self.others, False)):
            profile = records["credit.profile"]
            activity = profile.activity_schedule(
                "mail.mail_activity_data_todo", self.today, user_id=self.manager.id
            )
            self.assertEqual(self.can(self.collector, activity, "read"), allowed)
