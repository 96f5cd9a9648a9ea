"""The add-ons as wheels, and taking them out of a database again."""

import ast
import json
import subprocess
import zipfile

import pytest

from lib.paths import ADDONS

LEFT = """
SELECT table_name || '.' || column_name FROM information_schema.columns
 WHERE table_schema = 'public'
   AND (table_name ~ '^(dunning|credit)_' OR column_name ~ '^(x_)?(dunning|credit_)')
 ORDER BY 1
"""


@pytest.mark.parametrize("addon", ADDONS)
def test_each_addon_builds_as_a_wheel(environment, tmp_path, addon):
    source = environment.place.root / addon
    done = subprocess.run(
        [
            *(environment.place.python, "-m", "build", "--wheel", "--no-isolation"),
            *("--outdir", tmp_path, source),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.returncode, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    version = ast.literal_eval((source / "__manifest__.py").read_text())["version"]
    assert wheel.name == f"odoo_addon_{addon}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    expected = {
        f"odoo/addons/{path.relative_to(environment.place.root)}"
        for path in source.rglob("*")
        if path.suffix in {".py", ".xml", ".csv", ".sql", ".js", ".po"}
        and "build" not in path.relative_to(source).parts
    }
    assert expected <= names


@pytest.mark.slow
def test_uninstalling_leaves_nothing(environment, database):
    before = environment.databases.query(LEFT, database=environment.databases.base())
    done = subprocess.run(
        environment.command("module", "uninstall", "-d", database, *reversed(ADDONS)),
        env={**environment.variables()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.returncode, done.stderr[-3000:]
    assert environment.databases.query(LEFT, database=database) == before
    states = environment.databases.query(
        "SELECT name, state FROM ir_module_module WHERE name LIKE 'credit_control%'",
        database=database,
    )
    assert {state for _name, state in states} == {"uninstalled"}, json.dumps(states)
