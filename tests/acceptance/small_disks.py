"""A mount namespace of one's own, with disks that are small or read-only; gone when its holder ends."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import Ran


class Namespace:
    """Commands run inside see the mounts; nobody else does."""

    def __init__(self, holder: "subprocess.Popen[bytes]", *, user: bool) -> None:
        self._enter = ["nsenter", "-t", str(holder.pid), "-m", *(["-U", "--preserve-credentials"] if user else [])]

    def command(self, *argv: str, cwd: Path) -> list[str]:
        return [*self._enter, f"--wd={cwd}", "--", *argv]

    def sh(self, script: str) -> None:
        subprocess.run([*self._enter, "--", "sh", "-ec", script], check=True)

    def harness(self, *arguments: str, cwd: Path, env: Mapping[str, str]) -> Ran:
        found = subprocess.run(
            self.command(sys.executable, "-m", "harness", *arguments, cwd=cwd),
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **env},
            timeout=300,
        )
        assert "Traceback" not in found.stderr, found.stderr
        return Ran(found.returncode, found.stdout, found.stderr)

    def fill(self, folder: Path, leave: int) -> None:
        """Take all the room below a folder but ``leave`` bytes."""
        self.sh(f"head -c 1G /dev/zero > '{folder}/fill' 2>/dev/null || true")
        if leave:
            self.sh(f"truncate -s -{leave} '{folder}/fill'")

    def make_room(self, folder: Path) -> None:
        self.sh(f"rm -f '{folder}/fill'")


@contextmanager
def namespace(mounts: str) -> Iterator[Namespace]:
    """``mounts``: shell commands that mount. Skips the test where nothing may be mounted."""
    user = os.geteuid() != 0
    unshare = ["unshare", "-m", *(["-U", "-r"] if user else [])]
    script = f"{{ {mounts}; }} && echo ready && exec sleep 900"
    with subprocess.Popen(
        [*unshare, "sh", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
    ) as holder:
        try:
            assert holder.stdout is not None
            said = holder.stdout.readline().decode().strip()
            if said != "ready":
                pytest.skip(f"no file system can be mounted here: {said}")
            yield Namespace(holder, user=user)
        finally:
            holder.kill()
