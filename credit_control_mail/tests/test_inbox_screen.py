from datetime import datetime, timedelta

from markupsafe import Markup

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .act_common import ActCommon


class InboxCommon(ActCommon):
    """Messages of several queues, and the screen as somebody sees it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = new_test_user(
            cls.env,
            login="inbox_colleague",
            groups="base.group_user,credit_control.group_collector",
            company_id=cls.env.company.id,
            company_ids=[Command.set(cls.env.company.ids)],
        )

    def inbox(self, user=None):
        """Return the model as ``user`` (the collector) has it."""
        return self.env["credit.message"].with_user(user or self.collector)

    def kind(self, name):
        """Return what makes a post an answer (``comment``) or a ``note``."""
        return {"message_type": "comment", "subtype_xmlid": f"mail.mt_{name}"}

    def listed(self, queue="all", user=None, **options):
        """Return the messages that the screen lists."""
        rows = self.inbox(user).inbox_list(queue, **options)["rows"]
        return self.env["credit.message"].browse(row["id"] for row in rows)


@tagged("post_install", "-at_install", "credit_control")
class TestInboxList(InboxCommon):
    """Queues, counters, search and rights of the list."""

    def test_queues_and_counters(self):
        mine = self.make_message("promise")
        given = self.make_message(
            "dispute", profile_id=False, user_id=self.collector.id
        )
        away = self.make_message("delay", snooze_until=self.days(3))
        triage = self.make_message("other", profile_id=False)
        done = self.make_message("promise")
        done.with_user(self.collector).action_done()
        spam = self.make_message("other")
        spam.with_user(self.collector).action_spam()
        self.assertEqual(self.listed("mine"), given | mine)
        self.assertEqual(self.listed("triage"), triage | given)
        self.assertEqual(self.listed("snoozed"), away)
        self.assertEqual(self.listed("all"), triage | given | mine)
        self.assertEqual(self.listed("done"), done)
        self.assertEqual(self.listed("spam"), spam)
        counts = self.inbox().inbox_list("done")["counts"]
        self.assertEqual(
            counts, {"mine": 2, "team": 0, "triage": 2, "snoozed": 1, "all": 3}
        )

    def test_what_was_put_off_comes_back_on_its_day(self):
        message = self.make_message("promise", snooze_until=self.today)
        self.assertEqual(self.listed("mine"), message)

    def test_a_given_message_is_of_who_got_it(self):
        message = self.make_message("promise", user_id=self.colleague.id)
        self.assertFalse(self.listed("mine"))
        self.assertEqual(self.listed("mine", user=self.colleague), message)

    def test_team(self):
        message = self.make_message("promise")
        self.assertFalse(self.listed("team"))
        self.env["credit.team"].create(
            {
                "name": "North",
                "company_id": self.env.company.id,
                "member_ids": [Command.set((self.collector | self.colleague).ids)],
            }
        )
        self.profile.user_id = self.collector
        self.assertEqual(self.listed("team"), message)

    def test_orders_and_filter(self):
        late = self.make_message("promise", date=datetime(2026, 6, 15, 9))
        early = self.make_message("legal", date=datetime(2026, 6, 14, 9))
        early.sudo().intent = "legal"
        late.sudo().intent = "promise"
        self.assertEqual(self.listed(), late + early)
        self.assertEqual(self.listed(order="oldest"), early + late)
        self.assertEqual(self.listed(order="urgent"), early + late)
        self.assertEqual(self.listed(intent="promise"), late)
        late.intent_ids.with_user(self.collector).action_reject()
        self.assertFalse(self.listed(intent="promise"))

    def test_pages(self):
        messages = self.env["credit.message"]
        for _number in range(5):
            messages = self.make_message() + messages
        page = self.inbox().inbox_list("all", limit=3)
        self.assertTrue(page["has_more"])
        self.assertEqual([row["id"] for row in page["rows"]], messages[:3].ids)
        page = self.inbox().inbox_list("all", offset=3, limit=3)
        self.assertFalse(page["has_more"])
        self.assertEqual([row["id"] for row in page["rows"]], messages[3:].ids)

    def test_row(self):
        message = self.make_message(
            {"intent": "promise", "is_primary": True},
            reply_text="We pay\n\n   on   Friday.",
            user_id=self.colleague.id,
            is_suspect=True,
        )
        self.attach(message)
        [row] = self.inbox().inbox_list("all")["rows"]
        self.assertEqual(row["words"], "We pay on Friday.")
        self.assertEqual(row["customer"], "Petit Transports")
        self.assertEqual(row["user_id"], self.colleague.id)
        self.assertEqual(row["attachments"], 1)
        self.assertEqual([chip["intent"] for chip in row["intents"]], ["promise"])
        self.assertTrue(row["is_suspect"] and row["is_pausing"])

    def attach(self, message):
        message.sudo().attachment_ids = self.env["ir.attachment"].create(
            {"name": "list.csv", "raw": b"1", "res_model": "credit.message"}
        )

    def test_number_of_queries_is_that_of_one_row(self):
        self.make_message("promise")

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = self.inbox().inbox_list("all", limit=100)["rows"]
            return len(rows), self.env.cr.sql_log_count - before

        count()
        rows, queries = count()
        self.assertEqual(rows, 1)
        for _number in range(79):
            self.attach(self.make_message("dispute", user_id=self.colleague.id))
        rows, more = count()
        self.assertEqual(rows, 80)
        self.assertEqual(more, queries)

    def test_an_unknown_queue_is_refused(self):
        with self.assertRaisesRegex(UserError, "queues"):
            self.inbox().inbox_list("everything")


@tagged("post_install", "-at_install", "credit_control")
class TestInboxSearch(InboxCommon):
    """Words are found whatever their accents, and numbers by their parts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.message = cls.make_message(
            "promise",
            subject="Échéancier de l'été",
            body_text="La facture FA/2026/00123 de 1 250,50 € sera réglée.",
        )
        cls.make_message("other", subject="Nothing", body_text="Good day")

    def test_words(self):
        for search in (
            "echeancier",
            "ÉCHÉANCIER",
            "eche",
            "FA/2026/00123",
            "00123",
            "fa/2026",
            "2026-00123",
            "1 250,50",
            "1250",
            "reglee facture",
            "facture petit",
            "l'été",
            "compta@petit.example echeancier",
        ):
            found = self.listed(search=search)
            expected = self.message.browse() if search == "1250" else self.message
            self.assertEqual(found, expected, search)

    def test_all_words_are_asked_for(self):
        self.assertFalse(self.listed(search="facture caramel"))
        self.assertFalse(self.listed(search="00123/2026"), "the parts have an order")

    def test_odd_characters_are_no_error(self):
        for search in ("'", "\\ : & | ! ( ) <->", "%", "'; DROP TABLE x;", "_", "*:"):
            self.listed(search=search)
        self.assertEqual(len(self.listed(search=" - / ")), 2, "no word: everything")

    def test_search_of_the_ordinary_list(self):
        found = self.inbox().search([("full_text", "ilike", "échéanc facture")])
        self.assertEqual(found, self.message)
        self.assertEqual(len(self.inbox().search([("full_text", "ilike", "")])), 2)

    def test_the_index_serves(self):
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        domain = [("full_text", "ilike", "echeancier")]
        query = self.env["credit.message"].sudo()._search(domain)
        plan = self.explain(query)
        self.assertIn("credit_message_full_text_idx", plan)

    def explain(self, query):
        select = query.select()
        self.env.cr.execute(f"EXPLAIN {select.code}", select.params)
        return "\n".join(row[0] for row in self.env.cr.fetchall())


