"""Is a source well? Failing, forbidden, silent, of a changed layout, or bringing far too much or too little.

Pure rules over what runs have written down and over the source's own cells. Silence is judged against what the source
usually brings at these hours of these kinds of day, so that a night, a weekend or a holiday is no silence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from monitor.model import CHINA, Decision, Kind, Verdict, day_of, hour_of
from monitor.ops.form import Form, day_only, together
from monitor.ops.runs import RunState, SourceRun, SourceState
from monitor.settings.types import Source
from monitor.signals.calendar import DayType, day_type

HOUR = timedelta(hours=1)
FAILURES = 3
"""So many failed runs in a row are a failure of the source, not of the moment."""
SILENT_EXPECTED = 8.0
"""Texts that should have come: by Poisson, none of eight has a chance of 1 in 3,000, hour by hour looked at."""
SILENT_LEAST = 6 * HOUR
SILENT_GAP = 1.5
"""and the silence is so many times the longest one of the weeks before, since texts come in flocks."""
HISTORY_TEXTS = 20
HISTORY_MIN_DAYS = 7
FORM_TEXTS = 8
FORM_ALIKE = 0.9
FORM_BEFORE = 0.5
VOLUME_DAYS = 7
VOLUME_P = 1e-6
"""Chance of so many on a usual day,"""
FEW_P = 1e-4
"""of so few: far below a fifth of the usual is asked for as well."""


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
    away = _failing(source, state, recent)
    if away.value is not None:
        return [away]
    return [
        away,
        _layout(source, recent, Ailment.LAYOUT in under_way),
        _silent(state, past, now),
        _volume(source, past, now),
    ]


def _failing(source: Source, state: SourceState, recent: Sequence[SourceRun]) -> Decision[Illness]:
    refused = bool(recent) and recent[0].state is RunState.REFUSED and bool(recent[0].failures.get("robots"))
    if refused and state.last_ok is not None:
        hint = "本服务遵守 robots.txt，已停止读取；请联系网站取得许可，或停用此信源"
        return _ill(HealthReason.ROBOTS, Ailment.FORBIDDEN, "网站的 robots.txt 原先允许，现在不允许采集", hint)
    if source.adapter == "import" and state.failures_in_row:
        # A file comes once a day and is not tried again: nobody shall wait for the third.
        seen = state.message or "最近一个文件没有导入"
        return _ill(HealthReason.FAILURES_IN_ROW, Ailment.FAILING, seen, "请看“未导入”文件夹里的说明，改好后重新投放")
    if state.failures_in_row >= FAILURES:
        seen = f"已连续 {FAILURES} 次以上采集失败；最近一次：{state.message or '没有说明'}"
        return _ill(HealthReason.FAILURES_IN_ROW, Ailment.FAILING, seen, "请检查网址、网络和该站点的 robots.txt")
    return Decision(Verdict.CALM, HealthReason.WELL)


def _layout(source: Source, recent: Sequence[SourceRun], under_way: bool) -> Decision[Illness]:
    """Compares the form of the latest texts with that of the texts before them."""
    if source.kind is Kind.HOTLIST:
        return Decision(Verdict.CALM, HealthReason.WELL)
    hint = "请用浏览器打开一篇，核对 list 和 page 规则，再用 yuqing crawl 试采"
    looked = [r for r in recent if r.state in (RunState.OK, RunState.PARTIAL)]
    blank = [r for r in looked if r.form.texts or r.failures.get("no_text") or r.failures.get("no_links")][:3]
    if len(blank) == 3 and not any(r.form.texts for r in blank):
        return _ill(HealthReason.NO_TEXT, Ailment.LAYOUT, "打开的网页上都找不到正文或链接", hint)
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
    return _ill(found[0], Ailment.LAYOUT, found[1], hint) if found else Decision(Verdict.CALM, HealthReason.WELL)


def _parted(looked: Sequence[SourceRun]) -> tuple[Form, Form, datetime, datetime]:
    """The latest runs that together hold enough texts, the runs before them, and when the latest ones began."""
    enough, texts = 0, 0
    for run in looked:
        if texts >= FORM_TEXTS:
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


def _silent(state: SourceState, past: Past, now: datetime) -> Decision[Illness]:
    well: Decision[Illness] = Decision(Verdict.CALM, HealthReason.WELL)
    last = state.last_new
    if past.hours is None or last is None or state.last_ok is None or state.last_ok - last < SILENT_LEAST:
        return well  # nobody looked since, so nobody knows
    begin = hour_of(last)
    history = sorted((h, n) for h, n in past.hours.items() if h < begin)
    texts = sum(n for _, n in history)
    if not history or texts < HISTORY_TEXTS or begin - history[0][0] < timedelta(days=HISTORY_MIN_DAYS):
        return well
    start = history[0][0]
    counts = [past.hours.get(start + i * HOUR, 0) for i in range((begin - start) // HOUR)]
    usual = _profile(start, counts)
    until = hour_of(min(state.last_ok, now))
    silent = [begin + i * HOUR for i in range(1, (until - begin) // HOUR)]
    expected = sum(usual(h) for h in silent)
    longest = max((sum(1 for _ in run) for empty, run in groupby(n == 0 for n in counts) if empty), default=0)
    if expected < SILENT_EXPECTED or len(silent) < SILENT_GAP * longest:
        return well
    seen = f"自 {last.astimezone(CHINA):%m月%d日 %H:%M} 起没有新内容，远比平时长；采集本身没有报错"
    return _ill(HealthReason.NOTHING_NEW, Ailment.SILENT, seen, "请打开网址看是否停更、搬家或改版")


def _profile(start: datetime, counts: Sequence[int]) -> Callable[[datetime], float]:
    """Mean texts of an hour of the day, on workdays and on free days; free days fall back on no more than workdays."""
    sums: dict[tuple[bool, int], list[int]] = {}
    for i, n in enumerate(counts):
        moment = (start + i * HOUR).astimezone(CHINA)
        sums.setdefault((_free(moment.date()), moment.hour), []).append(n)

    def usual(hour: datetime) -> float:
        local = hour.astimezone(CHINA)
        seen = sums.get((_free(local.date()), local.hour))
        if day_type(local.date()) is DayType.HOLIDAY:
            return 0.0  # what a holiday brings is not known from ordinary days
        return sum(seen) / len(seen) if seen else 0.0

    return usual


def _free(day: date) -> bool:
    return day_type(day) is not DayType.WORKDAY


def _volume(source: Source, past: Past, now: datetime) -> Decision[Illness]:
    """Yesterday against the like days of the weeks before (negative binomial by moments)."""
    from monitor.signals.baseline import Expected

    well: Decision[Illness] = Decision(Verdict.CALM, HealthReason.WELL)
    yesterday = day_of(now) - timedelta(days=1)
    like = [n for d, n in past.days.items() if d < yesterday and _free(d) == _free(yesterday)]
    if len(like) < VOLUME_DAYS or sum(like) < HISTORY_TEXTS or day_type(yesterday) is DayType.HOLIDAY:
        return well
    n, mean = past.days.get(yesterday, 0), sum(like) / len(like)
    spread = sum((x - mean) ** 2 for x in like) / (len(like) - 1)
    expected = Expected(mean, max(0.1, (spread - mean) / mean**2) + 1 / len(like))
    if n > 2 * mean and expected.tail(n) < VOLUME_P:
        hint = "可能确有大事，也可能是改版后读入了栏目或重复内容；请抽看几篇"
        return _ill(HealthReason.TOO_MANY, Ailment.VOLUME, "昨天的数量远多于平时同类日子", hint)
    if 0 < n < mean / 5 and 1 - expected.tail(n + 1) < FEW_P:
        hint = "可能只读到一部分；请核对栏目翻页和 list 规则"
        return _ill(HealthReason.TOO_FEW, Ailment.VOLUME, "昨天的数量远少于平时同类日子", hint)
    return well


def _ill(reason: HealthReason, ailment: Ailment, seen: str, hint: str) -> Decision[Illness]:
    return Decision(Verdict.ALARM, reason, Illness(ailment, seen, hint))
