"""A real Elasticsearch node on loopback, built from the artifacts of Maven Central.

The libraries are fetched once and kept in ``.cache/elasticsearch-<version>`` of the checkout; every start has an empty
data folder of its own, so that runs do not meet.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERSION = "9.2.2"
CACHE = HERE.parent.parent / ".cache" / f"elasticsearch-{VERSION}"
READY_S = 90


class NodeMissing(Exception):
    """Why no node can be started on this machine."""


@dataclass(frozen=True, slots=True)
class Node:
    """``data`` is the folder of every file that the node writes; None for a node that we did not start."""

    url: str
    data: Path | None = None
    pid: int | None = None


def find_jdk() -> Path:
    """JAVA_HOME, or the newest JDK below /usr/lib/jvm that is 21 or later and has a compiler."""
    candidates = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    candidates += sorted(Path("/usr/lib/jvm").glob("*/"), key=_version_in_name, reverse=True)
    for candidate in candidates:
        if (candidate / "bin" / "javac").exists() and _version(candidate) >= 21:
            return candidate
    raise NodeMissing("no JDK of 21 or later was found: set JAVA_HOME")


def _version_in_name(path: Path) -> list[int]:
    return [int(n) for n in re.findall(r"\d+", path.name)]


def _version(jdk: Path) -> int:
    try:
        done = subprocess.run(
            [jdk / "bin" / "java", "-version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r'version "(\d+)', done.stderr)
    return int(found.group(1)) if found else 0


def prepare(jdk: Path, home: Path = CACHE) -> None:
    """Fetches the libraries and compiles the starter, once for every process that asks."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "lib" / ".complete").exists():
            _fetch(jdk, home)
        source, compiled = HERE / "ElasticsearchNode.java", home / "classes" / "ElasticsearchNode.class"
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            _run([jdk / "bin" / "javac", "-cp", f"{home}/lib/*", "-d", home / "classes", source], jdk)


def _fetch(jdk: Path, home: Path) -> None:
    if not shutil.which("mvn"):
        raise NodeMissing("Maven (mvn) was not found, and the node's libraries are not in the cache")
    for name in ("lib", "config", "plugins", "classes", "modules/transport-netty4"):
        (home / name).mkdir(parents=True, exist_ok=True)
    _run(
        [
            "mvn",
            "-q",
            "-B",
            "-f",
            HERE / "pom.xml",
            "dependency:copy-dependencies",
            f"-DoutputDirectory={home / 'lib'}",
        ],
        jdk,
    )
    # The node loads its HTTP layer as a module folder; without the modulename line it may sit on the class path.
    module = home / "modules" / "transport-netty4"
    for jar in [*(home / "lib").glob("netty-*.jar"), *(home / "lib").glob("transport-netty4-*.jar")]:
        shutil.move(jar, module / jar.name)
    jar = next(module.glob("transport-netty4-*.jar"))
    inside = "META-INF/es-plugins/transport-netty4"
    _run([jdk / "bin" / "jar", "xf", jar, inside], jdk, cwd=module)
    for file in (module / inside).iterdir():
        shutil.move(file, module / file.name)
    shutil.rmtree(module / "META-INF")
    descriptor = module / "plugin-descriptor.properties"
    lines = [line for line in descriptor.read_text().splitlines() if not line.startswith("modulename=")]
    descriptor.write_text("\n".join(lines) + "\n")
    (home / "lib" / ".complete").touch()


def _run(command: list[str | Path], jdk: Path, cwd: Path | None = None) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, "JAVA_HOME": str(jdk)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    if done.returncode:
        raise NodeMissing(f"{command[0]} failed: {(done.stderr or done.stdout)[-600:]}")


@contextmanager
def running(home: Path = CACHE) -> Iterator[Node]:
    """Starts a node, waits until it answers, and ends it. Raises ``NodeMissing`` with the reason if it cannot."""
    jdk = find_jdk()
    prepare(jdk, home)
    data = Path(tempfile.mkdtemp(prefix="yuqing-elasticsearch-", dir=_quick_folder()))
    try:
        with (data / "output.log").open("w") as output:
            port = free_port()
            process = subprocess.Popen(
                [
                    jdk / "bin" / "java", "-Xms512m", "-Xmx1g", "--enable-native-access=ALL-UNNAMED",
                    "-cp", f"{home}/classes:{home}/lib/*", "ElasticsearchNode", home, data, str(port),
                ],
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
            try:
                node = Node(f"http://127.0.0.1:{port}", data, process.pid)
                _wait(node, process, data / "output.log")
                yield node
            finally:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _quick_folder() -> str | None:
    """Memory, where there is plenty: every new index waits for the disk a dozen times."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2 * 10**9 else None


def _wait(node: Node, process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{node.url}/_cluster/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            # Another program starts; its port is all there is to ask.
            time.sleep(0.2)
    raise NodeMissing(f"the node did not answer within {READY_S} s: {output.read_text(errors='replace')[-800:]}")


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def drop_indices(url: str, prefix: str) -> None:
    """Removes every index and template whose name begins with ``prefix``."""
    for listing, path in (
        (f"/{prefix}*?expand_wildcards=all", ""),
        (f"/_index_template/{prefix}*", "/_index_template"),
    ):
        try:
            with urllib.request.urlopen(url + listing, timeout=30) as answer:
                found = json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            continue
        names = [t["name"] for t in found["index_templates"]] if path else sorted(found)
        for at in range(0, len(names), 40):
            target = f"{url}{path}/{','.join(names[at : at + 40])}"
            urllib.request.urlopen(urllib.request.Request(target, method="DELETE"), timeout=60).close()
