from itertools import takewhile

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.models import MAGIC_COLUMNS
from odoo.tools import SQL, html2plaintext

from .screen_days import format_day

# what a policy is, rather than what it says: a draft has its own
OWN = {
    "dunning.policy": {
        "active",
        "assign_domain",
        "company_id",
        "draft_of_id",
        "is_former",
        "name",
        "sequence",
    },
    "dunning.level": {"company_id", "draft_of_id", "policy_id"},
}
# so much of a text is shown beside its draft
SHOWN = 120


def drafted(model):
    """Return the names of the fields that a draft carries: stored, and copied."""
    return [
        name
        for name, field in model._fields.items()
        if field.store
        and field.copy
        and name not in MAGIC_COLUMNS
        and field.type != "one2many"
        and name not in OWN[model._name]
    ]


class DunningPolicy(models.Model):
    """Changes of a policy are prepared on a draft, which reminds nobody.

    A draft is a policy that is not in use and knows whose place it takes. Put in
    force, it gives its values to the policy, whose levels keep their identity: the
    customers go on from where they are. The former values stay as a draft.
    """

    _inherit = "dunning.policy"

    draft_of_id = fields.Many2one(
        "dunning.policy",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        help="The policy that these changes are meant for.",
    )
    draft_ids = fields.One2many(
        "dunning.policy", "draft_of_id", context={"active_test": False}
    )
    is_former = fields.Boolean(
        readonly=True, copy=False, help="What the policy said before it was changed."
    )
    has_draft = fields.Boolean(compute="_compute_has_draft")
    has_former = fields.Boolean(compute="_compute_has_draft")
    draft_changes = fields.Html(compute="_compute_draft_changes", sanitize=False)

    # === COMPUTE METHODS === #
    @api.depends("draft_ids.is_former")
    def _compute_has_draft(self):
        for policy in self:
            policy.has_draft = bool(policy._get_draft())
            policy.has_former = bool(policy._get_draft(is_former=True))

    @api.depends("draft_of_id")
    @api.depends_context("lang")
    def _compute_draft_changes(self):
        render = self.env["ir.qweb"]._render
        for policy in self:
            draft = policy._origin
            policy.draft_changes = bool(draft.draft_of_id) and render(
                "credit_control.dunning_draft_changes",
                {"rows": draft._draft_differences()},
            )

    # === CONSTRAINTS === #
    @api.constrains("active", "draft_of_id")
    def _check_draft_is_not_in_use(self):
        for draft in self.filtered("draft_of_id"):
            if draft.active:
                raise ValidationError(
                    self.env._(
                        "“%s” is a draft and reminds nobody: press “Put in force” on "
                        "it instead of unarchiving it.",
                        draft.name,
                    )
                )

    # === ACTIONS === #
    def action_draft(self):
        """Open the draft of the policy; it is begun if there is none."""
        self.ensure_one()
        self._check_drafter()
        policy = self.draft_of_id or self
        draft = policy._get_draft() or policy._make_draft()
        return draft._open_form()

    def action_former(self):
        """Open what the policy said before it was last changed by a draft."""
        self.ensure_one()
        self._check_drafter()
        former = self._get_draft(is_former=True)
        if not former:
            raise UserError(
                self.env._(
                    "No draft of “%s” was put in force so far: there is nothing to go "
                    "back to.",
                    self.name,
                )
            )
        return former._open_form()

    def action_put_in_force(self):
        """Let the policy say what its draft says; what it said stays as a draft."""
        self.ensure_one()
        self._check_drafter()
        policy = self._put_in_force()
        return policy._open_form()

    def action_discard_draft(self):
        """Throw the draft away."""
        self.ensure_one()
        self._check_drafter()
        self._check_is_draft()
        policy = self.draft_of_id
        self.unlink()
        return policy._open_form()

    def action_simulate(self):
        """Open a simulation, with the draft that this is or that the policy has.

        A variant that nobody follows yet is tried with a share of the customers.
        """
        self.ensure_one()
        draft = self if self.draft_of_id else self._get_draft()
        simulations = self.env["dunning.simulation"]
        if self.company_id:
            simulations = simulations.with_company(self.company_id)
        return simulations._open(self | draft)

    def action_reassign(self):
        """Let customers of this policy follow another one: all, as a beginning."""
        self.ensure_one()
        self._check_drafter()
        profiles = self.env["credit.profile"].search(list(self._get_profile_domain()))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.credit_profile_set_policy_action"
        )
        context = {"active_model": "credit.profile", "active_ids": profiles.ids}
        return {**action, "context": context}

    # === BUSINESS METHODS === #
    def _check_drafter(self):
        if not self.env.user.has_group("credit_control.group_manager"):
            raise AccessError(
                self.env._("Only a credit manager changes policies: ask one of them.")
            )

    def _check_is_draft(self):
        if not self.draft_of_id:
            raise UserError(
                self.env._(
                    "“%s” is in use and no draft: press “Prepare changes” on it first.",
                    self.name,
                )
            )

    def _open_form(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
        }

    def _get_draft(self, is_former=False):
        """Return the draft of the policy, empty when there is none."""
        drafts = self.with_context(active_test=False).draft_ids
        return drafts.filtered(lambda draft: draft.is_former == is_former)[:1]

    def _get_all_levels(self):
        """Return the levels of the policy, archived ones too."""
        levels = self.with_context(active_test=False).level_ids
        return levels.with_env(self.env).sorted("id")

    def _make_draft(self, is_former=False):
        """Copy the policy with all its levels and translations, not in use."""
        self.ensure_one()
        day = format_day(self.env, fields.Date.context_today(self))
        name = self.env._("Draft of %s", self.name)
        if is_former:
            name = self.env._("%(policy)s until %(day)s", policy=self.name, day=day)
        draft = self.with_context(active_test=False).copy(
            {
                "name": name,
                "active": False,
                "draft_of_id": self.id,
                "is_former": is_former,
            }
        )
        draft = draft.with_env(self.env)
        pairs = zip(self._get_all_levels(), draft._get_all_levels(), strict=True)
        for level, copy in pairs:
            copy.draft_of_id = level
        return draft

    def _put_in_force(self):
        """Give the policy what the draft says, keep what it said, and log it.

        :return: the policy
        """
        self.ensure_one()
        self._check_is_draft()
        policy = self.draft_of_id
        rows = self._draft_differences()
        if not rows:
            raise UserError(
                self.env._(
                    "“%(draft)s” says what “%(policy)s” says already: change something "
                    "on the draft first.",
                    draft=self.name,
                    policy=policy.name,
                )
            )
        policy._get_draft(is_former=True).filtered(lambda d: d != self).unlink()
        policy._make_draft(is_former=True)
        policy._take_draft(self)
        policy.message_post(
            body=self.env["ir.qweb"]._render(
                "credit_control.dunning_draft_log", {"rows": rows, "draft": self.name}
            ),
            subtype_xmlid="mail.mt_note",
        )
        self.unlink()
        return policy

    def _take_draft(self, draft):
        """Take over the values of a draft, level by level.

        A level that the draft does not have is archived: customers may be at it.

        :return: ``{level made: level of the draft it was made from}``
        """
        self.ensure_one()
        if changes := draft_values(draft, self):
            self.write(changes)
        level_pairs, made = [], {}
        levels = self._get_all_levels()
        origins = {
            level: level.draft_of_id & levels for level in draft._get_all_levels()
        }
        (levels - levels.browse().concat(*origins.values())).active = False
        for level, origin in origins.items():
            if origin:
                if changes := draft_values(level, origin):
                    origin.write(changes)
            else:
                values = draft_values(level, level.browse())
                origin = level.create({**values, "policy_id": self.id})
                made[origin] = level
            level_pairs.append((origin.id, level.id))
        take_translations(self, [(self.id, draft.id)])
        take_translations(levels, level_pairs)
        return made

    def _assign_everywhere(self):
        """Assign anew; not while several policies change: once, when all are written.

        ``dunning_assign_later`` in the context says so, and the caller sees to it.
        """
        if self.env.context.get("dunning_assign_later"):
            return None
        # whoever looks at archived levels does not mean archived policies
        policies = self.with_context(active_test=True)
        return super(DunningPolicy, policies)._assign_everywhere()

    # === WHAT IS DIFFERENT, IN WORDS === #
    def _draft_differences(self):
        """Return what putting the draft in force changes.

        :return: dicts of ``step`` (name of the level, "" for the policy itself),
            ``label``, ``old`` and ``new``, in words
        :rtype: list[dict]
        """
        self.ensure_one()
        rows = field_differences(self, self.draft_of_id, "")
        origins = self.draft_of_id._get_all_levels()
        kept = origins.browse()
        for level in self._get_all_levels().sorted("sequence"):
            origin = level.draft_of_id & origins
            kept |= origin
            if origin:
                rows += field_differences(level, origin, origin.name)
            elif level.active:
                rows.append(self._step_row(level, "", self.env._("new")))
        rows += [
            self._step_row(level, self.env._("in use"), self.env._("archived"))
            for level in origins - kept
            if level.active
        ]
        return rows

    def _step_row(self, level, old, new):
        label = self.env._("Level")
        return {"step": level.name, "label": label, "old": old, "new": new}


