// Measures the quality of audio models against the goals. GOLDPAN_AUDIO names a folder of WAVs with one sub-folder per class.
// 70 % of the clips are trained on, 10 % stop the training, 20 % are held out. GOLDPAN_MODEL=<folder> keeps the model's files.
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { permutation } from '#core/base/random.ts';
import { clipsToMel } from '#core/kinds/audio/codec/clips-to-mel.ts';
import { melCodecFor } from '#core/kinds/audio/codec/mel-codec.ts';
import { readWav } from '#core/kinds/audio/decode/pcm/wav.ts';
import { AudioDataset } from '#core/kinds/audio/definition.ts';
import { mixDown } from '#core/kinds/audio/measure.ts';
import { shapeClip } from '#core/kinds/audio/shape.ts';
import type { Split } from '#core/kinds/split.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { clipsFile, MEL_CODEC_FILE } from '../containers/trainer/data/audio/fetch-audio.ts';
import { arrayBytes, labelsFile, pixelsFile } from '../containers/trainer/data/shard-arrays.ts';
import { tf } from '../containers/trainer/engine/tensorflow.ts';
import { runAudioTask } from '../containers/trainer/learn/audio-task.ts';
import type { AudioTask, EngineResult } from '../containers/trainer/state/protocol.ts';
import { type Benchmark, higherIsBetter, lowerIsBetter, type Row } from './benchmark.ts';
import { oneThreadHost, startCpuClock } from './cpu-clock.ts';

const SEEDS = (process.env.GOLDPAN_SEEDS ?? '1,2,3').split(',').map(Number);
const SETTINGS = JSON.parse(process.env.GOLDPAN_TRAIN ?? '{}') as Partial<TrainConfig>;
const SAMPLE_RATE = Number(process.env.GOLDPAN_SAMPLE_RATE ?? 8000);
const SECONDS = Number(process.env.GOLDPAN_SECONDS ?? 1.024);
const TRAINED = 0.7;
const VALIDATION = 0.1;
/** Test clips whose reconstructions are compared as sounds. */
const HEARD = 100;
/** Of 3,000 spoken digits of six speakers at 8 kHz. */
const GOALS = { accuracy: 0.88, kidMel: 0.01, kidWav: 0.025, variance: 0.15, closer: 0.05, decibels: 2, real: 0.93 };
const MINUTES = 20;

type Fitted = { readonly result: EngineResult; readonly trainMinutes: number; readonly minutes: number };
type Clips = {
  readonly pictures: readonly Uint8Array[];
  readonly sounds: readonly Int16Array[];
  readonly labels: Int32Array;
  readonly classes: number;
};

export const audioQuality: Benchmark = {
  sentence:
    'models of sounds (GOLDPAN_AUDIO, a folder of classes) beside their goals and a PCA mixture; minutes a seed',
  async run() {
    const folder = process.env.GOLDPAN_AUDIO;
    if (folder === undefined) throw new Error('set GOLDPAN_AUDIO to a folder whose sub-folders hold WAVs');
    const clips = readClips(folder);
    const fitted: Fitted[] = [];
    for (const seed of SEEDS) fitted.push(await fitClips(clips, seed));
    return { versions: { tfjs: tf.version['tfjs-node'] }, rows: rowsOf(fitted) };
  },
};

/** Cleans the clips by the default rules. */
function readClips(folder: string): Clips {
  const files = globSync('*/*.wav', { cwd: folder }).sort();
  const names = [...new Set(files.map((file) => basename(dirname(file))))].sort();
  const audio = { sampleRate: SAMPLE_RATE, seconds: SECONDS };
  const config = { kind: 'audio', audio, rules: AudioDataset.shape.rules.parse({}) } as AudioDataset;
  const toMel = clipsToMel(melCodecFor(audio));
  const pictures: Uint8Array[] = [];
  const sounds: Int16Array[] = [];
  const labels: number[] = [];
  for (const file of files) {
    const read = readWav(new Uint8Array(readFileSync(join(folder, file))));
    if (!read.ok) continue;
    const { channels, sampleRate } = read.sound;
    const { pcm } = shapeClip(mixDown(channels).mono, { sampleRate, channels: channels.length }, config);
    sounds.push(pcm);
    pictures.push(toMel(pcm));
    labels.push(names.indexOf(basename(dirname(file))));
  }
  return { pictures, sounds, labels: Int32Array.from(labels), classes: names.length };
}

