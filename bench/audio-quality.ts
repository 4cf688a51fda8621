// Measures the quality of audio models against the goals. GOLDPAN_AUDIO names a folder of WAVs with one sub-folder per class.
// 70 % of the clips are trained on, 10 % stop the training, 20 % are held out. GOLDPAN_MODEL=<folder> keeps the model's files;
// GOLDPAN_WORDS=zero,one,... also asks PocketSphinx.
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { permutation } from '#core/base/random.ts';
import { clipsToMel } from '#core/kinds/audio/codec/clips-to-mel.ts';
import { MelCodec, melCodecFor } from '#core/kinds/audio/codec/mel-codec.ts';
import { readWav } from '#core/kinds/audio/decode/pcm/wav.ts';
import { AudioDataset } from '#core/kinds/audio/definition.ts';
import { mixDown } from '#core/kinds/audio/measure.ts';
import { shapeClip } from '#core/kinds/audio/shape.ts';
import { SHAPE_DEFAULTS } from '#core/kinds/audio/shape-defaults.ts';
import type { Split } from '#core/kinds/split.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { clipsFile, MEL_CODEC_FILE } from '../containers/trainer/data/audio/fetch-audio.ts';
import { arrayBytes, labelsFile, pixelsFile } from '../containers/trainer/data/shard-arrays.ts';
import { tf } from '../containers/trainer/engine/tensorflow.ts';
import { runAudioTask } from '../containers/trainer/learn/audio-task.ts';
import type { AudioTask, EngineResult } from '../containers/trainer/state/protocol.ts';
import { drawSounds } from './audio/drawn-sounds.ts';
import { shareHeard } from './audio/heard-words.ts';
import { type Benchmark, higherIsBetter, lowerIsBetter, type Row } from './benchmark.ts';
import { oneThreadHost, startCpuClock } from './cpu-clock.ts';

const SEEDS = (process.env.GOLDPAN_SEEDS ?? '1,2,3').split(',').map(Number);
const SETTINGS = JSON.parse(process.env.GOLDPAN_TRAIN ?? '{}') as Partial<TrainConfig>;
const SAMPLE_RATE = Number(process.env.GOLDPAN_SAMPLE_RATE ?? 8000);
const SECONDS = Number(process.env.GOLDPAN_SECONDS ?? 1.024);
const TRAINED = 0.7;
const VALIDATION = 0.1;
/** Clips that a training keeps as sounds. */
const HEARD: Readonly<Record<Split, number>> = { train: 500, validation: 60, test: 100 };
/** Of 3,000 spoken digits of six speakers at 8 kHz. */
const GOALS = { accuracy: 0.88, kidMel: 0.01, kidWav: 0.025, variance: 0.15, closer: 0.05, decibels: 2, real: 0.93 };
const MINUTES = 20;
const SERVED_MS = 60;
const LEAST = 1e-3;
/** For the time of a clip, and for PocketSphinx. */
const SOUNDS_A_CLASS = 20;
/** The part of a file's name that tells the speaker, as a regular expression with one group: one speaker is then held out. */
const GROUP = process.env.GOLDPAN_GROUP;
/** Of the classes in the order of their folders: which word PocketSphinx should hear. */
const WORDS = process.env.GOLDPAN_WORDS?.split(',');

type Fitted = {
  readonly result: EngineResult;
  readonly minutes: number;
  readonly servedMs: number;
  /** Shares of drawn and of held-out clips in which PocketSphinx hears their word; absent without words. */
  readonly heard?: { readonly drawn: number; readonly real: number };
};
type Clips = {
  readonly pictures: readonly Uint8Array[];
  readonly sounds: readonly Int16Array[];
  readonly labels: Int32Array;
  readonly groups: readonly string[];
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

/** Which clips are in which split: by chance, or whole groups of them (a part of the file's name) so that none is in two. */
function splitClips({ pictures, groups }: Clips): Record<Split, Int32Array> {
  const order = permutation(1, 'split', pictures.length);
  const [stop, end] = [TRAINED, TRAINED + VALIDATION].map((share) => Math.round(share * pictures.length));
  if (!GROUP)
    return { train: order.subarray(0, stop), validation: order.subarray(stop, end), test: order.subarray(end) };
  const names = [...new Set(groups)].sort();
  const [test, validation] = Array.from(permutation(1, 'groups', names.length), (place) => names[place]);
  const of = (chosen: (group: string) => boolean) => order.filter((item) => chosen(groups[item] as string));
  return {
    train: of((group) => group !== test && group !== validation),
    validation: of((group) => group === validation),
    test: of((group) => group === test),
  };
}

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
  const groups: string[] = [];
  for (const file of files) {
    const read = readWav(new Uint8Array(readFileSync(join(folder, file))));
    if (!read.ok) continue;
    const { channels, sampleRate } = read.sound;
    const { pcm } = shapeClip(mixDown(channels).mono, { sampleRate, channels: channels.length }, config);
    sounds.push(pcm);
    pictures.push(toMel(pcm));
    groups.push((GROUP && new RegExp(GROUP).exec(basename(file))?.[1]) || '');
    labels.push(names.indexOf(basename(dirname(file))));
  }
  return { pictures, sounds, groups, labels: Int32Array.from(labels), classes: names.length };
}

