"""Which line above a page's body is the article's standfirst."""

import re
from collections.abc import Sequence

from index.boilerplate import is_prompt
from index.facts import Facts
from index.furniture import is_credit, is_label, is_set_as_heading
from index.labels import dashed
from index.layout import Piece
from index.pruning import letters

CALLED = re.compile(
    r"(?:^|-)(?:standfirst|dek|deck|sub-?title|sub-?head(?:line|ing)?|sub-?hed|summary|lede|lead|intro|excerpt"
    r"|strapline|abstract|article-description|alternative-headline)(?:-|$)"
)
# Shorter descriptions are the paper's own, or only a name.
MIN_DESCRIPTION = 31


def standfirst_of(
    before: Sequence[Piece], kept: Sequence[Piece], sure: set[int], facts: Facts
) -> str:
    """Return the standfirst: what is called so, what the page's description repeats, or what is `sure`.

    `before` are the pieces above the body, `sure` the identities of those that belong to the article.
    What stands above the headline is one only where the description repeats it.
    """
    described = letters(facts.description)
    opening = {p.key for p in kept[:1] if not is_set_as_heading(p)}
    fitting = [
        p for p in [*before, *(p for p in kept[:1] if is_set_as_heading(p))]
        if 5 <= p.words <= 90 and p.linked < 0.5 and p.key not in opening and not is_prompt(p.text) and not is_credit(p.text) and not is_label(p, facts)
    ]  # fmt: skip
    under = {id(p) for p in [*under_headline(before, facts), *kept[:1]]}
    for piece in fitting:
        around = [piece.element, *list(piece.element.iterancestors())[:3]]
        called = any(CALLED.search(name) for e in around for name in dashed(e))
        repeated = len(described) >= MIN_DESCRIPTION and piece.key == described
        if repeated or (called and id(piece) in under):
            return piece.text
    # A long heading above the body, or a paragraph that is surely the article's.
    return next(
        (
            p.text
            for p in fitting
            if id(p) in under
            and ((p.is_heading and p.words >= 10) or (id(p) in sure and p.words >= 8))
        ),
        "",
    )


def under_headline(before: Sequence[Piece], facts: Facts) -> Sequence[Piece]:
    """Return the pieces between the headline and the body, all of them where the headline isn't there."""
    title = letters(facts.title)
    at = max((n for n, p in enumerate(before) if p.is_heading and p.key == title), default=-1)
    return before[at + 1 :]
