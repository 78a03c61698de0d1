"""``python -m crawlers.evaluate GOLD``: extraction against gold, beside trafilatura where it is installed; prints JSON.

Gold is JSON Lines: ``{"file", "text" or "sketch", "title"?, "published"?, "kind"?}``; files lie beside the gold file.
``yuqing eval page`` runs this as a child process. Gold texts can be kept without the texts: as sketches.

Articles of others may not be stored here. A sketch keeps a quarter of the article's 5-character sequences, each as 24
bits of a keyed hash: enough to compare, too little to read. F1 over such sequences is the usual measure of article
extraction (Weninger et al., "Web Content Extraction: a Meta-Analysis of its Past and Thoughts on its Future", 2016).
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from crawlers.extract import extract
from monitor.analysis.evaluate import interval
from monitor.model import CHINA

_SPACE = re.compile(r"[\s\u200b\ufeff\u00a0\u3000]+")
_KEY = b"yuqing page gold 1"
_LENGTH = 5
_SHARE = 4
_BYTES = 3


def plain(text: str) -> str:
    """``text`` without white space, as texts are compared."""
    return _SPACE.sub("", text)


def sketch(text: str) -> str:
    """Base64 of the sorted hashes of the sampled sequences (with repetitions)."""
    return base64.b64encode(b"".join(sorted(_sampled(text).elements()))).decode("ascii")


def f1(gold: str, text: str) -> float:
    """F1 of ``text`` against the sketch of the right one: 1.0 where both are empty, 0.0 where one is."""
    raw = base64.b64decode(gold)
    right = Counter(raw[i : i + _BYTES] for i in range(0, len(raw), _BYTES))
    found = _sampled(text)
    total = right.total() + found.total()
    return 2 * (right & found).total() / total if total else 1.0


def _sampled(text: str) -> Counter[bytes]:
    told = plain(text)
    pieces = (told[i : i + _LENGTH] for i in range(max(1, len(told) - _LENGTH + 1)) if told)
    digests = (hashlib.blake2b(p.encode("utf-8", "replace"), digest_size=8, key=_KEY).digest() for p in pieces)
    return Counter(d[:_BYTES] for d in digests if d[-1] % _SHARE == 0)


Read = Callable[[bytes], dict[str, str]]
"""Bytes of a page to its text, title, day and kind; what a reader does not tell is left out."""


def ours(body: bytes) -> dict[str, str]:
    page = extract(body, seen=datetime.now(CHINA))
    day = page.published.astimezone(CHINA).date().isoformat() if page.published else ""
    return {"text": page.text, "title": page.title, "day": day, "kind": page.kind.value}


def peer(fast: bool) -> Read:
    """trafilatura, a development dependency: the known reader to compare with."""
    from trafilatura import bare_extraction

    def read(body: bytes) -> dict[str, str]:
        found = bare_extraction(body, fast=fast, with_metadata=True, include_comments=False)
        told = {"text": "text", "title": "title", "day": "date"}
        return {key: str(getattr(found, name, None) or "") for key, name in told.items()}

    return read


def measured(gold: Sequence[dict[str, Any]], folder: Path, read: Read) -> dict[str, Any]:
    """Mean text F1, and the shares of titles, days and kinds that are right; each over the rows that tell it."""
    found = [read((folder / row["file"]).read_bytes()) for row in gold]
    values: dict[str, list[float]] = {"text_f1": [], "title": [], "day": [], "kind": []}
    for row, told in zip(gold, found, strict=True):
        if "text" in row or "sketch" in row:
            values["text_f1"].append(f1(row.get("sketch") or sketch(row["text"]), told["text"]))
        right = {"title": row.get("title"), "day": row.get("published"), "kind": row.get("kind")}
        for name, value in right.items():
            if name in row or (name == "day" and "published" in row):
                wanted = str(value or "")[:10] if name == "day" else value
                values[name] += [float(told[name] == wanted)] if name in told else []
    out: dict[str, Any] = {"pages": len(gold)}
    for name, scores in values.items():
        if scores:
            out[name] = interval(len(scores), lambda i, s=scores: sum(s[k] for k in i) / len(i))  # type: ignore[misc]
    return out


def main(words: Sequence[str]) -> int:
    path = Path(words[0])
    gold = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    readers: dict[str, Read] = {"yuqing": ours}
    if importlib.util.find_spec("trafilatura") is not None:
        readers |= {"trafilatura_fast": peer(True), "trafilatura_default": peer(False)}
    sys.stdout.write(json.dumps({name: measured(gold, path.parent, read) for name, read in readers.items()}) + "\n")
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except (OSError, ValueError, KeyError, IndexError) as error:
        sys.stderr.write(
            f'评测不了：{error}；每行 {{"file", "text", "title"?, "published"?, "kind"?}}，网页与该文件同在一处\n'
        )
        raise SystemExit(1) from None
