"""The real crawler against a real site on loopback: what is kept, how often, and how politely."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from monitor.model import CHINA, Article, BoardMessage, Kind
from monitor.ops import runs, tally
from tests.crawlers.desk import Desk
from tests.site import Reply, Site, article, feed

BODY = (
    "昨日，青石街道组织排查老旧小区供水管网，对发现的漏点逐一登记，并与供水公司约定维修时间。\n"
    "街道办负责人介绍，此次排查覆盖十二个小区，预计月底前完成全部维修，期间如需停水将提前两天张贴通知。"
)
NOW = datetime.now(CHINA)
DAY = f"{NOW - timedelta(days=1):%Y-%m-%d %H:%M}"
RFC = format_datetime(NOW - timedelta(days=1))


def news(site: Site, count: int = 3, at: str = "/feed.xml") -> dict[str, Any]:
    """A feed of ``count`` articles on ``site``, and its source."""
    titles = [f"青石街道第{n}次排查供水管网" for n in range(count)]
    for n, title in enumerate(titles):
        site.pages[f"/a/{n}.html"] = article(title, BODY, date=DAY)
    site.pages[at] = feed(site, [(f"/a/{n}.html", title, RFC) for n, title in enumerate(titles)])
    return {"id": "news", "url": site.url(at), "outlet": "示例区新闻网"}


def test_a_feed_and_its_articles_are_kept_whole(site: Site, desk: Desk) -> None:
    desk.configure([news(site)])
    done = desk.crawl()
    assert done.code == 0, done.log
    assert (done.only()["state"], done.only()["new"], done.only()["pages"]) == ("ok", 3, 4)
    records = desk.records()
    assert len(records) == 3
    for record in records:
        assert isinstance(record, Article)
        assert re.fullmatch(r"青石街道第\d次排查供水管网", record.title)
        assert record.text == BODY
        assert record.url.startswith(site.base)
    agent = site.asked("/feed.xml")[0].headers["User-Agent"]
    assert agent.startswith("yuqing/0.1")
    assert not any("Cookie" in a.headers for a in site.log)


def test_a_second_pass_asks_conditionally_and_stores_nothing_new(site: Site, desk: Desk) -> None:
    desk.configure([news(site)])
    desk.crawl()
    site.log.clear()
    done = desk.crawl()
    assert [(a.path, a.status) for a in site.log] == [("/robots.txt", 404), ("/feed.xml", 304)]
    assert (done.only()["state"], done.only()["new"], done.only()["duplicate"]) == ("ok", 0, 0)


def test_a_new_entry_is_the_only_page_that_is_read_again(site: Site, desk: Desk) -> None:
    desk.configure([news(site)])
    desk.crawl()
    source = news(site, 4)
    desk.configure([source])
    site.log.clear()
    assert desk.crawl().only()["new"] == 1
    assert [a.path for a in site.log] == ["/robots.txt", "/feed.xml", "/a/3.html"]


def test_a_list_page_is_followed_page_by_page(site: Site, desk: Desk) -> None:
    for page in range(3):
        links = "".join(f"<li><a href='/n/{page}{n}.html'>青石街道排查第{page}{n}号管网</a></li>" for n in range(4))
        site.pages[f"/list{page}.html"] = Reply(
            f"<ul class=l>{links}</ul><a class=n href='/list{page + 1}.html'>下一页</a>"
        )
        for n in range(4):
            site.pages[f"/n/{page}{n}.html"] = article(f"青石街道排查第{page}{n}号管网", BODY, date=DAY)
    source = {"id": "gov", "kind": "official", "adapter": "html", "url": site.url("/list0.html")}
    desk.configure([{**source, "list": {"link": ".l a", "next": "a.n", "pages": 3}}])
    assert desk.crawl().only()["new"] == 12
    assert {r.kind for r in desk.records()} == {Kind.OFFICIAL}
    site.log.clear()
    assert desk.crawl().only()["new"] == 0
    assert [a.path for a in site.log] == ["/robots.txt", "/list0.html"]


BOARD = {
    "title": ".t",
    "text": ".q",
    "time": ".d",
    "category": ".c",
    "reply": ".r",
    "reply_time": ".rd",
    "department": ".dep",
}


def message(answer: str = "") -> Reply:
    reply = f"<div class=r><p>{answer}</p></div><i class=rd>{DAY}</i><i class=dep>青石街道办事处</i>" if answer else ""
    return Reply(
        f"<h1 class=t>小区停水两天</h1><i class=c>城乡建设</i><i class=d>{DAY}</i><div class=q>滨河家园停水两天了，请问何时恢复？</div>{reply}"
    )


def test_a_message_that_is_answered_later_is_updated(site: Site, desk: Desk) -> None:
    site.pages["/board"] = Reply("<ul class=l><li><a href='/m/1'>小区停水两天</a></li></ul>")
    site.pages["/m/1"] = message()
    source = {"id": "board", "kind": "board", "adapter": "html", "url": site.url("/board"), "list": {"link": ".l a"}}
    desk.configure([{**source, "page": BOARD}])
    assert desk.crawl().only()["new"] == 1
    (before,) = desk.records()
    assert isinstance(before, BoardMessage) and before.reply is None and before.category == "城乡建设"
    site.pages["/m/1"] = message("您好，供水管网已抢修完毕，今天上午恢复供水。")
    assert desk.crawl().only()["new"] == 0
    (after,) = desk.records()
    assert isinstance(after, BoardMessage) and after.reply is not None
    assert after.reply.text == "您好，供水管网已抢修完毕，今天上午恢复供水。"
    assert after.reply.department == "青石街道办事处"
    site.log.clear()
    desk.crawl()
    assert site.asked("/m/1") == []


def test_forum_posts_are_kept_without_title_link_or_exact_count(site: Site, desk: Desk) -> None:
    site.pages["/forum"] = Reply("<ul class=l><li><a href='/t/1'>停水了吗</a></li></ul>")
    posts = "".join(
        f"<div class=p><i class=d>{DAY}</i><div class=t>青石街道供水管网又停水了，第{n}天没有自来水。</div></div>"
        for n in range(12)
    )
    site.pages["/t/1"] = Reply(f"<h1>示例区停水了吗</h1>{posts}")
    source = {"id": "forum", "kind": "post", "adapter": "html", "url": site.url("/forum"), "list": {"link": ".l a"}}
    desk.configure([{**source, "page": {"title": "h1", "text": ".t", "time": ".d"}}])
    run = desk.crawl().only()
    assert run["state"] == "ok"
    assert run["pages"] == {"value": None, "text": "<10", "rounded_to": 5, "suppressed": True}
    records = desk.records()
    assert len(records) == 12 and {r.kind for r in records} == {Kind.POST}
    assert run["new"] == {"value": 10, "text": "10", "rounded_to": 5, "suppressed": False}
    assert b"/t/1" not in b"".join(desk.written().values())


def test_a_broken_source_disturbs_no_other_and_says_what_to_do(site: Site, desk: Desk) -> None:
    site.pages["/500"] = Reply("坏了", status=500)
    site.pages["/empty"] = Reply("")
    site.pages["/html"] = Reply("<!DOCTYPE html><html><body>登录</body></html>")
    site.pages["/loop"] = Reply(status=302, headers={"Location": "/loop2"})
    site.pages["/loop2"] = Reply(status=302, headers={"Location": "/loop"})
    site.pages["/bomb"] = Reply(gzipped(50_000_000), headers={"Content-Encoding": "gzip"}, etag=False)
    site.pages["/big"] = Reply((b"<p>" + b"x" * 65_536 for _ in range(3200)), etag=False)
    expected = {
        "e404": "not_found", "e500": "server_error", "empty": "empty", "html": "not_a_feed", "loop": "redirects",
        "bomb": "too_large", "big": "too_large", "gone": "connection",
    }  # fmt: skip
    urls = {**{name: site.url(f"/{name.removeprefix('e') if name[1:].isdigit() else name}") for name in expected}}
    urls["gone"] = "http://127.0.0.1:9/feed"
    desk.configure([*({"id": name, "url": url} for name, url in urls.items()), news(site)])
    done = desk.crawl()
    assert done.code == 0, done.log
    assert {name: list(done.runs[name]["failures"]) for name in expected} == {n: [f] for n, f in expected.items()}
    for name in expected:
        run = done.runs[name]
        assert run["state"] == "failed"
        assert re.search(r"[\u4e00-\u9fff]{4}", run["message"]) and site.base not in run["message"]
    assert done.runs["news"]["new"] == 3
    assert site.sent < 20_000_000, "the 200 MB body was not cut off"
    with desk.store() as store:
        counted = {(s.labels["source"], s.labels["failure"]) for s in tally.read(store) if s.name == "fetch_failures"}
        states = runs.states(store, [])
        assert states == {}
        assert runs.recent(store, "e500")[0].state is runs.RunState.FAILED
    assert counted == set(expected.items())


def gzipped(size: int) -> bytes:
    import gzip

    return gzip.compress(b"<p>" + b"0" * size)


def test_an_article_that_is_missing_costs_only_itself(site: Site, desk: Desk) -> None:
    source = news(site)
    del site.pages["/a/1.html"]
    desk.configure([source])
    run = desk.crawl().only()
    assert (run["state"], run["new"], run["failures"]) == ("partial", 2, {"not_found": 1})


def test_a_gbk_page_declared_as_utf8_is_read(site: Site, desk: Desk) -> None:
    source = news(site, 1)
    body = site.pages["/a/0.html"].body  # type: ignore[union-attr]
    site.pages["/a/0.html"] = Reply(body.encode("gbk"))  # type: ignore[union-attr]
    desk.configure([source])
    desk.crawl()
    (record,) = desk.records()
    assert isinstance(record, Article) and record.text == BODY


def test_an_entity_bomb_is_harmless(site: Site, desk: Desk) -> None:
    entities = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    source = news(site, 1)
    site.pages["/feed.xml"] = feed(
        site, [("/a/0.html", "青石街道停水&j;", RFC)], head=f'<!DOCTYPE x [<!ENTITY a "哈哈哈哈">{entities}]>'
    )
    desk.configure([source])
    assert desk.crawl(timeout=20).only()["new"] == 1


def test_a_terminated_crawl_keeps_what_it_read_and_says_so(site: Site, desk: Desk) -> None:
    desk.configure([{**news(site, 60), "delay_s": 0.2}])
    with desk.start() as child:
        site.wait_for("/a/3.html")
        child.terminate()
        out, log = child.communicate(timeout=20)
    assert child.returncode == 0, log
    assert '"time_limit": 1' in out
    kept = len(desk.records())
    assert 3 <= kept < 60
    desk.configure([news(site, 60)])
    assert desk.crawl().only()["new"] == 60 - kept


def test_a_feed_without_following_keeps_what_the_feed_says(site: Site, desk: Desk) -> None:
    entry = f"<description>{BODY}</description><guid>x1</guid>"
    site.pages["/feed.xml"] = feed(site, [("/a/0.html", "青石街道通知", RFC)], extra=entry)
    desk.configure([{"id": "news", "url": site.url("/feed.xml"), "follow": False}])
    assert desk.crawl().only()["new"] == 1
    assert site.asked("/a/0.html") == []
    (record,) = desk.records()
    assert isinstance(record, Article) and record.text == BODY


def test_with_the_store_away_records_wait_in_the_spool(site: Site, desk: Desk) -> None:
    desk.configure([news(site)], engine="elastic", url="http://127.0.0.1:9", timeout_s=2)
    done = desk.crawl()
    assert done.code == 0, done.log
    assert "spooled" in done.log
    desk.configure([{**news(site), "id": "news"}])
    desk.crawl()
    assert len(desk.records()) == 3


def test_only_due_sources_are_crawled_when_asked(site: Site, desk: Desk) -> None:
    desk.configure([{**news(site), "interval_min": 60}])
    assert desk.crawl("--due").runs
    assert desk.crawl("--due").runs == {}


def test_wrong_use_is_told_in_chinese_and_exits_2(site: Site, desk: Desk) -> None:
    desk.configure([news(site)])
    done = desk.crawl("nosuch")
    assert done.code == 2 and "没有信源：nosuch" in done.log
    (desk.config / "district.toml").write_text("nam = 1", encoding="utf-8")
    assert desk.crawl().code == 2


def test_the_command_prints_a_chinese_table(site: Site, desk: Desk) -> None:
    import typer
    from typer.testing import CliRunner

    from monitor.cli import crawl

    app = typer.Typer()
    crawl.register(app)
    desk.configure([news(site), {"id": "gone", "url": "http://127.0.0.1:9/x"}])
    shown = CliRunner().invoke(app, ["--config", str(desk.config)], env={"COLUMNS": "200"})
    assert shown.exit_code == 0, shown.output
    assert "正常" in shown.output and "连不上网站" in shown.output
    shown = CliRunner().invoke(app, ["gone", "--config", str(desk.config), "--json"])
    assert shown.exit_code == 1
    assert '"connection": 1' in shown.output
