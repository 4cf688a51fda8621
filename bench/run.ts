// `npm run bench` lists the benchmarks; `npm run bench -- NAME...` runs them and writes results/NAME.json.

import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { alignPhotos } from './align-photos.ts';
import { audioQuality } from './audio-quality.ts';
import { type Benchmark, NotRun, type Row } from './benchmark.ts';
import { cleanImages } from './clean-images.ts';
import { cleanTable } from './clean-table.ts';
import { cliStart } from './cli-start.ts';
import { coldStarts } from './cold-starts.ts';
import { decodedMedia } from './decoded-media.ts';
import { elbo } from './elbo.ts';
import { elboLong } from './elbo-long.ts';
import { elboResidual } from './elbo-residual.ts';
import { endpoint } from './endpoint.ts';
import { endpointCalls } from './endpoint-calls.ts';
import { exportedData } from './exported-data.ts';
import { featuresParity } from './features-parity.ts';
import { flowCost } from './flow-cost.ts';
import { formatsPictures, formatsSounds, formatsTables } from './formats.ts';
import { fuzzedRequests } from './fuzzed-requests.ts';
import { ganMnist } from './gan-mnist.ts';
import { givenImages } from './given-images.ts';
import { gpu } from './gpu.ts';
import { imageMetrics } from './image-metrics.ts';
import { indexScale } from './index-scale.ts';
import { indexSpark } from './index-spark.ts';
import { forgetFits } from './kept-fit.ts';
import { manyShards } from './many-shards.ts';
import { memory } from './memory.ts';
import { nearImages } from './near-images.ts';
import { nearText } from './near-text.ts';
import { nothingLost } from './nothing-lost.ts';
import { photos } from './photos.ts';
import { pipeline } from './pipeline.ts';
import { plantedCopiesFound } from './planted-copies.ts';
import { plantedDefects } from './planted-defects.ts';
import { plantedImages } from './planted-images.ts';
import { plantedTables } from './planted-tables.ts';
import { plantedTextAudio } from './planted-text-audio.ts';
import { processor } from './processor.ts';
import { realTables } from './real-tables.ts';
import { scale } from './scale.ts';
import { soakResume } from './soak-resume.ts';
import { tableQuality } from './table-quality.ts';
import { textQuality } from './text-quality.ts';
import { tickBacklog } from './tick-backlog.ts';
import { trainConvVae } from './train-conv-vae.ts';
import { trainConvVaeAvx2 } from './train-conv-vae-avx2.ts';
import { trainGan } from './train-gan.ts';
import { trainMlpVae } from './train-mlp-vae.ts';
import { trainTable } from './train-table.ts';
import { vaeDraws } from './vae-draws.ts';
import { worstUnits } from './worst-units.ts';

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  'train-conv-vae': trainConvVae,
  'train-conv-vae-avx2': trainConvVaeAvx2,
  'train-mlp-vae': trainMlpVae,
  'train-gan': trainGan,
  'train-table': trainTable,
  gpu,
  'soak-resume': soakResume,
  elbo,
  'elbo-long': elboLong,
  'elbo-residual': elboResidual,
  'vae-draws': vaeDraws,
  'flow-cost': flowCost,
  'gan-mnist': ganMnist,
  'features-parity': featuresParity,
  'align-photos': alignPhotos,
  endpoint,
  'endpoint-calls': endpointCalls,
  'fuzzed-requests': fuzzedRequests,
  'given-images': givenImages,
  'nothing-lost': nothingLost,
  'tick-backlog': tickBacklog,
  'worst-units': worstUnits,
  photos,
  pipeline,
  'many-shards': manyShards,
  memory,
  'image-metrics': imageMetrics,
  scale,
  'audio-quality': audioQuality,
  'table-quality': tableQuality,
  'real-tables': realTables,
  'decoded-media': decodedMedia,
  'exported-data': exportedData,
  'formats-pictures': formatsPictures,
  'formats-sounds': formatsSounds,
  'formats-tables': formatsTables,
  'text-quality': textQuality,
  'index-scale': indexScale,
  'index-spark': indexSpark,
  'clean-images': cleanImages,
  'clean-table': cleanTable,
  'cli-start': cliStart,
  'cold-starts': coldStarts,
  'near-images': nearImages,
  'near-text': nearText,
  'planted-defects': plantedDefects,
  'planted-images': plantedImages,
  'planted-copies': plantedCopiesFound,
  'planted-tables': plantedTables,
  'planted-text-audio': plantedTextAudio,
};
const RESULTS = join(import.meta.dirname, 'results');

const names = process.argv.slice(2);
if (names.length === 0) {
  for (const [name, { sentence }] of Object.entries(BENCHMARKS)) process.stdout.write(`${name}  ${sentence}\n`);
}
for (const name of names) {
  try {
    await runOne(name);
  } catch (error) {
    if (!(error instanceof NotRun)) throw error;
    if (error.rows.length > 0) process.stdout.write(`${table(error.rows)}\n`);
    process.stderr.write(`\n*** ${name} DID NOT RUN ***\n${error.message}.\n\n`);
    process.exitCode = 1;
  }
}

async function runOne(name: string): Promise<void> {
  const benchmark = BENCHMARKS[name];
  if (benchmark === undefined) throw new Error(`there is no benchmark ${name}: there are ${Object.keys(BENCHMARKS)}`);
  // A neighbour's work shows in every figure, so it is told.
  const [loadBefore] = loadavg();
  const { rows, versions } = await benchmark.run();
  process.stdout.write(`${name}\n${table(rows)}\n`);
  const result = {
    versions: { node: process.version, ...versions },
    cores: availableParallelism(),
    processor: processor(),
    loadBefore,
    date: new Date().toISOString(),
    rows,
  };
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  forgetFits();
  if (rows.some(({ holds }) => holds === false)) process.exitCode = 1;
}

function table(rows: readonly Row[]): string {
  const head = ['metric', 'unit', 'ours', 'peer', 'peer name', 'ratio', 'goal', 'holds'];
  const cells = rows.map((row) => [
    row.metric,
    row.unit,
    row.ours.toPrecision(4),
    row.peer.toPrecision(4),
    row.peerName,
    row.ratio.toFixed(2),
    String(row.goal),
    row.holds ? 'yes' : 'NO',
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((line) => (line[i] as string).length)));
  return [head, ...cells].map((line) => line.map((cell, i) => cell.padEnd(widths[i] as number)).join('  ')).join('\n');
}
