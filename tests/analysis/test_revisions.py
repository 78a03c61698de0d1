"""What counts as an edit by the publisher, and what is only another visit to the same page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.analysis.revisions import RevisionReason, Wording, judge, plain
from monitor.model import AnyRecord
from tests.store import made

TITLE = "示例区供水管网抢修最新进展"
LEAD = "11月22日凌晨，示例区青石街道一处DN600主管爆裂，三千余户居民家中停水。区水务局连夜组织抢修，调来四台送水车。"
BODY = "截至上午十时，破损管段已更换完毕，正在冲洗消毒。预计当日十八时恢复供水。受影响的学校和医院由应急车辆保供。"
END = "居民可拨打热线反映用水困难，水务部门将逐户回访。"
TEXT = f"{LEAD}\n{BODY}\n{END}"
STORY = made.article("a", title=TITLE, text=TEXT)


def after(text: str, title: str = TITLE, before: AnyRecord = STORY) -> tuple[Wording | None, RevisionReason]:
    decision = judge(before, Wording(title, text))
    assert decision.kept == (decision.value is not None)
    return decision.value, RevisionReason(decision.reason)


@pytest.mark.parametrize(
    "visit",
    [
        "阅读 12873", "阅读：12.3万", "浏览次数：【1024】次", "点击数: 88", "已有 37 人参与", "评论(12)", "1.2万次浏览", "在线人数：5",
        "打印时间：2026-11-23 09:31:07", "今天是2026年11月23日 星期一", "更新时间：2026-11-23 10:02", "3小时前", "刚刚发布", "昨天 12:03",
        "最后更新：2026年11月23日10时05分", "Views: 1,204", "|  阅读量 345  |", "当前时间 2026/11/23 星期一 08:00",
    ],
)  # fmt: skip
def test_what_tells_of_the_visit_is_no_edit(visit: str) -> None:
    for text in (f"{visit}\n{TEXT}", f"{TEXT}\n{visit}", TEXT.replace("\n", f"\n{visit}\n", 1)):
        assert after(text) == (None, RevisionReason.SAME), text
    # And one counter that moved on is the same as well.
    moved = replace(STORY, text=f"{visit}\n{TEXT}")
    assert after(f"{visit.replace('1', '7')}\n{TEXT}", before=moved) == (None, RevisionReason.SAME)


@given(st.lists(st.sampled_from([" ", "\n", "　", "\t", "\xa0"]), max_size=30), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_white_space_and_quotation_marks_are_no_edit(spaces: list[str], chance: object) -> None:
    text = TEXT
    for n, space in enumerate(spaces):
        at = (n * 7919 + len(spaces) * 31) % len(text)
        # Between two characters of which neither is a digit: within a number a space is another number.
        if not (text[at - 1].isdigit() or text[at].isdigit()):
            text = text[:at] + space + text[at:]
    assert after(text) == (None, RevisionReason.SAME)
    quoted = replace(STORY, text=TEXT.replace("主管", "“主管”"))
    assert after(TEXT.replace("主管", '"主管"'), before=quoted) == (None, RevisionReason.SAME)


@pytest.mark.parametrize(
    ("old", "new"),
    [("三千余户", "五千余户"), ("十八时", "二十时"), ("四台", "14台"), (END, END + "水质检测结果将于明日公布。"), ("爆裂", "渗漏"),
     ("11月22日", "11月21日")],
)  # fmt: skip
def test_one_changed_figure_is_an_edit(old: str, new: str) -> None:
    text = TEXT.replace(old, new)
    assert after(text) == (Wording(TITLE, text), RevisionReason.CHANGED)


def test_figures_within_a_sentence_are_no_counters() -> None:
    for old, new in (
        ("活动参与500人", "活动参与900人"),
        ("回复3人的来信", "回复8人的来信"),
        ("网民关注2个问题", "网民关注7个问题"),
    ):
        before = replace(STORY, text=f"{LEAD}{old}，{END}")
        assert after(f"{LEAD}{new}，{END}", before=before)[1] is RevisionReason.CHANGED


def test_a_new_title_is_an_edit_even_where_the_text_stays_or_is_cut() -> None:
    title = "示例区供水已全面恢复"
    assert after(TEXT, title) == (Wording(title, TEXT), RevisionReason.CHANGED)
    assert after(LEAD[:30], title) == (Wording(title, TEXT), RevisionReason.CHANGED)
    assert after("", title) == (None, RevisionReason.CUT), "who found no text may have found no title"
    assert after(TITLE) == (None, RevisionReason.CUT), "nor is a headline the story"
    for site in ("-示例新闻网", "_示例日报 - 首页", "——示例区政府"):
        assert after(TEXT, TITLE + site) == (None, RevisionReason.SAME)
        assert after(TEXT, before=replace(STORY, title=TITLE + site)) == (None, RevisionReason.SAME)
    for more in ("（更新）", "：明日恢复", "，十八时恢复"):
        assert after(TEXT, TITLE + more) == (Wording(TITLE + more, TEXT), RevisionReason.CHANGED)
    assert after(TEXT, f"  {TITLE} ") == (None, RevisionReason.SAME)
    assert after(TEXT, TITLE[:8] + "…") == (None, RevisionReason.SAME)
    assert after(TEXT, "") == (None, RevisionReason.SAME)


@pytest.mark.parametrize(
    "text", [f"{LEAD}\n{BODY[:20]}", LEAD, f"{LEAD}\n{BODY[:9]}……", f"{LEAD}\n{BODY} [阅读全文]", LEAD[:40] + "..."]
)
def test_a_page_that_was_cut_takes_nothing_away(text: str) -> None:
    assert after(text) == (None, RevisionReason.CUT)


def test_a_piece_out_of_the_middle_is_no_new_version() -> None:
    for text in (BODY[3:30], END, f"{BODY[:12]}……"):
        assert after(text) == (None, RevisionReason.CUT)


def test_sentences_that_the_publisher_took_out_are_gone() -> None:
    for text in (f"{LEAD}\n{BODY}", f"{LEAD}\n{END}", f"{BODY}\n{END}"):
        assert after(text) == (Wording(TITLE, text), RevisionReason.CHANGED)


def test_who_shortens_a_post_of_their_own_wants_it_shorter() -> None:
    post = made.post("p", "青石街道停水两天了 家里有老人 我住三楼 求尽快恢复")
    assert after("青石街道停水两天了", "", post) == (Wording("", "青石街道停水两天了"), RevisionReason.CHANGED)
    assert after("青石街道停水两天了…", "", post) == (None, RevisionReason.CUT)
    assert after("已解决，谢谢", "", post)[1] is RevisionReason.CHANGED


def test_a_notice_of_the_site_is_no_new_version() -> None:
    for title, text in (
        ("安全验证", "请完成下方验证后继续访问。"),
        ("系统维护中", "网站正在升级，请稍后再试。"),
        ("用户登录", "登录后查看更多精彩内容"),
    ):
        assert after(text, title) == (None, RevisionReason.OTHER_PAGE)
    # Of a page that was cut before its article only the line above it is left.
    assert after("时间：2019年10月31日 23:00 浏览：") == (None, RevisionReason.OTHER_PAGE)
    # Under its own title a correction may say something else altogether.
    said = "本文内容有误，现已更正，向读者致歉。"
    assert after(said) == (Wording(TITLE, said), RevisionReason.CHANGED)
    assert after(said, TITLE + "（更正）")[1] is RevisionReason.CHANGED


def test_a_name_that_is_masked_now_and_was_not_is_our_doing() -> None:
    message = made.message("m", title="停水", text="我是青石街道居民王小明，电话13800000000，家里停水三天了。")
    masked = "我是青石街道居民〔姓名〕，电话〔电话〕，家里停水三天了。"
    assert after(masked, "停水", message) == (None, RevisionReason.SAME)
    assert after(message.text, "停水", replace(message, text=masked)) == (None, RevisionReason.SAME)
    assert after(masked.replace("三天", "四天"), "停水", message)[1] is RevisionReason.CHANGED
    assert after(masked[:-1] + "，联系人〔姓名〕。", "停水", replace(message, text=masked))[1] is RevisionReason.CHANGED


@given(st.text(alphabet=st.sampled_from("水电停路，。 \n阅读：123…〔姓名〕全文前天昨日"), max_size=60),
       st.text(alphabet=st.sampled_from("水电停路，。 \n阅读：123…〔姓名〕全文前天昨日"), max_size=60))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_reading_the_outcome_again_changes_nothing(one: str, other: str) -> None:
    before = replace(STORY, text=one)
    told = judge(before, Wording(TITLE, other)).value
    if told is not None:
        assert not judge(replace(before, title=told.title, text=told.text), Wording(TITLE, other)).kept
    assert not judge(before, Wording(TITLE, one)).kept
    assert plain(plain(one)) == plain(one) or "阅读" in one or "前" in one or "昨" in one or "1" in one


def test_long_hostile_texts_are_told_apart_in_time() -> None:
    from time import process_time

    begin = process_time()
    for text in (
        "阅读 " * 6_000,
        "〔姓名〕" * 5_000,
        "1" * 20_000,
        " \n" * 10_000,
        "2026-11-22 " * 1_800,
        "(（[【 " * 4_000,
        "…" * 20_000,
    ):
        judge(replace(STORY, text=text + "甲"), Wording(TITLE, text + "乙"))
        judge(replace(STORY, text="〔姓名〕天" * 4_000), Wording(TITLE, text))
    assert process_time() - begin < 4
