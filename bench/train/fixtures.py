"""Writes what the reference tests compare with: 20 losses of each reference train step in PyTorch, from the shared weights and data.

    <peer python> bench/train/fixtures.py > tests/lib/tensor/fixtures/reference-losses.json
"""

import json
import platform

import torch

from models import MODELS

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
losses = {}
for name, create in MODELS.items():
    step = create()
    losses[name] = [step() for _ in range(20)]
print(
    json.dumps(
        {
            "source": "bench/train/fixtures.py",
            "torch": torch.__version__,
            "python": platform.python_version(),
            "capability": torch.backends.cpu.get_cpu_capability(),
            "losses": losses,
        },
        indent=1,
    )
)
