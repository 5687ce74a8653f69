"""Which sentences of a new version are corrections, and since when.

Kept are spans of the version in force with a date each; nothing of what the article said before.
"""

import json
from collections.abc import Iterable, Mapping

from index.article import Article

Span = tuple[int, int]


def corrections(
    before: Article,
    dated: Mapping[Span, str],
    article: Article,
    sentences: Iterable[Span],
    today: str,
) -> dict[Span, str]:
    """Return the ISO date by span of each sentence that the version before does not say.

    `dated` are the corrections of that version: a sentence keeps its date as long as it stays. The
    date of a new one is the new version's `modified`, else `today`.
    """
    known = {before.text[start:end]: date for (start, end), date in dated.items()}
    day = article.modified[:10] if article.modified else today
    found = {}
    for start, end in sentences:
        text = article.text[start:end]
        if text in known:
            found[start, end] = known[text]
        elif text not in before.text:
            found[start, end] = day
    return found


def dump_corrections(dated: Mapping[Span, str]) -> str:
    """Return corrections as JSON."""
    return json.dumps([[start, end, date] for (start, end), date in dated.items()])


def parse_corrections(text: str) -> dict[Span, str]:
    """Return the corrections that `dump_corrections` wrote."""
    return {(start, end): date for start, end, date in json.loads(text)}
