"""Web addresses as pages write them, broken ones included."""

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|cmpid|igshid|ocid|smid|ref(?:_src)?")
NOTHING = urlsplit("")


def split(address: str) -> SplitResult:
    """Return an address's parts, all "" for one that is broken."""
    try:
        return urlsplit(address)
    except ValueError:
        return NOTHING


def join(base: str, address: str) -> str:
    """Return where a link on a page leads, "" for a broken one."""
    try:
        return str(urljoin(base, address.strip()))
    except ValueError:
        return ""


def is_front_page(address: str) -> bool:
    """Return whether an address is a site's root."""
    return not split(address).path.strip("/")


def without_tracking(address: str) -> str:
    """Return an address without its fragment and its tracking parameters, "" for a broken one."""
    parts = split(address)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not TRACKING.fullmatch(name)
    ]
    return urlunsplit(
        (parts.scheme.lower(), parts.netloc.lower(), parts.path, urlencode(query), "")
    )
