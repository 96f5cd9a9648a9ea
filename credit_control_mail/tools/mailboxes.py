"""Mailboxes read with care: nothing is marked or removed before it is stored.

They stand in for the connections of Odoo's fetcher and have the same four methods.
"""

import hashlib
import imaplib
import poplib
import re
from typing import NamedTuple

# a line of a mail may be of any length; the module would end the whole session
LONGEST_LINE = 64 * 1024 * 1024
CHUNK = 200
MONTHS = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_ID = re.compile(rb"^message-id:\s*(\S[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", re.I | re.M)


class Entry(NamedTuple):
    """One mail in a mailbox, not fetched yet."""

    uid: bytes
    size: int
    message_id: str


class Mailbox:
    """What both kinds share: what was fetched is handled only when it is stored."""

    def __init__(self, connection, is_stored):
        """Wrap a connection.

        :param connection: logged in, of ``imaplib`` or ``poplib``
        :param is_stored: tells whether a mail with this SHA-256 is safely kept
        """
        self.connection, self.is_stored = connection, is_stored
        self._waiting, self._digests, self._is_open = [], {}, False

    def retrieve_unread_messages(self):
        """Yield ``(number, bytes)`` of each new mail; none is marked by it."""
        while self._waiting:
            number = self._waiting.pop()
            raw = self.fetch(number)
            if raw is not None:
                self._digests[number] = hashlib.sha256(raw).hexdigest()
                yield number, raw

    def handled_message(self, number):
        """Mark or remove a mail that is stored; any other comes again next time."""
        if self.is_stored(self._digests.pop(number)):
            self.mark(number)


class ImapMailbox(Mailbox):
    """The inbox of an IMAP account, by its lasting numbers."""

    def check_unread_messages(self):
        """Return how many mails nobody has seen, and get ready to fetch them."""
        self.connection.select()
        self._is_open = True
        _status, data = self.connection.uid("SEARCH", None, "UNSEEN")
        self._waiting = (data[0] or b"").split()[::-1] if data else []
        return len(self._waiting)

    def fetch(self, uid):
        """Return a mail without marking it as seen, ``None`` when it is gone."""
        _status, data = self.connection.uid("FETCH", uid, "(BODY.PEEK[])")
        return next((one[1] for one in data or () if isinstance(one, tuple)), None)

    def mark(self, uid):
        """Mark a mail as seen."""
        self.connection.uid("STORE", uid, "+FLAGS", "(\\Seen)")

    def list_since(self, day):
        """Yield lists of `Entry` of all mails since a day, seen or not.

        :param datetime.date day: the first day looked at
        """
        self.connection.select(readonly=True)
        self._is_open = True
        since = f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year}"
        _status, data = self.connection.uid("SEARCH", None, f"SINCE {since}")
        uids = (data[0] or b"").split() if data else []
        for start in range(0, len(uids), CHUNK):
            yield self._list(uids[start : start + CHUNK])

    def _list(self, uids):
        _status, data = self.connection.uid(
            "FETCH",
            b",".join(uids),
            "(RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])",
        )
        found, parts = [], list(data or ())
        for index, part in enumerate(parts):
            if not isinstance(part, tuple):
                continue
            tail = parts[index + 1] if index + 1 < len(parts) else b""
            told = part[0] + b" " + (tail if isinstance(tail, bytes) else b"")
            uid, size, header = _UID.search(told), _SIZE.search(told), part[1]
            message_id = _ID.search(header or b"")
            if uid:
                found.append(
                    Entry(
                        uid[1],
                        int(size[1]) if size else 0,
                        message_id[1].decode("utf-8", "replace") if message_id else "",
                    )
                )
        return found

    def disconnect(self):
        """End the session."""
        if self._is_open:
            self.connection.close()
        self.connection.logout()


class PopMailbox(Mailbox):
    """A POP account: what is removed is gone only when the session ends well."""

    def __init__(self, connection, is_stored):
        """Wrap a connection, and take lines of any length from it."""
        super().__init__(connection, is_stored)
        poplib._MAXLINE = max(poplib._MAXLINE, LONGEST_LINE)

    def check_unread_messages(self):
        """Return how many mails there are, and get ready to fetch them."""
        count, _size = self.connection.stat()
        self._waiting = list(range(count, 0, -1))
        return count

    def fetch(self, number):
        """Return a mail."""
        _answer, lines, _size = self.connection.retr(number)
        return b"\n".join(lines)

    def mark(self, number):
        """Ask the server to remove a mail at the end of the session."""
        self.connection.dele(number)

    def disconnect(self):
        """End the session; only now the server removes what was marked."""
        self.connection.quit()


def wrap(connection, kind, is_stored):
    """Return a careful mailbox around a connection of Odoo's fetcher.

    :param str kind: ``imap`` or ``pop``
    """
    if kind == "imap" and isinstance(connection, imaplib.IMAP4):
        return ImapMailbox(connection, is_stored)
    if kind == "pop" and isinstance(connection, poplib.POP3):
        return PopMailbox(connection, is_stored)
    return connection
