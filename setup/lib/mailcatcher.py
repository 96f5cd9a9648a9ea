"""A mail server that delivers nothing: it keeps each message and shows it.

Started as a program with the folder of the messages and two ports. Mail comes in by
SMTP on the first; the second serves web pages to read it. An address that begins
with ``refuse`` is refused, so that failures can be seen too.
"""

import asyncio
import contextlib
import json
import os
import re
import sys
import time
from pathlib import Path

if __package__:
    from . import mailpages
else:  # started as a program
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from lib import mailpages

LARGEST = 50 * 1024 * 1024
LONGEST_LINE = 1024 * 1024
ADDRESS = re.compile(r"<([^>]*)>")


class Mailbox:
    """The messages in a folder: ``NAME.eml`` as received, ``NAME.json`` envelope."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._count = 0

    def store(self, sender, recipients, content):
        """Keep one message; the .eml file appears when it is complete."""
        self._count += 1
        name = f"{time.time_ns()}-{os.getpid()}-{self._count:06}"
        envelope = {"from": sender, "to": recipients, "time": time.time()}
        (self.folder / f"{name}.json").write_text(json.dumps(envelope))
        (self.folder / f"{name}.part").write_bytes(content)
        (self.folder / f"{name}.part").rename(self.folder / f"{name}.eml")
        return name

    def names(self):
        """Return the names of all messages, the latest first."""
        return sorted((path.stem for path in self.folder.glob("*.eml")), reverse=True)

    def content(self, name):
        """Return a message as received, or ``None``."""
        path = self.folder / f"{name}.eml"
        if not re.fullmatch(r"[0-9-]+", name) or not path.is_file():
            return None
        return path.read_bytes()

    def envelope(self, name):
        """Return the addresses as the server was told them."""
        try:
            return json.loads((self.folder / f"{name}.json").read_text())
        except (OSError, ValueError):
            return {"from": "", "to": [], "time": 0}


class SmtpSession:
    """One connection of a sending mail client."""

    def __init__(self, mailbox, reader, writer):
        self.mailbox = mailbox
        self.reader = reader
        self.writer = writer
        self._reset()

    def _reset(self):
        self.sender = None
        self.recipients = []

    async def serve(self):
        """Answer commands until the client leaves."""
        try:
            await self._answer("220 mail catcher, nothing leaves this machine")
            while line := await self.reader.readline():
                command, _space, rest = line.decode(errors="replace").partition(" ")
                verb = command.strip().lower()
                if verb == "quit":
                    await self._answer("221 bye")
                    break
                method = getattr(self, f"on_{verb}", None)
                answer = "502 no such command" if method is None else await method(rest)
                await self._answer(answer)
        except (ConnectionError, asyncio.IncompleteReadError, ValueError):
            pass  # the client left in the middle, or sent an endless line
        finally:
            self.writer.close()

    async def _answer(self, text):
        self.writer.write(text.replace("\n", "\r\n").encode() + b"\r\n")
        await self.writer.drain()

    async def on_ehlo(self, _rest):
        """Greet and say what we can."""
        self._reset()
        return f"250-mail catcher\n250-SIZE {LARGEST}\n250-8BITMIME\n250 SMTPUTF8"

    async def on_helo(self, _rest):
        """Greet an old client."""
        self._reset()
        return "250 mail catcher"

    async def on_mail(self, rest):
        """Begin a message."""
        found = ADDRESS.search(rest)
        if not found:
            return "501 write MAIL FROM:<address>"
        self._reset()
        self.sender = found[1]
        return "250 ok"

    async def on_rcpt(self, rest):
        """Add a recipient, unless the address asks to be refused."""
        found = ADDRESS.search(rest)
        if self.sender is None:
            return "503 MAIL FROM comes first"
        if not found or "@" not in found[1]:
            return "501 write RCPT TO:<name@domain>"
        if found[1].lower().startswith("refuse"):
            return "550 5.1.1 no such mailbox here"
        self.recipients.append(found[1])
        return "250 ok"

    async def on_data(self, _rest):
        """Take the message itself."""
        if not self.recipients:
            return "503 RCPT TO comes first"
        await self._answer("354 end with a line that holds a dot only")
        lines, size = [], 0
        while (line := await self.reader.readline()) not in (b".\r\n", b".\n", b""):
            size += len(line)
            if size <= LARGEST:
                lines.append(line[1:] if line.startswith(b".") else line)
        if not line:
            raise ConnectionError("the client left before the end of the message")
        if size > LARGEST:
            return "552 5.3.4 the message is too large"
        name = self.mailbox.store(self.sender, self.recipients, b"".join(lines))
        self._reset()
        return f"250 2.0.0 kept as {name}"

    async def on_rset(self, _rest):
        """Forget what was begun."""
        self._reset()
        return "250 ok"

    async def on_noop(self, _rest):
        """Do nothing, politely."""
        return "250 ok"


async def serve_page(mailbox, reader, writer):
    """Answer one request of a browser."""
    try:
        request = await asyncio.wait_for(reader.readline(), 10)
        while (await asyncio.wait_for(reader.readline(), 10)).strip():
            pass
        words = request.decode(errors="replace").split()
        path = words[1] if len(words) > 1 and words[0] in ("GET", "HEAD") else ""
        writer.write(mailpages.respond(mailbox, path).to_bytes())
        await writer.drain()
    except (ConnectionError, asyncio.TimeoutError, ValueError):
        pass  # a browser may leave at any time
    finally:
        writer.close()


async def start(mailbox, smtp_port, web_port, host="127.0.0.1"):
    """Listen on both ports; return the two servers."""

    async def on_mail(reader, writer):
        await SmtpSession(mailbox, reader, writer).serve()

    async def on_web(reader, writer):
        await serve_page(mailbox, reader, writer)

    return (
        await asyncio.start_server(on_mail, host, smtp_port, limit=LONGEST_LINE),
        await asyncio.start_server(on_web, host, web_port),
    )


async def run_forever(folder, smtp_port, web_port):
    """Serve until the process is ended."""
    servers = await start(Mailbox(folder), smtp_port, web_port)
    async with contextlib.AsyncExitStack() as stack:
        for server in servers:
            await stack.enter_async_context(server)
        await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run_forever(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
