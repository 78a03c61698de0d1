"""Numbers without gaps, two who issue at once, and kill -9 between any two steps."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from monitor.briefs import archive, desk
from monitor.briefs.desk import keeping, numbers
from monitor.briefs.desk.actions import Change
from monitor.briefs.desk.types import DeskError, Stale
from monitor.ops import audit
from monitor.store import Store, open_store
from monitor.store.elastic import ElasticStore
from monitor.store.memory import MemoryStore
from tests.alerts.sink import smtp_sink
from tests.briefs import killing
from tests.briefs.build import settings as settings_of
from tests.briefs.desk import NOW, brief, topic
from tests.conftest import ROOT
from tests.elastic.node import drop_indices

ID = "daily.2026-11-21"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = open_store(settings_of(service={"data": str(tmp_path), "store": {"path": str(tmp_path / "desk.db")}}))
    made.init()
    return made


def number(store: Store, id: str) -> int | None:
    issued = archive.get(store, id)
    assert issued is not None
    return issued.brief.number


def at_once(jobs: list[Callable[[], object]]) -> list[BaseException | None]:
    """Runs all at the same moment; what each raised."""
    gate, raised = threading.Barrier(len(jobs)), dict[int, BaseException]()

    def one(n: int) -> None:
        gate.wait(10)
        try:
            jobs[n]()
        except DeskError as error:
            raised[n] = error

    threads = [threading.Thread(target=one, args=(n,)) for n in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return [raised.get(n) for n in range(len(jobs))]


def test_topic_briefs_are_numbered_in_the_order_of_their_first_issue_and_anew_each_year() -> None:
    store = MemoryStore()
    for slug, day in (("b", date(2026, 12, 30)), ("a", date(2026, 12, 29)), ("c", date(2027, 1, 2))):
        archive.issue(store, topic(slug, day), NOW)
    archive.issue(store, topic("d", date(2026, 12, 31), received="14"), NOW)
    archive.issue(store, topic("a", date(2026, 12, 29), received="15"), NOW)
    found = {i.brief.slug: (i.brief.number, i.revision) for i in archive.list_issued(store, kind="topic")}
    assert found == {"b": (1, 1), "a": (2, 2), "d": (3, 1), "c": (1, 1)}
    archive.issue(store, brief(kind="watch", slug="w", number=None), NOW)
    assert number(store, "watch.w.2026-11-21") == 1, "watch windows have a series of their own"


def test_briefs_issued_at_the_same_moment_get_every_number_once(store: Store) -> None:
    made = [topic(f"t{i}") for i in range(6)]
    for one in made:
        desk.draft(store, one, "service", NOW)
    assert at_once([lambda b=b: desk.issue(store, b.id, "li", "none", NOW) for b in made]) == [None] * 6  # type: ignore[misc]
    assert sorted(number(store, b.id) or 0 for b in made) == [1, 2, 3, 4, 5, 6]


def test_of_two_who_issue_the_same_brief_at_once_one_does(store: Store) -> None:
    desk.draft(store, brief(), "service", NOW)
    edition = keeping.load(store, ID)
    assert edition is not None
    version = edition.version
    raised = at_once([
        lambda who=who: desk.issue(store, ID, who, "none", NOW, version=version) for who in ("zhang", "li")  # type: ignore[misc]
    ])  # fmt: skip
    assert Counter(type(r) for r in raised) == {type(None): 1, Stale: 1}
    after = keeping.load(store, ID)
    assert after is not None and after.revision == 1


def test_editors_who_change_different_words_at_once_all_keep_theirs(store: Store) -> None:
    desk.draft(store, brief(), "service", NOW)
    wanted = [
        ("lead/0", "供水留言", "停水留言"), ("matters/1/0/2/0", "正在办理", "已派员抢修"),
        ("notes/0/0", "披露规则见附件。", "披露规则另附。"), ("matters/0/1/2", "，请区水务局尽快答复。", "，请当日答复。"),
    ]  # fmt: skip
    assert at_once([lambda w=w: desk.edit(store, ID, Change(texts=(w,)), "zhang", NOW) for w in wanted]) == [None] * 4  # type: ignore[misc]
    edition = keeping.load(store, ID)
    assert edition is not None and {c.new for c in edition.corrections} == {new for _, _, new in wanted}


def test_two_processes_that_issue_the_same_brief_leave_one_issue(store: Store, tmp_path: Path) -> None:
    desk.draft(store, brief(), "service", NOW)
    script = (
        "import sys; from pathlib import Path; from monitor.store import open_store; from monitor.briefs import desk\n"
        "from tests.briefs.build import settings; from tests.briefs.desk import NOW\n"
        "f = sys.argv[1]; s = open_store(settings(service={'data': f, 'store': {'path': f + '/desk.db'}}))\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "try:\n    desk.issue(s, 'daily.2026-11-21', sys.argv[2], 'none', NOW); print('issued')\n"
        "except desk.DeskError as e:\n    print('told', e.message)\n"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path), who], cwd=ROOT, text=True,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for who in ("zhang", "li")
    ]  # fmt: skip
    for process in both:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    told = []
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in both:
        told.append(process.communicate(timeout=30)[0].split()[0])
    assert sorted(told) == ["issued", "told"]
    edition = keeping.load(store, ID)
    assert edition is not None and [r.number for r in edition.revisions] == [1]


def test_a_number_taken_by_a_process_that_was_killed_is_issued_by_the_next(store: Store) -> None:
    for slug in ("a", "b"):
        desk.draft(store, topic(slug), "service", NOW)
    numbers.take(store, topic("a"), "", "zhang", NOW)  # killed before the issue itself
    assert archive.get(store, topic("a").id) is None
    desk.issue(store, topic("b").id, "li", "none", NOW)
    assert (number(store, topic("a").id), number(store, topic("b").id)) == (1, 2)
    first = keeping.load(store, topic("a").id)
    assert first is not None and first.revisions[0].who == "zhang"


def test_the_same_brief_tried_again_after_a_kill_keeps_its_number(store: Store) -> None:
    desk.draft(store, topic("a"), "service", NOW)
    numbers.take(store, topic("a"), "", "zhang", NOW)
    desk.issue(store, topic("a").id, "zhang", "none", NOW)
    desk.draft(store, topic("b"), "service", NOW)
    desk.issue(store, topic("b").id, "zhang", "none", NOW)
    assert [number(store, topic(slug).id) for slug in "ab"] == [1, 2]


def test_killed_between_any_two_steps_no_brief_no_number_and_no_mail_is_lost_or_doubled(tmp_path: Path) -> None:
    briefs = 8
    with smtp_sink() as sink:
        fell = killing.run(tmp_path, sink, briefs, kills=3, seed=20261122)
        taken = killing.got(sink)
    store = open_store(killing.settings(tmp_path, 1))
    assert killing.numbers(store, briefs) == list(range(1, briefs + 1))
    per_person = Counter(to for to, _ in taken)
    assert per_person == dict.fromkeys(killing.PEOPLE, briefs), "each has every brief, as one message of its own id"
    assert len({id for _, id in taken}) == briefs * len(killing.PEOPLE)
    assert audit.verify(store).fault == "" and fell >= 1, "the kills fell while the child was at work"
    store.close()


@pytest.mark.elastic
def test_the_desk_keeps_its_word_in_elasticsearch_too(elastic_url: str) -> None:
    prefix = f"desk{uuid4().hex[:8]}"
    store = ElasticStore(elastic_url, prefix=prefix, timeout_s=30)
    try:
        store.init()
        for slug in ("b", "a"):
            archive.issue(store, topic(slug), NOW)
        archive.issue(store, brief(), NOW)
        desk.edit(store, ID, Change(texts=(("lead/0", "供水留言", "停水留言"),)), "zhang", NOW)
        raised = at_once([lambda who=who: desk.issue(store, ID, who, "none", NOW, version=2) for who in ("li", "wu")])  # type: ignore[misc]
        assert sum(r is None for r in raised) <= 1
        with pytest.raises(Stale):
            desk.edit(store, ID, Change(texts=(("lead/0", "供水留言", "水压留言"),)), "li", NOW)
        found = archive.list_issued(store, kind="", limit=2)
        rest = archive.list_issued(store, kind="", before=found[-1].id, limit=5)
        assert [i.id for i in (*found, *rest)] == ["topic.b.2026-11-21", "topic.a.2026-11-21", ID]
        assert [number(store, topic(slug).id) for slug in "ba"] == [1, 2]
    finally:
        store.close()
        drop_indices(elastic_url, prefix)
