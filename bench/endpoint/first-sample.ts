// One image by the drawing code of the endpoint, with a model in a folder: node first-sample.mjs <folder>. Bundled as the function is. Prints
// the CPU milliseconds of its process up to then, the start of Node included.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CardOf } from '#core/model/messages/card.ts';
import { encodePng } from '#core/pages/png.ts';
import { openDecoderWith } from '#stages/sample/drawing/decoder.ts';

const [folder = ''] = process.argv.slice(2);
const card: CardOf<'image'> = JSON.parse(readFileSync(join(folder, 'card.json'), 'utf8'));
const decoder = await openDecoderWith(1)(readFileSync(join(folder, 'decoder.onnx')), card);
const z = Float32Array.from({ length: card.latentDim }, (_, i) => Math.sin(i));
const png = encodePng(await decoder.decode({ z, labels: Int32Array.of(-1) }));
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ ms: (user + system) / 1e3, bytes: png.length }));
