"""``yuqing eval`` on samples of the development data: the figures of docs/measurements.md, roughly, in every run."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROWS = 300


def rows(path: Path, every: int = 1, at: int = 0) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for n, line in enumerate(lines) if n % every == at][:ROWS]


def evaluated(tmp_path: Path, name: str, gold: Iterable[dict[str, Any]], *more: str) -> dict[str, Any]:
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in gold), encoding="utf-8")
    command = [sys.executable, "-c", "from monitor.cli import main; main()", "eval", name, str(path), "--json", *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_default_engine_is_far_above_the_usual_choice_on_general_posts(shared_data: Path, tmp_path: Path) -> None:
    found = evaluated(tmp_path, "sentiment", rows(shared_data / "sentiment" / "weibo_usual_dev.jsonl.gz", 5))
    linear, snow = found["linear"]["macro_f1"], found["snow"]["macro_f1"]
    assert linear["low"] > snow["high"]
    assert linear["value"] > 0.6


def test_topics_and_the_purpose_limit_hold_on_a_sample(shared_data: Path, tmp_path: Path) -> None:
    civic = rows(shared_data / "civic" / "topics_train.jsonl.gz", 40)
    posts = [
        {"text": r["text"], "topic": None} for r in rows(shared_data / "sentiment" / "weibo_usual_dev.jsonl.gz", 6, 1)
    ]
    found = evaluated(tmp_path, "topic", [*civic, *posts])["linear"]
    assert found["macro_f1"]["value"] > 0.85
    assert found["public_service_recall"]["value"] > 0.97
    assert found["others_let_in"]["value"] < 0.06


def test_names_are_found_beside_weaker_peers(shared_data: Path, tmp_path: Path) -> None:
    gold = [r for r in rows(shared_data / "names" / "news_train.jsonl.gz", 30, 7) if r["names"]]
    found = evaluated(tmp_path, "redact", gold, "--peers")
    ours, dictionary = found["redact"]["PERSON"], found["dictionary"]["PERSON"]
    assert ours["recall"]["value"] > 0.85 > dictionary["recall"]["value"]
    assert ours["precision"]["value"] > 0.7 > dictionary["precision"]["value"]


def test_messages_of_one_real_hot_issue_are_brought_together(shared_data: Path, tmp_path: Path) -> None:
    votes = rows(shared_data / "civic" / "hot_issue_votes.jsonl.gz")
    named = {str(v["留言编号"]): str(v["issue"]) for v in votes if int(v["teams"]) >= 2}
    with gzip.open(shared_data / "civic" / "messages.jsonl.gz", "rt", encoding="utf-8") as lines:
        messages = [json.loads(line) for line in lines]
    wanted = [m for m in messages if str(m["id"]) in named]
    others = [m for m in messages if str(m["id"]) not in {str(v["留言编号"]) for v in votes}][::20]
    gold = [
        {
            "id": str(m["id"]),
            "title": m["title"],
            "text": m["body"],
            "time": m["time"],
            "event": named.get(str(m["id"])),
        }
        for m in sorted([*wanted, *others], key=lambda m: str(m["time"]))
    ]
    assert len(wanted) > 20
    found = evaluated(tmp_path, "events", gold)["events"]
    assert found["pairwise_f1"]["value"] > 0.75, found


def test_reprints_are_found_through_an_editors_hand(tmp_path: Path) -> None:
    gold = []
    for n in range(12):
        drawn = random.Random(n)
        # No words: what is compared is sequences of characters.
        body = ["".join(chr(drawn.randrange(0x4E00, 0x9000)) for _ in range(28)) + "。" for _ in range(12)]
        gold.append({"id": f"a{n}", "text": "本报讯（记者）" + "".join(body), "reprint_of": None})
        edited = "".join(body[2:]) + "（来源：示例日报　责任编辑）"
        gold.append({"id": f"b{n}", "text": edited, "reprint_of": f"a{n}"})
    found = evaluated(tmp_path, "reprints", gold)["reprints"]
    assert found["recall"]["value"] == found["precision"]["value"] == 1
