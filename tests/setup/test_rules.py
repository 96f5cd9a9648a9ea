"""The repository's own rules find what they are meant to find."""

import pytest

from lib import rules


@pytest.fixture
def repository(tmp_path):
    """Return a function that writes a file and gives back the root."""

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return tmp_path

    return write


@pytest.mark.parametrize(
    "text",
    [
        "from odoo import fields\n",
        "import odoo\n",
        "import datetime\n\nd = datetime.date.today()\n",
    ],
)
def test_the_kernel_knows_neither_odoo_nor_the_clock(repository, text):
    root = repository("credit_control/tools/interest.py", text)
    assert len(rules.kernel_without_odoo(root)) == 1


def test_the_kernel_may_use_its_neighbours(repository):
    root = repository("credit_control/tools/a.py", "from . import odoo_like\n")
    assert rules.kernel_without_odoo(root) == []


@pytest.mark.parametrize(
    "line",
    ['self.write({"state": "sent"})', 'self.state = "sent"', 'run.write({"state": 1})'],
)
def test_a_state_written_elsewhere_is_found(repository, line):
    code = "class A:\n    def {name}(self):\n        {line}\n"
    root = repository(
        "credit_control/models/a.py", code.format(name="action", line=line)
    )
    assert len(rules.states_in_one_place(root)) == 1
    rules._tree.cache_clear()
    repository(
        "credit_control/models/a.py", code.format(name="_update_state", line=line)
    )
    assert rules.states_in_one_place(root) == []


def test_a_commit_by_hand_is_found(repository):
    root = repository(
        "credit_control/models/b.py", "def f(self):\n    self.env.cr.commit()\n"
    )
    assert len(rules.no_commit(root)) == 1


def test_a_long_function_is_found_without_counting_its_docstring(repository):
    body = "    x = 1\n" * 59
    root = repository("credit_control/models/c.py", f"def f():\n{body}")
    assert rules.sizes(root) == []
    repository(
        "credit_control/models/d.py", f'def f():\n    """A.\n\n    B."""\n{body}'
    )
    assert rules.sizes(root) == []
    repository("credit_control/models/e.py", f"def f():\n{body}    y = 1\n")
    assert len(rules.sizes(root)) == 1


def test_unfinished_work_is_found(repository):
    root = repository("credit_control/tests/test_x.py", "# TO" + "DO: later\n")
    assert len(rules.finished(root)) == 1


def test_a_test_file_that_is_not_imported_is_found(repository):
    repository("credit_control/tests/__init__.py", "from . import test_a\n")
    repository("credit_control/tests/test_a.py", "")
    root = repository("credit_control/tests/test_b.py", "")
    (finding,) = rules.tests_imported(root)
    assert "test_b.py" in finding


def test_a_public_method_without_docstring_is_found(repository):
    root = repository(
        "credit_control/models/f.py",
        "class A:\n    def action(self):\n        def inner():\n            pass\n"
        "    def _private(self):\n        pass\n",
    )
    (finding,) = rules.documented(root)
    assert "action" in finding