async function fitClips(clips: Clips, seed: number): Promise<Fitted> {
  const { pictures, sounds, labels, classes } = clips;
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-bench-'));
  const splits = splitClips(clips);
  const codec = melCodecFor({ sampleRate: SAMPLE_RATE, seconds: SECONDS }, SHAPE_DEFAULTS.peak);
  writeFileSync(join(folder, MEL_CODEC_FILE), JSON.stringify(codec));
  for (const [split, chosen] of Object.entries(splits) as [Split, Int32Array][]) {
    writeFileSync(pixelsFile(folder, split), Buffer.concat(Array.from(chosen, (item) => pictures[item] as Uint8Array)));
    const values = chosen.map((item) => labels[item] as number);
    writeFileSync(labelsFile(folder, split), arrayBytes({ shape: [values.length], values }));
    const heard = Array.from(chosen.subarray(0, HEARD[split]), (item) => asBytes(sounds[item] as Int16Array));
    writeFileSync(clipsFile(folder, split), Buffer.concat(heard));
  }
  const { frames: width, bands: height } = codec;
  const task: AudioTask = {
    kind: 'audio',
    audio: { kind: 'audio', sampleRate: SAMPLE_RATE, seconds: SECONDS, width, height, channels: 1 },
    train: TrainConfig.parse({ ...SETTINGS, seed }),
    ...{ classes, folder, features: null, parentFile: null, retry: null, resume: null },
    items: { train: splits.train.length, validation: splits.validation.length, test: splits.test.length },
  };
  const minutes = startCpuClock();
  const host = oneThreadHost(minutes);
  const channel = {
    send(message: { type: string; progress?: { epochs: readonly { epoch: number; validation: object }[] } }) {
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
    const spent = minutes();
    const served = MelCodec.parse(JSON.parse(readFileSync(join(folder, MEL_CODEC_FILE), 'utf8')));
    const drawn = await drawSounds(join(folder, 'model'), { codec: served, classes, each: SOUNDS_A_CLASS });
    const held = [...splits.test.subarray(0, drawn.sounds.length)];
    const real = {
      sounds: held.map((item) => sounds[item] as Int16Array),
      labels: held.map((item) => labels[item] as number),
    };
    const heard = WORDS && {
      drawn: shareHeard(drawn, SAMPLE_RATE, WORDS),
      real: shareHeard(real, SAMPLE_RATE, WORDS),
    };
    return { result, minutes: spent, servedMs: drawn.cpuMs, ...(heard && { heard }) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function asBytes({ buffer, byteOffset, byteLength }: Int16Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
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
  const off = (name: string, best: number) => Math.max(Math.abs(figure(name, 'model') - best), LEAST);
  const mixture = figure('labelAccuracy', 'pcaMixture');
  const byOther = fitted.flatMap(({ heard }) => heard ?? []);
  const meanOf = (side: 'drawn' | 'real') => byOther.reduce((sum, heard) => sum + heard[side], 0) / byOther.length;
  const heardByOther =
    byOther.length === 0
      ? []
      : [row('asked word heard by PocketSphinx', '', meanOf('drawn'), meanOf('real'), 'real clips')];
  return [
    higherIsBetter(row('asked class heard, after WAV', '', accuracy, GOALS.accuracy)),
    ...(Number.isNaN(mixture) ? [] : [higherIsBetter(row('the same', '', accuracy, mixture, 'PCA mixture'))]),
    // An estimate without bias may be below 0, where a ratio has no meaning.
    lowerIsBetter(row('KID, mel', '', Math.max(figure('kidMel', 'model'), LEAST), GOALS.kidMel)),
    lowerIsBetter(row('KID, after WAV', '', Math.max(figure('kidWav', 'model'), LEAST), GOALS.kidWav)),
    lowerIsBetter(row('variance within a class, off 1', '', off('classVariance', 1), GOALS.variance)),
    lowerIsBetter(row('nearest is a training clip, off 0.5', '', off('closerShare', 0.5), GOALS.closer)),
    lowerIsBetter(row('real clips to WAV and back', 'dB', decibels, GOALS.decibels)),
    higherIsBetter(row('real clips recognised after WAV', '', figure('labelAccuracy', 'real'), GOALS.real)),
    ...heardByOther.map((one) => higherIsBetter({ ...one, goal: 0.8 })),
    lowerIsBetter(
      row(
        'one clip drawn',
        'CPU ms',
        mean(({ servedMs }) => servedMs),
        SERVED_MS,
      ),
    ),
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
