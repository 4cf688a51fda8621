"""The residual VAE of the product with its flow as prior in PyTorch, from the product's first weights; see containers/trainer/models/vae."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch_weights import dense, fill, from_map, kernel, to_map

LATENT, HALF, CLASSES, WIDTH, TRUNK, COUPLINGS = 32, 16, 10, 192, 512, 6
MOST_LOG_SCALE = 1.5
LOG_TWO_PI = math.log(2 * math.pi)


class Coupling(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden1, self.hidden2 = nn.Linear(HALF + CLASSES, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.affine = nn.Linear(WIDTH, 2 * HALF)

    def forward(self, changed, read, label):
        hidden = F.silu(self.hidden2(F.silu(self.hidden1(torch.cat([read, label], 1)))))
        shift, raw = self.affine(hidden).chunk(2, 1)
        log_scale = MOST_LOG_SCALE * torch.tanh(raw / MOST_LOG_SCALE)
        return (changed + shift) * log_scale.exp(), log_scale.sum(1)


class FlowVae(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 32, 3, 2, 1), nn.Conv2d(32, 64, 3, 2, 1)
        self.trunk, self.latent = nn.Linear(3136, TRUNK), nn.Linear(TRUNK, 2 * LATENT)
        self.untrunk, self.dense = nn.Linear(LATENT, TRUNK), nn.Linear(TRUNK, 3136)
        self.first, self.last = nn.Conv2d(64, 64, 3, 1, 1), nn.Conv2d(64, 64, 3, 1, 1)
        self.up, self.logits = nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.ConvTranspose2d(32, 1, 4, 2, 1)
        self.couplings = nn.ModuleList([Coupling() for _ in range(COUPLINGS)])

    def log_density(self, z, label):
        halves, log_scale = list(z.chunk(2, 1)), 0
        for i, coupling in enumerate(self.couplings):
            changed = 1 - i % 2
            halves[changed], added = coupling(halves[changed], halves[1 - changed], label)
            log_scale = log_scale + added
        base = torch.cat(halves, 1)
        return log_scale - 0.5 * (base.square() + LOG_TWO_PI).sum(1)

    def negative_elbo(self, x, label, shares=None):
        """Nats of each image [batch]; with `shares` [classes] under the mixture of all classes, as held-out images are scored."""
        h = F.silu(self.conv2(F.silu(self.conv1(x.view(-1, 1, 28, 28)))))
        mean, log_var = self.latent(F.silu(self.trunk(h.flatten(1)))).chunk(2, 1)
        noise = torch.randn_like(mean)
        z = mean + torch.exp(0.5 * log_var) * noise
        h = self.dense(F.silu(self.untrunk(z))).view(-1, 64, 7, 7)
        h = F.silu(h + self.last(F.silu(self.first(F.silu(h)))))
        raw = self.logits(F.silu(self.up(h))).flatten(1)
        reconstruction = F.binary_cross_entropy_with_logits(raw, x, reduction="none").sum(1)
        log_posterior = -0.5 * (noise.square() + log_var + LOG_TWO_PI).sum(1)
        if shares is None:
            return reconstruction + log_posterior - self.log_density(z, label)
        each = [self.log_density(z, F.one_hot(torch.full((len(z),), c), CLASSES).float()) for c in range(CLASSES)]
        return reconstruction + log_posterior - torch.logsumexp(torch.stack(each) + shares.log()[:, None], 0)


def load_flow_vae(network, weights):
    """Biases start at zero on both sides."""
    latent = torch.cat([weights["encoder/zMean/kernel"], weights["encoder/zLogVar/kernel"]], 1)
    values = {
        "conv1.weight": kernel(weights["encoder/conv1/kernel"]),
        "conv2.weight": kernel(weights["encoder/conv2/kernel"]),
        "trunk.weight": from_map(weights["encoder/trunk/kernel"], 64),
        "latent.weight": dense(latent),
        "untrunk.weight": dense(weights["decoder/trunk/kernel"]),
        "dense.weight": to_map(weights["decoder/dense/kernel"], 64),
        "first.weight": kernel(weights["decoder/block1/first/kernel"]),
        "last.weight": kernel(weights["decoder/block1/last/kernel"]),
        "up.weight": kernel(weights["decoder/conv1/kernel"]),
        "logits.weight": kernel(weights["decoder/logits/kernel"]),
    }
    for i in range(COUPLINGS):
        name, place, own = ("prior/second", "prior/first")[i % 2], i // 2, f"couplings.{i}"
        for layer in ("hidden1", "hidden2", "affine"):
            values[f"{own}.{layer}.weight"] = dense(weights[f"{name}/{layer}/kernel"][place])
    biases = {}
    for name in values:
        bias = name.replace("weight", "bias")
        biases[bias] = torch.zeros_like(network.get_parameter(bias))
    return fill(network, {**values, **biases})
