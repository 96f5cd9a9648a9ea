"""What each role may call, found by looking at the code rather than by a list.

Every public method that this add-on gives to a model can be called from outside, by
anybody who has a login. They are found here by introspection, so that a new one cannot
be forgotten: without an entry in :mod:`rpc_table` the tests fail with a sentence.
"""

import inspect

from odoo.exceptions import AccessError

from . import rpc_table
from .security_common import SecurityCommon

ROLES = (
    "collector",
    "collector_all",
    "manager",
    "auditor",
    "sales_reader",
    "accountant",
    "plain_user",
)
# the ORM's own methods, whose rights are those of the table of rights
ORM = {
    "copy_data",
    "create",
    "default_get",
    "get_views",
    "message_post",
    "message_process",
    "message_route",
    "message_update",
    "send_email",
    "unlink",
    "write",
}


class RpcCommon(SecurityCommon):
    """Extended by the add-ons that bring models of their own.

    :cvar str addon: whose models and methods are looked at
    :cvar dict methods: as of :data:`rpc_table.METHODS`
    :cvar dict rights_table: as of :data:`rpc_table.RIGHTS`
    :cvar set of_no_customer: methods that take no record, by ``@api.model``
    """

    addon = "credit_control"
    methods = rpc_table.METHODS
    rights_table = rpc_table.RIGHTS
    of_no_customer = frozenset({"open_profile", "open_entry", "today_summary"})

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # who has another role sees "mine" too: the portfolio is tested apart
        cls.samples = {**cls.mine, **cls.make_samples()}

    @classmethod
    def make_samples(cls):
        """Create one record of the models that belong to no customer."""
        env = cls.env(su=True)
        profile = cls.mine["credit.profile"]
        team = env["credit.team"].create({"name": "Team"})
        people = {"user_id": cls.collector.id, "deputy_id": cls.collector_all.id}
        days = {"date_from": cls.days(3), "date_to": cls.days(4)}
        collector = cls.env(user=cls.collector)
        action = collector["credit.mass.action"]._apply(
            "hold",
            profile.with_env(collector),
            {"hold_until": cls.days(1), "hold_reason": "Sample"},
        )
        samples = {
            "credit.team": team,
            "credit.absence": env["credit.absence"].create({**people, **days}),
            "credit.portfolio.rule": env["credit.portfolio.rule"].create(
                {"name": "Rule", "team_id": team.id, "assign_domain": "[('id','=',0)]"}
            ),
            "credit.mass.action": action,
            "credit.role": env["credit.role"].search([], limit=1),
            "credit.automation.preset": env["credit.automation.preset"].search(
                [], limit=1
            ),
            "dunning.policy": cls.policy,
            "dunning.level": cls.level,
            "dunning.run": env["dunning.run"].create({"date": cls.today}),
            "dunning.postal.batch": env["dunning.postal.batch"].create(
                {
                    "name": "Sample",
                    "company_id": profile.company_id.id,
                    "user_id": cls.collector.id,
                }
            ),
            "res.partner": profile.partner_id,
        }
        simulation = env["dunning.simulation"].create({})
        row = {"simulation_id": simulation.id, "policy_id": cls.policy.id}
        samples |= {
            "dunning.simulation": simulation,
            "dunning.simulation.rule": env["dunning.simulation.rule"].create(row),
            "dunning.simulation.customer": env["dunning.simulation.customer"].create(
                {"simulation_id": simulation.id, "profile_id": profile.id}
            ),
        }
        env.flush_all()
        for model in cls.own_models():
            if model._name not in samples and "profile_id" in model._fields:
                found = model.sudo().search(
                    [("profile_id", "=", profile.id)], limit=1, order="id"
                )
                samples[model._name] = found
        samples["credit.aged.balance"] = collector["credit.aged.balance"].create({})
        samples["credit.dossier"] = env["credit.dossier"].create(
            {"profile_id": profile.id}
        )
        purpose = env["credit.link"]._fields["purpose"].get_values(env)[0]
        samples["credit.link"] = env["credit.link"].browse(
            collector["credit.link"]._issue(profile.with_env(collector), purpose, 3).id
        )
        samples["credit.portfolio"] = env["credit.portfolio"].search(
            [("user_id", "=", cls.collector.id)], limit=1
        )
        return samples

    @classmethod
    def own_models(cls):
        """Return the models of this add-on that hold records of their own."""
        return [
            model
            for model in cls.env.values()
            if model._original_module == cls.addon
            and not model._abstract
            and not model._transient
        ]

    @classmethod
    def public_methods(cls):
        """Return ``{model: {method: function}}`` that can be called from outside.

        Those of wizards are left out: whoever may not create one has none to call.
        """
        found = {}
        for model in cls.env.values():
            if model._abstract or model._transient:
                continue
            for base in type(model).mro():
                if not base.__module__.startswith(f"odoo.addons.{cls.addon}."):
                    continue
                for name, attribute in vars(base).items():
                    method = getattr(type(model), name, None)
                    if (
                        inspect.isfunction(attribute)
                        and not name.startswith("_")
                        and name not in ORM
                        and not getattr(method, "_api_private", False)
                    ):
                        found.setdefault(model._name, {})[name] = method
        return found

    def arguments(self, method):
        """Return what the method is called with: a value by name of parameter."""
        values = self.values()
        parameters = list(inspect.signature(method).parameters.values())[1:]
        names = [
            one.name
            for one in parameters
            if one.default is one.empty or one.name in ("reason", "until")
        ]
        names = [name for name in names if name not in ("args", "kwargs")]
        missing = set(names) - values.keys()
        self.assertFalse(
            missing,
            f"{method.__qualname__}: say in tests/rpc_common.py what {missing} is "
            "called with.",
        )
        return {name: values[name] for name in names}

    def values(self):
        """Return what methods are called with, by name of parameter."""
        return {
            "body": "Body",
            "buckets": (30, 60),
            "by": "customer",
            "column": "due",
            "company": self.env.company,
            "currency_id": self.env.company.currency_id.id,
            "date": None,
            "entry_id": 1,
            "key": "0",
            "kind": "notice",
            "level": self.level.id,
            "origin": "other",
            "policy": self.policy.id,
            "profile_id": self.mine["credit.profile"].id,
            "reason": "Try",
            "sent": True,
            "states": ["sent"],
            "tab": "todo",
            "until": self.days(3),
        }

    def is_refused(self, role, record, name):
        """Return whether the role gets an error of rights; nothing stays done."""
        user = getattr(self, role)
        record = record.with_env(self.env(user=user, su=False))
        arguments = self.arguments(getattr(type(record), name))
        savepoint = self.env.cr.savepoint()
        try:
            getattr(record, name)(**arguments)
            self.env.flush_all()
        except AccessError:
            return True
        except Exception:  # noqa: BLE001 - past the check of rights, stopped by something else
            return False
        finally:
            savepoint.rollback()
            savepoint.close()
            self.env.invalidate_all(flush=False)
            self.env.clear()
        return False
