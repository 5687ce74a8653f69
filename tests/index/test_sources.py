import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import FixInput
from index.fetching import FetchError
from index.naming import ID, slug
from index.settings import IndexSettings
from index.sources import Found, article_at, read_sources
from tests.web import Site, page, serve, settings_for

BODY = (
    "The port of Kell was sold on Monday to Acme, a company from the north.",
    "Nobody in the town objected to the sale, the harbour board said on Tuesday.",
    "The price was $US40 million, half of what the board had asked for a year ago.",
)


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as served:
        yield served


def read(*sources: str, stdin: str = "", article_id: str | None = None) -> list[Found]:
    return list(read_sources(sources, settings_for(), io.BytesIO(stdin.encode()), article_id))


def ids(found: list[Found]) -> list[str]:
    return [each.article.id for each in found if each.article]


def test_an_address_gives_an_article_named_by_its_canonical_address(site: Site) -> None:
    head = "<link rel='canonical' href='/2025/port-sold.html'>"
    site.put("/p?id=7&utm_source=x", page("Port sold", *BODY, head=head))
    (found,) = read(f"{site.url}/p?id=7&utm_source=x")
    assert found.article is not None
    assert found.article.id == "2025-port-sold"
    assert found.article.url == found.origin == f"{site.url}/2025/port-sold.html"
    assert found.article.text.split("\n") == list(BODY)
    assert article_at(f"{site.url}/p?id=7&utm_source=x", settings_for()) == found.article


def test_each_source_that_fails_is_told_with_its_reason_and_the_others_go_on(
    site: Site, tmp_path: Path
) -> None:
    site.put("/good", page("Port sold", *BODY))
    site.put("/empty", "<html><body><p>Hi</p></body></html>")
    site.put("/error", "x", 500)
    site.put("/picture", b"\x89PNG", Content_Type="image/png")
    site.put(
        "/feed",
        "<rss version='2.0'><channel><title>x</title></channel></rss>",
        Content_Type="application/rss+xml",
    )
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.4 broken")
    bad = [f"{site.url}/{name}" for name in ("empty", "error", "missing", "picture", "feed")]
    bad += [
        str(tmp_path / "scan.pdf"),
        str(tmp_path / "none.txt"),
        str(tmp_path / "*.md"),
        "ftp://x/y",
        str(tmp_path / "no.xyz"),
    ]
    found = read(*bad, f"{site.url}/good")
    assert [each.problem != "" for each in found] == [True] * len(bad) + [False]
    assert all("\n" not in each.problem for each in found)
    assert [each.name for each in found[: len(bad)]] == bad
    for url in bad[:5]:
        with pytest.raises(FixInput):
            article_at(url, settings_for())


def test_an_address_inside_the_network_is_refused_by_default(site: Site) -> None:
    site.put("/good", page("Port sold", *BODY))
    with pytest.raises(FetchError):
        article_at(f"{site.url}/good", IndexSettings())
    assert site.asked == []


def test_two_articles_of_one_canonical_address_are_a_problem(site: Site) -> None:
    head = f"<link rel='canonical' href='{site.url}/port'>"
    for path in ("/a", "/b"):
        site.put(path, page("Port sold", *BODY, head=head))
    first, second = read(f"{site.url}/a", f"{site.url}/b")
    assert first.article is not None
    assert f"{site.url}/a" in second.problem


def test_a_feed_gives_its_articles_in_its_order_whatever_its_dates(site: Site) -> None:
    items = "".join(
        f"<item><title>T{n}</title><link>{site.url}/{n}?utm_medium=rss</link><pubDate>{day}</pubDate></item>"
        for n, day in (
            (1, "Mon, 24 Nov 2025 10:00:00 GMT"),
            (2, "the day before yesterday"),
            (3, ""),
            (1, ""),
        )
    )
    site.put(
        "/feed",
        f"<?xml version='1.0'?><rss version='2.0'><channel>{items}<item><title>No link</title></item></channel></rss>",
    )
    for n in (1, 2, 3):
        site.put(f"/{n}", page(f"Port {n} sold", *BODY))
    found = read(f"{site.url}/feed")
    assert ids(found) == ["1", "2", "3"]
    assert found[0].article is not None
    assert found[0].article.published.startswith("2025-11-24T10:00:00")
    assert "the day before yesterday" in found[1].note
    assert "No link" in found[3].problem


