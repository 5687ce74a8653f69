"""A SOURCE of `index add` becomes articles: a file, a folder or glob, an address, or lines on standard input."""

import glob
import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO

from index.addresses import is_front_page, split
from index.article import Article
from index.errors import FixInput
from index.feeds import Entry, Listing, listing_in
from index.fetching import Fetched, FetchError, Mark, fetch, is_address
from index.ingest import SUFFIXES, article_from, read_file
from index.naming import ID, id_of_name, slug
from index.settings import IndexSettings
from index.wire import Withdrawn, address_of, article_of_record, records_in

log = logging.getLogger(__name__)

STDIN = "-"
RECORDS = {".json", ".jsonl", ".ndjson"}
MEDIA_TYPES = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "text/markdown": ".md",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """One article that a source holds, or why it can't be read.

    `name` is what a line about it begins with, `origin` what the store keeps as its source. Exactly
    one of `article`, `problem` and `withdrawn` (an id) is set; `note` is worth telling beside an article.
    """

    name: str
    origin: str = ""
    article: Article | None = None
    problem: str = ""
    withdrawn: str = ""
    note: str = ""


def read_sources(
    sources: Iterable[str], settings: IndexSettings, stdin: BinaryIO, article_id: str | None = None
) -> Iterator[Found]:
    """Yield what the sources hold, in their order, a problem beside the article that has it.

    An article whose canonical address another one of the same run has is a problem. Raises `FixInput`
    where `article_id` is given for what isn't a single article.
    """
    first: dict[str, str] = {}
    for source in sources:
        for found in read_source(source, settings, stdin, article_id):
            address = found.article.url if found.article else ""
            if address and (other := first.setdefault(address, found.name)) != found.name:
                yield Found(
                    found.name, problem=f"the same article as {other}: both go by {address}."
                )
            else:
                yield found


def read_source(
    source: str, settings: IndexSettings, stdin: BinaryIO, article_id: str | None
) -> Iterator[Found]:
    """Yield what one source holds."""
    if source == STDIN:
        refuse_id(source, article_id)
        yield from of_lines(stdin, STDIN)
    elif is_address(source):
        yield from of_address(source, settings, article_id)
    elif "://" in source:
        yield Found(source, problem="only http and https addresses are read.")
    elif Path(source).is_dir():
        refuse_id(source, article_id)
        yield from of_folder(Path(source))
    elif not Path(source).exists() and glob.has_magic(source):
        refuse_id(source, article_id)
        paths = sorted(path for path in glob.glob(source, recursive=True) if Path(path).is_file())
        if not paths:
            yield Found(source, problem="no file fits this pattern.")
        for path in paths:
            yield from of_file(Path(path), None)
    else:
        yield from of_file(Path(source), article_id)


def refuse_id(source: str, article_id: str | None) -> None:
    """Raise `FixInput` where an id was given for a source of several articles."""
    if article_id:
        raise FixInput(f"--id goes with one article, and {source} may hold several.")


def of_folder(folder: Path) -> Iterator[Found]:
    """Yield the articles in a folder and its subfolders; hidden files are left alone."""
    files = sorted(
        p
        for p in folder.rglob("*")
        if p.is_file() and not any(part.startswith(".") for part in p.relative_to(folder).parts)
    )
    readable = [path for path in files if path.suffix.lower() in SUFFIXES | RECORDS]
    if not readable:
        yield Found(str(folder), problem="there is no article file in this folder.")
    for path in readable:
        yield from of_file(path, None)


def of_file(path: Path, article_id: str | None) -> Iterator[Found]:
    """Yield the article of a file, or the articles of a JSON or JSON Lines file."""
    name, origin = str(path), str(path.resolve())
    suffix = path.suffix.lower()
    try:
        if suffix not in SUFFIXES | RECORDS:
            kinds = ", ".join(sorted(SUFFIXES | RECORDS))
            raise FixInput(f"{path}: Footnote reads {kinds} files.")
        content = read_file(path)
    except FixInput as error:
        yield Found(name, problem=str(error).removeprefix(f"{path}: "))
        return
    if suffix == ".json":
        yield from of_json(content, name, origin, article_id)
    elif suffix in RECORDS:
        refuse_id(name, article_id)
        yield from of_lines(content.splitlines(), name)
    else:
        yield from attempt(
            name, origin, lambda: article_from(content, suffix, article_id or id_of_name(path.stem))
        )


