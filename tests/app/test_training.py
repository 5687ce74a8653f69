import random

import torch

from app.examples import Example
from app.training import (
    FAR_READINGS,
    HARDEST,
    MOST_POSITIVES,
    READINGS_A_QUESTION,
    drawn,
    hardened,
    loss_of,
)
from index.adapter import ADAPTER
from index.models import Reading


def test_a_draw_is_bounded_and_sometimes_leaves_the_answer_out() -> None:
    readings = tuple(Reading(str(number)) for number in range(40))
    item = Example("q", readings[:5], readings[5:20], readings[20:])
    chance = random.Random(0)
    draws = [drawn(item, chance) for _ in range(200)]
    assert {len(answering) for answering, _, _ in draws} == {0, MOST_POSITIVES}
    assert all(len(a) + len(others) <= READINGS_A_QUESTION for a, others, _ in draws)
    assert all(len(others) >= FAR_READINGS for _, others, _ in draws)
    assert all(weight < 1 for answering, _, weight in draws if not answering)


def test_the_loss_falls_as_answers_rise_and_others_sink() -> None:
    assert loss_of(torch.tensor([3.0, -3.0]), 1) < loss_of(torch.tensor([0.0, -3.0]), 1)
    assert loss_of(torch.tensor([-3.0, -3.0]), 0) < loss_of(torch.tensor([1.0, -3.0]), 0)


def test_what_misleads_the_adapter_stays_near_and_the_rest_is_far() -> None:
    plain = [Reading(f"It rained on day {number}.") for number in range(HARDEST)]
    misleading = Reading("The mayor sold the lighthouse to Acme for $US4m.")
    item = Example(
        "what did the harbour cost?", (Reading("$US9m."),), (*plain, misleading), (Reading("Far."),)
    )
    (made,) = hardened([item], ADAPTER)
    assert made.near[0] == misleading
    assert len(made.near) == HARDEST
    assert {*made.near, *made.far} == {*item.near, *item.far}
