"""Chapter 3's network in eager PyTorch: the twin of 03-neural-network.ts, with the same initialisation, schedule and batches."""

import torch
from digits import cosine, train_digits
from torch import nn


def dense():
    return nn.Sequential(
        nn.Dropout(0.1), nn.Linear(784, 512), nn.ReLU(),
        nn.Dropout(0.25), nn.Linear(512, 256), nn.ReLU(),
        nn.Dropout(0.25), nn.Linear(256, 10),
    )  # fmt: skip


def adam(model):
    return torch.optim.Adam(model.parameters(), 3e-3)


def train(seed, folder):
    return train_digits(dense, adam, cosine, 7, 256, seed, folder)
