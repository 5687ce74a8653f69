import pytest

from index.pages import from_html

TEXT = "".join(
    f"<p>The ferry to the island sails {n} times a day, and the council pays half of what it costs.</p>"
    for n in range(2, 9)
)


def kind(
    *, above: str = "", article: str = "", title: str = "The ferry is dear", head: str = ""
) -> str:
    page = (
        f"<html><head><title>{title}</title>{head}</head><body><main><article class='{article}'><header>{above}"
        f"<h1>{title}</h1></header>{TEXT}</article></main></body></html>"
    )
    return from_html(page, "ferry").kind


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ({}, "news"),
        ({"above": "<span class='label'>Opinion</span>"}, "opinion"),
        ({"above": "<div class='kicker'><a href='/comment/'>Our view</a></div>"}, "opinion"),
        ({"above": "<div><a href='/opinion/columns/'>Front Porch</a></div>"}, "opinion"),
        ({"above": "<p><a href='/work/'>Work</a>: <span>Opinion</span></p>"}, "opinion"),
        ({"above": "<span class='sponsor-label'>Paid Content</span>"}, "sponsored"),
        ({"title": "Opinion: The ferry is dear"}, "opinion"),
        ({"title": "Storm live updates: the ferry stays in port"}, "live"),
        ({"title": "The ferry sails again – live"}, "live"),
        ({"article": "article article--opinion"}, "opinion"),
        ({"article": "post category-opinion"}, "opinion"),
        ({"article": "article-page--sponsored"}, "sponsored"),
        ({"head": "<meta property='article:section' content='Opinion'>"}, "opinion"),
    ],
)
def test_a_page_says_what_kind_of_article_it_is(page: dict[str, str], expected: str) -> None:
    assert kind(**page) == expected


@pytest.mark.parametrize(
    "page",
    [
        {"above": "<nav><a href='/opinion/'>Opinion</a></nav>"},
        {"above": "<button>Comment</button><a href='/live/'>Live</a>"},
        {"above": "<div class='ad-slot'><span>Advertorial</span></div>"},
        {"above": "<span>Opinion polls: what they say</span>"},
        {"article": "node node--promoted comments-open"},
        {"title": "Life in a live volcano's shadow"},
        {"title": "Maps on telephones now show live updates of the ferry"},
        {"title": "Commentary box collapses at the Lido Lane ground"},
    ],
)
def test_a_menu_an_advertisement_or_a_word_in_passing_does_not(page: dict[str, str]) -> None:
    assert kind(**page) == "news"
