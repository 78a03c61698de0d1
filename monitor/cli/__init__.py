"""The ``yuqing`` command: thin commands, each calls one function."""

from __future__ import annotations

import sys
from importlib import import_module

import typer

from monitor.cli.common import say

app = typer.Typer(
    name="yuqing",
    help="区级政府舆情监测服务：听得见居民的声音，按时回应。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# Each module offers register(app). The order is the order of --help.
MODULES = (
    "demo",
    "service",
    "crawl",
    "source",
    "imports",
    "alerts",
    "watch",
    "brief",
    "coverage",
    "people",
    "wall",
    "check",
    "prune",
    "upkeep",
    "label",
    "train",
    "signals",
)

for _name in MODULES:
    import_module(f"monitor.cli.{_name}").register(app)


def main() -> None:
    """Runs the command line: 0 done, 1 failed, 2 wrong use."""
    from monitor.errors import YuqingError

    try:
        app()
    except YuqingError as error:
        say(f"错误：{error.message}")
        if error.hint:
            say(f"提示：{error.hint}")
        sys.exit(1)
    except KeyboardInterrupt:
        say("已中断")
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output went away (yuqing … | head): not an error of ours.
        sys.stderr.close()
        sys.exit(0)
