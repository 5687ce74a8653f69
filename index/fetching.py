"""Fetches an address of the web: bounded in time, size and redirects, and never from inside the network.

Every address that a name stands for is checked, and the connection goes to a checked address and not to
the name again, so that the name cannot change its meaning in between. The same holds for each redirect.
"""

import asyncio
import ipaddress
import re
import socket
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from index.errors import FixInput
from index.settings import IndexSettings, Network

MAX_PAGE_BYTES = 10_000_000
MAX_DOCUMENT_BYTES = 50_000_000
MAX_REDIRECTS = 8
CONNECT_TIMEOUT_S = 10.0
REDIRECTS = {301, 302, 303, 307, 308}
ASKS = {
    "User-Agent": "Footnote/1.0 (article index)",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.5",
    # Nothing else, since only this kind's output can be bounded while it is unpacked.
    "Accept-Encoding": "gzip",
}
DOCUMENT = re.compile(r"application/(?:pdf|vnd\.openxmlformats)", re.IGNORECASE)
# RFC 6052: IPv4 addresses inside IPv6 ones.
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class FetchError(FixInput):
    """An address could not be read; `status` is the server's, 0 where none came."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells a server which version is known: its ETag and Last-Modified."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered.

    `url` is where the redirects ended, `charset` what the server calls the encoding ("" where it
    doesn't), `unchanged` that the known version still holds, `pages` WordPress's X-WP-TotalPages.
    """

    url: str
    content: bytes
    media_type: str
    charset: str
    mark: Mark
    unchanged: bool = False
    pages: int = 1


def is_address(source: str) -> bool:
    """Return whether a source is an address of the web."""
    return source.lower().startswith(("http://", "https://"))


def fetch(url: str, settings: IndexSettings, known: Mark | None = None) -> Fetched:
    """Fetch an address with GET; `known` asks for it only where it has changed since.

    Raises `FetchError`. It runs an event loop of its own, so call it from a plain thread.
    """
    return asyncio.run(fetch_in_time(url, settings, known or Mark()))


async def fetch_in_time(url: str, settings: IndexSettings, known: Mark) -> Fetched:
    """Fetch within `settings.fetch_timeout_s` seconds: names, redirects and body together."""
    try:
        async with asyncio.timeout(settings.fetch_timeout_s):
            return await follow_redirects(url, settings, known)
    except (TimeoutError, httpx.TimeoutException):
        raise FetchError(f"no answer within {settings.fetch_timeout_s:g} s.") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise FetchError(f"it cannot be reached ({reason}).") from None


async def follow_redirects(url: str, settings: IndexSettings, known: Mark) -> Fetched:
    """Fetch an address, or where it points to."""
    seen: set[str] = set()
    timeout = httpx.Timeout(settings.fetch_timeout_s, connect=CONNECT_TIMEOUT_S)
    async with httpx.AsyncClient(timeout=timeout, trust_env=False) as client:
        while len(seen) <= MAX_REDIRECTS:
            if url in seen:
                raise FetchError("its redirects go round in a circle.")
            seen.add(url)
            answer = await fetch_once(client, httpx.URL(url), settings, known)
            if isinstance(answer, Fetched):
                return answer
            url = str(answer)
    raise FetchError(f"it redirects more than {MAX_REDIRECTS} times.")


