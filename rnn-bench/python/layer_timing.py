"""What the scripts that time layers of other frameworks share: the commands and how a run is timed.

A script gives `obey` a class: Layer(version, cell, batch, steps, depth, units) builds a layer with a batch of
random inputs; its `runs` has a function for each task, FORWARD and TRAINING, and `close` frees it.
"""

import statistics
import sys
import time

FEWEST_RUNS = 2


def timing(run, seconds):
    """Runs again and again as Timing.java does; returns median and shortest in milliseconds, and the number of runs."""
    run()
    milliseconds = []
    begin = time.perf_counter()
    while len(milliseconds) < FEWEST_RUNS or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        run()
        milliseconds.append((time.perf_counter() - start) * 1e3)
    return statistics.median(milliseconds), min(milliseconds), len(milliseconds)


def obey(layer_class):
    """Does what the lines on standard input say, until there are no more (LayerProcess.java lists them)."""
    layers = {}
    for line in sys.stdin:
        command, version, *rest = line.split()
        answer = "ok"
        if command == "open":
            cell, shape = rest
            layers[version] = layer_class(version, cell, *map(int, shape.split("x")))
        elif command == "time":
            task, seconds = rest
            answer = " ".join(map(str, timing(layers[version].runs[task], float(seconds))))
        elif command == "close":
            layers.pop(version).close()
        else:
            raise ValueError(f"layer timing: command must be open, time or close, got {command}")
        print(answer, flush=True)
