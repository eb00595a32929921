"""Chapter 4's network in eager PyTorch: the twin of 04-cnn.ts, with the same initialisation, schedule and batches."""

import torch
import torch.nn.functional as F
from digits import cosine, train_digits
from torch import nn


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


def rising_cosine(step, steps):
    rising = round(0.2 * steps)
    return (step + 1) / rising if step < rising else cosine(step - rising, steps - rising)


def adamw(model):
    groups = [
        {"params": [w for w in model.parameters() if w.dim() > 1], "weight_decay": 0.05},
        {"params": [w for w in model.parameters() if w.dim() < 2], "weight_decay": 0},
    ]
    return torch.optim.AdamW(groups, 1e-2)


def train(seed, folder):
    return train_digits(Convolutional, adamw, rising_cosine, 3, 128, seed, folder)
