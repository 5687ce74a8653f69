import pytest

from app.mentions import Source, name_runs, unnamed, unsaid
from index.language import Language

CITED = (
    "Mara Quill, who chairs the Harbour Trust, told the United Nations that Norway’s offer was “a fair one, "
    "on the whole.” Her rival Tom Ashby disagreed."
)
SOURCE = Source(
    CITED,
    "Harbour row: Delgrave takes sides",
    f"{CITED} Later Sir Edwin Delgrave spoke to Lena Voss.",
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Quill spoke to the UN about the Norwegian offer.",
        "Ashby did not agree with Mara Quill.",
        "Sir Edwin Delgrave has taken sides.",
        "According to the trust’s chair, the offer is fair.",
        "However, Quill’s rival disagreed.",
    ],
)
def test_names_of_the_passage_are_known_in_every_form(sentence: str, language: Language) -> None:
    assert unnamed(sentence, name_runs(sentence, language), SOURCE) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Voss spoke to the UN about the offer.",
        "Mara Quill told the United Nations that Sweden’s offer was fair.",
        "Quill’s rival is Tom Ashworth.",
        "The offer went to the European Commission.",
        "Whomsley disagreed with her.",
    ],
)
def test_a_name_that_is_not_there_is_found_out(sentence: str, language: Language) -> None:
    assert unnamed(sentence, name_runs(sentence, language), SOURCE)


@pytest.mark.parametrize(
    "sentence",
    [
        'She called it "a fair one".',
        "She called it “a fair one, on the whole”.",
        "“A fair one,” she said.",
        "It was fair.",
    ],
)
def test_what_is_quoted_word_for_word_passes(sentence: str) -> None:
    assert unsaid(sentence, CITED) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "She called it “a fine one”.",
        'She called it "fair, on the whole".',
        "She called it “a fair one, in part",
    ],
)
def test_an_altered_quotation_is_found_out(sentence: str) -> None:
    assert unsaid(sentence, CITED)
