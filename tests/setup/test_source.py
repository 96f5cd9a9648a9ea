"""Unpacking Odoo's package and checking an existing Odoo."""

import fnmatch

import pytest

from lib import odoo_source
from lib.console import SetupError


def excluded(path):
    return any(fnmatch.fnmatch(path, p) for p in odoo_source.other_languages())


@pytest.mark.parametrize("name", ["fr.po", "de.po", "es.po", "it.po", "nl.po"])
def test_kept_languages_are_unpacked(name):
    assert not excluded(f"./usr/odoo/addons/crm/i18n/{name}")


@pytest.mark.parametrize(
    "name",
    [
        *("crm.pot", "delivery.pot", "event.pot", "fleet.pot", "es_MX.po", "fr_BE.po"),
        *("et.po", "eu.po", "fi.po", "id.po", "da.po", "nb.po", "pt_BR.po", "zh_CN.po"),
        *("nl_BE.po", "note.pot", "iap.pot", "sr@latin.po"),
    ],
)
def test_other_translations_are_left_out(name):
    assert excluded(f"./usr/odoo/addons/crm/i18n/{name}")


def test_code_is_never_left_out():
    assert not excluded("./usr/odoo/addons/crm/models/crm_lead.py")


def make_odoo(folder, version):
    (folder / "odoo").mkdir(parents=True)
    (folder / "odoo/release.py").write_text(f"version_info = ({version}, FINAL, 0)\n")
    return folder


def test_an_existing_odoo_19_is_taken(tmp_path):
    folder = make_odoo(tmp_path / "o", "19, 0, 0")
    assert odoo_source.check_existing(folder) == folder


@pytest.mark.parametrize("version", ["18, 0, 0", "'saas~19', 1, 0", "190, 0, 0"])
def test_another_version_is_refused(tmp_path, version):
    with pytest.raises(SetupError, match="not version 19"):
        odoo_source.check_existing(make_odoo(tmp_path / "o", version))


def test_a_folder_without_odoo_is_refused(tmp_path):
    with pytest.raises(SetupError, match="odoo-bin"):
        odoo_source.check_existing(tmp_path)


def test_a_checkout_has_a_second_addons_folder(tmp_path):
    assert odoo_source.addons_folders(tmp_path) == []
    (tmp_path / "addons/account").mkdir(parents=True)
    (tmp_path / "addons/account/__manifest__.py").touch()
    assert odoo_source.addons_folders(tmp_path) == [tmp_path / "addons"]