async function fitClips({ pictures, sounds, labels, classes }: Clips, seed: number): Promise<Fitted> {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-bench-'));
  const order = permutation(1, 'split', pictures.length);
  const [stop, end] = [TRAINED, TRAINED + VALIDATION].map((share) => Math.round(share * pictures.length));
  const splits: Record<Split, Int32Array> = {
    train: order.subarray(0, stop),
    validation: order.subarray(stop, end),
    test: order.subarray(end),
  };
  const codec = melCodecFor({ sampleRate: SAMPLE_RATE, seconds: SECONDS });
  writeFileSync(join(folder, MEL_CODEC_FILE), JSON.stringify(codec));
  for (const [split, chosen] of Object.entries(splits) as [Split, Int32Array][]) {
    writeFileSync(pixelsFile(folder, split), Buffer.concat(Array.from(chosen, (item) => pictures[item] as Uint8Array)));
    const values = chosen.map((item) => labels[item] as number);
    writeFileSync(labelsFile(folder, split), arrayBytes({ shape: [values.length], values }));
  }
  const heard = Array.from(splits.test.subarray(0, HEARD), (item) => Buffer.from((sounds[item] as Int16Array).buffer));
  writeFileSync(clipsFile(folder), Buffer.concat(heard));
  const { frames: width, bands: height } = codec;
  const task: AudioTask = {
    kind: 'audio',
    audio: { kind: 'audio', sampleRate: SAMPLE_RATE, seconds: SECONDS, width, height, channels: 1 },
    train: TrainConfig.parse({ ...SETTINGS, seed }),
    ...{ classes, folder, features: null, parentFile: null, retry: null, resume: null },
    items: { train: splits.train.length, validation: splits.validation.length, test: splits.test.length },
  };
  let trainMinutes = Number.NaN;
  const minutes = startCpuClock();
  const host = oneThreadHost(minutes);
  const channel = {
    send(message: { type: string; progress?: { epochs: readonly { epoch: number; validation: object }[] } }) {
      if (message.type === 'scoring') trainMinutes = minutes();
      const epoch = message.type === 'checkpoint' ? message.progress?.epochs.at(-1) : undefined;
      if (!epoch) return;
      const spent = `${minutes().toFixed(2)} CPU minutes`;
      process.stderr.write(`${epoch.epoch} ${JSON.stringify(epoch.validation)} ${spent}\n`);
    },
    yieldToEventLoop: async () => void (await setImmediate()),
    stored: async () => undefined,
  };
  try {
    const result = await runAudioTask(task, channel as Parameters<typeof runAudioTask>[1], host);
    process.stderr.write(`${JSON.stringify(result.metrics.audio)}\n`);
    keepModel(folder);
    return { result, trainMinutes, minutes: minutes() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Copies the files of the model to the folder that GOLDPAN_MODEL names. */
function keepModel(folder: string): void {
  const kept = process.env.GOLDPAN_MODEL;
  if (kept === undefined) return;
  mkdirSync(kept, { recursive: true });
  for (const file of globSync('*.{onnx,json}', { cwd: join(folder, 'model') }))
    writeFileSync(join(kept, file), readFileSync(join(folder, 'model', file)));
  writeFileSync(join(kept, MEL_CODEC_FILE), readFileSync(join(folder, MEL_CODEC_FILE)));
}

function rowsOf(fitted: readonly Fitted[]): Row[] {
  const mean = (of: (one: Fitted) => number) => fitted.reduce((sum, one) => sum + of(one), 0) / fitted.length;
  const figure = (name: string, side: 'model' | 'real' | 'pcaMixture' | 'classMean') =>
    mean(({ result }) => result.metrics.audio?.figures.find((one) => one.name === name)?.[side] ?? Number.NaN);
  const row = (metric: string, unit: string, ours: number, peer: number, peerName = 'goal') => {
    return { metric, unit, ours, peer, peerName, goal: 1 };
  };
  const decibels = mean(({ result }) => result.metrics.audio?.roundTripDecibels ?? Number.NaN);
  const accuracy = figure('labelAccuracy', 'model');
  const off = (name: string, best: number) => Math.abs(figure(name, 'model') - best);
  const mixture = figure('labelAccuracy', 'pcaMixture');
  return [
    higherIsBetter(row('asked class heard, after WAV', '', accuracy, GOALS.accuracy)),
    ...(Number.isNaN(mixture) ? [] : [higherIsBetter(row('the same', '', accuracy, mixture, 'PCA mixture'))]),
    lowerIsBetter(row('KID, mel', '', figure('kidMel', 'model'), GOALS.kidMel)),
    lowerIsBetter(row('KID, after WAV', '', figure('kidWav', 'model'), GOALS.kidWav)),
    lowerIsBetter(row('variance within a class, off 1', '', off('classVariance', 1), GOALS.variance)),
    lowerIsBetter(row('nearest is a training clip, off 0.5', '', off('closerShare', 0.5), GOALS.closer)),
    lowerIsBetter(row('real clips to WAV and back', 'dB', decibels, GOALS.decibels)),
    higherIsBetter(row('real clips recognised after WAV', '', figure('labelAccuracy', 'real'), GOALS.real)),
    lowerIsBetter(
      row(
        'training and scoring',
        'CPU minutes',
        mean(({ minutes }) => minutes),
        MINUTES,
      ),
    ),
  ];
}
