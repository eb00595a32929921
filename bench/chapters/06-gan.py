"""Chapter 6's WGAN-GP in eager PyTorch: the twin of 06-gan.ts, with the same initialisation, schedule, batches and penalty.

The penalty's second derivatives come from torch.autograd.grad(create_graph=True).
"""

import time

import numpy as np
import torch
import torch.nn.functional as F
from digits import cosine, digits, he
from torch import nn

STEPS, STAGE, SIZE, LATENTS, PENALTY = 600, 200, 64, 32, 10


class Halve(nn.Module):
    """A convolution of stride 2 that pads as TensorFlow's "same" does: an odd pixel more below and to the right."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, stride=2)

    def forward(self, x):
        odd = x.shape[-1] % 2
        return F.leaky_relu(self.conv(F.pad(x, (odd, 1, odd, 1))), 0.2)


def generator():
    return nn.Sequential(
        nn.Linear(LATENTS, 64 * 7 * 7), nn.Unflatten(1, (64, 7, 7)), nn.BatchNorm2d(64), nn.ReLU(),
        nn.Upsample(scale_factor=2), nn.Conv2d(64, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(),
        nn.Conv2d(32, 4, 3, padding=1), nn.PixelShuffle(2), nn.Sigmoid(),
    )  # fmt: skip


def critic():
    return nn.Sequential(
        Halve(1, 32), Halve(32, 64), Halve(64, 64), nn.Flatten(),
        nn.Linear(64 * 4 * 4, 128), nn.LeakyReLU(0.2), nn.Linear(128, 1),
    )  # fmt: skip


class Grader(nn.Module):
    """The features of chapter 4's network."""

    def __init__(self, path):
        super().__init__()
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs))
            for inputs, outputs in ((1, 32), (32, 48), (48, 48), (48, 48))
        )
        numbers, at = torch.from_numpy(np.fromfile(path, np.float32)), 0
        parts = [part for conv, norm in self.blocks for part in (conv.weight, conv.bias, norm.weight, norm.bias)]
        parts += [part for _, norm in self.blocks for part in (norm.running_mean, norm.running_var)]
        with torch.no_grad():
            for part in parts:
                values = numbers[at : at + part.numel()]
                at += part.numel()
                if part.dim() == 4:  # ours are (height, width, in, out)
                    values = values.view(3, 3, part.shape[1], part.shape[0]).permute(3, 2, 0, 1)
                part.copy_(values.view(part.shape) if part.dim() == 1 else values)
        assert at == len(numbers), f"the grader has {at} numbers, its file {len(numbers)}"
        self.eval()

    @torch.no_grad()
    def forward(self, x):
        one, two, three, four = self.blocks
        h = F.max_pool2d(F.relu(one(x)), 2)
        h = F.max_pool2d(F.relu(two(h)), 2)
        return F.relu(h + four(F.relu(three(h)))).mean((2, 3))


def gaussian(features):
    features = features.double()
    return features.mean(0), features.T.cov()


def root(matrix):
    values, vectors = torch.linalg.eigh(matrix)
    return (vectors * values.clamp(min=0).sqrt()) @ vectors.T


def frechet(a, b):
    half = root(a[1])
    return ((a[0] - b[0]).square().sum() + torch.trace(a[1] + b[1] - 2 * root(half @ b[1] @ half))).item()


def train(seed, folder):
    torch.manual_seed(seed)
    images = digits(folder, "train")[0].view(-1, 1, 28, 28)
    grade = Grader(f"{folder}/grader")
    real = gaussian(grade(digits(folder, "test")[0][::2].view(-1, 1, 28, 28)))
    G, D = he(generator()), he(critic())
    optimizers = [torch.optim.Adam(net.parameters(), 1e-3, betas=(0.5, 0.9)) for net in (D, G)]
    rates = [torch.optim.lr_scheduler.LambdaLR(each, lambda step: cosine(step, STEPS)) for each in optimizers]
    latents = torch.randn(5000, LATENTS)

    def move(player, loss):
        optimizers[player].zero_grad(set_to_none=True)
        loss.backward()
        optimizers[player].step()
        rates[player].step()
        loss.item()

    def judge(x):
        with torch.no_grad():
            forged = G(torch.randn(SIZE, LATENTS))
        share = torch.rand(SIZE, 1, 1, 1)
        between = (share * x + (1 - share) * forged).requires_grad_()
        (slope,) = torch.autograd.grad(D(between).sum(), between, create_graph=True)
        steepness = (slope.square().sum((1, 2, 3)) + 1e-12).sqrt()
        move(0, D(forged).mean() - D(x).mean() + PENALTY * (steepness - 1).square().mean())

    def forge():
        for weight in D.parameters():  # no gradients that nobody asked for
            weight.requires_grad_(False)
        move(1, -D(G(torch.randn(SIZE, LATENTS))).mean())
        for weight in D.parameters():
            weight.requires_grad_(True)

    stages, step, begin = [], 0, time.perf_counter()
    while step < STEPS:
        order = torch.randperm(len(images))
        for i in range(len(images) // SIZE):
            judge(images[order[i * SIZE : (i + 1) * SIZE]])
            forge()
            step += 1
            if step % STAGE == 0:
                seconds = time.perf_counter() - begin
                G.eval()
                with torch.no_grad():
                    forged = torch.cat([G(part) for part in latents.split(500)])
                stages.append({"seconds": seconds, "score": frechet(real, gaussian(grade(forged)))})
                G.train()
                begin = time.perf_counter()
            if step == STEPS:
                break
    return stages
