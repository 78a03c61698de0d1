"""Is a source well? Failing, forbidden, silent, of a changed layout, or bringing far too much or too little.

Pure rules over what runs have written down and over the source's own cells. Silence is judged against what the source
usually brings at these hours of these kinds of day, so that a night, a weekend or a holiday is no silence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from monitor.model import CHINA, Decision, Kind, Verdict
from monitor.ops.form import Form, day_only, together
from monitor.ops.runs import RunState, SourceRun, SourceState
from monitor.settings.types import Source

HOUR = timedelta(hours=1)
FAILURES = 3
"""So many failed runs in a row are a failure of the source, not of the moment."""
FORM_TEXTS = 8
FORM_EMPTY = 4
"""So many texts of which none has a word are enough where texts had words before."""
FORM_ALIKE = 0.9
FORM_BEFORE = 0.5


class Ailment(StrEnum):
    FAILING = "failing"
    FORBIDDEN = "forbidden"
    SILENT = "silent"
    LAYOUT = "layout"
    VOLUME = "volume"

    @property
    def chinese(self) -> str:
        return _CHINESE[self]

    @property
    def blinds(self) -> bool:
        """Whether the quiet of such a source means nothing."""
        return self is not Ailment.VOLUME


_CHINESE = {
    Ailment.FAILING: "连续采集失败", Ailment.FORBIDDEN: "网站改为禁止采集", Ailment.SILENT: "很久没有新内容",
    Ailment.LAYOUT: "疑似改版", Ailment.VOLUME: "数量异常",
}  # fmt: skip


class HealthReason(StrEnum):
    WELL = "well"
    NEVER_RAN = "never_ran"
    FAILURES_IN_ROW = "failures_in_row"
    ROBOTS = "robots"
    NOTHING_NEW = "nothing_new"
    NO_TEXT = "no_text"
    ONE_LENGTH = "one_length"
    ONE_MOMENT = "one_moment"
    NO_DATES = "no_dates"
    TOO_MANY = "too_many"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Illness:
    """What is wrong with a source, in the operator's words: what was seen and what to look at. No counts of posts."""

    ailment: Ailment
    seen: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a source brought: texts by hour (None where not read) and by local day. Exact, so never shown."""

    hours: Mapping[datetime, int] | None = field(default=None, repr=False)
    days: Mapping[date, int] = field(default_factory=dict, repr=False)


def judge(
    source: Source,
    state: SourceState,
    recent: Sequence[SourceRun],
    past: Past,
    now: datetime,
    under_way: Collection[Ailment] = (),
) -> list[Decision[Illness]]:
    """One decision a rule, newest runs first in ``recent``. A source that fails is not also called silent.

    ``under_way``: what is known to be wrong. A changed layout that lasts becomes the past it was compared with; while
    it is under way only the latest texts count.
    """
    if state.last_run is None:
        return [Decision(Verdict.CALM, HealthReason.NEVER_RAN)]
    from monitor.signals.quiet import silent
    from monitor.signals.volume import volume

    away = _failing(source, state, recent)
    if away.value is not None:
        return [away]
    layout, quiet = _layout(source, recent, Ailment.LAYOUT in under_way), silent(state, past, now)
    # A source that is silent brings too little, which need not be said twice.
    return [away, layout, quiet] if quiet.value is not None else [away, layout, quiet, volume(past, now)]


def _failing(source: Source, state: SourceState, recent: Sequence[SourceRun]) -> Decision[Illness]:
    refused = bool(recent) and recent[0].state is RunState.REFUSED and bool(recent[0].failures.get("robots"))
    if refused and state.last_ok is not None:
        hint = "本服务遵守 robots.txt，已停止读取；请联系网站取得许可，或停用此信源"
        return ill(HealthReason.ROBOTS, Ailment.FORBIDDEN, "网站的 robots.txt 原先允许，现在不允许采集", hint)
    if source.adapter == "import" and state.failures_in_row:
        # A file comes once a day and is not tried again: nobody shall wait for the third.
        seen = state.message or "最近一个文件没有导入"
        return ill(HealthReason.FAILURES_IN_ROW, Ailment.FAILING, seen, "请看“未导入”文件夹里的说明，改好后重新投放")
    if state.failures_in_row >= FAILURES:
        seen = f"已连续 {FAILURES} 次以上采集失败；最近一次：{state.message or '没有说明'}"
        return ill(HealthReason.FAILURES_IN_ROW, Ailment.FAILING, seen, "请检查网址、网络和该站点的 robots.txt")
    return Decision(Verdict.CALM, HealthReason.WELL)


def _layout(source: Source, recent: Sequence[SourceRun], under_way: bool) -> Decision[Illness]:
    """Compares the form of the latest texts with that of the texts before them."""
    if source.kind is Kind.HOTLIST:
        return Decision(Verdict.CALM, HealthReason.WELL)
    hint = "请用浏览器打开一篇，核对 list 和 page 规则，再用 yuqing crawl 试采"
    looked = [r for r in recent if r.state in (RunState.OK, RunState.PARTIAL)]
    blank = [r for r in looked if r.form.texts or r.failures.get("no_text") or r.failures.get("no_links")][:3]
    if len(blank) == 3 and not any(r.form.texts for r in blank):
        return ill(HealthReason.NO_TEXT, Ailment.LAYOUT, "打开的网页上都找不到正文或链接", hint)
    if _lost_words(looked):
        return ill(HealthReason.NO_TEXT, Ailment.LAYOUT, "最近各篇只有标题，读不到正文", hint)
    late, early, first_late, last_late = _parted(looked)
    if late.texts < FORM_TEXTS or (early.texts < FORM_TEXTS and not under_way):
        return Decision(Verdict.CALM, HealthReason.WELL)

    def became(share: Callable[[Form], float]) -> bool:
        return share(late) >= FORM_ALIKE and (under_way or share(early) < FORM_BEFORE)

    moment = max(late.moments, key=lambda m: late.moments[m], default="")
    told = bool(moment) and (last_late - first_late >= timedelta(days=2) or not day_only(moment))
    signs = (
        (HealthReason.ONE_LENGTH, became(_one_length), "最近各篇的正文一样长，很可能读到的是栏目或提示"),
        (HealthReason.NO_DATES, became(_undated), "最近各篇都读不到发布时间"),
        (HealthReason.ONE_MOMENT, told and became(_one_moment), "最近各篇的发布时间完全相同，很可能读错了位置"),
    )
    found = next(((reason, seen) for reason, true, seen in signs if true), None)
    return ill(found[0], Ailment.LAYOUT, found[1], hint) if found else Decision(Verdict.CALM, HealthReason.WELL)


def _lost_words(looked: Sequence[SourceRun]) -> bool:
    """Whether the latest texts are all without a word, and those before them were not."""
    late, early, _, _ = _parted(looked, FORM_EMPTY)
    return (
        late.texts >= FORM_EMPTY
        and early.texts >= FORM_TEXTS
        and late.lengths[0] >= FORM_ALIKE * late.texts
        and early.lengths[0] < (1 - FORM_ALIKE) * early.texts
    )


def _parted(looked: Sequence[SourceRun], least: int = FORM_TEXTS) -> tuple[Form, Form, datetime, datetime]:
    """The latest runs that together hold enough texts, the runs before them, and when the latest ones began."""
    enough, texts = 0, 0
    for run in looked:
        if texts >= least:
            break
        enough, texts = enough + 1, texts + run.form.texts
    late, early = looked[:enough], looked[enough:]
    moments = [r.started for r in late if r.form.texts] or [datetime.min.replace(tzinfo=CHINA)]
    return together([r.form for r in late]), together([r.form for r in early]), min(moments), max(moments)


def _one_length(form: Form) -> float:
    return max(form.lengths.values(), default=0) / form.texts


def _one_moment(form: Form) -> float:
    return max(form.moments.values(), default=0) / form.texts


def _undated(form: Form) -> float:
    return form.undated / form.texts


def ill(reason: HealthReason, ailment: Ailment, seen: str, hint: str) -> Decision[Illness]:
    """The decision that something is wrong."""
    return Decision(Verdict.ALARM, reason, Illness(ailment, seen, hint))
