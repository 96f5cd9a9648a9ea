from odoo import fields, models


class DunningRun(models.Model):
    """One planning for one company and date, and what came of it."""

    _name = "dunning.run"
    _description = "Dunning run"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, default=fields.Date.context_today)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("planned", "Planned"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    notice_ids = fields.One2many("dunning.notice", "run_id")
    notice_count = fields.Integer(compute="_compute_counts")
    summary = fields.Json(
        readonly=True,
        copy=False,
        help="Counts and amounts by hold code and by level, as planned.",
    )
    is_automatic = fields.Boolean(readonly=True, copy=False)

    # one real run per company and date
    _date_unique = models.UniqueIndex(
        "(company_id, date) WHERE state != 'cancelled'",
        "There is already a run of this company for this date: open that one.",
    )

    def _compute_name(self):
        for run in self:
            run.name = self.env._(
                "%(company)s, %(date)s",
                company=run.company_id.name,
                date=fields.Date.to_string(run.date) or "",
            )

    def _compute_counts(self):
        counts = dict(
            self.env["dunning.notice"]._read_group(
                [("run_id", "in", self.ids)], ["run_id"], ["__count"]
            )
        )
        for run in self:
            run.notice_count = counts.get(run, 0)
