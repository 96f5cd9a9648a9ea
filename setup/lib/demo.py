"""The demo database: installed, filled with a ledger, its day's run sent."""

import time

from .console import SetupError
from .paths import ADDONS
from .serve import Catcher, Server
from .stamps import key_of, key_of_files

# Odoo's own app, for the rules that a preset makes
AUTOMATION = "base_automation"


class Demo:
    """One demo database and what belongs to it; each stage happens once."""

    def __init__(self, environment, database, customers):
        self.environment = environment
        self.console = environment.console
        self.databases = environment.databases
        self.database = database
        self.customers = customers
        self.catcher = Catcher(environment)
        self.server = Server(environment)

    @property
    def label(self):
        """The database under the name by which our settings know it."""
        return self.environment.label(self.database)

    def is_done(self, stage, key="done"):
        """Return whether a stage ended well for these inputs."""
        return self.databases.stamps.is_done(f"db-{self.database}@{stage}", key)

    def stage(self, stage, title, key="done"):
        """Return a context that announces, times and remembers a stage."""
        return _Stage(self, f"db-{self.database}@{stage}", title, key)

    def reset(self):
        """Drop the database and forget the mails it sent."""
        self.server.stop()
        if self.databases.exists(self.database):
            with self.console.step(f"database {self.database} dropped"):
                self.databases.drop(self.database)
        for path in self.environment.place.mail.glob("*.*"):
            path.unlink()

    def make_database(self):
        """Clone Odoo's template and install the add-ons, or bring them up to date."""
        if not self.is_done("cloned") or not self.databases.exists(self.database):
            self._refuse_foreign_database()
            base = self.databases.base()
            with self.stage("cloned", f"database {self.database}"):
                self.databases.clone(base, self.database)
                self.databases.call(self.database, "inside.server:new_identity")
        root = self.environment.place.root
        key = key_of_files(*(root / name for name in ADDONS))
        if self.is_done("addons", key):
            return
        self.server.stop()
        known = any(self.databases.stamps.of(f"db-{self.database}@ledger"))
        verb = "brought up to date" if known else "installed"
        with self.stage("addons", f"add-ons {verb}", key):
            self.databases.run_odoo(
                *("-d", self.database, "-i", ",".join([AUTOMATION, *ADDONS])),
                *(("-u", ",".join(ADDONS)) if known else ()),
                purpose="installing the add-ons",
            )

    def _refuse_foreign_database(self):
        """Never overwrite a database that this command did not make."""
        if not self.databases.exists(self.database):
            return
        if not any(self.databases.stamps.of(f"db-{self.database}@*")):
            raise SetupError(
                f"the database {self.database!r} was not made by this command. Choose "
                "another name (--database NAME) or drop it with --reset"
            )

    def fill(self):
        """Make the companies, customers and 24 months of entries."""
        key = key_of(self.customers)
        if any(self.databases.stamps.of(f"db-{self.database}@ledger")):
            if not self.is_done("ledger", key):
                self.console.say(
                    "  the ledger is there with another number of customers; "
                    "--reset makes it anew"
                )
            return
        with self.stage("ledger", f"ledger of {self.customers} customers", key):
            self.databases.call(
                self.database, "inside.ledger:fill", customers=self.customers
            )

    def connect(self, port):
        """Start the mail catcher and point the database at it and at its address."""
        self.catcher.start()
        self.server.choose_port(port)
        values = {"url": self.server.url, "smtp_port": self.catcher.smtp_port}
        key = key_of(values)
        if not self.is_done("addresses", key):
            with self.stage(
                "addresses", "addresses of web client and mail catcher", key
            ):
                self.databases.call(self.database, "inside.server:configure", **values)

    def serve(self):
        """Start the web server with its scheduled actions, unless it runs."""
        if self.server.pid.pid() and self.is_serving():
            return
        with self.console.step(
            f"web server on port {self.environment.settings.get('port')}"
        ):
            self.server.start(self.database)

    def is_serving(self):
        """Return whether the running server serves this database."""
        return self.server.serves(self.database)

    def look_back(self):
        """Make what happened before today: reminders, a comparison, a digest."""
        if self.is_done("past") or self.is_done("day"):
            return
        with self.stage("past", "reminders and digest of the days before"):
            self.databases.call(self.database, "inside.past:make")

    def follow_up(self):
        """Let mails and letters come back; print, post, simulate."""
        if self.is_done("channels"):
            return
        with self.stage("channels", "what came back, letters posted, simulations"):
            self.databases.call(self.database, "inside.channels:follow")
            self._wait_for_mail()

    def do_the_day(self):
        """Plan, approve and send today's run; the server's own schedule delivers."""
        if self.is_done("day"):
            return
        with self.stage("day", "today's dunning run planned, approved, sent"):
            runs = self.databases.call(self.database, "inside.day:plan_and_send")
            self.environment.settings.keep(**{f"runs {self.label}": runs})
            self._wait_for_mail()

    def receive_answers(self):
        """Let some customers answer what they were sent."""
        if self.is_done("answers"):
            return
        with self.stage("answers", "customers' answers received"):
            self.databases.call(self.database, "inside.inbox:receive")

    def _wait_for_mail(self, patience=300):
        """Wait until the scheduled actions have sent all that was queued."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            waiting = self.databases.query(WAITING, database=self.database)[0][0]
            if not waiting:
                return
            time.sleep(1)
        self.console.warn(
            f"{waiting} mails still wait after {patience} s; the server goes on sending"
        )

    def runs(self):
        """Return what the day's runs were, one dict for each company."""
        return self.environment.settings.get(f"runs {self.label}", [])

    def people(self):
        """Make the logins of every role; return (login, what it shows)."""
        if not self.is_done("people"):
            with self.stage("people", "logins of every role"):
                shown = self.databases.call(self.database, "inside.people:make")
                self.environment.settings.keep(**{f"people {self.label}": shown})
        return self.environment.settings.get(f"people {self.label}", [])


# What the server has still to send by itself: letters and calls wait for a person.
WAITING = """
SELECT (SELECT count(*) FROM dunning_delivery
         WHERE channel = 'email' AND date_queued IS NOT NULL
           AND state IN ('ready', 'queued') AND date_next_try IS NULL)
     + (SELECT count(*) FROM mail_mail WHERE state = 'outgoing')
"""


class _Stage:
    """Announces a stage, times it and stamps it when it ends well."""

    def __init__(self, demo, stamp, title, key):
        self._step = demo.console.step(title)
        self._stamp = demo.databases.stamps.recording(stamp, key)

    def __enter__(self):
        self._step.__enter__()
        self._stamp.__enter__()

    def __exit__(self, *error):
        self._stamp.__exit__(*error)
        return self._step.__exit__(*error)
