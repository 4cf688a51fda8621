"""CPU milliseconds of a run of a decoder by Python's ONNX Runtime, one thread, and of the process up to the first image. Arguments: the file,
latentDim, then batch sizes."""
import json
import sys
import time

import numpy
import onnxruntime

path, latent_dim, *batches = sys.argv[1], int(sys.argv[2]), *map(int, sys.argv[3:])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
random = numpy.random.default_rng(1)
session.run(["pixels"], {"z": random.standard_normal((1, latent_dim), dtype=numpy.float32)})
first_ms = time.process_time() * 1000


def milliseconds(batch: int) -> float:
    feeds = {"z": random.standard_normal((batch, latent_dim), dtype=numpy.float32)}
    runs = 400 if batch == 1 else 60
    for _ in range(10):
        session.run(["pixels"], feeds)
    started = time.process_time()
    for _ in range(runs):
        session.run(["pixels"], feeds)
    return (time.process_time() - started) * 1000 / runs


ms = {str(batch): milliseconds(batch) for batch in batches}
print(json.dumps({"version": onnxruntime.__version__, "ms": ms, "firstMs": first_ms}))
