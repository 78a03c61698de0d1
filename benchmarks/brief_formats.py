"""Every kind of brief in every format, in two processes that hash and tell time differently: bytes, size, seconds.

``python benchmarks/brief_formats.py`` prints JSON; exit 1 where bytes differ. Samples hold every kind of block.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from monitor.briefs.render import FORMATS
from tests.briefs.samples import sample

KINDS = ("daily", "weekly", "monthly", "topic", "watch")
SETTINGS = ({"PYTHONHASHSEED": "1", "TZ": "UTC"}, {"PYTHONHASHSEED": "4711", "TZ": "America/New_York"})


def made() -> dict[str, dict[str, tuple[str, int, float]]]:
    """Digest, bytes and seconds of each kind and format; drawings are kept between formats as in the service."""
    found: dict[str, dict[str, tuple[str, int, float]]] = {}
    for kind in KINDS:
        brief = sample(kind)
        found[kind] = {}
        for name, renderer in FORMATS.items():
            began = time.perf_counter()
            data = renderer(brief, "https://yuqing.example.org")
            spent = round(time.perf_counter() - began, 3)
            found[kind][name] = (hashlib.sha256(data).hexdigest(), len(data), spent)
    return found


def _child(environment: dict[str, str]) -> bytes:
    command = [sys.executable, __file__, "--child"]
    return subprocess.run(command, env=environment, capture_output=True, check=True).stdout


def main() -> None:
    if "--child" in sys.argv:
        print(json.dumps(made()))
        return
    runs = [json.loads(_child({**os.environ, **more})) for more in SETTINGS]
    report = {
        kind: {name: {"bytes": size, "seconds": spent, "same": runs[1][kind][name][0] == digest}
               for name, (digest, size, spent) in formats.items()}
        for kind, formats in runs[0].items()
    }  # fmt: skip
    print(json.dumps(report, indent=2))
    sys.exit(0 if all(row["same"] for formats in report.values() for row in formats.values()) else 1)


if __name__ == "__main__":
    main()
