"""Matters, stories and answers: what is listed, what is only counted, and in which words."""

from __future__ import annotations

from datetime import timedelta

from monitor.briefs.types import words
from monitor.model import Kind, Reply
from tests.briefs.build import DAY, article, at, message, messages, posts, store, weeks
from tests.briefs.test_writing import told, written


def test_a_growing_matter_is_marked_and_leads_the_brief() -> None:
    kept = store(*messages(12, topics=("噪音",)), *weeks([3, 3, 4, 2], topics=("噪音",)), *messages(2))
    brief = written(kept)
    assert words(brief.lead) == "升噪音：留言12件（往期同日平均3.0件）；责任部门区生态环境局。"
    assert "噪音升|12|" in told(brief, "matters")
    assert "噪音：留言12件（往期同日平均3.0件）；责任部门区生态环境局。" in told(brief, "advice")


def test_a_matter_never_seen_in_four_weeks_is_new_only_when_the_board_was_watched() -> None:
    watched = store(*messages(3, topics=("噪音",)), *weeks([5, 5, 5, 5]))
    assert "噪音新|3|" in told(written(watched), "matters")
    first_day = store(*messages(3, topics=("噪音",)))
    assert "噪音|3|" in told(written(first_day), "matters")


def test_days_in_a_row_are_counted_up_to_sixty() -> None:
    today = messages(2)
    kept = store(*today, *(message(at(DAY - timedelta(days=n))) for n in (0, 1, 2, 4)))
    assert "供水|3|3|0" in told(written(kept), "matters")
    long = store(*today, *(message(at(DAY - timedelta(days=n))) for n in range(70)))
    assert "|60以上|" in told(written(long), "matters")


def test_terms_places_and_answers_of_a_matter_are_listed() -> None:
    kept = store(
        message(at(), terms=("停水", "水压"), places=("青石街道",), reply=Reply("已办", at(hour=15))),
        message(at(), terms=("停水", "小区停水", "水费", "水管"), places=("青石街道",)),
        message(at(), terms=("停水",)),
    )
    assert "供水|3|1|1|停水、水压、水管|青石街道" in told(written(kept), "matters")


def test_only_matters_that_are_concentrated_are_listed_and_the_others_counted() -> None:
    kept = store(*messages(3), *messages(2, topics=("噪音",)), *messages(1, topics=("城乡建设",)))
    text = told(written(kept), "matters")
    assert "供水|3|" in text and "噪音|" not in text
    assert "留言按类别：城乡建设1件。" in text
    assert "另有1个事项反映较少（留言不足3件），未列出。" in text
    by_posts = told(written(store(*posts(10), message(at(), topics=("噪音",)))), "matters")
    assert "供水|0|10|" in by_posts and "噪音|" not in by_posts
    assert "另有1个事项反映较少（留言不足3件、帖文不足10条），未列出。" in by_posts


def test_a_day_of_single_voices_lists_no_matter_and_says_so() -> None:
    text = told(written(store(*messages(2, title="路口"), *messages(2, topics=("噪音",), title="路口"))), "matters")
    assert text == "没有反映集中的事项（留言达到3件），零星反映涉及2个事项。"
    only_class = told(written(store(*messages(2, topics=("城乡建设",), title="路口"))), "matters")
    assert only_class == "留言按类别：城乡建设2件。\n没有反映集中的事项（留言达到3件）。"


def test_what_a_mark_means_is_said_only_where_it_is_used() -> None:
    assert "“新”" not in told(written(store(*messages(3))), "matters")
    watched = store(*messages(3, topics=("噪音",)), *weeks([5, 5, 5, 5]))
    assert "“新”指此前四周未见" in told(written(watched), "matters")


def test_stories_are_told_with_outlet_tone_and_reprints() -> None:
    kept = store(
        article(at(hour=8), "关于恢复供水的公告", "区政府网", Kind.OFFICIAL, id="x1"),
        article(at(hour=10), outlet="甲报", reprint_of="x1"),
        article(at(hour=11), outlet="乙网", reprint_of="x1"),
        article(at(hour=9), "小学扩建"),
    )
    media = told(written(kept), "media")
    assert "涉及本区的新闻报道3篇（其中转载2篇），来自3家媒体：乙网1篇、甲报1篇、示例日报1篇。" in media
    assert "本区政务渠道发布稿件1篇，其中1篇当日被媒体转载，发布到首家转载相隔2小时。" in media
    assert "关于恢复供水的公告本区发布|区政府网|8时|中性|2（甲报、乙网）" in media
    assert "小学扩建|示例日报|9时|中性|—" in media


def test_overdue_messages_are_listed_longest_first_and_lead_a_quiet_day() -> None:
    old = DAY - timedelta(days=50)
    kept = store(message(at(DAY - timedelta(days=4)), title="路口积水"), message(at(old)), *messages(1, title="路口"))
    brief = written(kept)
    assert words(brief.lead) == "近30日收到的留言中有1件逾期未答复，最长已逾期70小时。"
    text = told(brief, "responses")
    assert "近30日收到的留言有1件逾期未答复；此前收到的仍有1件未答复。" in text
    assert "路口积水|区水务局|11月17日|70" in text
    assert "请尽快答复近30日收到的逾期留言：区水务局1件。（依据：预案规定的答复时限48小时）" in told(brief, "advice")


def test_five_overdue_messages_are_listed_and_the_rest_is_a_number() -> None:
    late = [message(at(DAY - timedelta(days=n)), title=f"第{n}件") for n in range(4, 11)]
    text = told(written(store(*late)), "responses")
    assert text.count("|区水务局|") == 5
    assert "逾期时间最长的5件" in text and "其余2件见逾期清单。" in text
    assert "见逾期清单" not in told(written(store(*late[:5])), "responses")


def test_somebody_is_asked_to_name_a_department_for_what_nobody_has() -> None:
    late = at(DAY - timedelta(days=4))
    text = told(written(store(message(late, ()), message(late))), "advice")
    assert "区水务局1件；请为尚未分派的逾期留言1件明确责任部门。（依据" in text
    assert "尽快答复" not in told(written(store(message(late, ()))), "advice")


def test_a_department_under_two_names_has_one_row() -> None:
    reply = Reply("已办", at(hour=11), "示例市示例区水务局")
    text = told(written(store(message(at(), reply=reply), message(at()))), "responses")
    assert "\n区水务局|2|1|1|0|" in text and "示例区水务局" not in text
