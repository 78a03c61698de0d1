"""Hot issues and grave single messages of a period, read from a real store; what may not be told is not (S3)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.briefs import ranking_gather
from monitor.briefs.codec import to_json
from monitor.briefs.compose import make
from monitor.briefs.periods import BriefKind
from monitor.briefs.ranking_gather import MEMBERS, SCANNED, gather
from monitor.briefs.ranking_types import HotMatter, Sort
from monitor.disclosure import ReleasedCount
from monitor.model import CHINA, Kind, Post, Reply
from monitor.store import Page, RecordQuery
from monitor.store.memory import MemoryStore
from tests.briefs.build import DAY, MORNING, NEGATIVE, NEUTRAL, article, at, message, posts, settings, store
from tests.briefs.hot import facts_of, found

TITLES = ("丽发新城旁建搅拌站噪音扰民", "投诉丽发新城搅拌站粉尘", "丽发新城搅拌站何时搬走")
PAST = DAY - timedelta(days=200)


def issue(days_ago: tuple[int, ...] = (3, 1, 0), **more: object) -> list:  # type: ignore[type-arg]
    """Messages about one thing, the first of them beginning it; and one long before, so that the board is known."""
    first = message(at(DAY - timedelta(days=days_ago[0])), title=TITLES[0], places=("青石街道",), terms=("粉尘",))
    rest = [
        message(at(DAY - timedelta(days=ago)), title=TITLES[i % 3], event=first.id, places=("青石街道",),
                terms=("粉尘",), **more)  # type: ignore[arg-type]
        for i, ago in enumerate(days_ago[1:], 1)
    ]  # fmt: skip
    return [first, *rest, message(at(PAST), title="路口")]


def only(kept: MemoryStore, **more: object) -> HotMatter:
    (matter,) = [m for m in found(facts_of(kept, **more)) if m.sort is Sort.ISSUE]  # type: ignore[arg-type]
    return matter


def test_an_issue_tells_its_counts_its_days_and_where_it_is() -> None:
    told = only(store(*issue((40, 20, 3, 0))))
    assert told.name.startswith("丽发新城")
    assert (told.texts, told.week, told.month) == (1, 2, 3)
    assert (told.first, told.days) == (DAY - timedelta(days=40), 41)
    assert (told.places, told.department, told.topic) == (("青石街道",), "区水务局", "供水")
    assert [q.title for q in told.quoted] == [TITLES[0]], "the one of the day"


def test_an_issue_that_began_within_the_week_is_new_and_on_the_first_day_of_all_nothing_is() -> None:
    kept = issue((3, 1, 0))
    known = [message(at(DAY - timedelta(days=40)), title="路口")]
    assert only(store(*kept, *known)).mark == "新"
    assert only(store(*kept[:-1])).mark == ""


def test_an_issue_well_above_its_weeks_before_is_marked_up() -> None:
    kept = store(*issue((40, 20, 2, 1, 0, 0)), message(at(DAY - timedelta(days=45)), title="路口"))
    told = only(kept)
    assert (told.mark, told.week) == ("升", 4)
    assert told.usual == pytest.approx(1 / 3, abs=1e-3)


def test_what_nobody_spoke_of_in_the_period_is_not_told() -> None:
    assert not [m for m in found(facts_of(store(*issue((5, 3, 1))))) if m.sort is Sort.ISSUE]


def test_who_asks_has_no_matter_to_report() -> None:
    asked = issue((3, 0), sentiment=NEUTRAL)
    assert not [m for m in found(facts_of(store(*asked))) if m.sort is Sort.ISSUE]
    question = message(at(), title="停水何时恢复", sentiment=NEUTRAL)
    assert found(facts_of(store(question))) == []


def test_an_answer_that_says_nothing_does_not_end_the_waiting() -> None:
    evasive = Reply("您反映的问题已转交相关部门处理。", at(DAY - timedelta(days=2)))
    real = Reply("经核实，该处管道已于昨日修复并恢复供水。", at(DAY, 12))
    told = only(store(*issue((3, 0), reply=evasive))).standing
    assert (told.messages, told.answered, told.empty, told.gist) == (2, 1, 1, "")
    assert told.waited_h == pytest.approx(94.5)
    both = issue((3, 0), reply=real)
    both[0] = message(at(DAY - timedelta(days=3)), title=TITLES[0], reply=real)
    both[1] = message(at(), title=TITLES[1], reply=real, event=both[0].id)
    state = only(store(*both)).standing
    assert (state.answered, state.empty, state.waited_h) == (2, 0, 0.0)
    assert (state.gist, state.gist_by, state.gist_on) == ("经核实，该处管道已于昨日修复并恢复供水", "区水务局", DAY)


def test_an_answer_given_after_the_brief_was_due_is_not_known_in_it() -> None:
    later = Reply("经核实，该处管道已于昨日修复并恢复供水。", MORNING + timedelta(hours=1))
    kept = store(*issue((3, 0), reply=later))
    assert only(kept, now=MORNING + timedelta(days=3)).standing.answered == 0


def test_one_sent_twice_is_told_as_two_but_weighs_as_one() -> None:
    twice = store(*[message(at(), title="小区停水")] * 1, message(at(hour=10), title="小区停水"))
    (told,) = found(facts_of(twice))
    assert (told.texts, told.score.size) == (2, 1.0)


def test_posts_under_ten_are_nothing_and_more_are_released() -> None:
    def about(n: int) -> MemoryStore:
        texts = posts(n)
        joined = [Post(id=p.id, source=p.source, kind=p.kind, published=p.published, seen=p.seen, text=p.text,
                       labels=type(p.labels)(sentiment=NEGATIVE, topics=("供水",), terms=("停水",), event="gone"))
                  for p in texts]  # fmt: skip
        return store(*joined)

    assert found(facts_of(about(9))) == []
    (told,) = found(facts_of(about(12)))
    assert isinstance(told.posts, ReleasedCount)
    assert (told.posts.value, told.texts, told.name) == (10, 0, "停水")


def test_posts_of_an_issue_beside_messages_are_told_rounded_and_never_their_text() -> None:
    kept = issue((3, 0))
    crowd = [Post(id=f"x{i}", source="forum", kind=Kind.POST, published=at(), seen=at(), text="帖文原文绝不外露",
                  labels=type(kept[0].labels)(sentiment=NEGATIVE, topics=("供水",), event=kept[0].id))
             for i in range(13)]  # fmt: skip
    whole = store(*kept, *crowd)
    told = only(whole)
    assert isinstance(told.posts, ReleasedCount) and told.posts.value == 15
    text = str(to_json(make(settings(), whole, "daily", DAY, MORNING)))
    assert "绝不外露" not in text
    assert "13" not in [f.text for f in make(settings(), whole, "daily", DAY, MORNING).figures()]


def test_of_a_window_of_any_length_no_sum_of_posts_is_told() -> None:
    kept = issue((1, 0))
    crowd = [Post(id=f"x{i}", source="forum", kind=Kind.POST, published=at(), seen=at(), text="原文",
                  labels=type(kept[0].labels)(sentiment=NEGATIVE, event=kept[0].id)) for i in range(30)]  # fmt: skip
    reading = gather(settings(), store(*kept, *crowd), DAY - timedelta(days=2), DAY, MORNING, sums=False)
    assert [issue.posts for issue in reading.issues] == [None]


def test_reports_of_news_are_members_and_make_it_public_information() -> None:
    kept = issue((3, 0))
    told = only(store(*kept, article(at(), "丽发新城搅拌站被查", event=kept[0].id)))
    assert (told.texts, told.board) == (2, 1)


def test_a_week_tells_no_single_message_and_no_issue_of_one_text() -> None:
    kept = store(*issue((40, 0)), message(at(), title="燃气泄漏"))
    assert found(facts_of(kept, kind=BriefKind.WEEKLY, now=datetime(2026, 11, 23, 8, tzinfo=CHINA))) == []


def test_a_brief_of_one_topic_ranks_only_its_own() -> None:
    water, noise = issue((3, 1, 0)), issue((3, 1, 0), topics=("噪音",))
    noise[0] = message(at(DAY - timedelta(days=3)), topics=("噪音",), title="广场舞噪音扰民")
    noise[1:] = [message(at(), topics=("噪音",), title="广场舞噪音到深夜", event=noise[0].id) for _ in range(2)]
    kept = store(*water, *noise)
    told = found(facts_of(kept, kind=BriefKind.TOPIC, subject="供水"))
    assert {m.topic for m in told} == {"供水"}


class Counting(MemoryStore):
    """A memory store that counts the records it hands out."""

    def __init__(self) -> None:
        super().__init__()
        self.read = 0

    def find(self, query: RecordQuery) -> Page:
        page = super().find(query)
        self.read += len(page.records)
        return page


def test_little_is_read_whatever_the_store_holds() -> None:
    kept = Counting()
    first = message(at(DAY - timedelta(days=9)), title=TITLES[0])
    kept.add([first])
    kept.add([message(at(DAY - timedelta(days=n % 9)), title=TITLES[n % 3], event=first.id) for n in range(1500)])
    kept.add([message(at(), title=f"路口{n}") for n in range(1500)])
    reading = gather(settings(), kept, DAY, DAY, MORNING)
    assert kept.read <= SCANNED + MEMBERS + 50
    (told,) = reading.issues
    # Counts stay exact where the members were cut off.
    assert told.texts == sum(1 for n in range(1500) if n % 9 == 0)
    assert told.week == sum(1 for n in range(1500) if n % 9 < 7)
    assert told.month == 1501
    assert told.board == told.texts, "all are messages, read or not"
    assert ranking_gather.LOOKED_AT == 24
