#!/usr/bin/env python3
"""Packs pose tracks and truth of rendered clips that nothing was tuned on, for HeldOutTests and scripts/accuracy.

    scripts/golden-held-out.py CLIPS TRACKS

CLIPS holds NAME.json, the renderer's truth (its catalogue: Tests/PostureTests/Golden/held-out-catalogue.json); TRACKS
holds NAME.jsonl of `pthub analyze --track`. A frame is 231 little-endian 16-bit numbers: x, y, z, visibility of 33 raw
landmarks, then x, y, z of 33 world landmarks, all times 8192, x and y times 16384.
"""

import json
import pathlib
import struct
import sys

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "Tests/PostureTests/Golden"
IDS = {"pushup": "push-up", "press": "overhead-press", "curl": "biceps-curl", "jack": "jumping-jack"}
#: What the rules find on the exact joints: (rule, reps from 1; 0 for a hold). In the deadlift the set-up is a squat.
FAULTS = {
    "ho_curl_swing": [["biceps-curl.trunk_swing", 3, 4, 5]],
    "ho_deadlift_setup": [["deadlift.knee_bend", 1]],
    "ho_plank_pike": [["plank.hip_pike", 0]],
    "ho_press_front_uneven": [["overhead-press.lockout", 2, 4], ["overhead-press.uneven_arms", 2, 4]],
    "ho_pushup_pike": [["push-up.hip_pike", 2, 3]],
    "ho_row_stand": [["row.head_position", 1, 2, 3, 4]],
    "ho_squat_heels": [["squat.heel_rise", 2, 3]],
    "ho_standing_uneven": [["standing.uneven_shoulders", 0]],
}
#: The lift after the set-up, which the renderer's catalogue has no rep for: leaving the bar's height, standing.
SET_UP = {"ho_deadlift_setup": {"start": 0.4, "bottom": 2.05, "end": 3.8}}


def number(value, scale):
    return max(-32768, min(32767, round(value * scale)))


def frames(path):
    for line in path.read_text().splitlines():
        frame = json.loads(line)
        if not frame["detected"]:
            yield frame["t"], [-32768] * 231
            continue
        values = [number(v, s) for x, y, z, seen in frame["raw"]
                  for v, s in ((x, 16384), (y, 16384), (z, 8192), (seen, 8192))]
        yield frame["t"], values + [number(v, 8192) for row in frame["world"] for v in row]


def tempo(rep):
    """Eccentric, pause after it, concentric, pause after it."""
    seconds = {phase["name"]: phase["t1"] - phase["t0"] for phase in rep["phases"]}
    names = (["open", "hold_open", "close", "hold_closed"] if "open" in seconds
             else ["eccentric", "pause_bottom", "concentric", "pause_top"])
    return [round(seconds.get(name, 0), 3) for name in names]


def main(clips, tracks):
    index, packed, place = [], b"", 0
    for path in sorted(pathlib.Path(clips).glob("*.json")):
        truth = json.loads(path.read_text())
        exercise = IDS.get(truth["exercise"], truth["exercise"])
        rows = list(frames(pathlib.Path(tracks) / f"{path.stem}.jsonl"))
        packed += b"".join(struct.pack("<231h", *values) for _, values in rows)
        reps = [] if exercise in ("plank", "standing") else truth["reps"]
        reps = [{"start": rep["start"], "turn": rep["bottom"], "end": rep["end"], "tempo": tempo(rep)} for rep in reps]
        if path.stem in SET_UP:
            lift = SET_UP[path.stem]
            reps = [{"start": lift["start"], "turn": lift["bottom"], "end": lift["end"], "tempo": None}] + reps
        index.append({
            "clip": path.stem, "exercise": exercise, "size": truth["size"], "fps": truth["fps"], "frame": place,
            "frames": len(rows), "reps": reps,
            "faults": [{"rule": rule, "reps": reps} for rule, *reps in FAULTS.get(path.stem, [])]})
        place += len(rows)
    (GOLDEN / "held-out.json").write_text("[\n" + ",\n".join(json.dumps(entry) for entry in index) + "\n]\n")
    (GOLDEN / "held-out.i16").write_bytes(packed)


if __name__ == "__main__":
    main(*sys.argv[1:])
