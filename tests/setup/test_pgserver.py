"""A PostgreSQL server of the user's own: its address, and what may be wrong with it."""

import argparse
import contextlib
import io
import socket
import struct
import sys
import threading

import pytest

from lib import pgserver
from lib.console import Console, SetupError
from lib.environment import Environment
from lib.paths import Place
from lib.pgserver import Server


@pytest.mark.parametrize(
    ("dsn", "server"),
    [
        ("postgresql://odoo:s%40fe@db:5433/x", ("db", "5433", "odoo", "s@fe", "")),
        ("postgres://odoo@/x?host=/run/pg", ("/run/pg", "", "odoo", "", "")),
        ("postgresql://odoo@%2FRun%2FPg", ("/Run/Pg", "", "odoo", "", "")),
        ("postgresql://odoo@[::1]:5433", ("::1", "5433", "odoo", "", "")),
        ("postgresql://o@db?sslmode=require", ("db", "", "o", "", "require")),
        ("postgresql://db", ("db", "", "", "", "")),
        ("host=/tmp port=5433 user=credit", ("/tmp", "5433", "credit", "", "")),
        ("user='credit' password = 'x'", ("", "", "credit", "x", "")),
        (r"host=db password='two words\'s'", ("db", "", "", "two words's", "")),
        ("host=db sslmode=disable dbname=x", ("db", "", "", "", "disable")),
    ],
)
def test_both_kinds_of_dsn(dsn, server):
    assert pgserver.parse_dsn(dsn) == server


@pytest.mark.parametrize(
    ("dsn", "words"),
    [
        ("localhost", "no address of a PostgreSQL server"),
        ("host=db and more", "no address of a PostgreSQL server"),
        ("postgresql://postgres@localhost", "createuser"),
        ("postgresql://o:pa@ss@localhost", "'@' as %40"),
        ("postgresql://o@a,b", "one PostgreSQL server"),
        ("postgresql://o@db:port", "one PostgreSQL server"),
        ("postgresql://o@db:99999", "no port"),
        ("host=db port=x", "no port"),
        ("host=db sslmode=yes", "no sslmode.*require"),
        ("postgresql://o@db?sslrootcert=/x", "sslrootcert cannot be set"),
    ],
)
def test_a_useless_dsn_says_what_to_write(dsn, words):
    with pytest.raises(SetupError, match=words):
        pgserver.parse_dsn(dsn)


def test_a_password_is_never_repeated():
    server = pgserver.parse_dsn("postgresql://o:secret@db:5433")
    assert server.address() == "o@db:5433"
    for dsn in ("o:secret@db", "postgresql://o:sec:ret@secret@db:x"):
        with pytest.raises(SetupError) as caught:
            pgserver.parse_dsn(dsn)
        assert "secret" not in str(caught.value)


def test_the_server_of_the_environment():
    found = pgserver.from_environment({"PGHOST": "/run", "PGUSER": "odoo"})
    assert found == ("/run", "", "odoo", "", "")
    assert found.environment() == {"PGHOST": "/run", "PGUSER": "odoo"}
    with pytest.raises(SetupError, match="PGHOST"):
        pgserver.from_environment({})


class Stub(threading.Thread):
    """A listener that speaks just enough of PostgreSQL's protocol to refuse.

    :param answer: the bytes sent after the client's greeting, ``None`` for silence
    """

    def __init__(self, answer):
        super().__init__(daemon=True)
        self.answer = answer
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = str(self.socket.getsockname()[1])

    def run(self):
        """Serve until the socket is closed."""
        with contextlib.suppress(OSError):
            while True:
                client, _address = self.socket.accept()
                threading.Thread(
                    target=self._serve, args=(client,), daemon=True
                ).start()

    def _serve(self, client):
        with contextlib.suppress(OSError), client:
            client.recv(1000)
            if self.answer is not None:
                client.sendall(self.answer)
            client.recv(1000)


def message(kind, body):
    return kind + struct.pack("!i", len(body) + 4) + body


