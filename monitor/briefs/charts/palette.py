"""Colours and strokes of every chart, for print and for pages, which may be dark.

Whatever differs in colour differs in shape, hatch, dash or lightness too, so that a print without colour says the same.
"""

from __future__ import annotations

from string import Template

PRINT = {
    "words": "#222222", "faint": "#555555", "grid": "#d0d0d0", "axis": "#555555", "paper": "#ffffff",
    "bar": "#cfd8e6", "edge": "#5a6472", "today": "#1d3b6f", "band": "#eeeae0", "rim": "#8c8474", "level": "#7a4a00",
    "line": "#0b6b50", "a1": "#c8102e", "a2": "#c75f00", "a3": "#a67c00", "a4": "#1f5fbf",
    "h1": "#e6ebf2", "h2": "#bccade", "h3": "#8ba3c4", "h4": "#54749f", "h5": "#1d3b6f", "pale": "#ffffff",
    "up": "#b3122b",
}  # fmt: skip
DARK = {
    "words": "#e8e6e1", "faint": "#b2b2ae", "grid": "#3b3e45", "axis": "#8b909a", "paper": "#17191d",
    "bar": "#3d4758", "edge": "#98a2b3", "today": "#8fb4ff", "band": "#2b2a26", "rim": "#8c8474", "level": "#e0b45c",
    "line": "#62d0ab", "a1": "#ff7d84", "a2": "#ffab5e", "a3": "#e6c34a", "a4": "#8fb4ff",
    "h1": "#232a35", "h2": "#34435a", "h3": "#4d6587", "h4": "#7f9cc6", "h5": "#bcd3f7", "pale": "#101216",
    "up": "#ff7d84",
}  # fmt: skip

SANS = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','WenQuanYi Zen Hei','SimHei',sans-serif"

_RULES = Template("""\
.c-text,.c-faint,.c-name,.c-pale,.c-mark{font-family:$sans;font-size:12px;fill:$words}
.c-faint{fill:$faint}
.c-pale{fill:$pale}
.c-mark{fill:$up;font-weight:bold}
.c-a1,.c-a2,.c-a3,.c-a4{font-family:$sans;font-size:11px;font-weight:bold}
.c-a1{fill:$a1}.c-a2{fill:$a2}.c-a3{fill:$a3}.c-a4{fill:$a4}
.c-grid{stroke:$grid;stroke-width:.7}
.c-axis{stroke:$axis;stroke-width:1}
.c-now{stroke:$axis;stroke-width:1;stroke-dasharray:1.5 2.5}
.c-band{fill:$band}
.c-rim{fill:none;stroke:$rim;stroke-width:1;stroke-dasharray:2 2}
.c-bar{fill:$bar;stroke:$edge;stroke-width:.8}
.c-today{fill:$today;stroke:$today;stroke-width:.8}
.c-ahead{fill:$paper;stroke:$edge;stroke-width:1;stroke-dasharray:3 2}
.c-hatch{fill:none;stroke:$edge;stroke-width:.8}
.c-whisker{fill:none;stroke:$words;stroke-width:1.2}
.c-level{stroke:$level;stroke-width:1.5;stroke-dasharray:6 3}
.c-line{fill:none;stroke:$line;stroke-width:1.8}
.c-dot{fill:$paper;stroke:$line;stroke-width:1.5}
.c-s0{fill:$today}.c-s1{fill:$bar}.c-s2,.c-s3,.c-s4,.c-s5,.c-plate{fill:$paper}.c-s6{fill:$h3}
.c-s0,.c-s1,.c-s2,.c-s3,.c-s4,.c-s5,.c-s6{stroke:$edge;stroke-width:.9}
.c-h0,.c-h1,.c-h2,.c-h3,.c-h4,.c-h5{stroke:$paper;stroke-width:1.5}
.c-h0{fill:$paper}.c-h1{fill:$h1}.c-h2{fill:$h2}.c-h3{fill:$h3}.c-h4{fill:$h4}.c-h5{fill:$h5}
""")


def print_rules() -> str:
    """The style sheet of a drawing on its own, on white."""
    return _RULES.substitute(PRINT, sans=SANS)


def page_rules() -> str:
    """The style sheet of a page with drawings in it; dark where the reader's screen is, never in print."""
    names = {name: f"var(--c-{name})" for name in PRINT}
    light = ";".join(f"--c-{name}:{value}" for name, value in PRINT.items())
    dark = ";".join(f"--c-{name}:{value}" for name, value in DARK.items())
    return (
        f":root{{{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
        f"{_RULES.substitute(names, sans=SANS)}"
    )
