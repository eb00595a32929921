"""Chapter 5's language model in eager PyTorch: the twin of 05-rnn.ts, with the same initialisation, schedule, streams and truncation.

PyTorch's GRU resets after the product instead of before; all else is the same. Its second bias stays at zero, for ours has one.
"""

import math
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

STEPS, STAGE, UNITS, RATE = 1000, 100, 128, 1e-2


def streams(ids, size, length):
    """(length, size) inputs and the same one step later: row r goes on where row r of the batch before stopped."""
    each = (len(ids) - 1) // size
    inputs = ids[: size * each].view(size, each).t()
    targets = ids[1 : size * each + 1].view(size, each).t()
    for start in range(0, each - length + 1, length):
        yield inputs[start : start + length], targets[start : start + length]


class Writer(nn.Module):
    def __init__(self, characters):
        super().__init__()
        self.characters = characters
        self.gru = nn.GRU(characters, UNITS)
        self.out = nn.Linear(UNITS, characters)
        nn.init.normal_(self.gru.weight_ih_l0)  # one number of a one-hot row is not zero
        nn.init.normal_(self.gru.weight_hh_l0, 0, 1 / math.sqrt(UNITS))
        nn.init.normal_(self.out.weight, 0, 1 / math.sqrt(UNITS))
        for bias in (self.gru.bias_ih_l0, self.gru.bias_hh_l0, self.out.bias):
            nn.init.zeros_(bias)
        nn.init.ones_(self.gru.bias_ih_l0.data[UNITS : 2 * UNITS])  # of the gate that keeps: the order is r, z, n
        self.gru.bias_hh_l0.requires_grad_(False)

    def forward(self, ids, h):
        h, last = self.gru(F.one_hot(ids, self.characters).float(), h)
        return self.out(h), last


def loss_of(model, x, y, h):
    scores, last = model(x, h)
    return F.cross_entropy(scores.flatten(0, 1), y.flatten()), last


def measure(model, ids):
    """Bits per character."""
    losses, h = [], None
    with torch.no_grad():
        for x, y in streams(ids, 16, 100):
            loss, h = loss_of(model, x, y, h)
            losses.append(loss.item())
    return sum(losses) / len(losses) / math.log(2)


def train(seed, folder):
    torch.manual_seed(seed)
    fitting, validation, size = (
        torch.from_numpy(np.fromfile(f"{folder}/{part}", np.int32).astype(np.int64))
        for part in ("fitting", "validation", "size")
    )
    model = Writer(size.item())
    trained = [w for w in model.parameters() if w.requires_grad]
    optimizer = torch.optim.Adam(trained, RATE)
    rates = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.5 * (1 + math.cos(math.pi * step / STEPS)))
    stages, step, begin = [], 0, time.perf_counter()
    while step < STEPS:
        h = None  # the book is opened again
        for x, y in streams(fitting, 32, 48):
            optimizer.zero_grad(set_to_none=True)
            loss, h = loss_of(model, x, y, h)
            h = h.detach()
            loss.backward()
            nn.utils.clip_grad_norm_(trained, 1)
            optimizer.step()
            rates.step()
            loss.item()
            step += 1
            if step % STAGE == 0:
                seconds = time.perf_counter() - begin
                stages.append({"seconds": seconds, "score": measure(model, validation)})
                begin = time.perf_counter()
            if step == STEPS:
                break
    return stages
