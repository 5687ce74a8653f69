import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.quantities import Quantity
from app.reckoning import reckoned, unbacked

SAME = [
    ("US$27 million", "27 million US dollars"), ("$US1m", "one million dollars"), ("£0.35m", "£350,000"),
    ("half a trillion dollars", "$US500 billion"), ("14.2 thousand people", "14,200 people"),
    ("a third of them", "one in three of them"), ("10 per cent of it", "a tenth of it"), ("60 %", "three-fifths"),
    ("fewer than one in eight", "less than 12.5 per cent"), ("five and a half hours", "330 minutes"),
    ("an hour and fifty minutes", "110 minutes"), ("one year and two months", "14 months"),
    ("30 January", "Jan. 30"), ("on Sundays", "every Sunday"), ("7.30pm", "7:30 p.m."), ("thirty years", "three decades"),
    ("a dozen people", "12 people"), ("nearly 28 million", "27.4 million"), ("a fortnight", "two weeks"),
    ("within a year", "12 months"), ("5 GW", "five gigawatts"), ("45p", "£0.45"), ("a 10-year-old", "aged 10"),
]  # fmt: skip
OTHER = [
    ("27 million dollars", "27 million euros"), ("27 million", "27 billion"), ("3 June", "3 July"),
    ("3 June", "4 June"), ("on Monday", "on Tuesday"), ("40 miles", "40 kilometres"), ("£48 a month", "£48 a year"),
    ("12 per cent", "12 percentage points"), ("in 2019", "in 2018"), ("7.30am", "7.30pm"), ("four people", "five people"),
    ("one in eight", "one in nine"), ("40 square metres", "40 metres"), ("That cost a month", "That cost a week"),
    ("3.5 million", "3.6 million"), ("$45", "45 cents"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_number_is_told_in_another_form(one: str, other: str) -> None:
    assert not unbacked(f"It was {one}.", f"There it was: {other}, they said.")


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_number_date_or_unit_is_found_out(one: str, other: str) -> None:
    assert unbacked(f"It was {one}.", f"There it was: {other}, they said.")


@given(st.integers(3, 10**9), st.sampled_from(["", " million", " per cent", " miles", " people"]))
def test_a_number_backs_itself_and_not_its_neighbour(value: int, unit: str) -> None:
    assert not unbacked(f"It was {value:,}{unit}.", f"It was {value}{unit}.")
    assert unbacked(f"It was {value + 1}{unit}.", f"It was {value}{unit}.")


@given(st.text(max_size=200))
def test_any_text_backs_itself(text: str) -> None:
    assert not unbacked(text, text)


@pytest.mark.parametrize(
    ("sentence", "wrong", "cited"),
    [
        ("The majority was six.", "The majority was nine.", "It was passed by 29 votes to 23."),
        ("In all it cost £162m.", "In all it cost £152m.", "Repairs cost £140m, the fine another £22m."),
        ("It made €3m more.", "It made €4m more.", "One went for €9.5m and the other for €6.5m."),
        ("Fewer than half stay.", "Under a third stay.", "Of the 940 homes 430 stay."),
        ("It came 18 days before.", "It came 18 weeks before.", "She rang on 3 November. It closed on 21 November."),
    ],
)  # fmt: skip
def test_what_two_numbers_come_to_is_left_to_the_verifier(
    sentence: str, wrong: str, cited: str
) -> None:
    assert not unbacked(sentence, cited)
    assert unbacked(wrong, cited)


def test_what_has_unlike_units_is_not_added_up() -> None:
    assert not list(reckoned([Quantity(3.0, "mile"), Quantity(4.0, "hour")]))
