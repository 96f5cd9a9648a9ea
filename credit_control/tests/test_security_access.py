import json

from lxml import etree

from odoo import http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .rpc_common import ROLES, RpcCommon


@tagged("post_install", "-at_install", "credit_control")
class TestMenusOfRoles(RpcCommon):
    """Every screen that a role's menu offers loads, reads and groups."""

    def actions_of(self, user):
        menus = self.env["ir.ui.menu"].with_user(user)
        root = self.env.ref("credit_control.credit_control_menu_root")
        visible = set(menus._visible_menu_ids())
        found = self.env["ir.ui.menu"].sudo().search([("id", "child_of", root.id)])

        def ids(menu):
            """Return the menu and those above: all must show for it to show."""
            return {int(part) for part in menu.parent_path.split("/") if part}

        return {
            menu: menu.action
            for menu in found
            if menu.action and visible.issuperset(ids(menu))
        }

    def fields_of(self, arch):
        nodes = etree.fromstring(arch).xpath("//field[not(ancestor::field)]")
        return {node.get("name"): {} for node in nodes}

    def open_screen(self, user, action):
        """Load the views of an action and read what they show."""
        names = {"uid": user.id, "context_today": lambda: self.today}
        context = safe_eval(action.context or "{}", names)
        model = self.env[action.res_model].with_user(user).with_context(**context)
        domain = safe_eval(action.domain or "[]", {"uid": user.id})
        kinds = action.view_mode.split(",")
        views = model.get_views([(False, kind) for kind in kinds])["views"]
        ids = []
        if "list" in views:
            names = self.fields_of(views["list"]["arch"])
            rows = model.web_search_read(domain, names, limit=80)["records"]
            ids = [row["id"] for row in rows]
        if "form" in views and ids:
            names = self.fields_of(views["form"]["arch"])
            self.assertTrue(model.browse(ids[:1]).web_read(names))
        return kinds

    def test_every_screen_of_every_role(self):
        for role in ROLES[:5]:
            user = getattr(self, role)
            actions = self.actions_of(user)
            self.assertTrue(actions)
            for menu, action in actions.items():
                if action._name != "ir.actions.act_window" or action.target == "new":
                    continue
                with self.subTest(role=role, menu=menu.complete_name):
                    self.assertTrue(self.open_screen(user, action))

    def test_who_has_no_role_has_no_menu(self):
        for role in ("accountant", "plain_user"):
            self.assertFalse(self.actions_of(getattr(self, role)))

    def test_bound_actions_are_for_who_may_apply_them(self):
        bound = self.env["ir.actions.act_window"].search(
            [("binding_model_id", "!=", False)]
        )
        for action in bound:
            name = action.get_external_id()[action.id]
            if not name.startswith("credit_control."):
                continue
            for role in ("accountant", "plain_user", "auditor", "sales_reader"):
                user = getattr(self, role)
                shown = not action.group_ids or action.group_ids & user.all_group_ids
                model = self.env[action.res_model].with_user(user)
                with self.subTest(action=name, role=role):
                    if shown:
                        self.assertTrue(model.has_access("create"))


@tagged("post_install", "-at_install", "credit_control")
class TestRoutes(RpcCommon, HttpCase):
    """Reports and exports over HTTP, as each role."""

    def log_in(self, role):
        user = getattr(self, role)
        user.password = user.login
        self.authenticate(user.login, user.login)

    @mute_logger("odoo.http")
    def test_reports(self):
        for role, mine, others in (
            ("collector", True, False),
            ("manager", True, True),
            ("auditor", True, True),
            ("sales_reader", True, False),
            ("accountant", False, False),
            ("plain_user", False, False),
        ):
            self.log_in(role)
            for records, allowed in ((self.mine, mine), (self.others, others)):
                profile = records["credit.profile"]
                url = f"/report/pdf/credit_control.statement_document/{profile.id}"
                with self.subTest(role=role, report="statement", allowed=allowed):
                    status = self.url_open(url).status_code
                    self.assertEqual(status == 200, allowed)
                notice = records["dunning.notice"]
                url = f"/report/pdf/credit_control.letter_document/{notice.id}"
                may = allowed and role != "sales_reader"
                with self.subTest(role=role, report="letter", allowed=may):
                    status = self.url_open(url).status_code
                    self.assertEqual(status == 200, may)

    def export(self, model, domain, names):
        data = {
            "model": model,
            "fields": [{"name": name, "label": name, "type": "char"} for name in names],
            "ids": False,
            "domain": domain,
            "groupby": [],
            "import_compat": False,
            "context": {},
        }
        return self.url_open(
            "/web/export/csv",
            data={
                "data": json.dumps(data),
                "csrf_token": http.Request.csrf_token(self),
            },
        )

    def test_exports_hold_the_portfolio_alone(self):
        export = self.env.ref("base.group_allow_export")
        for role, names in (
            ("collector", {"Mine", "Nobody's"}),
            ("manager", {"Mine", "Nobody's", "Other's"}),
            ("auditor", {"Mine", "Nobody's", "Other's"}),
            ("sales_reader", {"Mine"}),
        ):
            getattr(self, role).group_ids += export
            self.log_in(role)
            text = self.export("credit.profile", [], ["partner_id/name"]).text
            with self.subTest(role=role):
                found = {
                    name
                    for name in ("Mine", "Nobody's", "Other's", "Foreign")
                    if name in text
                }
                self.assertEqual(found, names)

    @mute_logger("odoo.addons.web.controllers.export")
    def test_without_the_right_to_export_nothing_is(self):
        self.collector.group_ids -= self.env.ref("base.group_allow_export")
        self.log_in("collector")
        response = self.export("credit.profile", [], ["partner_id/name"])
        self.assertNotIn("Mine", response.text)
