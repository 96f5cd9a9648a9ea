"""The programs that run in the background: Odoo's server and the mail catcher."""

import time
import urllib.error
import urllib.request

from .console import SetupError
from .environment import ODOO_PORT
from .process import background_programs, start
from .settings import free_port, is_free

SMTP_PORT, WEB_PORT = 2525, 8025


class Catcher:
    """The mail catcher of this environment."""

    def __init__(self, environment):
        self.environment = environment
        self.pid = background_programs(environment.place)["mailcatcher"]

    @property
    def smtp_port(self):
        """The port that takes mail."""
        return self.environment.settings.get("smtp_port")

    @property
    def url(self):
        """Where caught mail is read."""
        return f"http://127.0.0.1:{self.environment.settings.get('mail_port')}"

    def start(self):
        """Start the catcher on its ports of last time, or on free ones."""
        if self.pid.pid():
            return
        environment = self.environment
        settings = environment.settings
        for name, default in (("smtp_port", SMTP_PORT), ("mail_port", WEB_PORT)):
            port = settings.get(name, default)
            settings.keep(**{name: port if is_free(port) else free_port(port + 1)})
        program = environment.place.root / "setup/lib/mailcatcher.py"
        ports = (str(self.smtp_port), str(settings.get("mail_port")))
        log = environment.place.logs / "mailcatcher.log"
        self.pid.write(
            start(
                [environment.place.python, program, environment.place.mail, *ports],
                log=log,
            )
        )
        wait_for(f"{self.url}/", self.pid, log, patience=15)

    def stop(self):
        """End it; return whether it ran."""
        return self.pid.stop()


class Server:
    """Odoo's web server with its scheduled actions."""

    def __init__(self, environment):
        self.environment = environment
        self.pid = background_programs(environment.place)["odoo"]

    @property
    def url(self):
        """Where the web client is."""
        return f"http://127.0.0.1:{self.environment.settings.get('port')}"

    def choose_port(self, wanted):
        """Keep the port to serve on: the one wanted, else the last, else a free one.

        :raise SetupError: if the one wanted is taken by another program
        """
        settings = self.environment.settings
        port = wanted or settings.get("port") or ODOO_PORT
        if self.pid.pid() and port == settings.get("port"):
            return
        self.stop()
        if not (is_free(port) and is_free(port + 1)):
            if wanted:
                raise SetupError(
                    f"port {port} or {port + 1} is taken by another program. Choose "
                    "another: --port N"
                )
            port = free_port(port + 2, 2)
        settings.keep(port=port)
        self.environment.write_config()

    def serves(self, database):
        """Return whether this database, on this PostgreSQL, was served last."""
        return self.environment.settings.get("served") == self.environment.label(
            database
        )

    def start(self, database):
        """Serve one database; a server of another one is ended first."""
        settings = self.environment.settings
        if self.pid.pid() and self.serves(database):
            return
        self.stop()
        settings.keep(served=self.environment.label(database))
        log = self.environment.place.logs / f"odoo-{database}.log"
        self.pid.write(
            start(
                self.environment.command(
                    *("-c", self.environment.place.odoo_conf, "-d", database),
                    f"--db-filter=^{database}$",
                ),
                log=log,
                env=self.environment.variables(),
            )
        )
        wait_for(f"{self.url}/web/login", self.pid, log, patience=120)

    def stop(self):
        """End it; return whether it ran."""
        return self.pid.stop(patience=20)


def wait_for(url, pid, log, patience):
    """Wait until ``url`` answers.

    :raise SetupError: if the program ends or does not answer in time
    """
    start_time = time.monotonic()
    end = start_time + patience
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=30):
                return
        except urllib.error.HTTPError as error:
            raise SetupError(
                f"{url} answers with error {error.code}: see {log}"
            ) from error
        except OSError:
            pass
        # a program that is just being started has no command line yet
        if pid.pid() is None and time.monotonic() > start_time + 1:
            words = "\n".join(log.read_text(errors="replace").splitlines()[-10:])
            raise SetupError(f"the program ended at once: see {log}\n{words}")
        time.sleep(0.2)
    raise SetupError(f"{url} did not answer within {patience} s: see {log}")
