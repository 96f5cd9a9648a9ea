"""Odoo's configuration, the settings that are kept, and the server's address."""

import configparser
import io
import socket
import stat

import pytest

from lib import config, postgres
from lib.console import Console, SetupError
from lib.database import quoted
from lib.environment import Environment
from lib.paths import Place, is_open_to_others
from lib.pgserver import Server
from lib.python_env import pip_settings
from lib.settings import Settings, free_port


@pytest.fixture
def place(tmp_path):
    return Place(root=tmp_path)


def test_odoo_conf_is_private_and_complete(place):
    environment = Environment(Console(stream=io.StringIO()), place)
    environment.odoo = place.packaged_odoo
    server = Server("db.example", "5433", "credit", "p%ss", "require")
    environment.settings.keep(server=list(server))
    path = config.write(place.odoo_conf, config.build(environment, (8099, 8100)))
    parser = configparser.RawConfigParser()
    parser.read(path)
    found = dict(parser["options"])
    assert found["addons_path"] == str(place.root)
    assert found["db_password"] == "p%ss"
    assert found["db_sslmode"] == "require"
    assert (found["http_port"], found["gevent_port"]) == ("8099", "8100")
    assert found["http_interface"] == "127.0.0.1"
    assert found["list_db"] == "False"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_configuration_is_rewritten_only_when_it_differs(place):
    path = config.write(place.root / "o.conf", {"a": 1})
    before = path.stat().st_mtime_ns
    assert config.write(path, {"a": 1}).stat().st_mtime_ns == before
    assert "a = 2" in config.write(path, {"a": 2}).read_text()


def test_the_master_password_is_made_once(place):
    first = Settings(place.settings).secret("admin_passwd")
    assert len(first) >= 16
    assert Settings(place.settings).secret("admin_passwd") == first
    assert stat.S_IMODE(place.settings.stat().st_mode) == 0o600


def test_settings_survive_and_a_broken_file_is_no_disaster(place):
    Settings(place.settings).keep(port=8070, odoo=None)
    assert Settings(place.settings).get("port") == 8070
    assert Settings(place.settings).get("odoo", "none") == "none"
    place.settings.write_text("{broken")
    assert Settings(place.settings).get("port") is None


def test_a_closed_folder_is_seen(tmp_path):
    folder = tmp_path / "home/checkout"
    folder.mkdir(parents=True)
    (tmp_path / "home").chmod(0o700)
    assert not is_open_to_others(folder)


class FakeCluster(postgres.Cluster):
    """A cluster as root would make it, without being root."""

    def __init__(self, place):
        self.place = place
        self.account = object()
        self.folder = self._choose_folder()
        self.socket = self._choose_socket()


def test_the_cluster_moves_out_of_a_closed_home(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    place = Place(root=home)
    place.folder.mkdir()
    cluster = FakeCluster(place)
    assert str(cluster.folder).startswith("/var/tmp/credit-control-")
    assert place.short_id() in cluster.folder.name


def test_the_socket_of_a_deep_folder_moves(tmp_path):
    place = Place(root=tmp_path / ("deep" * 20))
    place.folder.mkdir(parents=True)
    cluster = FakeCluster(place)
    assert len(str(cluster.socket)) <= postgres.LONGEST_SOCKET


def test_a_taken_port_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) > port


@pytest.mark.parametrize("name", ["credit", "credit_2", "A-b.c"])
def test_names_of_databases(name):
    assert quoted(name) == f'"{name}"'


@pytest.mark.parametrize("name", ['a"b', "", "a b", "-x", "a;b"])
def test_bad_names_of_databases(name):
    with pytest.raises(SetupError, match="no name for a database"):
        quoted(name)


def test_pips_settings_are_read_and_the_environment_wins():
    found = pip_settings(
        ":env:.find-links='/wheels'\n"
        "global.find-links='/other'\n"
        "global.extra-index-url='file:///a file:///b'\n"
        "global.timeout='60'\n"
        "nonsense\n"
    )
    assert found["find-links"] == "/wheels"
    assert found["extra-index-url"] == "file:///a file:///b"
