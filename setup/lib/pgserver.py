"""A PostgreSQL server: its address in the forms people write it, and whether Odoo
can work with it."""

import json
import re
from typing import NamedTuple
from urllib.parse import parse_qs, unquote

from .console import SetupError
from .process import run

OLDEST = 13
PATIENCE = 10  # seconds to wait for a server to answer
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
URI = re.compile(
    r"postgres(?:ql)?://(?:(?P<user>[^:@/]*)(?::(?P<password>[^@/]*))?@)?"
    r"(?P<host>\[[^\]]*\]|[^:/?,@]*)(?::(?P<port>\d*))?(?:/[^?]*)?(?:\?(?P<query>.*))?"
)
WORD = re.compile(r"\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))\s*")
FORMS = (
    "postgresql://user:password@host:5432 or host=... port=... user=... password=..."
)


class Server(NamedTuple):
    """How to reach a PostgreSQL server."""

    host: str = ""
    port: str = ""
    user: str = ""
    password: str = ""
    sslmode: str = ""

    def environment(self):
        """Return libpq's variables."""
        pairs = {
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGSSLMODE": self.sslmode,
        }
        return {name: value for name, value in pairs.items() if value}

    def address(self):
        """Return the address for people to read, without the password."""
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        return f"{user}{self.host or 'this machine'}{port}"


def parse_dsn(text):
    """Return the server of a DSN, as a URI or as ``key=value`` words.

    :raise SetupError: if it is neither, or says what Odoo cannot be told
    """
    if re.match(r"postgres(ql)?://", text):
        values = _parse_uri(text)
    else:
        values = _parse_words(text)
    values.pop("dbname", None)  # each command has databases of its own
    unknown = sorted(set(values) - set(Server._fields))
    if unknown:
        raise SetupError(
            f"--dsn: {', '.join(unknown)} cannot be set for Odoo. Only host, port, "
            "user, password and sslmode can"
        )
    return check_server(Server(**values))


def _parse_uri(text):
    """Return the parts of a URI; those after the question mark count as well."""
    match = URI.fullmatch(text)
    if not match:
        raise SetupError(
            "--dsn: this is no address of one PostgreSQL server. Write "
            "postgresql://user:password@host:5432, in user and password '@' as %40, "
            "':' as %3A, '/' as %2F and '%' as %25"
        )
    parts = match.groupdict()
    query = parse_qs(parts.pop("query") or "")
    values = {name: unquote(value) for name, value in parts.items() if value}
    if "host" in values:
        values["host"] = values["host"].strip("[]")
    return {**{name: found[-1] for name, found in query.items()}, **values}


def _parse_words(text):
    """Return the words of a ``key=value`` address; quotes protect blanks."""
    values, end = {}, 0
    while match := WORD.match(text, end):
        value = match[3] if match[2] is None else match[2]
        values[match[1]] = re.sub(r"\\(.)", r"\1", value)
        end = match.end()
    if end < len(text) or not values:
        raise SetupError(
            f"--dsn: this is no address of a PostgreSQL server. Write {FORMS}"
        )
    return values


def from_environment(environ):
    """Return the server that libpq's variables name."""
    names = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGSSLMODE")
    server = Server(*(environ.get(name, "") for name in names))
    if not server.host and not server.user:
        raise SetupError(
            "--pg-env: neither PGHOST nor PGUSER is set. Set and export them, with "
            "PGPORT and PGPASSWORD where they are needed, or write --dsn"
        )
    return check_server(server)


def check_server(server):
    """Refuse what Odoo would refuse later."""
    if server.user == "postgres":
        raise SetupError(
            "Odoo refuses the database account 'postgres'. Make one of its own: "
            "createuser --createdb --pwprompt odoo"
        )
    if server.port and not (server.port.isdecimal() and 0 < int(server.port) < 65536):
        raise SetupError(
            f"{server.port!r} is no port of a PostgreSQL server; the usual one is 5432"
        )
    if server.sslmode and server.sslmode not in SSL_MODES:
        raise SetupError(
            f"{server.sslmode!r} is no sslmode. Choose from: {', '.join(SSL_MODES)}"
        )
    return server


