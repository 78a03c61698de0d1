"""Pages that want to break the reader: each is read in bounded time, without an exception, and names nobody."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from crawlers.extract import Page, PageKind, extract
from crawlers.page.dates import parse, parse_near, parse_written
from tests.crawlers.made_pages import NOW, P1, P2, TITLE, news, page, paragraphs

ROOT = Path(__file__).resolve().parents[2]
BOMB = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY {chr(98 + i)} '{f'&{chr(97 + i)};' * 10}'>" for i in range(12)
) + "]><html><body><p>&m;</p>" + paragraphs() + "</body></html>"  # fmt: skip
HOSTILE = {
    "deep": b"<div>" * 60_000 + P1.encode() + b"</div>" * 100_000,
    "deep_inline": b"<b><i>" * 50_000 + P1.encode(),
    "deep_tables": b"<table><tr><td>" * 5_000 + P1.encode(),
    "long_attribute": b"<p class='" + b"post " * 200_000 + b"'>" + P1.encode(),
    "five_megabytes_of_text": ("<p>" + P2 * 30 + "</p>").encode() * 550,
    "many_tags": b"<br>" * 200_000,
    "many_links": b"<a href=x>link</a> " * 30_000,
    "one_line": P2.encode() * 15_000,
    "entity_bomb": BOMB.encode(),
    "character_references": b"&#x4e00;" * 300_000,
    "null_bytes": b"\x00".join(news().encode()[i : i + 7] for i in range(0, 4_000, 7)),
    "broken_utf8": news().encode().replace(b"\xe5", b"\xe5\xff\xfe"),
    "random": bytes(range(256)) * 4_000,
    "unclosed_script": b"<html><body><script>" + b"var a = '<p>x</p>';" * 50_000,
    "unclosed_comment": b"<html><!-- " + news().encode() * 50,
    "many_dates": ("<p>2026-11-20 08:30 " * 20_000).encode(),
    "digits": b"<p>" + b"1" * 1_000_000,
    "brackets": ("<p>" + "（" * 200_000 + "记者" * 50_000).encode(),
    "byline_bait": ("<p>（记者 " + "张三 " * 100_000 + "</p>").encode(),
    "spaces": b"<p>" + b" \xe3\x80\x80" * 300_000 + P1.encode(),
    "json_ld": b"<script type='application/ld+json'>" + b"[" * 100_000 + b'"articleBody"</script>',
    "json_ld_numbers": b"<script type='application/ld+json'>{\"articleBody\": " + b"9" * 400_000 + b"}</script>",
    "many_classes": "".join(f"<div class='post{i}'>{i}楼 发表于 回复，好。</div>" for i in range(10_000)).encode(),
    "same_class": "<div class='post'>1楼 发表于 昨天，好的。</div>".encode() * 10_000,
    "nested_same_class": "<div class='post'>1楼，发表于。".encode() * 3_000,
    "many_metas": b"<meta name='date' content='x'>" * 20_000,
    "title": b"<title>" + "停_".encode() * 100_000 + b"</title>" + paragraphs().encode(),
    "headings": ("<h1>" + TITLE + "</h1>").encode() * 30_000,
    "surrogates": news("<p>&#xD800;&#xDFFF;&#x0;&#x1F;&#xFFFE;" + P1 + "</p>").encode(),
}


def is_sane(found: Page) -> bool:
    found.text.encode(), found.title.encode()
    return found.kind in set(PageKind) and "\x00" not in found.text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_in_bounded_time(name: str) -> None:
    begun = time.process_time()
    assert is_sane(extract(HOSTILE[name], "http://x.cn/1", "text/html; charset=x-evil", NOW))
    assert time.process_time() - begun < 6


def test_entities_of_the_page_itself_are_not_expanded() -> None:
    tracemalloc.start()
    found = extract(HOSTILE["entity_bomb"], seen=NOW)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "aaaaaaaaaaa" not in found.text
    assert peak < 20_000_000


TAGS = st.sampled_from(
    [
        "p",
        "div",
        "a",
        "h1",
        "td",
        "tr",
        "table",
        "br",
        "script",
        "style",
        "ul",
        "li",
        "span",
        "article",
        "title",
        "meta",
        "b",
    ]
)
WORDS = st.sampled_from(
    [P1, P2, TITLE, "作者：张三", "2026-11-20 08:30", "昨天", "上周三", "1楼", "发表于", "回复", "\x00", "<", "&#x4e00;", "&lt;", "，", "\ud800",
     "责任编辑：李四", "（记者 王五）", "二〇二六年十三月卅二日", "13月45日 99:99", "相关新闻", "'", '"', ">"]
)  # fmt: skip
ATTRIBUTES = st.sampled_from(
    ["", " class='post'", " class='content'", " style='display:none'", " id='postmessage_1'", " hidden", " href='/a'"]
)
PIECES = st.one_of(
    WORDS,
    st.builds(lambda t, a: f"<{t}{a}>", TAGS, ATTRIBUTES),
    st.builds(lambda t: f"</{t}>", TAGS),
    st.text(st.characters(codec=None), max_size=8),
)


@given(st.lists(PIECES, max_size=60).map("".join))
@hypothesis_settings(max_examples=200, deadline=None)
def test_any_soup_of_tags_is_read_without_an_exception(html: str) -> None:
    assert is_sane(extract(html, seen=NOW))
    assert is_sane(extract(html.encode("utf-8", "replace"), seen=NOW))


@given(st.binary(max_size=600))
@hypothesis_settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_without_an_exception(body: bytes) -> None:
    assert is_sane(extract(body, seen=NOW))


@given(
    st.text(
        st.sampled_from("0123456789年月日-/.: ：上下午今昨前天周星期一二三十〇零廿个小时分钟秒刚刚TZ+"), max_size=30
    )
)
@hypothesis_settings(max_examples=300, deadline=None)
def test_any_date_line_gives_a_date_that_exists_or_none(text: str) -> None:
    for moment in (parse(text), parse_written(text), parse_near(text, NOW)):
        assert moment is None or moment.tzinfo is not None


def run(*words: str, told: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    call = "import sys; from monitor.cli import main; sys.argv[0] = 'yuqing'; main()"
    return subprocess.run(
        [sys.executable, "-c", call, "label", "page", *words], input=told, capture_output=True, cwd=ROOT, timeout=60
    )


def test_label_page_prints_one_line_a_file_in_order_and_tells_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "b.html").write_bytes(news(charset="gbk").encode("gbk"))
    (tmp_path / "a.html").write_text(page("<p>昨天 12:30</p><h1>停水</h1>"), encoding="utf-8")
    done = run(
        "--now",
        "2026-11-22T10:00",
        str(tmp_path / "b.html"),
        str(tmp_path / "none.html"),
        str(tmp_path / "a.html"),
        "-",
        told=news().encode(),
    )
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert done.returncode == 1 and "none.html" in done.stderr.decode() and "Traceback" not in done.stderr.decode()
    assert [Path(r["file"]).name for r in rows] == ["b.html", "a.html", "-"]
    assert list(rows[0]) == ["file", "title", "text", "published", "kind"]
    assert (rows[0]["title"], rows[0]["published"], rows[0]["kind"]) == (TITLE, "2026-11-20T08:30:00+08:00", "article")
    assert rows[0]["text"] == rows[2]["text"]


def test_label_page_reads_a_date_from_the_given_now(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(news(stamp="昨天 12:30"), encoding="utf-8")
    told = [
        json.loads(run("--now", now, str(tmp_path / "a.html")).stdout)["published"]
        for now in ("2026-11-22T10:00", "2026-01-01T10:00")
    ]
    assert told == ["2026-11-21T12:30:00+08:00", "2025-12-31T12:30:00+08:00"]


def test_eval_page_measures_text_title_day_and_kind(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(news(), encoding="utf-8")
    (tmp_path / "b.html").write_text(news(), encoding="utf-8")
    row = {"text": P1 + P2, "title": TITLE, "published": "2026-11-20", "kind": "article"}
    gold = [{"file": "a.html", **row}, {"file": "b.html", **row, "title": "别的", "published": None}]
    (tmp_path / "gold.jsonl").write_text("\n".join(json.dumps(g) for g in gold), encoding="utf-8")
    call = "from monitor.cli import main; main()"
    told = [sys.executable, "-c", call, "eval", "page", str(tmp_path / "gold.jsonl"), "--json"]
    done = subprocess.run(told, capture_output=True, cwd=ROOT, timeout=60)
    found = json.loads(done.stdout)["yuqing"]
    assert [found[k]["value"] for k in ("title", "day", "kind")] == [0.5, 0.5, 1.0]
    assert 0.5 < found["text_f1"]["value"] < 1
