"""The reference networks in PyTorch, as functions of named weights, for comparison.

`python3 torch_networks.py NETWORK SETTINGS IN OUT`: SETTINGS is a JSON object of the network's sizes; IN and OUT are safetensors files. IN holds the
variables by name, `input`, and `direction`, with which the output is multiplied and summed to a loss. OUT gets `output` (several outputs as one row),
`gradient.input`, `gradient.NAME` for each parameter and `after.NAME` for each statistic after the pass. All in double precision and training mode.

Arrays in the files are as Mezzotint has them: images N,H,W,C, weights kh,kw,in,out (of transposed convolutions: kh,kw,out,in), dense in,out.
"""

import json
import struct
import sys

import numpy
import torch
from torch import nn
from torch.nn import functional as F


def read(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    header.pop("__metadata__", None)
    return {
        name: numpy.frombuffer(data[slice(*entry["data_offsets"])], numpy.float32).reshape(entry["shape"]) for name, entry in header.items()
    }


def write(path, arrays):
    header, blocks, offset = {}, [], 0
    for name, array in arrays.items():
        block = numpy.ascontiguousarray(array, numpy.float32)
        header[name] = {"dtype": "F32", "shape": list(block.shape), "data_offsets": [offset, offset + block.nbytes]}
        blocks.append(block)
        offset += block.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for block in blocks:
            file.write(block.tobytes())


def to_torch(array):
    """An array of a weights file as PyTorch wants it; the exchange is its own inverse but for images."""
    tensor = torch.from_numpy(array.astype(numpy.float64))
    return {4: lambda: tensor.permute(3, 2, 0, 1), 2: lambda: tensor.t()}.get(tensor.dim(), lambda: tensor)().contiguous()


def from_torch(tensor):
    tensor = tensor.detach()
    return {4: lambda: tensor.permute(2, 3, 1, 0), 2: lambda: tensor.t()}.get(tensor.dim(), lambda: tensor)().numpy()


class Layers:
    """Layers by the path of their weights."""

    def __init__(self, variables):
        self.values = variables

    def weight(self, name):
        """A layer's weight, normed by PyTorch's own spectral norm where it has a vector for that."""
        weight, vector = self.values[name + ".weight"], name + ".spectral.vector"
        if vector not in self.values:
            return weight
        layer = nn.utils.spectral_norm(nn.Linear(weight[0].numel(), len(weight), bias=False, dtype=weight.dtype))
        del layer._parameters["weight_orig"]
        layer.weight_orig, layer.weight_u = weight.flatten(1), self.values[vector].clone()
        layer(torch.zeros(1, weight[0].numel(), dtype=weight.dtype))
        self.values[vector] = layer.weight_u
        return layer.weight.view(weight.shape)

    def conv(self, name, x, **settings):
        return F.conv2d(x, self.weight(name), self.values.get(name + ".bias"), **settings)

    def up(self, name, x, **settings):
        return F.conv_transpose2d(x, self.values[name + ".weight"], self.values.get(name + ".bias"), **settings)

    def linear(self, name, x):
        return F.linear(x, self.weight(name), self.values.get(name + ".bias"))

    def prelu(self, name, x):
        return F.prelu(x, self.values[name + ".weight"])

    def norm(self, name, x):
        v = self.values
        return F.batch_norm(
            x, v[name + ".running_mean"], v[name + ".running_var"], v[name + ".weight"], v[name + ".bias"], training=True, momentum=0.1, eps=1e-5)


def reflect(x, margin):
    return F.pad(x, [margin] * 4, mode="reflect")


def leaky(x):
    return F.leaky_relu(x, 0.2)


def rows(x):
    """Images as rows of their samples, and back, in the order that Mezzotint has: y, x, channel."""
    return x.permute(0, 2, 3, 1).flatten(1)


def images(x, side):
    return x.view(len(x), side, side, -1).permute(0, 3, 1, 2)


def dense_generator(net, x, layers, side):
    for i in range(layers):
        x = net.linear(f"layers.{i}", x)
        x = leaky(net.norm(f"norms.{i}", x) if i > 0 else x)
    return images(torch.tanh(net.linear("last", x)), side)


def dense_discriminator(net, x, layers):
    for i in range(layers):
        x = leaky(net.linear(f"layers.{i}", x))
    return net.linear(f"layers.{layers}", x)


def small_discriminator(net, x):
    x = leaky(net.conv("first", x, stride=2, padding=1))
    return net.linear("last", rows(leaky(net.conv("second", x, stride=2, padding=1))))


def resnet_generator(net, x, blocks, side):
    def doubled(x):
        return F.interpolate(x, scale_factor=2, mode="nearest")

    x = images(net.linear("first", x), side)
    for i in range(blocks):
        b = f"blocks.{i}"
        y = net.conv(f"{b}.conv1", doubled(F.relu(net.norm(f"{b}.norm1", x))), padding=1)
        y = net.conv(f"{b}.conv2", F.relu(net.norm(f"{b}.norm2", y)), padding=1)
        x = net.conv(f"{b}.shortcut", doubled(x)) + y
    return torch.tanh(net.conv("last", F.relu(net.norm("norm", x)), padding=1))


def resnet_critic(net, x, halvings, summed=False):
    for i in range(halvings + 2):
        b = f"blocks.{i}"
        y = net.conv(f"{b}.conv2", F.relu(net.conv(f"{b}.conv1", F.relu(x) if i > 0 else x, padding=1)), padding=1)
        if i == 0:
            x = net.conv(f"{b}.shortcut", F.avg_pool2d(x, 2)) + F.avg_pool2d(y, 2)
        elif i < halvings:
            x = F.avg_pool2d(net.conv(f"{b}.shortcut", x), 2) + F.avg_pool2d(y, 2)
        else:
            x = x + y
    x = F.relu(x)
    return net.linear("last", x.sum([2, 3]) if summed else x.mean([2, 3]))


def slopes(outputs, x):
    """The norm of each image's gradient, to be differentiated again."""
    return torch.autograd.grad(outputs.sum(), x, create_graph=True)[0].flatten(1).norm(2, dim=1)


def gradient_penalty(net, x, halvings):
    """WGAN-GP's, at given points."""
    x = x.detach().requires_grad_()
    return (slopes(resnet_critic(net, x, halvings), x) - 1).pow(2).mean()


def r1(net, x, layers):
    """R1 of a PatchGAN with instance norm, whose output is a map."""
    return 0.5 * slopes(patch_features(net, x, layers, instance=True)[-1], x).pow(2).mean()


def detail(net, x, name, blocks):
    """An auxiliary generator of a pyramid: of an image and noise, its band of detail."""
    x = net.conv(f"{name}.first", x, stride=2, padding=1)
    for i in range(blocks):
        x = x + net.conv(f"{name}.blocks.{i}.conv2", leaky(net.conv(f"{name}.blocks.{i}.conv1", leaky(x), padding=1)), padding=1)
    return shuffle(net.conv(f"{name}.last", leaky(x), padding=1), 2)


def hierarchical(net, x, main, side, noise, levels, blocks):
    """All levels in [0, 1]: the main generator's images, then each time the enlarged one and detail of it and of noise of its own."""
    at = noise * side**2 if main == "u_net" else noise
    made = u_net(net, images(x[:, :at], side), 3) if main == "u_net" else dcgan_generator(net, x[:, :at], 1)
    outputs = [made]
    for level in range(1, levels):
        side *= 2
        low = F.interpolate(made, scale_factor=2, mode="bilinear", align_corners=False)
        made = low + detail(net, torch.cat([low, images(x[:, at:at + side**2], side)], 1), f"details.{level}", blocks)
        at += side**2
        outputs.append(made)
    return [(0.5 * y + 0.5).clamp(0, 1) for y in outputs]


def variational(net, x, layers, side):
    """The encoder's means and log-variances, and what the decoder makes of the means."""
    for i in range(layers):
        x = F.leaky_relu(net.norm(f"encoder.{i}.norm", net.conv(f"encoder.{i}.conv", x, stride=2, padding=1)), 0.01)
    mean, log_variance = net.linear("encoder.mean", rows(x)), net.linear("encoder.log_variance", rows(x))
    x = images(net.linear("decoder.first", mean), side)
    for i in range(layers):
        x = net.up(f"decoder.{i}.conv", x, stride=2, padding=1, output_padding=1)
        x = F.leaky_relu(net.norm(f"decoder.{i}.norm", x), 0.01)
    return [mean, log_variance, net.conv("decoder.last", x, padding=1)]


def dcgan_generator(net, x, layers):
    x = x.view(*x.shape, 1, 1)
    x = F.relu(net.norm("layers.0.norm", net.up("layers.0.conv", x)))
    for i in range(1, layers):
        x = F.relu(net.norm(f"layers.{i}.norm", net.up(f"layers.{i}.conv", x, stride=2, padding=1)))
    return torch.tanh(net.up(f"layers.{layers}.conv", x, stride=2, padding=1))


def dcgan_discriminator(net, x, layers):
    x = leaky(net.conv("layers.0.conv", x, stride=2, padding=1))
    for i in range(1, layers):
        x = leaky(net.norm(f"layers.{i}.norm", net.conv(f"layers.{i}.conv", x, stride=2, padding=1)))
    return net.conv(f"layers.{layers}.conv", x).flatten(1)


def u_net(net, x, depth):
    def inner(i, x):
        """Level i and all below it, by recursion as in the paper's figure: what level i receives to what it hands back."""
        y = net.conv(f"down.{i}.conv", x if i == 0 else leaky(x), stride=2, padding=1)
        if 0 < i < depth - 1:
            y = net.norm(f"down.{i}.norm", y)
        if i < depth - 1:
            y = torch.cat([y, inner(i + 1, y)], 1)
        y = net.up(f"up.{i}.conv", F.relu(y), stride=2, padding=1)
        return net.norm(f"up.{i}.norm", y) if i > 0 else torch.tanh(y)

    return inner(0, x)


def patch_features(net, x, layers, instance=False, padding=1, name=""):
    outputs = []
    for i in range(layers + 2):
        x = net.conv(f"{name}layers.{i}.conv", x, stride=2 if i < layers else 1, padding=padding)
        if 0 < i < layers + 1:
            x = F.instance_norm(x) if instance else net.norm(f"{name}layers.{i}.norm", x)
        if i < layers + 1:
            x = leaky(x)
        outputs.append(x)
    return outputs


def patch_discriminator(net, x, layers):
    return patch_features(net, x, layers)[-1]


def whole_image_discriminator(net, x, layers):
    outputs = []
    for i in range(layers):
        x = net.conv(f"layers.{i}.conv", x, stride=2, padding=1)
        x = leaky(F.instance_norm(x) if i > 0 else x)
        outputs.append(x)
    return outputs + [net.linear("head", x.mean([2, 3]))]


def style_encoder(net, x, downs):
    for i in range(downs):
        x = leaky(net.conv(f"layers.{i}", x, stride=2, padding=1))
    return net.linear("head", x.mean([2, 3]))


def instance_features(net, x, segments):
    """Pix2PixHD's feature encoder: four downs, four ups, the mean over each instance at all of its pixels."""
    y = torch.tanh(net.conv("encoder.tail", reflect(global_features(net, x, 4, 0, "encoder."), 3)))
    segments = torch.tensor(segments).view(len(x), 1, *x.shape[2:]).expand(y.shape)
    features = torch.zeros_like(y)
    for channel in range(y.shape[1]):
        for segment in segments.unique():
            here = (segments == segment) & (torch.arange(y.shape[1]).view(1, -1, 1, 1) == channel)
            features = torch.where(here, y[here].mean(), features)
    return features


def pix2pixhd_losses(net, x, layers, scales):
    """Of a pair of images along the batch, a real one and a made one: the discriminator's loss, the generator's, and feature matching with its factor."""
    def judged(x):
        outputs = multi_scale_discriminator(net, x, layers, scales)
        return [outputs[i:i + layers + 2] for i in range(0, len(outputs), layers + 2)]

    real, fake = judged(x[:1]), judged(x[1:])
    ones, zeros = torch.ones_like, torch.zeros_like
    d_real = sum(F.mse_loss(scale[-1], ones(scale[-1])) for scale in real)
    d_fake = sum(F.mse_loss(scale[-1], zeros(scale[-1])) for scale in judged(x[1:].detach()))
    g = sum(F.mse_loss(scale[-1], ones(scale[-1])) for scale in fake)
    matching = sum(
        1 / scales * 4 / (layers + 1) * F.l1_loss(of_fake, of_real.detach()) * 10
        for scale_of_real, scale_of_fake in zip(real, fake) for of_real, of_fake in zip(scale_of_real[:-1], scale_of_fake[:-1]))
    return [(d_real + d_fake) * 0.5, g, matching]


def multi_scale_discriminator(net, x, layers, scales):
    outputs = []
    for scale in range(scales):
        if scale > 0:
            x = F.avg_pool2d(x, 3, stride=2, padding=1, count_include_pad=False)
        outputs += patch_features(net, x, layers, instance=True, padding=2, name=f"scales.{scale}.")
    return outputs


def moved(loss, net, names, rate):
    """The gradients of a loss by the weights of one side, which an Adam that begins moves: its first step with an epsilon of 1."""
    weights = [net.values[name] for name in names]
    optimizer = torch.optim.Adam(weights, rate, (0.5, 0.999), eps=1)
    gradients = torch.autograd.grad(loss, weights, retain_graph=True)
    for weight, gradient in zip(weights, gradients):
        weight.grad = gradient
    optimizer.step()
    return [torch.from_numpy(from_torch(gradient).copy()).flatten() for gradient in gradients]


def pix2pix_step(net, x, depth, layers, generator, discriminator, rate):
    """pix2pix's step on what is given and what is to come of it, along the batch: the losses, and both sides' gradients."""
    given, target = x[:1].detach(), x[1:].detach()

    def judged(picture):
        return patch_features(net, torch.cat([given, picture], 1), layers, name="discriminator.")[-1]

    def cross_entropy(outputs, real):
        return F.binary_cross_entropy_with_logits(outputs, torch.full_like(outputs, real))

    made = u_net(net, given, depth)
    d_loss = 0.5 * (cross_entropy(judged(target), 1) + cross_entropy(judged(made.detach()), 0))
    d_gradients = moved(d_loss, net, discriminator, rate)
    adversarial, l1 = cross_entropy(judged(made), 1), F.l1_loss(made, target)
    g_gradients = moved(adversarial + 100 * l1, net, generator, rate)
    return [y.detach().flatten() for y in [d_loss, adversarial, l1]] + d_gradients + g_gradients


def pix2pixhd_step(net, x, downs, blocks, layers, scales, generator, discriminator, rate):
    """Pix2PixHD's step, of both sides by one evaluation, without a perceptual loss."""
    given, target = x[:1].detach(), x[1:].detach()
    made = pix2pixhd_global(net, given, downs, blocks)
    pairs = torch.cat([torch.cat([given, target], 1), torch.cat([given, made], 1)])
    d_loss, adversarial, matching = pix2pixhd_losses(net, pairs, layers, scales)
    weights = [net.values[name] for name in discriminator]
    d_gradients = torch.autograd.grad(d_loss, weights, retain_graph=True)
    g_gradients = moved(adversarial + matching, net, generator, rate)
    d_gradients = [torch.from_numpy(from_torch(gradient).copy()).flatten() for gradient in d_gradients]
    return [y.detach().flatten() for y in [d_loss, adversarial, matching / 10]] + d_gradients + g_gradients


def reflected_block(net, name, x):
    y = F.relu(F.instance_norm(net.conv(f"{name}.0.conv", reflect(x, 1))))
    return x + F.instance_norm(net.conv(f"{name}.1.conv", reflect(y, 1)))


def global_features(net, x, downs, blocks, name=""):
    x = F.relu(F.instance_norm(net.conv(f"{name}head.conv", reflect(x, 3))))
    for i in range(downs):
        x = F.relu(F.instance_norm(net.conv(f"{name}down.{i}.conv", x, stride=2, padding=1)))
    for i in range(blocks):
        x = reflected_block(net, f"{name}body.{i}", x)
    for i in range(downs):
        x = F.relu(F.instance_norm(net.up(f"{name}up.{i}.conv", x, stride=2, padding=1, output_padding=1)))
    return x


def pix2pixhd_global(net, x, downs, blocks):
    return torch.tanh(net.conv("tail", reflect(global_features(net, x, downs, blocks), 3)))


def pix2pixhd_enhancer(net, x, downs, blocks, local):
    coarse = F.avg_pool2d(x, 3, stride=2, padding=1, count_include_pad=False)
    coarse = global_features(net, coarse, downs, blocks, "global.")
    x = F.relu(F.instance_norm(net.conv("local.head.conv", reflect(x, 3))))
    x = F.relu(F.instance_norm(net.conv("local.down.conv", x, stride=2, padding=1))) + coarse
    for i in range(local):
        x = reflected_block(net, f"local.body.{i}", x)
    x = F.relu(F.instance_norm(net.up("local.up.conv", x, stride=2, padding=1, output_padding=1)))
    return torch.tanh(net.conv("local.tail", reflect(x, 3)))


def shuffle(x, factor):
    """A pixel shuffle of channels numbered (y, x, channel) instead of PyTorch's (channel, y, x)."""
    n, c, h, w = x.shape
    colours = c // factor**2
    return F.pixel_shuffle(x.view(n, factor**2, colours, h, w).transpose(1, 2).reshape(n, c, h, w), factor)


def srresnet(net, x, blocks, rectified=False):
    first = net.prelu("head.prelu", net.conv("head.conv", x, padding=4))
    x = first
    for i in range(blocks):
        y = net.prelu(f"body.{i}.prelu", net.norm(f"body.{i}.norm1", net.conv(f"body.{i}.conv1", x, padding=1)))
        x = x + net.norm(f"body.{i}.norm2", net.conv(f"body.{i}.conv2", y, padding=1))
        x = F.relu(x) if rectified else x
    x = net.norm("join.norm", net.conv("join.conv", x, padding=1)) + first
    for i in range(2):
        x = net.prelu(f"enlarge.{i}.prelu", shuffle(net.conv(f"enlarge.{i}.conv", x, padding=1), 2))
    return net.conv("tail", x, padding=4) * 0.5 + 0.5


def compact(net, x, scale, blocks):
    """What is added to the input, or to its pixels repeated."""
    first = net.conv("head", x - 0.5, padding=1)
    y = first
    for i in range(blocks):
        y = y + net.conv(f"body.{i}.conv2", F.relu(net.conv(f"body.{i}.conv1", y, padding=1)), padding=1)
    y = net.conv("tail", F.relu(net.conv("join", y, padding=1) + first), padding=1)
    return shuffle(y, scale) + F.interpolate(x, scale_factor=scale, mode="nearest")


def srgan_discriminator(net, x):
    for i in range(8):
        x = net.conv(f"layers.{i}.conv", x, stride=1 + i % 2, padding=1)
        x = leaky(x if i == 0 else net.norm(f"layers.{i}.norm", x))
    x = x.permute(0, 2, 3, 1).flatten(1)
    return net.linear("last", leaky(net.linear("dense", x)))


def u_net_discriminator(net, x):
    """Real-ESRGAN's."""
    x0 = leaky(net.conv("first", x, padding=1))
    x1 = leaky(net.conv("down.0", x0, stride=2, padding=1))
    x2 = leaky(net.conv("down.1", x1, stride=2, padding=1))
    x3 = leaky(net.conv("down.2", x2, stride=2, padding=1))
    for i, seen in enumerate([x2, x1, x0]):
        doubled = F.interpolate(x3, scale_factor=2, mode="bilinear", align_corners=False)
        x3 = leaky(net.conv(f"up.{i}", doubled, padding=1)) + seen
    for i in range(2):
        x3 = leaky(net.conv(f"refine.{i}", x3, padding=1))
    return net.conv("last", x3, padding=1)


def rrdb(net, x, blocks):
    def dense(name, x):
        seen = [x]
        for i in range(1, 5):
            seen.append(leaky(net.conv(f"{name}.conv{i}", torch.cat(seen, 1), padding=1)))
        return x + 0.2 * net.conv(f"{name}.conv5", torch.cat(seen, 1), padding=1)

    first = net.conv("conv_first", x, padding=1)
    x = first
    for i in range(blocks):
        y = x
        for part in (1, 2, 3):
            y = dense(f"body.{i}.rdb{part}", y)
        x = x + 0.2 * y
    x = first + net.conv("conv_body", x, padding=1)
    for up in ("conv_up1", "conv_up2"):
        x = leaky(net.conv(up, F.interpolate(x, scale_factor=2, mode="nearest"), padding=1))
    return net.conv("conv_last", leaky(net.conv("conv_hr", x, padding=1)), padding=1)


def vgg19(net, x):
    """relu1_1, relu2_1, conv3_3 and relu5_1."""
    mean, deviation = (torch.tensor(v, dtype=x.dtype).view(3, 1, 1) for v in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    x, features, index = (x - mean) / deviation, {}, 0
    for layer in "64 64 M 128 128 M 256 256 256 256 M 512 512 512 512 M 512".split():
        if layer == "M":
            x = F.max_pool2d(x, 2)
            index += 1
        else:
            features[index] = x = net.conv(f"features.{index}", x, padding=1)
            features[index + 1] = x = F.relu(x)
            index += 2
    return [features[1], features[6], features[14], features[29]]


def alexnet(net, x):
    """relu1 to relu5."""
    mean, deviation = (torch.tensor(v, dtype=x.dtype).view(3, 1, 1) for v in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    first = F.relu(net.conv("features.0", (x - mean) / deviation, stride=4, padding=2))
    second = F.relu(net.conv("features.3", F.max_pool2d(first, 3, 2), padding=2))
    third = F.relu(net.conv("features.6", F.max_pool2d(second, 3, 2), padding=1))
    fourth = F.relu(net.conv("features.8", third, padding=1))
    return [first, second, third, fourth, F.relu(net.conv("features.10", fourth, padding=1))]


def squeezenet(net, x):
    """relu1, fire3, fire6, fire9 and the logits, as torchvision's squeezenet1_1."""
    mean, deviation = (torch.tensor(v, dtype=x.dtype).view(3, 1, 1) for v in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    x, features = F.relu(net.conv("features.0", (x - mean) / deviation, stride=2)), {}
    features[1] = x
    for index in range(2, 13):
        if index in (2, 5, 8):
            x = F.max_pool2d(x, 3, 2, ceil_mode=True)
        else:
            squeezed = F.relu(net.conv(f"features.{index}.squeeze", x))
            x = torch.cat([
                F.relu(net.conv(f"features.{index}.expand1x1", squeezed)), F.relu(net.conv(f"features.{index}.expand3x3", squeezed, padding=1))], 1)
            features[index] = x
    return [features[1], features[4], features[9], features[12], F.relu(net.conv("classifier.1", x)).mean([2, 3])]


def clean(x):
    """PIL's bicubic of each channel by itself, in floating point, as clean-fid has it."""
    from PIL import Image

    planes = [Image.fromarray((plane.numpy() * 255).astype(numpy.float32), mode="F").resize((299, 299), Image.BICUBIC) for plane in x[0]]
    return torch.from_numpy(numpy.stack([numpy.asarray(plane).clip(0, 255) for plane in planes]).astype(numpy.float64))[None]


def corners(x):
    """TensorFlow 1's bilinear resize, in which the sample i lies at i times the ratio of the sizes."""
    for axis in (2, 3):
        extent = x.shape[axis]
        at = torch.arange(299) * (extent / 299)
        low = at.floor().long()
        share = (at - low).view([-1, 1] if axis == 2 else [1, -1])
        x = x.index_select(axis, low) * (1 - share) + x.index_select(axis, (low + 1).clamp(max=extent - 1)) * share
    return x


@torch.no_grad()
def inception(net, x, torchvision, resize):
    """Inception v3 after Szegedy et al., figures 5, 6, 7 and 10: its features of 64, 192, 768 and 2048 channels, and its logits."""

    def unit(name, x, stride=1, pad=0):
        v = net.values
        x = F.conv2d(x, v[name + ".conv.weight"], stride=stride, padding=pad)
        return F.relu(F.batch_norm(
            x, v[name + ".bn.running_mean"], v[name + ".bn.running_var"], v[name + ".bn.weight"], v[name + ".bn.bias"], training=False, eps=1e-3))

    def chain(block, x, *units):
        for name, pad in units:
            x = unit(f"{block}.{name}", x, pad=pad)
        return x

    def pooled(block, x, maximum=False):
        x = F.max_pool2d(x, 3, 1, 1) if maximum else F.avg_pool2d(x, 3, 1, 1, count_include_pad=torchvision)
        return unit(f"{block}.branch_pool", x)

    wide, tall = (0, 3), (3, 0)
    if resize == "Clean":
        x = (clean(x) - 128) / 128
    elif resize == "LegacyTensorFlow":
        x = (corners(x) * 255 - 128) / 128
    else:
        x = F.interpolate(x, (299, 299), mode="bilinear", align_corners=False) * 2 - 1
    x = unit("Conv2d_2b_3x3", unit("Conv2d_2a_3x3", unit("Conv2d_1a_3x3", x, stride=2)), pad=1)
    first = x = F.max_pool2d(x, 3, 2)
    x = unit("Conv2d_4a_3x3", unit("Conv2d_3b_1x1", x))
    second = x = F.max_pool2d(x, 3, 2)
    for block in ("Mixed_5b", "Mixed_5c", "Mixed_5d"):
        x = torch.cat([
            unit(f"{block}.branch1x1", x), chain(block, x, ("branch5x5_1", 0), ("branch5x5_2", 2)),
            chain(block, x, ("branch3x3dbl_1", 0), ("branch3x3dbl_2", 1), ("branch3x3dbl_3", 1)), pooled(block, x)], 1)
    x = torch.cat([
        unit("Mixed_6a.branch3x3", x, stride=2),
        unit("Mixed_6a.branch3x3dbl_3", chain("Mixed_6a", x, ("branch3x3dbl_1", 0), ("branch3x3dbl_2", 1)), stride=2), F.max_pool2d(x, 3, 2)], 1)
    for block in ("Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"):
        x = torch.cat([
            unit(f"{block}.branch1x1", x), chain(block, x, ("branch7x7_1", 0), ("branch7x7_2", wide), ("branch7x7_3", tall)),
            chain(block, x, ("branch7x7dbl_1", 0), ("branch7x7dbl_2", tall), ("branch7x7dbl_3", wide), ("branch7x7dbl_4", tall), ("branch7x7dbl_5", wide)),
            pooled(block, x)], 1)
    third = x
    x = torch.cat([
        unit("Mixed_7a.branch3x3_2", unit("Mixed_7a.branch3x3_1", x), stride=2),
        unit("Mixed_7a.branch7x7x3_4", chain("Mixed_7a", x, ("branch7x7x3_1", 0), ("branch7x7x3_2", wide), ("branch7x7x3_3", tall)), stride=2),
        F.max_pool2d(x, 3, 2)], 1)
    for block in ("Mixed_7b", "Mixed_7c"):
        one = unit(f"{block}.branch3x3_1", x)
        two = chain(block, x, ("branch3x3dbl_1", 0), ("branch3x3dbl_2", 1))
        x = torch.cat([
            unit(f"{block}.branch1x1", x), unit(f"{block}.branch3x3_2a", one, pad=(0, 1)), unit(f"{block}.branch3x3_2b", one, pad=(1, 0)),
            unit(f"{block}.branch3x3dbl_3a", two, pad=(0, 1)), unit(f"{block}.branch3x3dbl_3b", two, pad=(1, 0)),
            pooled(block, x, maximum=block == "Mixed_7c" and not torchvision)], 1)
    features = x.mean([2, 3])
    return [first, second, third, features, net.linear("fc", features)]


def main():
    network, settings, source, target = sys.argv[1:]
    arrays = read(source)
    x, direction = arrays.pop("input"), torch.from_numpy(arrays.pop("direction").astype(numpy.float64))
    x = torch.from_numpy(x.astype(numpy.float64))
    x = (x.permute(0, 3, 1, 2).contiguous() if x.dim() == 4 else x).requires_grad_()
    variables = {name: to_torch(array) for name, array in arrays.items()}
    statistics = [name for name in variables if ".running_" in name or name.endswith(".vector") or name == "clusters"]
    parameters = [name for name in variables if name not in statistics]
    for name in parameters:
        variables[name].requires_grad_()

    outputs = globals()[network](Layers(variables), x, **json.loads(settings))
    outputs = outputs if isinstance(outputs, list) else [outputs]
    output = torch.cat([(y.permute(0, 2, 3, 1) if y.dim() == 4 else y).flatten() for y in outputs])
    if output.requires_grad:
        (output * direction).sum().backward()

    results = {"output": output.detach().numpy()}
    if x.grad is not None:
        results["gradient.input"] = (x.grad.permute(0, 2, 3, 1) if x.dim() == 4 else x.grad).numpy()
    # A layer beyond the last feature that is asked for has no gradient.
    results |= {f"gradient.{name}": from_torch(variables[name].grad) for name in parameters if variables[name].grad is not None}
    results |= {f"after.{name}": from_torch(variables[name]) for name in statistics}
    write(target, results)


if __name__ == "__main__":
    main()
