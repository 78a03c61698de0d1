"""The detector on any table: causal, in every rhythm, and clear about bad files."""

from __future__ import annotations

import gzip
import json
import math
from datetime import datetime, timedelta

import numpy as np
import pytest
from typer.testing import CliRunner

from monitor.cli import app
from monitor.errors import YuqingError
from monitor.model import CHINA
from monitor.signals.detect import detect
from monitor.signals.events import fading, told_once
from monitor.signals.rhythm import RHYTHMS
from monitor.signals.series_files import read_table

START = datetime(2026, 3, 2, tzinfo=CHINA)


def times(n, rhythm):
    return [START + i * rhythm.step for i in range(n)]


def counts(n, mean=4.0, seed=1):
    return np.random.default_rng(seed).poisson(mean, n).astype(float).tolist()


@pytest.mark.parametrize("every", list(RHYTHMS))
def test_a_row_sees_only_earlier_rows(every):
    rhythm = RHYTHMS[every]
    values = counts(240)
    values[150:154] = [40.0, 50.0, 0.0, 60.0]
    whole = detect(times(240, rhythm), values, rhythm)
    for cut in (90, 152, 239):
        assert detect(times(cut, rhythm), values[:cut], rhythm) == whole[:cut]


@pytest.mark.parametrize("every", list(RHYTHMS))
def test_a_burst_has_the_smallest_p_and_calm_rows_have_none_that_alarm(every):
    rhythm = RHYTHMS[every]
    values = counts(200, mean=3.0, seed=5)
    values[180] = 60.0
    rows = detect(times(200, rhythm), values, rhythm)
    assert min(rows, key=lambda r: r.p) == rows[180] or rows[180].p <= min(r.p for r in rows[:180])
    assert rows[180].alarm
    assert sum(r.alarm for r in rows[100:180]) <= 8


def test_p_keeps_its_resolution_far_below_what_subtraction_could_tell():
    rhythm = RHYTHMS["1h"]
    p = [detect(times(300, rhythm), [*counts(299), high], rhythm)[-1].p for high in (200.0, 400.0, 800.0)]
    assert p[0] > p[1] > p[2] > 0
    assert p[0] < 1e-20
    assert detect(times(300, rhythm), [*counts(299), 1e9], rhythm)[-1].p >= 1e-300


def test_missing_rows_are_neither_judged_nor_learnt_from():
    rhythm = RHYTHMS["1h"]
    values = counts(400, seed=3)
    values[200:260] = [None] * 60
    rows = detect(times(400, rhythm), values, rhythm)
    assert all(r.p == 1.0 and not r.alarm for r in rows[200:260])
    assert rows[260].expected == pytest.approx(4.0, rel=0.6)
    assert not any(r.alarm for r in rows[260:300])


def test_an_outage_and_what_comes_late_after_it_raise_nothing():
    rhythm = RHYTHMS["1h"]
    values = counts(700, mean=8.0, seed=4)
    missing = sum(values[600:610])
    values[600:610] = [0.0] * 10
    values[610] += missing
    rows = detect(times(700, rhythm), values, rhythm)
    assert not any(r.alarm for r in rows[590:640])
    values[610] += 4 * missing
    assert detect(times(700, rhythm), values, rhythm)[610].alarm


def test_a_level_shift_is_followed_within_two_days():
    rhythm = RHYTHMS["1h"]
    rng = np.random.default_rng(8)
    values = [*rng.poisson(6.0, 720), *rng.poisson(9.0, 240)]
    rows = detect(times(960, rhythm), [float(v) for v in values], rhythm)
    assert np.mean([r.expected for r in rows[720 + 48 : 720 + 96]]) == pytest.approx(9.0, rel=0.25)


