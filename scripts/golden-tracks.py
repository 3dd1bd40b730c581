#!/usr/bin/env python3
"""Records what MediaPipe sees in the sample clips, for tests of whole tracks (Tests/AnalysisTests/Golden).

usage: golden-tracks.py      needs: pip install mediapipe==0.10.21 (the tests need neither it nor Python)

tracks.json  for each clip and every 15th frame: MediaPipe's region and where in the .f32 file stand the landmark
             network's raw output for that region (195 values) and the solution's smoothed landmarks (33 x (x, y,
             visibility), normalised); and the noise floor of the whole clip: the distance, in percent of the torso, of
             MediaPipe's visible landmarks from its own when 0.1 % of the pixel values change by one
tracks.f32   those values, float32, little endian
"""
import json
import os
import pathlib
import runpy

import cv2
import mediapipe
import numpy as np
from mediapipe.python.solution_base import SolutionBase

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "Tests/AnalysisTests/Golden"
CLIPS = ("squat_side_5", "pushup_side_6", "curl_front_8")
STEP = 15
SEEDS = (1, 2, 3)
recorder = runpy.run_path(str(ROOT / "scripts/golden-tracker.py"))


def frames(clip, seed=None):
    capture = cv2.VideoCapture(str(ROOT / "sample-videos" / f"{clip}.mp4"))
    random = np.random.default_rng(seed)
    while True:
        ok, picture = capture.read()
        if not ok:
            return
        if seed is not None:
            hit = random.random(picture.shape) < 0.001
            picture = np.clip(picture.astype(np.int16) + hit * random.choice([-1, 1], picture.shape), 0, 255)
        yield cv2.cvtColor(picture.astype(np.uint8), cv2.COLOR_BGR2RGB)


def solution():
    return SolutionBase(
        binary_graph_path=os.path.join(recorder["MODELS"], "pose_landmark/pose_landmark_cpu.binarypb"),
        side_inputs=dict(model_complexity=1, smooth_landmarks=True, enable_segmentation=False,
                         smooth_segmentation=False, use_prev_landmarks=True),
        calculator_params={
            "posedetectioncpu__TensorsToDetectionsCalculator.min_score_thresh": 0.5,
            "poselandmarkbyroicpu__tensorstoposelandmarksandsegmentation__ThresholdingCalculator.threshold": 0.5,
        },
        outputs=["pose_landmarks", "pose_rect_from_detection", "pose_rect_from_landmarks"])


def track(clip, seed=None):
    """(landmarks (33, 3), region, picture) of every frame in which somebody is found."""
    graph, region, found = solution(), None, []
    for picture in frames(clip, seed):
        answer = graph.process({"image": picture})
        region = region or recorder["rect_tuple"](answer.pose_rect_from_detection)
        landmarks = answer.pose_landmarks and np.array(
            [[p.x, p.y, p.visibility] for p in answer.pose_landmarks.landmark], np.float32)
        found.append((landmarks, region, picture))
        region = recorder["rect_tuple"](answer.pose_rect_from_landmarks)
    return found


def distances(own, reference):
    """In percent of the torso, of landmarks that both see."""
    height, width, _ = reference[0][2].shape
    far = []
    for (a, _, _), (b, _, _) in zip(own, reference):
        if a is None or b is None:
            continue
        scale = np.array([width, height])
        torso = np.linalg.norm((b[11, :2] + b[12, :2] - b[23, :2] - b[24, :2]) / 2 * scale)
        seen = (a[:, 2] > 0.5) & (b[:, 2] > 0.5)
        far.extend(100 * np.linalg.norm((a[seen, :2] - b[seen, :2]) * scale, axis=1) / torso)
    return far


def main():
    landmarker = recorder["Network"](
        256, 0.0, "", os.path.join(recorder["MODELS"], "pose_landmark/pose_landmark_full.tflite"), (0, 1))
    store, clips = [], []

    def keep(values):
        start = sum(map(len, store))
        store.append(np.asarray(values, "<f4").ravel())
        return start

    for clip in CLIPS:
        reference = track(clip)
        floor = [value for seed in SEEDS for value in distances(track(clip, seed), reference)]
        entries = []
        for index in range(0, len(reference), STEP):
            landmarks, region, picture = reference[index]
            _, raw, flag = landmarker.run(picture, region)
            entries.append({"frame": index, "region": region, "flag": float(flag[0]), "raw": keep(raw),
                            "landmarks": keep(landmarks)})
        clips.append({"clip": clip, "floor_median": round(float(np.median(floor)), 4),
                      "floor_p95": round(float(np.percentile(floor, 95)), 4), "frames": entries})
        print(clip, clips[-1]["floor_median"], clips[-1]["floor_p95"], flush=True)
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "tracks.json").write_text(json.dumps(clips, separators=(",", ":")).replace('{"frame"', '\n{"frame"') + "\n")
    (OUT / "tracks.f32").write_bytes(np.concatenate(store).tobytes())


main()
