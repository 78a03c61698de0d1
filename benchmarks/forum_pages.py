"""Forum threads: what is found on recorded real pages without rules, whose names slip through, how long a page takes.

    python benchmarks/forum_pages.py

Needs ../shared/data. Its saved pages hold comments with names under news articles: threads of software that the tables
of crawlers/page/forums.py do not know; each site's own markup counts its comments. The thread that is timed is written
after the template of Discuz! X3 (tests/crawlers/forum_pages.py). Prints JSON.
"""

from __future__ import annotations

import json
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from crawlers.adapters import Meta, Role, adapter  # noqa: E402
from crawlers.page.charset import decode  # noqa: E402
from crawlers.page.postblocks import found_posts  # noqa: E402
from crawlers.page.posts import names_in  # noqa: E402
from crawlers.page.tree import parse, select  # noqa: E402
from monitor.settings.types import Source  # noqa: E402
from tests.crawlers import forum_pages as pages  # noqa: E402

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
THREAD = "https://bbs.example.cn/thread-12-1-1.html"
COMMENTS = {
    "163/1.html": ".tie-bdy",
    "guancha/3.html": ".comment-item.cmt-item",
    "guancha/guancha.html": ".comment-item.cmt-item",
    "sina/1.html": ".sina-comment-list .item",
    "sina/4.html": ".sina-comment-list .item",
    "sina/sina.html": ".sina-comment-list .item",
    "thepaper/1.html": ".comment_que",
    "thepaper/5.html": ".comment_que",
    "toutiao/3.html": ".c-item",
    "toutiao/5.html": ".c-item",
}
ROUNDS = 50


def found(data: Path) -> dict[str, object]:
    there = read = named = 0
    spent = []
    with tarfile.open(data / "pages" / "news_pages.tar.xz") as archive:
        for name, markup in COMMENTS.items():
            member = archive.extractfile(f"news_pages/{name}")
            assert member is not None
            root = parse(decode(member.read()))
            assert root is not None
            names = names_in(root)
            began = process_time()
            posts = found_posts(root, NOW)
            spent.append(process_time() - began)
            there += len(select(root, markup))
            read += len(posts)
            named += sum(
                any(line in names or line.startswith(tuple(names)) for line in p.text.splitlines()) for p in posts
            )
    return {"pages": len(COMMENTS), "comments": there, "found": read, "lines_with_a_name": named,
            "ms_median": round(1000 * sorted(spent)[len(spent) // 2], 1)}  # fmt: skip


def speed(posts: int) -> dict[str, object]:
    body = pages.discuz_thread(pages.thread(posts)).encode()
    source = Source.model_validate({"id": "s", "name": "源", "kind": "post", "adapter": "forum", "url": THREAD})
    meta = Meta(THREAD, THREAD, Role.ITEM, NOW)
    read = adapter("forum")
    read(body, meta, source)
    began = process_time()
    for _ in range(ROUNDS):
        read(body, meta, source)
    return {"posts": posts, "bytes": len(body), "ms": round(1000 * (process_time() - began) / ROUNDS, 1)}


def main() -> int:
    print(json.dumps({"found": found(ROOT.parent / "shared" / "data"), "discuz_page": speed(20)}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
