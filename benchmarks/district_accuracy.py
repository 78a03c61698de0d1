"""How often the district rule is right on gold of 19 districts, beside matching names as substrings. Prints JSON.

    python benchmarks/district_accuracy.py

The gold (tests/intake/district_gold.jsonl, own sentences) was written by us, before the rule was tried on it; rows with
``held_out`` (a third, by the hash of the text) were never looked at while the rule was mended. Intervals are 95 %.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from monitor.intake.district import DistrictRule
from monitor.intake.districts.evaluate import scores
from monitor.settings.types import DistrictSettings

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "intake"


def main() -> None:
    told = json.loads((FOLDER / "district_gold_configs.json").read_text(encoding="utf-8"))
    settings = {name: DistrictSettings.model_validate(c) for name, c in told.items()}
    rules = {name: DistrictRule(s) for name, s in settings.items()}
    bare = {
        n: DistrictRule(DistrictSettings(name=s.name, city=s.city, province=s.province)) for n, s in settings.items()
    }
    rows = [json.loads(x) for x in (FOLDER / "district_gold.jsonl").read_text(encoding="utf-8").splitlines()]
    report: dict[str, Any] = {"districts": len(settings)}
    for part, chosen in (("all", rows), ("held_out", [r for r in rows if r["held_out"]])):
        gold = [bool(r["mention"]) for r in chosen]
        found: dict[str, list[bool]] = defaultdict(list)
        for r in chosen:
            name, text, city = r["district"], r["text"], r.get("source_city", "")
            found["rule"].append(rules[name].judge(text, city).mention)
            found["rule_without_places"].append(bare[name].judge(text, city).mention)
            found["substring_name"].append(name in text)
            s = settings[name]
            words = (name, *s.aliases, *(w for p in s.places for w in (p.name, *p.aliases, *p.landmarks)))
            found["substring_any"].append(any(word in text for word in words))
        report[part] = {peer: scores(gold, said) for peer, said in found.items()}
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
