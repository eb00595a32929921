"""PyTorch as a worker: trains a case's network and answers seconds and score of each stage, one JSON document a line, in and out.

    python worker.py CASE THREADS FOLDER

CASE names the file beside this one that has `train(seed, folder)`; FOLDER holds what the case wrote for it.
"""

import importlib
import json
import sys

import torch


def serve(case, threads, folder):
    torch.set_num_threads(threads)
    train = importlib.import_module(case).train
    print(json.dumps({"ready": True, "version": torch.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"stages": train(request["seed"], folder)}
        except Exception as error:  # reported by the benchmark, which then ends
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), sys.argv[3])