@tagged("post_install", "-at_install", "credit_control")
class TestInboxRights(InboxCommon):
    """Who sees the inbox, and what of it."""

    def test_salesperson_and_portal_see_nothing(self):
        message = self.make_message("promise")
        for user in (self.sales_reader, self.accountant_only()):
            inbox = self.inbox(user)
            for call in (
                inbox.inbox_setup,
                inbox.inbox_list,
                lambda inbox=inbox: inbox.inbox_open(message.id),
                lambda user=user: message.with_user(user).inbox_html(),
            ):
                with self.assertRaises(AccessError):
                    call()

    def accountant_only(self):
        return new_test_user(
            self.env, login="inbox_books", groups="account.group_account_invoice"
        )

    def test_auditor_reads_and_changes_nothing(self):
        message = self.make_message("promise")
        inbox = self.inbox(self.auditor)
        self.assertFalse(inbox.inbox_setup()["can_act"])
        self.assertEqual(self.listed(user=self.auditor), message)
        data = inbox.inbox_open(message.id)
        self.assertEqual(data["customer"]["name"], "Petit Transports")
        for deed in ("action_done", "action_spam", "action_reopen"):
            with self.assertRaises(AccessError):
                getattr(message.with_user(self.auditor), deed)()
        with self.assertRaises(AccessError):
            message.intent_ids.with_user(self.auditor).action_accept()
        self.assertEqual(message.state, "new")

    def test_messages_of_another_portfolio_stay_hidden(self):
        message = self.make_message("promise")
        self.assertFalse(self.listed(user=self.colleague))
        shown = self.inbox(self.colleague).inbox_open(message.id)
        self.assertEqual(list(shown), ["refusal"])
        with self.assertRaises(AccessError):
            message.with_user(self.colleague).inbox_html()
        self.assertFalse(self.inbox(self.colleague).inbox_list()["counts"]["all"])

    def test_a_message_given_out_of_another_portfolio(self):
        message = self.make_message("promise", user_id=self.colleague.id)
        customer = self.inbox(self.colleague).inbox_open(message.id)["customer"]
        self.assertEqual(
            customer, {"name": self.profile.display_name, "is_hidden": True}
        )

    def test_set_up(self):
        data = self.inbox().inbox_setup()
        self.assertTrue(data["can_act"])
        self.assertFalse(data["can_connect"])
        people = [person["id"] for person in data["users"]]
        self.assertIn(self.colleague.id, people)
        self.assertNotIn(self.auditor.id, people)
        self.assertNotIn(self.sales_reader.id, people)

    def test_no_mailbox(self):
        self.assertFalse(self.inbox().inbox_list("mine")["has_mailbox"])
        self.make_message("promise", state="done")
        self.assertTrue(self.inbox().inbox_list("mine")["has_mailbox"])


