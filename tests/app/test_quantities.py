import math

from hypothesis import given
from hypothesis import strategies as st

from app.quantities import quantities


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert all(math.isfinite(quantity.value) for quantity in quantities(text))


def test_numbers_have_their_values_and_units() -> None:
    found = quantities("about 27 million US dollars, half a decade, 40 square metres")
    assert [(q.value, q.unit, q.rough) for q in found] == [
        (27e6, "dollar", True), (5.0, "year", False), (40.0, "square metre", False),
    ]  # fmt: skip
