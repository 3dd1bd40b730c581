"""Rules as data on the command line: an eleventh exercise, a client's overrides, a prescription, many tracks."""

import json
import os
import subprocess

import pytest
from conftest import PTHUB, ROOT


def pthub(*arguments, **environment):
    return subprocess.run([PTHUB, *map(str, arguments)], cwd=ROOT, text=True, capture_output=True, timeout=120,
                          env={**os.environ, **environment})


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Track and report of the squat clip."""
    folder = tmp_path_factory.mktemp("kept")
    result = pthub("analyze", "sample-videos/squat_side_5.mp4", "--json", folder / "squat.json",
                   "--track", folder / "squat.jsonl")
    assert result.returncode == 0, result.stderr
    return folder


def rescore(kept, *arguments, **environment):
    result = pthub("rescore", kept / "squat.jsonl", "--json", "-", *arguments, **environment)
    return json.loads(result.stdout) if result.returncode == 0 else result


def test_an_exercise_that_nobody_named_is_proposed(kept):
    report = json.loads((kept / "squat.json").read_text())
    assert report["recognition"]["proposed"] == report["exercise"] == "squat"
    assert report["recognition"]["confidence"] >= 0.6
    assert len(report["reps"]) == 5


def test_rescoring_gives_what_the_analysis_gave(kept):
    old, new = json.loads((kept / "squat.json").read_text()), rescore(kept)
    old.pop("recognition")
    assert old == new


@pytest.mark.parametrize("way", ["option", "environment"])
def test_an_eleventh_exercise_is_a_file(kept, way):
    folder = "docs/examples/rules"
    if way == "option":
        report = rescore(kept, "--exercise", "romanian-deadlift", "--rules", folder)
    else:
        report = rescore(kept, "--exercise", "romanian-deadlift", PTHUB_RULES=folder)
    assert report["exercise"] == "romanian-deadlift" and report["generic"] is False
    assert any(gap["rule"].startswith("romanian-deadlift.") for gap in report["not_assessable"])


def test_without_its_file_it_is_unknown(kept):
    result = rescore(kept, "--exercise", "romanian-deadlift")
    assert result.returncode == 64 and "romanian-deadlift" in result.stderr


def test_an_exercise_without_rules_is_generic(kept):
    report = rescore(kept, "--exercise", "generic")
    assert report["generic"] is True and report["findings"] == []
    assert len(report["reps"]) == 5 and report["range_of_motion"]


@pytest.mark.parametrize("option,text,words", [
    ("--overrides", '{"version": "1", "exercises": {"squat": {"dept": {}}}}', ["file.json", "squat.dept", "no such rule"]),
    ("--prescription", '{"tempo": "fast"}', ["file.json", "tempo", "31X0"]),
    ("--prescription", '{"repz": 8}', ["file.json", "repz", "no such key"]),
    ("--prescription", '{"rest_s": -5}', ["file.json", "rest_s", "negative"]),
])
def test_bad_files_name_file_key_and_reason(kept, tmp_path, option, text, words):
    (tmp_path / "file.json").write_text(text)
    result = rescore(kept, option, tmp_path / "file.json")
    assert result.returncode == 64
    assert all(word in result.stderr for word in words), result.stderr


def test_a_bad_rule_file_names_file_key_and_reason(kept, tmp_path):
    rules = json.loads((ROOT / "docs/examples/rules/romanian-deadlift.json").read_text())
    rules["rules"][0]["unit"] = "furlongs"
    (tmp_path / "romanian-deadlift.json").write_text(json.dumps(rules))
    result = rescore(kept, "--rules", tmp_path)
    assert result.returncode == 64
    assert "romanian-deadlift.json, rules[0].unit" in result.stderr and "furlongs" in result.stderr


def test_prescription_in_the_report_survives_rescoring(kept, tmp_path):
    (tmp_path / "set.json").write_text('{"reps": "4-6", "tempo": "11X0"}')
    report = rescore(kept, "--prescription", tmp_path / "set.json")
    compared = report["prescription"]
    assert compared["reps"] == {"prescribed": "4-6", "performed": 5, "agreement": "met"}
    assert [phase["prescribed"] for phase in compared["tempo_s"]] == ["1", "1", "X", "0"]
    assert compared["hold_s"]["agreement"] == "not_prescribed"
    (tmp_path / "squat.json").write_text(json.dumps(report))
    (tmp_path / "squat.jsonl").write_bytes((kept / "squat.jsonl").read_bytes())
    assert rescore(tmp_path)["prescription"] == compared


def test_many_tracks_into_a_folder(kept, tmp_path):
    tracks, output = tmp_path / "tracks", tmp_path / "reports"
    tracks.mkdir()
    for number in range(6):
        for suffix in ("json", "jsonl"):
            (tracks / f"t{number}.{suffix}").write_bytes((kept / f"squat.{suffix}").read_bytes())
    result = pthub("rescore", tracks, "--output", output)
    assert result.returncode == 0, result.stderr
    assert "6 reports" in result.stderr
    reports = [(output / f"t{number}.json").read_bytes() for number in range(6)]
    assert len(set(reports)) == 1 and len(json.loads(reports[0])["reps"]) == 5
    (tracks / "t2.jsonl").write_text("{\"t\": 0}\n")
    again = pthub("rescore", tracks, "--output", output)
    assert again.returncode == 65
    assert "1 of 6" in again.stderr and "t2.jsonl" in again.stderr and "Line 1" in again.stderr


def test_overlay_is_a_video_of_the_same_length(tmp_path):
    out = tmp_path / "overlay.mp4"
    result = pthub("analyze", "sample-videos/squat_side_5.mp4", "--exercise", "squat", "--overlay", out)
    assert result.returncode == 0, result.stderr
    probe = json.loads(subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", str(out)],
        text=True, capture_output=True, check=True).stdout)["streams"]
    assert [(stream["codec_name"], stream["width"], stream["height"]) for stream in probe] == [("h264", 432, 576)]
    assert int(probe[0]["nb_read_frames"]) == 453
    assert abs(float(probe[0]["duration"]) - 15.1) < 0.1

    def picture(path):
        return subprocess.run(["ffmpeg", "-v", "error", "-ss", "7", "-i", str(path), "-frames:v", "1", "-f", "rawvideo",
                               "-pix_fmt", "gray", "-"], capture_output=True, check=True).stdout
    drawn, plain = picture(out), picture(ROOT / "sample-videos/squat_side_5.mp4")
    changed = sum(abs(a - b) > 40 for a, b in zip(drawn, plain)) / len(plain)
    assert 0.01 < changed < 0.25


def test_an_overlay_that_cannot_be_written_is_said(tmp_path):
    result = pthub("analyze", "sample-videos/squat_side_5.mp4", "--exercise", "squat", "--overlay", "/nowhere/o.mp4")
    assert result.returncode == 74 and "/nowhere/o.mp4" in result.stderr


@pytest.mark.skipif("PTHUB_OPENSIM_PYTHON" not in os.environ, reason="OpenSim is not there (scripts/check-trc says how)")
def test_opensim_reads_the_motion_file_with_and_without_a_gap(kept, tmp_path):
    lines = (kept / "squat.jsonl").read_text().splitlines()
    nobody = '"detected":false,"flag":0.0,"roi":null,"landmarks":[],"world":[],"raw":[]}'
    gap = [line[:line.index('"detected"')] + nobody if 100 <= number < 110 else line for number, line in enumerate(lines)]
    (tmp_path / "gap.jsonl").write_text("\n".join(gap) + "\n")
    for track, seen in ((kept / "squat.jsonl", 453), (tmp_path / "gap.jsonl", 443)):
        motion = tmp_path / "motion.trc"
        result = pthub("rescore", track, "--report", kept / "squat.json", "--trc", motion)
        assert result.returncode == 0, result.stderr
        read = subprocess.run([os.environ["PTHUB_OPENSIM_PYTHON"], ROOT / "scripts/check-trc", motion], text=True,
                              capture_output=True)
        assert read.returncode == 0, read.stderr
        found = json.loads(read.stdout.splitlines()[-1])
        assert (found["frames"], found["markers"], found["rate"], found["seen"]) == (453, 33, 30, seen)


def test_many_minutes_are_rescored_by_all_cores(tmp_path):
    """A short sample of `make rescore-many`: that it works and says what it promises, not how fast."""
    result = subprocess.run([ROOT / "scripts/rescore-many", "--tracks", "8", "--distinct", "4", "--folder", tmp_path / "many"],
                            text=True, capture_output=True, env={**os.environ, "PTHUB_BIN": str(PTHUB)}, timeout=120)
    assert "8 one-minute tracks (4 distinct" in result.stdout, result.stdout + result.stderr
