"""A step runs once for its inputs, and again when they change or it failed."""

import pytest

from lib.stamps import Stamps, key_of, key_of_files


def test_a_finished_step_is_done_for_its_key_only(tmp_path):
    stamps = Stamps(tmp_path / "stamps")
    assert not stamps.is_done("step", "a")
    with stamps.recording("step", "a"):
        pass
    assert stamps.is_done("step", "a")
    assert not stamps.is_done("step", "b")


def test_a_failed_step_is_not_done_even_if_it_was(tmp_path):
    stamps = Stamps(tmp_path)
    with stamps.recording("step", "a"):
        pass
    with pytest.raises(ValueError, match="broken"), stamps.recording("step", "a"):
        raise ValueError("broken")
    assert not stamps.is_done("step", "a")


def test_keys_depend_on_every_input():
    assert key_of("a", 1) == key_of("a", 1)
    assert key_of("a", 1) != key_of("a", 2)
    assert key_of(["a", "b"]) != key_of(["ab"])


def test_the_key_of_a_folder_sees_contents_and_names(tmp_path):
    folder = tmp_path / "addon"
    (folder / "models").mkdir(parents=True)
    file = folder / "models/a.py"
    file.write_text("1")
    first = key_of_files(folder)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__/a.pyc").write_text("compiled")
    assert key_of_files(folder) == first
    file.write_text("2")
    second = key_of_files(folder)
    file.rename(folder / "models/b.py")
    assert len({first, second, key_of_files(folder)}) == 3
