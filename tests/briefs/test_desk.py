"""The life of a brief on the desk: words are corrected, figures never; reviewed, issued, issued again as 更正."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.briefs import archive, desk
from monitor.briefs.codec import to_json
from monitor.briefs.desk import figures, keeping, texts
from monitor.briefs.desk.actions import Change
from monitor.briefs.desk.changes import between
from monitor.briefs.desk.types import Act, Correction, DeskError, Refused, Stale, State, is_id
from monitor.briefs.types import Brief, Bullets, words
from monitor.ops import audit
from monitor.store import Store
from monitor.store.memory import MemoryStore
from tests.briefs.desk import NOW, brief

ID = "daily.2026-11-21"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def store() -> Store:
    return MemoryStore()


def drafted(store: Store, made: Brief | None = None) -> desk.Edition:
    return desk.draft(store, made or brief(), "service", NOW)


def changed(at: str, seen: str, new: str) -> Change:
    return Change(texts=((at, seen, new),))


def actions_of(store: Store) -> list[tuple[str, str]]:
    return [(e.action.value, e.who) for e in reversed(audit.read(store)) if e.action.value.startswith("brief")]


# What may be changed


def test_every_text_has_an_address_and_no_figure_link_or_mark_has_one() -> None:
    known = texts.texts(brief())
    assert known["lead/0"] == "供水留言" and known["overview/0/2"] == "，与前四周同日均值"
    assert known["matters/0/1/2"] == "，请区水务局尽快答复。" and known["matters/1/0/2/0"] == "正在办理"
    shown = set(known.values())
    assert not {f.text for f in brief().figures()} & shown and not {"升", "见通报"} & shown


def test_a_correction_changes_its_text_and_nothing_else() -> None:
    made = brief()
    after = texts.apply(made, [Correction("matters/1/0/2/0", "正在办理", "已派员抢修")])
    assert after.figures() == made.figures()
    before, now = texts.texts(made), texts.texts(after)
    assert {at for at in now if now[at] != before[at]} == {"matters/1/0/2/0"}
    assert "已派员抢修" in json.dumps(to_json(after), ensure_ascii=False)


@pytest.mark.parametrize(
    "at", ["overview/0/1", "matters/1/1/2/0", "matters/0/0/1", "overview/9/0", "", "lead", "no/0/0"]
)
def test_a_figure_a_link_a_mark_or_a_place_that_is_not_there_is_refused(at: str) -> None:
    with pytest.raises(Refused, match="没有可以更正的文字"):
        texts.corrected(brief(), (), [(at, "12", "13")])


def test_a_correction_whose_old_text_no_longer_stands_is_refused_and_says_what_stands_there() -> None:
    with pytest.raises(Stale) as caught:
        texts.apply(brief(), [Correction("lead/0", "停水留言", "供水投诉")])
    assert (caught.value.now_text, caught.value.yours) == ("供水留言", "供水投诉")


@pytest.mark.parametrize(
    ("old", "new", "smuggled"),
    [
        ("停水", "停水13户", ("13",)), ("停水", "停水１３户", ("13",)), ("停水", "停水③户", ("3",)),
        ("停水", "停水三成", ("三成",)), ("停水", "停水百分之三十", ("百分之",)), ("停水", "涉及十余件", ("十余件",)),
        ("自11月22日6时起", "自11月22日9时起", ("9",)), ("3小时", "3小时又3次", ("3",)), ("停水", "停水٣户", ("3",)),
        ("停水", "一起停水，十分突出，千家万户受影响", ()), ("自11月22日6时起", "从11月22日6时开始", ()),
        ("停水", "二次供水改造", ()), ("共三起", "三起均已处理", ()),
    ],
)  # fmt: skip
def test_new_digits_and_quantities_are_seen_however_they_are_written(
    old: str, new: str, smuggled: tuple[str, ...]
) -> None:
    assert figures.added(old, new) == smuggled


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from("0123456789０９①⑳٠٩"))
def test_no_digit_gets_in_by_any_text(before: str, after: str, digit: str) -> None:
    assert figures.added("停水无人答复", f"{before}{digit}{after}")


def test_a_figure_typed_into_words_is_refused_with_the_reason(store: Store) -> None:
    drafted(store)
    with pytest.raises(Refused, match="不能新写数字：15") as caught:
        desk.edit(store, ID, changed("lead/2", "，请区水务局答复。", "，其中15件请答复。"), "zhang", NOW)
    assert "无法复核" in caught.value.hint
    edition = keeping.load(store, ID)
    assert edition is not None and edition.corrections == () and edition.state is State.DRAFT


@pytest.mark.parametrize("new", ["", "  ", "两\n行", "铃\x07", "倒\u202e序", "零\u200b宽", "长" * 601])
def test_texts_that_cannot_stand_in_one_place_are_refused(store: Store, new: str) -> None:
    drafted(store)
    with pytest.raises(Refused):
        desk.edit(store, ID, changed("lead/0", "供水留言", new), "zhang", NOW)


def test_the_note_may_quote_figures_of_the_brief_dates_and_deadlines_and_no_others(store: Store) -> None:
    drafted(store)
    good = ("留言12件，请于11月25日18时前报送，24小时内回应。", "依据示例政发〔2026〕12号。")
    edition = desk.edit(store, ID, Change(note=((), good)), "zhang", NOW)
    assert desk.working(store, edition).note == good
    with pytest.raises(Refused, match="3000"):
        desk.edit(store, ID, Change(note=(good, ("受影响3000户。",))), "zhang", NOW)
    with pytest.raises(Refused, match="112"):
        desk.edit(store, ID, Change(note=(good, ("留言112件。",))), "zhang", NOW)


def test_personal_data_typed_by_an_editor_are_kept_nowhere(store: Store) -> None:
    drafted(store)
    desk.edit(
        store, ID, changed("lead/2", "，请区水务局答复。", "，请区水务局答复，联系zhangsan@example.cn。"), "zhang", NOW
    )
    kept = json.dumps([s.doc for kind in ("brief", "brief_content", "audit") for s in store.list_states(kind)])
    assert "zhangsan" not in kept


# Two editors


def test_of_two_editors_of_one_text_the_second_is_told_and_what_she_wrote_is_handed_back(store: Store) -> None:
    drafted(store)
    desk.edit(store, ID, changed("lead/0", "供水留言", "停水留言"), "zhang", NOW)
    with pytest.raises(Stale) as caught:
        desk.edit(store, ID, changed("lead/0", "供水留言", "水压留言"), "li", NOW)
    assert (caught.value.at, caught.value.now_text, caught.value.yours) == ("lead/0", "停水留言", "水压留言")


def test_two_editors_of_different_texts_both_keep_theirs(store: Store) -> None:
    drafted(store)
    desk.edit(store, ID, changed("lead/0", "供水留言", "停水留言"), "zhang", NOW)
    edition = desk.edit(store, ID, changed("matters/1/0/2/0", "正在办理", "已派员抢修"), "li", NOW)
    assert {c.new for c in edition.corrections} == {"停水留言", "已派员抢修"}


def test_a_program_that_replaces_everything_is_held_to_the_version_it_read(store: Store) -> None:
    first = drafted(store)
    desk.edit(store, ID, changed("lead/0", "供水留言", "停水留言"), "zhang", NOW)
    with pytest.raises(Stale, match="被别人改过"):
        desk.edit(store, ID, Change(note=((), ("按语。",)), version=first.version), "li", NOW)


def test_a_text_set_back_loses_its_correction_and_the_same_edit_twice_is_one(store: Store) -> None:
    drafted(store)
    once = desk.edit(store, ID, changed("lead/0", "供水留言", "停水留言"), "zhang", NOW)
    again = desk.edit(store, ID, changed("lead/0", "停水留言", "停水留言"), "zhang", NOW)
    assert again.version == once.version
    assert desk.edit(store, ID, changed("lead/0", "停水留言", "供水留言"), "zhang", NOW).corrections == ()


# Made anew


def test_corrections_follow_their_text_when_the_facts_change_and_lost_ones_are_said(store: Store) -> None:
    drafted(store)
    desk.edit(store, ID, changed("matters/0/1/2", "，请区水务局尽快答复。", "，请区水务局当日答复。"), "zhang", NOW)
    desk.edit(store, ID, changed("matters/0/0/0", "供水：主要涉及桂园街道，", "供水：集中在桂园街道，"), "zhang", NOW)
    fresh = brief("13", "4")
    points = fresh.section("matters").blocks[0]
    assert isinstance(points, Bullets)
    moved = replace(points, items=points.items[1:])
    sections = tuple(replace(s, blocks=(moved, *s.blocks[1:])) if s.key == "matters" else s for s in fresh.sections)
    edition = desk.draft(store, replace(fresh, sections=sections), "service", LATER)
    assert [(c.at, c.new) for c in edition.corrections] == [("matters/0/0/2", "，请区水务局当日答复。")]
    assert edition.steps[-1].act is Act.REMADE and "1 处已对不上" in edition.steps[-1].detail
    assert "13" in words(desk.working(store, edition).lead)


# Review and issue


def test_a_brief_goes_from_draft_through_review_to_issue_and_the_names_are_in_the_log_only(store: Store) -> None:
    drafted(store)
    desk.edit(store, ID, Change(note=((), ("请尽快答复。",))), "zhang", NOW)
    with pytest.raises(DeskError, match="还没有审核"):
        desk.issue(store, ID, "li", "two-persons", NOW)
    with pytest.raises(DeskError, match="不能审核自己的"):
        desk.review(store, ID, "zhang", "two-persons", NOW)
    assert desk.review(store, ID, "li", "two-persons", NOW).state is State.REVIEWED
    edition = desk.issue(store, ID, "li", "two-persons", NOW)
    assert (edition.state, edition.revision) == (State.ISSUED, 1)
    assert actions_of(store) == [
        ("brief_made", "service"), ("brief_edited", "zhang"), ("brief_reviewed", "li"), ("brief_issued", "li"),
    ]  # fmt: skip
    issued = archive.get(store, ID)
    assert issued is not None and issued.brief.note == ("请尽快答复。",)
    printed = json.dumps(to_json(issued.brief), ensure_ascii=False)
    assert "zhang" not in printed and '"li"' not in printed


def test_one_person_may_review_where_one_is_enough_and_nobody_where_none_is_asked(store: Store) -> None:
    drafted(store)
    desk.edit(store, ID, Change(note=((), ("请尽快答复。",))), "zhang", NOW)
    with pytest.raises(DeskError, match="没有启用审核"):
        desk.review(store, ID, "zhang", "none", NOW)
    desk.review(store, ID, "zhang", "one", NOW)
    with pytest.raises(DeskError, match="已经审核过"):
        desk.review(store, ID, "li", "one", NOW)
    assert desk.issue(store, ID, "zhang", "one", NOW).revision == 1


def test_an_edit_after_the_review_asks_for_a_new_one(store: Store) -> None:
    drafted(store)
    desk.review(store, ID, "li", "one", NOW)
    desk.edit(store, ID, changed("lead/0", "供水留言", "停水留言"), "zhang", NOW)
    with pytest.raises(DeskError, match="还没有审核"):
        desk.issue(store, ID, "zhang", "one", NOW)


def test_a_button_pressed_on_an_old_page_issues_nothing(store: Store) -> None:
    seen = drafted(store)
    desk.edit(store, ID, changed("lead/0", "供水留言", "停水留言"), "li", NOW)
    with pytest.raises(Stale):
        desk.issue(store, ID, "zhang", "none", NOW, version=seen.version)
    assert archive.get(store, ID) is None


def test_a_reissue_is_a_correction_with_the_same_number_that_says_what_changed(store: Store) -> None:
    drafted(store)
    desk.issue(store, ID, "zhang", "none", NOW)
    desk.draft(store, brief("13"), "service", LATER)
    desk.edit(store, ID, changed("matters/1/0/2/0", "正在办理", "已派员抢修"), "li", LATER)
    edition = desk.issue(store, ID, "li", "none", LATER)
    issued = archive.get(store, ID)
    assert issued is not None and edition.revision == 2
    assert (issued.brief.revision, issued.brief.number, issued.revision) == (2, 325, 2)
    assert [words(c) for c in issued.brief.changes] == [
        "今日要点：“供水留言”由12件更正为13件。",
        "一、总体情况：“当日采集到群众留言”由12件更正为13件。",
        "一、总体情况：图“近七日走势”已按更正后的数据重画。",
        "二、群众反映集中的问题：表“部门办理”区水务局的收到由12更正为13。",
        "二、群众反映集中的问题：表“部门办理”区水务局的说明由正在办理更正为已派员抢修。",
    ]
    first = archive.get(store, ID, 1)
    assert first is not None and first.brief.revision == 1 and words(first.brief.lead).startswith("供水留言12件")
    assert archive.get(store, ID, 3) is None
    old = [p.query for c in issued.brief.changes for p in c if not isinstance(p, str) and p.text == "12"]  # type: ignore[union-attr]
    assert set(old) == {f"/api/v1/briefs/{ID}?revision=1"}


def test_nothing_new_is_not_issued_again(store: Store) -> None:
    drafted(store)
    desk.issue(store, ID, "zhang", "none", NOW)
    with pytest.raises(DeskError, match="没有可更正之处"):
        desk.issue(store, ID, "zhang", "none", LATER)
    desk.edit(store, ID, changed("lead/0", "供水留言", "停水留言"), "li", LATER)
    edition = desk.edit(store, ID, changed("lead/0", "停水留言", "供水留言"), "li", LATER)
    assert edition.state is State.ISSUED and not edition.pending


def test_changes_given_up_leave_the_brief_as_it_was_issued(store: Store) -> None:
    drafted(store)
    desk.edit(store, ID, Change(note=((), ("请尽快答复。",))), "zhang", NOW)
    desk.issue(store, ID, "zhang", "none", NOW)
    desk.draft(store, brief("13"), "service", LATER)
    desk.edit(store, ID, changed("lead/0", "供水留言", "停水留言"), "li", LATER)
    edition = desk.drop(store, ID, "li", LATER)
    assert edition.state is State.ISSUED and not edition.pending
    assert words(desk.working(store, edition).lead).startswith("供水留言12件")


def test_the_rest_of_the_day_is_one_change_and_not_a_list_of_all_figures(store: Store) -> None:
    archive.issue(store, brief(partial=True), NOW, who="zhang")
    after = archive.issue(store, brief("19"), LATER)
    assert [words(c) for c in after.brief.changes] == ["前次签发时报告时段尚未结束，本次补齐全部时段的数据。"]


def test_many_changes_are_counted_rather_than_printed() -> None:
    def many(word: str) -> Brief:
        made = brief()
        long = Bullets("", tuple((f"第{i}条{word}",) for i in range(40)))
        sections = tuple(replace(s, blocks=(long,)) if s.key == "matters" else s for s in made.sections)
        return replace(made, sections=sections)

    found = between(many("旧"), many("新"))
    assert len(found) == 13 and words(found[-1]) == "另有28处改动，见各节正文。"


# The archive


@pytest.mark.parametrize(
    "id",
    ["../../etc/passwd", "daily.2026-11-21/../x", "daily.2026-13-01", "daily.２０２６-11-21", "DAILY.2026-11-21", "",
     "daily.2026-11-21\n", "topic..2026-11-21", "topic.a b.2026-11-21", "brief", "d" * 5000, "daily.2026-11-21\x00",
     "topic." + "a" * 60 + ".2026-11-21"],
)  # fmt: skip
def test_what_is_no_id_is_never_looked_up(id: str) -> None:
    class Untouchable:
        """Any use of it fails the test: it has no method at all."""

    assert not is_id(id)
    assert keeping.load(Untouchable(), id) is None  # type: ignore[arg-type]


def test_a_brief_whose_id_could_not_be_found_again_is_not_kept(store: Store) -> None:
    with pytest.raises(DeskError, match="编号不对"):
        desk.draft(store, brief(kind="topic", slug="../../etc"), "service", NOW)
    assert not store.list_states("brief_content") and not store.list_states("brief")


def test_a_brief_issued_before_there_was_a_desk_is_read_listed_and_reissued(store: Store) -> None:
    doc = {"issued": NOW.isoformat(), "who": "service", "revision": 2, "brief": to_json(brief())}
    store.create("brief", ID, doc)
    assert [i.revision for i in archive.list_issued(store)] == [2]
    desk.edit(store, ID, changed("lead/0", "供水留言", "停水留言"), "li", LATER)
    assert desk.issue(store, ID, "li", "none", LATER).revision == 3
    old = archive.get(store, ID, 2)
    assert old is not None and words(old.brief.lead).startswith("供水留言")


def test_the_archive_is_one_walk_back_in_time_over_all_kinds(store: Store) -> None:
    for days in range(40):
        archive.issue(store, brief(day=brief().day - timedelta(days=days)), NOW)
        if days % 10 == 0:
            archive.issue(store, brief(kind="topic", slug=f"t{days}", day=brief().day - timedelta(days=days)), NOW)
    desk.draft(store, brief(kind="weekly", day=brief().day), "service", NOW)
    found: list[str] = []
    while page := archive.list_issued(store, kind="", before=found[-1] if found else "", limit=7):
        found += [i.id for i in page]
    days_of = [id.rpartition(".")[2] for id in found]
    assert len(found) == len(set(found)) == 44 and days_of == sorted(days_of, reverse=True)
    assert "weekly.2026-11-21" not in found
    assert len(archive.list_issued(store, kind="topic")) == 4
    assert {i.id[6:13] for i in archive.list_issued(store, month="2026-10", limit=50)} == {"2026-10"}
