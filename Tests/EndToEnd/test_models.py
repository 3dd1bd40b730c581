"""Fetching the model files: what is there is kept, what is wrong is replaced or said."""

import os
import shutil
import subprocess

import pytest

from conftest import ROOT

MODELS = ROOT / os.environ.get("PTHUB_MODELS", ".models")
NAMES = ("pose_detection.tflite", "pose_landmark_full.tflite")


def fetch(folder):
    """scripts/fetch-models into a folder, with no package index to reach."""
    environment = {**os.environ, "PTHUB_MODELS": str(folder), "PIP_NO_INDEX": "1"}
    return subprocess.run([ROOT / "scripts/fetch-models"], env=environment, text=True, capture_output=True, timeout=120)


def test_models_that_are_there_need_no_network(tmp_path):
    for name in NAMES:
        shutil.copy(MODELS / name, tmp_path)
    assert fetch(tmp_path).returncode == 0


@pytest.mark.parametrize("case", ["missing", "wrong checksum"])
def test_without_network_it_says_what_to_do_and_leaves_nothing_half_done(case, tmp_path):
    if case == "wrong checksum":
        shutil.copy(MODELS / NAMES[0], tmp_path)
        (tmp_path / NAMES[1]).write_bytes(b"something else")
    before = sorted(path.name for path in tmp_path.iterdir())
    result = fetch(tmp_path)
    assert result.returncode == 69
    assert "make models" in result.stderr and "PTHUB_MODELS" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before
