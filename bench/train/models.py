"""The five reference train steps in eager PyTorch: twins of models/*.ts, started from the same weights and the same data.

Run as a worker it answers timed rounds over standard input and output, one JSON document a line (see ../worker-process.ts):
    python models.py THREADS
"""

import json
import math
import resource
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

# ---- numbers: the twin of models/counter-noise.ts


def _mix(x):
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x7FEB352D)
    x = (x ^ (x >> np.uint32(15))) * np.uint32(0x846CA68B)
    return x ^ (x >> np.uint32(16))


def _uniform(stream, count):
    index = np.arange(count, dtype=np.uint32)
    offset = np.uint32(stream * 0x9E3779B9 & 0xFFFFFFFF)
    return (_mix(_mix(offset ^ index) + np.uint32(stream)) >> np.uint32(8)).astype(np.float64) / 2**24


def uniform(stream, shape, scale=1):
    values = _uniform(stream, math.prod(shape)).astype(np.float32) * np.float32(scale)
    return torch.from_numpy(values.reshape(shape))


def integers(stream, shape, limit):
    return torch.from_numpy(np.floor(_uniform(stream, math.prod(shape)) * limit).astype(np.int64).reshape(shape))


def normal(stream, shape, std=1.0):
    sums = _uniform(stream, 4 * math.prod(shape)).reshape(-1, 4).sum(axis=1)
    return torch.from_numpy(((sums - 2) * (math.sqrt(3) * std)).astype(np.float32).reshape(shape))


class Parameters:
    """Draws weights in the order and layout of models/parameters.ts and copies them into PyTorch's layout."""

    def __init__(self, model):
        self.stream = 1000 * model

    def normal(self, shape, std):
        self.stream += 1
        return normal(self.stream - 1, shape, std)

    def linear(self, layer, std):
        """A (in, out) matrix; the bias, if there is one, starts at zero."""
        with torch.no_grad():
            layer.weight.copy_(self.normal((layer.in_features, layer.out_features), std).T)
            if layer.bias is not None:
                layer.bias.zero_()
        return layer

    def conv(self, layer, std):
        """A (height, width, in, out) kernel."""
        with torch.no_grad():
            shape = (*layer.kernel_size, layer.in_channels, layer.out_channels)
            layer.weight.copy_(self.normal(shape, std).permute(3, 2, 0, 1))
            layer.bias.zero_()
        return layer


def train_step(model, optimizer, loss):
    def step():
        optimizer.zero_grad(set_to_none=True)
        value = loss()
        value.backward()
        optimizer.step()
        return value.item()

    step.model = model
    return step


# ---- models


def mlp(B=128):
    p = Parameters(1)
    sizes = [784, 256, 128, 10]
    linear = [p.linear(nn.Linear(i, o), math.sqrt(2 / i)) for i, o in zip(sizes, sizes[1:])]
    model = nn.Sequential(linear[0], nn.ReLU(), linear[1], nn.ReLU(), linear[2])
    x, y = uniform(11, (B, 784)), integers(12, (B,), 10)
    return train_step(model, torch.optim.Adam(model.parameters(), 1e-3), lambda: F.cross_entropy(model(x), y))


def cnn(B=64):
    p = Parameters(2)
    conv1 = p.conv(nn.Conv2d(1, 32, 3, padding=1), 0.3)
    conv2 = p.conv(nn.Conv2d(32, 64, 3, padding=1), 0.08)
    linear = nn.Linear(7 * 7 * 64, 10)
    with torch.no_grad():  # rows in NHWC order there, in NCHW order here
        linear.weight.copy_(p.normal((7 * 7 * 64, 10), 0.02).view(7, 7, 64, 10).permute(3, 2, 0, 1).reshape(10, -1))
        linear.bias.zero_()
    model = nn.Sequential(conv1, nn.ReLU(), nn.MaxPool2d(2), conv2, nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), linear)
    x, y = uniform(21, (B, 28, 28, 1)).permute(0, 3, 1, 2).contiguous(), integers(22, (B,), 10)
    return train_step(model, torch.optim.Adam(model.parameters(), 1e-3), lambda: F.cross_entropy(model(x), y))