def test_atom_sitemaps_and_their_index_are_read(site: Site) -> None:
    site.put(
        "/atom",
        f"<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title><entry><title>A</title><id>urn:1</id><link rel='alternate' href='{site.url}/a'/><updated>2025-11-24T10:00:00Z</updated></entry></feed>",
    )
    site.put("/a", page("Port sold", *BODY))
    site.put("/b", page("Port bought", *BODY))
    site.put(
        "/news.xml",
        "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>"
        f"<url><loc>{site.url}/b</loc><news:news><news:publication_date>2025-11-24</news:publication_date><news:title>B</news:title></news:news></url></urlset>",
    )
    site.put(
        "/index.xml",
        f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>{site.url}/news.xml</loc></sitemap></sitemapindex>",
    )
    assert ids(read(f"{site.url}/atom")) == ["a"]
    (found,) = read(f"{site.url}/index.xml")
    assert found.article is not None
    assert (found.article.id, found.article.published) == ("b", "2025-11-24")


def post(site: Site, number: int, **more: object) -> dict[str, object]:
    return {
        "id": number, "link": f"{site.url}/2025/post-{number}/", "slug": f"post-{number}", "status": "publish",
        "date_gmt": "2025-11-24T10:00:00", "modified_gmt": "2025-11-24T11:00:00", "title": {"rendered": f"Port &#8217;{number}&#8217; sold"},
        "content": {"rendered": f"<p>{BODY[0]}</p><h2>The price</h2><p>{BODY[2]}</p><div class='sharedaddy'><h3>Share this</h3></div>", "protected": False},
        "_embedded": {"author": [{"name": "Jane Roe"}]}, **more,
    }  # fmt: skip


@pytest.mark.parametrize("start", ["/wp-json/", "/", "/wp-json/wp/v2/posts"])
def test_a_wordpress_site_gives_all_its_posts(site: Site, start: str) -> None:
    asked = "per_page=100&orderby=modified&_embed=author&page="
    site.put(
        "/",
        f"<html><head><link rel='https://api.w.org/' href='{site.url}/wp-json/' /></head><body>{BODY[0]}</body></html>",
    )
    for root in ("/wp-json/", "/wp-json/wp/v2/posts"):
        site.put(
            root,
            json.dumps({"name": "Paper", "namespaces": ["oembed/1.0", "wp/v2"]}),
            Content_Type="application/json",
        )
    locked = post(site, 3, content={"rendered": "", "protected": True})
    site.put(
        f"/wp-json/wp/v2/posts?{asked}1",
        json.dumps([post(site, 1)]),
        Content_Type="application/json",
        X_WP_TotalPages="2",
    )
    site.put(
        f"/wp-json/wp/v2/posts?{asked}2",
        json.dumps([post(site, 2), locked]),
        Content_Type="application/json",
        X_WP_TotalPages="2",
    )
    found = read(site.url + start)
    assert ids(found) == ["2025-post-1", "2025-post-2"]
    article = found[0].article
    assert article is not None
    assert (article.title, article.byline) == ("Port ’1’ sold", "Jane Roe")
    assert (article.published, article.modified) == (
        "2025-11-24T10:00:00+00:00",
        "2025-11-24T11:00:00+00:00",
    )
    assert article.text.split("\n") == [BODY[0], BODY[2]]
    assert article.heading_at(article.text.index(BODY[2])) == "The price"
    assert "password" in found[2].problem


