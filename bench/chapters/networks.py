"""The networks of chapters 3 and 4 in eager PyTorch: twins of worker.ts, with the same initialisation, schedules and batches.

    python networks.py THREADS DIGITS

DIGITS is a folder of raw bytes: train.images, train.labels, test.images, test.labels. One JSON document a line, in and out.
"""

import json
import math
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def digits(folder, part):
    images = np.fromfile(f"{folder}/{part}.images", np.uint8).reshape(-1, 784).astype(np.float32) / 255
    labels = np.fromfile(f"{folder}/{part}.labels", np.uint8).astype(np.int64)
    return torch.from_numpy(images), torch.from_numpy(labels)


def he(model):
    """He's initialisation, biases at zero."""
    for layer in model.modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            fan_in = layer.weight[0].numel()
            nn.init.normal_(layer.weight, 0, math.sqrt(2 / fan_in))
            nn.init.zeros_(layer.bias)
    return model


def dense():
    return nn.Sequential(
        nn.Dropout(0.1), nn.Linear(784, 512), nn.ReLU(),
        nn.Dropout(0.25), nn.Linear(512, 256), nn.ReLU(),
        nn.Dropout(0.25), nn.Linear(256, 10),
    )  # fmt: skip


class Convolutional(nn.Module):
    def __init__(self):
        super().__init__()

        def block(inputs, outputs):
            return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs))

        self.one, self.two = block(1, 32), block(32, 48)
        self.residual = nn.Sequential(block(48, 48), nn.ReLU(), block(48, 48))
        self.head = nn.Sequential(nn.Dropout(0.1), nn.Linear(48, 10))

    def forward(self, x):
        h = F.max_pool2d(F.relu(self.one(x.view(-1, 1, 28, 28))), 2)
        h = F.max_pool2d(F.relu(self.two(h)), 2)
        h = F.relu(h + self.residual(h))
        return self.head(h.mean((2, 3)))


def cosine(step, steps):
    return 0.5 * (1 + math.cos(math.pi * min(step / steps, 1)))


def rising_cosine(step, steps):
    rising = round(0.2 * steps)
    return (step + 1) / rising if step < rising else cosine(step - rising, steps - rising)


def adam(model):
    return torch.optim.Adam(model.parameters(), 3e-3)


def adamw(model):
    groups = [
        {"params": [w for w in model.parameters() if w.dim() > 1], "weight_decay": 0.05},
        {"params": [w for w in model.parameters() if w.dim() < 2], "weight_decay": 0},
    ]
    return torch.optim.AdamW(groups, 1e-2)


# network, optimizer, schedule, epochs, batch size
PLANS = {
    "03-neural-network": (dense, adam, cosine, 7, 256),
    "04-cnn": (Convolutional, adamw, rising_cosine, 3, 128),
}


def train(chapter, seed, folder):
    make, optimizer_of, schedule, epochs, size = PLANS[chapter]
    torch.manual_seed(seed)
    images, labels = digits(folder, "train")
    test_images, test_labels = digits(folder, "test")
    model = he(make())
    optimizer = optimizer_of(model)
    batches = len(images) // size
    rates = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: schedule(step, epochs * batches))
    result = []
    for _ in range(epochs):
        model.train()
        begin = time.perf_counter()
        order = torch.randperm(len(images))
        for i in range(batches):
            batch = order[i * size : (i + 1) * size]
            optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(model(images[batch]), labels[batch])
            loss.backward()
            optimizer.step()
            rates.step()
            loss.item()
        seconds = time.perf_counter() - begin
        model.eval()
        with torch.no_grad():
            found = torch.cat([model(part).argmax(1) for part in test_images.split(1000)])
        result.append({"seconds": seconds, "accuracy": (found == test_labels).float().mean().item()})
    return result


def serve(threads, folder):
    torch.set_num_threads(threads)
    print(json.dumps({"ready": True, "version": torch.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"epochs": train(request["chapter"], request["seed"], folder)}
        except Exception as error:  # reported by the benchmark, which then ends
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