def test_a_holiday_once_learnt_is_expected():
    """Two holidays of five days with a third of the texts: the second is expected lower than a workday."""
    rhythm = RHYTHMS["1d"]
    start = datetime(2025, 1, 1, tzinfo=CHINA)
    days = [start + timedelta(days=i) for i in range(278)]
    from monitor.signals.calendar import DayType, day_type

    rng = np.random.default_rng(2)
    values = [float(rng.poisson(10 if day_type(d.date()) is DayType.HOLIDAY else 30)) for d in days]
    rows = detect(days, values, rhythm)
    october = {r.time.date().isoformat(): r for r in rows}
    assert october["2025-10-01"].expected < 0.8 * october["2025-09-29"].expected


def test_an_event_is_told_once_and_a_greater_one_again():
    shown = told_once(np.array([1.0, 9.0, 5.0, 9.0, 12.0, 2.0]), 3)
    assert shown.tolist() == pytest.approx([1.0, 9.0, 0.5, 0.9, 12.0, 0.2])


def test_an_event_fades_row_by_row():
    assert fading(np.array([0.0, 10.0, 0.0, 0.0]), 0.9).tolist() == pytest.approx([0.0, 10.0, 9.0, 8.1])


def write(path, lines, encoding="utf-8"):
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def test_gbk_and_gzip_are_read_and_missing_steps_counted(tmp_path):
    path = write(tmp_path / "a.csv", ["时间,数量", "2026/3/2 0:00,1", "2026/3/2 3:00,2"], "gbk")
    table = read_table(path, "时间", "数量", RHYTHMS["1h"])
    assert table.counts == [1.0, None, None, 2.0] and table.gaps == 2
    zipped = tmp_path / "b.csv.gz"
    zipped.write_bytes(gzip.compress(path.read_bytes()))
    assert read_table(zipped, "时间", "数量", RHYTHMS["1h"]) == table


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["time,count", "2026-03-02,-1"], "第2行的数量是 -1"),
        (["time,count", "2026-03-02,"], "第2行没有数量"),
        (["time,count", "2026-03-02,three"], "第2行的数量“three”不是数字"),
        (["time,count", "2026-03-02,1", "2026-03-02,2"], "第3行与第2行的时间重复"),
        (["time,count", "yesterday,1"], "第2行的时间“yesterday”看不懂"),
        (["time,count", "2026-03-02"], "第2行缺少列"),
        (["time,counts", "2026-03-02,1"], "是不是“counts”"),
        (["time,count"], "没有数据"),
    ],
)
def test_a_bad_table_is_refused_with_the_row_and_the_reason(tmp_path, lines, said):
    with pytest.raises(YuqingError, match=said):
        read_table(write(tmp_path / "a.csv", lines), "time", "count", RHYTHMS["1d"])


def test_the_command_prints_one_json_object_a_row(tmp_path):
    lines = ["t,n", *(f"{i},{3 if i != 40 else 60}" for i in range(1, 60))]
    path = write(tmp_path / "weeks.csv", lines)
    result = CliRunner().invoke(
        app, ["detect", str(path), "--time", "t", "--count", "n", "--every", "1w", "--json"]
    )  # fmt: skip
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [set(r) for r in rows[:1]] == [{"time", "count", "expected", "upper", "p", "alarm"}]
    assert [r["time"] for r in rows] == [str(i) for i in range(1, 60)]
    assert rows[39]["alarm"] and math.log10(rows[39]["p"]) < -6


def test_on_labelled_outbreaks_it_is_better_than_published_bayes(shared_data):
    """Sensitivity above .60 at a specificity of at least .926 with the shipped level (seven weekly series)."""
    hit = out = right = quiet = 0
    for path in sorted((shared_data / "spikes" / "outbreaks").glob("*.csv")):
        table = read_table(path, "t", "observed", RHYTHMS["1w"])
        state = read_table(path, "t", "outbreak_state", RHYTHMS["1w"]).counts
        rows = detect(table.times, table.counts, RHYTHMS["1w"])
        for row, truth in list(zip(rows, state, strict=True))[4:]:
            hit, out = hit + (row.alarm and truth == 1), out + (truth == 1)
            right, quiet = right + (not row.alarm and truth == 0), quiet + (truth == 0)
    assert hit / out > 0.60
    assert right / quiet > 0.926