def refusal(code, words):
    return message(b"E", f"SFATAL\0VFATAL\0C{code}\0M{words}\0\0".encode())


def greeting(version):
    values = {
        "server_version": version,
        "server_encoding": "UTF8",
        "client_encoding": "UTF8",
        "DateStyle": "ISO, MDY",
    }
    status = [message(b"S", f"{k}\0{v}\0".encode()) for k, v in values.items()]
    return b"".join([message(b"R", bytes(4)), *status, message(b"Z", b"I")])


@pytest.fixture
def probe(monkeypatch):
    """Return a function that asks a server which gives this answer."""
    monkeypatch.setattr(pgserver, "PATIENCE", 2)
    stubs = []

    def ask(answer):
        stubs.append(Stub(answer))
        stubs[-1].start()
        server = Server("127.0.0.1", stubs[-1].port, "odoo", "x", "disable")
        with pytest.raises(SetupError) as caught:
            pgserver.probe(sys.executable, server)
        assert "Traceback" not in str(caught.value)
        assert f"odoo@127.0.0.1:{stubs[-1].port}" in str(caught.value)
        return str(caught.value)

    yield ask
    for stub in stubs:
        stub.socket.close()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (refusal("28P01", 'password authentication failed for user "o"'), "%40"),
        (refusal("28000", 'no pg_hba.conf entry for host "x"'), "admit this account"),
        (refusal("28000", 'role "odoo" does not exist'), "createuser --createdb"),
        (refusal("3D000", 'database "postgres" does not exist'), "must be there"),
        (refusal("53300", "zu viele Verbindungen"), "log of that server"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "is no PostgreSQL server"),
        (None, "no firewall"),
        (greeting("12.3"), r"version 12.3. Odoo 19 needs 13 or later"),
        (greeting("9.6.24"), r"version 9.6.24. Odoo 19 needs 13 or later"),
    ],
)
def test_what_a_server_refuses_is_said_with_what_helps(probe, answer, words):
    assert words in probe(answer)


def test_a_server_that_is_not_there():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
    server = Server("127.0.0.1", port, "odoo", "x")
    with pytest.raises(SetupError, match="that host and port are right"):
        pgserver.probe(sys.executable, server)


def test_an_account_that_may_not_create_databases():
    server = Server("db", "", "o")
    with pytest.raises(SetupError, match='ALTER ROLE "o" CREATEDB'):
        pgserver.judge(server, {"version": 150004, "user": "o", "may_create": False})
    with pytest.raises(SetupError, match="refuses the database account 'postgres'"):
        found = {"version": 150004, "user": "postgres", "may_create": True}
        pgserver.judge(Server("/run"), found)
    pgserver.judge(server, {"version": 130000, "user": "o", "may_create": True})


@pytest.fixture
def environment(tmp_path):
    return Environment(Console(stream=io.StringIO()), Place(root=tmp_path))


def test_databases_of_two_servers_are_kept_apart(environment):
    own = (environment.data, environment.database_stamps.folder)
    assert own == (environment.place.data, environment.place.stamps)
    assert environment.label("credit") == "credit"
    found = {(own, "credit")}
    for user in ("odoo", "other"):
        environment.settings.keep(server=list(Server("db", "5432", user)))
        folders = (environment.data, environment.database_stamps.folder)
        found.add((folders, environment.label("credit")))
    assert len(found) == 3
    environment.settings.keep(server=[])
    assert (environment.data, environment.database_stamps.folder) == own


def test_a_server_that_is_no_good_is_not_kept(environment, monkeypatch):
    def refuse(_python, server):
        raise SetupError(f"{server.host} is no good")

    monkeypatch.setattr(pgserver, "probe", refuse)
    server = environment._wanted_server(
        argparse.Namespace(dsn="host=db user=o", pg_env=False)
    )
    with pytest.raises(SetupError, match=r"db is no good\Z"):
        environment._use_server(server)
    assert not environment.settings.get("server")
    environment.settings.keep(server=list(server))
    with pytest.raises(SetupError, match="--dsn private"):
        environment._use_server(server)
