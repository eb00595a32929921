"""What the classifiers of digits share: the twin of digits.ts."""

import math
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


def cosine(step, steps):
    return 0.5 * (1 + math.cos(math.pi * min(step / steps, 1)))


def train_digits(make, optimizer_of, schedule, epochs, size, seed, folder):
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
        result.append({"seconds": seconds, "score": 100 * (found == test_labels).float().mean().item()})
    return result
