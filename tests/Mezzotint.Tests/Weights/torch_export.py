"""Loads an exported state into the PyTorch module that it is named after, strictly, and writes what the module makes of an input.

`python3 torch_export.py dcgan|vae STATE IN OUT`: IN and OUT are safetensors files with `input` and `output` (images N,H,W,C in [0, 1]).
"""

import json
import struct
import sys

import numpy
import torch
from torch import nn


class Generator(nn.Module):
    """DCGAN's, as PyTorch's example has it, for 16 pixels."""

    def __init__(self):
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(6, 8, 4, 1, 0, bias=False), nn.BatchNorm2d(8), nn.ReLU(True),
            nn.ConvTranspose2d(8, 4, 4, 2, 1, bias=False), nn.BatchNorm2d(4), nn.ReLU(True),
            nn.ConvTranspose2d(4, 3, 4, 2, 1, bias=False), nn.Tanh())

    def forward(self, z):
        return self.main(z[:, :, None, None]).permute(0, 2, 3, 1) * 0.5 + 0.5


class Autoencoder(nn.Module):
    """The variational autoencoder of PyTorch's examples, for 8 pixels."""

    def __init__(self):
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(64, 16), nn.Linear(16, 3), nn.Linear(16, 3)
        self.fc3, self.fc4 = nn.Linear(3, 16), nn.Linear(16, 64)

    def forward(self, z):
        return torch.sigmoid(self.fc4(torch.relu(self.fc3(z))))


name, state, source, target = sys.argv[1:]
network = {"dcgan": Generator, "vae": Autoencoder}[name]()
network.load_state_dict(torch.load(state, weights_only=True), strict=True)
network.eval()
with open(source, "rb") as file:
    (length,) = struct.unpack("<Q", file.read(8))
    entry = json.loads(file.read(length))["input"]
    values = numpy.frombuffer(file.read(), numpy.float32).reshape(entry["shape"]).copy()
with torch.no_grad():
    output = network(torch.from_numpy(values)).contiguous().numpy()
header = json.dumps({"output": {"dtype": "F32", "shape": list(output.shape), "data_offsets": [0, output.nbytes]}}).encode()
with open(target, "wb") as file:
    file.write(struct.pack("<Q", len(header)) + header + output.tobytes())
