"""Metrics as people read them: with their unit and the range that they may lie in."""

from app.evaluation import RATES, Metric

PERCENTAGES = {*RATES, "citation_precision", "balanced_abstention"} - {"mrr"}
UNITS = {
    "answer_words": "words", "cited_characters": "characters", "latency_ms_p50": "ms",
    "latency_ms_p95": "ms",
}  # fmt: skip


def shown(name: str, value: float | int | None) -> str:
    """Return a figure with its unit, a dash where there is none."""
    if value is None:
        return "–"
    if name in PERCENTAGES:
        return f"{value:.0%}"
    if name == "mrr":
        return f"{value:.2f}"
    return f"{value:,.0f} {UNITS.get(name, '')}".strip()


def interval_shown(name: str, metric: Metric) -> str:
    """Return the 95 % interval of a metric."""
    if metric["value"] is None:
        return "–"
    low, unit = shown(name, metric["low"]), f" {UNITS.get(name, '')}"
    return f"{low.removesuffix(unit)} to {shown(name, metric['high'])}"
