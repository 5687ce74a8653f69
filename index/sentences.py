"""Where the sentences of a paragraph begin and end, mended where a parser errs.

The parser proposes starts; these rules move, drop and add some. They know punctuation and English
abbreviations and nothing of any article.
"""

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterable

Span = tuple[int, int]

CLOSERS = "”’\"')]»"
OPENERS = "“‘\"'([«"
TERMINAL = re.compile(r"[.!?…][”’\"')\]»]*$")
MISSED_START = re.compile(
    r"(?:(?<=[a-z]{2})|(?<=[0-9][a-z])|(?<=[0-9%)]))[.!?]\s+(?=[“‘\"(\[]?[A-Z])"
    r"|[.!?…][”\"]\s+(?=[“‘\"(\[]?[A-Z])"
)
ALWAYS_ABBREVIATED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Mx|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Maj|Capt|Cmdr|Sgt|St|Rev|Hon|Pres|Messrs|vs|v|cf|"
    r"e\.g|i\.e|approx|est|Ft|Mt)\.$"
)
BEFORE_NUMBER = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|No|Nos|Art|Sec|Fig|p|pp|c|ca|Vol)\.$"
)
COMPANY_OR_PLACE = re.compile(
    r"(?:\b(?:Inc|Corp|Co|Ltd|Bros|Jr|Sr|a\.m|p\.m|Ave|Blvd|etc)|[A-Z]\.[A-Z])\.$"
)
INITIAL = re.compile(r"(?:^|[\s(“‘\"])[A-Z]\.$")
SENTENCE_OPENER = re.compile(
    r"(?:The|A|An|He|She|It|They|We|I|You|His|Her|Its|Their|This|That|These|Those|There|In|On|At|By|For|"
    r"From|But|And|So|Yet|Or|When|While|After|Before|As|If|Then|Now|Not|No|With|Both|One|Some|Most)\b"
)
SAID = (
    r"(?:said|says|asked|asks|wrote|writes|replied|replies|added|adds|told|tells|shouted|joked|"
    r"continued|recalled|insisted|explained|answered|cried|argued|warned)"
)
NAME = r"[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,3}"
ATTRIBUTION = re.compile(rf"(?:{NAME} {SAID}\b|{SAID} (?:{NAME}|the|a)\b)", re.IGNORECASE)
LOWER_WORD = re.compile(r"[(\[]?[a-z]+(?![A-Za-z0-9])")


def quotations(text: str) -> list[Span]:
    """Return the outermost closed quotations of a paragraph as `(start, end)`, marks included.

    A mark that is never closed (a quotation that runs on in the next paragraph) opens nothing.
    """
    spans: list[Span] = []
    curly = straight = single = -1
    for position, mark in enumerate(text):
        after = text[position + 1 : position + 2]
        before = text[position - 1 : position] if position else ""
        if mark == "“" and curly < 0:
            curly = position
        elif mark == "”" and curly >= 0:
            spans.append((curly, position + 1))
            curly = -1
        elif mark == '"':
            opens = not before or before.isspace() or before in "([—–-“‘"
            if straight < 0 and opens:
                straight = position
            elif straight >= 0 and not (opens and after.strip()):
                spans.append((straight, position + 1))
                straight = -1
        elif mark == "‘" and single < 0 and after.isalnum():
            single = position
        elif mark == "’" and single >= 0 and before in ".,!?…" and not after.isalnum():
            spans.append((single, position + 1))
            single = -1
    return outermost(spans)


def outermost(spans: Iterable[Span]) -> list[Span]:
    """Return the spans that lie in no other, in order."""
    kept: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def sentence_spans(text: str, proposed_starts: Iterable[int]) -> list[Span]:
    """Return the sentences of one paragraph as `(start, end)`, covering all but white space.

    `proposed_starts` are a parser's sentence starts, as offsets into `text`.
    """
    quoted = quotations(text)
    missed = {match.end() for match in MISSED_START.finditer(text)}
    starts = {past_closers(text, start) for start in set(proposed_starts) | missed}
    kept = [start for start in sorted(starts) if begins_sentence(text, start, quoted)]
    bounds = [0, *kept, len(text)]
    spans = []
    for start, end in itertools.pairwise(bounds):
        piece = text[start:end]
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            spans.append((left, left + len(piece.strip())))
    return spans


def past_closers(text: str, start: int) -> int:
    """Return `start` moved behind closing marks that belong to the sentence before it."""
    while start < len(text) and text[start] in "”’)]»":
        start += 1
    if text[start : start + 1] == '"' and (start + 1 == len(text) or text[start + 1].isspace()):
        start += 1
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def begins_sentence(text: str, start: int, quoted: list[Span]) -> bool:
    """Return whether a sentence can begin at `start`, given the paragraph's quotations."""
    before, after = text[:start].rstrip(), text[start:]
    if not before or not after or not text[start - 1].isspace():
        return False
    position = bisect_left(quoted, (start, start)) - 1
    if position >= 0 and start < quoted[position][1]:
        return False
    if not TERMINAL.search(before) or LOWER_WORD.match(after):
        return False
    if ALWAYS_ABBREVIATED.search(before):
        return False
    if BEFORE_NUMBER.search(before) and after[0].isdigit():
        return False
    if INITIAL.search(before) or COMPANY_OR_PLACE.search(before):
        return bool(SENTENCE_OPENER.match(after))
    return not (before[-1] in CLOSERS and ATTRIBUTION.match(after))
