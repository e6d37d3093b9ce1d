"""A peer of the benchmark: PyTorch as a process that works on request, so that its turns alternate with the others'.

One JSON object a line on standard input, one a line back on standard output:

    {"do": "about"}                                         -> {"name": "PyTorch 1.13.0 with OpenBLAS", "warning": null}
    {"do": "prepare", "work": NAME, "threads": 1, ...sizes} -> {"variant": "channels last", "facts": {...}}
    {"do": "run", "count": 5}                               -> {"seconds": 0.123}
    {"do": "memory"}                                        -> {"bytes": 123456789}

A workload is a function below that takes its sizes by name and returns its variants, {name: a function that does the work once};
`prepare` tries each and keeps the fastest, so that PyTorch is compared at its best. A workload of networks puts into FACTS what must
be as in Mezzotint: of each network its parameters, the operations of its convolutions in one pass, and the elements of its output.
"""

import copy
import json
import sys
import time

import torch
from torch import nn

FACTS = {}
LAYOUTS = {"default layout": torch.contiguous_format, "channels last": torch.channels_last}


def peak_memory():
    """The most memory that this process has held. What getrusage says of a process begins with what its parent held."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))


def memory_copy(bytes):
    source = torch.ones(bytes // 4)
    target = torch.empty_like(source)
    return {"": lambda: target.copy_(source)}


def matmul(rows, columns, depth):
    a, b, c = torch.randn(rows, depth), torch.randn(depth, columns), torch.empty(rows, columns)
    return {"": lambda: torch.mm(a, b, out=c)}


def convolution(batch, height, width, inputs, outputs, kernel, stride, padding, output_padding, transposed, output):
    """`output` is what is computed: "result", "input gradient" or "weight gradient". Sizes are those of the layer's input.

    The result is that of inference: also tried is the layer compiled, which packs its weights once."""
    shape = (inputs, outputs, kernel, kernel) if transposed else (outputs, inputs, kernel, kernel)
    variants = {}
    for name, layout in LAYOUTS.items():
        x = torch.randn(batch, inputs, height, width).contiguous(memory_format=layout)
        w = torch.randn(shape).contiguous(memory_format=layout)
        settings = ((stride, stride), (padding, padding), (1, 1), transposed, (output_padding, output_padding), 1)
        y = torch.ops.aten.convolution(x, w, None, *settings)
        if output == "result":
            variants[name] = lambda x=x, w=w: torch.ops.aten.convolution(x, w, None, *settings)
            kind, place = (nn.ConvTranspose2d, {"output_padding": output_padding}) if transposed else (nn.Conv2d, {})
            layer = kind(inputs, outputs, kernel, stride, padding, bias=False, **place).eval().to(memory_format=layout)
            variants[name + ", compiled"] = without_gradients(lambda compiled=compiled(layer, x), x=x: compiled(x))
        else:
            mask = [output == "input gradient", output == "weight gradient", False]
            dy = torch.randn_like(y).contiguous(memory_format=layout)
            variants[name] = lambda x=x, w=w, dy=dy, mask=mask: torch.ops.aten.convolution_backward(dy, x, w, None, *settings, mask)
    return variants


def compiled(network, x):
    with torch.no_grad():
        return torch.jit.optimize_for_inference(torch.jit.trace(network, x))


def without_gradients(run):
    def once():
        with torch.inference_mode():
            run()
    return once


class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels), nn.PReLU(),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        return x + self.body(x)


class SrResNet(nn.Module):
    def __init__(self, channels=64, blocks=16):
        super().__init__()
        self.head = nn.Sequential(nn.Conv2d(3, channels, 9, padding=4), nn.PReLU())
        self.body = nn.Sequential(
            *[ResidualBlock(channels) for _ in range(blocks)],
            nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels))
        self.tail = nn.Sequential(
            nn.Conv2d(channels, 4 * channels, 3, padding=1), nn.PixelShuffle(2), nn.PReLU(),
            nn.Conv2d(channels, 4 * channels, 3, padding=1), nn.PixelShuffle(2), nn.PReLU(),
            nn.Conv2d(channels, 3, 9, padding=4))

    def forward(self, x):
        x = self.head(x)
        return self.tail(x + self.body(x))


class Compact(nn.Module):
    """Mezzotint's own network: blocks without norm, and the input's pixels repeated before the one shuffle."""

    def __init__(self, channels=48, blocks=8, scale=4):
        super().__init__()
        self.scale = scale
        self.head = nn.Conv2d(3, channels, 3, padding=1)
        self.body = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU(inplace=True), nn.Conv2d(channels, channels, 3, padding=1))
            for _ in range(blocks))
        self.join = nn.Conv2d(channels, channels, 3, padding=1)
        self.tail = nn.Conv2d(channels, 3 * scale**2, 3, padding=1)

    def forward(self, x):
        first = self.head(x - 0.5)
        y = first
        for block in self.body:
            y = y + block(y)
        detail = self.tail(torch.relu(self.join(y) + first))
        return nn.functional.pixel_shuffle(detail + x.repeat_interleave(self.scale**2, 1), self.scale)


def dcgan_generator(latent=100, widths=(512, 256, 128, 64)):
    layers = [nn.ConvTranspose2d(latent, widths[0], 4, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU(inplace=True)]
    for narrow, wide in zip(widths[1:], widths):
        layers += [nn.ConvTranspose2d(wide, narrow, 4, 2, 1, bias=False), nn.BatchNorm2d(narrow), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], 3, 4, 2, 1, bias=False), nn.Tanh())


def dcgan_discriminator(widths=(64, 128, 256, 512)):
    layers = [nn.Conv2d(3, widths[0], 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True)]
    for narrow, wide in zip(widths, widths[1:]):
        layers += [nn.Conv2d(narrow, wide, 4, 2, 1, bias=False), nn.BatchNorm2d(wide), nn.LeakyReLU(0.2, inplace=True)]
    return nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 4, bias=False))


class ReflectedBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels), nn.ReLU(inplace=True),
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels))

    def forward(self, x):
        return x + self.body(x)


def pix2pixhd_global(channels=64, downs=4, blocks=9):
    layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, channels, 7), nn.InstanceNorm2d(channels), nn.ReLU(inplace=True)]
    for _ in range(downs):
        layers += [nn.Conv2d(channels, 2 * channels, 3, 2, 1), nn.InstanceNorm2d(2 * channels), nn.ReLU(inplace=True)]
        channels *= 2
    layers += [ReflectedBlock(channels) for _ in range(blocks)]
    for _ in range(downs):
        layers += [nn.ConvTranspose2d(channels, channels // 2, 3, 2, 1, 1), nn.InstanceNorm2d(channels // 2), nn.ReLU(inplace=True)]
        channels //= 2
    return nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(channels, 3, 7), nn.Tanh())


class UNet(nn.Module):
    def __init__(self, channels=64, depth=8):
        super().__init__()
        widths = [3] + [channels * min(2**i, 8) for i in range(depth)]
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        for i in range(depth):
            normed = 0 < i < depth - 1
            down = [] if i == 0 else [nn.LeakyReLU(0.2)]
            down += [nn.Conv2d(widths[i], widths[i + 1], 4, 2, 1, bias=not normed)] + [nn.BatchNorm2d(widths[i + 1])] * normed
            up = [nn.ReLU(), nn.ConvTranspose2d(widths[i + 1] * (1 if i == depth - 1 else 2), widths[i], 4, 2, 1, bias=i == 0)]
            up += [nn.Tanh()] if i == 0 else [nn.BatchNorm2d(widths[i])]
            up += [nn.Dropout(0.5)] if i >= depth - 3 else []
            self.down.append(nn.Sequential(*down))
            self.up.append(nn.Sequential(*up))

    def forward(self, x):
        features = []
        for down in self.down:
            x = down(x)
            features.append(x)
        x = self.up[-1](x)
        for up, feature in zip(reversed(self.up[:-1]), reversed(features[:-1])):
            x = up(torch.cat([feature, x], 1))
        return x


def patch_discriminator(channels=64, layers=3):
    parts = [nn.Conv2d(6, channels, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)]
    for i in range(1, layers + 1):
        parts += [nn.Conv2d(channels, 2 * channels, 4, 2 if i < layers else 1, 1, bias=False), nn.BatchNorm2d(2 * channels)]
        parts += [nn.LeakyReLU(0.2, inplace=True)]
        channels *= 2
    return nn.Sequential(*parts, nn.Conv2d(channels, 1, 4, 1, 1))


def remember(name, network, x):
    """Counts what one pass of a network over x does, for comparison with the other side's."""
    operations = 0

    def count(layer, inputs, output):
        nonlocal operations
        # Each weight meets each pixel of the smaller of the two images.
        pixels = (inputs[0] if isinstance(layer, nn.ConvTranspose2d) else output)[:, 0].numel()
        operations += 2 * pixels * layer.weight.numel()

    hooks = [layer.register_forward_hook(count) for layer in network.modules() if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d))]
    with torch.no_grad():
        output = network.eval()(x)
    network.train()
    for hook in hooks:
        hook.remove()
    parameters = sum(parameter.numel() for parameter in network.parameters())
    FACTS[name] = {"parameters": parameters, "operations": operations, "elements": output.numel()}


