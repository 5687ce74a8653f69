"""What a page calls for its reader, over HTTP."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import jsonschema
import pytest

from app.answering import Assistant
from index.article import Article
from tests.server import serving, site_of

SCHEMA = json.loads(Path(__file__).with_name("answer_schema.json").read_text())
HOSTILE = "<script>alert(1)</script> [x](javascript:1) \u202egnp.exe \x07 who controls G42?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def http(assistant: Assistant, folder: Path) -> Iterator[httpx.Client]:
    site = site_of(assistant, folder, reader_limit="off")
    with serving(site) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def events(response: httpx.Response) -> list[tuple[str, dict[str, object]]]:
    assert response.headers["content-type"].startswith("text/event-stream")
    blocks = [block.split("\n") for block in response.text.strip().split("\n\n")]
    return [(name[7:], json.loads(data[6:])) for name, data in blocks]


def test_a_question_gets_the_answer_of_the_contract(
    http: httpx.Client, seed_article: Article
) -> None:
    response = http.post("/api/ask", json={"question": "who controls G42?"})
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    answer = response.json()
    jsonschema.validate(answer, SCHEMA)
    (citation,) = answer["citations"]
    assert seed_article.text[citation["start"] : citation["end"]] == citation["quote"]


def test_a_stream_sends_status_sentences_and_the_whole_answer(http: httpx.Client) -> None:
    response = http.post(
        "/api/ask", json={"question": "who controls G42?"}, headers={"accept": "text/event-stream"}
    )
    assert response.headers["cache-control"] == "no-store"
    (first, _), *sentences, (last, answer) = events(response)
    assert (first, last) == ("status", "done")
    jsonschema.validate(answer, SCHEMA)
    shown = [data for name, data in sentences if name == "sentence"]
    assert [data["text"] for data in shown] == [s["text"] for s in answer["sentences"]]  # type: ignore[attr-defined]
    assert [data["citations"] for data in shown] == [answer["citations"]]


def test_all_articles_are_asked_by_scope_alone(http: httpx.Client) -> None:
    body = {"question": "who controls G42?", "scope": "archive"}
    answer = http.post("/api/ask", json=body).raise_for_status().json()
    jsonschema.validate(answer, SCHEMA)
    assert (answer["article_id"], answer["abstained"]) == (None, False)
    assert all(citation["article_id"] and citation["title"] for citation in answer["citations"])
    assert http.post("/api/ask", json={**body, "article": "altman-musk-trump"}).status_code == 422


def test_an_abstention_is_an_answer_and_no_error(http: httpx.Client) -> None:
    response = http.post("/api/ask", json={"question": "banana bread recipe without eggs"})
    assert response.status_code == 200
    assert response.json()["abstained"]
    assert not response.json()["citations"]


def test_a_follow_up_leans_on_the_history(http: httpx.Client) -> None:
    body = {"question": "And what does his fund own?", "history": ["Who controls G42?"]}
    answer = http.post("/api/ask", json=body).json()
    assert answer["question"] == body["question"]
    assert answer["standalone_question"] != body["question"]


def test_hostile_text_comes_back_as_the_text_that_it_is(http: httpx.Client) -> None:
    response = http.post("/api/ask", json={"question": HOSTILE})
    assert response.status_code == 200
    assert response.json()["question"].startswith("<script>alert(1)</script>")
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-content-type-options"] == "nosniff"


def test_an_article_is_found_by_its_page_and_shown_without_its_text(
    http: httpx.Client, seed_article: Article
) -> None:
    assert http.get("/api/articles", params={"url": "https://news.example/other"}).json() == []
    shown = http.get(f"/api/articles/{seed_article.id}")
    assert shown.json() == json.loads(json.dumps(seed_article.metadata()))
    assert seed_article.text[1000:1040] not in shown.text


def test_suggestions_are_questions(http: httpx.Client, seed_article: Article) -> None:
    found = http.get(f"/api/articles/{seed_article.id}/suggestions").json()["suggestions"]
    assert found
    assert all(question.endswith("?") for question in found)


def test_a_verdict_is_kept_and_its_reason_replaces_it(http: httpx.Client, folder: Path) -> None:
    verdict = {
        "article": "altman-musk-trump", "question": "who controls G42?", "verdict": "down",
        "spans": [[9846, 9943]],
    }  # fmt: skip
    first = http.post("/api/feedback", json=verdict)
    assert first.status_code == 201
    http.post("/api/feedback", json={**verdict, "reason": "too short", "id": first.json()["id"]})
    (line,) = (folder / "feedback.jsonl").read_text("utf-8").splitlines()
    kept = json.loads(line)
    assert (kept["verdict"], kept["reason"]) == ("down", "too short")
    assert kept["spans"] == [[9846, 9943]]


@pytest.mark.parametrize(
    ("status", "path", "body", "kind"),
    [
        (400, "/api/ask", b"{", "application/json"),
        (400, "/api/ask", b'{"question": "\xff"}', "application/json"),
        (404, "/api/ask", b'{"question": "who", "article": "no-such"}', "application/json"),
        (413, "/api/ask", b'{"question": "' + b"a" * 400_000 + b'"}', "application/json"),
        (415, "/api/ask", b"question=who", "application/x-www-form-urlencoded"),
        (415, "/api/feedback", b"{}", "text/plain"),
        (422, "/api/ask", b"{}", "application/json"),
        (422, "/api/ask", b"[]", "application/json"),
        (422, "/api/ask", b'{"question": 5}', "application/json"),
        (422, "/api/ask", b'{"question": "  "}', "application/json"),
        (422, "/api/ask", b'{"question": "\\ud800"}', "application/json"),
        (422, "/api/ask", b'{"question": "who", "history": "who"}', "application/json"),
        (422, "/api/ask", b'{"question": "who", "history": [' + b'"w",' * 99 + b'"w"]}', "application/json"),
        (422, "/api/ask", b'{"question": "' + b"w" * 1001 + b'"}', "application/json"),
        (422, "/api/ask", b'{"question": "who", "scope": "archive", "article": "a"}', "application/json"),
        (422, "/api/ask", b'{"question": "who", "article": "../etc/passwd"}', "application/json"),
        (404, "/api/feedback", b'{"question": "w", "verdict": "up", "article": "no"}', "application/json"),
        (422, "/api/feedback", b'{"question": "w", "verdict": "so-so"}', "application/json"),
    ],
)  # fmt: skip
def test_bad_input_is_a_problem_with_the_right_status(
    http: httpx.Client, status: int, path: str, body: bytes, kind: str
) -> None:
    response = http.post(path, content=body, headers={"content-type": kind})
    assert response.status_code == status
    is_problem(response)
    assert "Traceback" not in response.text
    assert "passwd" not in response.text


@pytest.mark.parametrize(
    ("status", "method", "path"),
    [
        (404, "GET", "/no-such-page"),
        (404, "GET", "/api/no-such"),
        (404, "GET", "/api/articles/no-such"),
        (404, "GET", "/api/articles/no-such/suggestions"),
        (404, "GET", "/widget/../settings.py"),
        (404, "GET", "/widget/..%2fsettings.py"),
        (405, "GET", "/api/ask"),
        (405, "DELETE", "/api/feedback"),
        (422, "GET", "/api/articles"),
        (422, "GET", "/api/articles/UPPER"),
        (422, "GET", "/api/articles/_collection-in-force"),
    ],
)
def test_a_wrong_address_is_a_problem_too(
    http: httpx.Client, status: int, method: str, path: str
) -> None:
    response = http.request(method, path)
    assert response.status_code == status
    is_problem(response)


def is_problem(response: httpx.Response) -> None:
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == response.status_code
    assert document["title"]
    assert document["detail"]
