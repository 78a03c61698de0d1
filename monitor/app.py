"""Composition root: a configuration folder becomes an App, the one object that commands, crawls and API are given."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from monitor import settings as configuration
from monitor.errors import YuqingError
from monitor.settings import Settings
from monitor.store import Spool, Store, open_store

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys derived from one secret: for record ids (S1) and for signing sessions."""

    record: bytes
    session: bytes


@dataclass(frozen=True, slots=True)
class App:
    settings: Settings
    folder: Path
    store: Store
    spool: Spool
    keys: Keys
    clock: Clock


@contextmanager
def open_app(folder: Path, clock: Clock = system_clock) -> Iterator[App]:
    """Loads and checks the configuration, opens store and spool, and closes them at the end.

    Raises ``SettingsError`` with every problem of the configuration. A store that is away does not stop it: the
    store object is there and raises ``StoreUnavailable`` when used, so that intake can go to the spool.
    """
    settings = configuration.load(folder)
    settings.service.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = derive(_secret(settings))
    store = open_store(settings)
    spool = Spool(settings.data_file(settings.service.spool.path), settings.service.spool.max_mb * 1_000_000)
    try:
        yield App(settings=settings, folder=folder, store=store, spool=spool, keys=keys, clock=clock)
    finally:
        spool.close()
        store.close()


def derive(secret: bytes) -> Keys:
    """Two independent keys from one secret."""
    return Keys(
        record=hmac.new(secret, b"record ids", hashlib.sha256).digest(),
        session=hmac.new(secret, b"sessions", hashlib.sha256).digest(),
    )


def _secret(settings: Settings) -> bytes:
    given = settings.service.secret.get_secret_value()
    if given:
        return given.encode()
    path = settings.service.data / "secret.key"
    try:
        # Created whole under another name and linked, so that two processes at first start agree on one key.
        fresh = path.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}")
        if not path.exists():
            fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(fd, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text(encoding="ascii").strip().encode()
    except OSError as error:
        raise YuqingError(
            f"无法读写密钥文件 {path}：{error.strerror}",
            "检查数据文件夹的权限，或用环境变量 YUQING_SERVICE__SECRET 提供密钥",
        ) from error
