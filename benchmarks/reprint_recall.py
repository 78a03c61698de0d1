"""How many edited reprints are found, and how many other texts are wrongly called one. Prints JSON.

    python benchmarks/reprint_recall.py DATA [--seed 7] [--texts 400]

DATA is the development data folder. Originals are the saved news pages and official replies to citizens, many of which
share their opening and closing phrases. Each is edited in every way below, as outlets do. What must not be found: the
originals among each other, made notices of which only figures and dates differ from the day before, and pairs of
reports on one matter by two writers. The peers get the same texts in the same run: SimHash (64 bits over character
4-grams, Hamming distance at most 3, and at most 10) and MinHash (64 permutations over 4-grams, likeness .5). Precision
is that of all answers given, edits and others together; intervals are Wilson's, of 95 %.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import math
import random
import re
import sys
import tarfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from monitor.analysis.reprints import ReprintIndex, fingerprint

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?\n]*")
_SPLIT = str.maketrans("，。；：！？“”（）", ',.;:!?""()')


class Index(Protocol):
    def seen(self, id: str, text: str) -> str | None: ...


def grams(text: str) -> list[str]:
    plain = re.sub(r"[\W_]+", "", text)
    return list({plain[i : i + 4] for i in range(max(len(plain) - 3, 1))})


def hashes(text: str) -> NDArray[np.uint64]:
    import hashlib

    told = [hashlib.blake2b(g.encode("utf-8", "surrogatepass"), digest_size=8).digest() for g in grams(text)]
    return np.frombuffer(b"".join(told), dtype=np.uint64)


class SimHash:
    def __init__(self, distance: int) -> None:
        self._distance, self._ids, self._kept = distance, list[str](), list[int]()

    def seen(self, id: str, text: str) -> str | None:
        bits = (hashes(text)[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
        ones = bits.sum(axis=0) * 2 > len(bits)
        value = int(sum(1 << i for i in np.flatnonzero(ones).tolist()))
        found = [(int(value ^ other).bit_count(), known) for other, known in zip(self._kept, self._ids, strict=True)]
        if found and min(found)[0] <= self._distance:
            return min(found)[1]
        self._ids.append(id)
        self._kept.append(value)
        return None


class MinHash:
    def __init__(self, alike: float = 0.5, permutations: int = 64) -> None:
        rng = np.random.default_rng(1)
        self._a = rng.integers(1, 1 << 62, permutations, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
        self._b = rng.integers(0, 1 << 62, permutations, dtype=np.uint64)
        self._alike, self._ids, self._kept = alike, list[str](), list[NDArray[np.uint64]]()

    def seen(self, id: str, text: str) -> str | None:
        own = (hashes(text)[:, None] * self._a + self._b).min(axis=0)
        if self._kept:
            likeness = (np.stack(self._kept) == own).mean(axis=1)
            if likeness.max() >= self._alike:
                return self._ids[int(likeness.argmax())]
        self._ids.append(id)
        self._kept.append(own)
        return None


def sentences(text: str) -> list[str]:
    return _SENTENCE.findall(text)


def without_lead(text: str, rng: random.Random, other: str) -> str:
    kept = sentences(text)
    return "".join(kept[max(1, len(kept) // 5) :]) if len(kept) > 2 else text[len(text) // 5 :]


def every_third_dropped(text: str, rng: random.Random, other: str) -> str:
    return "".join(s for i, s in enumerate(sentences(text)) if i % 3 != 2)


def every_second_dropped(text: str, rng: random.Random, other: str) -> str:
    return "".join(s for i, s in enumerate(sentences(text)) if i % 2 == 0)


def words_replaced(text: str, rng: random.Random, other: str, share: float = 0.1) -> str:
    pool = re.findall(r"[一-鿿]{2}", other) or ["有关"]
    out, i = [], 0
    while i < len(text):
        if rng.random() < share / 2 and re.fullmatch(r"[一-鿿]{2}", text[i : i + 2]):
            out.append(rng.choice(pool))
            i += 2
        else:
            out.append(text[i])
            i += 1
    return "".join(out)


def more_words_replaced(text: str, rng: random.Random, other: str) -> str:
    return words_replaced(text, rng, other, 0.2)


HEADS = (
    "本报讯（记者 王某某 通讯员 李某某）",
    "新华网北京11月21日电（记者 张某）",
    "来源：示例日报　2026-11-21 08:30\n",
    "〖导读〗多家媒体关注此事，现将报道摘编如下，供读者参考。\n",
)
TAILS = (
    "\n责任编辑：赵某",
    "\n（原标题见报）编辑：钱某 校对：孙某\n扫码关注本报公众号",
    "\n声明：转载此文是出于传递更多信息之目的。",
    "\n更多资讯请下载客户端，欢迎提供新闻线索，一经采用有酬谢。",
)


def editor_lines(text: str, rng: random.Random, other: str) -> str:
    middle = sentences(text)
    middle.insert(len(middle) // 2, "点击下方链接查看更多精彩内容。")
    return rng.choice(HEADS) + "".join(middle) + rng.choice(TAILS)


def cut_to_two_fifths(text: str, rng: random.Random, other: str) -> str:
    return text[: max(60, len(text) * 2 // 5)]


def tail_two_fifths(text: str, rng: random.Random, other: str) -> str:
    return text[-max(60, len(text) * 2 // 5) :]


def joined(text: str, rng: random.Random, other: str) -> str:
    return f"{other}\n\n{text}" if rng.random() < 0.5 else f"{text}\n\n{other}"


def punctuation(text: str, rng: random.Random, other: str) -> str:
    return text.translate(_SPLIT).replace("\n", "　　")


def reordered(text: str, rng: random.Random, other: str) -> str:
    parts = sentences(text)
    third = max(1, len(parts) // 3)
    return "".join((*parts[third : 2 * third], *parts[:third], *parts[2 * third :]))


def dates_changed(text: str, rng: random.Random, other: str) -> str:
    told = re.sub(r"\d{1,2}月\d{1,2}日", "昨日", re.sub(r"今天|今日|昨天|昨日|近日", "11月21日", text))
    return editor_lines(told, rng, other)


def all_at_once(text: str, rng: random.Random, other: str) -> str:
    told = every_third_dropped(without_lead(text, rng, other), rng, other)
    return editor_lines(words_replaced(told, rng, other, 0.05), rng, other)


EDITS: tuple[Callable[[str, random.Random, str], str], ...] = (
    without_lead, every_third_dropped, every_second_dropped, words_replaced, more_words_replaced, editor_lines,
    cut_to_two_fifths, tail_two_fifths, joined, punctuation, reordered, dates_changed, all_at_once,
)  # fmt: skip

NOTICES = (
    "区气象台{m}月{d}日17时发布天气预报：今天夜间到明天，多云转{w}，东北风{a}到{b}级，最低气温{c}℃，最高气温{e}℃，相对湿度{f}%。"
    "后天{w2}，气温{g}到{h}℃。空气质量指数{i}，首要污染物为细颗粒物。请市民注意添衣保暖，关注道路湿滑，出行注意安全。",
    "区发改局价格监测中心{m}月{d}日数据：大白菜每公斤{c}.{a}元，萝卜{b}.{e}元，土豆{a}.{g}元，西红柿{h}.{b}元，猪肉{f}.{c}元，鸡蛋{e}.{i}元。"
    "与上周相比，{f}个品种上涨，{b}个品种下降，其余持平。区内主要农贸市场货源充足，供应稳定，价格总体平稳，请市民放心选购。",
    "区卫生健康局通报：{m}月{d}日0时至24时，全区新增流感样病例{c}{f}例，门诊流感样病例占比{e}.{a}%，较前一周上升{b}.{g}个百分点。"
    "累计报告{i}{h}例。疾控专家提醒市民勤洗手、常通风，公共场所佩戴口罩，出现发热症状及时就医，老年人和儿童尽早接种疫苗。",
    "{m}月{d}日{c}时至{e}时，因线路检修，青石街道{i}号配电房供电区域将停电，影响{f}户居民。区供电公司提醒用户提前做好准备，"
    "停电期间请关闭电器电源，检修完成后将及时恢复送电，咨询电话{h}{g}{i}{a}{b}{c}。给您带来的不便，敬请谅解，感谢理解和支持。",
    "区生态环境局发布第{a}{b}周水质周报（{m}月{d}日）：清河断面高锰酸盐指数{c}.{e}毫克每升，氨氮{f}.{g}毫克每升，总磷0.{h}毫克每升，水质类别为{a}类；"
    "东渠断面高锰酸盐指数{e}.{i}毫克每升，氨氮0.{c}毫克每升，总磷0.{b}{g}毫克每升。与上周相比水质保持稳定，监测频次为每周一次。",
)  # fmt: skip
REPORTS = (
    ("昨天清晨，青石街道主干道自来水管突然爆裂，水柱冲起两米多高，路面积水没过脚踝。住在附近的居民早上起床发现家里没有水，只好到便利店买矿泉水。"
     "水务部门接报后派出三台挖掘机和二十多名工人抢修，到中午时分漏点已经找到，是一根用了三十年的铸铁管断裂。",
     "11月21日，青石街道发生供水管道爆裂事故，造成周边六个小区停水。区水务局表示，事故原因为管道老化，抢修人员已于当日下午更换破损管段，"
     "晚间八点起逐步恢复供水。该局将对全区同类老旧管网进行排查，计划明年完成更换。停水期间设立了四个临时供水点。"),
    ("记者从区教育局获悉，今年秋季入学报名将于六月一日开始，全部在网上进行，家长不用再到学校排队。报名系统开放十五天，先填报和后填报没有区别。"
     "双胞胎可以捆绑派位。随迁子女需要提供居住证和社保证明，具体材料可以在区教育局网站查询。",
     "孩子上学怎么报名？家长们最关心的问题有了答案。六月起网上填报志愿，半个月内都可以提交和修改。教育部门负责人介绍，今年新增两所小学、学位一千八百个，"
     "重点解决城东片区就学紧张。政策对多孩家庭有所照顾，长幼可以申请同校就读。"),
    ("地铁五号线东延段今天开通试运营，早上六点第一班列车从新城站驶出，不少市民带着孩子来尝鲜。新线设六座车站，到市中心只要二十五分钟，比公交车快了一半。"
     "首日客流达到三万人次。沿线居民说，盼了五年终于通车了，以后上班再也不用挤早高峰的公交。",
     "东延段的开通让轨道交通网又添一笔。市交通部门负责人在开通仪式上表示，该项目全长九点八公里，总投资六十二亿元，采用全自动驾驶技术。"
     "下一步将优化公交接驳，新开三条微循环线路，并在各站出口增设共享单车停放区，方便乘客换乘。"),
)  # fmt: skip


def notices(rng: random.Random, days: int) -> Iterable[str]:
    for template in NOTICES:
        for _ in range(days):
            yield template.format(
                m=rng.randint(1, 12), d=rng.randint(1, 28), w=rng.choice("晴阴雨"), w2=rng.choice(["晴", "小雨", "阴"]),
                **{name: rng.randint(1, 9) for name in "abg"}, **{name: rng.randint(10, 99) for name in "cefhi"},
            )  # fmt: skip


def pages(data: Path) -> list[str]:
    from crawlers.extract import extract

    with tarfile.open(data / "pages/news_pages.tar.xz") as tar:
        found = [(m.name, tar.extractfile(m)) for m in tar.getmembers() if m.name.endswith(".html")]
        return [extract(file.read()).text for _, file in sorted(found, key=lambda f: f[0]) if file is not None]


def replies(data: Path) -> list[str]:
    with gzip.open(data / "civic/replies.jsonl.gz", "rb") as raw, io.TextIOWrapper(raw, encoding="utf-8") as file:
        return [json.loads(line)["reply"] for line in file]


def distinct(texts: Iterable[str], least: int = 150) -> list[str]:
    """Texts of some length without the copies among them: those that share three fifths of their shingles."""
    kept: list[str] = []
    known: list[NDArray[np.uint32]] = []
    for text in texts:
        told = fingerprint(text) if len(text) >= least else None
        if told is None:
            continue
        own = told.shingles
        if all(len(np.intersect1d(own, k, assume_unique=True)) < 0.6 * min(len(own), len(k)) for k in known):
            kept.append(text)
            known.append(own)
    return kept


def wilson(right: int, n: int) -> dict[str, float | int]:
    p, z = right / n if n else 1.0, 1.96
    n_ = max(n, 1)
    middle = (p + z * z / (2 * n_)) / (1 + z * z / n_)
    half = z * math.sqrt(p * (1 - p) / n_ + z * z / (4 * n_ * n_)) / (1 + z * z / n_)
    return {"n": n, "value": round(p, 4), "low": round(middle - half, 4), "high": round(middle + half, 4)}


def measure(make: Callable[[], Index], texts: list[str], seed: int, near: list[str]) -> dict[str, object]:
    began = time.perf_counter()
    by_edit, found, right, edits = {}, 0, 0, 0
    base = make()
    wrong_originals = [base.seen(str(i), text) for i, text in enumerate(texts)]
    for edit in EDITS:
        rng, hits = random.Random(f"{seed} {edit.__name__}"), 0
        for i, text in enumerate(texts):
            j = (i * 7 + 3) % len(texts)
            other = texts[j] if j != i else texts[i - 1]
            # A fresh id each time; an edit that is not recognised is remembered as an original, as in service.
            told = base.seen(f"{edit.__name__} {i}", edit(text, rng, other))
            family = told.rsplit(" ", 1)[-1] if told else None
            hits += family in ({str(i), str(j)} if edit is joined else {str(i)})
            found += told is not None
        by_edit[edit.__name__] = wilson(hits, len(texts))
        right, edits = right + hits, edits + len(texts)
    others = [base.seen(f"notice {i}", text) for i, text in enumerate(near)]
    wrong = sum(o is not None for o in wrong_originals) + sum(o is not None for o in others)
    return {
        "recall": wilson(right, edits), "precision": wilson(right, found + wrong),
        "others_called_reprint": {
            "originals": wilson(sum(o is not None for o in wrong_originals), len(texts)),
            "notices_and_second_reports": wilson(sum(o is not None for o in others), len(near)),
        },
        "recall_by_edit": by_edit, "seconds": round(time.perf_counter() - began, 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--texts", type=int, default=400)
    asked = parser.parse_args()
    texts = distinct([*pages(asked.data), *replies(asked.data)])[: asked.texts]
    near = [*notices(random.Random(asked.seed), 12), *(report for pair in REPORTS for report in pair)]
    makers: dict[str, Callable[[], Index]] = {
        "yuqing": ReprintIndex, "minhash": MinHash, "simhash_3": lambda: SimHash(3), "simhash_10": lambda: SimHash(10),
    }  # fmt: skip
    found = {name: measure(make, texts, asked.seed, near) for name, make in makers.items()}
    print(json.dumps({"originals": len(texts), "edits": len(EDITS), "others": len(near), **found}, indent=1))


if __name__ == "__main__":
    main()
