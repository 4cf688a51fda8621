// How good the models of texts and of pairs are, beside simple generators and the goals. GOLDPAN_TEXTS names a file of lines, or a JSONL of
// `source` and `text`; without it, numbers are to be written as words. 90 % are trained on, 5 % choose the epoch, 5 % are held out.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { permutation } from '#core/base/random.ts';
import { SPLITS, type Split } from '#core/kinds/split.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { metricTitle } from '#core/model/metrics.ts';
import type { ManifestOf } from '#core/snapshot/messages.ts';
import { memoryStore } from '#core/store/memory.ts';
import { fetchItems } from '../containers/trainer/data/kind-support.ts';
import { tf } from '../containers/trainer/engine/tensorflow.ts';
import { runTextTask } from '../containers/trainer/learn/text-task.ts';
import type { EngineResult, TextTask } from '../containers/trainer/state/protocol.ts';
import { type SealedText, sealTexts } from '../test/fixtures/sealed-texts.ts';
import { type Benchmark, higherIsBetter, lowerIsBetter, type Row } from './benchmark.ts';
import { oneThreadHost, startCpuClock } from './cpu-clock.ts';
import { numberPairs } from './text/number-pairs.ts';

const SEEDS = (process.env.GOLDPAN_SEEDS ?? '1,2,3').split(',').map(Number);
const SETTINGS = JSON.parse(process.env.GOLDPAN_TRAIN ?? '{}') as Partial<TrainConfig>;
const SHARES: Readonly<Record<Split, number>> = { train: 0.9, validation: 0.05, test: 0.05 };
/** Bits of first names, exact answers of numbers in words. */
const GOALS = { bits: 2.93, novelty: 0.8, exact: 0.99 } as const;

export const textQuality: Benchmark = {
  sentence:
    'models of texts or pairs (GOLDPAN_TEXTS: lines, or JSONL of source and text; else numbers as words) beside simple ones; takes minutes a seed',
  async run() {
    const texts = readTexts(process.env.GOLDPAN_TEXTS);
    const results: EngineResult[] = [];
    for (const seed of SEEDS) results.push(await fitTexts(texts, seed));
    return { versions: { tfjs: tf.version['tfjs-node'] }, rows: rowsOf(results) };
  },
};

function readTexts(file: string | undefined): SealedText[] {
  if (file === undefined) return numberPairs(40_000, 1);
  const lines = [...new Set(readFileSync(file, 'utf8').split('\n'))].filter((line) => line !== '');
  return file.endsWith('.jsonl')
    ? lines.map((line) => JSON.parse(line) as SealedText)
    : lines.map((text) => ({ text }));
}

/** Equal sources are in one split. */
function splitTexts(texts: readonly SealedText[]): Record<Split, SealedText[]> {
  const groups = [...Map.groupBy(texts, ({ source, text }) => source ?? text).values()];
  const order = permutation(1, 'split', groups.length);
  const splits: Record<Split, SealedText[]> = { train: [], validation: [], test: [] };
  let [first, share] = [0, 0];
  for (const split of SPLITS) {
    share += SHARES[split];
    const end = Math.round(groups.length * share);
    splits[split] = Array.from(order.subarray(first, end), (group) => groups[group] as SealedText[]).flat();
    first = end;
  }
  return splits;
}

async function fitTexts(texts: readonly SealedText[], seed: number): Promise<EngineResult> {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-bench-'));
  const data = memoryStore();
  const splits = splitTexts(texts);
  const manifest = await sealTexts(data, { dataset: 'bench', snapshotId: 'bench', configId: 'bench' }, splits);
  const input = await fetchItems(data, manifest as ManifestOf<'text'>, folder, () => undefined);
  const task = {
    ...input,
    train: TrainConfig.parse({ ...SETTINGS, seed }),
    ...{ classes: 0, folder, features: null, parentFile: null, retry: null, resume: null, items: manifest.splits },
  } as TextTask;
  const minutes = startCpuClock();
  try {
    const channel = {
      send(message: { type: string; progress?: { epochs: readonly { epoch: number; validation: object }[] } }) {
        const epoch = message.type === 'checkpoint' ? message.progress?.epochs.at(-1) : undefined;
        if (epoch)
          process.stderr.write(
            `${epoch.epoch} ${JSON.stringify(epoch.validation)} ${minutes().toFixed(2)} CPU minutes\n`,
          );
      },
      yieldToEventLoop: async () => void (await setImmediate()),
      stored: async () => undefined,
    };
    const result = await runTextTask(task, channel, oneThreadHost(minutes));
    process.stderr.write(`${JSON.stringify(result.metrics.pairs ?? result.metrics.text)}\n`);
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Means over the seeds: each figure beside a simple generator's and beside its goal. */
function rowsOf(results: readonly EngineResult[]): Row[] {
  const figuresOf = ({ metrics }: EngineResult) =>
    metrics.pairs?.figures.map((one) => ({ ...one, peer: one.nearest, peerName: 'text of the nearest source' })) ??
    metrics.text?.figures.map((one) => ({ ...one, peer: one.kneserNey, peerName: 'Kneser-Ney' })) ??
    [];
  const all = results.map(figuresOf);
  return (all[0] ?? []).flatMap(({ name, better, peerName }, at) => {
    const mean = (of: 'model' | 'peer') =>
      all.reduce((sum, one) => sum + (one[at]?.[of] ?? Number.NaN), 0) / all.length;
    const row = { metric: metricTitle(name), unit: '', ours: mean('model') };
    const compare = better === 'lower' ? lowerIsBetter : higherIsBetter;
    const goal = (GOALS as Readonly<Record<string, number>>)[name];
    return [
      ...(Number.isNaN(mean('peer')) ? [] : [compare({ ...row, peer: mean('peer'), peerName, goal: 0 })]),
      ...(goal === undefined ? [] : [compare({ ...row, peer: goal, peerName: 'goal', goal: 1 })]),
    ];
  });
}
