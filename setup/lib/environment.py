"""Everything that Odoo needs, in order; each step only where something is to do."""

import functools
import os
import shutil

from . import config, odoo_source, pdf, pgserver, postgres, python_env
from .console import SetupError
from .database import Databases
from .paths import Place
from .settings import Settings
from .stamps import Stamps, key_of

ODOO_PORT = 8069
GO_BACK = (
    "This server was chosen in an earlier call; '--dsn private' goes back to a cluster "
    "of this checkout's own, '--dsn ADDRESS' takes another server"
)


def add_options(parser):
    """Add the options that all commands share."""
    parser.add_argument(
        "--odoo",
        metavar="DIR",
        help="use this Odoo 19 instead of Debian's package; 'package' goes back",
    )
    parser.add_argument(
        "--dsn",
        help="use this PostgreSQL server (postgresql://user:password@host:port); "
        "'private' goes back to a cluster of its own",
    )
    parser.add_argument(
        "--pg-env",
        action="store_true",
        help="use the PostgreSQL server named by PGHOST, PGPORT, PGUSER, PGPASSWORD",
    )


class Environment:
    """One checkout's Odoo with its Python, PostgreSQL and PDF engine."""

    def __init__(self, console, place=None):
        self.console = console
        self.place = place or Place()
        self.settings = Settings(self.place.settings)
        self.stamps = Stamps(self.place.stamps)
        self.python = python_env.PythonEnv(self.place, self.stamps, console)
        self.odoo = None

    def prepare(self, options, for_tests=False):
        """Bring the environment up; a second call has next to nothing to do."""
        if not shutil.which("setpriv") and os.geteuid() == 0:
            raise SetupError("the program setpriv (package util-linux) is missing")
        with self.place.locked(self.console):
            self.place.make()
            server = self._wanted_server(options)
            self._keep_odoo(options)
            self.odoo = odoo_source.locate(
                self.place, self.settings, self.stamps, self.console
            )
            self.python.make()
            self._install_packages(for_tests)
            self.python.link_odoo(self.odoo)
            pdf.install(self.place, self.python, self.stamps, self.console)
            self._use_server(server)
            self.write_config()

    def _keep_odoo(self, options):
        """Keep which Odoo was asked for, so that the next call need not repeat it."""
        odoo = options.odoo
        if odoo and odoo != "package":
            odoo = str(odoo_source.check_existing(odoo_source.Path(odoo)))
        self.settings.keep(odoo="" if odoo == "package" else odoo)

    def _wanted_server(self, options):
        """Return the server to use, ``None`` for a cluster of our own."""
        if options.dsn == "private":
            return None
        if options.dsn:
            return pgserver.parse_dsn(options.dsn)
        if options.pg_env:
            return pgserver.from_environment(os.environ)
        return self._given_server()

    def _use_server(self, server):
        """Start our cluster or ask the given server; keep the choice if it is good.

        :raise SetupError: if Odoo cannot work with the given server
        """
        if server is None:
            self.cluster.start()
        else:
            try:
                pgserver.probe(self.place.python, server)
            except SetupError as error:
                if server == self._given_server():
                    raise SetupError(f"{error}\n{GO_BACK}") from error
                raise
        self.settings.keep(server=list(server or []))
        self.data.mkdir(exist_ok=True)

    def _install_packages(self, for_tests):
        root = self.place.root
        own = [root / "setup/odoo-requirements.txt", root / "requirements.txt"]
        self.python.install("odoo", *own)
        if for_tests:
            self.python.install("tests", root / "test-requirements.txt")

    def _given_server(self):
        given = self.settings.get("server")
        return pgserver.Server(*given) if given else None

    @property
    def _server_id(self):
        """A short name of the given server, or an empty string for our cluster."""
        given = self._given_server()
        return key_of(given.host, given.port, given.user)[:10] if given else ""

    @property
    def data(self):
        """Odoo's data folder: a database of one name on two servers has two stores."""
        name = self._server_id
        return self.place.folder / f"data-{name}" if name else self.place.data

    @property
    def database_stamps(self):
        """What was done in the databases of the server in use."""
        return Stamps(self.place.stamps / self._server_id)

    def label(self, database):
        """Return a database's name, unmistakable when there are several servers."""
        name = self._server_id
        return f"{database} on {name}" if name else database

    @functools.cached_property
    def cluster(self):
        """The private PostgreSQL cluster (made only when no server is given)."""
        return postgres.Cluster(self.place, self.python, self.console)

    @property
    def server(self):
        """The PostgreSQL server in use."""
        return self._given_server() or self.cluster.server

    @property
    def databases(self):
        """The databases of this environment."""
        return Databases(self)

    def database_name(self, purpose):
        """Return the name of a database of ours, apart on a server that is shared."""
        suffix = f"_{self.place.short_id()}" if self._given_server() else ""
        return f"credit_{purpose}{suffix}"

    def write_config(self):
        """Write odoo.conf for the HTTP port that was kept."""
        port = self.settings.get("port", ODOO_PORT)
        options = config.build(self, (port, port + 1))
        return config.write(self.place.odoo_conf, options)

    def command(self, *arguments):
        """Return a command line of Odoo in this environment."""
        return [self.place.python, "-m", "odoo", *arguments]

    def variables(self):
        """Return the environment variables under which Odoo's programs run."""
        path = f"{self.place.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
        return {
            **self.server.environment(),
            "ODOO_RC": str(self.place.odoo_conf),
            "PATH": path,
            "PYTHONWARNINGS": "ignore::DeprecationWarning",
        }
