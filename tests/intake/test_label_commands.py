"""``yuqing label``, ``eval`` and ``train`` as a person runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
YUQING = "import sys; from monitor.cli import main; sys.argv[0] = 'yuqing'; main()"


def yuqing(*words: str, told: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", YUQING, *words], input=told, capture_output=True, cwd=ROOT, timeout=120
    )


def lines(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


ROWS = "\n".join(
    json.dumps(row, ensure_ascii=False)
    for row in (
        {"title": "示例区新城街道停水", "text": "我叫张三丰，电话１３８００１３８０００"},
        {"text": ""},
        {"text": "北京市示例区停水", "source_city": "北京市"},
    )
).encode()


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (("sentiment",), {"negative", "neutral", "positive", "polarity"}),
        (("topic",), {"topic", "topics", "public_service"}),
        (("redact", "--kind", "post"), {"text", "spans"}),
        (("district",), {"mention", "places", "reason"}),
        (("all", "--kind", "board"), {"kept", "reason"}),
    ],
)
def test_each_line_in_is_one_line_out_in_order(words: tuple[str, ...], keys: set[str]) -> None:
    found = lines(yuqing("label", *words, "-", told=ROWS))
    assert len(found) == 3
    assert all(keys <= set(row) for row in found)


def test_redact_prints_offsets_into_the_input() -> None:
    found = lines(yuqing("label", "redact", "-", told=ROWS))[0]
    assert found == {"text": "我叫〔姓名〕，电话〔电话〕", "spans": [[2, 5, "PERSON"], [8, 19, "PHONE"]]}


def test_a_broken_line_is_named_and_nothing_of_it_is_printed() -> None:
    done = yuqing("label", "topic", "-", told=b'{"text": "a"}\n\n{"secret"')
    assert done.returncode == 1
    assert "第 3 行" in done.stderr.decode() and "secret" not in done.stderr.decode()


def test_an_absent_file_is_an_error_with_a_hint() -> None:
    done = yuqing("label", "sentiment", "no-such-file.jsonl")
    assert done.returncode == 1 and "提示" in done.stderr.decode()


def test_eval_prints_engines_side_by_side_with_intervals(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    texts = [("太开心了，真好", "positive"), ("烦死了，垃圾", "negative"), ("会议今天召开", "neutral")] * 4
    gold.write_text("\n".join(json.dumps({"text": t, "polarity": p}) for t, p in texts), encoding="utf-8")
    done = yuqing("eval", "sentiment", str(gold), "--json")
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert set(found) == {"linear", "snow"}
    measure = found["linear"]["macro_f1"]
    assert measure["low"] <= measure["value"] <= measure["high"]


def test_eval_of_redaction_counts_recall_and_precision(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(
        '{"text": "打13800138000", "spans": [[1, 12, "PHONE"]]}\n{"text": "停水", "spans": []}\n', encoding="utf-8"
    )
    found = json.loads(yuqing("eval", "redact", str(gold), "--json").stdout)["redact"]
    assert found["PHONE"]["recall"]["value"] == found["PHONE"]["precision"]["value"] == 1


def test_training_without_data_says_what_is_missing(tmp_path: Path) -> None:
    done = yuqing("train", "topic", str(tmp_path), "--out", str(tmp_path))
    assert done.returncode == 1 and "topics_train.jsonl.gz" in done.stderr.decode()
