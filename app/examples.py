"""Question sets become training examples: which sentences answer, which only look like it.

Besides the sets' own questions each article is asked "who is ...?" about people whom it introduces, and about
one whom it doesn't know.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track

from app.conversation import one_question
from app.question_set import Question, occurrences, read_set
from app.suggestions import from_names
from index.article import Article, SentenceSpan
from index.ingest import read_article
from index.language import Language
from index.models import Embedder, Reading, Vectors
from index.publishing import prepared
from index.retrieval import ArticleSearch

NEAR_CHUNKS, FAR_CHUNKS = 5, 16
LEAST_OVERLAP_CHARACTERS = 10
PEOPLE_AN_ARTICLE = 3
FORMS = ("Who is {}?", "who is {}", "who's {}", "Who's {}?")
SEED = 1


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the readings that answer it, those near them and those far away."""

    question: str
    answering: tuple[Reading, ...]
    near: tuple[Reading, ...]
    far: tuple[Reading, ...]


def part_of(argument: str) -> tuple[Path, list[Question]]:
    """Return a set's folder and its questions; `FOLDER:even` and `FOLDER:odd` are every other one."""
    name, _, half = argument.partition(":")
    questions = read_set(Path(name) / "questions.jsonl")
    return Path(name), questions[{"": 0, "even": 0, "odd": 1}[half] :: 2 if half else 1]


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with an article's chunks: their fused order, and which sentences of each answer."""

    question: str
    answerable: bool
    search: ArticleSearch
    order: list[int]
    right: list[list[bool]]


def judged(argument: str, language: Language, embedder: Embedder) -> Iterator[Judged]:
    """Yield the questions of one set, or of a half of it, with what answers them."""
    folder, asked = part_of(argument)
    paths = track(sorted((folder / "articles").iterdir()), f"Indexing {folder.name}")
    articles = {path.stem: read_article(path) for path in paths}
    searches = {
        name: ArticleSearch.prepare(article, prepared(article, embedder, language))
        for name, article in articles.items()
    }
    questions = [*asked, *who_is(articles, language)]
    vectors = embedder.encode([one_question(q.question, q.history) for q in questions])
    pairs = zip(questions, vectors, strict=True)
    for question, vector in track(pairs, f"Reading {folder.name}", total=len(questions)):
        name = question.article or ""
        yield judge(question, articles[name], searches[name], vector)


def judge(question: Question, article: Article, search: ArticleSearch, vector: Vectors) -> Judged:
    """Return one question, with its history in front; `vector` is that of both."""
    asked = one_question(question.question, question.history)
    spans = [s for snippet in question.evidence for s in occurrences(article.text, snippet)]
    return Judged(
        asked,
        question.answerable,
        search,
        search.fused_order(asked, search.similarities(vector)),
        [[answers(sentence, spans) for sentence in chunk.sentences] for chunk in search.chunks],
    )


def examples(argument: str, language: Language, embedder: Embedder) -> Iterator[Example]:
    """Yield the examples of one set, or of a half of it."""
    return map(example, judged(argument, language, embedder))


def who_is(articles: Mapping[str, Article], language: Language) -> Iterator[Question]:
    """Yield "who is ...?" about some people of each article, and about one of another article."""
    chance = random.Random(SEED)
    people = {
        name: [
            (s.question[len("Who is ") : -1], s.holds)
            for s in from_names(article, language)
            if s.kind == "who is"
        ]
        for name, article in articles.items()
    }
    for name, introduced in people.items():
        for person, holds in chance.sample(introduced, min(PEOPLE_AN_ARTICLE, len(introduced))):
            called = chance.choice([person, person, person.split()[-1]])
            yield Question("", chance.choice(FORMS).format(called), True, name, evidence=(holds,))
        others = [p for other in people if other != name for p, _ in people[other]]
        strangers = [p for p in others if p.split()[-1] not in articles[name].text]
        if strangers:
            yield Question("", chance.choice(FORMS).format(chance.choice(strangers)), False, name)


def example(item: Judged) -> Example:
    """Return one question's example: near are the chunks of its answer and those ranked first."""
    answering: list[Reading] = []
    near: list[Reading] = []
    far: list[Reading] = []
    for number, chunk in enumerate(item.search.chunks):
        readings = item.search.readings[chunk.id]
        right = item.right[number]
        answering += [
            reading for reading, is_right in zip(readings, right, strict=True) if is_right
        ]
        others = [r for r, is_right in zip(readings, right, strict=True) if not is_right]
        if any(right) or number in item.order[:NEAR_CHUNKS]:
            near += others
        elif number in item.order[:FAR_CHUNKS]:
            far += others
    return Example(item.question, tuple(answering), tuple(near), tuple(far))


def answers(sentence: SentenceSpan, spans: Sequence[tuple[int, int]]) -> bool:
    """Return whether a sentence holds a part of the evidence that stands at these offsets."""
    return any(
        min(sentence.end, end) - max(sentence.start, start)
        >= min(LEAST_OVERLAP_CHARACTERS, (end - start) // 2)
        for start, end in spans
    )
