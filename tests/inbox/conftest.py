"""Real mail servers around Odoo: SMTP out, IMAP and POP in."""

import email
import email.policy
import json
import mailbox
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import pytest
from aiosmtpd.controller import Controller

from lib import machine
from lib.settings import free_port

WORKER = pathlib.Path(__file__).with_name("worker.py")
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap pop3
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
maildir_stat_dirs = yes
auth_mechanisms = plain login
mail_max_userip_connections = 50
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/passwd
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Sink:
    """An SMTP server that keeps what it accepts."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, _server, _session, envelope):
        message = email.message_from_bytes(
            envelope.content, policy=email.policy.default
        )
        self.mails.append(message)
        return "250 Accepted"


class MailServer:
    """Dovecot with accounts for IMAP and POP; mail is put in as by local delivery."""

    def __init__(self, folder):
        self.folder = folder
        self.imap, self.pop = free_port(19100, 1), free_port(19200, 1)
        # as root it gives up its rights; else it runs as whoever runs the tests
        self.user = {"user": "nobody", "group": "nogroup"} if not os.geteuid() else {}
        self.process = None

    def start(self):
        """Write the configuration and wait until both ports answer."""
        for name in ("run", "mail"):
            (self.folder / name).mkdir()
        accounts = "".join(f"{name}:{{PLAIN}}secret\n" for name in ("credit", "pop"))
        (self.folder / "passwd").write_text(accounts)
        names = self.user or dict.fromkeys(("user", "group"), self._own_name())
        (self.folder / "dovecot.conf").write_text(
            CONFIGURATION.format(
                folder=self.folder, imap=self.imap, pop=self.pop, **names
            )
        )
        if self.user:
            for path in (self.folder, *self.folder.rglob("*")):
                shutil.chown(path, **self.user)
        self.process = subprocess.Popen(
            [machine.find("dovecot"), "-F", "-c", str(self.folder / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **({**self.user, "extra_groups": []} if self.user else {}),
        )
        self._wait()

    @staticmethod
    def _own_name():
        return subprocess.run(
            ["id", "-un"], capture_output=True, text=True, check=True
        ).stdout.strip()

    def _wait(self):
        import socket

        for port in (self.imap, self.pop):
            for _try in range(100):
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            else:
                log = self.folder / "dovecot.log"
                raise AssertionError(log.read_text() if log.exists() else "no log")

    def stop(self):
        """End the server."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=20)

    def put(self, account, mails, seen=False):
        """Deliver mails to an account, as read by somebody when ``seen``."""
        box = mailbox.Maildir(self.folder / "mail" / account)
        for raw in mails:
            message = mailbox.MaildirMessage()
            if seen:
                message.set_subdir("cur")
                message.set_flags("S")
            key = box.add(raw)
            if seen:
                box[key] = self._as_seen(box[key])
        if self.user:
            for path in (box._path, *pathlib.Path(box._path).rglob("*")):
                shutil.chown(path, **self.user)

    @staticmethod
    def _as_seen(message):
        message.set_subdir("cur")
        message.set_flags("S")
        return message

    def left(self, account):
        """Return how many mails of an account nobody has seen, and how many it has."""
        files = [
            path.name
            for sub in ("cur", "new")
            for path in (self.folder / "mail" / account / sub).glob("*")
        ]
        seen = [name for name in files if "S" in name.partition(":2,")[2]]
        return len(files) - len(seen), len(files)


class Shop:
    """Odoo processes on one database, that can be killed."""

    def __init__(self, process):
        self.process = process

    def run(self, function, **values):
        """Run a function of worker.py in a process of its own; return its answer."""
        [status, answer] = self._ask(function, values, None)
        assert status == 0, f"{function} ended with status {status}"
        return answer

    def kill(self, function, seconds, **values):
        """Run a function and kill its process after a while; return its status."""
        return self._ask(function, values, seconds)[0]

    def _ask(self, function, values, seconds):
        self.process.stdin.write(json.dumps([function, values, seconds]) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("@"):
                return json.loads(line[1:])
        raise AssertionError("the worker ended; see its messages")


@pytest.fixture(scope="module")
def mail_server():
    """Return a running Dovecot."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="inbox-"))
    found = MailServer(folder)
    found.start()
    yield found
    found.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def sink():
    """Return a running SMTP server."""
    found = Sink()
    controller = Controller(found, hostname="127.0.0.1", port=free_port(18980, 1))
    controller.start()
    found.port = controller.port
    yield found
    controller.stop()


@pytest.fixture(scope="module")
def shop(environment, installed, mail_server, sink):
    """Return a shop with a ledger, a mailbox of each kind and an SMTP server."""
    name = environment.database_name("inbox")
    environment.databases.clone(installed, name)
    process = subprocess.Popen(
        [str(environment.place.python), str(WORKER), environment.place.odoo_conf, name],
        env={**os.environ, **environment.variables()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    found = Shop(process)
    found.run("prepare", smtp=sink.port, imap=mail_server.imap, pop=mail_server.pop)
    yield found
    process.stdin.close()
    process.wait(timeout=30)
    environment.databases.drop(name)
