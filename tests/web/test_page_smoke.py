"""report.html in a headless Chromium without any driver: the page comes up and draws a sample."""

import shutil
import subprocess
from pathlib import Path

import pytest
import synthetic_run

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.tools
@pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium: apt install chromium")
def test_a_sample_is_drawn_from_its_address(tmp_path: Path) -> None:
    path = synthetic_run.make(tmp_path / "run", 7, 5)
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    command = [str(CHROMIUM), *options, "--virtual-time-budget=5000", "--dump-dom", f"{path.as_uri()}#p001_unit/0"]
    found = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert 'data-ready="1"' in found
    assert "differs first at time 125 ns: expected 1, got 0" in found
    assert '<svg class="wave"' in found
