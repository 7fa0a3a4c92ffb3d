"""A hundred thousand samples: what the driver holds of them is small."""

from pathlib import Path

import pytest
from conftest import MiniSuite

from harness.runs.options import RunOptions
from harness.runs.speed_memory import memory_figures
from harness.suites.locate import load_suite

pytestmark = pytest.mark.tools


@pytest.mark.long
def test_a_hundred_thousand_samples_take_less_than_400_megabytes(mini: MiniSuite, tmp_path: Path) -> None:
    options = RunOptions(suite="mini", suite_path=str(mini.root))
    problems = load_suite("mini", options.task, options.suite_path).problems
    few, many = memory_figures(options, problems, (1000, 100_000), tmp_path)
    print(f"\n1,000 samples: {few.values[0]:.0f} MB; 100,000 samples: {many.values[0]:.0f} MB")
    assert many.values[0] < 400
