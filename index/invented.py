"""Invented articles in any number, for benchmarks and for tests of many articles: always the same ones."""

import random
from collections.abc import Iterator

from index.article import Article
from index.blocks import Block, build

PLACES = (
    "Ashby", "Brackwater", "Calder Row", "Dunmoor", "Elverton", "Farrow Bay", "Greyling", "Harrowgate",
    "Inchmere", "Jarrow Cross", "Kestrel Point", "Lowfield", "Marram", "Netherby", "Oxlade", "Pennick",
)  # fmt: skip
FIRST = (
    "Ada",
    "Bruno",
    "Clara",
    "Dmitri",
    "Esther",
    "Femi",
    "Greta",
    "Hamid",
    "Ines",
    "Jonas",
    "Keiko",
    "Lars",
)
LAST = (
    "Abney",
    "Brandt",
    "Cordova",
    "Dunne",
    "Eklund",
    "Farouk",
    "Gorman",
    "Hale",
    "Ito",
    "Jessop",
    "Kaur",
    "Lund",
)
BODIES = ("the harbour board", "the county council", "the teachers’ union", "the water company", "the bus operator",
          "the hospital trust", "the planning committee", "the fire service", "the library fund")  # fmt: skip
THINGS = ("footbridge", "sea wall", "bus depot", "reading room", "market hall", "tram line", "flood gate", "ferry slip",
          "weather station", "swimming bath", "grain store", "allotment site")  # fmt: skip
HEADINGS = (
    "What it costs",
    "How it began",
    "The vote",
    "What residents say",
    "The road ahead",
    "Who pays",
)
FORMS = (
    "{Body} agreed on {month} {day} to rebuild the {thing} in {place} for ${sum:,},000.",
    "{person}, who has led {body} since {year}, said the {thing} in {place} had been “left to rot for {count} years”.",
    "Work on the {thing} is to begin in {month} and to last {count} months, according to {person}.",
    "A survey in {place} found that {share} per cent of {sum} households had used the {thing} in {year}.",
    "{person} voted against it because the money had been promised to {place} in {year}.",
    "The old {thing} closed in {month} {year} after an engineer counted {count} cracks in its east side.",
    "{Body} will pay {share} per cent, and the rest, about ${sum:,},000, is to come from a levy on visitors.",
    "“Nobody asked {place},” said {person}, who keeps a shop beside the {thing}.",
    "It took {count} meetings and {sum} letters before {body} changed its mind about the {thing}.",
    "If the {thing} is late, {place} loses a grant of ${sum:,},000 that runs out on {month} {day}.",
    "{person} told the meeting that {share} of the {count} plans for the {thing} had been drawn without a visit to {place}.",
    "The first {thing} in {place} was built in {year} by volunteers and cost the equivalent of ${sum:,},000.",
)  # fmt: skip
MONTHS = ("January", "March", "April", "June", "July", "September", "October", "November")


def invented_articles(count: int, first: int = 0) -> Iterator[Article]:
    """Yield invented articles of 300 to 900 words; their numbers name them, "invented-00000" on."""
    for number in range(first, first + count):
        yield invented_article(number)


def invented_article(number: int) -> Article:
    """Return the invented article of this number."""
    chance = random.Random(number)
    place, thing = chance.choice(PLACES), chance.choice(THINGS)
    blocks: list[Block] = []
    for section in chance.sample(HEADINGS, chance.randint(3, 6)):
        if blocks:
            blocks.append(Block(section, True))
        for _ in range(chance.randint(2, 3)):
            sentences = chance.sample(FORMS, chance.randint(2, 4))
            blocks.append(Block(" ".join(filled(form, chance) for form in sentences), False))
    title = f"{place} argues over its {thing}, report {number}"
    return build(f"invented-{number:05}", title, blocks, published="2026-03-02")


def filled(form: str, chance: random.Random) -> str:
    """Return a sentence of this form with everything in it chosen by chance."""
    body = chance.choice(BODIES)
    return form.format(
        body=body,
        Body=body[0].upper() + body[1:],
        person=f"{chance.choice(FIRST)} {chance.choice(LAST)}",
        place=chance.choice(PLACES),
        thing=chance.choice(THINGS),
        month=chance.choice(MONTHS),
        day=chance.randint(1, 28),
        year=chance.randint(1931, 2025),
        sum=chance.randint(101, 9899),
        count=chance.randint(3, 98),
        share=chance.randint(11, 89),
    )
