"""HTML and JSON: the same bytes each time, hostile titles shown as they are, nothing loaded from elsewhere."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from monitor import briefs
from monitor.briefs import archive, codec, render
from monitor.briefs.printing import printed
from monitor.briefs.types import Chart, Figure, Link
from monitor.errors import BadQuery
from monitor.model import Kind
from monitor.ops import audit
from monitor.store.memory import MemoryStore
from tests.briefs.build import DAY, MORNING, article, at, message, messages, posts, settings, store, weeks

HOSTILE = [
    "<script>alert(1)</script>停水", '"><img src=x onerror=alert(1)>', "停" * 300, "=HYPERLINK(\"http://x\")",
    "😀🚰停水👨‍👩‍👧",
    "停水\u202e反转\u0000\n换行", "{{ 7*7 }}{% raw %}", "</style><svg onload=alert(1)>", "&lt;b&gt;&amp;",
]  # fmt: skip
VOID = {"meta", "img", "br", "hr", "link", "input"}


class Page(HTMLParser):
    """Every element with its attributes, the text, and whether all elements were closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


def filled() -> MemoryStore:
    return store(
        *messages(12, terms=("停水",), places=("青石街道",)), *weeks([3, 4, 2, 5]), *posts(40),
        article(at(hour=8), id="x1", kind=Kind.OFFICIAL, outlet="区政府网"),
        article(at(), outlet="甲报", reprint_of="x1"),
        message(at(DAY - timedelta(days=5))),
    )  # fmt: skip


def full() -> briefs.Brief:
    return briefs.daily(settings(), filled(), DAY, MORNING)


def hostile() -> briefs.Brief:
    kept = store(
        *(article(at(minute=n), title, title, url="javascript:alert(1)") for n, title in enumerate(HOSTILE[1:])),
        *(message(at(DAY - timedelta(days=5)), title=title, url="data:text/html,x", terms=(title[:20],))
          for title in HOSTILE),
        message(at(), terms=("<b>停水</b>",), places=("<i>青石</i>",), url="ftp://board.example.cn/1"),
    )  # fmt: skip
    return briefs.daily(settings(brief={"unit": "<u>网信办</u>"}), kept, DAY, MORNING)


def test_the_same_brief_gives_the_same_bytes_in_every_format() -> None:
    kept = filled()
    one, two = (briefs.daily(settings(), kept, DAY, MORNING) for _ in range(2))
    assert one == two
    for name in ("html", "json", "docx"):
        assert render.FORMATS[name](one, "http://h") == render.FORMATS[name](two, "http://h"), name
    assert printed(one, "http://h") == printed(two, "http://h"), (
        "the PDF's page; its bytes: tests/briefs/test_layout_pdf.py"
    )


def test_a_brief_survives_the_way_to_json_and_back() -> None:
    for brief in (full(), hostile(), briefs.daily(settings(), store(), DAY, MORNING)):
        assert codec.of_json(json.loads(render.as_json(brief))) == brief


