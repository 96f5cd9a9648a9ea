"""The web pages on which caught mail is read."""

import email
import email.policy
import functools
import html
import time
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem;
  padding: 1rem; color: #222; background: #fff; }}
h1 {{ font-size: 1.3rem; }} table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #ddd;
  vertical-align: top; overflow-wrap: anywhere; }}
tr:hover td {{ background: #f4f6f8; }} a {{ color: #0b5394; }}
iframe {{ width: 100%; height: 36rem; border: 1px solid #ccc; background: #fff; }}
pre {{ white-space: pre-wrap; }}
</style></head><body>{body}</body></html>"""
# Mail is shown, never run: no script, no form, nothing loaded from elsewhere.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'"
)
# What a browser may show itself; anything else is offered for saving.
SHOWN = {"application/pdf", "image/png", "image/jpeg", "image/gif", "text/plain"}


class Response(NamedTuple):
    """One answer to a browser."""

    status: str
    content_type: str
    content: bytes
    headers: tuple = ()

    def to_bytes(self):
        """Return the answer as it goes over the wire."""
        lines = [
            f"HTTP/1.1 {self.status}",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(self.content)}",
            "X-Content-Type-Options: nosniff",
            "Connection: close",
            *self.headers,
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.content


def respond(mailbox, target):
    """Return the answer to a path: the list, a message, its HTML, source or a file."""
    parts = [unquote(part) for part in urlsplit(target).path.split("/") if part]
    if not target:
        return Response("405 Method Not Allowed", "text/plain", b"read only\n")
    if not parts:
        return _page("Mail", _list(mailbox))
    content = mailbox.content(parts[1]) if parts[0] == "m" and parts[1:] else None
    if content is None:
        return Response("404 Not Found", "text/plain", b"no such message\n")
    message = email.message_from_bytes(content, policy=email.policy.default)
    if parts[2:] == ["raw"]:
        return Response("200 OK", "text/plain; charset=utf-8", content)
    if parts[2:] == ["html"]:
        return _html_body(message)
    if len(parts) == 4 and parts[2] == "part" and parts[3].isdigit():
        return _attachment(message, int(parts[3]))
    return _page(_header(message, "Subject"), _message(mailbox, parts[1], message))


def _page(title, body):
    content = PAGE.format(title=html.escape(title), body=body).encode()
    headers = (f"Content-Security-Policy: {POLICY}", "Cache-Control: no-store")
    return Response("200 OK", "text/html; charset=utf-8", content, headers)


def _header(message, name):
    try:
        return str(message.get(name, ""))
    except (ValueError, LookupError, AttributeError):  # a header against the rules
        return "(unreadable)"


@functools.lru_cache(maxsize=4096)
def _summary(mailbox, name):
    """Return (from, to, cc, subject, attachments) of a message; files never change."""
    message = email.message_from_bytes(
        mailbox.content(name), policy=email.policy.default
    )
    fields = [_header(message, field) for field in ("From", "To", "Cc", "Subject")]
    return (*fields, sum(1 for _ in message.iter_attachments()))


def _list(mailbox):
    """Return the list of messages; the latest 500 of them."""
    names = mailbox.names()
    rows = []
    for name in names[:500]:
        sender, to, cc, subject, attachments = _summary(mailbox, name)
        when = time.strftime(
            "%H:%M:%S", time.localtime(int(name.split("-")[0]) // 10**9)
        )
        copy = f"<br>Cc {html.escape(cc)}" if cc else ""
        rows.append(
            f"<tr><td>{when}</td><td>{html.escape(sender)}</td>"
            f"<td>{html.escape(to)}{copy}</td>"
            f'<td><a href="/m/{name}">{html.escape(subject) or "(no subject)"}</a></td>'
            f"<td>{attachments or ''}</td></tr>"
        )
    more = f", the latest {len(rows)} below" if len(names) > len(rows) else ""
    return (
        f"<h1>{len(names)} messages caught{more}</h1><p>None of them left this machine."
        ' <a href="/">Look again</a></p><table><tr><th>Time</th><th>From</th>'
        f"<th>To</th><th>Subject</th><th>Files</th></tr>{''.join(rows)}</table>"
    )


def _message(mailbox, name, message):
    """Return the page of one message."""
    envelope = mailbox.envelope(name)
    fields = ("From", "To", "Cc", "Reply-To", "Date", "Subject", "Message-Id")
    rows = [(field, _header(message, field)) for field in fields]
    rows.append(("Delivered to", ", ".join(envelope["to"])))
    rows.append(("Bounces go to", envelope["from"]))
    table = "".join(
        f"<tr><th>{field}</th><td>{html.escape(value)}</td></tr>"
        for field, value in rows
        if value
    )
    files = "".join(
        f'<li><a href="/m/{name}/part/{number}">{html.escape(_filename(part))}</a></li>'
        for number, part in enumerate(message.iter_attachments())
    )
    if message.get_body(("html",)):
        body = f'<iframe sandbox src="/m/{name}/html"></iframe>'
    else:
        body = f"<pre>{html.escape(_text(message.get_body(('plain',))))}</pre>"
    return (
        f'<p><a href="/">All messages</a> · <a href="/m/{name}/raw">as received</a></p>'
        f"<h1>{html.escape(_header(message, 'Subject'))}</h1><table>{table}</table>"
        f"<ul>{files}</ul>{body}"
    )


def _html_body(message):
    """Return the HTML body alone, for the sandboxed frame."""
    part = message.get_body(("html",))
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
    headers = (f"Content-Security-Policy: {policy}",)
    content = _text(part).encode()
    return Response("200 OK", "text/html; charset=utf-8", content, headers)


def _text(part):
    """Return the text of a part, readable whatever its declared encoding."""
    if part is None:
        return ""
    try:
        return part.get_content()
    except (LookupError, UnicodeError, AttributeError):
        return (part.get_payload(decode=True) or b"").decode("utf-8", "replace")


def _filename(part):
    return part.get_filename() or part.get_content_type()


def _attachment(message, number):
    """Return one attached file."""
    for position, part in enumerate(message.iter_attachments()):
        if position == number:
            kind = part.get_content_type()
            content = part.get_payload(decode=True)
            if content is None:  # an attached message
                content = b"".join(inner.as_bytes() for inner in part.get_payload())
            place = "inline" if kind in SHOWN else "attachment"
            name = f"filename*=UTF-8''{quote(_filename(part))}"
            header = f"Content-Disposition: {place}; {name}"
            shown = kind if kind in SHOWN else "application/octet-stream"
            return Response("200 OK", shown, content, (header,))
    return Response("404 Not Found", "text/plain", b"no such file\n")
