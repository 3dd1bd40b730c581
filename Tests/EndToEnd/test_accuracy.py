"""The scoreboard, on every clip with truth at hand."""

import subprocess

from conftest import PTHUB, ROOT


def test_the_scoreboard_holds_its_thresholds(tmp_path):
    result = subprocess.run([ROOT / "scripts/accuracy", "--keep", tmp_path], text=True, capture_output=True,
                            env={"PTHUB_BIN": str(PTHUB), "PATH": "/usr/bin:/bin"}, timeout=900)
    print(result.stdout)
    assert result.returncode == 0, result.stdout + result.stderr
