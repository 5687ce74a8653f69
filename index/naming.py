"""An article's id: given, a file's stem, or a slug of its address."""

import re
import unicodedata
from hashlib import sha256
from urllib.parse import unquote

from index.addresses import split
from index.errors import FixInput

# An underscore in front is the store's own; "." and ".." mean other things in an address.
ID = re.compile(r"(?!_|\.{1,2}$)[a-z0-9._-]{1,128}")
MAX_SLUG = 100


def check_id(article_id: str) -> str:
    """Return an id; raises `FixInput` for one that isn't `[a-z0-9._-]`, 1 to 128 characters."""
    if not ID.fullmatch(article_id):
        raise FixInput(f"{article_id!r} cannot be an id: use --id with a-z, 0-9, '.', '_' and '-'.")
    return article_id


def id_of_name(stem: str) -> str:
    """Return the id that a file's stem makes; raises `FixInput` where it makes none."""
    return check_id(stem.lower().replace(" ", "-"))


def slug(address: str) -> str:
    """Return an id made of an address's path and query, or of any text: `[a-z0-9._-]`, 1 to 128 characters.

    Where letters are lost or cut, a digest of the whole keeps it apart from others; "" of nothing.
    """
    parts = split(address) if "://" in address else None
    text = unquote(f"{parts.path}-{parts.query}" if parts else address)
    if parts and not text.strip("/-"):
        text = parts.netloc
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    plain = re.sub(r"\.(?:html?|php|aspx?|amp|jsp)(?=-?$|/|-)", "", plain)
    made = re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9.]+", "-", plain)).strip("-.")
    is_whole = all(c.isascii() or not c.isalnum() for c in plain) and len(made) <= MAX_SLUG
    if address and not is_whole:
        made = f"{made[:MAX_SLUG].strip('-.')}-{sha256(address.encode()).hexdigest()[:8]}".strip(
            "-"
        )
    return made
