"""How often: questions of one client address, and questions about one article."""

import ipaddress
import logging
import time

from limits import RateLimitItem, parse_many
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from app.problems import try_again
from index.errors import FixSettings

log = logging.getLogger(__name__)
# One reader's provider hands out addresses of one such network.
IPV6_NETWORK_BITS = 64
OFF, MEMORY = "off", "memory://"
# Seconds that a reader waits for a store that does not answer.
PATIENCE = {"socket_connect_timeout": 1.0, "socket_timeout": 1.0}
# Cheap calls that a reader may make for each question of the limit.
CALLS = 10


class Limits:
    """Counts in this process's memory, or in Redis where several processes share the counts."""

    def __init__(self, url: str, reader: str, article: str) -> None:
        """Read limits such as "30/minute;600/day", or "off"; raises `FixSettings` for wrong ones."""
        self._reader = limits_in(reader, "FOOTNOTE_READER_LIMIT")
        self._call = [type(one)(one.amount * CALLS, one.multiples) for one in self._reader]
        self._article = limits_in(article, "FOOTNOTE_ARTICLE_LIMIT")
        try:
            storage = storage_from_string(url, wrap_exceptions=True, **PATIENCE)
        except (ConfigurationError, ValueError) as error:
            raise not_a_store(str(error)) from None
        if not isinstance(storage, Storage):
            raise not_a_store("it is an asynchronous one")
        self._shared = MovingWindowRateLimiter(storage)
        self._own = MovingWindowRateLimiter(MemoryStorage())

    def ask(self, address: str, article_id: str) -> None:
        """Count a question; raises a 429 `Problem` where there were too many."""
        self._count(
            self._reader, "reader", network(address),
            "You have asked a lot of questions; please wait a little.",
        )  # fmt: skip
        self._count(
            self._article, "article", article_id,
            "This article has been asked very often today; please try again later.",
        )  # fmt: skip

    def call(self, address: str) -> None:
        """Count a cheaper call, of which a reader makes several a question."""
        self._count(
            self._call, "call", network(address), "Too many requests; please wait a little.",
        )  # fmt: skip

    def _count(self, items: list[RateLimitItem], name: str, who: str, detail: str) -> None:
        for item in items:
            try:
                wait_s = seconds_to_wait(self._shared, item, name, who)
            except StorageError as error:
                # Neither open to everyone nor closed to all while the store is away.
                log.error("The store of the limits does not answer: %s", error)
                wait_s = seconds_to_wait(self._own, item, name, who)
            if wait_s:
                raise try_again(429, detail, wait_s, limit=name)


def seconds_to_wait(
    limiter: MovingWindowRateLimiter, item: RateLimitItem, name: str, who: str
) -> float:
    """Count one; returns 0 where it is within the limit, else the seconds until one more is."""
    if limiter.hit(item, name, who):
        return 0
    return max(1.0, limiter.get_window_stats(item, name, who).reset_time - time.time())


def not_a_store(reason: str) -> FixSettings:
    """Return the error for a store that cannot be used."""
    return FixSettings(
        f"FOOTNOTE_LIMITS_URL is not a store for limits ({reason}); "
        "memory:// and redis://HOST:PORT are."
    )


def limits_in(text: str, setting: str) -> list[RateLimitItem]:
    """Return the limits that a setting's text names; raises `FixSettings` where it names none."""
    if text.strip().lower() == OFF:
        return []
    try:
        return parse_many(text)
    except ValueError:
        raise FixSettings(
            f"{setting} is not valid: write limits such as 30/minute;600/day, or off."
        ) from None


def network(address: str) -> str:
    """Return what counts as one reader: an IPv4 address, or an IPv6 network."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, IPV6_NETWORK_BITS), strict=False))
    return str(parsed)
