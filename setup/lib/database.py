"""Databases: a template that is installed once, clones that cost a moment."""

import json
import re
import shutil

from .console import SetupError
from .process import run
from .stamps import key_of

# What the add-ons build upon, what the demo shows them with, and no demo data.
BASE_MODULES = (
    "account",
    "account_payment",
    "base_automation",
    "crm",
    "payment_demo",
    "phone_validation",
    "sms",
    "spreadsheet_dashboard_account",
)
# the first is that of the users; those of the customers of the demo follow
LANGUAGES = ("en_US", "fr_FR", "de_DE", "es_ES", "it_IT", "nl_NL")
QUERY = """
import json, sys, psycopg2
statement, parameters, database = json.load(sys.stdin)
connection = psycopg2.connect(dbname=database)
connection.autocommit = True
with connection.cursor() as cursor:
    cursor.execute(statement, parameters or None)
    print(json.dumps(cursor.fetchall() if cursor.description else [], default=str))
"""
MARKER = "@answer "
CALL = """
import functools, importlib, json, sys
from odoo.service.model import retrying
sys.path.insert(0, {setup!r})
called = importlib.import_module({module!r}).{name}
answer = retrying(functools.partial(called, env, **json.loads({values!r})), env)
env.cr.commit()
print("\\n" + {marker!r} + json.dumps(answer, default=str), flush=True)
"""
TROUBLE = re.compile(r" (WARNING|ERROR|CRITICAL) ")


class Databases:
    """Makes, clones and drops databases with their file stores."""

    def __init__(self, environment):
        self.environment = environment
        self.console = environment.console
        self.filestore = environment.data / "filestore"
        self.stamps = environment.database_stamps

    def query(self, statement, *parameters, database="postgres"):
        """Return the rows of one statement, run outside a transaction."""
        printed = run(
            [self.environment.place.python, "-c", QUERY],
            purpose=f"database {database}",
            env=self.environment.variables(),
            input_text=json.dumps([statement, parameters, database]),
        )
        return json.loads(printed.strip().splitlines()[-1])

    def names(self):
        """Return the names of all databases that our account owns."""
        rows = self.query(
            "SELECT datname FROM pg_database WHERE NOT datistemplate AND datdba = "
            "(SELECT oid FROM pg_roles WHERE rolname = current_user) ORDER BY 1"
        )
        return [name for (name,) in rows if name != "postgres"]

    def exists(self, name):
        """Return whether there is a database of this name."""
        return bool(self.query("SELECT 1 FROM pg_database WHERE datname = %s", name))

    def drop(self, name):
        """Remove a database, its files, and the stamps of what was done in it."""
        self.query(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")
        shutil.rmtree(self.filestore / name, ignore_errors=True)
        for stamp in self.stamps.of(f"db-{name}@*"):
            stamp.unlink()

    def clone(self, source, name):
        """Copy a database and its files; an old one of that name goes."""
        self.drop(name)
        # A template must have no other connection; ours are all short.
        self.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            source,
        )
        self.query(f"CREATE DATABASE {quoted(name)} TEMPLATE {quoted(source)}")
        if (self.filestore / source).exists():
            shutil.copytree(self.filestore / source, self.filestore / name)

    def base(self):
        """Return the name of the template with Odoo's own modules."""
        name = self.environment.database_name("base")
        key = key_of(BASE_MODULES, LANGUAGES, str(self.environment.odoo))
        stamps = self.stamps
        if stamps.is_done(f"db-{name}@installed", key) and self.exists(name):
            return name
        self.drop(name)
        title = "database with Odoo's accounting, payment and CRM"
        with (
            stamps.recording(f"db-{name}@installed", key),
            self.console.step(title),
        ):
            self.run_odoo(
                *("-d", name, "-i", ",".join(BASE_MODULES)),
                f"--load-language={','.join(LANGUAGES)}",
                purpose="installing Odoo's modules",
            )
            self.call(name, "inside.server:calm")
        return name

    def run_odoo(self, *arguments, purpose):
        """Run Odoo up to ``--stop-after-init``; return what it logged.

        :raise SetupError: if it fails or logs an error
        """
        printed = run(
            self.environment.command(
                *arguments, "--stop-after-init", "--no-http", "--log-level=warn"
            ),
            purpose=purpose,
            env=self.environment.variables(),
        )
        errors = [line for line in printed.splitlines() if TROUBLE.search(line)]
        if any(" ERROR " in line or " CRITICAL " in line for line in errors):
            raise SetupError(f"{purpose}: " + "\n".join(errors[-10:]))
        return printed

    def call(self, database, function, **values):
        """Call ``module:function(env, **values)`` in Odoo's shell and commit.

        Repeated, as Odoo does with a request, when another transaction came first.

        :return: what the function returns, as plain values
        :raise SetupError: with the last lines of the error, if it fails
        """
        module, _colon, name = function.partition(":")
        script = CALL.format(
            setup=str(self.environment.place.root / "setup"),
            module=module,
            name=name,
            values=json.dumps(values),
            marker=MARKER,
        )
        printed = run(
            self.environment.command(
                *("shell", "-d", database, "--no-http", "--log-level=warn")
            ),
            purpose=f"{name.replace('_', ' ')} in database {database}",
            env=self.environment.variables(),
            input_text=script,
        )
        for line in reversed(printed.splitlines()):
            if line.startswith(MARKER):
                return json.loads(line.removeprefix(MARKER))
        raise SetupError(
            f"{function} in database {database} gave no answer:\n{printed}"
        )


def quoted(name):
    """Return a database name as an SQL identifier.

    :raise SetupError: if the name has characters that Odoo does not take
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
        raise SetupError(
            f"{name!r} is no name for a database: letters, digits, '_', '.' and '-'"
        )
    return f'"{name}"'
