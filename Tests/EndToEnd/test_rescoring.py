"""New rules over clips that are in the archive already: queued by the operator, done by a worker, shown on the page."""

import json

from conftest import ROOT
from test_faults import installation, until  # noqa: F401  the fixture


def test_an_analysed_clip_is_judged_again_without_its_video(installation, tmp_path):
    hub = installation()
    worker = hub.start("work", "--threads", "2")
    session = hub.session()
    clip = hub.upload(session)
    assert "not there or not analysed" in refused(hub, clip)
    until(lambda: hub.clip(session, clip)["state"] == "ready", 120, "the clip is analysed")
    report = f"{hub.url}/api/v1/clips/{clip}/report"
    old = session.get(report).json()
    worker.terminate()
    worker.wait(timeout=30)

    # The operator brings stricter rules: every curl is to begin with the elbow locked at 178 degrees.
    rules = json.loads((ROOT / "Sources/Posture/Rules/biceps-curl.json").read_text())
    rules["version"] = "2026-12-01"
    for rule in rules["rules"]:
        if rule["name"] == "bottom_range":
            rule.update(threshold=250, views=["front"])
    (tmp_path / "biceps-curl.json").write_text(json.dumps(rules))
    hub.environment["PTHUB_RULES"] = str(tmp_path)
    hub.start("work", "--threads", "1")
    assert "Queued 1 clips" in hub.run("queue", "rescore", "--all")
    new = until(lambda: (found := session.get(report).json()) != old and found, 60, "the new report is published")
    assert hub.clip(session, clip)["state"] == "ready"
    assert new["provenance"]["rules_version"] == "2026-12-01"
    assert new["reps"] == old["reps"]
    found = next(finding for finding in new["findings"] if finding["rule"] == "biceps-curl.bottom_range")
    assert found["rule_version"] == "2026-12-01" and found["reps"] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert session.get(f"{hub.url}/clips/{clip}").status_code == 200
    assert session.get(f"{hub.url}/api/v1/clips/{clip}/track").status_code == 200
    jobs = json.loads(hub.run("queue", "list", "--json"))
    assert [(job["kind"], job["state"]) for job in jobs] == [("rescore", "succeeded"), ("analyze", "succeeded")]


def refused(hub, clip):
    import subprocess
    from conftest import PTHUB
    result = subprocess.run([PTHUB, "queue", "rescore", clip], cwd=ROOT, env=hub.environment, text=True,
                            capture_output=True, timeout=60)
    assert result.returncode == 1
    return result.stderr
