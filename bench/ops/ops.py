"""The products and convolutions of cases.json in PyTorch, as a worker: python ops.py THREADS. One JSON line per request."""

import json
import sys
import time

import torch
import torch.nn.functional as F


def prepare(kind, sizes):
    if kind == "matmul":
        M, K, N = sizes
        a, b = torch.rand(M, K), torch.rand(K, N)
        return lambda: a @ b
    B, H, W, I, O, k = sizes
    x, w = torch.rand(B, I, H, W), torch.rand(O, I, k, k)
    return lambda: F.conv2d(x, w, padding=k // 2)


def serve(threads):
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    print(json.dumps({"ready": True, "version": torch.__version__}), flush=True)
    prepared = {}
    for line in sys.stdin:
        request = json.loads(line)
        key = (request["kind"], *request["sizes"])
        if key not in prepared:
            prepared[key] = prepare(request["kind"], request["sizes"])
            prepared[key]()
        milliseconds = []
        end = time.perf_counter() + request["seconds"]
        while time.perf_counter() < end or len(milliseconds) < 3:
            start = time.perf_counter()
            prepared[key]()
            milliseconds.append((time.perf_counter() - start) * 1e3)
        print(json.dumps({"milliseconds": milliseconds}), flush=True)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
