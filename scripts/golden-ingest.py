#!/usr/bin/env python3
"""Writes Tests/IngestTests/Golden/opencv-frames.json: what OpenCV's VideoCapture reads from the sample clips.

For each clip the SHA-256 over the RGB bytes of every frame. Needs the PyPI package opencv-contrib-python 4.11.
Other clips may be named on the command line: then the result is printed, not written.
"""

import hashlib
import json
import pathlib
import sys

import cv2

ROOT = pathlib.Path(__file__).resolve().parent.parent


def digest(clip):
    capture, hashes = cv2.VideoCapture(str(clip)), []
    while True:
        ok, picture = capture.read()
        if not ok:
            break
        hashes.append(hashlib.sha256(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB).tobytes()).hexdigest()[:16])
    return {"frames": len(hashes), "width": picture_size(clip)[0], "height": picture_size(clip)[1], "sha256": hashes}


def picture_size(clip):
    ok, picture = cv2.VideoCapture(str(clip)).read()
    return (picture.shape[1], picture.shape[0]) if ok else (0, 0)


if len(sys.argv) > 1:
    print(json.dumps({pathlib.Path(clip).name: digest(clip) for clip in sys.argv[1:]}))
else:
    clips = sorted((ROOT / "sample-videos").glob("*.mp4"))
    golden = {clip.name: digest(clip) for clip in clips}
    target = ROOT / "Tests/IngestTests/Golden/opencv-frames.json"
    target.write_text(json.dumps(golden, indent=0, sort_keys=True) + "\n")
