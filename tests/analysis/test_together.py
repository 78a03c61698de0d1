"""What is done for many texts at once gives what it gives for each alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.analysis import corpora
from monitor.analysis.event_pairs import Shelf, Trees, likenesses, marks_of, sums_of
from monitor.analysis.event_signs import WIDTH, Sign
from monitor.analysis.names import Memo, path, spans_of, tagger
from monitor.analysis.names_encoder import encoder
from monitor.analysis.names_features import PAD, Weighted, crf_keys, features, gate_features, gate_keys, laid
from monitor.analysis.ngrams import codes_of
from monitor.analysis.postings import Postings
from monitor.analysis.sentiment.scripts import FOLD, folded
from monitor.intake.redact.fold import _ALIKE, _INVISIBLE, fold, visible
from monitor.intake.redact.names import _again
from monitor.intake.redact.numbers import _NUMERALS, as_digits

ODD = st.text(st.characters(codec=None), max_size=60)


@pytest.fixture(scope="module")
def messages(shared_data: Path) -> list[str]:
    """Texts of many lengths, some of them longer than the encoder reads in one run."""
    rows = corpora.rows(shared_data / "civic", "messages")
    texts = [row["body"].strip() for row in rows][:60]
    return ["", "王", "张三来了", *texts, max(texts, key=len) * 3]


def test_names_looked_for_in_many_texts_together_are_those_found_in_each_alone(messages: list[str]) -> None:
    memo = Memo()
    tagger().foresee(messages, memo)
    found = [tagger().find(text) for text in messages]
    assert [memo.texts[text] for text in messages] == found
    assert sum(map(len, found)) > 5


@settings(max_examples=15, deadline=None)
@given(st.lists(ODD, max_size=6))
def test_any_texts_may_be_looked_at_together(texts: list[str]) -> None:
    memo = Memo()
    tagger().foresee(texts, memo)
    assert [memo.texts[text] for text in texts] == [tagger().find(text) for text in texts]


def test_the_encoder_reads_texts_of_one_length_side_by_side_as_it_reads_each_alone(messages: list[str]) -> None:
    reader = encoder()
    assert reader is not None
    texts = [text[:n] for text in messages[:30] for n in (14, 30, 41) if len(text) >= n] + [messages[-1]]
    together = reader.logits_of(texts)
    assert [len(logits) for logits in together] == [len(text) for text in texts]
    for text, logits in zip(texts, together, strict=True):
        assert np.allclose(logits, reader.logits(text), atol=1e-3)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=5))
def test_no_feature_reaches_from_one_text_into_the_next(texts: list[str]) -> None:
    codes, begins = laid(texts)
    for keys, alone in ((gate_keys, gate_features), (crf_keys, features)):
        known = np.unique(np.concatenate([alone(codes_of([t])[0][1:-1]).ravel() for t in texts]))
        if not len(known):
            continue
        weights = Weighted(known, np.arange(1, len(known) + 1, dtype=np.int16))
        sums = weights.sums(keys(codes))
        for begin, text in zip(begins, texts, strict=True):
            single, _ = laid([text])
            assert np.array_equal(sums[begin : begin + len(text)], weights.sums(keys(single)))
    assert len(codes) == sum(map(len, texts)) + PAD * (len(texts) + 1)


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.floats(-9, 9, width=32)] * 3), min_size=1, max_size=12))
def test_what_is_plainly_no_name_needs_no_search_for_the_best_tags(rows: list[tuple[float, float, float]]) -> None:
    one, emission = tagger(), np.asarray(rows, dtype=np.float64)
    assert one._spans(emission) == spans_of(path(emission, one._step, one._start))


def test_shared_hashes_are_counted_as_by_hand_while_texts_come_and_go() -> None:
    draw = np.random.default_rng(3)
    index, kept = Postings(40), dict[int, set[int]]()
    for turn in range(900):
        row = int(draw.integers(0, 700))
        if row in kept:
            index.drop(row)
            del kept[row]
        else:
            kept[row] = set(draw.integers(0, 400, size=12).tolist())
            index.put(row, np.asarray(sorted(kept[row]), dtype=np.uint32))
        if turn % 50 == 49:
            asked = np.unique(draw.integers(0, 400, size=30)).astype(np.uint32)
            counts, common = index.shared(asked)
            telling = set(asked[~common].tolist())
            often = {h for h in asked.tolist() if sum(h in hashes for hashes in kept.values()) > 40}
            assert often <= set(asked[common].tolist())
            assert {r: int(n) for r, n in enumerate(counts) if n} == {
                r: len(hashes & telling) for r, hashes in kept.items() if hashes & telling
            }


def _sign(draw: np.random.Generator, pool: list[int]) -> Sign:
    hashes = np.unique(draw.choice(pool, size=60)).astype(np.uint32)
    n = len(hashes)
    weights = draw.uniform(1, 9, n).astype(np.float16).astype(np.float32)
    return Sign(hashes, weights, draw.random(n) < 0.3, draw.random(n) < 0.4)


def test_likenesses_are_what_the_definitions_say_even_where_hashes_begin_alike() -> None:
    draw = np.random.default_rng(5)
    pool = [(int(draw.integers(1, 60)) << 16) + int(draw.integers(0, 9)) for _ in range(200)]
    shelf, signs = Shelf(), [_sign(draw, pool) for _ in range(12)]
    rows = np.asarray([shelf.put(sign, 5.0) for sign in signs])
    one = _sign(draw, pool)
    found = likenesses(one, 5.0, shelf, rows)
    ours = dict(zip(one.hashes.tolist(), zip(one.weights.tolist(), marks_of(one).tolist(), strict=True), strict=True))
    for likeness, other in zip(found, signs, strict=True):
        theirs = dict(
            zip(other.hashes.tolist(), zip(other.weights, marks_of(other).tolist(), strict=True), strict=True)
        )
        both = [(ours[h], theirs[h]) for h in ours.keys() & theirs.keys()]
        dot = sum(a[0] * b[0] for a, b in both)
        rare = sum(a[0] * b[0] for a, b in both if a[1] & 2)
        norms = sums_of(one) * sums_of(other)
        assert likeness[0] == pytest.approx(dot / norms[0], abs=1e-3)
        assert likeness[2] == pytest.approx(min(1.0, rare / norms[2]), abs=1e-3)
        had = sum(b[0] for _, b in both if b[1] & 3 == 3) / (sums_of(other)[4] + 10)
        given = sum(a[0] for a, _ in both if a[1] & 3 == 3) / (sums_of(one)[4] + 10)
        assert likeness[5] == pytest.approx(max(had, given), abs=1e-3)
    assert len(one.hashes) < WIDTH


def test_trees_answer_what_walking_down_each_gives() -> None:
    draw = np.random.default_rng(7)
    trees = Trees(
        draw.integers(0, 4, (9, 7)),
        draw.normal(size=(9, 7)).astype(np.float32),
        draw.normal(size=(9, 8)).astype(np.float32),
        0.5,
    )
    x = draw.normal(size=(20, 4)).astype(np.float32)

    def walked(row: np.ndarray, tree: int) -> float:
        node = 0
        while node < 7:
            node = 2 * node + 1 + int(row[trees.feature[tree, node]] > trees.cut[tree, node])
        return float(trees.leaf[tree, node - 7])

    by_hand = [0.5 + sum(walked(row, tree) for tree in range(9)) for row in x]
    assert np.allclose(trees.logits(x), by_hand, atol=1e-5)


LOOKALIKE = st.text(
    st.one_of(
        st.characters(codec=None),
        st.sampled_from([chr(code) for code in (*_ALIKE, *FOLD, 0xE0001, 0x200B)] + list(_NUMERALS)),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(LOOKALIKE)
def test_characters_are_folded_as_the_tables_say(text: str) -> None:
    seen = _INVISIBLE.sub("", text)
    assert visible(text) == seen
    assert fold(text).text == seen.translate(_ALIKE)
    assert folded(text) == text.translate(FOLD)
    assert as_digits(text) == "".join(_NUMERALS.get(char, char) for char in text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("李小明说他来过。", ["李小明"]),
        ("我和小明说过。", ["小明"]),  # before 说
        ("叫小明快点来", ["小明"]),  # after 叫
        ("小明", ["小明"]),  # alone
        ("大小明亮", []),  # within other words
        ("大小明亮，小明。", ["小明"]),
    ],
)
def test_a_given_name_goes_where_it_stands_alone(text: str, found: list[str]) -> None:
    assert [text[s.begin : s.end] for s in _again(text, {"李小明"})] == found
