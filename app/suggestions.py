"""The questions that are suggested for an article: made from its sentences, kept if it answers them.

A language model proposes some where there is one. The others come from a plain form ("Sheikh Tahnoun controls G42" gives "Who controls G42?"). Each is asked, and is
suggested only where the answer holds the sentence that it was made from.
"""

import itertools
import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from app.answering import Assistant
from index.article import Article
from index.deeds import Deed
from index.errors import FootnoteError
from index.language import Language

log = logging.getLogger(__name__)
SUGGESTED = 6
MOST_OF_A_KIND = 2
MAX_TRIED = 24
MAX_REST_WORDS = 9
# These two are answered for every article: with how it begins, and with whom it names.
ABOUT, NAMED = "What is this article about?", "Who is mentioned?"
PRONOUN = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|this|that|these|those|there|such)\b", re.I
)
APPOSITION = r", (?:the|a|an|who|whom|[0-9]{2},) \w+"
SAID = r"(?:said|says|wrote|writes|argued|argues|recalls|recalled|replied|answered)"
CAUSE = re.compile(
    r"\b(?:because|since|so that|in order to|due to|owing to|after|to avoid|to keep)\b"
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question, its kind, and words that its answer has to hold."""

    question: str
    kind: str
    holds: str


def suggestions(assistant: Assistant, article: Article) -> list[str]:
    """Return up to six questions that this version of the article answers, made when first asked for.

    They are kept with the version; where another process is writing they are made again next time.
    """
    kept = assistant.library.suggestions(article)
    if kept is not None:
        return kept
    found = chosen(assistant, article)
    try:
        assistant.library.keep_suggestions(article, found)
    except FootnoteError as error:
        log.warning("The suggestions of %s were not kept: %s", article.id, error)
    return found


def chosen(assistant: Assistant, article: Article) -> list[str]:
    """Return questions of as many kinds as there are whose answer holds what it should."""
    made = candidates(article, assistant.language)
    made["model"] = [Suggestion(q, "model", "") for q in assistant.proposed(article, SUGGESTED)]
    waiting = list(itertools.islice(in_turns(made), MAX_TRIED))
    # A suggestion is worth its place by the article's own words; drafts of 24 would cost minutes.
    assistant = assistant.quoting()
    counts: Counter[str] = Counter()
    questions = [ABOUT]
    for most in (MOST_OF_A_KIND, SUGGESTED):
        for suggestion in list(waiting):
            if len(questions) < SUGGESTED and counts[suggestion.kind] < most:
                waiting.remove(suggestion)
                if answers(assistant, article, suggestion):
                    counts[suggestion.kind] += 1
                    questions.append(suggestion.question)
    return [*questions, NAMED][:SUGGESTED]


def answers(assistant: Assistant, article: Article, suggestion: Suggestion) -> bool:
    """Return whether the assistant answers a suggestion with the words it was made from."""
    answer = assistant.ask(suggestion.question, article_id=article.id)
    return not answer.abstained and suggestion.holds in answer.text


def in_turns(found: dict[str, list[Suggestion]]) -> Iterator[Suggestion]:
    """Yield one suggestion of each kind, then the next of each, until all are used."""
    for row in itertools.zip_longest(*found.values()):
        yield from (suggestion for suggestion in row if suggestion)


def candidates(article: Article, language: Language) -> dict[str, list[Suggestion]]:
    """Return possible questions by kind, in the article's order."""
    deeds = [
        deed
        for start, end in article.paragraphs()
        for deed in language.deeds(article.text[start:end])
        if 0 < len(deed.rest.split()) <= MAX_REST_WORDS and not PRONOUN.search(deed.rest)
    ]
    made = [suggestion for deed in deeds for suggestion in from_deed(deed)]
    made += from_names(article, language)
    kinds = ("why", "how much", "when", "who", "who is", "said")
    return {kind: [s for s in made if s.kind == kind] for kind in kinds}


def from_deed(deed: Deed) -> Iterator[Suggestion]:
    """Yield the questions that a deed answers."""
    auxiliary = "did" if deed.past else "does"
    plain = f"{deed.verb} {deed.rest}"
    if deed.money and deed.rest.startswith(deed.money):
        after = deed.rest[len(deed.money) :].strip()
        asked = f"How much {auxiliary} {deed.subject} {deed.lemma} {after}".strip()
        yield Suggestion(f"{asked}?", "how much", deed.money)
        return
    if re.match(SAID, deed.verb):
        return
    if deed.when:
        yield Suggestion(
            f"When {auxiliary} {deed.subject} {deed.lemma} {deed.rest}?", "when", deed.when
        )
    if deed.is_person:
        yield Suggestion(f"Who {plain}?", "who", plain)
    if CAUSE.search(deed.sentence):
        yield Suggestion(f"Why {auxiliary} {deed.subject} {deed.lemma} {deed.rest}?", "why", plain)


def from_names(article: Article, language: Language) -> Iterator[Suggestion]:
    """Yield "Who is ...?" for people whom the article introduces, the most mentioned first."""
    names = [name for name in language.names(article.text) if name.kind != "place"]
    counts = Counter(name.text for name in names)
    people = {name.text for name in names if name.kind == "person" and " " in name.text}
    for text, count in counts.most_common():
        first, last = text.split()[0], text.split()[-1]
        introduced = re.search(re.escape(text) + APPOSITION, article.text)
        # "Trump Sora" is a person and a thing that stand side by side: the first is named alone.
        if text not in people or counts[first] > count:
            continue
        if introduced:
            yield Suggestion(f"Who is {text}?", "who is", introduced.group())
        if re.search(rf"\b{re.escape(last)} {SAID}\b|\b{SAID} {re.escape(text)}\b", article.text):
            yield Suggestion(f"What did {text} say?", "said", "“")
