"""Files of every form that PyTorch writes, each beside a safetensors file of what is in it.

`python3 torch_files.py FOLDER` writes NAME.pt and NAME.safetensors.
"""

import collections
import datetime
import json
import os
import struct
import sys

import numpy
import torch

folder = sys.argv[1]


def expect(name, state):
    header, data = {}, b""
    for key, tensor in state.items():
        block = tensor.detach().float().contiguous().numpy().tobytes()
        header[key] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(block)]}
        data += block
    text = json.dumps(header).encode()
    with open(os.path.join(folder, name + ".safetensors"), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def save(name, value, state, **options):
    torch.save(value, os.path.join(folder, name + ".pt"), **options)
    expect(name, state)


torch.manual_seed(0)
network = torch.nn.Sequential(collections.OrderedDict(
    conv=torch.nn.Conv2d(3, 4, 3), norm=torch.nn.BatchNorm2d(4), inner=torch.nn.Sequential(torch.nn.Linear(5, 2), torch.nn.PReLU())))
network.norm.running_var.normal_()
state = network.state_dict()
save("state-zip", state, state)
save("state-old", state, state, _use_new_zipfile_serialization=False)
save("module-zip", network, state)
save("module-old", network, state, _use_new_zipfile_serialization=False)
torch.jit.script(network).save(os.path.join(folder, "script.pt"))
expect("script", state)

optimizer = torch.optim.Adam(network.parameters())
network.inner(torch.randn(2, 5)).sum().backward()
optimizer.step()
save("checkpoint", {
    "epoch": 3, "optimizer": optimizer.state_dict(), "state_dict": state, "best": numpy.float64(0.5), "when": datetime.datetime.now(),
    "device": torch.device("cpu"), "size": torch.Size([1, 2]), "huge": 1 << 80, "path": None, "rates": [0.1, (1, 2.5)],
}, state, pickle_protocol=4)

mixed = {
    "half": torch.randn(2, 3).half(), "bfloat": torch.randn(2, 3).bfloat16(), "double": torch.randn(3).double(), "count": torch.tensor(7),
    "transposed": torch.randn(2, 3).t(), "channels_last": torch.randn(1, 3, 4, 5).contiguous(memory_format=torch.channels_last),
    "slice": torch.randn(6, 5)[1:4, 2:4], "parameter": torch.nn.Parameter(torch.randn(3)), "empty": torch.zeros(0, 4),
    "mask": torch.tensor([True, False]), "bytes": torch.tensor([0, 200], dtype=torch.uint8),
}
mixed["tied"] = mixed["parameter"]
save("mixed", mixed, mixed)
