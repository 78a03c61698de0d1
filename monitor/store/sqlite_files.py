"""SQLite connections as this service needs them: durable, shared by threads and processes, wiping what they delete."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, RLock
from types import MappingProxyType
from typing import TypeVar

from monitor.errors import StoreCorrupt, StoreUnavailable

T = TypeVar("T")

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_MISMATCH})
_REASONS = {
    sqlite3.SQLITE_BUSY: ("被其他进程占用", "稍后重试；若持续出现，检查是否有未结束的进程"),
    sqlite3.SQLITE_LOCKED: ("被其他进程占用", "稍后重试；若持续出现，检查是否有未结束的进程"),
    sqlite3.SQLITE_FULL: ("所在磁盘已满", "腾出磁盘空间后服务会自行恢复"),
    sqlite3.SQLITE_READONLY: ("只读，无法写入", "检查文件和所在文件夹的权限"),
    sqlite3.SQLITE_PERM: ("没有访问权限", "检查文件和所在文件夹的权限"),
    sqlite3.SQLITE_CANTOPEN: ("无法打开", "检查所在文件夹是否存在、是否有权限"),
    sqlite3.SQLITE_IOERR: ("读写出错", "检查磁盘空间和磁盘状态"),
}


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as the store's own. A bug of ours (wrong SQL) stays what it is."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        # The low byte is the primary code; the rest refines it.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _DAMAGED:
            raise StoreCorrupt(
                f"数据文件 {path} 已损坏或不是本服务的数据库", "停止服务，从备份恢复该文件；损坏的文件请先另存"
            ) from error
        if code in _REASONS:
            what, hint = _REASONS[code]
            raise StoreUnavailable(f"数据文件 {path} {what}", hint) from error
        raise
    except OSError as error:
        raise StoreUnavailable(f"无法使用数据文件 {path}：{error.strerror}", "检查文件夹的权限和磁盘空间") from error


class SqliteFile:
    """One database file: a pool of connections, one writer at a time, made and checked at first use.

    ``schema`` creates the tables of ``version`` in an empty file. ``upgrades`` has for an older version what brings a
    file to the next one, in one transaction; a file of any other version is ``StoreCorrupt``.
    ``wal`` lets readers go on while one writes.
    """

    def __init__(
        self, path: Path, *, schema: str, version: int, timeout_s: float = 10.0, wal: bool = True,
        upgrades: Mapping[int, Callable[[sqlite3.Connection], None]] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        self.path = path
        self._schema = schema
        self._version = version
        self._timeout_s = timeout_s
        self._wal = wal
        self._upgrades = upgrades
        self._idle: list[sqlite3.Connection] = []
        self._lock = Lock()
        self._writing = RLock()
        self._ready = False
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection whose reads see one state of the database."""
        with translated(self.path), self._borrowed() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("COMMIT")

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """A transaction: committed at the end, rolled back on any error.

        ``durable`` False: it is in the log for every process when this returns, and on the disk with the next durable
        one (WAL keeps the order), so that only the end of what was written can be lost with the power.
        """
        with translated(self.path), self._turn(), self._borrowed() as connection:
            if not durable:
                connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                if not durable:
                    connection.execute("PRAGMA synchronous=FULL")

    def wipe(self) -> None:
        """Empties the write-ahead log, so that nothing deleted remains in it.

        Raises ``StoreUnavailable`` if a reader holds the log for longer than the time limit; calling again is harmless.
        """
        deadline = time.monotonic() + self._timeout_s
        with translated(self.path), self._turn(), self._borrowed() as connection:
            while True:
                busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                if not busy:
                    return
                if time.monotonic() > deadline:
                    raise StoreUnavailable(f"数据文件 {self.path} 的日志正被读取，暂不能清除", "稍后再运行一次清理")
                # SQLite offers no wait for other processes' readers.
                time.sleep(0.02)

    def size(self) -> int:
        """Bytes of the database and its log on disk."""
        files = (Path(f"{self.path}{suffix}") for suffix in ("", "-wal", "-shm"))
        return sum(file.stat().st_size for file in files if file.exists())

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._writing.acquire(timeout=self._timeout_s):
            raise StoreUnavailable(f"数据文件 {self.path} 被其他写入占用", "稍后重试")
        try:
            yield
        finally:
            self._writing.release()

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._closed:
                raise StoreUnavailable(f"数据文件 {self.path} 已关闭", "重新打开存储")
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = self._open()
        try:
            if not self._ready:
                self._prepare(connection)
            yield connection
        except sqlite3.DatabaseError:
            # After an error the connection is not trusted again.
            connection.close()
            raise
        else:
            self._give_back(connection)
        finally:
            if self._closed:
                connection.close()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(connection)

    def _open(self) -> sqlite3.Connection:
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Residents' texts: for the service's own user only. The log inherits the mode.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(
            self.path, timeout=self._timeout_s, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        for pragma in ("secure_delete=ON", "temp_store=MEMORY", "cache_size=-4000", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        if self._wal:
            self._retry(lambda: connection.execute("PRAGMA journal_mode=WAL").fetchone())
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found == 0:
            found = self._create(connection)
        while found in self._upgrades:
            found = self._upgrade(connection)
        if found != self._version:
            raise StoreCorrupt(
                f"数据文件 {self.path} 的结构版本是 {found}，本程序需要 {self._version}",
                "用写入该文件的程序版本，或换一个数据文件",
            )
        self._ready = True

    def _create(self, connection: sqlite3.Connection) -> int:
        connection.execute("BEGIN IMMEDIATE")
        try:
            found: int = connection.execute("PRAGMA user_version").fetchone()[0]
            if found == 0:
                if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise StoreCorrupt(f"{self.path} 是其他程序的数据库", "在 service.toml 中改用另一个文件")
                for statement in self._schema.split(";\n"):
                    if statement.strip():
                        connection.execute(statement)
                connection.execute(f"PRAGMA user_version={self._version}")
                found = self._version
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return found

    def _upgrade(self, connection: sqlite3.Connection) -> int:
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have done it while this one waited.
            found: int = connection.execute("PRAGMA user_version").fetchone()[0]
            if found in self._upgrades:
                self._upgrades[found](connection)
                found += 1
                connection.execute(f"PRAGMA user_version={found}")
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return found

    def _retry(self, call: Callable[[], T]) -> T:
        """Changing the journal mode does not wait for other processes by itself."""
        deadline = time.monotonic() + self._timeout_s
        while True:
            try:
                return call()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
