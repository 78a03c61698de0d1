"""``yuqing brief list|show|draft|edit|review|issue|diff``: the desk of briefs in a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import brief_send
from monitor.cli.brief_send import IdArgument, WhoOption
from monitor.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    NowOption,
    opened,
    parse_day,
    print_json,
    print_table,
    say,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.app import App
    from monitor.briefs.desk import Edition
    from monitor.briefs.types import Brief, Parts


def register(group: typer.Typer) -> None:
    """Adds the desk's commands to ``yuqing brief``."""
    group.command("list")(list_)
    for command in (show, draft, edit, review, issue, diff):
        group.command(command.__name__)(command)
    brief_send.register(group)


def list_(
    kind: Annotated[str, typer.Option("--kind", help="daily、weekly、monthly、topic、watch", show_default=False)] = "",
    month: Annotated[str, typer.Option("--month", help="年、月或日，如 2026-11", show_default=False)] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="最多列出多少期")] = 30,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """列出专报，连同草稿，新的在前。"""
    from monitor.briefs.desk import keeping
    from monitor.briefs.desk.types import KIND_NAMES

    if kind and kind not in KIND_NAMES:
        raise typer.BadParameter(f"没有“{kind}”这种专报；可用：{'、'.join(KIND_NAMES)}", param_hint="--kind")
    with opened(config) as app:
        found = keeping.listed(app.store, kinds=(kind,) if kind else (), month=month, limit=limit)
    if as_json:
        print_json([
            {
                "id": e.id, "title": e.outline.title, "issue": e.outline.issue, "state": e.state.value,
                "revision": e.revision,
            }
            for e in found
        ])  # fmt: skip
        return
    print_table(
        "专报", ("编号", "名称", "期号", "状态", "签发次数"),
        [(e.id, e.outline.title, e.outline.issue, _state(e), str(e.revision or "—")) for e in found],
        empty="还没有专报：用 yuqing brief draft daily 编一份草稿",
    )  # fmt: skip