class DunningLevel(models.Model):
    _inherit = "dunning.level"

    draft_of_id = fields.Many2one(
        "dunning.level",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The level that this one, of a draft, takes the place of.",
    )


def draft_values(draft, origin):
    """Return what to write on ``origin`` so that it has the values of ``draft``.

    Of an empty origin: what to create. Translations are taken over apart.
    """
    values = {
        name: draft[name]
        for name in drafted(draft)
        if not origin or draft[name] != origin[name]
    }
    return draft._convert_to_write(values)


def take_translations(model, pairs):
    """Copy the texts of all languages from drafts, by one statement.

    :param pairs: (id, id of the draft)
    """
    names = [name for name in drafted(model) if model._fields[name].translate]
    if not names or not pairs:
        return
    model.flush_model(names)
    model.env.cr.execute(
        SQL(
            "UPDATE %(table)s target SET %(columns)s FROM %(table)s draft, "
            "unnest(%(ids)s::int[], %(draft_ids)s::int[]) pair(id, draft_id) "
            "WHERE target.id = pair.id AND draft.id = pair.draft_id",
            table=SQL.identifier(model._table),
            columns=SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), SQL.identifier("draft", name))
                for name in names
            ),
            ids=[pair[0] for pair in pairs],
            draft_ids=[pair[1] for pair in pairs],
        )
    )
    model.browse(pair[0] for pair in pairs).invalidate_recordset(names, flush=False)


