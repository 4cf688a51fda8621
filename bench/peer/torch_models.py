"""The networks of the product in PyTorch, trained one step at a time. Modes: eager, tuned (channels_last, fused Adam), compile, bf16."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch_photo import photo_step

LATENT = 32
LEARNING_RATE = 1e-3


class ConvVae(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, 2, 1)
        self.conv2 = nn.Conv2d(32, 64, 3, 2, 1)
        self.latent = nn.Linear(3136, 2 * LATENT)
        self.dense = nn.Linear(LATENT, 3136)
        self.up1 = nn.ConvTranspose2d(64, 64, 3, 2, 1, 1)
        self.up2 = nn.ConvTranspose2d(64, 32, 3, 2, 1, 1)
        self.logits = nn.ConvTranspose2d(32, 1, 3, 1, 1)

    def forward(self, x):
        h = F.relu(self.conv2(F.relu(self.conv1(x.view(-1, 1, 28, 28)))))
        mean, log_var = self.latent(h.flatten(1)).chunk(2, 1)
        h = F.relu(self.dense(drawn(mean, log_var))).view(-1, 64, 7, 7)
        return self.logits(F.relu(self.up2(F.relu(self.up1(h))))).flatten(1), mean, log_var


class MlpVae(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden1, self.hidden2 = nn.Linear(784, 512), nn.Linear(512, 256)
        self.latent = nn.Linear(256, 2 * LATENT)
        self.dense1, self.dense2 = nn.Linear(LATENT, 256), nn.Linear(256, 512)
        self.logits = nn.Linear(512, 784)

    def forward(self, x):
        h = F.relu(self.hidden2(F.relu(self.hidden1(x))))
        mean, log_var = self.latent(h).chunk(2, 1)
        h = F.relu(self.dense2(F.relu(self.dense1(drawn(mean, log_var)))))
        return self.logits(h), mean, log_var


class Generator(nn.Module):
    """DCGAN-size, 28 x 28 grey, batch norm."""

    def __init__(self):
        super().__init__()
        self.dense = nn.Linear(LATENT, 7 * 7 * 128, bias=False)
        self.norm0 = nn.BatchNorm2d(128)
        self.up1 = nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(64)
        self.image = nn.ConvTranspose2d(64, 1, 4, 2, 1)

    def forward(self, z):
        h = F.relu(self.norm0(self.dense(z).view(-1, 128, 7, 7)))
        return torch.tanh(self.image(F.relu(self.norm1(self.up1(h)))))


class Critic(nn.Module):
    """Kernels of side 3, as in containers/trainer/models/gan-critic.ts: the contest was unequal while these were 4."""

    def __init__(self):
        super().__init__()
        self.down1, self.down2 = nn.Conv2d(1, 64, 3, 2, 1), nn.Conv2d(64, 128, 3, 2, 1)
        self.features, self.logit = nn.Linear(7 * 7 * 128, 128), nn.Linear(128, 1)

    def forward(self, x):
        h = F.leaky_relu(self.down2(F.leaky_relu(self.down1(x), 0.2)), 0.2).flatten(1)
        return self.logit(F.leaky_relu(self.features(h), 0.2)).squeeze(1)


def drawn(mean, log_var):
    return mean + torch.exp(0.5 * log_var) * torch.randn_like(mean)


def negative_elbo(raw, mean, log_var, x):
    cross = F.binary_cross_entropy_with_logits(raw.float(), x, reduction="sum")
    mean, log_var = mean.float(), log_var.float()
    return (cross - 0.5 * torch.sum(1 + log_var - mean * mean - log_var.exp())) / x.shape[0]


def adam(parameters, mode, betas=(0.9, 0.999)):
    return torch.optim.Adam(parameters, lr=LEARNING_RATE, betas=betas, fused=mode != "eager")


def placed(network, mode):
    return network if mode == "eager" else network.to(memory_format=torch.channels_last)


def vae_step(network, mode, batches):
    optimizer = adam(network.parameters(), mode)

    def loss_of(x):
        with torch.autocast(x.device.type, torch.bfloat16, enabled=mode == "bf16"):
            raw, mean, log_var = network(x)
        return negative_elbo(raw, mean, log_var, x)

    loss_of = torch.compile(loss_of) if mode == "compile" else loss_of

    def step():
        loss = loss_of(next(batches))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def wgan_gp_step(mode, batches):
    """One turn of the critic, with its gradient penalty, and one of the generator."""
    generator, critic = placed(Generator(), mode), placed(Critic(), mode)
    of_generator, of_critic = (adam(half.parameters(), mode, (0.0, 0.99)) for half in (generator, critic))
    # torch.compile cannot differentiate twice, so the penalty is always eager.
    drawing = torch.compile(generator) if mode == "compile" else generator
    judging = torch.compile(critic) if mode == "compile" else critic

    def step():
        real = next(batches).view(-1, 1, 28, 28) * 2 - 1
        with torch.no_grad():
            fake = drawing(torch.randn(len(real), LATENT))
        share = torch.rand(len(real), 1, 1, 1)
        between = (real * share + fake * (1 - share)).requires_grad_(True)
        slope = torch.autograd.grad(critic(between).sum(), between, create_graph=True)[0]
        length = (slope.flatten(1).pow(2).sum(1) + 1e-12).sqrt()
        loss = judging(fake).mean() - judging(real).mean() + 10 * (length - 1).pow(2).mean()
        of_critic.zero_grad()
        loss.backward()
        of_critic.step()
        critic.requires_grad_(False)  # as a careful user has it: no gradients that nobody reads
        loss = -judging(drawing(torch.randn(len(real), LATENT))).mean()
        of_generator.zero_grad()
        loss.backward()
        of_generator.step()
        critic.requires_grad_(True)

    return step


def step_of(model, mode, batches):
    if model == "wgan-gp":
        return wgan_gp_step(mode, batches)
    if model == "photo-vae":
        return photo_step(mode, batches, adam, placed)
    network = ConvVae() if model == "conv-vae" else MlpVae()
    return vae_step(placed(network, mode) if model == "conv-vae" else network, mode, batches)