def test_a_folder_and_a_glob_give_their_files_and_say_nothing_of_hidden_ones(
    tmp_path: Path,
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b.txt", "in/a.md", ".git/c.txt"):
        (tmp_path / name).write_text("Port sold\n\n" + BODY[0] + "\n", encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    assert ids(read(str(tmp_path))) == ["b", "a"]
    assert ids(read(str(tmp_path / "**" / "*.md"))) == ["a"]
    assert read(str(tmp_path / ".git"))[0].article is not None
    with pytest.raises(FixInput):
        read(str(tmp_path), article_id="x")


def test_json_lines_take_the_contract_and_a_newsrooms_own_fields(site: Site) -> None:
    site.put("/a", page("Port sold", *BODY))
    whole = article_at(f"{site.url}/a", settings_for()).to_json()
    lines = [
        whole,
        {
            "id": "own",
            "headline": "Port sold",
            "html": f"<p>{BODY[0]}</p><aside>Related</aside><p>{BODY[1]}</p>",
            "author": ["Jane Roe", {"name": "Bo Li"}],
            "date": "2025-11-24",
        },
        {
            "title": "Port sold",
            "text": "\n\n".join(BODY),
            "url": "https://p.example/x",
            "published": "yesterday",
        },
        {"title": "Nothing in it"},
        ["no", "object"],
        {"title": "Port sold", "text": 7},
    ]
    found = read("-", stdin="\n".join(json.dumps(line) for line in lines) + "\nnot json\n\n")
    assert [each.problem != "" for each in found] == [False, False, False, True, True, True, True]
    assert found[0].article is not None
    assert found[0].article.to_json() == whole
    assert found[1].article is not None
    assert found[1].article.text.split("\n") == list(BODY[:2])
    assert (found[1].article.byline, found[1].article.published) == (
        "Jane Roe, Bo Li",
        "2025-11-24",
    )
    assert found[2].article is not None
    assert (found[2].article.id, found[2].article.published) == ("x", "")
    assert "-:4" in found[3].name


def test_a_contract_whose_sections_lie_outside_its_text_is_refused() -> None:
    line = {
        "id": "a",
        "title": "T",
        "text": "A text of words.",
        "sections": [{"heading": "h", "start": 3, "end": 99}],
    }
    assert read("-", stdin=json.dumps(line))[0].problem


@pytest.mark.parametrize(
    "item",
    [
        {"uri": "https://w.example/1", "type": "text", "versioncreated": "2025-11-24T10:00:00Z", "headline": "Port sold", "byline": "By Jane Roe", "body_html": f"<h1>Port sold</h1><p>{BODY[0]}</p><p>{BODY[1]}</p>", "language": "en-GB", "pubstatus": "usable"},
        {"uri": "https://w.example/1", "type": "text", "versioncreated": "2025-11-24T10:00:00Z", "headlines": [{"role": "short", "value": "Port"}, {"role": "main", "value": "Port sold"}], "by": "By Jane Roe", "bodies": [{"contenttype": "text/plain", "value": "plain"}, {"contenttype": "text/html", "value": f"<p>{BODY[0]}</p><p>{BODY[1]}</p>"}], "language": "en"},
        {"uri": "https://w.example/1", "type": "text", "versionCreated": "2025-11-24T10:00:00Z", "headlines": [{"role": "main", "value": "Port sold"}], "by": "By Jane Roe", "bodies": [{"role": "main", "contentType": "text/plain", "value": f"{BODY[0]}\n\n{BODY[1]}"}]},
    ],
)  # fmt: skip
def test_ninjs_of_each_version_is_read(tmp_path: Path, item: dict[str, object]) -> None:
    path = tmp_path / "wire.json"
    path.write_text(
        json.dumps(
            {
                "items": [
                    item,
                    {
                        **item,
                        "uri": "https://w.example/2",
                        "pubstatus": "canceled",
                        "pubStatus": "canceled",
                    },
                ]
            }
        ),
        "utf-8",
    )
    first, second = read(str(path))
    assert first.article is not None
    assert (first.article.id, first.article.title, first.article.byline) == (
        "1",
        "Port sold",
        "By Jane Roe",
    )
    assert first.article.published == "2025-11-24T10:00:00+00:00"
    assert first.article.text.split("\n") == list(BODY[:2])
    assert second.withdrawn == "2"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://p.example/2025/03/Port-Deal.html", "2025-03-port-deal"), ("https://p.example/", "p.example"),
        ("https://p.example/story?id=12", "story-id-12"), ("https://p.example/a/", "a"), ("https://p.example/caf%C3%A9", "cafe"),
    ],
)  # fmt: skip
def test_a_slug_reads_like_its_address(address: str, expected: str) -> None:
    assert slug(address) == expected


def test_slugs_of_other_scripts_and_of_great_length_are_ids_and_differ() -> None:
    made = {slug(f"https://p.example/{'x' * 300}{n}") for n in range(3)} | {
        slug(f"https://p.example/новости/{n}ж") for n in range(3)
    }
    assert len(made) == 6
    assert all(ID.fullmatch(each) for each in made)
