"""`make bench-serve`: many readers at once for a while, against one process that answers back to back.

Prints what became of the requests, the throughput of both, and the server's memory; exits with 1 where
a request failed in another way than 429 or 503 with `Retry-After`.
"""

import asyncio
import itertools
import json
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Annotated

import httpx
import typer
from rich.console import Console

from app.opening import open_assistant
from app.settings import AppSettings
from tests.running import ROOT, served

SET = ROOT / "seeds" / "questions.jsonl"
ARTICLE = "altman-musk-trump"
SEED = 20261124
WARM_UP = 8
TIMEOUT_S = 90.0
console = Console(highlight=False)


@dataclass
class Tally:
    """What became of the requests: by status, the seconds of the answers, and what went wrong."""

    statuses: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def questions() -> list[str]:
    """Return the bundled questions about the first article."""
    lines = [json.loads(line) for line in SET.read_text("utf-8").splitlines()]
    return [line["question"] for line in lines if line.get("article", ARTICLE) == ARTICLE]


def back_to_back(folder: Path, seconds: float) -> float:
    """Return how many answers a second one process gives, one after the other."""
    assistant = open_assistant(AppSettings(data_dir=folder), Console(stderr=True))
    asked = itertools.cycle(questions())
    for _ in range(WARM_UP):
        assistant.ask(next(asked), (), ARTICLE)
    started, count = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        assistant.ask(next(asked), (), ARTICLE)
        count += 1
    return count / (time.perf_counter() - started)


async def reader(
    client: httpx.AsyncClient, asked: Iterator[str], tally: Tally, until: float, number: int
) -> None:
    """Ask until the time is over, every second reader as a stream; wait when told to."""
    chance = random.Random(SEED + number)
    headers = {"accept": "text/event-stream" if number % 2 else "application/json"}
    while time.perf_counter() < until:
        body = {"question": next(asked), "article": ARTICLE}
        started = time.perf_counter()
        try:
            response = await client.post("/api/ask", json=body, headers=headers)
        except httpx.HTTPError as error:
            tally.wrong.append(repr(error))
            continue
        if '"status": 503' in response.text and "event: error" in response.text:
            tally.statuses["503 in a stream"] += 1
            continue
        tally.statuses[str(response.status_code)] += 1
        if response.status_code == 200:
            tally.seconds.append(time.perf_counter() - started)
            if number % 2 and "event: done" not in response.text:
                tally.wrong.append(response.text[-300:])
        elif response.status_code in {429, 503} and "retry-after" in response.headers:
            await asyncio.sleep(int(response.headers["retry-after"]) * chance.uniform(0.5, 1.5))
        else:
            tally.wrong.append(f"{response.status_code} {response.text[:200]}")


async def crowd(address: str, readers: int, seconds: float) -> tuple[Tally, float, list[float]]:
    """Return what became of the requests, the seconds that they took, and the memory over time."""
    tally, memory = Tally(), []
    # As for the process that answers alone: some questions take twice as long as others.
    asked = itertools.cycle(questions())
    bounds = httpx.Limits(max_connections=readers + 1)
    async with httpx.AsyncClient(base_url=address, limits=bounds, timeout=TIMEOUT_S) as client:
        for number in range(WARM_UP):
            await reader(client, asked, Tally(), time.perf_counter() + 0.01, number)
        memory.append(await megabytes(client))
        started = time.perf_counter()
        asking = [
            asyncio.create_task(reader(client, asked, tally, started + seconds, number))
            for number in range(readers)
        ]
        while not all(task.done() for task in asking):
            await asyncio.wait(asking, timeout=seconds / 6)
            memory.append(await megabytes(client))
        return tally, time.perf_counter() - started, memory


async def megabytes(client: httpx.AsyncClient) -> float:
    """Return the server's resident memory."""
    text = (await client.get("/metrics")).text
    found = re.search(r"^process_resident_memory_bytes (\S+)$", text, re.M)
    assert found is not None
    return float(found.group(1)) / 1e6


def main(
    readers: Annotated[int, typer.Option(help="How many ask at once.")] = 64,
    seconds: Annotated[float, typer.Option(help="How long.")] = 60.0,
) -> None:
    """Measure and print; exit with 1 where something went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        alone = back_to_back(Path(folder), seconds / 2)
        with served(Path(folder)) as address:
            tally, took, memory = asyncio.run(crowd(address, readers, seconds))
    together = len(tally.seconds) / took
    middle, slow = (quantiles(tally.seconds, n=20)[n] for n in (9, 18))
    console.print(f"{readers} readers for {seconds:.0f} s: {dict(sorted(tally.statuses.items()))}")
    console.print(f"answers a second: {together:.2f}; one after the other, without HTTP: {alone:.2f} "
                  f"({together / alone:.0%})")  # fmt: skip
    console.print(f"seconds an answer: {middle:.1f} in the middle, {slow:.1f} for one of twenty")
    console.print("memory in MB: " + ", ".join(f"{size:.0f}" for size in memory))
    for text in tally.wrong[:10]:
        console.print(text, style="red", markup=False)
    raise typer.Exit(1 if tally.wrong else 0)


if __name__ == "__main__":
    cli = typer.Typer(pretty_exceptions_enable=False)
    cli.command()(main)
    cli()