def inference(network, x):
    """The network as it is and compiled for inference, in both layouts."""
    remember("network", network, x)
    variants = {}
    for name, layout in LAYOUTS.items():
        model = copy.deepcopy(network).eval().to(memory_format=layout)
        image = x.contiguous(memory_format=layout)
        variants[name] = without_gradients(lambda model=model, image=image: model(image))
        variants[name + ", compiled"] = without_gradients(lambda compiled=compiled(model, image), image=image: compiled(image))
    return variants


def srresnet_inference(height, width):
    return inference(SrResNet(), torch.rand(1, 3, height, width))


def compact_inference(height, width):
    return inference(Compact(), torch.rand(1, 3, height, width))


def dcgan_inference(batch):
    return inference(dcgan_generator(), torch.randn(batch, 100, 1, 1))


def pix2pixhd_inference(height, width):
    return inference(pix2pixhd_global(), torch.rand(1, 3, height, width))


def unet_inference(height, width):
    return inference(UNet(), torch.rand(1, 3, height, width))


def srresnet_training(batch, height, width):
    variants = {}
    for name, layout in LAYOUTS.items():
        network = SrResNet().to(memory_format=layout)
        optimizer = torch.optim.Adam(network.parameters(), lr=1e-4)
        low = torch.rand(batch, 3, height, width).contiguous(memory_format=layout)
        high = torch.rand(batch, 3, 4 * height, 4 * width).contiguous(memory_format=layout)
        remember("network", network, low)

        def once(network=network, optimizer=optimizer, low=low, high=high):
            optimizer.zero_grad(set_to_none=True)
            nn.functional.mse_loss(network(low), high).backward()
            optimizer.step()

        variants[name] = once
    return variants


