"""Remember which steps are done, and for which inputs."""

import contextlib
import hashlib
import json


def key_of(*inputs):
    """Return a short key of plain values; equal inputs give equal keys."""
    text = json.dumps(inputs, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def key_of_files(*paths):
    """Return a key of the contents of files; folders count with all they hold."""
    digest = hashlib.sha256()
    for path in paths:
        members = sorted(path.rglob("*")) if path.is_dir() else [path]
        for member in members:
            if member.is_file() and "__pycache__" not in member.parts:
                digest.update(str(member.relative_to(path.parent)).encode() + b"\0")
                digest.update(member.read_bytes() + b"\0")
    return digest.hexdigest()[:20]


class Stamps:
    """One small file per finished step, holding the key of the step's inputs."""

    def __init__(self, folder):
        self.folder = folder

    def is_done(self, step, key):
        """Return whether ``step`` ended well for exactly these inputs."""
        try:
            return (self.folder / step).read_text() == key
        except OSError:
            return False

    def of(self, pattern):
        """Return the files of the steps whose names match a pattern."""
        return list(self.folder.glob(pattern))

    def forget(self, step):
        """Make the step run again."""
        (self.folder / step).unlink(missing_ok=True)

    @contextlib.contextmanager
    def recording(self, step, key):
        """Stamp ``step`` as done if the block ends without an error."""
        self.forget(step)
        yield
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / step).write_text(key)
