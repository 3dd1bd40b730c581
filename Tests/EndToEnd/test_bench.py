"""The benchmark in its short form: that it runs and says what it promises, not how fast anything is."""

import json
import os
import subprocess

from conftest import PTHUB, ROOT


def test_the_short_benchmark_reports_every_part(tmp_path):
    target = tmp_path / "bench.json"
    result = subprocess.run([ROOT / "scripts/bench", "--short", "--no-peer", "--json", target], text=True,
                            capture_output=True, env={**os.environ, "PTHUB_EXECUTABLE": str(PTHUB)}, timeout=600)
    assert result.returncode == 0, result.stdout + result.stderr
    report = json.loads(target.read_text())
    assert report["machine"]["cpu"] and report["machine"]["cores"] >= 1
    assert {"landmark", "detector"} == set(report["networks"])
    for times in report["networks"].values():
        assert "portable fp32" in times
        assert all(value > 0 for value in times.values())
    assert all(peak["gflops"] > 0 for peak in report["kernels"]["peaks"])
    assert all(0 < entry["percent_of_peak"] < 130 for entry in report["kernels"]["kernels"])
    runs = report["pipeline"]["runs"]
    assert {name.split(",")[0] for name in runs} == {"pthub analyze", "ffmpeg null"}
    assert all(run["wall_s"] > 0 and run["frames_per_s"] > 0 for run in runs.values())
    assert "pipeline wall of ffmpeg, threads 1" in report["figures"]
    limits = json.loads((ROOT / "scripts/bench.json").read_text())["figures"]
    assert limits and all(("at_most" in limit) != ("at_least" in limit) for limit in limits.values())
