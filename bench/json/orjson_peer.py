"""orjson's median CPU times on a batch written by `bench-json FILE`, a JSON line each.

    python bench/json/orjson_peer.py FILE
"""
import json
import statistics
import sys
import time

import orjson


def measure(name, size, body):
    repetitions = 1
    while True:
        start = time.thread_time()
        for _ in range(repetitions):
            body()
        if time.thread_time() - start > 0.05:
            break
        repetitions *= 2
    rounds = []
    for _ in range(9):
        start = time.thread_time()
        for _ in range(repetitions):
            body()
        rounds.append((time.thread_time() - start) / repetitions * 1e6)
    median = statistics.median(rounds)
    print(json.dumps({"measure": name, "bytes": size, "cpu_us": round(median, 1), "mb_per_s": round(size / median)}))


text = open(sys.argv[1], "rb").read()
tree = orjson.loads(text)
measure("orjson-loads", len(text), lambda: orjson.loads(text))
measure("orjson-dumps", len(text), lambda: orjson.dumps(tree))
