#!/usr/bin/env python3
"""Records from MediaPipe itself what the tests of Crop and Tracker compare with, bit for bit.

usage: golden-tracker.py SAMPLE_VIDEO...   (once: with sample-videos/squat_side_5.mp4; writes Tests/PoseKernelTests/Golden)
needs: pip install mediapipe==0.10.21 (the tests themselves need neither it nor Python)

tracker-sprites.rgb  small pictures of a person, cut from the sample video; kept if present, so that a new run gives
                     the same files
crops.json           regions, picture sizes and checksums of the crops that ImageToTensor gives
sequence-*.json      for every frame what went into the networks (checksum), what came out (where in the .f32 file)
sequence-*.f32       and what the solution answered; landmarks as float32 (x, y, z, visibility), little endian
"""
import json
import os
import sys

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.calculators.tensor import image_to_tensor_calculator_pb2  # noqa: F401 (registers the options)
from mediapipe.calculators.tensor import inference_calculator_pb2  # noqa: F401
from mediapipe.framework.formats import rect_pb2
from mediapipe.python import packet_creator, packet_getter
from mediapipe.python._framework_bindings import calculator_graph, image_frame
from mediapipe.python.solution_base import SolutionBase

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(ROOT, "Tests", "PoseKernelTests", "Golden")
MODELS = os.path.join(os.path.dirname(mp.__file__), "modules")
SPRITE_WIDTH, SPRITE_HEIGHT, SPRITE_COUNT = 108, 144, 2


def pattern(width, height, seed):
    """Waves with noise on top, in integers only: Swift makes the same picture (TestPicture.swift)."""
    x = np.arange(width, dtype=np.uint32)[None, :, None]
    y = np.arange(height, dtype=np.uint32)[:, None, None]
    c = np.arange(3, dtype=np.uint32)[None, None, :]
    h = x * np.uint32(0x9E3779B1) + y * np.uint32(0x85EBCA77) + c * np.uint32(0xC2B2AE3D) + np.uint32(seed)
    h ^= h >> np.uint32(15)
    h *= np.uint32(0x2C1B3C6D)
    h ^= h >> np.uint32(12)
    h *= np.uint32(0x297A2D39)
    h ^= h >> np.uint32(15)
    wave = (x * np.uint32(3) + y * np.uint32(2) + c * np.uint32(70)) & np.uint32(511)
    wave = np.where(wave > 255, np.uint32(511) - wave, wave)
    return ((wave * np.uint32(3) + (h >> np.uint32(24))) >> np.uint32(2)).astype(np.uint8)


def checksum(values):
    words = np.ascontiguousarray(values, dtype="<f4").view("<u4").astype(np.uint64).ravel()
    weights = np.arange(1, words.size + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) | np.uint64(1)
    return f"{int((words * weights).sum(dtype=np.uint64)):016x}"


def floats(values):
    return [float(v) for v in np.asarray(values, dtype=np.float32).ravel()]


class Network:
    """One model behind MediaPipe's own crop; gives the crop and the raw tensors."""

    def __init__(self, side, low, border, model=None, outputs=()):
        split = "".join(
            f'node {{ calculator: "TensorsToFloatsCalculator" input_stream: "TENSORS:part{i}" '
            f'output_stream: "FLOATS:floats{i}" }}\n' for i in outputs)
        ranges = " ".join(f"ranges: {{ begin: {i} end: {i + 1} }}" for i in outputs)
        names = " ".join(f'output_stream: "part{i}"' for i in outputs)
        text = f"""
input_stream: "image" input_stream: "rect"
node {{ calculator: "ImageToTensorCalculator" input_stream: "IMAGE:image" input_stream: "NORM_RECT:rect"
  output_stream: "TENSORS:crop"
  options: {{ [mediapipe.ImageToTensorCalculatorOptions.ext] {{ output_tensor_width: {side} output_tensor_height: {side}
    keep_aspect_ratio: true output_tensor_float_range {{ min: {low} max: 1.0 }} {border} }} }} }}
node {{ calculator: "TensorsToFloatsCalculator" input_stream: "TENSORS:crop" output_stream: "FLOATS:crop_floats" }}
"""
        self.streams = ["crop_floats"]
        if model:
            text += f"""
node {{ calculator: "InferenceCalculator" input_stream: "TENSORS:crop" output_stream: "TENSORS:tensors"
  options: {{ [mediapipe.InferenceCalculatorOptions.ext] {{ model_path: "{model}" delegate {{ xnnpack {{}} }} }} }} }}
node {{ calculator: "SplitTensorVectorCalculator" input_stream: "tensors" {names}
  options: {{ [mediapipe.SplitVectorCalculatorOptions.ext] {{ {ranges} }} }} }}
{split}"""
            self.streams += [f"floats{i}" for i in outputs]
        from mediapipe.calculators.core import split_vector_calculator_pb2  # noqa: F401
        self.graph = calculator_graph.CalculatorGraph(graph_config=text)
        self.got = {}
        for name in self.streams:
            self.graph.observe_output_stream(
                name, lambda n, p: self.got.__setitem__(n, np.array(packet_getter.get_float_list(p), np.float32)))
        self.graph.start_run()
        self.time = 0

    def run(self, rgb, roi):
        frame = image_frame.ImageFrame(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(rgb))
        rect = rect_pb2.NormalizedRect(
            x_center=roi[0], y_center=roi[1], width=roi[2], height=roi[3], rotation=roi[4])
        self.time += 1
        self.got.clear()
        self.graph.add_packet_to_input_stream("image", packet_creator.create_image_frame(frame).at(self.time))
        self.graph.add_packet_to_input_stream("rect", packet_creator.create_proto(rect).at(self.time))
        self.graph.wait_until_idle()
        return [self.got[name] for name in self.streams]