@tagged("post_install", "-at_install", "credit_control")
class TestInboxOpen(InboxCommon):
    """One message with all that stands beside it."""

    def opened(self, message, user=None):
        return self.inbox(user).inbox_open(message.id)

    def test_evidence_is_marked_in_the_text(self):
        message = self.make_message(
            intents=[
                {"intent": "promise", "evidence": "we pay on Friday"},
                {"intent": "dispute", "evidence": "on Friday the goods were wet"},
            ],
            reply_text="Hello, we pay on Friday the goods were wet.",
            body_text="Hello, we pay on Friday the goods were wet.\n\n> Your reminder",
        )
        dispute, promise = message.intent_ids.sorted("intent")
        data = self.opened(message)["message"]
        self.assertEqual(
            [(part["text"], part["intents"]) for part in data["parts"]],
            [
                ("Hello, ", []),
                ("we pay ", [promise.id]),
                ("on Friday", [promise.id, dispute.id]),
                (" the goods were wet", [dispute.id]),
                (".", []),
            ],
        )
        self.assertEqual(data["rest"], "> Your reminder")

    def test_evidence_in_one_line_is_found_in_two(self):
        message = self.make_message(
            {"intent": "promise", "evidence": "we pay (all) on Friday"},
            reply_text="So we pay\n  (all) on Friday",
        )
        parts = self.opened(message)["message"]["parts"]
        self.assertEqual(parts[1]["text"], "we pay\n  (all) on Friday")

    def test_text_is_shown_whole_when_nothing_is_own(self):
        message = self.make_message(reply_text="", body_text="> all is quoted")
        data = self.opened(message)["message"]
        self.assertEqual(data["parts"][0]["text"], "> all is quoted")
        self.assertFalse(data["rest"])

    def test_warnings(self):
        message = self.make_message("bank_change", is_suspect=True, error="Broken")
        codes = [row["code"] for row in self.opened(message)["message"]["warnings"]]
        self.assertEqual(codes, ["bank_change", "error", "suspect"])

    def test_items_named_in_the_mail_come_first(self):
        message = self.make_message({"intent": "promise", "moves": self.second})
        customer = self.opened(message)["customer"]
        self.assertEqual(customer["items_total"], 2)
        self.assertEqual(
            [(row["name"], row["is_named"]) for row in customer["items"]],
            [(self.second.name, True), (self.invoice.name, False)],
        )
        self.assertTrue(all(row["is_late"] for row in customer["items"]))

    def test_signs_of_promises_and_disputes(self):
        message = self.make_message({"intent": "dispute", "moves": self.invoice})
        intent = message.intent_ids.with_user(self.collector)
        intent.write({"dispute_reason": "price"})
        intent.action_accept()
        data = self.opened(message)
        signs = {row["name"]: row["is_disputed"] for row in data["customer"]["items"]}
        self.assertEqual(signs, {self.invoice.name: True, self.second.name: False})
        [row] = data["customer"]["commitments"]
        self.assertEqual(row["model"], "credit.dispute")
        [card] = data["intents"]
        self.assertEqual(card["state"], "accepted")
        self.assertEqual(card["result"]["model"], "credit.dispute")

    def test_contacts_the_sender_first(self):
        people = self.opened(self.make_message("promise"))["customer"]["contacts"]
        self.assertEqual(people[0]["name"], "Mme Petit")
        self.assertTrue(people[0]["is_sender"])
        self.assertEqual(people[0]["roles"], ["Accounts payable"])

    def test_candidates(self):
        other = self.make_profile(self.make_customer("Other"), user_id=self.manager.id)
        message = self.make_message("promise", profile_id=False)
        for profile, share in ((other, 0.7), (self.profile, 0.4)):
            self.env["credit.message.candidate"].sudo().create(
                {
                    "message_id": message.id,
                    "profile_id": profile.id,
                    "confidence": share,
                    "reasons": [],
                }
            )
        data = self.opened(message)
        self.assertFalse(data["customer"])
        self.assertEqual(
            [(row["confidence"], row["is_own"]) for row in data["candidates"]],
            [(70, False), (40, True)],
        )
        self.assertEqual(data["candidates"][0]["collector"], self.manager.name)

    def test_thread(self):
        first = self.make_message("promise", date=datetime(2026, 6, 1, 8))
        second = self.make_message("delay", parent_id=first.id)
        first.message_post(body="Our answer", **self.kind("comment"))
        first.message_post(body="For us", **self.kind("note"))
        rows = self.opened(second)["thread"]
        kinds = sorted((row["kind"], row["text"]) for row in rows)
        self.assertEqual(
            kinds,
            [("in", "We speak of it here."), ("note", "For us"), ("out", "Our answer")],
        )
        self.assertEqual(rows, sorted(rows, key=lambda row: row["date"]))

    def test_files(self):
        message = self.make_message("promise")
        values = [("a.pdf", "application/pdf"), ("b.html", "text/html")]
        message.sudo().attachment_ids = self.env["ir.attachment"].create(
            [
                {"name": name, "raw": b"x", "mimetype": kind, "res_id": message.id}
                for name, kind in values
            ]
        )
        found = self.opened(message)["attachments"]
        self.assertEqual([row["name"] for row in found], ["a.pdf", "b.html"])
        self.assertFalse(found[1]["preview"], "nothing is run in the browser")

    def test_gone(self):
        message = self.make_message("promise")
        message_id = message.id
        message.sudo().unlink()
        self.assertFalse(self.inbox().inbox_open(message_id))


