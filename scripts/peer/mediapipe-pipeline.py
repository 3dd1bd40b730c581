"""OpenCV decodes, MediaPipe's solutions.pose (full model) tracks: the usual way to do it. Prints frames/s as JSON.

usage: mediapipe-pipeline.py CLIP
"""
import json
import sys
import time

import cv2
import mediapipe

start = time.perf_counter()
capture = cv2.VideoCapture(sys.argv[1])
pose = mediapipe.solutions.pose.Pose(model_complexity=1)
frames = found = 0
while True:
    ok, picture = capture.read()
    if not ok:
        break
    result = pose.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
    frames += 1
    found += result.pose_landmarks is not None
seconds = time.perf_counter() - start
print(json.dumps({"frames": frames, "found": found, "wall_s": seconds, "frames_per_s": frames / seconds}))
