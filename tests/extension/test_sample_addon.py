"""An add-on of somebody else's, installed beside ours, uses each extension point."""

import os
import subprocess
from pathlib import Path

from lib import odoolog
from lib.settings import free_port

SAMPLE = "credit_control_sample"


def test_extension_points(environment, database):
    port = free_port(19400, 2)
    folders = f"{environment.place.root},{Path(__file__).parent}"
    done = subprocess.run(
        [
            str(part)
            for part in environment.command(
                *("-d", database, "-i", SAMPLE, f"--addons-path={folders}"),
                *("--test-tags", f"/{SAMPLE}", "--stop-after-init"),
                *("--max-cron-threads=0", "--log-level=warn"),
                *("--log-handler=odoo.tests.result:INFO",),
                *(f"--log-handler=odoo.addons.{SAMPLE}.tests:INFO",),
                *(f"--http-port={port}", f"--gevent-port={port + 1}"),
            )
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **environment.variables()},
        text=True,
        check=False,
    )
    expected = [f"{SAMPLE}.tests.test_extension_points"]
    tally = odoolog.judge(SAMPLE, done.stdout, expected)
    assert not tally.failed, done.stdout[-6000:]
    assert tally.passed == 7
