"""``yuqing alerts duty`` and ``route``: who is on duty, and who would be told, without an alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    opened,
    parse_moment,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.settings import Settings

AtOption = Annotated[str, typer.Option("--at", help="此时刻（ISO 8601），默认当前时刻")]


def register(group: typer.Typer) -> None:
    group.command()(duty)
    group.command()(route)


def duty(at: AtOption = "", config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """各值班台此刻由谁当班；没有人当班的会写明后备人员。"""
    from monitor.alerts.routing import duty as on_duty

    with opened(config) as app:
        moment = parse_moment(at) if at else app.clock()
        found = on_duty(app.settings, moment)
    if as_json:
        desks = [{"desk": d, "name": n, "people": list(o.people), "gap": o.gap} for d, n, o in found]
        print_json({"at": _local(moment).isoformat(), "desks": desks})
        return
    rows = [(n, d, "、".join(o.people), "无人当班，通知后备人员" if o.gap else "当班") for d, n, o in found]
    title = f"值班 {_local(moment):%Y-%m-%d %H:%M}"
    print_table(
        title, ("值班台", "编号", "人员", "状态"), rows, "alerts.toml 中没有 [[roster]]：通知按渠道的固定收件人发送。"
    )


def route(
    topic: Annotated[str, typer.Option("--topic", help="专题名称", show_default=False)],
    level: Annotated[int, typer.Option("--level", min=1, max=4, help="1 红 2 橙 3 黄 4 蓝", show_default=False)],
    at: AtOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """试算：某专题某级别的预警在某时刻会通知谁、何时通知、无人签收时再通知谁。不发送任何消息。"""
    from monitor.alerts.book import AlertBook

    with opened(config) as app:
        settings = app.settings
        known = [t.name for t in settings.topics.topic]
        if topic not in known:
            raise typer.BadParameter(f"没有专题“{topic}”；已配置：{'、'.join(known) or '无'}")
        moment = parse_moment(at) if at else app.clock()
        silences = [s for s in AlertBook(app.store).silences(moment) if s.mutes(topic, moment)]
        tried = _tried(settings, topic, level, moment)
    tried["silenced"] = [f"{s.until:%Y-%m-%d %H:%M}：{s.reason}（{s.who}）" for s in silences]
    if as_json:
        print_json(tried)
        return
    for line in tried["when"]:
        typer.echo(line)
    for line in tried["silenced"]:
        typer.echo(f"静默至 {line}：这段时间内不通知。")
    duty_ = tried["duty"]
    typer.echo(f"责任部门：{duty_['department'] or '未配置'}（{duty_['rule'] or '预案没有规定'}）{duty_['clocks']}")
    rows = [(r["when"], r["channel"], r["to"] or "—", r["name"] or "—", r["why"]) for r in tried["told"]]
    print_table(f"{topic} {level} 级", ("时刻", "渠道", "收件人", "人员", "依据"), rows, "没有路由：不会通知任何人。")


def _tried(settings: Settings, topic: str, level: int, now: datetime) -> dict[str, Any]:
    from datetime import timedelta

    from monitor.alerts.holding import quiet_until
    from monitor.alerts.levels import duty_of
    from monitor.alerts.routing import Recipient, escalated_to, escalation_steps, recipients

    digest, begin, when = settings.alerts.digest, now, []
    wait = quiet_until(settings, level, now)
    if digest is not None and level in digest.levels:
        when.append(
            "这个级别不单独通知，"
            + ("每小时汇总一次。" if digest.every == "hour" else f"每日 {digest.at:%H:%M} 汇总。")
        )
    elif wait is not None:
        begin = wait
        when.append(f"正值夜间，这个级别等到 {_local(wait):%m-%d %H:%M} 再通知；升到Ⅱ级以上立即通知。")
    else:
        when.append("立即通知。")

    def said(found: list[Recipient], at: datetime) -> list[dict[str, str]]:
        return [
            {"when": f"{_local(at):%m-%d %H:%M}", "channel": r.channel, "to": r.to, "name": r.name, "why": r.why}
            for r in found
        ]

    told = said(recipients(settings, topic, level, begin), begin)
    for number, step in enumerate(escalation_steps(settings, level), 1):
        at = begin + timedelta(minutes=step.after_min)
        told += said(escalated_to(settings, level, number, at), at)
    plan = duty_of(settings, topic, level, now)
    clocks = [
        f"{name}时限 {_local(due):%m-%d %H:%M}" for name, due in (("发布", plan.first), ("答复", plan.deadline)) if due
    ]
    return {
        "at": _local(now).isoformat(), "topic": topic, "level": level, "when": when, "told": told,
        "duty": {"department": plan.department, "rule": plan.rule, "clocks": "，".join(clocks)},
    }  # fmt: skip


def _local(moment: datetime) -> datetime:
    from monitor.model import CHINA

    return moment.astimezone(CHINA)
