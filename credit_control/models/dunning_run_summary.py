from odoo import api, fields, models


class DunningRun(models.Model):
    """What the form of a run shows: tables by code and level, and the problems."""

    _inherit = "dunning.run"

    summary_html = fields.Html(
        string="Overview", compute="_compute_summary_html", sanitize=False
    )
    problems_html = fields.Html(
        string="To put right", compute="_compute_problems_html", sanitize=False
    )

    @api.depends("summary", "notice_ids.state")
    @api.depends_context("lang")
    def _compute_summary_html(self):
        for run in self:
            run.summary_html = run.summary and self.env["ir.qweb"]._render(
                "credit_control.dunning_run_summary",
                {
                    "run": run,
                    "summary": run.summary,
                    "goes": run._code_rows(goes=True),
                    "held": run._code_rows(goes=False),
                    "levels": run._level_rows(),
                },
            )

    @api.depends("problems")
    @api.depends_context("lang")
    def _compute_problems_html(self):
        for run in self:
            run.problems_html = run.problems and self.env["ir.qweb"]._render(
                "credit_control.dunning_run_problems", {"rows": run._problem_rows()}
            )

    def _code_rows(self, goes):
        """Return the lines of a table by code, the largest amount first.

        :param bool goes: codes of what is on a notice, else the holds
        """
        self.ensure_one()
        labels = self._code_labels()
        listed = ("claim", "reminder")
        rows = [
            {
                "label": labels.get(code, code),
                "count": total["count"],
                "overdue": total["overdue"],
                "amount": total["amount"],
            }
            for code, total in self.summary["codes"].items()
            if (code in listed) == goes
        ]
        return sorted(rows, key=lambda row: -row["amount"])

    def _level_rows(self):
        """Return the lines of the table by level, the highest first."""
        self.ensure_one()
        found = {int(key): total for key, total in self.summary["levels"].items()}
        levels = self.env["dunning.level"].sudo().with_context(active_test=False)
        # sudo: the names of levels of a policy that another company owns
        levels = levels.search([("id", "in", list(found))], order="sequence desc, id")
        return [
            {"policy": level.policy_id.name, "label": level.name, **found[level.id]}
            for level in levels
        ]

    def _problem_rows(self):
        """Return the problems in words, with a link to the record."""
        texts = self._problem_texts()
        return [
            {
                "name": problem["name"],
                "url": f"/odoo/{problem['model']}/{problem['id']}"
                if problem["model"] != self._name
                else False,
                "text": texts[problem["code"]][0] % {"count": problem["count"]},
                "remedy": texts[problem["code"]][1],
            }
            for problem in self.problems
        ]

    @api.model
    def _code_labels(self):
        """Return ``{code: short label}`` in the language of the reader.

        Extended by: add-ons that add a hold.
        """
        _ = self.env._
        return {
            "claim": _("Step due now"),
            "reminder": _("Listed as a reminder"),
            "not_yet": _("Waits for its day"),
            "last_level": _("Last level passed: decide"),
            "closed_day": _("Closed day"),
            "hold_out": _("Hold-out, to measure the effect"),
            "below_minimum": _("Below the minimum"),
            "spacing": _("Another notice first"),
            "no_recipient": _("Cannot be reached"),
            "covered": _("Covered by open credits"),
            "no_policy": _("No policy"),
            "in_notice": _("Another notice waits"),
            "no_partner": _("No customer"),
            "no_followup": _("Excluded from follow-up"),
            "blocked": _("Payment blocked"),
            "insolvency": _("Insolvency"),
            "handed_over": _("Handed over"),
            "factored": _("Factored"),
            "plan": _("Payment plan"),
            "promise": _("Promised"),
            "dispute": _("Contested"),
            "payment_pending": _("Online payment under way"),
            "payment_in_process": _("Payment in process"),
            "on_hold": _("Customer on hold"),
            "reply": _("Reply not answered"),
        }
