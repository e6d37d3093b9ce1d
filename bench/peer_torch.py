"""The peer of the benchmark: PyTorch as a process that works on request, so that its turns alternate with Mezzotint's.

One JSON object a line on standard input, one a line back on standard output:

    {"do": "about"}                                         -> {"version": "1.13.0", "blas": "OpenBLAS"}
    {"do": "prepare", "work": NAME, "threads": 1, ...sizes} -> {"variant": "channels last"}
    {"do": "run", "count": 5}                               -> {"seconds": 0.123}
    {"do": "memory"}                                        -> {"bytes": 123456789}

A workload is a function below that takes its sizes by name and returns its variants, {name: a function that does the work once};
`prepare` tries each and keeps the fastest, so that PyTorch is compared at its best.
"""

import copy
import json
import resource
import sys
import time

import torch
from torch import nn

LAYOUTS = {"default layout": torch.contiguous_format, "channels last": torch.channels_last}


def memory_copy(bytes):
    source = torch.ones(bytes // 4)
    target = torch.empty_like(source)
    return {"": lambda: target.copy_(source)}


def matmul(rows, columns, depth):
    a, b, c = torch.randn(rows, depth), torch.randn(depth, columns), torch.empty(rows, columns)
    return {"": lambda: torch.mm(a, b, out=c)}


def convolution(batch, height, width, inputs, outputs, kernel, stride, padding, transposed, output):
    """`output` is what is computed: "result", "input gradient" or "weight gradient". Sizes are those of the layer's input."""
    shape = (inputs, outputs, kernel, kernel) if transposed else (outputs, inputs, kernel, kernel)
    variants = {}
    for name, layout in LAYOUTS.items():
        x = torch.randn(batch, inputs, height, width).contiguous(memory_format=layout)
        w = torch.randn(shape).contiguous(memory_format=layout)
        settings = ((stride, stride), (padding, padding), (1, 1), transposed, (0, 0), 1)
        y = torch.ops.aten.convolution(x, w, None, *settings)
        if output == "result":
            variants[name] = lambda x=x, w=w: torch.ops.aten.convolution(x, w, None, *settings)
        else:
            mask = [output == "input gradient", output == "weight gradient", False]
            dy = torch.randn_like(y).contiguous(memory_format=layout)
            variants[name] = lambda x=x, w=w, dy=dy, mask=mask: torch.ops.aten.convolution_backward(dy, x, w, None, *settings, mask)
    return variants


class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels), nn.PReLU(),
            nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels))

    def forward(self, x):
        return x + self.body(x)


class SrResNet(nn.Module):
    def __init__(self, channels=64, blocks=16):
        super().__init__()
        self.head = nn.Sequential(nn.Conv2d(3, channels, 9, padding=4), nn.PReLU())
        self.body = nn.Sequential(
            *[ResidualBlock(channels) for _ in range(blocks)], nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels))
        self.tail = nn.Sequential(
            nn.Conv2d(channels, 4 * channels, 3, padding=1), nn.PixelShuffle(2), nn.PReLU(),
            nn.Conv2d(channels, 4 * channels, 3, padding=1), nn.PixelShuffle(2), nn.PReLU(),
            nn.Conv2d(channels, 3, 9, padding=4))

    def forward(self, x):
        x = self.head(x)
        return self.tail(x + self.body(x))


def inference(network, x):
    """The network as it is and compiled for inference, in both layouts."""
    variants = {}
    for name, layout in LAYOUTS.items():
        model = copy.deepcopy(network).eval().to(memory_format=layout)
        image = x.contiguous(memory_format=layout)
        with torch.no_grad():
            compiled = torch.jit.optimize_for_inference(torch.jit.trace(model, image))
        variants[name] = lambda model=model, image=image: model(image)
        variants[name + ", compiled"] = lambda compiled=compiled, image=image: compiled(image)

    def without_gradients(run):
        def once():
            with torch.inference_mode():
                run()
        return once

    return {name: without_gradients(run) for name, run in variants.items()}


def srresnet_inference(height, width):
    return inference(SrResNet(), torch.rand(1, 3, height, width))


def srresnet_training(batch, height, width):
    variants = {}
    for name, layout in LAYOUTS.items():
        network = SrResNet().to(memory_format=layout)
        optimizer = torch.optim.Adam(network.parameters(), lr=1e-4)
        low = torch.rand(batch, 3, height, width).contiguous(memory_format=layout)
        high = torch.rand(batch, 3, 4 * height, 4 * width).contiguous(memory_format=layout)

        def once(network=network, optimizer=optimizer, low=low, high=high):
            optimizer.zero_grad(set_to_none=True)
            nn.functional.mse_loss(network(low), high).backward()
            optimizer.step()

        variants[name] = once
    return variants


WORK = {f.__name__: f for f in (memory_copy, matmul, convolution, srresnet_inference, srresnet_training)}


def seconds(run, count):
    start = time.perf_counter()
    for _ in range(count):
        run()
    return time.perf_counter() - start


def fastest(variants):
    """The name of the variant with the lowest of a few times, each after a warm-up."""
    def best(run):
        seconds(run, 2)
        return min(seconds(run, 1) for _ in range(4))

    return min(variants, key=lambda name: best(variants[name])) if len(variants) > 1 else next(iter(variants))


def blas():
    """The library that PyTorch's matrix products, and its transposed convolutions, came to be linked with."""
    torch.mm(torch.ones(2, 2), torch.ones(2, 2))
    with open("/proc/self/maps") as maps:
        loaded = maps.read()
    for library, name in {"openblas": "OpenBLAS", "libmkl": "MKL", "libblas": "the reference BLAS"}.items():
        if library in loaded:
            return name
    return "a BLAS of its own"


def main():
    # Answers go to the real standard output; whatever a library prints goes to standard error.
    answers, sys.stdout = sys.stdout, sys.stderr
    run = None
    for line in sys.stdin:
        request = json.loads(line)
        do = request.pop("do")
        if do == "about":
            answer = {"version": torch.__version__, "blas": blas()}
        elif do == "prepare":
            torch.set_num_threads(request.pop("threads"))
            variants = WORK[request.pop("work")](**request)
            chosen = fastest(variants)
            run = variants[chosen]
            del variants
            seconds(run, 2)
            answer = {"variant": chosen}
        elif do == "run":
            answer = {"seconds": seconds(run, request["count"])}
        elif do == "memory":
            answer = {"bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}
        else:
            raise ValueError(f"unknown request {do}")
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
