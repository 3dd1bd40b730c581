"""`pthub analyze`: the command line as people and scripts use it."""

import json
import subprocess

import pytest
from conftest import PTHUB, ROOT

CLIPS = {"squat_side_5": ("squat", 5), "pushup_side_6": ("push-up", 6), "curl_front_8": ("biceps-curl", 8)}


def analyze(clip, exercise, *options):
    return subprocess.run([PTHUB, "analyze", str(clip), "--exercise", exercise, *options], cwd=ROOT, text=True,
                          capture_output=True, timeout=120)


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", "-y", *map(str, arguments)], check=True)


@pytest.mark.parametrize("clip", CLIPS)
def test_sample_clip_has_its_true_reps(clip, tmp_path):
    exercise, reps = CLIPS[clip]
    report, track, timing = tmp_path / "r.json", tmp_path / "t.jsonl", tmp_path / "time.json"
    result = analyze(ROOT / "sample-videos" / f"{clip}.mp4", exercise, "--json", str(report), "--track", str(track),
                     "--timing", str(timing))
    assert result.returncode == 0, result.stderr
    truth = json.loads((ROOT / "sample-videos" / f"{clip}.json").read_text())
    found = json.loads(report.read_text())
    assert len(found["reps"]) == len(truth["reps"]) == reps
    for rep, true in zip(found["reps"], truth["reps"]):
        assert true["start"] - 0.3 < rep["turn_s"] - (true["bottom"] - true["start"]) < true["start"] + 0.3
    assert not [f for f in found["findings"] if f["severity"] == "major"]
    assert set(found) >= {"clip", "provenance", "exercise", "view", "reps", "findings", "not_assessable", "summary"}
    lines = [json.loads(line) for line in track.read_text().splitlines()]
    assert len(lines) == found["clip"]["frames"] == truth["frames"]
    assert all(len(line["landmarks"]) == len(line["raw"]) == len(line["world"]) == 33 for line in lines if line["detected"])
    assert json.loads(timing.read_text())["frames"] == truth["frames"]


def test_two_runs_give_the_same_bytes(tmp_path):
    outputs = []
    for threads in ("1", "3"):
        files = [tmp_path / f"{threads}.json", tmp_path / f"{threads}.jsonl"]
        result = analyze(ROOT / "sample-videos/squat_side_5.mp4", "squat", "--threads", threads, "--json",
                         str(files[0]), "--track", str(files[1]))
        assert result.returncode == 0, result.stderr
        outputs.append([file.read_bytes() for file in files])
    assert outputs[0] == outputs[1]


def cut_before_the_index(path):
    """As a recording that was broken off: the index would have come last."""
    whole = path.with_name("whole.mp4")
    ffmpeg("-i", ROOT / "sample-videos/squat_side_5.mp4", "-c", "copy", whole)
    path.write_bytes(whole.read_bytes()[:200_000])