def show(
    id: IdArgument,
    revision: Annotated[int, typer.Option("--revision", min=0, help="第几次签发；默认手头的稿子")] = 0,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """看一期专报的文字、状态和经过。"""
    from monitor.briefs import archive, desk
    from monitor.briefs.codec import to_json
    from monitor.briefs.desk.types import DeskError

    with opened(config) as app:
        edition = desk.actions.there(app.store, id)
        issued = archive.get(app.store, id, revision) if revision else None
        if revision and issued is None:
            raise DeskError(f"这一期没有第 {revision} 次签发", f"签发过 {edition.revision} 次")
        brief = issued.brief if issued else desk.next_issue(app.store, edition)
    if as_json:
        print_json({"state": edition.state.value, "version": edition.version, "brief": to_json(brief)})
        return
    say(f"{brief.district}{brief.title}{brief.issue}　{_state(edition)}")
    for step in edition.steps:
        say(f"  {step.at:%m-%d %H:%M} {step.who} {step.act.chinese}{f'（{step.detail}）' if step.detail else ''}")
    for line in _plain(brief):
        typer.echo(line)


def draft(
    kind: Annotated[str, typer.Argument(help="daily、weekly、monthly、topic、watch")],
    date: Annotated[str, typer.Option("--date", help="报告时段中的一天；默认最近结束的一期", show_default=False)] = "",
    topic: Annotated[str, typer.Option("--topic", help="专题名称", show_default=False)] = "",
    window: Annotated[str, typer.Option("--window", help="重点时段的编号", show_default=False)] = "",
    who: WhoOption = "cli",
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
) -> None:
    """按数据编成草稿；已有的按最新数据重编，更正能沿用的都沿用。"""
    from monitor import briefs
    from monitor.briefs import desk
    from monitor.briefs.periods import BriefKind, usual_day

    with opened(config, now) as app:
        moment = app.clock()
        wanted = BriefKind.of(kind)
        day = parse_day(date) if date else usual_day(wanted, moment)
        brief = briefs.make(app.settings, app.store, wanted, day, moment, topic or window)
        edition = desk.draft(app.store, brief, who, moment)
    say(f"{edition.id}：{_state(edition)}")
    if edition.steps[-1].detail:
        say(f"提醒：{edition.steps[-1].detail}")


def edit(
    id: IdArgument,
    note: Annotated[str | None, typer.Option("--note", help="编者按；空字符串为删去", show_default=False)] = None,
    note_file: Annotated[
        Path | None, typer.Option("--note-file", help="编者按的文件（UTF-8，一行一段）", exists=True, dir_okay=False)
    ] = None,
    replace: Annotated[
        tuple[str, str] | None, typer.Option("--replace", help="旧文字 新文字：改正只出现一次的一处文字")
    ] = None,
    who: WhoOption = "cli",
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
) -> None:
    """写编者按、更正文字；不带选项时在 $EDITOR 里打开全文。数字、链接和标记不可改。"""
    from monitor.briefs import desk
    from monitor.briefs.desk import form

    if note is not None and note_file is not None:
        raise typer.BadParameter("--note 和 --note-file 只能用一个")
    text = _read(note_file) if note_file else note
    with opened(config, now) as app:
        edition = desk.actions.there(app.store, id)
        brief = desk.working(app.store, edition)
        if text is None and replace is None:
            after = _in_editor(app, id, brief, who)
        else:
            paragraphs = tuple(line.strip() for line in (text or "").splitlines() if line.strip())
            change = desk.Change(
                note=(edition.note, paragraphs) if text is not None else None,
                texts=(form.found(brief, *replace),) if replace else (),
            )
            after = desk.edit(app.store, id, change, who, app.clock())
        changes = desk.next_issue(app.store, after).changes if after.pending else ()
    if after.version == edition.version:
        say("没有改动")
        return
    _tell(after)
    for line in changes:
        say(f"  {_words(line)}")


def review(id: IdArgument, who: WhoOption = "cli", config: ConfigOption = DEFAULT_CONFIG, now: NowOption = "") -> None:
    """审核通过手头的稿子。"""
    from monitor.briefs import desk

    with opened(config, now) as app:
        _tell(desk.review(app.store, id, who, app.settings.brief.review, app.clock()))


def issue(
    id: IdArgument,
    who: WhoOption = "cli",
    no_send: Annotated[bool, typer.Option("--no-send", help="只签发，不分送")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
) -> None:
    """签发；已签发过的成为更正。"""
    from monitor.briefs import desk
    from monitor.briefs.desk import sendings

    with opened(config, now) as app:
        listed = bool(sendings.recipients(app.settings, id.partition(".")[0])) and not no_send
        after = desk.issue(app.store, id, who, app.settings.brief.review, app.clock(), send=listed)
    _tell(after)
    if listed:
        say("已排队分送；服务在运行时自动发出，也可以运行 yuqing brief send")


def diff(
    id: IdArgument,
    revision: Annotated[int, typer.Option("--revision", min=0, help="第几次签发改了什么；默认未签发的修改")] = 0,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """再签发时将写明的更正；或某一次更正改了什么。"""
    from monitor.briefs import archive, desk
    from monitor.briefs.desk.changes import between
    from monitor.briefs.desk.keeping import content

    with opened(config) as app:
        edition = desk.actions.there(app.store, id)
        if revision:
            issued = archive.get(app.store, id, revision)
            found = issued.brief.changes if issued else ()
        elif edition.revisions:
            found = desk.next_issue(app.store, edition).changes if edition.pending else ()
        else:
            found = between(content(app.store, edition.made), desk.working(app.store, edition))
    for line in found:
        typer.echo(_words(line))
    if not found:
        say("没有不同")


def _in_editor(app: App, id: str, brief: Brief, who: str) -> Edition:
    """The form in the person's own editor; what cannot be kept stays in a file beside her."""
    import click

    from monitor.briefs import desk
    from monitor.briefs.desk import form

    text = click.edit(form.form(brief), extension=".txt")
    if text is None:
        return desk.actions.there(app.store, id)
    try:
        return desk.edit(app.store, id, form.changes(brief, text), who, app.clock())
    except desk.DeskError:
        kept = Path(f"{id}.txt").absolute()
        kept.write_text(text, encoding="utf-8")
        kept.chmod(0o600)
        say(f"没有写入；您改过的全文在 {kept}")
        raise


def _read(path: Path) -> str:
    from monitor.errors import YuqingError

    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise YuqingError(f"读不了 {path}", "须为 UTF-8 编码的文本文件") from error


def _tell(edition: Edition) -> None:
    say(f"{edition.id}：{_state(edition)}")


def _state(edition: Edition) -> str:
    again = f"，已签发 {edition.revision} 次" if edition.revisions and edition.pending else ""
    return f"{edition.state.chinese}{again}"


def _words(parts: Parts) -> str:
    from monitor.briefs.types import words

    return words(parts)


def _plain(brief: Brief) -> Iterator[str]:
    """The brief as lines of plain text."""
    from monitor.briefs.types import Bullets, Paragraph, Table

    yield from (f"编者按：{paragraph}" for paragraph in brief.note)
    yield from (f"更正：{_words(change)}" for change in brief.changes)
    yield f"{brief.lead_title}：{_words(brief.lead)}"
    for section in brief.sections:
        yield f"\n{section.title}"
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield _words(block.parts)
            elif isinstance(block, Bullets):
                yield from (f"{n}. {_words(item)}" for n, item in enumerate(block.items, 1))
            elif isinstance(block, Table):
                yield "　".join(block.columns)
                yield from ("　".join(_words(cell) or "—" for cell in row) for row in block.rows)
            else:
                yield f"（图：{block.title}）"
