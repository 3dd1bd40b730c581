#!/usr/bin/env python3
"""Writes Tests/PoseKernelTests/Golden/networks.json and .f32: what LiteRT computes from frames of the sample clips.

The inputs are frames scaled by nearest neighbour in integers, so that a test makes the very same ones without a copy:
pixel (i, j) of a square of side S is the frame's pixel (i * 576 // S, j * 576 // S - 72), black outside, for the two
portrait clips, and with 72 on the other axis for the landscape one. Needs the PyPI packages ai-edge-litert, numpy and
opencv-contrib-python 4.11 (whose frames the ingest tests show to be bit-identical to ours).
"""

import json
import pathlib

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter

ROOT = pathlib.Path(__file__).resolve().parent.parent
FRAMES = [("squat_side_5", 60), ("pushup_side_6", 100), ("curl_front_8", 45)]
#: Output, and the step at which its values are kept.
NETWORKS = {
    "pose_detection": (224, 2, -1, {"Identity": 7, "Identity_1": 1}),
    "pose_landmark_full": (256, 1, 0, {"Identity": 1, "Identity_1": 1, "Identity_3": 41, "Identity_4": 1}),
}


def frame(clip, index):
    capture = cv2.VideoCapture(str(ROOT / "sample-videos" / f"{clip}.mp4"))
    for _ in range(index + 1):
        ok, picture = capture.read()
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


def square(picture, side):
    height, width, _ = picture.shape
    result = np.zeros((side, side, 3), np.float32)
    top, left = (0, 72) if height > width else (72, 0)
    for i in range(side):
        for j in range(side):
            y, x = i * 576 // side - top, j * 576 // side - left
            if 0 <= y < height and 0 <= x < width:
                result[i, j] = picture[y, x]
    return result / np.float32(255)


def outputs(model, tensor, names):
    interpreter = Interpreter(str(ROOT / ".models" / f"{model}.tflite"), num_threads=1)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], tensor[None])
    interpreter.invoke()
    details = {detail["name"].split(":")[0].split("/")[-1]: detail for detail in interpreter.get_output_details()}
    return {name: interpreter.get_tensor(details[name]["index"]).ravel() for name in names}


index, values = [], []
for clip, number in FRAMES:
    picture = frame(clip, number)
    for model, (side, scale, shift, steps) in NETWORKS.items():
        tensor = square(picture, side) * np.float32(scale) + np.float32(shift)
        for name, output in outputs(model, tensor, steps).items():
            kept = output[:: steps[name]].astype("<f4")
            index.append({"clip": clip, "frame": number, "model": model, "output": name, "step": steps[name],
                          "start": sum(map(len, values)), "count": len(kept)})
            values.append(kept)
folder = ROOT / "Tests/PoseKernelTests/Golden"
(folder / "networks.json").write_text(json.dumps(index, indent=0) + "\n")
(folder / "networks.f32").write_bytes(np.concatenate(values).tobytes())
