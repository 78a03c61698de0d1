"""The demo's folder: its configuration, the port and seed of its sample site, and how to sign in."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from monitor.errors import YuqingError
from monitor.ops import people
from monitor.store import Store

FOLDER = Path("data") / "demo"
USER = "demo"
_ROOT = Path(__file__).resolve().parents[2]
_OWN = ("service.toml", "district.toml", "sources.toml", "media.toml")
_SITE = "127.0.0.1:8765"
_SITE_PORT = 8765
_PORT_LINE = "port = 8000"


@dataclass(frozen=True, slots=True)
class Plan:
    """What makes a demo the same at every start. ``anchor``: the hour of the water outage (ISO 8601)."""

    seed: int
    days: int
    anchor: str
    site_port: int

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.site_port}/"


def prepare(folder: Path, port: int, now: datetime, *, fresh: bool) -> tuple[Plan, bool]:
    """Makes or takes up the demo's folder and writes its configuration; tells whether the demo is a new one.

    The sample site keeps its port over restarts, because a page's address is what identifies its text.
    """
    plan_file = folder / "demo.json"
    if fresh:
        _clear(folder, plan_file)
    config = folder / "config"
    for part in (folder.parent, folder, config):
        part.mkdir(exist_ok=True, mode=0o700)
    new = not plan_file.exists()
    if new:
        plan = Plan(seed=7, days=35, anchor=now.isoformat(timespec="seconds"), site_port=_site_port())
        plan_file.write_text(json.dumps(asdict(plan), indent=2), encoding="utf-8")
    else:
        plan = _read_plan(plan_file)
        if not is_free(plan.site_port):
            raise YuqingError(
                f"示例网站的端口 {plan.site_port} 已被占用：可能另一个演示正在运行",
                f"先在它的窗口按 Ctrl+C；若占用端口的是别的程序，删除 {folder} 后再试",
            )
    _write_config(config, folder, port, plan)
    return plan, new


def checked_port(port: int) -> int:
    """``port`` if it is free, any free one for 0; else an error with what to do."""
    if port == 0:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            return int(probe.getsockname()[1])
    if not is_free(port):
        raise YuqingError(
            f"端口 {port} 已被占用：可能另一个演示或其他程序正在使用",
            "换一个端口：yuqing demo --port 0 自动选择空闲端口",
        )
    return port


def is_free(port: int) -> bool:
    """Whether the loopback port can be listened on now."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def sign_in(store: Store, folder: Path, now: datetime) -> str:
    """The demo user's password, kept in a file only its owner can read; a lost one is replaced by a new one."""
    file = folder / "sign-in.txt"
    user = people.get(store, USER)
    if user and file.exists():
        password = file.read_text(encoding="utf-8").strip().rpartition(" ")[2]
        if people.verify(store, USER, password):
            return password
    password = people.make_password()
    if user:
        people.set_password(store, USER, password, now, who="demo")
    else:
        people.add(store, USER, people.Role.ADMIN, password, now, who="demo")
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(f"{USER} {password}\n")
    return password


def _clear(folder: Path, plan_file: Path) -> None:
    if not folder.exists():
        return
    if not plan_file.exists() and any(folder.iterdir()):
        raise YuqingError(f"{folder} 不是演示的数据文件夹，不敢删除", "检查该文件夹；确认无用后手工删除")
    if plan_file.exists() and not is_free(_read_plan(plan_file).site_port):
        # Deleting the files of a running demo would leave it in an odd state; its site tells that it runs.
        raise YuqingError(
            "另一个演示正在使用这个数据文件夹", f"先在它的窗口按 Ctrl+C；若没有演示在运行，手工删除 {folder} 后再试"
        )
    shutil.rmtree(folder)


def _read_plan(file: Path) -> Plan:
    try:
        return Plan(**json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise YuqingError(f"演示的记录 {file} 已损坏", f"手工删除 {file.parent} 后再试") from error


def _site_port() -> int:
    return _SITE_PORT if is_free(_SITE_PORT) else checked_port(0)


def _write_config(config: Path, folder: Path, port: int, plan: Plan) -> None:
    """Shipped files as they are, the demo's own with the real ports; what the reader changed is written anew."""
    for file in sorted(_shipped().glob("*.toml")):
        if file.name not in _OWN:
            _write(config / file.name, file.read_text(encoding="utf-8"))
    own = _ROOT / "demo" / "config"
    texts = {name: (own / name).read_text(encoding="utf-8") for name in _OWN}
    texts["service.toml"] = _replaced(texts["service.toml"], _PORT_LINE, f"port = {port}")
    texts["service.toml"] = _replaced(texts["service.toml"], 'data = "data/demo"', f"data = {json.dumps(str(folder))}")
    texts["sources.toml"] = _replaced(texts["sources.toml"], _SITE, f"127.0.0.1:{plan.site_port}")
    for name, text in texts.items():
        _write(config / name, text)


def _shipped() -> Path:
    """The configuration that ships with the service: beside the working directory's, or the checkout's."""
    for folder in (_ROOT / "config", Path("config")):
        if (folder / "topics.toml").is_file():
            return folder
    raise YuqingError("找不到随附的 config 文件夹", "请在仓库根目录运行 yuqing demo")


def _replaced(text: str, old: str, new: str) -> str:
    if old not in text:
        raise YuqingError(f"演示配置缺少“{old}”", "还原 demo/config 中的文件")
    return text.replace(old, new)


def _write(file: Path, text: str) -> None:
    """Whole or not at all, so that a child never reads half a file."""
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    part.write_text(text, encoding="utf-8")
    part.replace(file)
