"""Rules of this repository that no linter knows; each returns its findings."""

import ast
import functools
import re

from .paths import ADDONS

LONGEST_FILE, LONGEST_FUNCTION = 500, 60
STATE_SETTERS = ("_update_state", "_compute_state")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b|@unittest\.skip|\.skipTest\(|@skip\b")


def _python_files(root, *, tests=False):
    """Yield the add-ons' and the set-up's Python files as (path, short name)."""
    for folder in (*ADDONS, "setup"):
        for path in sorted((root / folder).rglob("*.py")):
            name = path.relative_to(root)
            if tests or "tests" not in name.parts:
                yield path, str(name)


@functools.cache
def _tree(path):
    return ast.parse(path.read_text(), str(path))


def _called(node):
    """Return ``a.b.c`` of a call, as far as it is made of names."""
    parts, found = [], node.func
    while isinstance(found, ast.Attribute):
        parts.append(found.attr)
        found = found.value
    if isinstance(found, ast.Name):
        parts.append(found.id)
    return ".".join(reversed(parts))


def kernel_without_odoo(root):
    """The modules in tools/ compute in plain Python: no Odoo, no clock."""
    found = []
    for path, name in _python_files(root):
        if "/tools/" not in name:
            continue
        for node in ast.walk(_tree(path)):
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules = [node.module or ""]
            if any(module.split(".")[0] == "odoo" for module in modules):
                found.append(f"{name}:{node.lineno} imports odoo")
            if isinstance(node, ast.Call) and _called(node).endswith(
                (".today", ".now", ".utcnow")
            ):
                found.append(
                    f"{name}:{node.lineno} asks the clock: take a date instead"
                )
    return found


def no_commit(root):
    """Odoo commits; scheduled actions do it through _commit_progress."""
    return [
        f"{name}:{node.lineno} commits by hand"
        for path, name in _python_files(root)
        if not name.startswith("setup/")
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call) and _called(node).endswith("cr.commit")
    ]


def states_in_one_place(root):
    """A stored state changes in ``_update_state`` of its model and nowhere else.

    A state that follows from dates is computed, in ``_compute_state``.
    """
    found = []
    for path, name in _python_files(root):
        if "/models/" in name:
            for function, node in _with_function(_tree(path)):
                if function not in STATE_SETTERS and _sets_state(node):
                    found.append(f"{name}:{node.lineno} sets a state in {function}()")
    return found


def _with_function(tree, function="the module"):
    """Yield (name of the innermost function, node) of all nodes."""
    for node in ast.iter_child_nodes(tree):
        yield function, node
        inner = node.name if isinstance(node, ast.FunctionDef) else function
        yield from _with_function(node, inner)


def _sets_state(node):
    if isinstance(node, (ast.Assign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(t, ast.Attribute) and t.attr == "state" for t in targets)
    if isinstance(node, ast.Call) and _called(node).split(".")[-1] == "write":
        if _called(node).split(".")[-2:-1] in (["mail"], ["mail_mail_id"], ["sms"]):
            return False  # the state of core's mail.mail and sms.sms is core's
        return any(
            isinstance(key, ast.Constant) and key.value == "state"
            for argument in node.args
            if isinstance(argument, ast.Dict)
            for key in argument.keys
        )
    return False


def sizes(root):
    """No file over 500 lines, no function over 60."""
    found = []
    for path, name in _python_files(root):
        count = len(path.read_text().splitlines())
        if count > LONGEST_FILE:
            found.append(f"{name} has {count} lines, more than {LONGEST_FILE}")
        for node in ast.walk(_tree(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = node.end_lineno - _first_statement(node) + 1
                if length > LONGEST_FUNCTION:
                    found.append(f"{name}:{node.lineno} {node.name}: {length} lines")
    return found


def _first_statement(node):
    """Return the line of the definition, the docstring not counted."""
    if ast.get_docstring(node, clean=False) is None:
        return node.lineno
    lines = node.body[0].end_lineno - node.body[0].lineno + 1
    return node.lineno + lines


def finished(root):
    """Nothing is left for later, no test is left out."""
    return [
        f"{name}:{number} {line.strip()}"
        for path, name in _python_files(root, tests=True)
        if name != "setup/lib/rules.py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if UNFINISHED.search(line)
    ]


def documented(root):
    """Every public function and method says what it is for."""
    found = []
    for path, name in _python_files(root):
        if name in ("setup/ledger/channels.py", "setup/ledger/scenes.py"):
            continue  # one method for each customer of story.json, which tells it
        for node in ast.walk(_tree(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                public = not node.name.startswith("_")
                if (
                    public
                    and ast.get_docstring(node) is None
                    and _is_toplevel(path, node)
                ):
                    found.append(f"{name}:{node.lineno} {node.name} has no docstring")
    return found


def _is_toplevel(path, node):
    """Return whether a definition is a module's or a class's, not a nested one."""
    tree = _tree(path)
    bodies = [tree.body]
    bodies += [item.body for item in ast.walk(tree) if isinstance(item, ast.ClassDef)]
    return any(node in body for body in bodies)


def tests_imported(root):
    """Odoo only runs the test files that tests/__init__.py imports."""
    found = []
    for addon in ADDONS:
        folder = root / addon / "tests"
        imported = folder / "__init__.py"
        text = imported.read_text() if imported.exists() else ""
        found += [
            f"{addon}/tests/{path.name} is not imported in its __init__.py"
            for path in sorted(folder.glob("test_*.py"))
            if not re.search(rf"\b{path.stem}\b", text)
        ]
    return found


CHECKS = {
    "kernel without Odoo": kernel_without_odoo,
    "no commit by hand": no_commit,
    "states change in one place": states_in_one_place,
    "sizes": sizes,
    "nothing unfinished": finished,
    "docstrings": documented,
    "tests are imported": tests_imported,
}
