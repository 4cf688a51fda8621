"""KID and FID by torch-fidelity's formulas, precision to coverage by prdc, SSIM by scikit-image, on float32 files."""
import contextlib
import importlib.metadata
import io
import json
import sys
import time

import numpy as np
from prdc import compute_prdc
from scipy import linalg
from skimage.metrics import structural_similarity

folder, rows, columns, side = sys.argv[1], *map(int, sys.argv[2:5])
real, drawn = (np.fromfile(f"{folder}/{name}.f32", np.float32).reshape(rows, columns) for name in ("real", "drawn"))
images, worse = (np.fromfile(f"{folder}/{name}.u8", np.uint8).reshape(-1, side, side) for name in ("images", "worse"))


def kid(x, y):
    # torch_fidelity/metric_kid.py: polynomial_mmd with degree 3, gamma 1 / columns, coef0 1, the unbiased estimate.
    kxx, kyy, kxy = ((a @ b.T / a.shape[1] + 1) ** 3 for a, b in ((x, x), (y, y), (x, y)))
    m = len(x)
    pairs = (kxx.sum() - np.trace(kxx) + kyy.sum() - np.trace(kyy)) / (m * (m - 1))
    return pairs - 2 * kxy.sum() / (m * m)


def fid(x, y):
    # torch_fidelity/metric_fid.py
    covariances = [np.cov(z, rowvar=False) for z in (x, y)]
    trace = np.sqrt(np.maximum(linalg.eigvals(covariances[0] @ covariances[1]).real, 0)).sum()
    gap = x.mean(0) - y.mean(0)
    return gap @ gap + sum(np.trace(c) for c in covariances) - 2 * trace


def ssim():
    options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 255}
    return np.mean([structural_similarity(a, b, **options) for a, b in zip(images.astype(float), worse.astype(float))])


def timed(work):
    start = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        value = work()
    return value, time.perf_counter() - start


x, y = real.astype(np.float64), drawn.astype(np.float64)
values, seconds = {}, {}
values["kid"], seconds["kid"] = timed(lambda: kid(x, y))
values["fid"], seconds["fid"] = timed(lambda: fid(x, y))
neighbours, seconds["neighbourhood"] = timed(lambda: compute_prdc(real_features=x, fake_features=y, nearest_k=3))
values.update(neighbours)
values["ssim"], seconds["ssim"] = timed(ssim)
versions = {name: importlib.metadata.version(name) for name in ("numpy", "scipy", "prdc", "scikit-image")}
print(json.dumps({"versions": versions, "values": {k: float(v) for k, v in values.items()}, "seconds": seconds}))
