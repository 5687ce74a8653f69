import json
from pathlib import Path

from app.calibration import main, measured
from app.evidence import FEATURES, EvidenceModel
from index.language import Language
from index.models import Embedder, Reranker


def small_set(folder: Path) -> Path:
    (folder / "articles").mkdir(parents=True)
    (folder / "articles" / "port.txt").write_text(
        "Port sold\nThe port was sold to Acme on Monday for $US4m.\nGulls live on the cliffs."
    )
    asked = [
        {"id": "1", "question": "Who bought the port?", "answerable": True, "evidence": ["sold to Acme"]},
        {"id": "2", "question": "How much was paid?", "answerable": True, "evidence": ["$US4m"],
         "history": ["Who bought the port?"]},
        {"id": "3", "question": "What do gulls eat?", "answerable": False, "evidence": []},
        {"id": "4", "question": "Who is the prime minister?", "answerable": False, "evidence": []},
    ]  # fmt: skip
    lines = "".join(json.dumps({**question, "article": "port"}) + "\n" for question in asked)
    (folder / "questions.jsonl").write_text(lines)
    return folder


def test_every_question_is_measured_with_its_label(
    tmp_path: Path, language: Language, embedder: Embedder, reranker: Reranker
) -> None:
    rows = list(measured(str(small_set(tmp_path)), language, embedder, reranker))
    assert [answerable for _, answerable in rows] == [True, True, False, False]
    assert all(len(found) == len(FEATURES) for found, _ in rows)
    assert rows[0][0][0] > rows[2][0][0] > rows[3][0][0]


def test_the_fit_names_its_sets_and_can_be_loaded(tmp_path: Path) -> None:
    written = tmp_path / "calibration.json"
    written.write_text('{"evidence": {}, "checking": {"threshold": 0.7}}')
    main([str(small_set(tmp_path / "sets" / "small"))], written)
    assert json.loads(written.read_text())["made_from"] == {"sets": ["sets/small"], "questions": 4}
    assert json.loads(written.read_text())["checking"] == {"threshold": 0.7}
    model = EvidenceModel.load(written)
    assert set(model.weights) == set(FEATURES)
    assert model.weights["best_score"] > 0
    assert 0 < model.threshold < 1
