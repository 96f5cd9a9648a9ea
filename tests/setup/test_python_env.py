"""Python and its packages: which interpreter, and what is said when pip fails."""

import io
import os
import subprocess
import sys
import time

import pytest

from lib import python_env
from lib.console import Console, SetupError
from lib.paths import Place
from lib.process import command_line
from lib.stamps import Stamps

OFFLINE = """\
WARNING: Retrying (Retry(total=4, connect=None)) after connection broken
WARNING: Retrying (Retry(total=3, connect=None)) after connection broken
ERROR: Could not find a version that satisfies the requirement Babel==2.14.0
ERROR: No matching distribution found for Babel==2.14.0"""


def test_without_an_index_the_way_out_is_named():
    first, *rest = python_env.pip_failure("Packages (odoo)", OFFLINE).splitlines()
    assert first.startswith("Packages (odoo) could not be fetched")
    assert "PIP_FIND_LINKS" in first
    assert "Retrying" not in "".join(rest)
    assert rest[-1].endswith("Babel==2.14.0")


def test_a_failing_build_is_not_called_a_missing_network():
    text = python_env.pip_failure("Packages (odoo)", "error: gcc: No such file")
    assert "could not be installed" in text
    assert "index" not in text
    assert text.endswith("gcc: No such file")


@pytest.fixture
def env(tmp_path):
    place = Place(root=tmp_path)
    return python_env.PythonEnv(
        place, Stamps(place.stamps), Console(stream=io.StringIO())
    )


def test_what_could_not_be_installed_is_named(env, monkeypatch):
    def fail(command, *, purpose, **_more):
        raise SetupError(f"{purpose} failed (status 1):\n{OFFLINE}")

    monkeypatch.setattr(python_env, "run", fail)
    requirements = env.place.root / "requirements.txt"
    requirements.write_text("Babel==2.14.0\n")
    with pytest.raises(SetupError, match=r"^Python packages \(odoo\) could not be"):
        env.install("odoo", requirements)
    assert not list(env.stamps.of("requirements-*"))


@pytest.mark.parametrize("version", [(3, 10), (3, 11), (3, 12), (3, 13)])
def test_this_python_is_taken_if_odoo_runs_on_it(monkeypatch, version):
    monkeypatch.setattr(python_env.sys, "version_info", (*version, 0, "final", 0))
    assert python_env.find_python() == os.path.realpath(sys.executable)


@pytest.mark.parametrize("version", [(3, 9), (3, 14)])
def test_another_python_is_looked_for(monkeypatch, version):
    monkeypatch.setattr(python_env.sys, "version_info", (*version, 0, "final", 0))
    monkeypatch.setattr(python_env, "_runs", lambda path: True)
    there = {"python3.12": "/no/where/python3.12", "python3.10": "/no/where/python3.10"}
    monkeypatch.setattr(python_env.shutil, "which", there.get)
    assert python_env.find_python() == "/no/where/python3.12"
    monkeypatch.setattr(python_env.shutil, "which", {}.get)
    with pytest.raises(SetupError, match=r"3\.10, 3\.11, 3\.12 or 3\.13"):
        python_env.find_python()


def test_one_python_under_two_names_is_one(env, tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(python_env, "run", lambda *words, **more: made.append(words))
    monkeypatch.setattr(python_env, "_runs", lambda path: True)
    for name in ("python3", "python3.x"):
        (tmp_path / name).symlink_to(sys.executable)
        monkeypatch.setattr(python_env.sys, "executable", str(tmp_path / name))
        env.make()
    assert len(made) == 1


def test_another_python_ends_what_runs_from_the_old_one(env, monkeypatch):
    env.place.make()
    program = [sys.executable, "-c", "import time; time.sleep(60)", env.place.odoo_conf]
    with subprocess.Popen([str(word) for word in program]) as running:
        while "odoo.conf" not in command_line(running.pid):
            time.sleep(0.01)  # for a moment, a new program has no command line
        (env.place.folder / "odoo.pid").write_text(str(running.pid))
        monkeypatch.setattr(python_env, "run", lambda *words, **more: "")
        env.make()
        running.wait(timeout=10)  # would raise if it still ran
    assert not (env.place.folder / "odoo.pid").exists()
