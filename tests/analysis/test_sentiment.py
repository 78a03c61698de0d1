"""The engines against the contract, and the linear one against what it is trained for."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.analysis import corpora, evaluate
from monitor.analysis.sentiment import ENGINES, engine, joined
from monitor.analysis.sentiment.examples import civic_gold, examples, labelled
from monitor.analysis.sentiment.linear import POLARITIES, LinearEngine
from monitor.analysis.sentiment.train import train
from monitor.errors import ModelUnavailable
from monitor.model import Kind, Polarity

FEW = {
    "sentiment": ("weibo_epidemic_train", "weibo_usual_dev", "news_train", "reviews_train"),
    "names": ("weibo_train",),
    "civic": ("messages", "replies"),
}
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


@given(st.text(st.characters(codec=None), max_size=400), st.sampled_from([None, *Kind]))
@settings(max_examples=150, deadline=None)
def test_any_text_gets_three_chances_that_sum_to_one(text: str, kind: Kind | None) -> None:
    linear = engine("linear")
    assert isinstance(linear, LinearEngine)
    chances = linear.probabilities([text], kind)
    assert chances.shape == (1, 3)
    assert np.isfinite(chances).all() and (chances >= 0).all()
    assert chances.sum() == pytest.approx(1)


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


@pytest.mark.parametrize("characters", [30, 500])
def test_the_share_called_neutral_does_not_grow_with_length(shared_data: Path, characters: int) -> None:
    texts, gold = labelled(shared_data, "weibo_usual_dev")
    joined_up, said = [], []
    for polarity in (0, 2):
        parts: list[str] = []
        for text in (t for t, g in zip(texts, gold, strict=True) if g == polarity):
            parts.append(text)
            if sum(map(len, parts)) >= characters:
                joined_up.append("。".join(parts))
                said.append(polarity)
                parts = []
    linear = engine("linear")
    assert isinstance(linear, LinearEngine)
    found = linear.probabilities(joined_up).argmax(axis=1)
    assert (found == 1).mean() < 0.2
    assert (found == np.asarray(said)).mean() > 0.7


def test_letters_labelled_by_hand_are_judged_as_they_were_read(shared_data: Path) -> None:
    letters = civic_gold(shared_data)
    gold = np.asarray([polarity for _, polarity in letters])
    assert len(letters) == 132 and (gold == 0).sum() == 84
    linear = engine("linear")
    assert isinstance(linear, LinearEngine)
    found = linear.probabilities([text for text, _ in letters], Kind.BOARD).argmax(axis=1)
    assert (found == gold).mean() >= 0.8
    assert ((found == 0) & (gold == 0)).sum() / 84 >= 0.85


def test_no_letter_labelled_by_hand_is_learned_from(shared_data: Path) -> None:
    learned = {example.text for example in examples(shared_data)}
    assert not learned & {text for text, _ in civic_gold(shared_data)}


def test_a_small_training_gives_the_same_bytes_twice(shared_data: Path, tmp_path: Path) -> None:
    for folder, names in FEW.items():
        (tmp_path / folder).mkdir()
        for name in names:
            with gzip.open(tmp_path / folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
                file.writelines(json.dumps(row) + "\n" for row in corpora.rows(shared_data / folder, name)[:100])
    first, second = (train(tmp_path, tmp_path / out) for out in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    assert {row["data"] for row in LinearEngine.load(first).meta["measured"]} >= {
        "weibo_usual_dev",
        "news, cross-validation",
    }


def test_the_shipped_model_carries_what_was_measured() -> None:
    linear = engine("linear")
    assert isinstance(linear, LinearEngine)
    rows = linear.meta["measured"]
    assert {row["data"] for row in rows} == {
        "weibo_epidemic_dev",
        "weibo_usual_dev",
        "news, cross-validation",
        "reviews_dev",
        "civic_gold",
    }
    assert all(0 < row["low"] <= row["value"] <= row["high"] < 1 for row in rows)
    assert {row["metric"] for row in linear.meta["measured_more"]} >= {"calibration_error"}


@pytest.mark.parametrize(
    ("name", "floor"), [("weibo_epidemic_dev", 0.75), ("weibo_usual_dev", 0.68), ("reviews_dev", 0.9)]
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
