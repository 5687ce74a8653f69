"""`python -m app.calibration SET...`: fit the decision to answer on question sets, save the numbers.

Each SET is a folder with `questions.jsonl` and `articles/`. Follow-ups are left out. The sets are
named in the file that is written; a set that a figure is measured on is never among them.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich.progress import track
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from app.evidence import CALIBRATION, FEATURES, features, read_question
from app.quoting import read_sentences
from index.chunking import chunk_article
from index.ingest import read_article
from index.language import Language
from index.models import Embedder, Reranker, Stopwatch
from index.retrieval import ArticleRetriever, ArticleSearch
from index.store import StoredChunks

# A missed answer weighs as much as this many false ones: always abstaining is no achievement.
COST_OF_A_MISS = 2.0


def measured(
    folder: Path, language: Language, embedder: Embedder, reranker: Reranker
) -> Iterator[tuple[list[float], bool]]:
    """Yield the features and the label of each question of a set."""
    searches: dict[str, ArticleSearch] = {}
    questions = [json.loads(line) for line in (folder / "questions.jsonl").open()]
    for question in track(questions, folder.name):
        if question.get("history"):
            continue
        name = question["article"]
        if name not in searches:
            article = read_article(next((folder / "articles").glob(f"{name}.*")))
            chunks = chunk_article(article, language)
            vectors = embedder.encode([chunk.searched_text for chunk in chunks])
            searches[name] = ArticleSearch.prepare(article, StoredChunks(tuple(chunks), vectors))
        retriever = ArticleRetriever(search_in=searches[name], embedder=embedder, reranker=reranker)
        text = question["question"]
        results = retriever.search(text)
        best = read_sentences(text, results, reranker, Stopwatch())[0]
        asked = read_question(text, language.words(text))
        found = features(asked, results, best.span, best.rerank_score)
        yield [found[name] for name in FEATURES], bool(question["answerable"])


def main(folders: list[Path]) -> None:
    """Fit the regression and write `app/calibration.json`."""
    language, embedder, reranker = Language(), Embedder(), Reranker()
    rows = [row for folder in folders for row in measured(folder, language, embedder, reranker)]
    values = np.array([row[0] for row in rows])
    labels = np.array([row[1] for row in rows])
    scaler = StandardScaler().fit(values)
    model = LogisticRegression(random_state=0).fit(scaler.transform(values), labels)
    probabilities = model.predict_proba(scaler.transform(values))[:, 1]
    costs: dict[float, float] = {
        threshold: COST_OF_A_MISS * np.mean(labels & (probabilities < threshold))
        + np.mean(~labels & (probabilities >= threshold))
        for threshold in np.linspace(0.05, 0.95, 91).tolist()
    }
    numbers = {
        "weights": dict(zip(FEATURES, model.coef_[0].round(4).tolist(), strict=True)),
        "means": dict(zip(FEATURES, scaler.mean_.round(4).tolist(), strict=True)),
        "scales": dict(zip(FEATURES, scaler.scale_.round(4).tolist(), strict=True)),
        "intercept": round(float(model.intercept_[0]), 4),
        "threshold": round(float(min(costs, key=lambda t: costs[t])), 3),
    }
    made = {"sets": [folder.name for folder in folders], "questions": len(rows)}
    CALIBRATION.write_text(json.dumps({"made_from": made, "evidence": numbers}, indent=1) + "\n")
    print(json.dumps(numbers, indent=1))


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
