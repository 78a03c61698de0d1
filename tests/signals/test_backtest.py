"""The past replayed: the same alerts as live, rules side by side, marked onsets, the files that go in and out."""

from __future__ import annotations

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from monitor.errors import YuqingError
from monitor.model import Kind, day_of
from monitor.settings.spikes import SpikeSettings
from monitor.signals.backtest import Onset, backtest, usual_candidates
from monitor.signals.backtest_files import as_json, picture, read_onsets, read_rules
from monitor.signals.series import HOUR
from monitor.signals.watch import judge_topics, read
from monitor.store import open_store
from tests.alerts.desk import NOON, Writer, burst, fill, settings_of


@pytest.fixture(scope="module")
def replayed(tmp_path_factory):
    settings = settings_of(tmp_path_factory.mktemp("backtest"))
    store = open_store(settings)
    store.init()
    writer = Writer()
    fill(store, writer.history(NOON, days=30), burst(writer, NOON - timedelta(days=2), n=60))
    fill(store, writer.many(Kind.BOARD, 24, NOON - timedelta(days=1), topics=("公交",)))
    first, last = day_of(NOON - timedelta(days=4)), day_of(NOON)
    onset = Onset("供水", NOON - timedelta(days=2, hours=3))
    steps = []
    outcomes = backtest(settings, store, first, last, usual_candidates(SpikeSettings()), (onset,), steps.append)
    yield settings, store, first, last, outcomes, steps
    store.close()


def test_the_burst_is_found_and_its_lag_told(replayed):
    ours = replayed[4][0]
    assert ours.name == "现用"
    assert {f.topic for f in ours.firings} == {"供水", "公交"}
    assert ours.onsets == 1 and len(ours.lags_h) == 1
    assert ours.median_lag_h <= 2


def test_it_raises_what_the_live_rule_raises(replayed):
    settings, store, *_, outcomes, _ = replayed
    water = next(f for f in outcomes[0].firings if f.topic == "供水")
    live = judge_topics(read(settings, store, water.begin, water.begin), water.begin, settings.alerts.spike)["供水"]
    before = water.begin - HOUR
    assert live.kept
    assert not judge_topics(read(settings, store, before, before), before, settings.alerts.spike)["供水"].kept


def test_rules_stand_side_by_side_and_figures_are_released(replayed):
    _, _, first, last, outcomes, steps = replayed
    report = as_json(outcomes, first, last)
    assert [r["name"] for r in report["rules"]] == [
        "现用",
        "更严（p÷10）",
        "更松（p×10）",
        "EARS-C2",
        "elastalert2 倍数",
    ]
    assert report["rules"][1]["alerts"] <= report["rules"][0]["alerts"] <= report["rules"][2]["alerts"]
    assert all(f["total"] % 5 == 0 for r in report["rules"] for f in r["firings"] if f["topic"] == "供水")
    assert steps == sorted(steps) and steps[-1] == pytest.approx(1.0)
    json.dumps(report)


def test_the_picture_is_well_formed_and_shows_every_alert(replayed):
    _, _, first, last, outcomes, _ = replayed
    svg = ElementTree.fromstring(picture(outcomes, first, last, (Onset("", NOON - timedelta(days=2)),)))
    marks = [e for e in svg.iter() if e.tag.endswith("rect")]
    assert len(marks) == sum(len(o.firings) for o in outcomes)
    assert any(e.get("class") == "onset" for e in svg.iter())


def test_rules_and_onsets_are_read_from_files_and_mistakes_named(tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\nname = "汛期"\np_value = 1e-3\n\n[[rule]]\nname = "平时"\nminimum = 20\n', "utf-8")
    flood, usual = read_rules(rules, SpikeSettings())
    assert (flood.name, flood.rule.p_value, usual.rule.minimum) == ("汛期", 1e-3, 20)
    rules.write_text('[[rule]]\nname = "错"\nminimum = 3\n', "utf-8")
    with pytest.raises(YuqingError, match="第1个"):
        read_rules(rules, SpikeSettings())
    onsets = tmp_path / "onsets.csv"
    onsets.write_text("topic,time\n供水,2026-11-20T08:00\n", "utf-8")
    assert read_onsets(onsets, ["供水"])[0].time.hour == 8
    onsets.write_text("topic,time\n供气,2026-11-20T08:00\n", "utf-8")
    with pytest.raises(YuqingError, match="没有专题“供气”"):
        read_onsets(onsets, ["供水"])
