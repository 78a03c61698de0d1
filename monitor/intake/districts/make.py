"""Writes ``china.txt`` from what it comes from: ``python -m monitor.intake.districts.make DIVISION [CPCA]``.

DIVISION is the folder ``dist`` of the npm package china-division 2.7.0, CPCA the file ``resources/adcodes.csv`` of the
PyPI package cpca 0.5.5, whose list is older: districts that have been merged since still stand in people's texts.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).with_name("china.txt")
HEAD = """\
# Administrative divisions of China: code, name, and for a district its streets and towns. "-" marks a former one.
# Source: npm china-division 2.7.0 (github.com/modood/Administrative-divisions-of-China, licence MIT on npm, WTFPL
# in the package): the 2023 list of the National Bureau of Statistics (as of 2023-06-30). Former districts: PyPI
# cpca 0.5.5 (MIT, Copyright 2018 QinYuan Du). Hong Kong, Macao and Taiwan: written by hand.
"""
BY_HAND = """\
71 台湾省
7101 台北市
710101 中正区
710102 大同区
710103 中山区
710104 松山区
710105 大安区
710106 万华区
710107 信义区
710108 士林区
710109 北投区
710110 内湖区
710111 南港区
710112 文山区
7102 高雄市
710201 新兴区
710202 三民区
710203 鼓山区
710204 左营区
7103 台中市
710301 西屯区
710302 北屯区
7104 台南市
710401 安平区
710402 永康区
7105 新北市
7106 桃园市
7107 基隆市
81 香港特别行政区
82 澳门特别行政区
"""
_NO_NAMES = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")


def make(division: Path, cpca: Path | None = None) -> str:
    """The text of the file."""
    read = {name: json.loads((division / f"{name}.json").read_text(encoding="utf-8"))
            for name in ("provinces", "cities", "areas", "streets")}  # fmt: skip
    streets: dict[str, list[str]] = defaultdict(list)
    for row in read["streets"]:
        streets[row["areaCode"]].append(row["name"].replace(" ", ""))
    rows = {row["code"]: row["name"] for row in (*read["provinces"], *read["cities"]) if row["name"] not in _NO_NAMES}
    rows |= {row["code"]: " ".join([row["name"], *streets[row["code"]]]) for row in read["areas"]}
    lines = [f"{code} {said}" for code, said in sorted(rows.items())]
    known = {(row["cityCode"], row["name"]) for row in read["areas"]}
    if cpca is not None:
        with cpca.open(encoding="utf-8", newline="") as file:
            old = sorted((row["adcode"][:6], row["name"]) for row in csv.DictReader(file))
        lines += [
            f"-{code} {name}"
            for code, name in old
            if not code.endswith("00") and name not in _NO_NAMES and code not in rows and (code[:4], name) not in known
        ]
    return HEAD + "\n".join(lines) + "\n" + BY_HAND


if __name__ == "__main__":
    TARGET.write_text(make(*(Path(a) for a in sys.argv[1:3])), encoding="utf-8")
