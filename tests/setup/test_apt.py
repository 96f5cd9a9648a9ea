"""Which mirror the set-up takes, and what it says where there is none."""

import pytest

from lib import apt
from lib.console import SetupError

DEB822 = """\
Types: deb
# a comment between the fields
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
 contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb deb-src
URIs: http://mirror.example/debian-security http://second.example/security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
"""

ONE_LINE = """\
# deb http://commented.example/debian bookworm main
deb cdrom:[Debian 12]/ bookworm main
deb-src http://sources.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] https://mirror.example/deb/ bookworm main non-free # x
deb http://vendor.example/apt stable vendor
"""


def test_deb822_gives_every_address_and_suite():
    found = apt.parse_deb822(DEB822)
    assert [source[:2] for source in found] == [
        ("http://mirror.example/debian", "bookworm"),
        ("http://mirror.example/debian", "bookworm-updates"),
        ("http://mirror.example/debian-security", "bookworm-security"),
        ("http://second.example/security", "bookworm-security"),
    ]
    assert found[0].components == ("main", "contrib")


def test_one_line_sources_with_options_and_comments():
    found = apt.parse_one_line(ONE_LINE)
    assert ("https://mirror.example/deb/", "bookworm", ("main", "non-free")) in found
    assert all("commented" not in source.uri for source in found)
    assert all("sources.example" not in source.uri for source in found)


@pytest.mark.parametrize(
    ("sources", "mirror"),
    [
        (apt.parse_deb822(DEB822), "http://mirror.example/debian"),
        (apt.parse_one_line(ONE_LINE), "https://mirror.example/deb/"),
        ([apt.Source("http://ubuntu.example/", "noble", ("main",))], None),
        ([apt.Source("http://vendor.example/", "stable", ("vendor",))], None),
        ([], None),
    ],
)
def test_the_mirror_is_the_one_of_debian_main(sources, mirror):
    assert apt.debian_mirror(sources) == mirror


def test_both_formats_are_read_from_the_folder(tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text("deb http://a.example/debian trixie main\n")
    (tmp_path / "sources.list.d/b.sources").write_text(DEB822)
    (tmp_path / "sources.list.d/c.list.disabled").write_text(
        "deb http://c.example/debian trixie main\n"
    )
    hosts = {source.uri for source in apt.read_sources(tmp_path)}
    assert "http://a.example/debian" in hosts
    assert "http://mirror.example/debian" in hosts
    assert "http://c.example/debian" not in hosts


def test_the_private_configuration_stays_in_its_folder(tmp_path):
    text = apt._configuration(tmp_path)
    assert f'Dir::State "{tmp_path}";' in text
    assert 'Dir::Etc::sourceparts "/dev/null";' in text
    assert "/etc/apt" not in text
    assert "/var/" not in text


@pytest.mark.parametrize(
    ("program", "keys", "sources", "word"),
    [
        (None, True, [], "no apt-get"),
        ("/usr/bin/apt-get", False, [], "debian-archive-keyring"),
        ("/usr/bin/apt-get", True, [], "no Debian mirror"),
    ],
)
def test_without_debian_the_way_out_is_named(
    tmp_path, monkeypatch, program, keys, sources, word
):
    keyring = tmp_path / "keyring.gpg"
    if keys:
        keyring.touch()
    monkeypatch.setattr(apt, "KEYRING", keyring)
    monkeypatch.setattr(apt.shutil, "which", lambda name: program)
    monkeypatch.setattr(apt, "read_sources", lambda: sources)
    with pytest.raises(SetupError) as error:
        apt.Apt(tmp_path / "apt", ["sid"]).prepare()
    assert word in str(error.value)
    assert "--odoo DIR" in str(error.value)


@pytest.fixture
def fetcher(tmp_path, monkeypatch):
    """Return a function that makes a private apt whose apt-get fails with words."""

    def make(words):
        def fail(command, *, purpose, **_more):
            raise SetupError(f"{purpose} failed (status 100):\n{words}")

        source = apt.Source("http://mirror.example/debian", "bookworm", ("main",))
        (tmp_path / "keyring.gpg").touch()
        monkeypatch.setattr(apt, "KEYRING", tmp_path / "keyring.gpg")
        monkeypatch.setattr(apt.shutil, "which", lambda name: name)
        monkeypatch.setattr(apt, "read_sources", lambda: [source])
        monkeypatch.setattr(apt, "run", fail)
        return apt.Apt(tmp_path / "apt", ["sid", "trixie"])

    return make


def test_a_mirror_out_of_reach_is_named_with_what_to_do(fetcher):
    with pytest.raises(SetupError) as error:
        fetcher("E: Failed to fetch, Temporary failure resolving").prepare()
    first, *rest = str(error.value).splitlines()
    assert "Debian (sid, trixie)" in first
    assert "http://mirror.example/debian" in first
    assert "proxy" in first
    assert "--odoo DIR" in first
    assert "Temporary failure" in rest[-1]
    assert "APT::Update::Error-Mode=any" in apt.UPDATE


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("E: Unable to locate package odoo-19", "odoo-19 is gone from Debian's sid"),
        ("E: Failed to fetch http://m/odoo.deb", "odoo-19 and what belongs to it"),
    ],
)
def test_a_package_that_is_gone_is_not_a_missing_network(fetcher, words, said):
    private = fetcher(words)
    private._updated = True
    with pytest.raises(SetupError) as error:
        private.download(["odoo-19/sid", "libjs-jquery/trixie"], private.folder)
    assert said in str(error.value).splitlines()[0]
    assert "--odoo DIR" in str(error.value)
