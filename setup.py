"""Packaging that pyproject.toml cannot say: the native suites travel inside the wheel, as harness/_suites/."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithSuites(build_py):
    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return  # an editable installation finds problems/ and testbenches/ beside the package
        for folder in ("problems", "testbenches"):
            target = Path(self.build_lib) / "harness" / "_suites" / folder
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(folder, target, ignore=shutil.ignore_patterns("__pycache__"))


setup(cmdclass={"build_py": BuildWithSuites})
