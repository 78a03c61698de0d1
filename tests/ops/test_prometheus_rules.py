"""The shipped alert rules and the Grafana board: they ask for what /metrics has, fire when they should, and say what
to do in Chinese with a page to read."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from api.gauges import Rooms
from monitor.ops.metrics import Metrics
from monitor.signals.illness import Ailment
from tests.api import district
from tests.conftest import ROOT

RULES = ROOT / "config" / "prometheus" / "alerts.yml"
BOARD = ROOT / "config" / "grafana" / "yuqing.json"
CASES = Path(__file__).with_name("prometheus") / "alerts_test.yml"
NAME = re.compile(r"\b(?:yuqing|process)_[a-z0-9_]+\b")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def _panels() -> Iterator[dict[str, Any]]:
    yield from json.loads(BOARD.read_text("utf-8"))["panels"]


def _queries() -> list[str]:
    return [target["expr"] for panel in _panels() for target in panel.get("targets", ())]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every series name that /metrics can have: families without a sample yet are announced, too."""
    with district.opened(tmp_path_factory.mktemp("rules"), district.Hands()) as app:
        metrics = Metrics(app.settings, app.store, app.spool, app.clock)
        metrics.add(Rooms(app))
        names: set[str] = set()
        for family in text_string_to_metric_families(metrics.exposition().decode()):
            ends = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("_total",)}.get(family.type, ("",))
            names.update(family.name + end for end in ends)
        return names


@pytest.fixture(scope="session")
def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        reason = "promtool is not here (Debian: package prometheus); rules and queries are checked by name only"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def test_every_metric_that_a_rule_or_the_board_asks_for_exists(shown: set[str]) -> None:
    asked = {name for text in (*(r["expr"] for r in _rules()), *_queries()) for name in NAME.findall(text)}
    assert len(asked) > 25
    assert asked <= shown


def test_every_metric_is_in_the_documented_list_and_no_other(shown: set[str]) -> None:
    page = (ROOT / "docs/operation.md").read_text("utf-8")
    table = page[page.index("### Metrics") : page.index("### Logs")]
    told = set(re.findall(r"`(yuqing_[a-z_]+)`", table))
    plain = {re.sub(r"_(bucket|count|sum)$", "", name) for name in shown if name.startswith("yuqing_")}
    assert {name.removesuffix("_info") for name in told} == {name.removesuffix("_info") for name in plain}


def test_every_rule_tells_in_chinese_what_is_wrong_and_where_to_read_on() -> None:
    headings = re.findall(r"^#+ (.+)$", (ROOT / "docs/operation.md").read_text("utf-8"), re.M)
    anchors = {re.sub(r"[^a-z0-9 -]", "", h.lower()).replace(" ", "-") for h in headings}
    for rule in _rules():
        notes = rule["annotations"]
        assert CHINESE.search(notes["summary"]) and CHINESE.search(notes["description"]), rule["alert"]
        page, _, anchor = notes["runbook"].partition("#")
        assert page == "docs/operation.md" and anchor in anchors, notes["runbook"]
        assert rule["labels"]["severity"] in ("page", "ticket")


def test_every_rule_has_a_case_in_which_it_fires() -> None:
    cases = CASES.read_text("utf-8")
    assert [r["alert"] for r in _rules() if r["alert"] not in cases] == []


def test_the_ailments_that_a_rule_names_are_those_of_the_service() -> None:
    (rule,) = [r for r in _rules() if r["alert"] == "YuqingSourceSilent"]
    named = set(re.findall(r'=~"([^"]+)"', rule["expr"])[0].split("|"))
    assert named == {a.value for a in Ailment} - {"failing"}, "a failing source has a rule of its own"


def test_the_rules_hold_in_promtool(promtool: str, tmp_path: Path) -> None:
    cases = tmp_path / "cases.yml"
    cases.write_text(CASES.read_text("utf-8").replace("ALERTS_FILE", str(RULES)), "utf-8")
    scrape = str(RULES.with_name("prometheus.yml"))
    for arguments in (("check", "config", scrape), ("test", "rules", str(cases))):
        done = subprocess.run([promtool, *arguments], capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_queries_of_the_board_are_promql(promtool: str, tmp_path: Path) -> None:
    queries = [q.replace("$__rate_interval", "5m").replace("$from_source", ".*") for q in _queries()]
    rules = [{"record": f"board:query:{i}", "expr": query} for i, query in enumerate(queries)]
    file = tmp_path / "board.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "board", "rules": rules}]}, allow_unicode=True), "utf-8")
    done = subprocess.run([promtool, "check", "rules", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_board_is_whole() -> None:
    """What Grafana needs of a provisioned dashboard: identity, panels that do not overlap, known variables."""
    board = json.loads(BOARD.read_text("utf-8"))
    assert board["uid"] and board["schemaVersion"] >= 36 and CHINESE.search(board["title"])
    ids = [p["id"] for p in board["panels"]]
    assert len(ids) == len(set(ids))
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        area = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                for y in range(place["y"], place["y"] + place["h"])}  # fmt: skip
        assert place["x"] + place["w"] <= 24 and not area & taken, panel["title"]
        taken |= area
        assert CHINESE.search(panel["title"])
        if panel["type"] != "row":
            assert panel["targets"] and CHINESE.search(panel["description"])
            assert len({t["refId"] for t in panel["targets"]}) == len(panel["targets"])
    variables = {f"${v['name']}" for v in board["templating"]["list"]} | {"$__rate_interval"}
    used = {v for query in _queries() for v in re.findall(r"\$\w+", query)}
    assert used <= variables