WHOLE = (0.5, 0.5, 1.0, 1.0, 0.0)


def sprites(video):
    path = os.path.join(OUT, "tracker-sprites.rgb")
    if not os.path.exists(path):
        capture = cv2.VideoCapture(video)
        found = []
        while True:
            ok, bgr = capture.read()
            if not ok:
                break
            found.append(bgr)
        chosen = [found[10], found[len(found) // 5]]
        small = [cv2.resize(f, (SPRITE_WIDTH, SPRITE_HEIGHT), interpolation=cv2.INTER_AREA)[:, :, ::-1] for f in chosen]
        np.stack(small).tofile(path)
    return np.fromfile(path, np.uint8).reshape(SPRITE_COUNT, SPRITE_HEIGHT, SPRITE_WIDTH, 3)


def paint(people, shot):
    """A frame: the pattern, and on it one person, enlarged by whole pixels, each row moved by `slant`/64 pixels."""
    canvas = pattern(shot["width"], shot["height"], shot["seed"])
    if shot["sprite"] >= 0:
        zoom = shot["zoom"]
        big = people[shot["sprite"]].repeat(zoom, axis=0).repeat(zoom, axis=1)
        for row in range(big.shape[0]):
            y = shot["y"] + row
            x = shot["x"] + (row * shot["slant"] >> 6)
            left, right = max(0, x), min(shot["width"], x + big.shape[1])
            if 0 <= y < shot["height"] and left < right:
                canvas[y, left:right] = big[row, left - x:right - x]
    return canvas


def shots(name):
    """What is in the picture: motion, a slanted person, losses, half a person at the edge, a jump to another pose."""
    size = {"portrait": (432, 576, 4), "odd": (641, 479, 3), "edge": (400, 700, 5)}[name]
    width, height, zoom = size
    listed = []
    for i in range({"portrait": 22, "odd": 14, "edge": 10}[name]):
        shot = dict(width=width, height=height, seed=i * 7919, sprite=0, zoom=zoom, slant=0, x=2 * i, y=i)
        if name == "portrait":
            shot["sprite"] = -1 if i in (8, 9, 10, 17) else (0 if i < 14 else 1)
            shot["slant"] = 3 * (i - 4) if i > 10 else 0
        elif name == "odd":
            shot["sprite"] = -1 if i in (0, 6, 7) else 1 if i > 7 else 0
            shot["x"], shot["y"] = 160 - 5 * i, 20
            shot["slant"] = 16 if i > 7 else -6
        else:
            shot["x"], shot["y"] = -60 - 10 * i, 30 + 8 * i
            shot["sprite"] = -1 if i == 6 else 0
        listed.append(shot)
    return listed


def rect_tuple(rect):
    return None if rect is None else floats([rect.x_center, rect.y_center, rect.width, rect.height, rect.rotation])


def record_sequence(name, people, detector, landmarker):
    solution = SolutionBase(
        binary_graph_path=os.path.join(MODELS, "pose_landmark/pose_landmark_cpu.binarypb"),
        side_inputs=dict(model_complexity=1, smooth_landmarks=True, enable_segmentation=False,
                         smooth_segmentation=False, use_prev_landmarks=True),
        calculator_params={
            "posedetectioncpu__TensorsToDetectionsCalculator.min_score_thresh": 0.5,
            "poselandmarkbyroicpu__tensorstoposelandmarksandsegmentation__ThresholdingCalculator.threshold": 0.5,
        },
        outputs=["pose_landmarks", "pose_world_landmarks", "pose_detection", "pose_rect_from_detection",
                 "pose_rect_from_landmarks"])
    store, frames, previous = [], [], None

    def keep(values):
        store.append(np.asarray(values, np.float32).ravel())
        return sum(len(s) for s in store) - len(store[-1])

    for shot in shots(name):
        rgb = paint(people, shot)
        answer = solution.process({"image": rgb})
        frame = dict(shot=shot, rgb_sum=int(rgb.sum()))
        if previous is None:
            crop, boxes, scores = detector.run(rgb, WHOLE)
            # Anchors far below the threshold decide nothing: the test sets their logits to -100.
            kept = np.flatnonzero(scores > -2)
            frame["detector"] = dict(crop=checksum(crop), anchors=[int(k) for k in kept],
                                     scores=keep(scores[kept]), boxes=keep(boxes.reshape(-1, 12)[kept]))
            found = answer.pose_detection
            if found is not None:
                box = found.location_data.relative_bounding_box
                points = [v for p in found.location_data.relative_keypoints for v in (p.x, p.y)]
                frame["detection"] = floats([found.score[0], box.xmin, box.ymin, box.width, box.height] + points)
            roi = rect_tuple(answer.pose_rect_from_detection)
        else:
            assert answer.pose_detection is None
            roi = previous
        if roi is not None:
            frame["roi"] = roi
            crop, raw, flag, heatmap, world = landmarker.run(rgb, roi)
            frame["landmark"] = dict(crop=checksum(crop), raw=keep(raw), flag=floats(flag)[0], world=keep(world),
                                     windows=[])
            grid = heatmap.reshape(64, 64, 39)
            for k in range(35):
                # The cells that the refinement may read; the test puts logits of -100 everywhere else.
                column, row = int(raw[5 * k] / np.float32(256) * 64), int(raw[5 * k + 1] / np.float32(256) * 64)
                if 0 <= column < 64 and 0 <= row < 64:
                    c0, c1, r0, r1 = max(0, column - 4), min(64, column + 5), max(0, row - 4), min(64, row + 5)
                    frame["landmark"]["windows"].append([k, r0, r1, c0, c1, keep(grid[r0:r1, c0:c1, k])])
        if answer.pose_landmarks is not None:
            frame["landmarks"] = keep([[p.x, p.y, p.z, p.visibility] for p in answer.pose_landmarks.landmark])
            frame["world_landmarks"] = keep(
                [[p.x, p.y, p.z, p.visibility] for p in answer.pose_world_landmarks.landmark])
            frame["next_roi"] = rect_tuple(answer.pose_rect_from_landmarks)
        previous = rect_tuple(answer.pose_rect_from_landmarks)
        frames.append(frame)
        print(name, len(frames) - 1, "roi", roi and [round(v, 3) for v in roi], "found", "landmarks" in frame,
              "candidates", len(frame.get("detector", {}).get("anchors", [])), file=sys.stderr)
    solution.close()
    with open(os.path.join(OUT, f"sequence-{name}.json"), "w") as sink:
        sink.write("[\n" + ",\n".join(json.dumps(f, separators=(",", ":")) for f in frames) + "\n]\n")
    np.concatenate(store).astype("<f4").tofile(os.path.join(OUT, f"sequence-{name}.f32"))


def record_crops(landmark_crop, detector_crop):
    rng = np.random.default_rng(20)
    sizes = [(640, 480), (641, 479), (1080, 1920), (37, 53), (1, 1), (2, 3), (7, 1), (1, 9), (3, 2), (432, 576)]
    crops = []
    for index, (width, height) in enumerate(sizes):
        rgb = pattern(width, height, 1000 + index)

        def add(kind, roi):
            roi = floats(roi)
            tensor = (landmark_crop if kind == "landmark" else detector_crop).run(rgb, roi)[0]
            crops.append(dict(width=width, height=height, seed=1000 + index, kind=kind, roi=roi,
                              crop=checksum(tensor)))

        add("detector", WHOLE)
        add("landmark", WHOLE)
        for trial in range(30):
            side = float(rng.choice([0.05, 0.3, 0.8, 1.3, 3.0])) * rng.uniform(0.6, 1.4) * max(width, height)
            turn = float(rng.choice([0.0, 1.0])) * rng.uniform(-np.pi, np.pi)
            centre = rng.uniform(0.2, 0.8, 2) if trial % 3 else rng.uniform(-2.5, 3.5, 2)
            add("landmark" if trial % 5 else "detector", [centre[0], centre[1], side / width, side / height, turn])
        # Not square in pixels, and without any area at all in one direction.
        add("landmark", [0.5, 0.5, 0.3, 0.9, 0.4])
        add("landmark", [0.5, 0.4, 0.9, 0.2, -2.0])
    with open(os.path.join(OUT, "crops.json"), "w") as sink:
        sink.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in crops) + "\n]\n")


def main():
    os.makedirs(OUT, exist_ok=True)
    people = sprites(sys.argv[1])
    zero = "border_mode: BORDER_ZERO"
    record_crops(Network(256, 0.0, ""), Network(224, -1.0, zero))
    detector = Network(224, -1.0, zero, os.path.join(MODELS, "pose_detection/pose_detection.tflite"), (0, 1))
    landmarker = Network(
        256, 0.0, "", os.path.join(MODELS, "pose_landmark/pose_landmark_full.tflite"), (0, 1, 3, 4))
    for name in ("portrait", "odd", "edge"):
        record_sequence(name, people, detector, landmarker)


if __name__ == "__main__":
    main()
