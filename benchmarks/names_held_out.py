"""Redaction of person names on rows that the tagger was not trained on, peers side by side. Prints JSON.

    python benchmarks/names_held_out.py DATA

DATA is the development data folder. A tagger is fitted on nine tenths of the news (some minutes) and put to the tenth,
with every rule and filter of redaction around it; the Weibo rows are the tenth that the gate did not see.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.analysis import archive, corpora, names, names_train
from monitor.analysis.names_data import marked, newspaper
from monitor.intake.evaluate import eval_redact
from monitor.model import Kind


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    asked = parser.parse_args()
    reader = names_train.required()
    posts = names_train.kept_in(marked(asked.data, "weibo_train"))
    arrays = names_train.fit(
        names_train.kept_in(marked(asked.data, "news_train")),
        names_train.beside(posts, newspaper(), names_train.nameless(asked.data, reader)),
    )
    found = {}
    with TemporaryDirectory() as folder:
        archive.MODELS = Path(folder)
        archive.save(archive.MODELS / names.FILE, arrays, names_train.SETTINGS)
        for name in ("news_train", "weibo_train"):
            rows = names_train.held_out(corpora.rows(asked.data / "names", name))
            found[name] = eval_redact(rows, Kind.POST, peers=True)
    print(json.dumps(found, ensure_ascii=False, indent=2))


main()
