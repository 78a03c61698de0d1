"""What the commands that look at sources share: the App of a folder, and errors as a person should read them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from monitor.app import App, open_app
from monitor.errors import SettingsError, YuqingError
from monitor.ops import log
from monitor.ops.orphan import follow_parent


def perform(folder: Path, work: Callable[[App], int]) -> int:
    """The exit code of ``work`` on the App of a configuration folder; 2 with the error on standard error."""
    log.configure()
    follow_parent()
    try:
        with open_app(folder) as app:
            return work(app)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
    except YuqingError as error:
        sys.stderr.write(f"错误：{error}\n")
    return 2