PROBE = """
import json, sys, psycopg2
try:
    connection = psycopg2.connect(dbname="postgres", connect_timeout=int(sys.argv[1]))
except psycopg2.Error as error:
    print(json.dumps({"refused": str(error)}))
    sys.exit()
found = {"version": connection.server_version}
if found["version"] >= int(sys.argv[2]) * 10000:
    cursor = connection.cursor()
    cursor.execute(
        "SELECT rolname, rolcreatedb OR rolsuper FROM pg_roles"
        " WHERE rolname = current_user"
    )
    found["user"], found["may_create"] = cursor.fetchone()
print(json.dumps(found))
"""


def probe(python, server):
    """Ask a server who we are to it.

    :param python: an interpreter that has psycopg2
    :raise SetupError: with what to do, if Odoo cannot work with this server
    """
    printed = run(
        [python, "-c", PROBE, str(PATIENCE), str(OLDEST)],
        purpose=f"asking the PostgreSQL server {server.address()}",
        env=server.environment(),
        timeout=6 * PATIENCE,  # a name may have several addresses
    )
    judge(server, json.loads(printed.strip().splitlines()[-1]))


def judge(server, found):
    """Raise what a person has to put right about a server that was asked."""
    address = server.address()
    if "refused" in found:
        words = " ".join(found["refused"].split())
        raise SetupError(
            f"the PostgreSQL server {address} cannot be used: {words}\n"
            f"{advice(server, words)}"
        )
    if found["version"] < OLDEST * 10000:
        raise SetupError(
            f"the PostgreSQL server {address} is of version "
            f"{version_in_words(found['version'])}. Odoo 19 needs {OLDEST} or later: "
            "upgrade it, or name another one"
        )
    if found["user"] == "postgres":
        check_server(server._replace(user="postgres"))
    if not found["may_create"]:
        user, host = found["user"], server._replace(user="").address()
        raise SetupError(
            f"the account {user!r} may not create databases on {host}. Let an "
            f'administrator of that server run: ALTER ROLE "{user}" CREATEDB'
        )


def version_in_words(number):
    """Return a version as people write it: 120003 is 12.3, 90624 is 9.6.24."""
    if number >= 100000:
        return f"{number // 10000}.{number % 10000}"
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


# What libpq or the server says, and what helps then; the first that fits counts.
ADVICE = (
    (
        r"password authentication failed|no password supplied",
        "Give the right account and password: {forms}; in a URI write '@' as %40, "
        "':' as %3A, '/' as %2F and '%' as %25",
    ),
    (
        r"pg_hba\.conf",
        "Let an administrator of that server admit this account from this machine to "
        "all databases, in its pg_hba.conf",
    ),
    (
        r'role ".*" does not exist',
        "Make the account: createuser --createdb --pwprompt {user}",
    ),
    (
        r'database "postgres"',
        "Odoo makes and lists databases from the database 'postgres' of a server: it "
        "must be there and the account must be allowed to connect to it",
    ),
    (
        r"invalid response|expected authentication request",
        "What answers there is no PostgreSQL server: look at host and port",
    ),
    (
        r"SSL|certificate",
        "Name another sslmode (the end of the address: ?sslmode=prefer), or have "
        "encryption set up on the server",
    ),
    (
        r"translate host name|Name or service not known",
        "No machine is known by this name: look at the host in the address",
    ),
    (
        r"refused|timeout|timed out|No route|unreachable|No such file|is the server "
        r"running|closed the connection",
        "See that the server runs, that host and port are right, that it listens on "
        "that address (listen_addresses) and that no firewall is in between",
    ),
)


def advice(server, words):
    """Return what helps when a server refuses with these words."""
    for pattern, text in ADVICE:
        if re.search(pattern, words):
            return text.replace("{forms}", FORMS).replace(
                "{user}", server.user or "odoo"
            )
    return "Look at the address and at the log of that server"
