"""``yuqing demo``: the whole service on the sample site, from an empty folder to the dashboard."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from monitor.app import App, open_app
from monitor.errors import YuqingError
from monitor.model import CHINA, day_of
from monitor.schedule import children, demo_folder, service
from monitor.schedule.demo_folder import Plan

_START_LIMIT_S = 60
_CRAWL_LIMIT_S = 900
_MENDED = timedelta(hours=2, minutes=8)
"""From the demo's anchor hour to the site's notice that the water is back (demo/outage.py)."""


def run(folder: Path, now: datetime, *, port: int, fresh: bool, browser: bool) -> None:
    """Serves the sample site, crawls it, evaluates the rules, writes the brief, runs the service until it is ended.

    ``port`` 0 takes a free one. Logs of all processes go to ``demo.log`` in the folder. Raises ``YuqingError`` if a
    port is taken, a step fails or it is interrupted before it is ready; no child outlives the call.
    """
    began = time.monotonic()
    port = demo_folder.checked_port(port)
    plan, new = demo_folder.prepare(folder, port, now, fresh=fresh)
    config = folder / "config"
    with _interruptible(), _errors_to(folder / "demo.log"):
        try:
            _tell("示例区演示：以下网站、居民和事件均为虚构，只在本机运行。")
            _start_site(plan)
            _crawl(config, plan)
            with open_app(config) as app:
                brief = _evaluate(app)
                password = demo_folder.sign_in(app.store, folder, app.clock())
            ready = _Ready(folder, plan, port, password, brief, began, new=new, browser=browser)
            service.run(config, api_port=port, ready=ready.announce)
            _tell("\n演示已停止。再次运行 yuqing demo 接着演示，加 --fresh 重新开始。")
        except KeyboardInterrupt:
            raise YuqingError("演示在就绪之前被中断", "再次运行 yuqing demo 会接着进行") from None
        finally:
            children.stop_all()


def _start_site(plan: Plan) -> None:
    arguments = ["--port", str(plan.site_port), "--anchor", plan.anchor, "--days", str(plan.days)]
    site = children.Child("demo", [*arguments, "--seed", str(plan.seed)], quiet=True)
    if not _answers(plan.site, site):
        raise YuqingError("示例网站没有启动", "查看 data/demo/demo.log")


def _crawl(config: Path, plan: Plan) -> None:
    """The first pass, with a line that tells how far it is."""
    began = time.monotonic()
    child = children.crawl(config, [])
    while child.wait(1.0) is None:
        spent = time.monotonic() - began
        if spent > _CRAWL_LIMIT_S:
            raise YuqingError("采集示例网站超时", "查看 data/demo/demo.log")
        if sys.stdout.isatty():
            sys.stdout.write(f"\r正在采集示例网站……{_read(plan.site + 'admin/served')} 个页面，{spent:.0f} 秒")
            sys.stdout.flush()
    if child.code:
        raise YuqingError(f"采集进程异常结束（代码 {child.code}）", "查看 data/demo/demo.log")
    lead = "\r" if sys.stdout.isatty() else ""
    served = _read(plan.site + "admin/served")
    _tell(f"{lead}已采集示例网站：{served} 个页面，用时 {time.monotonic() - began:.0f} 秒")


def _evaluate(app: App) -> Path:
    """The rules; then the briefs of yesterday and of today as far as the day has gone, and where today's is."""
    from monitor.alerts.book import AlertBook
    from monitor.alerts.tick import tick
    from monitor.briefs import archive, daily
    from monitor.briefs.files import write

    now = app.clock()
    tick(app.settings, app.store, now)
    active = [alert for alert in AlertBook(app.store).list() if alert.active]
    for alert in active:
        _tell(f"预警（{alert.colour}）：{alert.subject}")
    if not active:
        _tell("目前没有预警：停水事件已经过去；加 --fresh 可以重新看它发生。")
    today = day_of(now)
    files: dict[str, Path] = {}
    for day in (today - timedelta(days=1), today):
        brief = daily(app.settings, app.store, day, now)
        archive.issue(app.store, brief, now, who="demo")
        files = write(brief, ("html",), app.settings.service.data / "briefs", app.settings.public_url)
    return files["html"]


class _Ready:
    """Says where everything is once the dashboard answers."""

    def __init__(
        self, folder: Path, plan: Plan, port: int, password: str, brief: Path, began: float, *, new: bool, browser: bool
    ) -> None:
        self._brief = brief
        self._folder, self._plan, self._password, self._began = folder, plan, password, began
        self._url, self._new, self._browser = f"http://127.0.0.1:{port}/", new, browser

    def announce(self) -> None:
        if not _answers(self._url + "healthz"):
            raise YuqingError("看板没有启动", f"查看 {self._folder / 'demo.log'}")
        rows = (
            ("看板", self._url),
            ("用户", demo_folder.USER),
            ("密码", f"{self._password}（也在 {self._folder / 'sign-in.txt'}）"),
            ("示例网站", self._plan.site),
            ("今日专报", str(self._brief)),
            ("预警与日志", str(self._folder / "demo.log")),
            ("配置", str(self._folder / "config")),
        )
        _tell(f"\n演示已就绪，用时 {time.monotonic() - self._began:.0f} 秒。")
        for name, value in rows:
            _tell(f"  {name}：{value}")
        anchor = datetime.fromisoformat(self._plan.anchor).astimezone(CHINA)
        if not self._new:
            _tell(f"  接着 {anchor:%m月%d日 %H:%M} 开始的演示；加 --fresh 重新开始。")
        mended = anchor.replace(minute=0) + _MENDED
        if datetime.now(CHINA) < mended:
            _tell(f"  停水将在约 {mended:%H:%M} 修复，预警随后恢复。")
        _tell("  示例网站会不断出现新内容。按 Ctrl+C 停止。")
        if self._browser and _has_screen():
            webbrowser.open(self._url)


def _answers(url: str, child: children.Child | None = None) -> bool:
    """Waits until an address answers; False when its process ended or the time is over."""
    pause, end = threading.Event(), time.monotonic() + _START_LIMIT_S
    while time.monotonic() < end and (child is None or child.running):
        if _read(url):
            return True
        pause.wait(0.1)
    return False


def _read(url: str) -> str:
    """The text at a loopback address; empty while nobody answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as response:
            return str(response.read(4000).decode("utf-8", "replace")).strip()
    except (urllib.error.URLError, OSError):
        return ""


def _has_screen() -> bool:
    """False on a server, where opening a browser would put a text browser into this terminal."""
    return sys.platform in ("darwin", "win32") or any(os.environ.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY"))


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@contextlib.contextmanager
def _errors_to(file: Path) -> Iterator[None]:
    """Standard error of this process and its children goes to a file, so that the terminal stays readable."""
    sys.stderr.flush()
    kept = os.dup(2)
    target = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(target, 2)
    os.close(target)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM before the service runs ends the demo as Ctrl+C does."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
