"""What an issued brief cites and was changed or withdrawn since; and that a brief cites nothing that is withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor import briefs
from monitor.briefs import codec
from monitor.briefs.since import What, later
from monitor.briefs.types import Brief, Link, parts_of
from monitor.model import Article, Change
from monitor.store.memory import MemoryStore
from tests.briefs.build import DAY, MORNING, article, at, message, messages, settings, store

LATER = MORNING + timedelta(hours=3)


def filled() -> MemoryStore:
    return store(
        *messages(12, terms=("停水",), places=("青石街道",)),
        article(at(hour=8), "示例区检修供水管网", id="n1", url="https://n.example.cn/1"),
        article(at(hour=9), "示例区公交线路调整", id="n2", url="https://n.example.cn/2"),
        replace(message(at(DAY - timedelta(days=5)), title="小区停水无人管"), id="m1"),
    )  # fmt: skip


def cited(brief: Brief) -> dict[str, str]:
    parts = [part for section in brief.sections for block in section.blocks for part in parts_of(block)]
    return {part.record: part.text for part in parts if isinstance(part, Link) and part.record}


def made(kept: MemoryStore) -> Brief:
    return briefs.daily(settings(), kept, DAY, MORNING)


def test_every_citation_leads_to_its_record() -> None:
    kept = filled()
    found = cited(made(kept))
    assert {"n1", "n2", "m1"} <= set(found)
    for id, title in found.items():
        record = kept.get_record(id)
        assert record is not None and getattr(record, "title", "") == title
    assert cited(codec.of_json(codec.to_json(made(kept)))) == found


def test_what_changed_since_is_told_the_gravest_first() -> None:
    kept = filled()
    brief = made(kept)
    assert later(kept, brief, MORNING) == ()
    first, second = kept.get_record("n1"), kept.get_record("n2")
    assert isinstance(first, Article) and isinstance(second, Article)
    kept.revise("n1", Change(at=LATER, title="示例区今日检修供水管网", text=first.text))
    kept.revise("n2", Change(at=LATER, title=second.title, text="更正：线路下月起调整。"))
    kept.withdraw("m1", LATER, uncount=False)
    told = later(kept, brief, MORNING)
    assert [(one.cited.record, one.what, one.title_now) for one in told] == [
        ("m1", What.WITHDRAWN, ""), ("n1", What.RETITLED, "示例区今日检修供水管网"), ("n2", What.EDITED, ""),
    ]  # fmt: skip
    assert cited(brief)["n1"] == "示例区检修供水管网", "what is issued keeps its words"


def test_what_was_changed_before_the_issue_is_no_news() -> None:
    kept = filled()
    first = kept.get_record("n1")
    assert isinstance(first, Article)
    kept.revise("n1", Change(at=MORNING - timedelta(hours=1), title="旧闻新题", text=first.text))
    assert later(kept, made(kept), MORNING) == ()


def test_a_brief_cites_nothing_that_is_withdrawn() -> None:
    kept = filled()
    for id in ("n1", "m1"):
        kept.withdraw(id, MORNING - timedelta(hours=1), uncount=False)
    brief = made(kept)
    assert not {"n1", "m1"} & set(cited(brief))
    printed = str(codec.to_json(brief))
    assert "示例区检修供水管网" not in printed
    assert "小区停水无人管" not in printed