async def fetch_once(
    client: httpx.AsyncClient, url: httpx.URL, settings: IndexSettings, known: Mark
) -> Fetched | httpx.URL:
    """Return what an address answers, or the address that it redirects to."""
    if url.scheme not in {"http", "https"} or not url.host:
        raise FetchError(f"only http and https addresses are read, not {url.scheme or 'this'}.")
    if url.userinfo:
        raise FetchError(
            "an address with a password in it is not read, since it would be shown to readers."
        )
    headers = {**ASKS, "Host": url.netloc.decode("ascii")}
    headers |= {"If-None-Match": known.etag} if known.etag else {}
    headers |= {"If-Modified-Since": known.modified} if known.modified else {}
    failure: httpx.HTTPError | None = None
    for address in await checked_addresses(url, settings):
        request = client.build_request(
            "GET", url.copy_with(host=address, fragment=None), headers=headers,
            extensions={"sni_hostname": url.raw_host.decode("ascii"), "timeout": client.timeout.as_dict()},
        )  # fmt: skip
        try:
            response = await client.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            failure = error
            continue
        try:
            return await answer_of(response, url)
        finally:
            await response.aclose()
    raise failure or FetchError("its host has no address.")


async def checked_addresses(url: httpx.URL, settings: IndexSettings) -> list[str]:
    """Return the numeric addresses of a host; raises `FetchError` where one of them is not public."""
    host = url.raw_host.decode("ascii")
    try:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, url.port or 0, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchError(f"the host {host} is not known.") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if not is_public(address) and not is_in(address, settings.allow_private):
            raise FetchError(
                f"{host} is {address}, an address inside a network; FOOTNOTE_ALLOW_PRIVATE={address} would allow it."
            )
    return addresses


def is_in(address: str, networks: Sequence[Network]) -> bool:
    """Return whether a numeric address lies in one of some networks."""
    parsed = ipaddress.ip_address(address.split("%")[0])
    return any(parsed in network for network in networks)


def is_public(address: str) -> bool:
    """Return whether a numeric address belongs to the public internet, IPv4 inside IPv6 unwrapped."""
    parsed = ipaddress.ip_address(address.split("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo or (None, None))[1]
        if parsed in TRANSLATED:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return parsed.is_global and not parsed.is_multicast


async def answer_of(response: httpx.Response, url: httpx.URL) -> Fetched | httpx.URL:
    """Return a response's body, or where it redirects to; raises `FetchError` for another status."""
    status, headers = response.status_code, response.headers
    mark = Mark(headers.get("etag", ""), headers.get("last-modified", ""))
    if status == HTTPStatus.NOT_MODIFIED:
        return Fetched(str(url), b"", "", "", mark, unchanged=True)
    if status in REDIRECTS and headers.get("location"):
        return url.join(headers["location"])
    if status != HTTPStatus.OK:
        phrase = f" {HTTPStatus(status).phrase}" if status in {s.value for s in HTTPStatus} else ""
        raise FetchError(f"the server answers {status}{phrase}.", status)
    media_type = headers.get("content-type", "").split(";")[0].strip().lower()
    limit = MAX_DOCUMENT_BYTES if DOCUMENT.match(media_type) else MAX_PAGE_BYTES
    content = await body_of(response, limit)
    pages = headers.get("x-wp-totalpages", "1")
    return Fetched(
        str(url), content, media_type, response.charset_encoding or "", mark,
        pages=int(pages) if pages.isdecimal() else 1,
    )  # fmt: skip


async def body_of(response: httpx.Response, limit: int) -> bytes:
    """Return a body, unpacked; raises `FetchError` as soon as it is, or says it is, longer than `limit` bytes."""
    too_large = FetchError(f"it is larger than {limit // 1_000_000} MB.")
    stated = response.headers.get("content-length", "")
    if stated.isdecimal() and int(stated) > limit:
        raise too_large
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        raise FetchError(f"the server packs its answer as {encoding}, which was not asked for.")
    # 32 makes zlib tell gzip and zlib by their headers.
    unpacking = (
        zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding not in {"", "identity"} else None
    )
    body = bytearray()
    try:
        async for packed in response.aiter_raw():
            body += unpacking.decompress(packed, limit + 1 - len(body)) if unpacking else packed
            if len(body) > limit or (unpacking and unpacking.unconsumed_tail):
                raise too_large
    except zlib.error:
        raise FetchError("the server's answer cannot be unpacked.") from None
    return bytes(body)
