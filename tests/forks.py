"""Odoo processes for tests that kill them: the registry is loaded once, then forked."""

import json
import os
import sys
import traceback

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import close_all


def fork(database, work):
    """Run ``work(env)`` in a process of its own and commit.

    :return: (process id, end of the pipe on which its answer comes)
    """
    close_all()  # a connection must not be shared with a child
    sys.stdout.flush()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    os.close(reading)
    status = 1
    try:
        with Registry(database).cursor() as cr:
            answer = work(api.Environment(cr, SUPERUSER_ID, {}))
            cr.commit()
        os.write(writing, json.dumps(answer).encode())
        status = 0
    except BaseException:  # noqa: BLE001 - a fork must never return
        traceback.print_exc()
    finally:
        os._exit(status)


def wait(pid, reading):
    """Return (how the process ended, what its work returned)."""
    with os.fdopen(reading, "rb") as stream:
        text = stream.read()
    _pid, status = os.waitpid(pid, 0)
    return (
        -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status),
        json.loads(text) if text else None,
    )


def serve(answer):
    """Answer each line of the standard input by ``answer(database, request)``.

    The command line is ``CONFIG DATABASE``; an answer is a line of JSON after ``@``.
    """
    config, database = sys.argv[1:3]
    odoo.tools.config.parse_config(["-c", config, "-d", database], setup_logging=True)
    Registry(database)
    for line in sys.stdin:
        sys.stdout.write(f"@{json.dumps(answer(database, json.loads(line)))}\n")
        sys.stdout.flush()
