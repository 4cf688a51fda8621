"""Answers each line of its input with one round of training: MODEL MODE BATCH STEPS THREADS FILE as arguments; BENCH_DEVICE=gpu: on a GPU."""
import json
import os
import resource
import sys
import time

model, mode, batch, steps, threads, file = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]), sys.argv[6]
os.environ["OMP_NUM_THREADS"] = str(threads)
import numpy as np
import torch
from torch_models import step_of

HEADER, SIZE = 16, 28 * 28
PHOTO = (3, 64, 64)
device = "cuda" if os.environ.get("BENCH_DEVICE") == "gpu" else "cpu"


def photo_batches():
    """A few batches of noise: what a step costs does not depend on what is shown."""
    noises = np.random.default_rng(1).random((4, batch, *PHOTO), np.float32)
    while True:
        for noise in noises:
            yield torch.from_numpy(noise).to(device)


def digit_batches():
    images = np.fromfile(file, np.uint8)[HEADER:].reshape(-1, SIZE)
    while True:
        for at in range(0, len(images) - batch + 1, batch):
            yield torch.from_numpy(images[at : at + batch].astype(np.float32) / 255).to(device)


torch.set_num_threads(threads)
torch.manual_seed(1)
if device == "cuda":
    # As a careful user has it: TensorFlow multiplies with TF32 by default, too, and looks for the fastest convolution.
    torch.set_default_device(device)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.benchmark = True
step = step_of(model, mode, photo_batches() if model == "photo-vae" else digit_batches())
for _ in sys.stdin:
    times, cpu = [], time.process_time()
    for _ in range(steps):
        start = time.perf_counter()
        step()
        if device == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    cpu = time.process_time() - cpu
    answer = {
        "itemsPerSecond": batch / sorted(times)[steps // 2],
        "itemsPerCpuSecond": batch * steps / cpu,
        "version": torch.__version__,
        "peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(answer), flush=True)
