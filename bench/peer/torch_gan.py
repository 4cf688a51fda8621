"""The product's GAN in PyTorch: non-saturating loss, lazy R1, averaged and calibrated generator, projection critic that sees spread."""
import copy
import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch_models import LATENT
from torch_weights import dense, fill, from_map, kernel, to_map

GAMMA, PENALTY_EVERY, DECAY, CALIBRATION_BATCHES, GROUP = 0.1, 16, 0.999, 16, 4
RISE_SHARE, FIRST_SHARE, LAST_SHARE = 0.02, 0.1, 0.01
CLASSES = 10


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.dense = nn.Linear(LATENT + CLASSES, 7 * 7 * 128, bias=False)
        self.norm0, self.norm1 = nn.BatchNorm2d(128, eps=1e-3, momentum=None), nn.BatchNorm2d(64, eps=1e-3, momentum=None)
        self.up1 = nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False)
        self.image = nn.ConvTranspose2d(64, 1, 4, 2, 1)

    def forward(self, label):
        flat = self.dense(torch.cat([torch.randn(len(label), LATENT), label], 1))
        h = F.relu(self.norm0(flat.view(-1, 128, 7, 7).contiguous(memory_format=torch.channels_last)))
        return torch.tanh(self.image(F.relu(self.norm1(self.up1(h)))))


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.down1, self.down2 = nn.Conv2d(1, 64, 3, 2, 1), nn.Conv2d(64, 128, 3, 2, 1)
        self.features, self.logit = nn.Linear(7 * 7 * 128 + 1, 128), nn.Linear(128, 1)
        self.classes = nn.Linear(CLASSES, 128, bias=False)

    def forward(self, x, label):
        h = F.leaky_relu(self.down2(F.leaky_relu(self.down1(x), 0.2)), 0.2).flatten(1)
        h = F.leaky_relu(self.features(torch.cat([h, spread_of(h)], 1)), 0.2)
        return self.logit(h).squeeze(1) + (self.classes(label) * h).sum(1)


def spread_of(h):
    grouped = h.view(GROUP, len(h) // GROUP, -1)
    return ((grouped.var(0, unbiased=False) + 1e-8).sqrt().mean(1)).repeat(GROUP).unsqueeze(1)


def rate_share(done):
    risen = min(1, FIRST_SHARE + (1 - FIRST_SHARE) * done / RISE_SHARE)
    return risen * (LAST_SHARE + (1 - LAST_SHARE) * (1 + math.cos(math.pi * done)) / 2)


def loaded(weights):
    """Biases, gains and statistics start alike on both sides."""
    generator = {
        "dense.weight": to_map(weights["generator/dense/kernel"], 128),
        "up1.weight": kernel(weights["generator/up1/kernel"]),
        "image.weight": kernel(weights["generator/image/kernel"]),
        "image.bias": torch.zeros(1),
    }
    critic = {
        "down1.weight": kernel(weights["critic/down1/kernel"]),
        "down2.weight": kernel(weights["critic/down2/kernel"]),
        "features.weight": from_map(weights["critic/features/kernel"], 128, more=1),
        "logit.weight": dense(weights["critic/logit/kernel"]),
        "classes.weight": dense(weights["critic/classes/kernel"]),
        **{f"{layer}.bias": torch.zeros(size) for layer, size in {"down1": 64, "down2": 128, "features": 128, "logit": 1}.items()},
    }
    return [half.to(memory_format=torch.channels_last) for half in (fill(Generator(), generator), fill(Critic(), critic))]


class open_turns:
    def __init__(self, weights, asked, steps):
        self.generator, self.critic = loaded(weights)
        self.average = copy.deepcopy(self.generator)
        self.rate, self.steps, self.done = asked["learningRate"], steps, 0
        self.batch = asked["batchSize"]
        self.of_generator, self.of_critic = (
            torch.optim.Adam(half.parameters(), lr=self.rate, betas=(0.0, 0.99), eps=1e-8, fused=True)
            for half in (self.generator, self.critic)
        )

    def step(self, real, label):
        for optimizer in (self.of_generator, self.of_critic):
            optimizer.param_groups[0]["lr"] = self.rate * rate_share(self.done / self.steps)
        self.done += 1
        with torch.no_grad():
            fake = self.generator(label)
        loss = F.softplus(-self.critic(real, label)).mean() + F.softplus(self.critic(fake, label)).mean()
        if self.done % PENALTY_EVERY == 0:
            real = real.requires_grad_(True)
            slope = torch.autograd.grad(self.critic(real, label).sum(), real, create_graph=True)[0]
            loss = loss + PENALTY_EVERY * GAMMA / 2 * slope.flatten(1).pow(2).sum(1).mean()
        self.of_critic.zero_grad()
        loss.backward()
        self.of_critic.step()
        loss = F.softplus(-self.critic(self.generator(label), label)).mean()
        self.of_generator.zero_grad()
        loss.backward()
        self.of_generator.step()
        with torch.no_grad():
            for kept, now in zip(self.average.parameters(), self.generator.parameters()):
                kept.lerp_(now, 1 - DECAY)

    @torch.no_grad()
    def draw(self, labels):
        """uint8 [n, 1, height, width]; the averaged generator's norms are those of fresh batches, the classes in turn."""
        for norm in (self.average.norm0, self.average.norm1):
            norm.reset_running_stats()
        even = F.one_hot(torch.arange(self.batch) % CLASSES, CLASSES).float()
        for _ in range(CALIBRATION_BATCHES):
            self.average(even)
        self.average.eval()
        drawn = torch.cat([self.average(part) for part in labels.split(self.batch)])
        return ((drawn + 1) * 127.5).round().to(torch.uint8)
