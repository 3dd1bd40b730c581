"""Times a .tflite file in LiteRT (XNNPACK, fp32, one thread): prints milliseconds as JSON.

usage: litert-network.py MODEL RUNS
"""
import json
import sys
import time

import numpy
from ai_edge_litert.interpreter import Interpreter

model, runs = sys.argv[1], int(sys.argv[2])
interpreter = Interpreter(model_path=model, num_threads=1)
interpreter.allocate_tensors()
entry = interpreter.get_input_details()[0]
interpreter.set_tensor(entry["index"], numpy.full(entry["shape"], 0.5, numpy.float32))
for _ in range(max(runs // 10, 2)):
    interpreter.invoke()
times = []
for _ in range(runs):
    start = time.perf_counter()
    interpreter.invoke()
    times.append(1000 * (time.perf_counter() - start))
times.sort()
print(json.dumps({"median_ms": times[runs // 2], "min_ms": times[0], "runs": runs}))
