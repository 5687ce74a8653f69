from pathlib import Path

import pytest

from app.checking import Checker, source_of, stands_in
from app.mentions import Source
from app.quoting import Candidate
from index.article import Article, Chunk
from index.ingest import read_article
from index.language import Language
from index.models import Embedder
from index.publishing import prepared


@pytest.fixture(scope="module")
def chunks(seed_article: Article, embedder: Embedder, language: Language) -> list[Chunk]:
    return list(prepared(seed_article, embedder, language).chunks)


def test_every_sentence_of_the_article_backs_itself(
    checker: Checker, seed_article: Article, chunks: list[Chunk]
) -> None:
    for chunk in chunks[::5]:
        for position in range(len(chunk.sentences)):
            candidate = Candidate(chunk, position, 0.0)
            backing = checker.backing(candidate.quote, seed_article, [chunk])
            assert backing.check.accepted, (candidate.quote, backing.check)
            assert candidate.span in [span.span for span in backing.spans]


def test_an_altered_number_name_or_quotation_is_named_as_the_reason(checker: Checker) -> None:
    cited = "Mara Quill paid 300 dollars on 3 May. “It was worth it,” she said."
    source = Source(cited, "A sale", cited + " Tom Ashby was there.")
    for sentence, reason in (
        ("Quill paid 400 dollars.", "400"),
        ("Tom Ashby paid 300 dollars.", "Ashby"),
        ("“It was not worth it,” Quill said.", "not worth"),
        ("Quill paid on 3 June.", "June"),
    ):
        (check,) = checker.check(sentence, [source])
        assert not check.accepted
        assert reason in check.reason
        assert check.score is None


def test_a_sentence_without_an_end_is_refused_and_not_read_in_part(checker: Checker) -> None:
    source = Source("The council approved the plan.", "A vote", "")
    (check,) = checker.check("The council approved the plan and " + "so on and " * 60, [source])
    assert not check.accepted
    assert check.score is None


def test_what_goes_with_any_text_is_not_backed(checker: Checker, language: Language) -> None:
    lenient = Checker(language, checker.verifier, -100.0, 0.0)
    source = Source("The council approved the plan.", "A vote", "")
    assert not lenient.check("Nothing else is known.", [source])[0].accepted
    assert lenient.check("The plan went through.", [source])[0].accepted


def test_a_doubt_asks_for_more(checker: Checker, language: Language) -> None:
    source = Source("The council did not approve the plan.", "A vote", "")
    lenient = Checker(language, checker.verifier, -100.0, 0.0)
    strict = Checker(language, checker.verifier, -100.0, 200.0)
    turned = "The plan was approved by the council."
    assert lenient.check(turned, [source])[0].accepted
    assert not strict.check(turned, [source])[0].accepted


def test_footnotes_are_narrowed_to_what_is_needed(
    checker: Checker, seed_article: Article, chunks: list[Chunk]
) -> None:
    chunk = next(c for c in chunks if len(c.sentences) > 2)
    quote = Candidate(chunk, 1, 0.0).quote
    backing = checker.backing(quote, seed_article, [*chunks[:4], chunk])
    assert [span.quote for span in backing.spans] == [quote]
    assert checker.backing(quote, seed_article, []).check.accepted is False


FERRY = """The ferry
The ferry sank at dusk. Nobody was hurt. The harbour was closed for a day. It opened again on Monday. Divers went down twice.
The salvage cost 40,000 pounds. Mara Quill paid for it. She owns the line. The weather was calm. Tom Ashby saw it from the pier.
"""


def test_what_is_told_in_two_places_is_backed_by_both(
    language: Language, embedder: Embedder, checker: Checker, tmp_path: Path
) -> None:
    (tmp_path / "ferry.txt").write_text(FERRY, "utf-8")
    article = read_article(tmp_path / "ferry.txt")
    chunks = prepared(article, embedder, language).chunks
    lenient = Checker(language, checker.verifier, -100.0, 0.0)
    merged = "Tom Ashby watched the ferry, whose salvage cost 40,000 pounds."
    backing = lenient.backing(merged, article, list(chunks))
    assert backing.check.accepted
    assert [span.quote for span in backing.spans] == [
        "The salvage cost 40,000 pounds.", "Tom Ashby saw it from the pier.",
    ]  # fmt: skip


def test_a_source_has_the_headings_over_it(seed_article: Article, chunks: list[Chunk]) -> None:
    chunk = next(c for c in chunks if c.heading)
    source = source_of(seed_article, [Candidate(chunk, 0, 0.0)])
    assert chunk.heading in source.title
    assert seed_article.title in source.title
    assert source.cited == Candidate(chunk, 0, 0.0).quote


@pytest.mark.parametrize(
    ("sentence", "stands"),
    [
        ("It rained.", True), ("“It rained”", True), ("The sun came out", True), ("sun came out", False),
        ("It rained. The sun came out.", True), ("It snowed.", False),
    ],
)  # fmt: skip
def test_only_whole_sentences_stand_word_for_word(sentence: str, stands: bool) -> None:
    assert stands_in(sentence, "It rained. The sun came out. He left.") is stands


def test_without_anything_to_read_nothing_is_read(checker: Checker) -> None:
    assert checker.check("Anything.", []) == []
    assert checker.verifier.score("Anything.", []) == []
