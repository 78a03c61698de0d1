"""``yuqing tick`` and ``yuqing alerts``: evaluate the rules once; see, take on and silence alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    NowOption,
    opened,
    parse_moment,
    print_json,
    print_table,
    say,
)

if TYPE_CHECKING:
    from monitor.alerts.types import Alert

WhoOption = Annotated[str, typer.Option("--who", help="签收人或操作人，记入审计日志", show_default=False)]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=1000, help="最多列出多少条")]
AllOption = Annotated[bool, typer.Option("--all", help="连同已恢复的一起列出")]

group = typer.Typer(help="查看、签收、静默预警。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    from monitor.cli import duty

    app.command()(tick)
    duty.register(group)
    app.add_typer(group, name="alerts")


def tick(config: ConfigOption = DEFAULT_CONFIG, now: NowOption = "", as_json: JsonOption = False) -> None:
    """按规则研判一次：异动、预警的开启与恢复、发送到期的通知。"""
    from monitor.alerts.tick import tick as evaluate

    with opened(config, now) as app:
        report = evaluate(app.settings, app.store, app.clock())
    if as_json:
        print_json(report.as_json())
        return
    say(
        f"研判完成：新预警 {len(report.opened)}，更新 {len(report.updated)}，恢复 {len(report.recovered)}；"
        f"通知已发 {len(report.sent)}，待重试 {len(report.retried)}，失败 {len(report.failed)}，"
        f"静默或无路由 {len(report.muted)}"
    )
    for id in report.opened:
        say(f"  新预警 {id}")
    if report.retried or report.failed:
        say("有通知没有送达：用 yuqing alerts show 编号 查看原因")


@group.command("list")
def list_(
    config: ConfigOption = DEFAULT_CONFIG,
    everything: AllOption = False,
    limit: LimitOption = 50,
    as_json: JsonOption = False,
) -> None:
    """列出预警，新的在前；默认只列未恢复的。"""
    from monitor.alerts.book import AlertBook
    from monitor.alerts.codec import alert_doc
    from monitor.alerts.types import ACTIVE

    states = () if everything else ACTIVE
    with opened(config) as app:
        alerts = AlertBook(app.store).list(states=states, limit=limit)
    if as_json:
        print_json({"alerts": [alert_doc(a) for a in alerts]})
        return
    columns = ("编号", "级别", "专题", "状态", "开始", "观察", "平时", "责任部门")
    empty = "没有预警。" if everything else "当前没有未恢复的预警。加 --all 查看已恢复和已办结的。"
    print_table("预警", columns, [_row(a) for a in alerts], empty)


@group.command()
def show(id: str, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """一条预警的全部内容和通知记录。"""
    from monitor.alerts.book import AlertBook, NoSuchAlert
    from monitor.alerts.codec import alert_doc, notification_doc
    from monitor.alerts.render import plain

    with opened(config) as app:
        book = AlertBook(app.store)
        alert = book.get(id)
        if alert is None:
            raise NoSuchAlert.of(id)
        notifications = book.notifications(id)
        body = plain(alert, app.settings.public_url, app.clock())
    if as_json:
        told = [{**notification_doc(n), "id": n.id, "alert": None} for n in notifications]
        print_json({"alert": alert_doc(alert), "notifications": told})
        return
    typer.echo(body)
    columns = ("事件", "渠道", "收件人", "状态", "次数", "最近错误")
    rows = [
        (n.event.chinese, n.channel, f"{n.name} {n.to}".strip() or "—", n.state.chinese, str(n.tries), n.error)
        for n in notifications
    ]
    print_table("通知", columns, rows, "还没有通知。")


@group.command()
def ack(
    id: str,
    who: WhoOption,
    note: Annotated[str, typer.Option("--note", help="说明，如处置进展")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """签收一条预警。"""
    from monitor.alerts.book import AlertBook

    with opened(config) as app:
        alert = AlertBook(app.store).acknowledge(id, who, app.clock(), note)
    say(f"已签收：{alert.subject}（{alert.acknowledged_by}）")


@group.command()
def close(
    id: str,
    who: WhoOption,
    note: Annotated[str, typer.Option("--note", help="办结说明，如：已恢复供水并逐条答复", show_default=False)],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """办结一条预警：不再催办、提醒；级别加重时会重新打开。"""
    from monitor.alerts.book import AlertBook

    with opened(config) as app:
        alert = AlertBook(app.store).close(id, who, app.clock(), note)
    say(f"已办结：{alert.subject}（{alert.closed_by}）")


@group.command()
def done(
    id: str,
    clock: Annotated[str, typer.Argument(help="first 已发布权威信息，reply 已答复群众")],
    who: WhoOption,
    note: Annotated[str, typer.Option("--note", help="说明，如：已在官网发布")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """标记预案的一个时限已完成，之后不再提醒。"""
    from monitor.alerts.book import AlertBook
    from monitor.alerts.wording import CLOCK_NAMES

    with opened(config) as app:
        alert = AlertBook(app.store).done(id, clock, who, app.clock(), note)
    say(f"已标记“{CLOCK_NAMES[clock]}”完成：{alert.subject}")


@group.command()
def silence(
    topic: Annotated[str, typer.Argument(help="专题名称；* 表示全部专题")],
    who: WhoOption,
    reason: Annotated[str, typer.Option("--reason", help="原因，如：计划停水，已公告", show_default=False)],
    until: Annotated[str, typer.Option("--until", help="到此时刻（ISO 8601）")] = "",
    hours: Annotated[float, typer.Option("--hours", min=0.1, max=720, help="没有 --until 时，静默多少小时")] = 4.0,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """静默一个专题的通知（预警照常记录），到时自动解除。"""
    from datetime import timedelta

    from monitor.alerts.book import AlertBook
    from monitor.alerts.types import EVERY_TOPIC

    with opened(config) as app:
        known = [t.name for t in app.settings.topics.topic]
        if topic not in (*known, EVERY_TOPIC):
            raise typer.BadParameter(f"没有专题“{topic}”；已配置：{'、'.join(known) or '无'}；* 表示全部")
        now = app.clock()
        end = parse_moment(until) if until else now + timedelta(hours=hours)
        made = AlertBook(app.store).silence(topic, end, who, reason, now)
    say(f"已静默 {'全部专题' if topic == '*' else topic}，到 {made.until:%Y-%m-%d %H:%M} 解除")


@group.command("test")
def try_(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="alerts.toml 中渠道的 id")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """向一个渠道发送一条标明“测试”的消息，看它能否送达。"""
    from dataclasses import asdict

    from monitor.alerts.channels.trial import try_channel

    with opened(config) as app:
        tried = try_channel(app.settings, channel, app.clock())
    if as_json:
        print_json({"tried": [asdict(t) for t in tried]})
    else:
        rows = [(t.to or "—", "没有送达" if t.error else "已送达", t.error) for t in tried]
        print_table(f"测试渠道 {channel}", ("收件人", "结果", "原因"), rows, "这个渠道没有收件人。")
    if any(t.error for t in tried):
        raise typer.Exit(1)


def _row(alert: Alert) -> tuple[str, ...]:
    return (
        alert.id,
        alert.colour,
        alert.topic,
        alert.state.chinese,
        f"{alert.onset:%m-%d %H:%M}",
        alert.total_phrase,
        f"≤{alert.expected_high}条",
        alert.department or "—",
    )
