"""设置: the whole configuration as it runs, read-only, with a check of the files; and the wallboards let in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from flask import Blueprint, redirect, request
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response as AnyResponse

from api import context
from api.auth.caller import required
from api.dashboard.page import page, query_of, render
from api.errors import Problem
from api.memo import memo
from monitor.app import App
from monitor.errors import SettingsError
from monitor.intake.districts.hints import hints
from monitor.ops import walls
from monitor.ops.audit import Action
from monitor.ops.people import Role
from monitor.ops.walls import WallError
from monitor.settings import load, problems_of
from monitor.settings.load import warnings_of
from monitor.settings.origins import Change, Section, changes, described

blueprint = Blueprint("settings", __name__)
KEEP_S = 300.0
DONE = {"revoked": "已撤销：那块屏幕下一次刷新时就看不到了。"}


class SettingsPage(BaseModel, extra="forbid"):
    check: str = Field("", max_length=1, pattern="^1?$")
    done: str = Field("", max_length=20)


@blueprint.get("/settings")
@page(Role.ADMIN, audited=Action.QUERY)
def settings() -> str:
    query: SettingsPage = query_of(SettingsPage)
    return _page(check=bool(query.check), done=DONE.get(query.done, ""))


@blueprint.post("/settings/walls")
@page(Role.ADMIN)
def add_wall() -> str:
    """Shows the code once; loading the page again shows it no more."""
    name = request.form.get("name", "")[:60]
    try:
        code = walls.add(context.store(), name, context.now(), who=required(Role.ADMIN).name)
    except WallError as error:
        raise Problem(400, error.code, "大屏没有建立", error.message, hint=error.hint) from None
    return _page(code=code, name=name.strip())


@blueprint.post("/settings/walls/<id>/revoke")
@page(Role.ADMIN)
def revoke_wall(id: str) -> AnyResponse:
    try:
        walls.revoke(context.store(), id, context.now(), who=required(Role.ADMIN).name)
    except WallError as error:
        raise Problem(404, error.code, "大屏没有撤销", error.message, hint=error.hint) from None
    return redirect("/settings?done=revoked#walls", code=303)


def _page(*, check: bool = False, done: str = "", code: str = "", name: str = "") -> str:
    app, now = context.current().app, context.now()
    # Reading and checking all files takes longer than a page may: only where one of them is not as it was.
    sections, differ, wrong = memo().get(("settings", _stamp(app.folder)), KEEP_S, lambda: _told(app))
    problems = problems_of(app.folder) if check else ()
    return render(
        "settings.html", "settings", sections=sections, folder=app.folder, check=check,
        problems=problems, warnings=_warnings(app, now) if check and not problems else (), changes=differ,
        wrong=wrong, walls=walls.everyone(context.store()), code=code, name=name, done=done,
        address=f"{app.settings.public_url}/wall/open",
    )  # fmt: skip


def _told(app: App) -> tuple[tuple[Section, ...], tuple[Change, ...], bool]:
    """The configuration in words, what changed since the start, and whether the files could not be loaded now."""
    try:
        differ, wrong = changes(app.settings, app.folder), False
    except SettingsError:
        differ, wrong = (), True
    return described(app.settings, app.folder), differ, wrong


def _warnings(app: App, now: datetime) -> tuple[str, ...]:
    """What right files may have forgotten, as ``yuqing check`` says it."""
    return (*warnings_of(app.folder, now), *hints(load(app.folder).district))


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of every file of the folder."""
    files = [(f.name, f.stat()) for f in sorted(folder.glob("*.toml"))]
    return tuple((name, found.st_mtime_ns, found.st_size) for name, found in files)
