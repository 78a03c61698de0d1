"""The engines against the contract, and the linear one against what it is trained for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.analysis import corpora, evaluate
from monitor.analysis.sentiment import ENGINES, engine, joined
from monitor.analysis.sentiment.linear import POLARITIES, LinearEngine
from monitor.errors import ModelUnavailable
from monitor.model import Kind, Polarity

ODD = [
    "",
    " ",
    "好",
    "😀" * 300,
    "臺灣的水電費太貴了",
    "The water is out again",
    "\ud83d",
    "\x00\x07",
    "1" * 5_000,
    "停水" * 50_000,
]


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_every_engine_takes_any_text_and_sums_to_one(name: str) -> None:
    # The longest text is for the linear engine; SnowNLP would take a minute over it.
    texts = ODD if name == "linear" else ODD[:-1]
    found = engine(name).score(texts)
    assert len(found) == len(texts)
    for s in found:
        assert s.engine == name and s.version
        assert min(s.negative, s.neutral, s.positive) >= 0
        assert s.negative + s.neutral + s.positive == pytest.approx(1, abs=2e-4)


@given(st.lists(st.text(st.characters(codec=None), max_size=120), max_size=5), st.sampled_from([None, *Kind]))
@settings(max_examples=100, deadline=None)
def test_a_result_does_not_depend_on_its_neighbours(texts: list[str], kind: Kind | None) -> None:
    linear = engine("linear")
    together = linear.score(texts, kind)
    assert together == [linear.score([text], kind)[0] for text in texts]


def test_an_unknown_engine_is_named_with_those_there_are() -> None:
    with pytest.raises(ModelUnavailable, match="linear"):
        engine("bert")


def test_plain_cases_have_the_plain_polarity() -> None:
    linear = engine("linear")
    bad = joined("投诉小区连续三天停水无人管", "物业推诿，电话打不通，居民非常气愤，严重影响生活。")
    ask = joined("咨询医保缴费时间", "请问今年城乡居民医保什么时候开始缴费，在哪里办理？")
    assert [s.polarity for s in linear.score([bad, ask], Kind.BOARD)] == [Polarity.NEGATIVE, Polarity.NEUTRAL]
    assert linear.score(["太开心了，今天真好[心][心]"], Kind.POST)[0].polarity is Polarity.POSITIVE


def test_a_long_letter_is_not_pulled_to_neutral() -> None:
    complaint = "物业推诿扯皮，垃圾成堆，恶臭难闻，投诉多次无人管，居民苦不堪言，"
    short, long = engine("linear").score([complaint, complaint * 15], Kind.BOARD)
    assert short.polarity is long.polarity is Polarity.NEGATIVE
    assert abs(short.negative - long.negative) < 0.15


@pytest.mark.parametrize(
    ("name", "floor"), [("weibo_epidemic_dev", 0.72), ("weibo_usual_dev", 0.64), ("reviews_dev", 0.88)]
)
def test_development_sets_stay_above_their_floors(shared_data: Path, name: str, floor: float) -> None:
    rows = [r for r in corpora.rows(shared_data / "sentiment", name) if r["polarity"]]
    gold = np.asarray([POLARITIES.index(r["polarity"]) for r in rows])
    linear = engine("linear")
    assert isinstance(linear, LinearEngine)
    chances = linear.probabilities([r["text"] for r in rows])
    if name == "reviews_dev":
        chances[:, 1] = 0
    assert evaluate.macro_f1(gold, chances.argmax(axis=1), range(3)) >= floor
