// How good the models of texts and of pairs are, beside simple generators, the same network without z, and the goals. Every set has a file
// or is made here; those whose file is not named are left out. Trainings are measured by CPU time and may be done in pieces
// (GOLDPAN_PIECE_MINUTES). Figures of names are the mean of the seeds, those of the other sets of GOLDPAN_SLOW_SEEDS (the first one), and the
// network without z and the other levels of free bits are trained with the first seed.
import type { TrainConfig } from '#core/kinds/train-config.ts';
import { metricTitle } from '#core/model/metrics.ts';
import { tf } from '../containers/trainer/engine/tensorflow.ts';
import { type Benchmark, higherIsBetter, lowerIsBetter, type Row } from './benchmark.ts';
import { measureExported } from './text/exported-texts.ts';
import { fitTexts, type TextFit } from './text/fit-texts.ts';
import { namesIn, numbers, pairsIn, tunesIn } from './text/read-sets.ts';
import { splitTexts } from './text/split-texts.ts';
import { runWithoutLatent } from './text/without-latent.ts';

const SEEDS = (process.env.GOLDPAN_SEEDS ?? '1,2,3').split(',').map(Number);
const SETTINGS = JSON.parse(process.env.GOLDPAN_TRAIN ?? '{}') as Partial<TrainConfig>;
const [FIRST_SEED = 1] = SEEDS;
const SLOW_SEEDS = process.env.GOLDPAN_SLOW_SEEDS?.split(',').map(Number) ?? [FIRST_SEED];
/** Sets that are measured; absent: all whose file is there. */
const SETS = process.env.GOLDPAN_SETS?.split(',');
/** More than the minutes give. */
const EPOCHS = 200;
/** CPU minutes of a training without its scores; GOLDPAN_MINUTES={"sounds":10} changes them. */
const MINUTES: Readonly<Record<Set, number>> = {
  ...{ numbers: 6, names: 6, tunes: 20, sounds: 40, sentences: 10 },
  ...JSON.parse(process.env.GOLDPAN_MINUTES ?? '{}'),
};
/** There is no ratio to nothing. */
const LEAST = 1e-3;
/** GOLDPAN_CONTROLS=none leaves out the network without z and the other levels of free bits, which are trainings of their own. */
const HAS_CONTROLS = process.env.GOLDPAN_CONTROLS !== 'none';
const FREE_LEVELS = HAS_CONTROLS ? [0.1, 0.5] : [];
type Set = 'numbers' | 'names' | 'tunes' | 'sounds' | 'sentences';

export const textQuality: Benchmark = {
  sentence:
    'models of texts and pairs: numbers in words, and first names (GOLDPAN_NAMES, lines), tunes (GOLDPAN_TUNES, a folder of .abc), sounds (GOLDPAN_SOUNDS) and sentences (GOLDPAN_SENTENCES, JSONL of source and text); takes minutes a seed and set',
  async run() {
    const { GOLDPAN_NAMES, GOLDPAN_TUNES, GOLDPAN_SOUNDS, GOLDPAN_SENTENCES } = process.env;
    const wants = (set: Set) => SETS === undefined || SETS.includes(set);
    const rows = [
      ...(wants('numbers') ? await pairs('numbers', 'numbers in words', numbers(), { exact: 0.99 }) : []),
      ...(GOLDPAN_NAMES && wants('names') ? await names(GOLDPAN_NAMES) : []),
      ...(GOLDPAN_TUNES && wants('tunes') ? await tunes(GOLDPAN_TUNES) : []),
      ...(GOLDPAN_SOUNDS && wants('sounds')
        ? await pairs('sounds', 'spelling to sound', pairsIn(GOLDPAN_SOUNDS), { exact: 0.65 })
        : []),
      ...(GOLDPAN_SENTENCES && wants('sentences')
        ? await pairs('sentences', 'sentences', pairsIn(GOLDPAN_SENTENCES), {})
        : []),
    ];
    return { versions: { tfjs: tf.version['tfjs-node'] }, rows };
  },
};