def field_differences(draft, origin, step):
    """Return the rows of the fields in which a draft differs from its original."""
    languages = [code for code, _name in draft.env["res.lang"].get_installed()]
    labels = draft.fields_get(attributes=["string"])
    rows = []
    for name in drafted(draft):
        translate = draft._fields[name].translate
        for language in languages if translate else [draft.env.lang]:
            new = draft.with_context(lang=language)
            old = origin.with_context(lang=language)
            if new[name] == old[name]:
                continue
            label = labels[name]["string"]
            if translate and len(languages) > 1:
                label = f"{label} ({language[:2]})"
            texts = shorten(value_words(old, name), value_words(new, name))
            rows.append({"step": step, "label": label, **texts})
    return rows


def shorten(old, new):
    """Return two texts from a little before the place where they part."""
    pairs = zip(old, new, strict=False)
    same = sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], pairs))
    start = max(same - SHOWN // 3, 0) if max(len(old), len(new)) > SHOWN else 0
    return {
        key: "…" * bool(start) + text[start : start + SHOWN]
        for key, text in (("old", old), ("new", new))
    }


def value_words(record, name):
    """Return the value of a field as a person reads it."""
    field, value = record._fields[name], record[name]
    if field.type == "boolean":
        return record.env._("yes") if value else record.env._("no")
    if field.type == "selection":
        return dict(field._description_selection(record.env)).get(value, "")
    if field.relational:
        return ", ".join(value.mapped("display_name"))
    if field.type == "html":
        value = html2plaintext(value or "")
    if field.type in ("integer", "float", "monetary"):
        return f"{value:g}"
    return " ".join(str(value or "").split())