@pytest.mark.parametrize("brief", [full(), hostile()], ids=["full", "hostile"])
def test_the_page_is_well_formed_and_loads_and_runs_nothing(brief: briefs.Brief) -> None:
    page = Page(render.html(brief).decode())
    assert page.open == []
    assert {tag for tag, _ in page.tags}.isdisjoint(
        {"script", "img", "link", "iframe", "object", "embed", "form", "base"}
    )
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on") or name in ("src", "style")]
    targets = [attrs.get("href") or "" for tag, attrs in page.tags if tag == "a"]
    assert all(target.startswith(("/api/v1/", "/metrics", "https://", "http://")) for target in targets)
    policy = next(attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_hostile_titles_are_shown_as_they_are_written() -> None:
    text = Page(render.html(hostile()).decode()).text
    assert "<script>alert(1)</script>停水" in text
    assert "=HYPERLINK" in text and "😀🚰停水👨‍👩‍👧" in text and "{{ 7*7 }}{% raw %}" in text
    assert "&lt;b&gt;&amp;" in text
    assert "停" * 59 + "…" in text and "停" * 61 not in text
    assert "\u202e" not in text and "\x00" not in text


def test_a_link_is_followed_only_over_http() -> None:
    brief = hostile()
    links = [part for s in brief.sections for b in s.blocks for part in _parts(b) if isinstance(part, Link)]
    assert len(links) >= 10
    assert {link.url for link in links} == {""}


def _parts(block: object) -> tuple[object, ...]:
    from monitor.briefs.types import parts_of

    return parts_of(block)  # type: ignore[arg-type]


def test_every_figure_on_the_page_links_to_its_query_at_the_given_address() -> None:
    brief = full()
    page = Page(render.html(brief, "https://yuqing.example.cn/").decode())
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a" and attrs.get("class") == "figure"]
    charts = [b for s in brief.sections for b in s.blocks if isinstance(b, Chart)]
    assert len(links) == len(brief.figures()) + len(charts)
    assert all(str(link).startswith("https://yuqing.example.cn/") for link in links)
    assert set(links) == {"https://yuqing.example.cn" + f.query for f in brief.figures()} | {
        "https://yuqing.example.cn" + chart.query for chart in charts
    }


def test_no_text_of_a_post_is_in_any_format() -> None:
    brief = full()
    for name in ("html", "json"):
        assert "绝不外露" not in render.FORMATS[name](brief, "").decode()
    with zipfile.ZipFile(io.BytesIO(render.FORMATS["docx"](brief, ""))) as package:
        assert all("绝不外露".encode() not in package.read(name) for name in package.namelist())
    assert "绝不外露" not in printed(brief), "the page that the PDF is made of"


def test_the_chart_says_in_words_what_it_shows_and_breaks_where_posts_are_suppressed() -> None:
    days = [DAY - timedelta(days=n) for n in (6, 5, 3, 2)]
    kept = store(*messages(4), *(p for day in days for p in posts(20, day)), *posts(5, DAY - timedelta(days=4)))
    html = render.html(briefs.daily(settings(), kept, DAY, MORNING)).decode()
    page = Page(html)
    svg = next(attrs for tag, attrs in page.tags if tag == "svg")
    assert svg["aria-label"] == "10月24日至11月21日逐日群众留言数量。最多4件，最少4件，当日4件"
    assert html.count("<polyline") == 4, "two runs, drawn for a page and for a phone"


def test_issued_briefs_are_kept_listed_and_audited() -> None:
    kept = store(*messages(12))
    rules = settings()
    days = [DAY - timedelta(days=n) for n in range(3)]
    for day in days:
        archive.issue(kept, briefs.daily(rules, kept, day, MORNING), MORNING, who="service")
    listed = archive.list_issued(kept)
    assert [issued.id for issued in listed] == [archive.id_of(day) for day in days]
    assert [issued.id for issued in archive.list_issued(kept, before=listed[0].id, limit=1)] == [listed[1].id]
    found = archive.get(kept, archive.id_of(DAY))
    assert found is not None
    assert (found.brief, found.who, found.revision) == (briefs.daily(rules, kept, DAY, MORNING), "service", 1)
    assert {e.target for e in audit.read(kept) if e.action is audit.Action.BRIEF_ISSUED} == {i.id for i in listed}
    assert archive.get(kept, "daily.2020-01-01") is None
    with pytest.raises(BadQuery):
        archive.list_issued(kept, limit=0)


def test_an_unchanged_brief_is_issued_once_and_a_changed_one_becomes_a_revision() -> None:
    kept, rules = store(*messages(12)), settings()
    first = archive.issue(kept, briefs.daily(rules, kept, DAY, MORNING), MORNING, who="service")
    again = archive.issue(kept, briefs.daily(rules, kept, DAY, MORNING), MORNING + timedelta(hours=1), who="zhang")
    assert (again.revision, again.issued, again.who) == (1, first.issued, "service")
    kept.add([message(at())])
    changed = archive.issue(kept, briefs.daily(rules, kept, DAY, MORNING), MORNING + timedelta(hours=2), who="zhang")
    assert (changed.revision, changed.who) == (2, "zhang")
    assert len(archive.list_issued(kept)) == 1


def test_a_figure_in_json_has_its_text_value_unit_and_query() -> None:
    doc = codec.to_json(full())
    figure = next(p for p in doc["sections"][0]["blocks"][0]["parts"] if not isinstance(p, str))
    assert figure == {
        "type": "figure", "text": "12", "unit": "件", "value": 12,
        "query": "/api/v1/trends?bucket=day&kind=board&since=2026-11-21&until=2026-11-21",
    }  # fmt: skip
    assert all(isinstance(f, Figure) for f in full().figures())
