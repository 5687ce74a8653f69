from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.corrections import Span, corrections, dump_corrections, parse_corrections
from index.invented import invented_article

BASE = invented_article(0)
WORDS = st.lists(st.sampled_from(["The sea rose. ", "It fell. ", "Nobody came. ", "Two left. "]))


def saying(text: str, modified: str | None = None) -> Article:
    return replace(BASE, text=text, modified=modified, sections=())


def sentences(text: str) -> list[Span]:
    ends = [n + 1 for n, mark in enumerate(text) if mark == "."]
    return list(zip([0, *(end + 1 for end in ends)], ends, strict=False))


def quoted(text: str, dated: dict[Span, str]) -> dict[str, str]:
    return {text[start:end]: date for (start, end), date in dated.items()}


def test_a_changed_sentence_has_the_new_versions_date_and_the_others_none() -> None:
    before, now = "The sea rose. It fell.", "The sea sank. It fell."
    dated = corrections(
        saying(before), {}, saying(now, "2026-05-01T09:00"), sentences(now), "2026-06-01"
    )
    assert quoted(now, dated) == {"The sea sank.": "2026-05-01"}


def test_without_a_date_of_its_own_the_day_of_indexing_counts() -> None:
    now = "The sea sank."
    dated = corrections(saying("The sea rose."), {}, saying(now), sentences(now), "2026-06-01")
    assert quoted(now, dated) == {now: "2026-06-01"}


def test_a_correction_keeps_its_date_through_later_ones_wherever_it_moves() -> None:
    second, third = "The sea sank. It fell.", "It fell hard. The sea sank."
    dated = corrections(saying(second), {(0, 13): "2026-05-01"}, saying(third), sentences(third), "2026-06-01")  # fmt: skip
    assert quoted(third, dated) == {"It fell hard.": "2026-06-01", "The sea sank.": "2026-05-01"}


@given(WORDS, WORDS)
def test_exactly_the_sentences_that_were_not_said_before_are_dated(
    before: list[str], now: list[str]
) -> None:
    text = "".join(now).strip()
    dated = corrections(saying("".join(before)), {}, saying(text), sentences(text), "2026-06-01")
    assert {text[start:end] + " " for start, end in dated} == set(now) - set(before)
    assert parse_corrections(dump_corrections(dated)) == dated
