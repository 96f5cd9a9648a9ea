import ast

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install", "credit_control")
class TestSuiteContract(TransactionCase):
    """What every model of the add-on keeps to; other add-ons extend it by theirs."""

    addon = "credit_control"
    main_models = frozenset({"credit.profile", "dunning.notice"})

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = [
            model
            for model in cls.env.values()
            if model._original_module == cls.addon
        ]
        cls.stored = [
            model
            for model in cls.models
            if not (model._abstract or model._transient) and model._auto
        ]

    def rights(self, model):
        domain = [("model_id.model", "=", model._name)]
        return self.env["ir.model.access"].search(domain)

    def test_the_models_are_found(self):
        names = {model._name for model in self.stored}
        self.assertLessEqual(self.main_models, names)

    def test_every_model_has_rights_with_a_group(self):
        for model in self.models:
            if model._abstract:
                continue
            with self.subTest(model=model._name):
                self.assertTrue(self.rights(model))
                self.assertFalse(self.rights(model).filtered(lambda r: not r.group_id))

    def test_every_model_with_a_company_has_a_company_rule(self):
        for model in self.stored:
            if "company_id" not in model._fields:
                continue
            rules = self.env["ir.rule"].search(
                [("model_id.model", "=", model._name), ("groups", "=", False)]
            )
            with self.subTest(model=model._name):
                self.assertTrue(
                    [rule for rule in rules if "company_ids" in rule.domain_force]
                )

    def test_every_order_is_total(self):
        for model in self.stored:
            with self.subTest(model=model._name):
                last = model._order.split(",")[-1].split()[0]
                self.assertEqual(last, "id")

    def test_every_amount_has_a_currency(self):
        for model in self.models:
            for field in model._fields.values():
                if field.type != "monetary":
                    continue
                with self.subTest(field=str(field)):
                    self.assertIn(field.get_currency_field(model), model._fields)

    def test_every_one2many_has_an_index(self):
        for model in self.stored:
            for field in model._fields.values():
                if field.type != "one2many" or field.compute or field.inherited:
                    continue
                if field.comodel_name not in {other._name for other in self.stored}:
                    continue
                inverse = self.env[field.comodel_name]._fields[field.inverse_name]
                with self.subTest(field=str(field)):
                    self.assertTrue(inverse.index)

    def test_every_report_names_its_file_by_what_the_web_client_knows(self):
        reports = self.env["ir.actions.report"].search(
            [("report_name", "=like", f"{self.addon}.%")]
        )
        self.assertTrue(reports)
        for report in reports.filtered("print_report_name"):
            tree = ast.parse(report.print_report_name, mode="eval")
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            with self.subTest(report=report.report_name):
                self.assertLessEqual(names, {"object", "time"})

    def test_every_model_says_what_it_is(self):
        for model in self.models:
            with self.subTest(model=model._name):
                self.assertTrue(model._description)
                self.assertNotEqual(model._description, model._name)

    def test_every_menu_opens_something_with_an_empty_screen_text(self):
        menus = self.env["ir.model.data"].search(
            [("module", "=", self.addon), ("model", "=", "ir.ui.menu")]
        )
        for menu in self.env["ir.ui.menu"].browse(menus.mapped("res_id")):
            action = menu.action
            if not action or action._name != "ir.actions.act_window":
                continue
            if action.target == "new" or action.res_model == "res.config.settings":
                continue
            with self.subTest(menu=menu.complete_name):
                self.assertTrue(action.help)