/** First names: bits beside the same network without z, the use of z by the nats that are free, and the model where it is served. */
async function names(file: string): Promise<Row[]> {
  const splits = splitTexts(namesIn(file));
  const settings = settingsOf('names');
  const fits: TextFit[] = [];
  for (const seed of SEEDS) {
    fits.push(await fitTexts({ name: 'names', splits, settings: { ...settings, seed }, measure: measureExported }));
  }
  const own = { ...settings, seed: FIRST_SEED };
  const lessZ = HAS_CONTROLS
    ? [await fitTexts({ name: 'names without z', splits, settings: own, run: runWithoutLatent })]
    : [];
  const levels: [number, TextFit][] = [];
  for (const freeBits of FREE_LEVELS) {
    const others = { ...own, freeBits };
    levels.push([freeBits, await fitTexts({ name: 'names', splits, settings: others, measure: measureExported })]);
  }
  const figure = (name: string, of: 'model' | 'real' | 'kneserNey' = 'model') =>
    meanOf(fits, ({ metrics }) => metrics.text?.figures.find((one) => one.name === name)?.[of]);
  const latent = (name: 'kl' | 'activeUnits') => meanOf(fits, ({ metrics }) => metrics.text?.latent[name]);
  const bits = figure('bits');
  const bitsLessZ = meanOf(lessZ, ({ metrics }) => metrics.figures.bits);
  const ofFirst = meanOf(fits.slice(0, 1), ({ metrics }) => metrics.figures.bits);
  const returned = meanOf(fits, (fit) => fit.measured.returned);
  const row = (metric: string, ours: number, peer: number, peerName: string, unit = '') => ({
    ...{ metric: `names: ${metric}`, unit, ours, peer, peerName, goal: 1 },
  });
  const rows = [
    lowerIsBetter(row('bits a character', bits, 2.93, 'goal')),
    lowerIsBetter({ ...row('bits a character', bits, figure('bits', 'kneserNey'), 'Kneser-Ney'), goal: 0 }),
    ...lessZ.flatMap(() => [
      lowerIsBetter({ ...row('bits a character', ofFirst, bitsLessZ, 'the same network without z'), goal: 0 }),
      lowerIsBetter(row('bits above the same network without z', Math.max(ofFirst - bitsLessZ, LEAST), 0.06, 'goal')),
    ]),
    higherIsBetter(row('KL', latent('kl'), 3, 'goal', 'nats')),
    higherIsBetter(row('latent dimensions in use', latent('activeUnits'), 12, 'goal')),
    higherIsBetter(row('novelty', figure('novelty'), 0.8, 'goal')),
    lowerIsBetter(row('self-BLEU, away from real', away(figure('selfBleu'), figure('selfBleu', 'real')), 0.1, 'goal')),
    lowerIsBetter(
      row(
        '64 texts served',
        meanOf(fits, (fit) => fit.measured.servedMilliseconds),
        25,
        'goal',
        'CPU ms',
      ),
    ),
    higherIsBetter({ ...row('come back from their codes', returned, 1, 'all'), goal: 0 }),
  ];
  for (const [freeBits, { metrics, measured }] of levels) {
    const { text } = metrics;
    const at = `at ${freeBits} free nats a dimension`;
    const bitsAt = text?.figures.find(({ name }) => name === 'bits')?.model ?? Number.NaN;
    rows.push(
      lowerIsBetter({ ...row(`bits a character ${at}`, bitsAt, bits, 'at 0.2'), goal: 0 }),
      higherIsBetter({ ...row(`KL ${at}`, text?.latent.kl ?? Number.NaN, latent('kl'), 'at 0.2', 'nats'), goal: 0 }),
      higherIsBetter({
        ...row(`come back ${at}`, measured.returned ?? Number.NaN, returned, 'at 0.2'),
        goal: 0,
      }),
    );
  }
  return rows;
}

async function tunes(folder: string): Promise<Row[]> {
  const splits = splitTexts(tunesIn(folder));
  const fits: TextFit[] = [];
  for (const seed of SLOW_SEEDS)
    fits.push(await fitTexts({ name: 'tunes', splits, settings: { ...settingsOf('tunes'), seed }, notation: 'abc' }));
  const figure = (name: string, of: 'model' | 'real' | 'kneserNey' = 'model') =>
    meanOf(fits, ({ metrics }) => metrics.text?.figures.find((one) => one.name === name)?.[of]);
  const row = (metric: string, ours: number, peer: number, peerName: string) => ({
    ...{ metric: `tunes: ${metric}`, unit: '', ours, peer, peerName, goal: 1 },
  });
  return [
    lowerIsBetter(row('bits a character', figure('bits'), 2.43, 'goal')),
    lowerIsBetter({ ...row('bits a character', figure('bits'), figure('bits', 'kneserNey'), 'Kneser-Ney'), goal: 0 }),
    higherIsBetter(row('inner bars as long as the metre says', figure('fullBars'), 0.75, 'goal')),
    ...(['kneserNey', 'real'] as const).map((of) =>
      higherIsBetter({
        ...row('inner bars as long as the metre says', figure('fullBars'), figure('fullBars', of), PEERS[of]),
        goal: 0,
      }),
    ),
    higherIsBetter({
      ...row('tunes that players read', figure('readTunes'), figure('readTunes', 'real'), PEERS.real),
      goal: 0,
    }),
  ];
}

function settingsOf(set: Set): Partial<TrainConfig> {
  return { epochs: EPOCHS, budgetMinutes: MINUTES[set], ...SETTINGS };
}

const PEERS = { kneserNey: 'Kneser-Ney', real: 'real ones' } as const;

/** Each figure beside the text of the nearest training source, and beside its goal. */
async function pairs(
  set: Set,
  name: string,
  texts: readonly { readonly source: string; readonly text: string }[],
  goals: Readonly<Record<string, number>>,
): Promise<Row[]> {
  const splits = splitTexts(texts);
  const fits: TextFit[] = [];
  for (const seed of SLOW_SEEDS) fits.push(await fitTexts({ name, splits, settings: { ...settingsOf(set), seed } }));
  return (fits[0]?.metrics.pairs?.figures ?? []).flatMap(({ name: figure, better, nearest }, at) => {
    const compare = better === 'lower' ? lowerIsBetter : higherIsBetter;
    const ours = meanOf(fits, ({ metrics }) => metrics.pairs?.figures[at]?.model);
    const row = { metric: `${name}: ${metricTitle(figure)}`, unit: '', ours };
    const goal = goals[figure];
    return [
      ...(nearest === null
        ? []
        : [compare({ ...row, peer: nearest, peerName: 'text of the nearest source', goal: 1 })]),
      ...(goal === undefined ? [] : [compare({ ...row, peer: goal, peerName: 'goal', goal: 1 })]),
    ];
  });
}

function meanOf(fits: readonly TextFit[], figure: (fit: TextFit) => number | null | undefined): number {
  return fits.reduce((sum, fit) => sum + (figure(fit) ?? Number.NaN), 0) / fits.length;
}

/** How far a figure is from that of real texts, as a share of it. */
function away(model: number, real: number): number {
  return Math.abs(model - real) / real;
}
