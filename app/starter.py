"""A first question set for an article, which an editor completes: what it answers, and near misses.

Answerable ones are the questions that the assistant would suggest, with the sentence that answers filled in. A near
miss asks of one person what the article tells of another; whether it really doesn't tell is for the editor to see.
"""

import itertools
from collections.abc import Iterator

from app.answering import Assistant
from app.question_set import Question
from app.suggestions import Suggestion, candidates, in_turns
from index.article import Article

ANSWERED, NEAR_MISSES = 12, 6
MAX_TRIED = 40
CHECK_EVIDENCE = "draft: check that the evidence answers, and add other places that do"
CHECK_ABSENCE = "draft: check that the article really does not say"


def starter_set(assistant: Assistant, article: Article) -> Iterator[Question]:
    """Yield the questions of a draft set; a language model is not needed for it."""
    assistant = assistant.quoting()
    tried = itertools.islice(in_turns(candidates(article, assistant.language)), MAX_TRIED)
    made = (
        question for suggestion in tried if (question := answered(assistant, article, suggestion))
    )
    for number, (suggestion, evidence) in enumerate(itertools.islice(made, ANSWERED), start=1):
        yield Question(
            f"q{number}", suggestion.question, True, article=article.id, evidence=evidence,
            type=suggestion.kind.replace(" ", "_"), note=CHECK_EVIDENCE,
        )  # fmt: skip
    misses = itertools.islice(near_misses(assistant, article), NEAR_MISSES)
    for number, text in enumerate(misses, start=1):
        yield Question(
            f"n{number}", text, False, article=article.id, type="near_miss", note=CHECK_ABSENCE
        )


def answered(
    assistant: Assistant, article: Article, suggestion: Suggestion
) -> tuple[Suggestion, tuple[str, ...]] | None:
    """Return a suggestion with the quote that answers it, None where the assistant has no such quote."""
    answer = assistant.ask(suggestion.question, article_id=article.id)
    quotes = tuple(c.quote for c in answer.citations if suggestion.holds in c.quote)
    return (suggestion, quotes) if quotes else None


def near_misses(assistant: Assistant, article: Article) -> Iterator[str]:
    """Yield questions in which one person's name stands for another's, each question with one other first."""
    names = [n.text for n in assistant.language.names(article.text) if n.kind == "person"]
    people = [name for name in dict.fromkeys(names) if " " in name]
    found = candidates(article, assistant.language)
    asked = [s.question for kind in ("how much", "when", "why") for s in found[kind]]
    for turn in range(len(people)):
        for number, question in enumerate(asked):
            words = set(question.split())
            own = [name for name in people if set(name.split()) & words]
            others = [name for name in people if name not in own]
            if own and turn < len(others):
                called = max((n for n in (own[0], *own[0].split()) if n in question), key=len)
                yield question.replace(called, others[(number + turn) % len(others)], 1)