BAD = {
    "text": ("not a video file", lambda p: p.write_text("hello, this is no video" * 100)),
    "empty": ("empty", lambda p: p.write_bytes(b"")),
    "audio only": ("holds no video", lambda p: ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac", p)),
    "no person": ("No person was found", lambda p: ffmpeg("-f", "lavfi", "-i", "testsrc=d=1:s=320x240", p)),
    "truncated before its index": ("damaged or cut off", lambda p: cut_before_the_index(p)),
    "other codec": ("not supported", lambda p: ffmpeg("-f", "lavfi", "-i", "testsrc=d=1:s=320x240", "-c:v", "mpeg4", p)),
    "playlist": ("not a video file", lambda p: p.write_text("ffconcat version 1.0\nfile /etc/passwd\n")),
}


BAD |= {
    "one pixel": ("No person was found", lambda p: ffmpeg(
        "-f", "lavfi", "-i", "testsrc=d=1:s=16x16", "-vf", "format=yuv444p,crop=1:1:0:0", "-c:v", "libx264", p)),
    "a line": ("No person was found", lambda p: ffmpeg(
        "-f", "lavfi", "-i", "testsrc=d=1:s=16x640", "-vf", "format=yuv444p,crop=1:640:0:0", "-c:v", "libx264", p)),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_media_is_exit_65_and_one_sentence(name, tmp_path):
    sentence, make = BAD[name]
    clip = tmp_path / "clip.mp4"
    make(clip)
    result = analyze(clip, "squat")
    assert result.returncode == 65, (result.returncode, result.stderr)
    message = [line for line in result.stderr.splitlines() if line.startswith("pthub:")]
    assert len(message) == 1 and sentence in message[0], result.stderr
    assert result.stdout == ""


def test_a_cut_off_stream_is_analysed_as_far_as_it_goes(tmp_path):
    whole, part = tmp_path / "whole.mkv", tmp_path / "part.mkv"
    ffmpeg("-i", ROOT / "sample-videos/squat_side_5.mp4", "-c", "copy", whole)
    part.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    report = tmp_path / "r.json"
    assert analyze(part, "squat", "--json", str(report)).returncode == 0
    assert 100 < json.loads(report.read_text())["clip"]["frames"] < 453


@pytest.mark.parametrize("arguments,code", [
    (["no-such-file.mp4", "--exercise", "squat"], 66),
    (["sample-videos/squat_side_5.mp4", "--exercise", "flying"], 64),
    (["sample-videos/squat_side_5.mp4", "--exercise", "squat", "--isa", "mmx"], 64),
    (["sample-videos/squat_side_5.mp4", "--exercise", "squat", "--models", "/nowhere"], 69),
])
def test_exit_codes(arguments, code):
    result = subprocess.run([PTHUB, "analyze", *arguments], cwd=ROOT, text=True, capture_output=True)
    assert result.returncode == code, result.stderr
    assert result.stderr.strip()


@pytest.mark.parametrize("coding", [("odd.mp4", "libx264", "yuv444p"), ("odd.webm", "libvpx", "yuv420p")])
def test_odd_sizes_are_analysed(coding, tmp_path):
    file, codec, pixels = coding
    clip, report = tmp_path / file, tmp_path / "r.json"
    ffmpeg("-t", "3", "-i", ROOT / "sample-videos/squat_side_5.mp4", "-vf", "scale=217:289", "-c:v", codec, "-pix_fmt",
           pixels, "-b:v", "1M", clip)
    assert analyze(clip, "squat", "--json", str(report)).returncode == 0
    facts = json.loads(report.read_text())["clip"]
    assert (facts["width"], facts["height"], facts["frames"]) == (217, 289, 90)


def test_key_frames_are_written(tmp_path):
    folder, report = tmp_path / "pictures", tmp_path / "r.json"
    result = analyze(ROOT / "sample-videos/squat_side_5.mp4", "squat", "--key-frames", str(folder), "--json", str(report))
    assert result.returncode == 0, result.stderr
    found = json.loads(report.read_text())
    times = {rep["turn_s"] for rep in found["reps"]} | {finding["key_frame_s"] for finding in found["findings"]}
    assert sorted(file.stem for file in folder.iterdir()) == sorted(f"{time:08.3f}" for time in times)
    assert all(file.read_bytes()[:3] == b"\xff\xd8\xff" for file in folder.iterdir())


def test_progress_begins_at_once(tmp_path):
    """The first line comes before the first network runs, not after the clip."""
    process = subprocess.Popen([PTHUB, "analyze", str(ROOT / "sample-videos/squat_side_5.mp4"), "--exercise", "squat"],
                               cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    first = process.stderr.readline()
    assert "0 frames" in first, first
    assert process.poll() is None
    assert process.wait(120) == 0


def test_portrait_clips_are_turned_upright(tmp_path):
    lying, turned, report = tmp_path / "lying.mp4", tmp_path / "turned.mp4", tmp_path / "r.json"
    ffmpeg("-i", ROOT / "sample-videos/squat_side_5.mp4", "-vf", "transpose=2", "-t", "3", lying)
    ffmpeg("-i", lying, "-c", "copy", "-metadata:s:v:0", "rotate=270", turned)  # rotation -90 in the matrix
    assert analyze(turned, "squat", "--json", str(report)).returncode == 0
    clip = json.loads(report.read_text())["clip"]
    assert (clip["rotation"], clip["width"], clip["height"]) == (90, 432, 576)
