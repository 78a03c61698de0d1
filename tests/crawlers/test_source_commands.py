"""``yuqing source``: an address becomes a source in a minute, and a source tells what it would take and why."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from monitor.settings import load, problems_of
from monitor.settings.added import entry, write
from tests.crawlers.desk import ROOT, Desk
from tests.crawlers.test_crawl import BODY, DAY, news
from tests.site import Reply, Site, article

LISTED = 6


def yuqing(desk: Desk, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("yuqing")), "source", *words, "--config", str(desk.config)]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "COLUMNS": "160"}, capture_output=True, text=True,
                          encoding="utf-8", timeout=60, stdin=subprocess.DEVNULL)  # fmt: skip


def list_page(site: Site, head: str = "", path: str = "/list.html") -> str:
    links = "".join(f"<li><a href='/a/{n}.html'>青石街道第{n}次排查供水管网</a></li>" for n in range(LISTED))
    site.pages[path] = Reply(
        f"<html><head><title>区里要闻</title>{head}</head><body><ul>{links}</ul><a href='/p2'>下一页</a></body></html>"
    )
    for n in range(LISTED):
        site.pages[f"/a/{n}.html"] = article(f"青石街道第{n}次排查供水管网", BODY, date=DAY)
    return site.url(path)


def test_a_list_page_becomes_a_source_that_crawls(site: Site, desk: Desk) -> None:
    done = yuqing(desk, "add", list_page(site), "--local", "--trusted", "--yes")
    assert done.returncode == 0, done.stderr
    assert "青石街道第0次排查供水管网" in done.stdout
    (source,) = load(desk.config).sources.source
    assert (source.id, source.name, source.adapter, source.local, source.trusted) == (
        "source", "区里要闻", "html", True, True
    )  # fmt: skip
    assert source.list.next == 'a:contains("下一页")'
    assert source.delay_s == 0.2, "a site of one's own network is not kept waiting"
    assert desk.crawl().only()["new"] == LISTED


def test_the_feed_that_a_page_names_is_preferred(site: Site, desk: Desk) -> None:
    news(site, LISTED)
    url = list_page(site, "<link rel='alternate' type='application/rss+xml' href='/feed.xml'>")
    done = yuqing(desk, "add", url, "--local", "--trusted", "--id", "gov", "--name", "区政府网", "--yes")
    assert done.returncode == 0, done.stderr
    (source,) = load(desk.config).sources.source
    assert (source.id, source.adapter, source.url) == ("gov", "rss", site.url("/feed.xml"))


def test_another_reading_can_be_chosen_and_without_consent_nothing_is_written(site: Site, desk: Desk) -> None:
    before = (desk.config / "sources.toml").read_bytes()
    url = list_page(site, "<link rel='alternate' type='application/rss+xml' href='/feed.xml'>")
    done = yuqing(desk, "add", url, "--local", "--trusted", "--choice", "2")
    assert done.returncode == 1
    assert 'adapter = "html"' in done.stdout
    assert (desk.config / "sources.toml").read_bytes() == before


def test_the_manners_that_a_site_asks_for_are_shown_and_a_source_is_not_added_twice(site: Site, desk: Desk) -> None:
    url = list_page(site)
    site.pages["/robots.txt"] = Reply(f"User-agent: *\nCrawl-delay: 1\nSitemap: {site.url('/s.xml')}", "text/plain")
    path = desk.config / "sources.toml"
    path.write_text("# 我们区的信源，由网信办维护\n", encoding="utf-8")
    done = yuqing(desk, "add", url, "--local", "--trusted", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["robots"] == {"state": "allows", "delay_s": 1.0, "sitemaps": [site.url("/s.xml")]}
    assert [p["source"]["adapter"] for p in told["proposals"]] == ["html", "sitemap"]
    assert (told["chosen"], told["written"], len(told["items"])) == (1, True, 5)
    assert path.read_text(encoding="utf-8").startswith("# 我们区的信源，由网信办维护\n\n[[source]]\n")
    again = yuqing(desk, "add", url, "--local", "--yes")
    assert (again.returncode, "已经在读这个网址" in again.stderr) == (1, True)
    assert len(load(desk.config).sources.source) == 1


def test_a_preset_is_taken_to_the_address_that_is_given(site: Site, desk: Desk) -> None:
    url = list_page(site)
    done = yuqing(desk, "add", url, "--preset", "163", "--local", "--trusted", "--yes", "--id", "own")
    assert done.returncode == 0, done.stderr
    assert "按录制网页核对" in done.stdout
    (source,) = load(desk.config).sources.source
    assert (source.id, source.url, source.list.link) == ("own", url, ".news_title h3 a")


def test_presets_are_listed_and_shown_and_a_wrong_name_is_helped(desk: Desk) -> None:
    from typer.testing import CliRunner

    from monitor.cli import app

    def presets(*words: str) -> Any:
        return CliRunner().invoke(app, ["source", "presets", *words, "--config", str(desk.config)])

    told = json.loads(presets("--json").output)
    assert {"thepaper", "discuz", "wordpress", "epaper"} <= {p["name"] for p in told}
    shown = presets("thepaper").output
    assert "按录制网页核对（文章页，2020-06-06）" in shown and "[[source]]" in shown
    wrong = presets("thepapr")
    assert (wrong.exit_code, "thepaper" in wrong.output) == (2, True), "the nearest name is told"


def test_a_public_site_is_asked_for_nothing_before_there_is_a_contact(desk: Desk) -> None:
    done = yuqing(desk, "add", "news.example.gov.cn/local/", "--yes")
    assert done.returncode == 2
    assert "contact" in done.stderr and "联系方式" in done.stderr


@pytest.mark.parametrize(
    ("path", "reply", "said"),
    [
        ("/none", None, "网页不存在"),
        ("/robots-says-no", Reply("x"), "robots.txt 不允许"),
        ("/login", Reply("<title>登录</title><form><input type=password></form>"), "要登录才能看"),
    ],
)
def test_what_cannot_be_a_source_is_said_with_what_to_do(
    site: Site, desk: Desk, path: str, reply: Reply | None, said: str
) -> None:
    site.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /robots-says-no", "text/plain")
    if reply is not None:
        site.pages[path] = reply
    done = yuqing(desk, "add", site.url(path), "--local", "--yes")
    assert done.returncode == 1
    assert said in done.stderr
    assert load(desk.config).sources.source == ()


def test_a_private_address_needs_to_be_called_local(site: Site, desk: Desk) -> None:
    done = yuqing(desk, "add", list_page(site), "--yes")
    assert done.returncode == 1
    assert "--local" in done.stderr
    assert site.log == [], "nothing was asked of it"


def test_a_trial_tells_each_item_and_writes_nothing(site: Site, desk: Desk) -> None:
    desk.configure([{**news(site), "trusted": False}])
    site.pages["/a/0.html"] = article("某地高速公路通车", "昨日，外省某地高速公路通车，全长一百公里。" * 3, date=DAY)
    done = yuqing(desk, "test", "news", "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["run"]["state"] == "ok"
    assert len(told["items"]) == 3
    assert {i["reason"] for i in told["items"]} == {"not_district"}, "no word of the district is in them"
    assert not (desk.data / "yuqing.db").exists() or desk.records() == []


def test_a_trial_shows_no_word_of_posts_and_redacted_titles_of_messages(site: Site, desk: Desk) -> None:
    text = "青石街道停水三天了，求关注供水问题，什么时候恢复"
    items = [{"id": n, "title": f"致电13812345678无人接{n}", "text": f"{text}{n}", "time": DAY} for n in range(4)]
    site.pages["/api"] = Reply(json.dumps({"list": items}, ensure_ascii=False), "application/json")
    api = {"items": "list", "id": "id", "title": "title", "text": "text", "time": "time"}
    common = {"adapter": "json", "url": site.url("/api"), "follow": False, "api": api}
    desk.configure([{**common, "id": "board", "kind": "board"}, {**common, "id": "forum", "kind": "post"}])
    board, forum = yuqing(desk, "test", "board"), yuqing(desk, "test", "forum")
    assert "（不显示）" in forum.stdout
    assert "无人接" in board.stdout
    assert "13812345678" not in board.stdout + board.stderr
    assert "停水" not in forum.stdout + forum.stderr
    assert "无人接" not in forum.stdout


def test_an_unknown_or_import_source_cannot_be_tried(desk: Desk) -> None:
    desk.configure([{"id": "file", "adapter": "import", "kind": "board"}])
    for id, words in (("nobody", "没有信源"), ("file", "只供导入")):
        done = yuqing(desk, "test", id)
        assert (done.returncode, words in done.stderr) == (2, True)


def test_sources_are_listed_with_their_interval(site: Site, desk: Desk) -> None:
    desk.configure([news(site)])
    (row,) = json.loads(yuqing(desk, "list", "--json").stdout)
    assert (row["id"], row["interval_min"], row["last_run"]) == ("news", 30, None)


def test_an_entry_that_breaks_the_configuration_is_taken_back(desk: Desk) -> None:
    path = desk.config / "sources.toml"
    path.write_text("# 我的信源\n", encoding="utf-8")
    good = {"id": "a", "name": "甲", "kind": "news", "adapter": "rss", "url": "http://10.0.0.8/f", "local": True}
    assert write(desk.config, good) == ()
    assert path.read_text(encoding="utf-8") == "# 我的信源\n\n" + entry(good)
    before = path.read_bytes()
    assert any("编号重复" in p for p in write(desk.config, good))
    assert path.read_bytes() == before
    assert [p.name for p in desk.config.iterdir() if p.name.startswith(".")] == []
    assert not any("sources" in p for p in problems_of(desk.config))


def test_words_of_an_entry_are_quoted(desk: Desk) -> None:
    odd = {"id": "a", "name": '引"号\\与\n换行\x7f', "kind": "news", "adapter": "html", "url": "http://10.0.0.8/",
           "local": True, "list": {"next": 'a:contains("下一页")'}}  # fmt: skip
    (desk.config / "sources.toml").unlink()
    assert write(desk.config, odd) == ()
    (source,) = load(desk.config).sources.source
    assert (source.name, source.list.next) == (odd["name"], 'a:contains("下一页")')


def test_a_file_that_an_editor_on_windows_wrote_stays_as_it_is_written(desk: Desk) -> None:
    path = desk.config / "sources.toml"
    path.write_bytes("\ufeff# 我的信源\r\n".encode())
    good = {"id": "a", "name": "甲", "kind": "news", "adapter": "rss", "url": "http://10.0.0.8/f", "local": True}
    assert write(desk.config, good) == ()
    written = path.read_bytes()
    assert written.startswith("\ufeff# 我的信源\r\n\r\n[[source]]\r\n".encode())
    assert written.count(b"\n") == written.count(b"\r\n")
    assert load(desk.config).source("a") is not None
