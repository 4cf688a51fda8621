"""Trains the VAE with a flow within a budget of CPU minutes, or for so many epochs; the epoch is chosen on held-out digits, the test digits
are scored once. With `state` it stops after `pieceMinutes` and goes on from there at the next call."""
import json
import math
import os
import sys
import time

with open(sys.argv[1]) as file:
    asked = json.load(file)
os.environ["OMP_NUM_THREADS"] = str(asked["threads"])
import numpy as np
import torch
import torch.nn.functional as F
from torch_flow import CLASSES, FlowVae, load_flow_vae

IMAGES_HEADER, LABELS_HEADER, SIDE = 16, 8, 28
LAST_SHARE, RISE_SHARE, FIRST_SHARE = 0.01, 0.02, 0.1
MOST_DECAY, HALF_LIFE_SHARE, STEPS_FOLLOWED, AVERAGE_EVERY = 0.999, 0.05, 256, 4
MOST_NORM = 1000


def digits(name):
    images = np.fromfile(f"{asked['mnist']}/{name}-images-idx3-ubyte", np.uint8)[IMAGES_HEADER:].reshape(-1, SIDE * SIDE)
    labels = np.fromfile(f"{asked['mnist']}/{name}-labels-idx1-ubyte", np.uint8)[LABELS_HEADER:]
    return torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64))


def rate(done):
    """The product's cosine (containers/trainer/models/rate-schedule.ts)."""
    risen = min(1, FIRST_SHARE + (1 - FIRST_SHARE) * done / RISE_SHARE)
    return asked["learningRate"] * risen * (LAST_SHARE + (1 - LAST_SHARE) * (1 + math.cos(math.pi * done)) / 2)


def decay(step):
    kept = min(MOST_DECAY, 0.5 ** (1 / (HALF_LIFE_SHARE * step)))
    return kept if step <= STEPS_FOLLOWED else kept**AVERAGE_EVERY if step % AVERAGE_EVERY == 0 else None


@torch.no_grad()
def scored(images, labels):
    shares = torch.full((CLASSES,), 1 / CLASSES)
    parts = zip(images.split(500), labels.split(500))
    own = {name: value.clone() for name, value in network.state_dict().items()}
    network.load_state_dict(average)
    nats = torch.cat([network.negative_elbo(x.float() / 255, F.one_hot(y, CLASSES).float(), shares) for x, y in parts]).mean().item()
    network.load_state_dict(own)
    return nats


torch.set_num_threads(asked["threads"])
torch.manual_seed(asked["seed"])
first = {name: torch.from_numpy(np.load(f"{asked['folder']}/{i}.npy")) for i, name in enumerate(asked["names"])}
network = load_flow_vae(FlowVae(), first).to(memory_format=torch.channels_last)
optimizer = torch.optim.Adam(network.parameters(), lr=asked["learningRate"], eps=1e-7, fused=True)
average = {name: value.clone() for name, value in network.state_dict().items()}
images, labels = digits("train")
images, held_out, labels, held_out_labels = images[: asked["items"]], images[asked["items"] :], labels[: asked["items"]], labels[asked["items"] :]
size = asked["batchSize"]
step, epoch, spent, best = 0, 0, 0.0, {"nats": math.inf}
if os.path.exists(asked["state"]):
    kept = torch.load(asked["state"], weights_only=False)
    network.load_state_dict(kept["network"])
    optimizer.load_state_dict(kept["optimizer"])
    average, step, epoch, spent, best = (kept[name] for name in ("average", "step", "epoch", "spent", "best"))
began = time.process_time()
minutes = lambda: spent + (time.process_time() - began) / 60
last = 0.0
while minutes() + last / 2 < asked["minutes"]:
    start = minutes()
    torch.manual_seed(asked["seed"] * 1000 + epoch)
    for chosen in torch.randperm(len(images))[: len(images) // size * size].view(-1, size):
        if minutes() >= asked["minutes"]:
            break
        x, label = images[chosen].float() / 255, F.one_hot(labels[chosen], CLASSES).float()
        loss = network.negative_elbo(x, label).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), MOST_NORM, foreach=True)
        for group in optimizer.param_groups:
            group["lr"] = rate(min(1, minutes() / asked["minutes"]))
        optimizer.step()
        step += 1
        kept = decay(step)
        if kept is not None:
            with torch.no_grad():
                names = list(average)
                state = network.state_dict()
                torch._foreach_lerp_([average[name] for name in names], [state[name] for name in names], 1 - kept)
    epoch += 1
    nats = scored(held_out, held_out_labels)
    last = minutes() - start
    if nats < best["nats"]:
        best = {"nats": nats, "epoch": epoch, "average": {name: value.clone() for name, value in average.items()}}
    print(f"PyTorch, epoch {epoch}: {nats:.2f} nats held out, {minutes():.1f} CPU minutes", file=sys.stderr)
    everything = {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "average": average, "best": best}
    torch.save({**everything, "step": step, "epoch": epoch, "spent": minutes()}, asked["state"])
    if (time.process_time() - began) / 60 >= asked["pieceMinutes"] and minutes() + last / 2 < asked["minutes"]:
        sys.exit(f"{asked['pieceMinutes']} CPU minutes are done: the same command goes on from there")
processor_minutes = minutes()
average = best["average"]
test, test_labels = digits("t10k")
nats = scored(test, test_labels)
os.remove(asked["state"])
print(json.dumps({"version": torch.__version__, "processorMinutes": processor_minutes, "epochs": epoch, "nats": nats}))
