"""Topics: the official class, and whether a text is a public-service matter at all, told in any tone."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.analysis import archive, corpora, hinge, topics_data, topics_train
from monitor.analysis.topics import FILE, OFFICIAL, model
from monitor.analysis.topics_measure import classes, confusion

GOLD = Path(__file__).parent / "gold" / "public_service.jsonl"


def gold() -> list[tuple[str, bool]]:
    rows = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    return [(row["text"], row["public_service"]) for row in rows]


def test_everyday_complaints_pass_and_gossip_adverts_and_grudges_do_not() -> None:
    told = gold()
    assert len(told) >= 120
    passed = [s.public_service >= model().threshold for s in model().score([text for text, _ in told])]
    recall = np.mean([p for p, (_, civic) in zip(passed, told, strict=True) if civic])
    let_in = np.mean([p for p, (_, civic) in zip(passed, told, strict=True) if not civic])
    assert recall >= 0.7
    assert let_in <= 0.08


def test_title_alone_and_body_alone_pass(shared_data: Path) -> None:
    rows = corpora.rows(shared_data / "civic", "messages")[1::8]
    for part in ("title", "body"):
        scores = model().score([row[part] for row in rows])
        assert np.mean([s.public_service >= model().threshold for s in scores]) >= 0.97


def test_unseen_general_posts_are_left_out(shared_data: Path) -> None:
    posts = [row["text"] for row in corpora.rows(shared_data / "sentiment", "weibo_usual_dev")[1::2]]
    assert np.mean([s.public_service >= model().threshold for s in model().score(posts)]) <= 0.06


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("出租车拒载，客运司机乱收费，高速路口又堵", "交通运输"),
        ("河沟又黑又臭，化工厂偷偷排水", "环境保护"),
        ("三个月没发工资了，老板不给签合同", "劳动和社会保障"),
        ("幼儿园乱收费，小学又上不了", "教育文体"),
        ("医生态度差，医院乱开药", "卫生计生"),
        ("超市卖过期食品，价格还乱涨", "商贸旅游"),
        ("小区物业不作为，路灯坏了没人修", "城乡建设"),
    ],
)
def test_everyday_words_have_their_official_class(text: str, topic: str) -> None:
    assert model().score([text])[0].official[0][0] == topic


def test_the_shipped_model_says_how_it_was_measured() -> None:
    _, meta = archive.load(archive.MODELS / FILE)
    assert meta["held_out_macro_f1"] >= 0.88
    assert {"macro_f1", "public_service_recall", "let_in"} <= {m["metric"] for m in meta["measured"]}
    assert all(m["low"] <= m["value"] <= m["high"] for m in meta["measured"])


def test_subject_and_body_of_one_letter_are_of_one_group() -> None:
    body = "锦绣花园东门的路灯坏了半个月，晚上漆黑一片，老人不敢出门，请尽快维修。"
    texts = ["锦绣花园东门路灯坏了半个月", body, "幼儿园学费太高", "转发：" + body]
    fillers = [f"别的事情第{chr(0x4E00 + i)}件" for i in range(3_000)]
    parts = ["subject", "body", "subject", "body", *["body"] * len(fillers)]
    first, second, third, fourth = topics_data.linked([*texts, *fillers], parts)[:4]
    assert first == second == fourth
    assert third != first


def test_everyday_sentences_are_of_both_kinds_and_none_is_of_the_gold_file() -> None:
    made = topics_data.everyday()
    assert 900 < sum(made.labels) < len(made.labels) - 700
    assert not {text for text, _ in gold()} & set(made.texts)


def test_clauses_of_letters_stand_beside_clauses_of_posts() -> None:
    made = topics_data.mingled(["路灯坏了半个月", "河水发臭"], ["今天真开心", "哈哈哈哈"], 5)
    assert made == ["今天真开心，路灯坏了半个月", "河水发臭，哈哈哈哈"]


def test_squared_hinge_machines_agree_with_scikit_learn() -> None:
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    rng = np.random.default_rng(4)
    dense = rng.random((300, 40)) * (rng.random((300, 40)) < 0.3)
    labels = (dense[:, 0] + 0.5 * dense[:, 1] > dense[:, 2] + 0.1).astype(int) + (dense[:, 3] > 0.7)
    x = csr_matrix(dense)
    ours = hinge.fit(x, np.eye(3)[labels], np.ones(300), 1.0)
    theirs = LinearSVC(C=1.0, tol=1e-7, max_iter=100_000).fit(dense, labels)
    assert np.abs((x @ ours[:-1] + ours[-1]) - theirs.decision_function(dense)).max() < 0.02


def test_the_same_texts_give_the_same_machines() -> None:
    from scipy.sparse import csr_matrix

    x = csr_matrix(np.random.default_rng(1).random((60, 12)))
    target = np.eye(2)[np.arange(60) % 2]
    assert (hinge.fit(x, target, np.ones(60)) == hinge.fit(x, target, np.ones(60))).all()


def test_folds_keep_groups_together_and_are_of_like_size() -> None:
    groups = [i // 3 for i in range(3_000)]
    fold = topics_train.folds(groups, 5)
    assert all(len(set(fold[3 * i : 3 * i + 3].tolist())) == 1 for i in range(1_000))
    assert all(400 < (fold == k).sum() < 800 for k in range(5))


def test_figures_of_each_class_and_part_and_what_was_mistaken_for_what() -> None:
    found = classes(["甲", "甲", "乙", "乙"], ["甲", "乙", "乙", None], ["subject", "body", "subject", "body"])
    assert found["accuracy"]["value"] == 0.5
    assert found["classes"]["甲"]["precision"]["value"] == 1.0
    assert found["classes"]["乙"]["recall"]["value"] == 0.5
    assert found["macro_f1 subject"]["value"] == 1.0
    assert confusion(["甲", "甲", "乙", "乙"], ["甲", "乙", "乙", None]) == {
        "甲": {"甲": 1, "乙": 1},
        "乙": {"乙": 1, "—": 1},
    }


@given(st.lists(st.sampled_from(OFFICIAL), min_size=1, max_size=20))
@settings(max_examples=8, deadline=None)
def test_a_perfect_answer_has_perfect_figures(labels: list[str]) -> None:
    found = classes(labels, labels)
    assert found["macro_f1"]["value"] == found["accuracy"]["low"] == 1.0


def sample_of(shared: Path, folder: Path, step: int) -> Path:
    """A data folder with each ``step``-th row of what the topic model is trained on."""
    for name in (
        "civic/topics_train", "civic/messages", "sentiment/weibo_epidemic_train", "sentiment/reviews_train",
        "sentiment/weibo_usual_dev", "names/weibo_train", "names/news_train",
    ):  # fmt: skip
        path = folder / f"{name}.jsonl.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(path, "wt", encoding="utf-8") as file:
            for row in corpora.rows(shared / name.split("/")[0], name.split("/")[1])[::step]:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return folder


def test_training_on_a_sample_gives_the_same_bytes_twice(shared_data: Path, tmp_path: Path) -> None:
    data = sample_of(shared_data, tmp_path / "data", 60)
    files = [topics_train.train(data, tmp_path / name).read_bytes() for name in ("a", "b")]
    assert files[0] == files[1]
    meta = archive.load(tmp_path / "a" / FILE)[1]
    assert meta["held_out_macro_f1"] > 0.3
    assert meta["threshold"] == 0.5
