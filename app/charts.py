"""Charts of a run as SVG text that takes its ink from the page, so that it is readable in light and dark."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

# Stands for the page's text colour until the SVG is written.
INK = "#010203"
GOOD, WEAK, BAD, OTHER = "#3a8f6b", "#c9962b", "#c4473a", "#5b82b5"
STYLE: Any = {
    "svg.fonttype": "none", "svg.hashsalt": "footnote", "font.family": "sans-serif",
    "font.size": 10, "text.color": INK, "axes.edgecolor": INK, "axes.labelcolor": INK,
    "xtick.color": INK, "ytick.color": INK, "axes.spines.top": False, "axes.spines.right": False,
}  # fmt: skip
WIDTH_INCHES = 6.4
BINS = 20
RANKS = 10


def svg_of(figure: Figure) -> str:
    """Return a figure as an SVG element."""
    file = io.StringIO()
    figure.savefig(
        file, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None}
    )
    text = file.getvalue()
    return text[text.index("<svg") :].replace(INK, "currentColor")


def blank(height_inches: float) -> tuple[Figure, Axes]:
    """Return a figure with one pair of axes."""
    figure = Figure(figsize=(WIDTH_INCHES, height_inches))
    return figure, figure.add_subplot()


def outcomes_by_type(counts: Mapping[str, Mapping[str, int]]) -> str:
    """Draw a bar a question type: right, quoted the wrong passage, missed, answered falsely."""
    with matplotlib.rc_context(STYLE):
        figure, axes = blank(0.7 + 0.32 * len(counts))
        left = [0] * len(counts)
        for name, colour in (
            ("right", GOOD),
            ("wrong passage", WEAK),
            ("missed", OTHER),
            ("false", BAD),
        ):
            values = [each.get(name, 0) for each in counts.values()]
            axes.barh(list(counts), values, left=left, color=colour, label=name, height=0.7)
            left = [a + b for a, b in zip(left, values, strict=True)]
        axes.invert_yaxis()
        axes.set_xlabel("questions")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(frameon=False, ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1.0))
        return svg_of(figure)


def evidence_ranks(ranks: Sequence[int | None]) -> str:
    """Draw how high the evidence was ranked; the last bar is what was not found at all."""
    with matplotlib.rc_context(STYLE):
        figure, axes = blank(2.4)
        labels = [*(str(n) for n in range(1, RANKS + 1)), f">{RANKS}", "none"]
        places = [RANKS + 1 if r is None else min(r, RANKS + 1) - 1 for r in ranks]
        values = [places.count(n) for n in range(len(labels))]
        axes.bar(labels, values, color=[GOOD] * 4 + [WEAK] * 7 + [BAD])
        axes.set_xlabel("rank of the passage that holds the evidence")
        axes.set_ylabel("questions")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        return svg_of(figure)


def probabilities(
    answerable: Sequence[float], unanswerable: Sequence[float], threshold: float
) -> str:
    """Draw how sure the assistant was of questions with and without an answer, and where it answers."""
    with matplotlib.rc_context(STYLE):
        figure, axes = blank(2.6)
        axes.hist(
            [answerable, unanswerable], bins=BINS, range=(0, 1), color=[GOOD, BAD],
            label=["has an answer", "has none"],
        )  # fmt: skip
        axes.axvline(threshold, color=INK, linestyle="--", linewidth=1)
        axes.annotate(
            f" answers from {threshold:.2f}", (threshold, 1), xycoords=("data", "axes fraction"),
            va="top",
        )  # fmt: skip
        axes.set_xlabel("probability that the evidence answers")
        axes.set_ylabel("questions")
        axes.legend(frameon=False, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1.0))
        return svg_of(figure)


def latencies(milliseconds: Sequence[float]) -> str:
    """Draw how long the answers took."""
    with matplotlib.rc_context(STYLE):
        figure, axes = blank(2.2)
        axes.hist(milliseconds, bins=BINS, color=OTHER)
        axes.set_xlabel("milliseconds an answer")
        axes.set_ylabel("questions")
        return svg_of(figure)
