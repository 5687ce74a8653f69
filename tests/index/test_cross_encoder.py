import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.cross_encoder import OnnxCrossEncoder

TEXT = "The mayor sold the harbour to Acme on Monday."


@pytest.fixture(scope="module")
def model() -> OnnxCrossEncoder:
    return OnnxCrossEncoder()


@settings(max_examples=15, deadline=None)
@example(question="why " * 500, text=TEXT * 20)
@example(question="x1?é\U0001f600" * 200, text=TEXT)
@example(question=" " * 300, text="")
@given(question=st.text(max_size=1000), text=st.text(max_size=1000))
def test_any_question_is_read_with_any_text(
    model: OnnxCrossEncoder, question: str, text: str
) -> None:
    assert len(model.predict([(question, text)])) == 1


def test_a_long_question_is_read_with_a_part_of_the_text(model: OnnxCrossEncoder) -> None:
    asked = "who sold the harbour? " + "please tell me now " * 120
    (right, wrong) = model.predict([(asked, TEXT), (asked, "It rained for most of the week.")])
    assert right > wrong
