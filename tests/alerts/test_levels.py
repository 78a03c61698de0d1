"""How grave an alert is: pure, from the configuration and from figures that may be shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.levels import Surroundings, level_of
from monitor.settings.alerting import AlertsSettings
from monitor.signals.spikes import Pattern
from tests.alerts.test_lifecycle import spike

RULE = AlertsSettings.model_validate(
    {"vulnerable": {"people": ["医院", "学生"], "dangers": ["中毒"], "topics": ["防汛"]}}
)


@pytest.mark.parametrize(("n", "level"), [(12, 4), (20, 3), (45, 2), (200, 1)])
def test_levels_grow_with_size_and_unusualness(n, level):
    assert level_of(spike(n=n), RULE).level == level


def test_a_large_number_that_is_hardly_unusual_is_not_grave():
    assert level_of(spike(n=200, high=150), RULE).level == 4


def test_growth_is_asked_for_where_a_row_names_it():
    rule = AlertsSettings.model_validate({"level": [{"level": 2, "total": 15, "growth": 3.0}]})
    assert level_of(spike(n=20, growth=2.9), rule).level == 4
    graded = level_of(spike(n=20, growth=3.0), rule)
    assert graded.level == 2 and "增至3.0倍" in graded.reasons[0]


def test_a_matter_that_the_news_has_taken_up_is_graver():
    assert level_of(spike(n=30), RULE, Surroundings(news=4)).level == 3
    graded = level_of(spike(n=30), RULE, Surroundings(news=5))
    assert graded.level == 2 and "已有5篇新闻报道" in graded.reasons[0]


def test_a_vulnerable_subject_raises_by_one_and_says_which():
    graded = level_of(spike(n=25), RULE, Surroundings(words=("区医院停水", "学生无水可喝")))
    assert graded.level == 2
    assert graded.reasons[-1] == "涉及医院、学生：由Ⅲ级提高到Ⅱ级"


def test_words_alone_never_make_the_gravest_level():
    assert level_of(spike(n=45), RULE, Surroundings(words=("医院",))).level == 2
    assert level_of(spike(n=200), RULE, Surroundings(words=("医院",))).level == 1


def test_a_word_the_topic_is_searched_by_says_nothing_there_but_a_danger_does():
    own = Surroundings(words=("医院排队",), own=("医院", "中毒"))
    assert level_of(spike(n=25, topic="医疗"), RULE, own).level == 3
    assert level_of(spike(n=25, topic="食品"), RULE, replace(own, words=("中毒",))).level == 2


def test_a_topic_may_be_vulnerable_as_a_whole():
    assert level_of(spike(n=25, topic="防汛"), RULE).level == 2


def test_a_slow_rise_is_an_early_sign_and_a_thin_history_is_no_ground_for_the_gravest():
    rise = level_of(spike(n=300, pattern=Pattern.RISE), RULE, Surroundings(words=("中毒",)))
    assert rise.level == 3 and "苗头" in rise.reasons[-1]
    thin = level_of(spike(n=300, thin_history=True), RULE)
    assert thin.level == 2 and "历史资料不足" in thin.reasons[-1]


def test_the_reason_names_only_figures_that_may_be_shown():
    assert level_of(spike(n=43), RULE).reasons == ("达到Ⅱ级：3小时内约45条，为平时上限的4.5倍（Ⅱ级至少40条、3倍）",)


@given(
    n=st.integers(10, 400), more=st.integers(0, 400), news=st.integers(0, 20), words=st.booleans(), thin=st.booleans()
)
def test_more_of_anything_never_makes_an_alert_milder(n, more, news, words, thin):
    less = level_of(spike(n=n, thin_history=thin), RULE, Surroundings(news=news))
    around = Surroundings(news=news + more, words=("医院",) if words else ())
    assert level_of(spike(n=n + more, thin_history=thin), RULE, around).level <= less.level
    assert 1 <= less.level <= 4 and less.reasons
