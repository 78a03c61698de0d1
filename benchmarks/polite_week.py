"""What a publisher sees of us: a simulated week of one site through the real crawler, at its own pace. Prints JSON.

python benchmarks/polite_week.py news 50      a news site of 50 articles a day
python benchmarks/polite_week.py board 20     a board of 20 messages a day

Each article has a 1 % chance to be withdrawn and 4 % to be corrected, four of five messages are answered. The first
day, which reads what was there, is left out of the figures by day.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from monitor.model import CHINA, Article, BoardMessage, Kind
from monitor.ops import runs
from monitor.settings import load
from monitor.store import RecordQuery
from tests.crawlers.desk import Desk, all_records
from tests.crawlers.many import passes
from tests.site import Reply, Site, article

DAYS = 7
_BY_HOUR = (*[1] * 7, 3, *[8] * 12, *[3] * 4)
_BODY = (
    "青石街道组织排查{n}个老旧小区供水管网，对发现的漏点逐一登记，并与供水公司约定维修时间。\n"
    "街道办负责人介绍，预计月底前完成全部维修，期间如需停水将提前两天张贴通知。"
)


@dataclass(frozen=True, slots=True)
class Event:
    """One article or message: when it appears, and when it is corrected, withdrawn or answered."""

    n: int
    at: datetime
    corrected: datetime | None = None
    withdrawn: datetime | None = None
    answered: datetime | None = None

    def gone(self, now: datetime) -> bool:
        return self.withdrawn is not None and self.withdrawn <= now


def events(start: datetime, per_day: int) -> list[Event]:
    drawn = random.Random(7)
    midnight = start.replace(hour=0, minute=0, second=0)
    moments = sorted(
        midnight + timedelta(days=day, hours=drawn.choices(range(24), _BY_HOUR)[0], minutes=drawn.uniform(0, 60))
        for day in range(-1, DAYS + 1)
        for _ in range(per_day)
    )

    def later(at: datetime, share: float, hours: Sequence[float]) -> datetime | None:
        return at + timedelta(hours=drawn.choice(hours)) if drawn.random() < share else None

    return [
        Event(n, at, later(at, 0.04, (0.5, 2, 8, 30)), later(at, 0.01, (1, 6, 40)), later(at, 0.8, (5, 20, 30, 45, 70)))
        for n, at in enumerate(moments)
    ]


def publish(site: Site, told: Sequence[Event], now: datetime, board: bool) -> None:
    """The site as it stands at a moment: pages, and a list of five pages with 20 entries each."""
    live = [e for e in told if e.at <= now]
    for event in live:
        path = f"/a/{event.n}.html"
        if event.gone(now):
            site.pages.pop(path, None)
        else:
            site.pages[path] = _message(event, now) if board else _article(event, now)
    shown = [e for e in reversed(live) if not e.gone(now)]
    for at in range(5):
        rows = "".join(
            f"<li><a href='/a/{e.n}.html'>第{e.n}号街道排查供水管网通报</a><i>{e.at:%Y-%m-%d}</i></li>"
            for e in shown[20 * at : 20 * at + 20]
        )
        more = f"<a class=n href='/list_{at + 1}.html'>下一页</a>" if at < 4 else ""
        site.pages[f"/list_{at}.html" if at else "/list.html"] = Reply(f"<ul class=l>{rows}</ul>{more}")


def _article(event: Event, now: datetime) -> Reply:
    correction = f"\n更正：第{event.n}条。" if event.corrected is not None and event.corrected <= now else ""
    return article(
        f"第{event.n}号街道排查供水管网通报", _BODY.format(n=event.n) + correction, date=f"{event.at:%Y-%m-%d %H:%M}"
    )


def _message(event: Event, now: datetime) -> Reply:
    answered = event.answered if event.answered is not None and event.answered <= now else None
    answer = ""
    if answered is not None:
        answer = f"<div class=r><p>您好，第{event.n}号问题已处理。</p></div><i class=rd>{answered:%Y-%m-%d %H:%M}</i>"
    changed = (answered or event.at).astimezone(UTC)
    return Reply(
        f"<h1 class=t>小区停水问题{event.n}</h1><i class=d>{event.at:%Y-%m-%d %H:%M}</i>"
        f"<div class=q>第{event.n}栋停水两天了，请问何时恢复？</div>{answer}",
        etag=False,
        headers={"Last-Modified": f"{changed:%a, %d %b %Y %H:%M:%S} GMT"},
    )


def week(per_day: int, board: bool) -> dict[str, Any]:
    start = datetime.now(CHINA).replace(microsecond=0)
    told = events(start, per_day)
    source: dict[str, Any] = {"id": "s", "adapter": "html", "list": {"link": ".l a", "next": "a.n"}, "interval_min": 30}
    if board:
        rules = {"title": ".t", "text": ".q", "time": ".d", "reply": ".r", "reply_time": ".rd"}
        source |= {"kind": "board", "page": rules}
    seen: list[dict[str, Any]] = []
    with Site() as site, tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        desk.configure([{**source, "url": site.url("/list.html")}])
        (own,) = load(desk.config).sources.source
        now = start
        with passes(desk, start) as crawl:
            while now < start + timedelta(days=DAYS):
                publish(site, told, now, board)
                site.log.clear()
                run = crawl.only(seconds=(now - start).total_seconds())
                statuses = [a.status for a in site.log]
                seen.append({**run, "hours": (now - start).total_seconds() / 3600, "statuses": statuses})
                with desk.store() as store:
                    state = runs.states(store, (own,))["s"]
                last, now = now, max(runs.next_run(own, state, now), now + timedelta(minutes=1))
        return {**_asked(seen), **_kept(desk, told, last)}


def _asked(seen: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    later = [run for run in seen if run["hours"] >= 24]
    days = DAYS - 1
    requests = [len(run["statuses"]) for run in later]
    same = sum(run["statuses"].count(304) for run in later)
    return {
        "passes_a_day": round(len(later) / days, 1), "requests_a_day": round(sum(requests) / days, 1),
        "share_304": round(same / sum(requests), 3), "requests_a_pass_median": statistics.median(requests),
        "requests_a_pass_most": max(requests), "new_a_day": round(sum(run["new"] for run in later) / days, 1),
        "revisited_a_day": round(sum(run["revisited"] for run in later) / days, 1),
        "first_pass": len(seen[0]["statuses"]), "not_ok": sum(run["state"] != "ok" for run in seen),
    }  # fmt: skip


def _kept(desk: Desk, told: Sequence[Event], now: datetime) -> dict[str, Any]:
    with desk.store() as store:
        standing = [r for r in all_records(store) if isinstance(r, Article | BoardMessage)]
        kinds = (Kind.NEWS, Kind.BOARD)
        withdrawn = store.count(RecordQuery(kinds=kinds, withdrawn=True))
    live = [e for e in told if e.at <= now]
    stale = now - timedelta(hours=2)
    return {
        "published": len(live), "kept": len(standing), "withdrawn": withdrawn,
        "gone_on_the_site": sum(e.gone(now) for e in live),
        "revised": sum(bool(r.revisions) for r in standing),
        "answered_two_hours_ago": sum(e.answered is not None and e.answered <= stale and not e.gone(now) for e in live),
        "answers_kept": sum(isinstance(r, BoardMessage) and r.reply is not None for r in standing),
    }  # fmt: skip


if __name__ == "__main__":
    kind, count = (sys.argv[1:3] + ["news", "50"][len(sys.argv) - 1 :])[:2]
    print(json.dumps(week(int(count), kind == "board"), ensure_ascii=False))
