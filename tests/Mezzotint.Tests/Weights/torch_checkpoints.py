"""Checkpoints as their authors' programs save them, each beside what its network makes of an input.

`python3 torch_checkpoints.py FOLDER` writes NAME.pth and NAME.safetensors, which holds `input` and one or more outputs, and `names.txt`, a name a line.
`python3 torch_checkpoints.py FOLDER exported` loads NAME.exported.pth, where there is one, strictly into the module that NAME.pth was saved from, says on
standard error what does not load or makes another output, and writes `loaded.txt`, a name a line.
Modules are written down from the published layers under the names that the field's files have; weights are drawn, norms' statistics too. Images in
the safetensors files are N,H,W,C as Mezzotint has them: enlarged ones in [0, 1], others in [-1, 1].
"""

import collections
import json
import math
import os
import struct
import sys

import numpy
import torch
from torch import nn
from torch.nn import functional as F

FOLDER = sys.argv[1]
EXPORTED = sys.argv[2:] == ["exported"]
NAMES = []
FAULTS = []


def seq(*layers):
    return nn.Sequential(*layers)


def named(**layers):
    return nn.Sequential(collections.OrderedDict(layers))


class Lambda(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class Plus(nn.Module):
    """What goes in and what the module within makes of it, added; the module is called `name`."""

    def __init__(self, name, module):
        super().__init__()
        self.inner = name
        self.add_module(name, module)

    def forward(self, x):
        return x + getattr(self, self.inner)(x)


def conv(a, b, k=3, s=1, p=None, bias=True):
    return nn.Conv2d(a, b, k, s, k // 2 if p is None else p, bias=bias)


def draw(module, seed, gain=1.0):
    """Weights that keep signals alive, and norms that do something."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in list(module.named_parameters()) + list(module.named_buffers()):
            if not value.is_floating_point():
                continue
            noise = torch.randn(value.shape, generator=generator)
            if name.endswith("running_var") or (value.dim() == 1 and name.endswith("weight") and value.numel() > 1):
                value.copy_(1 + 0.2 * noise.abs())
            elif value.dim() == 1:
                value.copy_(0.25 + 0.05 * noise if name.endswith("weight") else 0.05 * noise)
            else:
                value.copy_(noise * gain / math.sqrt(value[0].numel()))
    return module.eval()


def picture(height, width, seed=0, count=1, channels=3):
    """Something smooth with a little noise, N,C,H,W in [0, 1]."""
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    waves = [0.5 + 0.4 * torch.sin(x / (2 + c) + y / (3 - 0.5 * c) + c) for c in range(channels)]
    noise = torch.rand((count, channels, height, width), generator=torch.Generator().manual_seed(seed))
    return (0.9 * torch.stack(waves)[None] + 0.1 * noise).float()


def write(path, arrays):
    header, data = {}, b""
    for name, tensor in arrays.items():
        tensor = tensor.detach().float()
        tensor = tensor.permute(0, 2, 3, 1) if tensor.dim() == 4 else tensor
        block = tensor.contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(block)]}
        data += block
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def save(name, saved, given, made, **options):
    torch.save(saved, os.path.join(FOLDER, name + ".pth"), **options)
    made = made if isinstance(made, dict) else {"output": made}
    write(os.path.join(FOLDER, name + ".safetensors"), {"input": given, **made})
    NAMES.append(name)


@torch.no_grad()
def case(name, module, given, wrap=lambda module: module.state_dict(), after=lambda y: y, before=lambda x: x, other=None, **options):
    """A checkpoint of a module. `other` is the module of the same network that is exported, where its names are not this one's."""
    if not EXPORTED:
        save(name, wrap(module), given, after(module(before(given))), **options)
        return
    path = os.path.join(FOLDER, name + ".exported.pth")
    if not os.path.exists(path):
        return
    expected = after(module(before(given)))
    module = (other or module).eval()
    for value in module.state_dict().values():
        value.zero_()
    try:
        module.load_state_dict(torch.load(path, weights_only=True), strict=True)
    except RuntimeError as fault:
        FAULTS.append(f"{name}: {fault}")
        return
    worst = (after(module(before(given))) - expected).abs().max().item()
    if not worst <= 1e-4 * expected.abs().max().item():
        FAULTS.append(f"{name}: the output is {worst} from the first one's")
    NAMES.append(name)


# Enlargement ---------------------------------------------------------------------------------------------------------------------------


class SRVGGNetCompact(nn.Module):
    def __init__(self, scale, features, convolutions):
        super().__init__()
        self.scale = scale
        self.body = nn.ModuleList([conv(3, features), nn.PReLU(features)])
        for _ in range(convolutions):
            self.body += [conv(features, features), nn.PReLU(features)]
        self.body.append(conv(features, 3 * scale**2))

    def forward(self, x):
        y = x
        for layer in self.body:
            y = layer(y)
        return F.pixel_shuffle(y, self.scale) + F.interpolate(x, scale_factor=self.scale, mode="nearest")


class DenseBlock(nn.Module):
    """Five convolutions; in the first release each is a sequence of itself and its rectifier."""

    def __init__(self, features, growth, nested=False):
        super().__init__()
        self.nested = nested
        for i in range(5):
            layer = conv(features + i * growth, growth if i < 4 else features)
            self.add_module(f"conv{i + 1}", seq(layer) if nested else layer)

    def forward(self, x):
        seen = [x]
        for i in range(1, 5):
            seen.append(F.leaky_relu(getattr(self, f"conv{i}")(torch.cat(seen, 1)), 0.2))
        return x + 0.2 * self.conv5(torch.cat(seen, 1))


class RRDB(nn.Module):
    def __init__(self, features, growth, names, nested=False):
        super().__init__()
        self.names = names
        for name in names:
            self.add_module(name, DenseBlock(features, growth, nested))

    def forward(self, x):
        y = x
        for name in self.names:
            y = getattr(self, name)(y)
        return x + 0.2 * y


class RRDBNet(nn.Module):
    """As BasicSR and Real-ESRGAN have it: scales below 4 take blocks of pixels as channels first."""

    def __init__(self, scale=4, features=16, blocks=2, growth=8):
        super().__init__()
        self.block = {4: 1, 2: 2, 1: 4}[scale]
        self.conv_first = conv(3 * self.block**2, features)
        self.body = seq(*[RRDB(features, growth, ["rdb1", "rdb2", "rdb3"]) for _ in range(blocks)])
        self.conv_body = conv(features, features)
        self.conv_up1, self.conv_up2 = conv(features, features), conv(features, features)
        self.conv_hr, self.conv_last = conv(features, features), conv(features, 3)

    def forward(self, x):
        first = self.conv_first(F.pixel_unshuffle(x, self.block) if self.block > 1 else x)
        x = first + self.conv_body(self.body(first))
        for up in (self.conv_up1, self.conv_up2):
            x = F.leaky_relu(up(F.interpolate(x, scale_factor=2, mode="nearest")), 0.2)
        return self.conv_last(F.leaky_relu(self.conv_hr(x), 0.2))


class EsrganNet(nn.Module):
    """As ESRGAN's test program and BSRGAN have it."""

    def __init__(self, scale=4, features=16, blocks=2, growth=8):
        super().__init__()
        self.conv_first = conv(3, features)
        self.RRDB_trunk = seq(*[RRDB(features, growth, ["RDB1", "RDB2", "RDB3"]) for _ in range(blocks)])
        self.trunk_conv = conv(features, features)
        self.ups = ["upconv1", "upconv2"][: scale // 2]
        for up in self.ups:
            self.add_module(up, conv(features, features))
        self.HRconv, self.conv_last = conv(features, features), conv(features, 3)

    def forward(self, x):
        first = self.conv_first(x)
        x = first + self.trunk_conv(self.RRDB_trunk(first))
        for up in self.ups:
            x = F.leaky_relu(getattr(self, up)(F.interpolate(x, scale_factor=2, mode="nearest")), 0.2)
        return self.conv_last(F.leaky_relu(self.HRconv(x), 0.2))


def numbered_esrgan(doublings, features=16, blocks=2, growth=8):
    """ESRGAN's first release: one sequence in which upsamplings and rectifiers have numbers."""
    trunk = seq(*[RRDB(features, growth, ["RDB1", "RDB2", "RDB3"], nested=True) for _ in range(blocks)], conv(features, features))
    layers = [conv(3, features), Plus("sub", trunk)]
    for _ in range(doublings):
        layers += [nn.Upsample(scale_factor=2, mode="nearest"), conv(features, features), nn.LeakyReLU(0.2)]
    return named(model=seq(*layers, conv(features, features), nn.LeakyReLU(0.2), conv(features, 3)))


class IMDModule(nn.Module):
    def __init__(self, features=64):
        super().__init__()
        self.kept = features // 4
        rest = features - self.kept
        self.c1, self.c2, self.c3 = conv(features, features), conv(rest, features), conv(rest, features)
        self.c4, self.c5 = conv(rest, self.kept), conv(features, features, 1)
        self.cca = named(conv_du=seq(conv(features, features // 16, 1), nn.ReLU(), conv(features // 16, features, 1), nn.Sigmoid()))

    def forward(self, x):
        kept, y = [], x
        for layer in (self.c1, self.c2, self.c3):
            y = F.leaky_relu(layer(y), 0.05)
            kept.append(y[:, : self.kept])
            y = y[:, self.kept :]
        y = torch.cat([*kept, self.c4(y)], 1)
        mean = y.mean([2, 3], keepdim=True)
        contrast = ((y - mean) ** 2).mean([2, 3], keepdim=True).sqrt()
        return x + self.c5(y * self.cca(contrast + mean))


class IMDN(nn.Module):
    def __init__(self, scale, features=32, strided=False):
        super().__init__()
        self.fea_conv = seq(conv(3, features, 3, 2), nn.LeakyReLU(0.05), conv(features, features, 3, 2)) if strided else conv(3, features)
        for i in range(6):
            self.add_module(f"IMDB{i + 1}", IMDModule(features))
        self.c = seq(conv(6 * features, features, 1), nn.LeakyReLU(0.05))
        self.LR_conv = conv(features, features)
        self.upsampler = seq(conv(features, 3 * scale**2), nn.PixelShuffle(scale))

    def forward(self, x):
        first = y = self.fea_conv(x)
        results = []
        for i in range(6):
            y = getattr(self, f"IMDB{i + 1}")(y)
            results.append(y)
        return self.upsampler(first + self.LR_conv(self.c(torch.cat(results, 1))))


class Srgan(nn.Module):
    """The generator of a much copied SRGAN: block1, residual blocks, one that joins, one that enlarges."""

    def __init__(self, scale, features=16, blocks=5):
        super().__init__()
        self.block1 = seq(conv(3, features, 9), nn.PReLU())
        self.blocks = blocks
        for i in range(2, blocks + 2):
            self.add_module(f"block{i}", SrganBlock(features))
        self.add_module(f"block{blocks + 2}", seq(conv(features, features), nn.PReLU()))
        ups = [named(conv=conv(features, 4 * features), pixel_shuffle=nn.PixelShuffle(2), prelu=nn.PReLU()) for _ in range(int(math.log2(scale)))]
        self.add_module(f"block{blocks + 3}", seq(*ups, conv(features, 3, 9)))

    def forward(self, x):
        first = x = self.block1(x)
        for i in range(2, self.blocks + 3):
            x = getattr(self, f"block{i}")(x)
        return (torch.tanh(getattr(self, f"block{self.blocks + 3}")(first + x)) + 1) / 2


class SrganBlock(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.conv1, self.bn1, self.prelu = conv(features, features), nn.BatchNorm2d(features), nn.PReLU()
        self.conv2, self.bn2 = conv(features, features), nn.BatchNorm2d(features)

    def forward(self, x):
        return x + self.bn2(self.conv2(self.prelu(self.bn1(self.conv1(x)))))


class MSRResNet(nn.Module):
    """BasicSR's residual network without norms, which adds the input enlarged bilinearly."""

    def __init__(self, scale, features=16, blocks=3):
        super().__init__()
        self.scale = scale
        self.conv_first = conv(3, features)
        self.body = seq(*[MSRBlock(features) for _ in range(blocks)])
        if scale == 4:
            self.upconv1, self.upconv2 = conv(features, 4 * features), conv(features, 4 * features)
        else:
            self.upconv1 = conv(features, scale**2 * features)
        self.conv_hr, self.conv_last = conv(features, features), conv(features, 3)

    def forward(self, x):
        y = self.body(F.leaky_relu(self.conv_first(x), 0.1))
        y = F.leaky_relu(F.pixel_shuffle(self.upconv1(y), 2 if self.scale == 4 else self.scale), 0.1)
        if self.scale == 4:
            y = F.leaky_relu(F.pixel_shuffle(self.upconv2(y), 2), 0.1)
        y = self.conv_last(F.leaky_relu(self.conv_hr(y), 0.1))
        return y + F.interpolate(x, scale_factor=self.scale, mode="bilinear", align_corners=False)


class MSRBlock(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.conv1, self.conv2 = conv(features, features), conv(features, features)

    def forward(self, x):
        return x + self.conv2(F.relu(self.conv1(x)))


class EDSR(nn.Module):
    """Lim et al.'s residual network, by its authors' names and with the mean colour in convolutions of 1x1."""

    def __init__(self, scale, features=16, blocks=3, residual=1.0, span=255.0):
        super().__init__()
        self.span = span
        self.sub_mean, self.add_mean = self.shift(-1), self.shift(1)
        self.head = seq(conv(3, features))
        self.body = seq(*[EdsrBlock(features, residual) for _ in range(blocks)], conv(features, features))
        factors = [2, 2] if scale == 4 else [scale]
        ups = [layer for factor in factors for layer in (conv(features, factor**2 * features), nn.PixelShuffle(factor))]
        self.tail = seq(seq(*ups), conv(features, 3))

    def shift(self, sign):
        layer = nn.Conv2d(3, 3, 1)
        layer.weight.data = torch.eye(3).view(3, 3, 1, 1)
        layer.bias.data = sign * self.span * torch.tensor([0.4488, 0.4371, 0.4040])
        layer.requires_grad_(False)
        return layer

    def forward(self, x):
        x = self.head(self.sub_mean(x * self.span))
        return self.add_mean(self.tail(self.body(x) + x)) / self.span


def draw_edsr(module, seed):
    """Drawn but for the mean colours."""
    shifts = {name: value.clone() for name, value in module.state_dict().items() if "_mean." in name}
    draw(module, seed).load_state_dict(shifts, strict=False)
    return module


class EdsrBlock(nn.Module):
    def __init__(self, features, residual):
        super().__init__()
        self.residual = residual
        self.body = seq(conv(features, features), nn.ReLU(), conv(features, features))

    def forward(self, x):
        return x + self.body(x) * self.residual


class BasicEDSR(nn.Module):
    """The same by BasicSR's names, with the mean colour outside of the state."""

    def __init__(self, scale, features=16, blocks=3, residual=1.0):
        super().__init__()
        self.conv_first = conv(3, features)
        self.body = seq(*[MSRBlock(features) for _ in range(blocks)])
        self.conv_after_body = conv(features, features)
        factors = [2, 2] if scale == 4 else [scale]
        self.upsample = seq(*[layer for factor in factors for layer in (conv(features, factor**2 * features), nn.PixelShuffle(factor))])
        self.conv_last = conv(features, 3)

    def forward(self, x):
        mean = torch.tensor([0.4488, 0.4371, 0.4040]).view(1, 3, 1, 1)
        y = self.conv_first((x - mean) * 255)
        return self.conv_last(self.upsample(self.conv_after_body(self.body(y)) + y)) / 255 + mean


class Added(nn.Module):
    def __init__(self, **layers):
        super().__init__()
        for name, layer in layers.items():
            self.add_module(name, layer)

    def forward(self, x):
        y = x
        for layer in self.children():
            y = layer(y)
        return x + y


class SrResNet(nn.Module):
    """The SRResNets of four programs: which layers come first, which lie below the long skip, which behind it, and what happens to colours."""

    def __init__(self, first, within, behind, before=lambda x: x, after=lambda y: y):
        super().__init__()
        self.steps, self.before, self.after = (first.keys(), within.keys(), behind.keys()), before, after
        for name, layer in {**first, **within, **behind}.items():
            self.add_module(name, layer)

    def through(self, names, x):
        for name in names:
            x = getattr(self, name)(x)
        return x

    def forward(self, x):
        first = self.through(self.steps[0], self.before(x))
        return self.after(self.through(self.steps[2], first + self.through(self.steps[1], first)))


def conv_block(a, b, kernel, norm, *end):
    return named(conv_block=seq(conv(a, b, kernel), *([nn.BatchNorm2d(b)] if norm else []), *end))


def sgrvinod(doublings, f=8, blocks=3):
    block = lambda: Added(conv_block1=conv_block(f, f, 3, True, nn.PReLU()), conv_block2=conv_block(f, f, 3, True))  # noqa: E731
    up = lambda: named(conv=conv(f, 4 * f), pixel_shuffle=nn.PixelShuffle(2), prelu=nn.PReLU())  # noqa: E731
    return SrResNet(
        {"conv_block1": conv_block(3, f, 9, False, nn.PReLU())},
        {"residual_blocks": seq(*[block() for _ in range(blocks)]), "conv_block2": conv_block(f, f, 3, True)},
        {"subpixel_convolutional_blocks": seq(*[up() for _ in range(doublings)]), "conv_block3": conv_block(f, 3, 9, False, nn.Tanh())},
        normalised, lambda y: (y + 1) / 2)


def lornatang(doublings, f=8, blocks=3):
    block = lambda: Added(rcb=seq(  # noqa: E731
        conv(f, f, bias=False), nn.BatchNorm2d(f), nn.PReLU(), conv(f, f, bias=False), nn.BatchNorm2d(f)))
    up = lambda: named(upsample_block=seq(conv(f, 4 * f), nn.PixelShuffle(2), nn.PReLU()))  # noqa: E731
    return SrResNet(
        {"conv1": seq(conv(3, f, 9), nn.PReLU())},
        {"trunk": seq(*[block() for _ in range(blocks)]), "conv2": seq(conv(f, f, bias=False), nn.BatchNorm2d(f))},
        {"upsampling": seq(*[up() for _ in range(doublings)]), "conv3": conv(f, 3, 9)})


def eriklindernoren(doublings, f=8, blocks=3):
    block = lambda: Added(conv_block=seq(conv(f, f), nn.BatchNorm2d(f, 0.8), nn.PReLU(), conv(f, f), nn.BatchNorm2d(f, 0.8)))  # noqa: E731
    up = lambda: [conv(f, 4 * f), nn.BatchNorm2d(4 * f), nn.PixelShuffle(2), nn.PReLU()]  # noqa: E731
    deviation, mean = (torch.tensor(v).view(3, 1, 1) for v in ([0.229, 0.224, 0.225], [0.485, 0.456, 0.406]))
    return SrResNet(
        {"conv1": seq(conv(3, f, 9), nn.PReLU())},
        {"res_blocks": seq(*[block() for _ in range(blocks)]), "conv2": seq(conv(f, f), nn.BatchNorm2d(f, 0.8))},
        {"upsampling": seq(*[layer for _ in range(doublings) for layer in up()]), "conv3": seq(conv(f, 3, 9), nn.Tanh())},
        normalised, lambda y: y * deviation + mean)


def twtygqyy(doublings, f=8, blocks=3):
    flat = lambda a, b, k=3: conv(a, b, k, bias=False)  # noqa: E731
    leaky = lambda: nn.LeakyReLU(0.2)  # noqa: E731
    norm = lambda: nn.InstanceNorm2d(f, affine=True)  # noqa: E731
    block = lambda: Added(conv1=flat(f, f), in1=norm(), relu=leaky(), conv2=flat(f, f), in2=norm())  # noqa: E731
    ups = [layer for _ in range(doublings) for layer in (flat(f, 4 * f), nn.PixelShuffle(2), leaky())]
    return SrResNet(
        {"conv_input": flat(3, f, 9), "relu": leaky()},
        {"residual": seq(*[block() for _ in range(blocks)]), "conv_mid": flat(f, f), "bn_mid": norm()},
        {"upscale4x": seq(*ups), "conv_output": flat(f, 3, 9)})


def enlargement():
    lr = picture(12, 10)
    case("srvgg-anime-x4", draw(SRVGGNetCompact(4, 64, 16), 1), lr, lambda m: {"params": m.state_dict()})
    case("srvgg-general-x4", draw(SRVGGNetCompact(4, 64, 32), 2), lr, lambda m: {"params": m.state_dict()})
    case("srvgg-x2-half", draw(SRVGGNetCompact(2, 24, 4), 3).half().float(), lr, lambda m: {k: v.half() for k, v in m.state_dict().items()})
    case("srvgg-x1", draw(SRVGGNetCompact(1, 24, 4), 4), lr, lambda m: {"params_ema": m.state_dict()})
    case("rrdb-x4-ema", draw(RRDBNet(), 5), lr,
         lambda m: {"params": {k: torch.zeros_like(v) for k, v in m.state_dict().items()}, "params_ema": m.state_dict()})
    case("rrdb-x2", draw(RRDBNet(scale=2), 6), lr, lambda m: {"params_ema": m.state_dict()})
    case("rrdb-x1", draw(RRDBNet(scale=1), 7), lr[:, :, :, :8], lambda m: {"params_ema": m.state_dict()})
    case("esrgan-x4", draw(EsrganNet(), 8), lr, other=RRDBNet())
    case("esrgan-x2-legacy", draw(EsrganNet(scale=2), 9), lr, _use_new_zipfile_serialization=False)
    for doublings in range(4):
        case(f"esrgan-numbered-x{1 << doublings}", draw(numbered_esrgan(doublings), 10 + doublings), lr, other={1: EsrganNet(scale=2), 2: RRDBNet()}.get(doublings))
    case("imdn-x2", draw(IMDN(2), 20), lr, lambda m: {"module." + k: v for k, v in m.state_dict().items()})
    case("imdn-x3", draw(IMDN(3), 21), lr)
    case("imdn-as", draw(IMDN(4, strided=True), 26), picture(24, 20))
    case("srgan-x2", draw(Srgan(2), 22), lr)
    case("srgan-x4", draw(Srgan(4), 23), lr, lambda m: {"epoch": 7, "model": m.state_dict(), "optimizer": torch.optim.Adam(m.parameters()).state_dict()})
    case("srgan-x8-old", draw(Srgan(8), 24), lr,
         lambda m: collections.OrderedDict((k, v) for k, v in m.state_dict().items() if "num_batches" not in k), _use_new_zipfile_serialization=False)
    case("srgan-module", draw(Srgan(2, blocks=3), 25), lr, lambda m: m)
    for scale in (2, 3, 4):
        case(f"msrresnet-x{scale}", draw(MSRResNet(scale), 30 + scale), lr, lambda m: {"params": m.state_dict()})
    for scale in (2, 3, 4):
        case(f"edsr-x{scale}", draw_edsr(EDSR(scale), 80 + scale), lr)
    case("edsr-x2-range", draw_edsr(EDSR(2, span=1.0), 85), lr, lambda m: {"model." + k: v for k, v in m.state_dict().items()})
    case("edsr-x2-wide", draw_edsr(EDSR(2, 256, 2, residual=0.1), 86), lr)
    case("edsr-basicsr-x4", draw(BasicEDSR(4), 87), lr, lambda m: {"params": m.state_dict()})
    case("edsr-basicsr-x3", draw(BasicEDSR(3), 88), lr, lambda m: {"params": m.state_dict()})
    case("srresnet-sgrvinod-x4", draw(sgrvinod(2), 70), lr, lambda m: {"epoch": 3, "model": m.state_dict()})
    case("srresnet-sgrvinod-x2", draw(sgrvinod(1), 71), lr, lambda m: {"generator": {"net." + k: v for k, v in m.state_dict().items()}})
    case("srresnet-lornatang-x4", draw(lornatang(2), 72), lr, lambda m: {
        "epoch": 3, "state_dict": m.state_dict(), "optimizer": torch.optim.Adam(m.parameters()).state_dict()})
    case("srresnet-lornatang-x8", draw(lornatang(3), 73), lr, lambda m: {"_orig_mod." + k: v for k, v in m.state_dict().items()})
    case("srresnet-eriklindernoren-x4", draw(eriklindernoren(2), 74), lr)
    case("srresnet-twtygqyy-x4", draw(twtygqyy(2), 75), lr, lambda m: {"epoch": 3, "model": m.state_dict()})


# Translation ---------------------------------------------------------------------------------------------------------------------------


def norm_of(kind):
    return {"instance": nn.InstanceNorm2d, "batch": nn.BatchNorm2d}[kind]


class ResnetBlock(nn.Module):
    def __init__(self, features, dropout):
        super().__init__()
        layers = [nn.ReflectionPad2d(1), conv(features, features, p=0), nn.InstanceNorm2d(features), nn.ReLU()] + ([nn.Dropout(0.5)] if dropout else [])
        self.conv_block = seq(*layers, nn.ReflectionPad2d(1), conv(features, features, p=0), nn.InstanceNorm2d(features))

    def forward(self, x):
        return x + self.conv_block(x)


def resnet_layers(inputs, outputs, features, downs, blocks, dropout=False):
    """CycleGAN's ResNet generator with two downs, Pix2PixHD's global one with four."""
    layers = [nn.ReflectionPad2d(3), conv(inputs, features, 7, p=0), nn.InstanceNorm2d(features), nn.ReLU()]
    for i in range(downs):
        layers += [conv(features << i, features << i + 1, 3, 2), nn.InstanceNorm2d(features << i + 1), nn.ReLU()]
    layers += [ResnetBlock(features << downs, dropout) for _ in range(blocks)]
    for i in range(downs, 0, -1):
        layers += [nn.ConvTranspose2d(features << i, features << i - 1, 3, 2, 1, output_padding=1), nn.InstanceNorm2d(features << i - 1), nn.ReLU()]
    return layers + [nn.ReflectionPad2d(3), conv(features, outputs, 7, p=0), nn.Tanh()]


class LocalEnhancer(nn.Module):
    def __init__(self, inputs, outputs, features, downs, blocks, local):
        super().__init__()
        self.model = seq(*resnet_layers(inputs, outputs, 2 * features, downs, blocks)[:-3])
        self.model1_1 = seq(
            nn.ReflectionPad2d(3), conv(inputs, features, 7, p=0), nn.InstanceNorm2d(features), nn.ReLU(),
            conv(features, 2 * features, 3, 2), nn.InstanceNorm2d(2 * features), nn.ReLU())
        self.model1_2 = seq(
            *[ResnetBlock(2 * features, False) for _ in range(local)],
            nn.ConvTranspose2d(2 * features, features, 3, 2, 1, output_padding=1), nn.InstanceNorm2d(features), nn.ReLU(),
            nn.ReflectionPad2d(3), conv(features, outputs, 7, p=0), nn.Tanh())

    def forward(self, x):
        coarse = self.model(F.avg_pool2d(x, 3, 2, [1, 1], count_include_pad=False))
        return self.model1_2(self.model1_1(x) + coarse)


class UnetBlock(nn.Module):
    def __init__(self, outer, inner, inputs=None, within=None, outermost=False, dropout=False):
        super().__init__()
        self.outermost = outermost
        down = conv(inputs or outer, inner, 4, 2, 1, bias=False)
        if outermost:
            layers = [down, within, nn.ReLU(), nn.ConvTranspose2d(2 * inner, outer, 4, 2, 1), nn.Tanh()]
        elif within is None:
            layers = [nn.LeakyReLU(0.2), down, nn.ReLU(), nn.ConvTranspose2d(inner, outer, 4, 2, 1, bias=False), nn.BatchNorm2d(outer)]
        else:
            layers = [
                nn.LeakyReLU(0.2), down, nn.BatchNorm2d(inner), within, nn.ReLU(),
                nn.ConvTranspose2d(2 * inner, outer, 4, 2, 1, bias=False), nn.BatchNorm2d(outer)] + ([nn.Dropout(0.5)] if dropout else [])
        self.model = seq(*layers)

    def forward(self, x):
        return self.model(x) if self.outermost else torch.cat([x, self.model(x)], 1)


def unet(inputs, outputs, downs, features):
    block = UnetBlock(8 * features, 8 * features)
    for _ in range(downs - 5):
        block = UnetBlock(8 * features, 8 * features, within=block, dropout=True)
    for width in (4, 2, 1):
        block = UnetBlock(width * features, 2 * width * features, within=block)
    return named(model=UnetBlock(outputs, features, inputs=inputs, within=block, outermost=True))


def with_statistics(state):
    """What instance norms saved before PyTorch 0.4: running statistics that nobody uses."""
    result = collections.OrderedDict()
    for name, value in state.items():
        result[name] = value
        if name.endswith(".bias") and not name.startswith("model.26"):
            parts = name.split(".")
            parts[-2] = str(int(parts[-2]) + 1)
            for statistic in ("running_mean", "running_var"):
                result[".".join(parts[:-1] + [statistic])] = torch.randn(value.shape)
    return result


def translation():
    given = 2 * picture(32, 40) - 1
    case("cyclegan-9-blocks", draw(named(model=seq(*resnet_layers(3, 3, 8, 2, 9))), 40), given)
    case("cyclegan-6-blocks", draw(named(model=seq(*resnet_layers(3, 3, 8, 2, 6))), 41), given, lambda m: {"netG": m.state_dict()})
    case("cyclegan-old", draw(named(model=seq(*resnet_layers(3, 3, 8, 2, 9))), 42), given, lambda m: with_statistics(m.state_dict()),
         _use_new_zipfile_serialization=False)
    case("cyclegan-dropout", draw(named(model=seq(*resnet_layers(3, 3, 8, 2, 9, dropout=True))), 43), given, other=named(model=seq(*resnet_layers(3, 3, 8, 2, 9))))
    case("pix2pixhd-global", draw(named(model=seq(*resnet_layers(3, 3, 4, 4, 9))), 44), given[:, :, :, :32])
    classes = torch.randint(0, 6, (1, 1, 32, 64), generator=torch.Generator().manual_seed(1))
    hot = F.one_hot(classes[:, 0], 6).permute(0, 3, 1, 2).float()
    case("pix2pixhd-labels", draw(named(model=seq(*resnet_layers(6, 3, 4, 3, 3))), 45), classes.float(), before=lambda x: hot)
    case("pix2pixhd-local", draw(LocalEnhancer(3, 3, 4, 3, 4, 3), 46), 2 * picture(32, 48) - 1)
    case("pix2pix-256", draw(unet(3, 3, 8, 4), 47), 2 * picture(256, 256) - 1)
    case("pix2pix-128", draw(unet(3, 3, 7, 4), 48), 2 * picture(128, 128, 1) - 1,
         lambda m: collections.OrderedDict((k, v) for k, v in m.state_dict().items() if "num_batches" not in k), _use_new_zipfile_serialization=False)


# Generation ----------------------------------------------------------------------------------------------------------------------------


def dcgan(size, latent, features, colours, last=4):
    """The generator of PyTorch's example and tutorial; with a last convolution of 1x1, as for small images, it ends at the stage before."""
    stages = int(math.log2(size)) - (3 if last == 4 else 2)
    widths = [features << i for i in range(stages, -1, -1)]
    layers = [nn.ConvTranspose2d(latent, widths[0], 4, 1, 0, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU()]
    end = nn.ConvTranspose2d(widths[-1], colours, 4, 2, 1, bias=False) if last == 4 else nn.ConvTranspose2d(
        widths[-1], colours, 1, 1, 2 if colours == 1 else 0, bias=False)
    return named(main=seq(*layers, end, nn.Tanh()))


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(784, 400), nn.Linear(400, 20), nn.Linear(400, 20)
        self.fc3, self.fc4 = nn.Linear(20, 400), nn.Linear(400, 784)

    def forward(self, x):
        mean = self.fc21(F.relu(self.fc1(x.flatten(1))))
        return torch.sigmoid(self.fc4(F.relu(self.fc3(mean)))).view(x.shape)


def generation():
    def z(size):
        return torch.randn((3, size), generator=torch.Generator().manual_seed(5))

    column = lambda x: x[:, :, None, None]  # noqa: E731
    case("dcgan-64", draw(dcgan(64, 100, 8, 3), 60, 1.5), z(100), before=column)
    case("dcgan-128-parallel", draw(dcgan(128, 16, 4, 3), 61, 1.5), z(16), lambda m: {"module." + k: v for k, v in m.state_dict().items()}, before=column)
    case("dcgan-32-colour-1x1", draw(dcgan(32, 100, 8, 3, last=1), 62, 1.5), z(100), before=column)
    case("dcgan-28-grey-1x1", draw(dcgan(32, 100, 8, 1, last=1), 63, 1.5), z(100), before=column)
    critic = draw(nn.Sequential(conv(3, 64, 4, 2, 1), nn.LeakyReLU(0.2), conv(64, 512, 4, 2, 1)), 64)
    case("dcgan-both", draw(dcgan(64, 100, 8, 3), 65, 1.5), z(100), lambda m: {"D": critic.state_dict(), "G": m.state_dict()}, before=column)
    case("dcgan-lightning", draw(dcgan(64, 100, 8, 3), 66, 1.5), z(100), before=column, wrap=lambda m: {
        "pytorch-lightning_version": "2.0.1", "state_dict": {
            **{"generator." + k: v for k, v in m.state_dict().items()}, **{"discriminator." + k: v for k, v in critic.state_dict().items()}},
        "optimizer_states": [torch.optim.Adam(m.parameters()).state_dict()]})
    case("vae", draw(Vae(), 67), picture(28, 28, count=3, channels=1))
    gan = nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 784), nn.Tanh())
    case("dense-gan", draw(gan, 68), z(64), after=lambda y: y.view(-1, 1, 28, 28))


# Networks that see ---------------------------------------------------------------------------------------------------------------------


def vgg(stages, seed):
    layers, features = [], 3
    for stage in stages:
        for width in stage:
            layers += [conv(features, width), nn.ReLU()]
            features = width
        layers.append(nn.MaxPool2d(2))
    network = named(features=seq(*layers))
    # The classifier's names; as large as torchvision's they would only take time.
    network.add_module("classifier", seq(nn.Linear(8, 4), nn.ReLU(), nn.Dropout(), nn.Linear(4, 4), nn.ReLU(), nn.Dropout(), nn.Linear(4, 2)))
    return draw(network, seed, math.sqrt(2))


class Fire(nn.Module):
    def __init__(self, a, squeezed, expanded):
        super().__init__()
        self.squeeze = conv(a, squeezed, 1)
        self.expand1x1, self.expand3x3 = conv(squeezed, expanded, 1), conv(squeezed, expanded)

    def forward(self, x):
        x = F.relu(self.squeeze(x))
        return torch.cat([F.relu(self.expand1x1(x)), F.relu(self.expand3x3(x))], 1)


def squeezenet(version):
    pool = lambda: nn.MaxPool2d(3, 2, ceil_mode=True)  # noqa: E731
    fires = [Fire(a, s, e) for a, s, e in [
        (96 if version == "1.0" else 64, 16, 64), (128, 16, 64), (128, 32, 128), (256, 32, 128), (256, 48, 192), (384, 48, 192), (384, 64, 256), (512, 64, 256)]]
    if version == "1.0":
        layers = [conv(3, 96, 7, 2, 0), nn.ReLU(), pool(), *fires[:3], pool(), *fires[3:7], pool(), fires[7]]
    else:
        layers = [conv(3, 64, 3, 2, 0), nn.ReLU(), pool(), *fires[:2], pool(), *fires[2:4], pool(), *fires[4:]]
    return named(features=seq(*layers), classifier=seq(nn.Dropout(), conv(512, 1000, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1)))


def alexnet():
    pool = lambda: nn.MaxPool2d(3, 2)  # noqa: E731
    layers = [conv(3, 64, 11, 4, 2), nn.ReLU(), pool(), conv(64, 192, 5), nn.ReLU(), pool(), conv(192, 384), nn.ReLU(), conv(384, 256), nn.ReLU(),
              conv(256, 256), nn.ReLU(), pool()]
    return named(features=seq(*layers), classifier=seq(nn.Dropout(), nn.Linear(8, 4), nn.ReLU()))


def lpips(name, network, ends):
    """LPIPS by its authors' steps: images of -1 to 1 by their own shifts and scales, and the features at the ends of slices of the network."""
    shift, scale = (torch.tensor(v).view(3, 1, 1) for v in ([-0.030, -0.088, -0.188], [0.458, 0.448, 0.450]))
    one, other = picture(67, 70), picture(67, 70, 3)[:, :, :, torch.arange(69, -1, -1)]
    x, y = ((2 * image - 1 - shift) / scale for image in (one, other))
    total, heads = 0, collections.OrderedDict()
    for index, layer in enumerate(network.features[: ends[-1] + 1]):
        x, y = layer(x), layer(y)
        if index not in ends:
            continue
        a, b = (f / (f.pow(2).sum(1, keepdim=True).sqrt() + 1e-10) for f in (x, y))
        head = torch.rand((1, x.shape[1], 1, 1), generator=torch.Generator().manual_seed(index))
        heads[f"lin{len(heads)}.model.1.weight"] = head
        total = total + F.conv2d((a - b) ** 2, head).mean([1, 2, 3])
    save("lpips-" + name, heads, torch.cat([one, other]), total)


def normalised(x):
    return (x - torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)) / torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)


@torch.no_grad()
def seeing():
    given = picture(45, 52)
    for name, stages in [("vgg16", [[64] * 2, [128] * 2, [256] * 3, [512] * 3, [512] * 3]), ("vgg19", [[64] * 2, [128] * 2, [256] * 4, [512] * 4, [512] * 4])]:
        network = vgg(stages, 80)
        x, made, stage, number = normalised(given), {}, 1, 0
        for layer in network.features:
            x = layer(x)
            if isinstance(layer, nn.ReLU):
                number += 1
                made[f"relu{stage}_{number}"] = x
            elif isinstance(layer, nn.MaxPool2d):
                stage, number = stage + 1, 0
        save(name, network.state_dict(), given, made)
        if name == "vgg16":
            lpips(name, network, [3, 8, 15, 22, 29])
    network = draw(alexnet(), 83, math.sqrt(2))
    x, made = normalised(given), {}
    for layer in network.features[:-1]:
        x = layer(x)
        if isinstance(layer, nn.ReLU):
            made[f"relu{len(made) + 1}"] = x
    save("alexnet", network.state_dict(), given, made)
    lpips("alexnet", network, [1, 4, 7, 9, 11])
    for version in ("1.0", "1.1"):
        network = draw(squeezenet(version), 81, math.sqrt(2))
        x, made, fire = normalised(given), {}, 1
        for layer in network.features:
            x = layer(x)
            if isinstance(layer, Fire):
                fire += 1
                made[f"fire{fire}"] = x
        made["logits"] = network.classifier(x).flatten(1)
        save(f"squeezenet-{version}", network.state_dict(), given, made)
    lpips("squeezenet-1.1", network, [1, 4, 7, 9, 10, 11, 12])


numpy.seterr(all="raise")
torch.manual_seed(0)
for part in (enlargement, translation, generation) if EXPORTED else (enlargement, translation, generation, seeing):
    part()
with open(os.path.join(FOLDER, "loaded.txt" if EXPORTED else "names.txt"), "w", encoding="ascii") as file:
    file.write("\n".join(NAMES) + "\n")
if FAULTS:
    sys.exit("\n".join(FAULTS))