@tagged("post_install", "-at_install", "credit_control")
class TestInboxElsewhere(InboxCommon):
    """The exchange on the profile, answers on the notice, open screens told."""

    def test_counts_and_list_of_the_profile(self):
        self.make_message("promise")
        self.make_message("other", state="done")
        self.make_message("other", state="spam")
        profile = self.profile.with_user(self.collector)
        self.assertEqual((profile.message_count, profile.message_new_count), (2, 1))
        action = profile.action_open_messages()
        self.assertEqual(len(self.inbox().search(action["domain"])), 3)

    def test_timeline_shows_mails_in_and_out(self):
        message = self.make_message("promise", reply_text="We pay\non Friday")
        post = message.message_post(
            body=Markup("<p>Thank <b>you</b> &amp; bye</p>"),
            subject="Re: reminder",
            **self.kind("comment"),
        )
        message.message_post(body="Inside", **self.kind("note"))
        profile = self.profile.with_user(self.collector)
        rows = {
            row["kind"]: row
            for row in profile._timeline_entries(20)
            if row["kind"] in ("message", "answer")
        }
        text = f"{message.subject}: We pay on Friday"
        self.assertEqual(rows["message"]["text"], text)
        self.assertEqual(rows["answer"]["text"], "Re: reminder: Thank you & bye")
        for kind, record in (("message", message), ("answer", post)):
            action = profile.open_entry(kind, record.id)
            self.assertEqual(action["params"], {"message_id": message.id})
        self.assertIn("We pay on Friday", profile.panel_timeline())

    def test_timeline_of_a_salesperson_has_no_mails(self):
        self.make_message("promise")
        self.petit.user_id = self.sales_reader
        profile = self.profile.with_user(self.sales_reader)
        kinds = {row["kind"] for row in profile._timeline_entries(20)}
        self.assertNotIn("message", kinds)

    def test_answers_of_a_notice(self):
        notice = (
            self.env["dunning.notice"]
            .sudo()
            .create(
                {
                    "profile_id": self.profile.id,
                    "company_id": self.env.company.id,
                    "policy_id": self.policy.id,
                    "level_id": self.policy.level_ids[0].id,
                    "date": self.today - timedelta(days=2),
                }
            )
        )
        message = self.make_message("promise", notice_id=notice.id)
        notice = notice.with_user(self.collector)
        self.assertEqual(notice.answer_count, 1)
        action = notice.action_open_answers()
        self.assertEqual(action["params"]["message_id"], message.id)
        self.make_message("promise", notice_id=notice.id)
        action = notice.action_open_answers()
        self.assertEqual(len(self.inbox().search(action["domain"])), 2)

    def test_open_screens_are_told_without_a_word_of_the_mail(self):
        message = self.make_message("promise")
        self.env["bus.bus"].sudo().search([]).unlink()
        message.sudo()._after_understood()
        self.env.cr.precommit.run()
        told = self.env["bus.bus"].sudo().search([]).mapped("message")
        [mine] = [text for text in told if '"credit_inbox"' in text]
        self.assertNotIn("reminder", mine)
