"""What alerts say, in Chinese sentences: one place for mails, messages, pages and the command line. Pure.

Every figure comes from an alert, so it is a released one (S3); no text of a post can be here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from monitor.alerts.follow import last_told
from monitor.alerts.types import LEVEL_NAMES, Alert, AlertState, Event
from monitor.model import CHINA

CLOCK_NAMES = {"first": "发布权威信息", "reply": "答复群众"}
_PLACES = 3
_LISTED = 30


def moment(value: datetime) -> str:
    """11月22日 08:00, China Standard Time."""
    local = value.astimezone(CHINA)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def figure_text(figure: Any) -> str:
    """A stored figure in running text: 12, 约25, 不足10."""
    if isinstance(figure, int):
        return str(figure)
    return "不足10" if figure["value"] is None else f"约{figure['value']}"


def where(alert: Alert) -> str:
    """南湖街道、青石街道, or 全区 where no place stands out."""
    shown = "、".join(alert.places[:_PLACES])
    return f"{shown}等" if len(alert.places) > _PLACES else shown or "全区"


def matter(alert: Alert) -> str:
    """供水（南湖街道）：11月22日 10:00起，3小时内群众反映约45条，平时不超过10条."""
    more = "持续增多，共" if alert.pattern.value == "rise" else ""
    told = f"{alert.span}{alert.measure.chinese}{more}{alert.total_phrase}，{alert.usual}"
    return f"{alert.topic}（{where(alert)}）：{moment(alert.onset)}起，{told}"


def task(alert: Alert, now: datetime) -> str:
    """区水务局须在11月22日 15:00前发布权威信息，在11月23日 10:00前答复群众: the clocks that still run."""
    who = alert.department or "责任部门（未配置）"
    if alert.state is AlertState.CLOSED:
        return f"已办结（{alert.closed_by}）"
    running = [(name, due) for name, due, done, _ in alert.clocks if done is None]
    if not alert.clocks:
        return f"由{who}核实处置（预案没有规定时限）"
    if not running:
        return f"{who}已在时限内标记完成" if _in_time(alert) else f"{who}已标记完成（超过时限）"
    late = {name: "（已过时限）" if due < now else "" for name, due in running}
    return f"{who}须" + "，".join(f"在{moment(due)}前{CLOCK_NAMES[name]}{late[name]}" for name, due in running)


def _in_time(alert: Alert) -> bool:
    return all(done is not None and done <= due for _, due, done, _ in alert.clocks)


def news(alert: Alert, event: Event, created: datetime) -> str:
    """What is new with this message; empty for an opening, whose matter is the news."""
    debt = next((o for o in reversed(alert.owed) if o.event is event), None)
    said = ""
    if event is Event.RAISED:
        before = [o.level for o in alert.owed if o.told and o.level > alert.level]
        was = f"由{LEVEL_NAMES[min(before)]}" if before else ""
        said = f"异动加重，预警{was}升为{alert.colour}"
    elif event is Event.GREW:
        said = f"仍在增多：{'，'.join(differences(alert)) or '有新的情况'}"
    elif event is Event.ESCALATED:
        said = f"已有{_waited(alert, created)}无人签收（第{debt.step if debt else 1}次催办），请尽快签收并处置"
    elif event is Event.REMINDED:
        said = _reminder(alert, debt.clock if debt else "", created)
    elif event is Event.RECOVERED and alert.recovered_at:
        said = f"已恢复：{moment(alert.recovered_at)}回到平时水平，以下为本次异动的最高值"
    elif event is Event.LATE and alert.recovered_at:
        said = f"事后发现（资料到得晚、服务中断或等候到早上），已于{moment(alert.recovered_at)}恢复到平时水平"
    return said


def differences(alert: Alert) -> list[str]:
    """What has been added since the last message."""
    last, about = last_told(alert), "约" if alert.approximate else ""
    if last is None:
        return []
    found = []
    if alert.shown_total > last.total > 0:
        found.append(f"由{about}{last.total}条增至{about}{alert.shown_total}条")
    places = [p for p in alert.places if p not in last.places]
    if places:
        found.append(f"新涉及{'、'.join(places)}")
    if alert.news > last.news:
        found.append(f"新闻报道由{last.news}篇增至{alert.news}篇")
    return found


def _waited(alert: Alert, created: datetime) -> str:
    alarms = [o.paid_at or o.at for o in alert.owed if o.event in (Event.OPENED, Event.RAISED) and o.planned]
    minutes = max(1, round((created - max(alarms, default=alert.opened_at)).total_seconds() / 60))
    return f"{minutes}分钟" if minutes < 120 else f"{minutes // 60}小时"


def _reminder(alert: Alert, clock: str, created: datetime) -> str:
    due = next((due for name, due, _, _ in alert.clocks if name == clock), None)
    what = CLOCK_NAMES.get(clock, "办理")
    if due is None:
        return f"{what}的时限将到"
    left = round((due - created).total_seconds() / 60)
    if left <= 0:
        return f"{what}的时限（{moment(due)}）已过，尚未标记完成"
    return f"距{what}的时限（{moment(due)}）还有{f'{left}分钟' if left < 120 else f'{left // 60}小时'}，尚未标记完成"


def digest_text(why: str, alerts: Sequence[Alert], public_url: str, now: datetime) -> tuple[str, str]:
    """Subject and text of several alerts in one message; what goes on comes first."""
    going = [a for a in alerts if a.active]
    over = [a for a in alerts if not a.active]
    name = "夜间预警小结" if why == "quiet" else "低级别预警汇总"
    counts = [f"{len(going)}起尚未恢复" if going else "", f"{len(over)}起已恢复" if over else ""]
    said = "，".join(c for c in counts if c)
    lines = [f"{moment(now)}，{len(alerts)}起预警：{said}。"]
    for title, some in (("尚未恢复，需要处置", going), ("已恢复", over)):
        if not some:
            continue
        lines += ["", f"{title}："]
        for number, alert in enumerate(some[:_LISTED], 1):
            end = f"{moment(alert.recovered_at)}恢复" if alert.recovered_at else task(alert, now)
            lines += [f"{number}. 【{alert.colour}】{matter(alert)}；{end}。", f"   {public_url}/alerts/{alert.id}"]
        if len(some) > _LISTED:
            lines.append(f"另有{len(some) - _LISTED}起，见 {public_url}/alerts")
    lines += ["", "帖文数量不足10不显示具体数，其余取整到5，不含任何帖文原文。预警级别为本单位内部约定。"]
    return f"【{name}】{said}", "\n".join(lines) + "\n"
