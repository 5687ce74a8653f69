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
# What they say or refuse stands elsewhere, or is not worth a question.
NOT_ASKED = re.compile(
    rf"(?:{SAID}|told|tells|asked|asks|warned|warns|called|calls|accused|accuses|declined|declines|refused|refuses)\b"
)
DENIED = re.compile(r"\b(?:no|not|never|nothing|nobody|none|neither)\b")
CAUSE = re.compile(r"\b(?:because|so that|in order to|due to|owing to|to avoid|to keep)\b")
SUM = re.compile(
    r"(?:[A-Z]{0,3}[$€£¥](?:US|AU|NZ)?\d[\d,.]*(?:k|m|bn|tn)?|\d[\d,.]* ?(?:euros|dollars|pounds))\b(?: (?:thousand|million|billion))?"
)
COUNTED = re.compile(
    r"(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?P<what>[a-z]+s)\b"
)
# What stands before it has to be there: "When did the club lose?" has lost its object.
DATED = re.compile(
    r"(?<=\w\w) (?:on|in|by|since|until) (?:\d{1,2} )?(?:(?:19|20)\d\d|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|"
    r"January|February|March|April|May|June|July|August|September|October|November|December)(?:,? \d{1,4})*$"
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question, its kind, words that its answer has to hold, and the sentence it was made from."""

    question: str
    kind: str
    holds: str
    source: str = ""


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
    questions, used = [ABOUT], set[str]()
    for most in (MOST_OF_A_KIND, SUGGESTED):
        for suggestion in list(waiting):
            if len(questions) < SUGGESTED and counts[suggestion.kind] < most:
                waiting.remove(suggestion)
                # "When did she leave?" and "Who left?" of one sentence are the same question twice.
                if suggestion.source not in used and answers(assistant, article, suggestion):
                    counts[suggestion.kind] += 1
                    used |= {suggestion.source} - {""}
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
        if 0 < len(told(deed).split()) <= MAX_REST_WORDS and not PRONOUN.search(told(deed))
    ]
    made = [suggestion for deed in deeds for suggestion in from_deed(deed)]
    made += from_names(article, language)
    kinds = ("why", "how much", "how many", "when", "who", "who is", "said")
    return {kind: [s for s in made if s.kind == kind] for kind in kinds}


def told(deed: Deed) -> str:
    """Return what a deed's verb is followed by, without the cause: that would be the answer."""
    cause = CAUSE.search(deed.rest)
    return deed.rest[: cause.start()].strip() if cause else deed.rest


def from_deed(deed: Deed) -> Iterator[Suggestion]:
    """Yield the questions that a deed answers."""
    auxiliary = "did" if deed.past else "does"
    rest = told(deed)
    plain = f"{deed.verb} {rest}"

    def asked(words: str, kind: str, about: str, holds: str) -> Suggestion:
        question = f"{words} {auxiliary} {deed.subject} {deed.lemma} {about}".strip()
        return Suggestion(f"{question}?", kind, holds, deed.sentence)

    if sum_of_money := SUM.match(rest):
        more = rest[sum_of_money.end() :].strip()
        yield asked("How much", "how much", more, sum_of_money.group())
        return
    if NOT_ASKED.match(deed.verb) or DENIED.search(rest):
        return
    if counted := COUNTED.match(rest):
        more = rest[counted.end() :].strip()
        yield asked(f"How many {counted['what']}", "how many", more, counted.group())
    if deed.when:
        yield asked("When", "when", rest, deed.when)
    elif dated := DATED.search(rest):
        yield asked("When", "when", rest[: dated.start()], dated.group().strip())
    if deed.is_person:
        yield Suggestion(f"Who {plain}?", "who", plain, deed.sentence)
    if CAUSE.search(deed.sentence):
        yield asked("Why", "why", rest, plain)


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
