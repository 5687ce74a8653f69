import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import Language
from index.sentences import quotations, sentence_spans

PIECES = st.sampled_from(
    ["The deal fell. ", "“It is over.” ", '"No," she said. ', "Jan. 30 ", "$US1m ", "“i left. it was bad.” ",
     "Mr. Wu ", "xAI won! ", "He asked: “Why?” ", "’", "”", '"', "‘a", "\u2026 ", "\u00a0", "\t"]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=12), st.lists(st.integers(0, 80)))
def test_sentences_cover_every_visible_character_once_and_in_order(
    pieces: list[str], starts: list[int]
) -> None:
    text = "".join(pieces)
    spans = sentence_spans(text, [start for start in starts if start < len(text)])
    covered = [n for start, end in spans for n in range(start, end)]
    assert covered == sorted(set(covered))
    assert {n for n, c in enumerate(text) if not c.isspace()} <= set(covered)


@given(st.lists(PIECES, max_size=10), st.lists(st.integers(0, 80)))
def test_a_closed_quotation_is_never_cut(pieces: list[str], starts: list[int]) -> None:
    text = "".join(pieces)
    spans = sentence_spans(text, [start for start in starts if start < len(text)])
    for left, right in quotations(text):
        assert any(start <= left and right <= end for start, end in spans)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It cost $US1m on Jan. 30, he said. Then Mr. Jones left.", 2),
        ("“It was a mess.” Smith left. “i am done. but proud,” he wrote.", 3),
        ('"We won," she said. "It was hard. Very hard." The crowd cheered.', 3),
        ("He wrote on X: “the party moved. i did not.” He later deleted it.", 2),
        ("“Is it over?” Smith asked. “No!” she said.", 2),
        ("St. Louis mayor J. Doe earned $3.5m in Feb. 2024. xAI raised $6bn.", 2),
        ("“We are not done. It goes on.", 2),
        ("A sum of £1.2 billion was paid to Acme Inc. The other half was not.", 2),
    ],
)
def test_sentences_end_where_a_reader_ends_them(
    language: Language, text: str, expected: int
) -> None:
    (found,) = language.sentences([text])
    assert len(found) == expected, [text[s.start : s.end] for s in found]
