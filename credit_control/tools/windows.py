"""How often somebody may try something: counters in memory."""

import ipaddress
import math
import threading
import time
from collections import OrderedDict


class Window:
    """Lets ``limit`` tries of a key pass within ``seconds``, and says how long to wait.

    A try that is refused does not count: who slows down is let in again. Only the
    newest ``keys`` are remembered, so that memory is bounded whoever comes.

    It lives in the memory of one process: on a server with several workers each of
    them counts for itself, and a restart forgets. That is enough against a flood,
    without a write to the database for each try, which would be a flood of its own.

    >>> window = Window(limit=2, seconds=60)
    >>> [window.take("a", now=0), window.take("a", now=0), window.take("a", now=0)]
    [0, 0, 30]
    >>> window.take("b", now=0), window.take("a", now=31)
    (0, 0)
    """

    def __init__(self, limit, seconds=60, keys=5000):
        self.limit, self.seconds, self.keys = limit, seconds, keys
        self._levels = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key, now=None):
        """Count a try of ``key``; return the seconds to wait, 0 when it may pass."""
        now = time.monotonic() if now is None else now
        share = self.seconds / self.limit
        with self._lock:
            level, since = self._levels.pop(key, (0, now))
            level = max(level - (now - since) / share, 0)
            wait = math.ceil(round((level + 1 - self.limit) * share, 6))
            self._levels[key] = (level if wait > 0 else level + 1, now)
            if len(self._levels) > self.keys:
                self._levels.popitem(last=False)
        return max(wait, 0)

    def clear(self):
        """Forget all tries."""
        with self._lock:
            self._levels.clear()


def address_key(address):
    """Return what stands for who has an address: of IPv6 its network.

    >>> address_key("192.0.2.7"), address_key("2001:db8:1:2:3:4:5:6")
    ('192.0.2.7', '2001:db8:1:2::/64')
    >>> address_key("unknown")
    'unknown'
    """
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
