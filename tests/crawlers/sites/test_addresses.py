"""Public sources that lead astray, in a network of its own: no request reaches an address that is not public."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crawlers.desk import ROOT
from tests.crawlers.sites.island import ASTRAY

_APART = ["unshare", "--map-root-user", "--net", "--mount"]


def test_no_redirect_link_or_name_leads_a_public_source_to_an_inner_address(tmp_path: Path) -> None:
    try:
        able = (
            subprocess.run([*_APART, "mount", "--bind", "/etc/hosts", "/etc/hosts"], capture_output=True).returncode
            == 0
        )
    except FileNotFoundError:
        able = False
    if not able:
        pytest.skip("this machine does not let tests make a network namespace")
    command = [*_APART, sys.executable, "-m", "tests.crawlers.sites.island", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["code"] == 0, told["log"]
    # The name server was asked and the public server answered: it is a network, and the way was open.
    assert "decent" in told["kept"] and told["asked"] > len(ASTRAY)
    assert told["reached"] == []
    refused = {"private_address", "dns", "redirects", "client_error"}
    for way in ASTRAY:
        if way == "turning":  # public when it was first asked for: it is read there, and stays there
            continue
        for how in ("redirect", "link"):
            assert set(told["failures"][f"{how}-{way}"]) <= refused, (how, way)
        assert f"redirect-{way}" not in told["kept"]
