"""The Word brief read back as LibreOffice lays it out: margins, lines, characters, pitch, page numbers, table edges.

``python benchmarks/docx_geometry.py`` needs LibreOffice (``soffice``) and poppler-utils and prints JSON; exit 1 where a
figure is off by more than a millimetre or a line or a character. Not part of ``make test``: the CI has no LibreOffice.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from monitor.briefs.docx import docx
from monitor.briefs.types import Paragraph, Section
from tests.briefs.samples import sample, table

MM = 72 / 25.4
LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.0, 37.0, 262.0
PITCH = 28.95
Word = tuple[float, float, float, float, str]


def laid_out(folder: Path) -> Path:
    """The sample as LibreOffice prints it: a page of running text, a long table, pictures."""
    whole = sample("weekly")
    text = Paragraph(("群众反映供水管道老化需要更换希望有关部门尽快安排施工并公布时间表" * 60,))
    brief = replace(whole, sections=(Section("long", "详情", (text, table(60))), *whole.sections))
    source = folder / "brief.docx"
    source.write_bytes(docx(brief, "https://yuqing.example.org"))
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf", "--outdir",
         str(folder), str(source)], check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return source.with_suffix(".pdf")


def words(path: Path, page: int) -> list[Word]:
    command = ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), str(path), "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    found = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)</word>', said)
    return [(float(a), float(b), float(c), float(d), e) for a, b, c, d, e in found]


def lines_of(page: list[Word]) -> list[Word]:
    """Lines of body text on the page that hold nothing but characters."""
    return [w for w in page if len(w[4]) > 20 and w[3] - w[1] > 15]


def edges(path: Path, page: int, folder: Path) -> tuple[float, float]:
    """The outermost upright lines of the page in millimetres, from its picture of ten points a millimetre."""
    from PIL import Image

    target = folder / "page"
    command = ["pdftoppm", "-r", "254", "-gray", "-png", "-singlefile", "-f", str(page), "-l", str(page), str(path)]
    subprocess.run([*command, str(target)], check=True, capture_output=True, timeout=60)
    image = Image.open(target.with_suffix(".png"))
    dark = [x for x in range(image.width) if sum(image.crop((x, 370, x + 1, 2600)).histogram()[:160]) > 600]
    return min(dark) / 10, max(dark) / 10


def measured(folder: Path) -> dict[str, object]:
    path = laid_out(folder)
    told = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, text=True, timeout=60).stdout
    count = int(re.findall(r"Pages:\s+(\d+)", told)[0])
    pages = {n: words(path, n) for n in range(1, count + 1)}
    number, lines = max(((n, lines_of(page)) for n, page in pages.items()), key=lambda item: len(item[1]))
    table_page = next(n for n, page in pages.items() if "次反映" in "".join(w[4] for w in page) and n > number)
    left, right = edges(path, table_page + 1, folder)
    odd, even = ([w for w in pages[n] if w[1] > (BOTTOM + 3) * MM] for n in (1, 2))
    return {
        "page_mm": [round(float(n) / MM, 1) for n in re.findall(r"Page size:\s+([\d.]+) x ([\d.]+)", told)[0]],
        "lines_on_a_full_page": len(lines),
        "characters_a_line": sorted({len(w[4]) for w in lines}),
        "pitch_pt": sorted({round(b[1] - a[1], 2) for a, b in pairwise(lines)}),
        "left_mm": round(min(w[0] for w in lines) / MM, 2),
        "right_mm": round(max(w[2] for w in lines) / MM, 2),
        "table_edges_mm": [left, right],
        "odd_page_number": ["".join(w[4] for w in odd), round(odd[-1][2] / MM, 2)],
        "even_page_number": ["".join(w[4] for w in even), round(even[0][0] / MM, 2)],
    }


def faults(found: dict[str, object]) -> list[str]:
    """Figures that are off by more than a millimetre, a line, a character or a tenth of a point."""
    one = 14 / MM
    near = {
        "left_mm": (found["left_mm"], LEFT), "right_mm": (found["right_mm"], RIGHT),
        "table_left": (found["table_edges_mm"][0], LEFT), "table_right": (found["table_edges_mm"][1], RIGHT),  # type: ignore[index]
        "odd": (found["odd_page_number"][1], RIGHT - one), "even": (found["even_page_number"][1], LEFT + one),  # type: ignore[index]
    }  # fmt: skip
    bad = [name for name, (value, wanted) in near.items() if abs(float(str(value)) - wanted) > 1]
    bad += [name for name, value in (("lines_on_a_full_page", 22), ("characters_a_line", [28])) if found[name] != value]
    return bad + [f"pitch {p}" for p in found["pitch_pt"] if abs(p - PITCH) > 0.1]  # type: ignore[attr-defined]


def main() -> None:
    missing = [name for name in ("soffice", "pdftotext", "pdftoppm") if shutil.which(name) is None]
    if missing:
        sys.exit(f"needs {', '.join(missing)} (LibreOffice and poppler-utils)")
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder))
    print(json.dumps({**found, "off": faults(found)}, ensure_ascii=False, indent=2))
    sys.exit(1 if faults(found) else 0)


if __name__ == "__main__":
    main()
