"""The photo VAE of the product in PyTorch: a step of its first stage, over frozen maps of EfficientNet-Lite0. It follows
containers/trainer/models/photo, but keeps no moments of the codes. TORCH_LITE0 names a JSON file: weights (safetensors), stem and blocks."""
import copy
import json
import math
import os
import struct

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

LATENT, SIDE, BATCH_MOVES = 128, 64, 0.05
CHANNELS, SMALLEST, GATE_SPAN = [256, 128, 64, 48, 24], 4, 3
MAPS = [16, 24, 40, 112, 320]
ENCODER = [(32, 4, 2), (64, 4, 2), (128, 4, 2), (128, 3, 1)]
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
MAP_WEIGHTS, PERCEPTUAL_WEIGHT, PIXEL_SCALES = [1, 1, 1, 0.7, 0.4], 0.15, [(1, 1), (2, 0.5), (4, 0.5)]
KL_WEIGHT, EMA_DECAY, LEAST_SHARE = 5e-4, 0.999, 0.9


def tensors_of(path):
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header, start = json.loads(file.read(size)), 8 + size
        data = file.read()
    entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], np.float32).reshape(entry["shape"])
        for name, entry in entries.items()
    }


class Lite0(nn.Module):
    """The last map of each stride. Convolutions are padded as TensorFlow pads: an odd pixel goes behind."""

    def __init__(self):
        super().__init__()
        with open(os.environ["TORCH_LITE0"]) as file:
            told = json.load(file)
        self.stem, self.blocks = told["stem"], told["blocks"]
        tensors = tensors_of(told["weights"])
        for layer in [self.stem, *(layer for block in self.blocks for layer in block["layers"])]:
            kernel = torch.tensor(tensors[f"{layer['name']}/kernel"])
            order = (2, 3, 0, 1) if layer["isDepthwise"] else (3, 2, 0, 1)
            layer["key"] = layer["name"].replace(".", "_")
            self.register_buffer(f"{layer['key']}_kernel", kernel.permute(*order).contiguous(memory_format=torch.channels_last))
            self.register_buffer(f"{layer['key']}_bias", torch.tensor(tensors[f"{layer['name']}/bias"]))
        for name, values in {"mean": MEAN, "deviation": DEVIATION}.items():
            self.register_buffer(name, torch.tensor(values).view(1, 3, 1, 1))

    def layer(self, told, x):
        kernel, bias = (getattr(self, f"{told['key']}_{part}") for part in ("kernel", "bias"))
        size, stride = kernel.shape[-1], told["stride"]
        total = max(0, (math.ceil(x.shape[-1] / stride) - 1) * stride + size - x.shape[-1])
        if total % 2:
            x = F.pad(x, (total // 2, total - total // 2) * 2)
        groups = x.shape[1] if told["isDepthwise"] else 1
        y = F.conv2d(x, kernel, bias, stride, 0 if total % 2 else total // 2, groups=groups)
        return F.relu6(y) if told["isActivated"] else y

    def forward(self, images):
        x = self.layer(self.stem, (images - self.mean) / self.deviation)
        maps = []
        for block in self.blocks:
            y = x
            for layer in block["layers"]:
                y = self.layer(layer, y)
            x = x + y if block["isResidual"] else y
            if "lastOfStride" in block:
                maps.append(x)
        return maps


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        before = [0, *(channels for channels, _, _ in ENCODER[:-1])]
        self.convs = nn.ModuleList(
            nn.Conv2d(given + more, channels, size, stride, 1)
            for (channels, size, stride), given, more in zip(ENCODER, before, MAPS)
        )
        self.trunk = nn.Linear(ENCODER[-1][0] * (SIDE // 16) ** 2 + MAPS[-1] * (SIDE // 32) ** 2, 256)
        self.mean, self.log_variance = nn.Linear(256, LATENT), nn.Linear(256, LATENT)
        for i, channels in enumerate(MAPS):
            self.register_buffer(f"scale{i}", torch.ones(1, channels, 1, 1))

    def forward(self, maps):
        maps = [each / getattr(self, f"scale{i}") for i, each in enumerate(maps)]
        h = None
        for conv, each in zip(self.convs, maps):
            h = F.leaky_relu(conv(each if h is None else torch.cat([h, each], 1)), 0.2)
        trunk = F.leaky_relu(self.trunk(torch.cat([h.flatten(1), maps[-1].flatten(1)], 1)), 0.2)
        return self.mean(trunk), (self.log_variance(trunk) - 2).clamp(-8, 4)


class Norm(nn.Module):
    """Gain and bias are linear in the code."""

    def __init__(self, channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, eps=1e-3, momentum=BATCH_MOVES, affine=False)
        self.affine = nn.Linear(LATENT, 2 * channels)

    def forward(self, x, z):
        gain, bias = self.affine(z)[:, :, None, None].chunk(2, 1)
        return F.leaky_relu(self.norm(x) * (1 + gain) + bias, 0.2)


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        first = CHANNELS[0]
        self.dense, self.first = nn.Linear(LATENT, SMALLEST**2 * first), nn.Conv2d(first, first, 3, 1, 1, bias=False)
        self.norms = nn.ModuleList([Norm(first), Norm(first)])
        pairs = list(zip(CHANNELS, CHANNELS[1:]))
        self.ups = nn.ModuleList(nn.ConvTranspose2d(given, channels, 4, 2, 1, bias=False) for given, channels in pairs)
        self.up_norms = nn.ModuleList(Norm(channels) for _, channels in pairs)
        self.inner, self.inner_norm = nn.Conv2d(CHANNELS[1], CHANNELS[1], 3, 1, 1, bias=False), Norm(CHANNELS[1])
        gates = [(SMALLEST**2 * CHANNELS[level - GATE_SPAN], CHANNELS[level]) for level in range(GATE_SPAN, len(CHANNELS))]
        self.squeezes = nn.ModuleList(nn.Linear(given, channels) for given, channels in gates)
        self.excites = nn.ModuleList(nn.Linear(channels, channels) for _, channels in gates)
        self.pixels = nn.Conv2d(CHANNELS[-1], 3, 3, 1, 1)

    def forward(self, z):
        h = self.norms[0](self.dense(z).view(-1, CHANNELS[0], SMALLEST, SMALLEST), z)
        h = h + self.norms[1](self.first(h), z)
        maps = [h]
        for level, (up, norm) in enumerate(zip(self.ups, self.up_norms), 1):
            h = norm(up(h), z)
            if level == 1:
                h = h + self.inner_norm(self.inner(h), z)
            if level >= GATE_SPAN:
                small = F.adaptive_avg_pool2d(maps[level - GATE_SPAN], SMALLEST).flatten(1)
                share = torch.sigmoid(self.excites[level - GATE_SPAN](F.silu(self.squeezes[level - GATE_SPAN](small))))
                h = h * (2 * share)[:, :, None, None]
            maps.append(h)
        return torch.sigmoid(self.pixels(h))


def resampling(start, share):
    """Weights [batch, to, from] of a cubic through the pixels (Keys 1981)."""
    at = torch.arange(SIDE, dtype=torch.float32)
    place = (start + (at[None, :, None] + 0.5) * share - 0.5).clamp(0, SIDE - 1)
    away = (place - at[None, None, :]).abs()
    near, far = (1.5 * away - 2.5) * away**2 + 1, ((-0.5 * away + 2.5) * away - 4) * away + 2
    weights = torch.where(away < 1, near, torch.where(away < 2, far, torch.zeros_like(far)))
    return weights / weights.sum(2, keepdim=True)


def varied(images):
    def draw():
        return torch.rand(len(images), 1, 1)

    window = (draw() < 0.5).float()
    share = 1 - window * draw() * (1 - LEAST_SHARE)

    def start():
        place = draw()
        return place * (1 - share) * SIDE + ((place * 5).floor() - 2) * (1 - window)

    columns = resampling(start(), share)
    columns = torch.where(draw() < 0.5, columns.flip(1), columns)
    return torch.einsum("bij,bcjk,blk->bcil", resampling(start(), share), images, columns).clamp(0, 1)


def shift_of():
    down, right = (int(torch.randint(0, 4, (1,), device="cpu")) for _ in range(2))
    return lambda images: images.roll((down, right), (2, 3))


def unit(x):
    return x / (x.square().sum(1, keepdim=True) + 1e-2).sqrt()


def perceptual_loss(drawn, wanted):
    apart = ((unit(a) - unit(b)).square().sum(1).mean() for a, b in zip(drawn, wanted))
    return PERCEPTUAL_WEIGHT * sum(weight * value for weight, value in zip(MAP_WEIGHTS, apart))


def pixel_loss(drawn, wanted):
    return sum(2 * weight * (F.avg_pool2d(drawn, size) - F.avg_pool2d(wanted, size)).abs().mean() for size, weight in PIXEL_SCALES)


def photo_step(mode, batches, adam, placed):
    lite0, encoder, decoder = Lite0().requires_grad_(False), placed(Encoder(), mode), placed(Decoder(), mode)
    trained = [*encoder.parameters(), *decoder.parameters()]
    averages = [copy.deepcopy(each.detach()) for each in trained]
    optimizer = adam(trained, mode, (0.5, 0.99))

    def step():
        shift, wanted = shift_of(), varied(next(batches))
        with torch.no_grad():
            maps = lite0(shift(wanted))
        mean, log_variance = encoder(maps)
        images = decoder(mean + (log_variance / 2).exp() * torch.randn_like(mean))
        kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
        loss = perceptual_loss(lite0(shift(images)), maps) + pixel_loss(images, wanted) + KL_WEIGHT * kl
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(averages, trained, 1 - EMA_DECAY)

    return step
