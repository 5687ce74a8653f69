"""`python -m app.calibration SET...`: fit the decision to answer on question sets, save the numbers.

Each SET is a folder with `questions.jsonl` and `articles/` that the cross-encoder was not trained on: on what
it has seen it is too sure. The sets are named in the file that is written.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich.progress import track
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from app.conversation import one_question
from app.evidence import CALIBRATION, FEATURES, features
from app.examples import part_of
from app.quoting import read_sentences
from index.ingest import read_article
from index.language import Language
from index.models import Embedder, Reranker
from index.publishing import prepared
from index.retrieval import ArticleRetriever, ArticleSearch

# Some hundred questions, and features that say much the same.
INVERSE_REGULARISATION = 0.1
# A missed answer weighs as much as this many false ones, so answering costs least from 1 / (1 + cost) on.
COST_OF_A_MISS = 1.5


def measured(
    argument: str, language: Language, embedder: Embedder, reranker: Reranker
) -> Iterator[tuple[list[float], bool]]:
    """Yield the features and the label of each question of a set."""
    searches: dict[str, ArticleSearch] = {}
    folder, questions = part_of(argument)
    for question in track(questions, argument):
        name = question.article or ""
        if name not in searches:
            article = read_article(next((folder / "articles").glob(f"{name}.*")))
            searches[name] = ArticleSearch.prepare(article, prepared(article, embedder, language))
        text = one_question(question.question, question.history)
        retriever = ArticleRetriever(search_in=searches[name], embedder=embedder, reranker=reranker)
        results = retriever.search(text)
        found = features(read_sentences(results))
        yield [found[name] for name in FEATURES], question.answerable


def main(arguments: list[str], to: Path = CALIBRATION) -> None:
    """Fit the regression, every set weighing the same, and write the numbers that the answers use."""
    language, embedder, reranker = Language(), Embedder(), Reranker()
    sets = [list(measured(name, language, embedder, reranker)) for name in arguments]
    values = np.array([found for rows in sets for found, _ in rows])
    labels = np.array([answerable for rows in sets for _, answerable in rows])
    weights = np.concatenate([np.full(len(rows), 100 / len(rows)) for rows in sets])
    scaler = StandardScaler().fit(values)
    model = LogisticRegression(C=INVERSE_REGULARISATION, random_state=0)
    model.fit(scaler.transform(values), labels, sample_weight=weights)
    numbers = {
        "weights": dict(zip(FEATURES, model.coef_[0].round(4).tolist(), strict=True)),
        "means": dict(zip(FEATURES, scaler.mean_.round(4).tolist(), strict=True)),
        "scales": dict(zip(FEATURES, scaler.scale_.round(4).tolist(), strict=True)),
        "intercept": round(float(model.intercept_[0]), 4),
        "threshold": round(1 / (1 + COST_OF_A_MISS), 3),
    }
    names = ["/".join(Path(name).parts[-2:]) for name in arguments]
    made = {"sets": names, "questions": len(labels)}
    others = json.loads(to.read_text()) if to.exists() else {}
    to.write_text(json.dumps({**others, "made_from": made, "evidence": numbers}, indent=1) + "\n")
    print(json.dumps(numbers, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
