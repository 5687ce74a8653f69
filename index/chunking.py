"""An article becomes chunks: whole sentences of one paragraph under their section heading."""

from collections.abc import Iterator, Sequence

from index.article import Article, Chunk, SentenceSpan
from index.language import Language

# The bi-encoder reads 256 tokens, about 1,000 characters of English with a heading in front.
MAX_CHUNK_CHARACTERS = 900


def chunk_article(article: Article, language: Language) -> list[Chunk]:
    """Return the article's chunks; together they hold every sentence of its text exactly once."""
    return chunk_articles([article], language)[0]


def chunk_articles(articles: Sequence[Article], language: Language) -> list[list[Chunk]]:
    """Return each article's chunks, all paragraphs read in one pass."""
    paragraphs = [(number, *span) for number, a in enumerate(articles) for span in a.paragraphs()]
    texts = (articles[number].text[start:end] for number, start, end in paragraphs)
    chunks: list[list[Chunk]] = [[] for _ in articles]
    for (number, offset, _), sentences in zip(paragraphs, language.sentences(texts), strict=True):
        own = chunks[number]
        for group in grouped(sentences):
            own.append(make_chunk(articles[number], len(own), offset, group))
    return chunks


def grouped(sentences: list[SentenceSpan]) -> Iterator[list[SentenceSpan]]:
    """Yield runs of sentences up to `MAX_CHUNK_CHARACTERS`; a longer sentence stays whole."""
    group: list[SentenceSpan] = []
    for sentence in sentences:
        if group and sentence.end - group[0].start > MAX_CHUNK_CHARACTERS:
            yield group
            group = []
        group.append(sentence)
    if group:
        yield group


def make_chunk(article: Article, number: int, offset: int, group: list[SentenceSpan]) -> Chunk:
    """Return the chunk of one run of sentences whose paragraph begins at `offset`."""
    start, end = offset + group[0].start, offset + group[-1].end
    sentences = tuple(
        SentenceSpan(offset + s.start, offset + s.end, s.stems, s.names, s.kinds, s.leans_back)
        for s in group
    )
    return Chunk(
        id=f"{article.id}:{article.version}:{number}",
        article_id=article.id,
        version=article.version,
        number=number,
        heading=article.heading_at(start),
        start=start,
        end=end,
        text=article.text[start:end],
        sentences=sentences,
    )