class LSTMClassifier(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.lstm = nn.LSTM(inputs, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 10)

    def forward(self, x):
        return self.out(self.lstm(x)[0][:, -1])


def lstm(B=32, T=64, I=64, H=128):
    p = Parameters(3)
    model = LSTMClassifier(I, H)
    with torch.no_grad():
        model.lstm.weight_ih_l0.copy_(p.normal((I, 4 * H), 0.08).T)
        model.lstm.weight_hh_l0.copy_(p.normal((H, 4 * H), 0.08).T)
        model.lstm.bias_ih_l0.zero_()
        model.lstm.bias_hh_l0.zero_()
    model.lstm.bias_hh_l0.requires_grad_(False)  # one bias, as in the twin; the second is redundant
    p.linear(model.out, 0.08)
    x, y = normal(31, (B, T, I)), integers(32, (B,), 10)
    trained = [w for w in model.parameters() if w.requires_grad]
    return train_step(model, torch.optim.Adam(trained, 1e-3), lambda: F.cross_entropy(model(x), y))


class Block(nn.Module):
    def __init__(self, p, C, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(C), nn.LayerNorm(C)
        self.qkv, self.out = p.linear(nn.Linear(C, 3 * C), 0.05), p.linear(nn.Linear(C, C), 0.05)
        self.up, self.down = p.linear(nn.Linear(C, 4 * C), 0.05), p.linear(nn.Linear(4 * C, C), 0.05)

    def forward(self, h):
        B, T, C = h.shape
        q, k, v = self.qkv(self.norm1(h)).view(B, T, 3, self.heads, C // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        h = h + self.out(y.transpose(1, 2).reshape(B, T, C))
        return h + self.down(F.gelu(self.up(self.norm2(h))))


class GPT(nn.Module):
    def __init__(self, p, T, C, V, L, heads):
        super().__init__()
        self.tokens = nn.Embedding(V, C)
        with torch.no_grad():
            self.tokens.weight.copy_(p.normal((V, C), 0.02))
        self.positions = nn.Parameter(p.normal((T, C), 0.02))
        self.blocks = nn.ModuleList([Block(p, C, heads) for _ in range(L)])
        self.norm = nn.LayerNorm(C)
        self.head = p.linear(nn.Linear(C, V, bias=False), 0.05)

    def forward(self, x):
        h = self.tokens(x) + self.positions
        for block in self.blocks:
            h = block(h)
        return self.head(self.norm(h))


def gpt(B=32, T=64, C=128, V=65, L=4, heads=4):
    model = GPT(Parameters(4), T, C, V, L, heads)
    matrices = [w for w in model.parameters() if w.dim() > 1]
    vectors = [w for w in model.parameters() if w.dim() < 2]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, 3e-4, betas=(0.9, 0.95))
    x, y = integers(41, (B, T), V), integers(42, (B, T), V)
    return train_step(model, optimizer, lambda: F.cross_entropy(model(x).view(-1, V), y.view(-1)))


GROUPS, EMBEDDING = 8, 64


class Residual(nn.Module):
    def __init__(self, conv, p, inputs, outputs):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(GROUPS, inputs), conv(inputs, outputs)
        self.time = p.linear(nn.Linear(EMBEDDING, outputs), 0.1)
        self.norm2, self.conv2 = nn.GroupNorm(GROUPS, outputs), conv(outputs, outputs)
        self.skip = nn.Identity() if inputs == outputs else conv(inputs, outputs, 1)

    def forward(self, x, time):
        h = self.conv1(F.silu(self.norm1(x))) + self.time(time)[:, :, None, None]
        return self.conv2(F.silu(self.norm2(h))) + self.skip(x)


class Attention(nn.Module):
    def __init__(self, p, C):
        super().__init__()
        self.norm = nn.GroupNorm(GROUPS, C)
        self.qkv = p.linear(nn.Linear(C, 3 * C, bias=False), 0.1)
        self.out = p.linear(nn.Linear(C, C, bias=False), 0.1)

    def forward(self, x):
        B, C, H, W = x.shape
        q, k, v = self.qkv(self.norm(x).flatten(2).transpose(1, 2)).unsqueeze(1).chunk(3, -1)
        y = F.scaled_dot_product_attention(q, k, v).squeeze(1)
        return x + self.out(y).transpose(1, 2).reshape(B, C, H, W)


class UNet(nn.Module):
    def __init__(self, p, C0, C1, C2):
        super().__init__()

        def conv(inputs, outputs, kernel=3, stride=1):
            layer = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2)
            return p.conv(layer, math.sqrt(1 / (kernel * kernel * inputs)))

        self.time1 = p.linear(nn.Linear(EMBEDDING // 2, EMBEDDING), 0.1)
        self.time2 = p.linear(nn.Linear(EMBEDDING, EMBEDDING), 0.1)
        self.input = conv(4, C0)
        self.block0, self.down0 = Residual(conv, p, C0, C0), conv(C0, C1, stride=2)
        self.block1, self.down1 = Residual(conv, p, C1, C1), conv(C1, C2, stride=2)
        self.block2 = Residual(conv, p, C2, C2)
        self.attention = Attention(p, C2)
        self.block3 = Residual(conv, p, C2, C2)
        self.up1, self.block4 = conv(C2, C1), Residual(conv, p, C1 + C1, C1)
        self.up0, self.block5 = conv(C1, C0), Residual(conv, p, C0 + C0, C0)
        self.output_norm, self.output = nn.GroupNorm(GROUPS, C0), conv(C0, 4)
        n = EMBEDDING // 4
        self.register_buffer("frequencies", torch.tensor([10000 ** (-i / n) for i in range(n)]))

    def forward(self, x, t):
        angles = t[:, None] * self.frequencies
        time = torch.cat([angles.sin(), angles.cos()], 1)
        time = F.silu(self.time2(F.silu(self.time1(time))))
        skip0 = self.block0(self.input(x), time)
        skip1 = self.block1(self.down0(skip0), time)
        h = self.block2(self.down1(skip1), time)
        h = self.block3(self.attention(h), time)
        h = self.block4(torch.cat([self.up1(F.interpolate(h, scale_factor=2)), skip1], 1), time)
        h = self.block5(torch.cat([self.up0(F.interpolate(h, scale_factor=2)), skip0], 1), time)
        return self.output(F.silu(self.output_norm(h)))


def unet(B=16):
    model = UNet(Parameters(5), 32, 64, 64)
    x = normal(51, (B, 16, 16, 4)).permute(0, 3, 1, 2).contiguous()
    t = uniform(52, (B,), 1000)
    noise = normal(53, (B, 16, 16, 4)).permute(0, 3, 1, 2).contiguous()
    return train_step(model, torch.optim.Adam(model.parameters(), 1e-3), lambda: F.mse_loss(model(x, t), noise))


MODELS = {"mlp": mlp, "cnn": cnn, "lstm": lstm, "gpt": gpt, "unet": unet}

# ---- worker


def timed(step, seconds):
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 3:
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def serve(threads):
    torch.set_num_threads(threads)
    print(json.dumps({"ready": True, "version": torch.__version__}), flush=True)
    steps = {}
    for line in sys.stdin:
        request = json.loads(line)
        name = request["model"]
        if name not in steps:
            steps[name] = MODELS[name]()
            for _ in range(3):
                steps[name]()
        milliseconds = timed(steps[name], request["seconds"])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"milliseconds": milliseconds, "peakBytes": peak}), flush=True)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
