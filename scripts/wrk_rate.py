"""Latency at a rate, by wrk.

wrk waits for each answer before it asks again, so the rate is made by pauses: 200 connections that each think for a
random time, as people who know nothing of each other (exponential), so that arrivals are those of an open system as
long as few of the 200 wait. A first run finds the pause that gives the rate; what was reached is returned, to be
checked.
"""

import os
import pathlib
import re
import subprocess
import tempfile
from dataclasses import dataclass

CONNECTIONS = 200

LUA = """
local lines = {}
for line in io.lines("%s") do lines[#lines + 1] = line end
local next = 0
function request()
  next = next %% #lines + 1
  local path, token = lines[next]:match("(%%S+) ?(%%S*)")
  return wrk.format("GET", path, token ~= "" and {Authorization = "Bearer " .. token} or nil)
end
math.randomseed(%d)
function delay() return math.floor(-math.log(1 - math.random()) * %f + 0.5) end
function done(summary, latency)
  io.write(string.format("RESULT %%d %%d %%d %%.3f %%.3f %%.3f\\n", summary.requests, summary.duration,
    summary.errors.status + summary.errors.timeout + summary.errors.read + summary.errors.connect,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
"""


@dataclass
class Measured:
    """Requests a second; milliseconds."""

    rate: float
    errors: int
    median: float
    p99: float
    longest: float
    load: float

    def __str__(self):
        return (f"{self.rate:6.0f} /s   median {self.median:6.2f} ms   p99 {self.p99:7.2f} ms   "
                f"longest {self.longest:6.1f} ms   errors {self.errors}   load {self.load:.1f}")


def run(url, requests, pause, seconds, seed):
    with tempfile.TemporaryDirectory(prefix="pthub-bench-") as name:
        folder = pathlib.Path(name)
        (folder / "requests").write_text("\n".join(requests))
        (folder / "rate.lua").write_text(LUA % (folder / "requests", seed, pause))
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", "-s", str(folder / "rate.lua"), f"-d{seconds}s", url]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    count, duration, errors, median, p99, longest = map(float, re.search(r"RESULT (.*)", output)[1].split())
    return Measured(count / duration * 1e6, int(errors), median, p99, longest, os.getloadavg()[0])


def at_rate(url, requests, rate, seconds):
    """`requests` are lines of a path and, if need be, a bearer token; they are asked in turn."""
    # A little more than asked for, so that what is reached is not a little less.
    cycle = 1000 * CONNECTIONS / (1.02 * rate)
    first = run(url, requests, cycle, 5, seed=1).rate
    pause = cycle - (1000 * CONNECTIONS / first - cycle)
    return run(url, requests, max(pause, 0), seconds, seed=2)
