// One training of the trainer's own loop on texts or pairs in this process, measured by CPU time. With GOLDPAN_PIECE_MINUTES it goes on in
// pieces, and what has been measured of it is kept until the whole benchmark is done.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Split } from '#core/kinds/split.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import type { TestMetrics } from '#core/model/messages/run.ts';
import type { ManifestOf } from '#core/snapshot/messages.ts';
import { memoryStore } from '#core/store/memory.ts';
import { fetchItems } from '../../containers/trainer/data/kind-support.ts';
import type { Channel, Host } from '../../containers/trainer/learn/channel.ts';
import { runTextTask } from '../../containers/trainer/learn/text-task.ts';
import { TrainingProgress } from '../../containers/trainer/state/checkpoint.ts';
import type { EngineResult, TextTask } from '../../containers/trainer/state/protocol.ts';
import { Stopped } from '../../containers/trainer/state/stop.ts';
import { type SealedText, sealTexts } from '../../test/fixtures/sealed-texts.ts';
import { oneThreadHost, startCpuClock } from '../cpu-clock.ts';
import { keepFile, keptPath, pieceMinutes } from '../kept-fit.ts';

export type TextFit = {
  readonly metrics: TestMetrics;
  /** CPU minutes of the training with its scores, without what is measured of the trained model. */
  readonly minutes: number;
  /** What `measure` returned. */
  readonly measured: Readonly<Record<string, number>>;
};

type Fitting = {
  readonly name: string;
  readonly splits: Readonly<Record<Split, readonly SealedText[]>>;
  readonly settings: Partial<TrainConfig>;
  /** What texts are written in, where that is no language. */
  readonly notation?: 'abc';
  /** Trains in place of the trainer's own model. */
  readonly run?: (task: TextTask, channel: Channel, host: Host) => Promise<EngineResult>;
  /** Measures the exported model of a folder. */
  readonly measure?: (folder: string, latentDim: number) => Promise<Record<string, number>>;
};

type Kept = { readonly progress: unknown; readonly minutes: number };

/** Throws Stopped where a piece ends. */
export async function fitTexts({
  name,
  splits,
  settings,
  notation,
  run = runTextTask,
  measure,
}: Fitting): Promise<TextFit> {
  const stem = keptPath(JSON.stringify({ name, settings, items: splits.train.length, first: splits.train[0] }));
  const [stateFile, progressFile, resultFile] = ['.safetensors', '.json', '.result.json'].map((end) =>
    keepFile(stem + end),
  ) as [string, string, string];
  if (existsSync(resultFile)) return JSON.parse(readFileSync(resultFile, 'utf8')) as TextFit;
  const inPieces = Number.isFinite(pieceMinutes());
  const kept = inPieces && existsSync(progressFile) ? (JSON.parse(readFileSync(progressFile, 'utf8')) as Kept) : null;
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-bench-'));
  const data = memoryStore();
  const manifest = await sealTexts(data, { dataset: 'bench', snapshotId: 'bench', configId: 'bench' }, splits);
  const input = await fetchItems(data, manifest as ManifestOf<'text'>, folder, () => undefined);
  const thisPiece = startCpuClock();
  const minutes = () => (kept?.minutes ?? 0) + thisPiece();
  const host = oneThreadHost(thisPiece);
  const environment = { ...host.environment, towers: 1, precision: 'float32' } as const;
  const task = {
    ...input,
    ...(input.kind === 'text' && notation && { text: { ...input.text, notation } }),
    train: TrainConfig.parse(settings),
    ...{ classes: 0, folder, features: null, parentFile: null, retry: null, items: manifest.splits },
    resume: kept && { stateFile, progress: TrainingProgress.parse(kept.progress), environment },
  } as TextTask;
  let isTraining = true;
  const channel: Channel = {
    send(message) {
      if (message.type === 'scoring') isTraining = false;
      if (message.type !== 'checkpoint') return;
      const { progress } = message;
      if (inPieces) {
        copyFileSync(message.stateFile, stateFile);
        writeFileSync(progressFile, JSON.stringify({ progress, minutes: minutes() } satisfies Kept));
      }
      const epoch = progress.epochs.at(-1);
      const said = `${name}: epoch ${epoch?.epoch} ${JSON.stringify(epoch?.validation)}`;
      process.stderr.write(`${said} ${minutes().toFixed(2)} CPU minutes\n`);
    },
    async yieldToEventLoop() {
      await setImmediate();
      if (isTraining && thisPiece() >= pieceMinutes()) throw new Stopped('the same command goes on from here');
    },
    stored: async () => undefined,
  };
  try {
    const result = await run(task, channel, host);
    const fit: TextFit = {
      metrics: result.metrics,
      minutes: minutes(),
      measured: (await measure?.(folder, result.metrics.text?.latent.latentDim ?? 0)) ?? {},
    };
    process.stderr.write(`${name}: ${JSON.stringify({ ...fit, metrics: fit.metrics.pairs ?? fit.metrics.text })}\n`);
    if (inPieces) writeFileSync(resultFile, JSON.stringify(fit));
    return fit;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
