"""The sample site: marked, deterministic, alive, with the rhythm and the spike that the demo is about."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin
from xml.etree import ElementTree

import pytest

from demo.items import CHINA
from demo.places import neighbourhoods
from demo.site import Site, SiteServer
from demo.texts import matters, table
from demo.timeline import RATES, Timeline

NOW = datetime(2026, 11, 20, 10, 25, tzinfo=CHINA)  # a Friday
MARK = "示例"


@pytest.fixture(scope="module")
def timeline() -> Timeline:
    return Timeline(7, NOW, 35)


@pytest.fixture(scope="module")
def server(timeline: Timeline) -> Iterator[SiteServer]:
    with SiteServer(Site(timeline, lambda: NOW), 0) as site:
        thread = threading.Thread(target=site.serve_forever, daemon=True)
        thread.start()
        yield site
        site.shutdown()
        thread.join()


def test_the_same_seed_and_hour_give_the_same_site() -> None:
    later = NOW.replace(minute=59)
    one, two, other = Timeline(7, NOW, 20), Timeline(7, later, 20), Timeline(8, NOW, 20)
    for part in RATES:
        assert one.part(part, NOW) == two.part(part, NOW)
    assert one.part("forum", NOW) != other.part("forum", NOW)


def test_the_past_stays_when_time_goes_on(timeline: Timeline) -> None:
    restarted = Timeline(7, NOW, 35)
    later = NOW + timedelta(days=2)
    for part in ("board", "daily", "gov"):
        before = timeline.part(part, NOW)
        assert restarted.part(part, later)[-len(before) :] == before


def test_new_pages_keep_arriving_a_few_an_hour(timeline: Timeline) -> None:
    morning, evening = NOW + timedelta(days=3), NOW + timedelta(days=3, hours=10)
    fresh = sum(len(timeline.part(part, evening)) - len(timeline.part(part, morning)) for part in ("forum", "board"))
    assert 5 < fresh < 60


def test_there_are_some_fifteen_hundred_pages(timeline: Timeline) -> None:
    counts = {part: len(timeline.part(part, NOW)) for part in RATES}
    assert 1300 < sum(counts.values()) < 1800
    assert min(counts.values()) > 40


def test_nights_are_quiet_and_weekends_lower(timeline: Timeline) -> None:
    posts = [item for item in timeline.part("forum", NOW) if item.tag != "outage"]
    night = sum(item.time.hour < 6 for item in posts)
    evening = sum(18 <= item.time.hour < 22 for item in posts)
    assert night * 5 < evening
    days = Counter(item.time.date() for item in posts if item.time.date() < NOW.date())
    working = [n for day, n in days.items() if day.weekday() < 5]
    weekend = [n for day, n in days.items() if day.weekday() >= 5]
    assert sum(weekend) / len(weekend) < 0.85 * sum(working) / len(working)


def test_water_spikes_in_the_last_hours_and_dies_down(timeline: Timeline) -> None:
    def water(part: str, since: datetime, until: datetime) -> int:
        return sum(item.tag in ("outage", "water") and item.time >= since for item in timeline.part(part, until))

    assert 55 <= water("forum", NOW - timedelta(hours=3, minutes=25), NOW) <= 85
    assert 12 <= water("board", NOW - timedelta(hours=3, minutes=25), NOW) <= 22
    usual = water("forum", NOW - timedelta(days=28), NOW - timedelta(hours=6)) / (28 * 8)
    assert usual < 1
    after = NOW + timedelta(hours=8)
    assert water("forum", after - timedelta(hours=3), after) <= 4
    outage = [item for part in ("gov", "daily", "online") for item in timeline.part(part, NOW) if item.tag == "outage"]
    assert Counter(item.part for item in outage) == {"gov": 1, "daily": 1, "online": 1}


def test_texts_do_not_look_copied(timeline: Timeline) -> None:
    fragments = [
        text for m in matters() for texts in (m.titles, m.problem, m.detail, m.effect, m.ask, m.question, m.thanks)
        for text in texts
    ]  # fmt: skip
    assert len(set(fragments)) >= 300
    texts = [item.text for item in timeline.part("forum", NOW) if item.tag not in ("chatter", "elsewhere")]
    assert max(Counter(texts).values()) <= 3
    assert len(set(texts)) > 0.97 * len(texts)


def test_board_messages_are_answered_late_or_not_at_all_now_and_then(timeline: Timeline) -> None:
    old = [item for item in timeline.part("board", NOW) if item.time < NOW - timedelta(days=7)]
    answers = [item.answered(NOW) for item in old]
    late = [a for a, item in zip(answers, old, strict=True) if a and a.time - item.time > timedelta(hours=48)]
    assert answers.count(None) > 10
    assert len(late) > 10
    assert {"已回复", "已转交", "待回复"} == {item.status(NOW) for item in timeline.part("board", NOW)}


def test_an_answer_appears_when_its_time_has_come(timeline: Timeline) -> None:
    item = next(item for item in timeline.part("board", NOW) if item.answer and item.answer.time > NOW)
    answer = item.answer
    assert answer is not None
    before = Site(timeline, lambda: NOW).answer(item.path, "")
    after = Site(timeline, lambda: answer.time).answer(item.path, "")
    assert answer.text not in before.body.decode()
    assert answer.text in after.body.decode()
    assert (after.etag, after.changed) != (before.etag, before.changed)


def test_residents_leave_invented_personal_data(timeline: Timeline) -> None:
    items = [*timeline.part("forum", NOW), *timeline.part("board", NOW)]
    secrets = {secret for item in items for secret in item.secrets}
    assert len([s for s in secrets if s.replace("-", "").replace(" ", "").startswith("1380000")]) > 20
    assert all(secret in "".join(item.text) for item in items for secret in item.secrets)


def test_releases_are_reprinted_slightly_edited(timeline: Timeline) -> None:
    reprints = [item for item in timeline.part("online", NOW) if item.origin]
    originals = {item.text[1]: item for part in ("daily", "gov") for item in timeline.part(part, NOW)}
    assert len(reprints) > 20
    assert all(item.text[1] in originals for item in reprints)
    assert any(item.title != originals[item.text[1]].title for item in reprints)


def test_every_page_has_an_address_of_its_own(timeline: Timeline) -> None:
    for part in RATES:
        paths = [item.path for item in timeline.part(part, NOW)]
        assert len(set(paths)) == len(paths)
        assert all(timeline.page(item.path, NOW) == item for item in timeline.part(part, NOW))


def test_no_slot_is_left_open(timeline: Timeline) -> None:
    for part in RATES:
        for item in timeline.part(part, NOW):
            assert not set("{}") & set(item.title + "".join(item.text)), item.path


def test_every_neighbourhood_has_what_the_texts_name() -> None:
    assert 8 <= len(neighbourhoods()) <= 10
    for home in neighbourhoods():
        assert home.estates and home.roads and home.schools and home.parks, home.street
    assert table("outage")["opening"]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def _read(url: str) -> tuple[bytes, str]:
    with urllib.request.urlopen(url, timeout=10) as response:
        assert response.headers["ETag"]
        assert response.headers["Last-Modified"]
        return response.read(), response.headers["Content-Type"]


def test_every_link_resolves_and_every_page_is_marked(server: SiteServer) -> None:
    waiting, seen = [f"{server.base}/", f"{server.base}/robots.txt"], set()
    while waiting:
        url = waiting.pop()
        if url in seen:
            continue
        seen.add(url)
        body, kind = _read(url)
        text = body.decode()
        assert MARK in text, url
        if kind.startswith("text/html"):
            parser = _Links()
            parser.feed(text)
            targets = [target for target in parser.found if not target.startswith("mailto:")]
            waiting += [urljoin(url, target) for target in targets]
    assert len(seen) > 1400
    assert all(url.startswith(server.base) for url in seen)


def test_feeds_parse_and_their_entries_are_there(server: SiteServer, timeline: Timeline) -> None:
    for part in ("daily", "evening"):
        body, _ = _read(f"{server.base}/{part}/rss.xml")
        entries = ElementTree.fromstring(body).findall("./channel/item")
        assert [e.findtext("title") for e in entries] == [item.title for item in timeline.part(part, NOW)][:150]
        for entry in entries[:3]:
            assert MARK in _read(str(entry.findtext("link")))[0].decode()


def test_an_unchanged_page_is_not_sent_again(server: SiteServer) -> None:
    url = f"{server.base}/forum/"
    with urllib.request.urlopen(url, timeout=10) as response:
        headers = response.headers
    for name, value in (("If-None-Match", headers["ETag"]), ("If-Modified-Since", headers["Last-Modified"])):
        request = urllib.request.Request(url, headers={name: value})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        assert refused.value.code == 304
        refused.value.close()


@pytest.mark.parametrize("path", ["/forum/index_999.html", "/forum/202001/1.html", "/static/../items.py", "/nothing"])
def test_an_unknown_page_is_a_marked_404(server: SiteServer, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(server.base + path, timeout=10)
    with refused.value as answer:
        assert answer.code == 404
        assert MARK in answer.read().decode()