def adversarial(generator, discriminator, layout, given, sample, pairs, discriminator_factor, pixel_loss):
    """One step: the discriminator on real and on generated images, then the generator against the new discriminator."""
    generator, discriminator = generator.to(memory_format=layout), discriminator.to(memory_format=layout)
    remember("generator", generator, given)
    remember("discriminator", discriminator, pairs(given, sample))
    optimizer = {network: torch.optim.Adam(network.parameters(), lr=2e-4, betas=(0.5, 0.999)) for network in (generator, discriminator)}
    loss = nn.functional.binary_cross_entropy_with_logits

    def cost(image, target):
        output = discriminator(pairs(given, image))
        return loss(output, torch.full_like(output, target))

    def once():
        fake = generator(given)
        discriminator.requires_grad_(True)
        optimizer[discriminator].zero_grad(set_to_none=True)
        (discriminator_factor * (cost(sample, 1.0) + cost(fake.detach(), 0.0))).backward()
        optimizer[discriminator].step()
        discriminator.requires_grad_(False)
        optimizer[generator].zero_grad(set_to_none=True)
        (cost(fake, 1.0) + pixel_loss(fake, sample)).backward()
        optimizer[generator].step()

    return once


def dcgan_training(batch):
    variants = {}
    for name, layout in LAYOUTS.items():
        latent, images = torch.randn(batch, 100, 1, 1), torch.rand(batch, 3, 64, 64).contiguous(memory_format=layout)
        variants[name] = adversarial(
            dcgan_generator(), dcgan_discriminator(), layout, latent, images, lambda given, image: image, 1, lambda fake, image: 0)
    return variants


def pix2pix_training(size):
    variants = {}
    for name, layout in LAYOUTS.items():
        condition, image = (torch.rand(1, 3, size, size).contiguous(memory_format=layout) for _ in range(2))
        variants[name] = adversarial(
            UNet(), patch_discriminator(), layout, condition, image, lambda given, image: torch.cat([given, image], 1), 0.5,
            lambda fake, image: 100 * nn.functional.l1_loss(fake, image))
    return variants


WORK = {
    f.__name__: f
    for f in (
        memory_copy, matmul, convolution, srresnet_inference, compact_inference, dcgan_inference, pix2pixhd_inference, unet_inference,
        srresnet_training, dcgan_training, pix2pix_training)
}


def seconds(run, count):
    start = time.perf_counter()
    for _ in range(count):
        run()
    return time.perf_counter() - start


def fastest(variants):
    """The name of the variant with the lowest of a few times after a warm-up, as many as fit into a moment."""
    def best(run):
        seconds(run, 1)
        times, began = [], time.perf_counter()
        while not times or (len(times) < 5 and time.perf_counter() - began < 0.3):
            times.append(seconds(run, 1))
        return min(times)

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
            library = blas()
            slow = "apt-get install libopenblas0-pthread gives PyTorch's matrix products a fast BLAS, which they lack here."
            answer = {
                "name": f"PyTorch {torch.__version__} with {library}",
                "warning": slow if library == "the reference BLAS" else None,
            }
        elif do == "prepare":
            torch.set_num_threads(request.pop("threads"))
            FACTS.clear()
            variants = WORK[request.pop("work")](**request)
            chosen = fastest(variants)
            run = variants[chosen]
            del variants
            seconds(run, 1)
            answer = {"variant": chosen, "facts": dict(FACTS)}
        elif do == "run":
            answer = {"seconds": seconds(run, request["count"])}
        elif do == "memory":
            answer = {"bytes": peak_memory()}
        else:
            raise ValueError(f"unknown request {do}")
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