def of_lines(lines: Iterable[bytes], name: str) -> Iterator[Found]:
    """Yield the articles of JSON Lines; a problem is named by its line's number."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield from of_json(line, f"{name}:{number}", name, None)


def of_json(content: bytes, name: str, origin: str, article_id: str | None) -> Iterator[Found]:
    """Yield the articles of one JSON value."""
    try:
        records = list(records_in(json.loads(content.decode("utf-8-sig"))))
    except (ValueError, RecursionError):
        yield Found(name, problem="not JSON, or not in UTF-8.")
        return
    except FixInput as error:
        yield Found(name, problem=str(error))
        return
    if len(records) > 1:
        refuse_id(name, article_id)
    for number, record in enumerate(records, start=1):
        own = name if len(records) == 1 else f"{name}[{number}]"
        yield from of_record(record, own, origin, article_id)


def of_record(
    record: dict[str, Any], name: str, origin: str, article_id: str | None
) -> Iterator[Found]:
    """Yield the article of a record; its id is its own, or a slug of its address, or of its title."""
    address = address_of(record)
    own = record.get("id")
    identity = article_id or (own if isinstance(own, str) and ID.fullmatch(own) else "")
    identity = identity or slug(address or str(record.get("title") or record.get("headline") or ""))
    if not identity:
        yield Found(name, problem="it has no id, url or title to make an id from.")
        return
    try:
        article = article_of_record(record, identity)
    except Withdrawn:
        yield Found(name, withdrawn=identity)
    except FixInput as error:
        yield Found(name, problem=str(error))
    else:
        yield Found(name, article.url or f"{origin}#{identity}", article)


def of_address(url: str, settings: IndexSettings, article_id: str | None) -> Iterator[Found]:
    """Yield the article at an address, or those that the listing there names."""
    try:
        fetched = fetch(url, settings)
        listing = listing_in(fetched, settings)
    except FixInput as error:
        yield Found(url, problem=str(error))
        return
    if listing is None and fetched.content.lstrip()[:1] in {b"{", b"["}:
        yield from of_json(fetched.content, url, fetched.url, article_id)
    elif listing is None:
        yield from attempt(url, "", lambda: article_in(fetched, article_id))
    else:
        refuse_id(url, article_id)
        yield from of_listing(listing, settings)


def of_listing(listing: Listing, settings: IndexSettings) -> Iterator[Found]:
    """Yield the articles that a listing names."""
    if not listing.entries:
        yield Found(listing.url, problem="it lists no article.")
    for entry in listing.entries:
        if not entry.url:
            yield Found(listing.url, problem=f"its entry {entry.title!r} has no link.")
            continue
        yield from attempt(entry.url, "", partial(article_named, entry, settings), entry.bad_date)


def attempt(
    name: str, origin: str, read: Callable[[], Article | None], bad_date: str = ""
) -> Iterator[Found]:
    """Yield an article or why it can't be read; without an `origin` its address is that."""
    try:
        article = read()
    except FixInput as error:
        yield Found(name, problem=str(error))
        return
    except Exception:
        # Pages and files are anybody's, and three libraries read them: one of ten thousand that
        # breaks a library must not end the run.
        log.exception("%s cannot be read", name)
        yield Found(name, problem="reading it failed unexpectedly, see the log.")
        return
    if article is None:
        return
    page = f"the page says {article.published}" if article.published else "the page has none"
    note = f"the listing's date {bad_date!r} is none; {page}." if bad_date else ""
    yield Found(name, origin or article.url or name, article, note=note)


def article_named(entry: Entry, settings: IndexSettings) -> Article | None:
    """Return the article that an entry names; raises `FixInput`."""
    return article_of_entry(entry, settings)[0]


def article_of_entry(
    entry: Entry, settings: IndexSettings, known: Mark | None = None
) -> tuple[Article | None, Mark]:
    """Return the article that an entry names, None where the `known` version still holds, and its mark.

    Raises `FixInput`, and `FetchError` where its page can't be had.
    """
    if entry.record is not None:
        article, mark = article_of_record(entry.record, slug(entry.url)), Mark()
    else:
        fetched = fetch_page(entry.url, settings, known)
        if fetched.unchanged:
            return None, fetched.mark
        article, mark = article_in(fetched, None), fetched.mark
    return replace(
        article, published=article.published or entry.published, url=article.url or entry.url
    ), mark


def fetch_page(url: str, settings: IndexSettings, known: Mark | None = None) -> Fetched:
    """Fetch an article's page; one that leads to the front page has been taken down and counts as a 404."""
    fetched = fetch(url, settings, known)
    if is_front_page(fetched.url) and not is_front_page(url):
        raise FetchError("its page leads to the front page.", HTTPStatus.NOT_FOUND)
    return fetched


def article_in(fetched: Fetched, article_id: str | None) -> Article:
    """Return the article that an address answered with; raises `FixInput`."""
    suffix = suffix_of(fetched)
    if suffix is None:
        raise FixInput(f"it is {fetched.media_type or 'of an unknown kind'} and not an article.")
    article = article_from(
        fetched.content, suffix, article_id or "page", fetched.url, fetched.charset
    )
    return article if article_id else replace(article, id=slug(article.url or fetched.url))


def suffix_of(fetched: Fetched) -> str | None:
    """Return what kind of file an address answered with, by its content, its type and its name."""
    start = fetched.content[:1000].lstrip()
    if start.startswith(b"%PDF-"):
        return ".pdf"
    named = Path(split(fetched.url).path).suffix.lower()
    stated = MEDIA_TYPES.get(fetched.media_type, named if named in SUFFIXES else None)
    if fetched.media_type == "text/plain" and named in {".md", ".markdown"}:
        return ".md"
    if start.startswith(b"PK\x03\x04"):
        return ".docx" if ".docx" in {stated, named} else None
    return (
        ".html" if re.match(rb"<(?:!doctype html|html|\?xml|!--)", start, re.IGNORECASE) else stated
    )


def article_at(url: str, settings: IndexSettings, article_id: str | None = None) -> Article:
    """Return the one article at an address, its id the given one or a slug of its canonical address.

    Raises `FixInput`; `FetchError`, one of its kind, where the address can't be had. Call it from a
    plain thread.
    """
    if not is_address(url):
        raise FixInput(f"{url}: only http and https addresses are read.")
    fetched = fetch(url, settings)
    if listing_in(fetched, settings, newest_only=True) is not None:
        raise FixInput(f"{url}: it is a list of articles and not one.")
    return article_in(fetched, article_id)
