"""``yuqing store``: create the store, look at what it holds, copy it to another engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, opened, print_json, print_table, say

if TYPE_CHECKING:
    from monitor.store import StoreStats
    from monitor.store.copying import Copyable

KINDS = {"news": "新闻", "official": "政务发布", "board": "留言", "post": "网民帖文", "hotlist": "热榜"}

group = typer.Typer(help="建立、查看、复制存储。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="store")


@group.command()
def init(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """建立数据表或索引；已有的保持不变。"""
    with opened(config) as app:
        app.store.init()
        app.store.ping()
        say(f"存储可用：{app.settings.service.store.engine}")


@group.command()
def stats(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """各类记录、状态文档的数量和占用空间；网民帖文只给出近似数。"""
    with opened(config) as app:
        found = app.store.stats()
    if as_json:
        print_json(_as_json(found))
        return
    rows = [(KINDS[kind], text) for kind, (text, _) in _shown(found).items()]
    rows += [(f"{KINDS[kind]}（已撤回）", str(n)) for kind, n in found.withdrawn.items()]
    rows += [(f"状态：{kind}", str(n)) for kind, n in found.states.items()]
    if found.size_bytes is not None:
        rows.append(("占用空间", f"{found.size_bytes / 1_000_000:.1f} MB"))
    print_table(f"存储：{found.engine}，结构版本 {found.schema}", ("内容", "数量"), rows)


@group.command("copy")
def copy_(
    config: ConfigOption = DEFAULT_CONFIG,
    to_sqlite: Annotated[Path | None, typer.Option("--to-sqlite", help="目标 SQLite 文件", dir_okay=False)] = None,
    to_elastic: Annotated[str, typer.Option("--to-elastic", help="目标 Elasticsearch 的地址")] = "",
    prefix: Annotated[str, typer.Option("--prefix", help="目标索引名的开头")] = "yuqing",
    as_json: JsonOption = False,
) -> None:
    """把全部记录、统计和状态复制到另一个存储；复制前请停止服务，中断后可重复运行。

    登录 Elasticsearch 用的用户名、密码、API key 和证书取自配置。
    """
    if (to_sqlite is None) == (not to_elastic):
        raise typer.BadParameter("请在 --to-sqlite 与 --to-elastic 中选择一个")
    from rich.console import Console
    from rich.progress import Progress

    from monitor.store import open_store
    from monitor.store.copying import copy

    with opened(config) as app:
        chosen: dict[str, Any] = (
            {"engine": "sqlite", "path": to_sqlite.resolve()}
            if to_sqlite is not None
            else {"engine": "elastic", "url": to_elastic, "prefix": prefix}
        )
        store = app.settings.service.store.model_copy(update=chosen)
        service = app.settings.service.model_copy(update={"store": store})
        target = open_store(app.settings.model_copy(update={"service": service}))
        try:
            with Progress(console=Console(stderr=True), transient=True) as bar:
                tasks = {
                    w: bar.add_task(t, total=None)
                    for w, t in (("records", "记录"), ("cells", "统计"), ("states", "状态"))
                }
                done = copy(
                    cast("Copyable", app.store), cast("Copyable", target), lambda what, n: bar.advance(tasks[what], n)
                )
        finally:
            target.close()
    if as_json:
        print_json({"states": done.states, "cells": done.cells})
    else:
        say(f"复制完成：统计 {done.cells} 项，状态 {done.states} 份，记录已全部写入目标存储")


def _shown(found: StoreStats) -> dict[str, tuple[str, Any]]:
    """By kind: what a person reads and what a program reads. Posts only as released figures (S3)."""
    from monitor.disclosure import release
    from monitor.model import ExactCount

    shown: dict[str, tuple[str, Any]] = {}
    for kind, n in found.records.items():
        if isinstance(n, ExactCount):
            released = release(n)
            shown[kind.value] = (released.phrase, released.as_json())
        else:
            shown[kind.value] = (str(n), n)
    return shown


def _as_json(found: StoreStats) -> dict[str, Any]:
    return {
        "engine": found.engine,
        "schema": found.schema,
        "records": {kind: value for kind, (_, value) in _shown(found).items()},
        "withdrawn": {kind.value: n for kind, n in found.withdrawn.items()},
        "states": dict(found.states),
        "size_bytes": found.size_bytes,
    }
