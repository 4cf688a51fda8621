"""Trains a network of the product whole, from the product's first weights; answers with the test ELBO by epoch, or draws digits."""
import json
import os
import sys
import time

with open(sys.argv[1]) as file:
    asked = json.load(file)
os.environ["OMP_NUM_THREADS"] = str(asked["threads"])
import numpy as np
import torch
import torch_gan
from torch_models import ConvVae, negative_elbo
from torch_weights import load_vae

IMAGES_HEADER, LABELS_HEADER, SIDE, CLASSES = 16, 8, 28, 10


def digits(name):
    images = np.fromfile(f"{asked['mnist']}/{name}-images-idx3-ubyte", np.uint8)[IMAGES_HEADER:].reshape(-1, SIDE * SIDE)
    labels = np.fromfile(f"{asked['mnist']}/{name}-labels-idx1-ubyte", np.uint8)[LABELS_HEADER:]
    return torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64))


def batches(images, labels, size):
    """An epoch in random order; the rest that fills no batch is left out."""
    order = torch.randperm(len(images))[: len(images) // size * size].view(-1, size)
    for chosen in order:
        yield images[chosen].float() / 255, labels[chosen]


def fit_vae(weights):
    network = load_vae(ConvVae(), weights).to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), lr=asked["learningRate"], fused=True)
    images, labels = (each[: asked["items"]] for each in digits("train"))
    test, _ = digits("t10k")
    nats = []
    for epoch in range(asked["epochs"]):
        for x, _ in batches(images, labels, asked["batchSize"]):
            loss = negative_elbo(*network(x), x)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            parts = [part.float() / 255 for part in test.split(500)]
            nats.append(float(np.mean([negative_elbo(*network(x), x).item() for x in parts])))
        print(f"PyTorch, epoch {epoch + 1}: {nats[-1]:.2f} nats", file=sys.stderr)
    return nats


def fit_gan(weights):
    images, labels = (each[: asked["items"]] for each in digits("train"))
    turns = torch_gan.open_turns(weights, asked, steps=asked["epochs"] * (asked["items"] // asked["batchSize"]))
    for epoch in range(asked["epochs"]):
        for x, label in batches(images, labels, asked["batchSize"]):
            turns.step(x.view(-1, 1, SIDE, SIDE) * 2 - 1, torch.nn.functional.one_hot(label, CLASSES).float())
        print(f"PyTorch, epoch {epoch + 1} of the GAN", file=sys.stderr)
    if asked["draws"]:
        _, wanted = digits("t10k")
        drawn = turns.draw(torch.nn.functional.one_hot(wanted[: asked["draws"]], CLASSES).float())
        np.save(asked["drawn"], drawn.reshape(len(drawn), -1).numpy())
    return []


torch.set_num_threads(asked["threads"])
torch.manual_seed(asked["seed"])
first = {name: torch.from_numpy(np.load(f"{asked['folder']}/{i}.npy")) for i, name in enumerate(asked["names"])}
cpu, wall = time.process_time(), time.perf_counter()
nats = (fit_vae if asked["model"] == "conv-vae" else fit_gan)(first)
cpu, wall = (time.process_time() - cpu) / 60, (time.perf_counter() - wall) / 60
print(json.dumps({"version": torch.__version__, "processorMinutes": cpu, "minutes": wall, "nats": nats}))
