// How good the models of texts and of pairs are, beside simple generators, the same network without z, and the goals. Every set has a file
// or is made here; those whose file is not named are left out. Trainings are measured by CPU time and may be done in pieces
// (GOLDPAN_PIECE_MINUTES); each figure is the mean of the seeds.
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
/** CPU minutes of a training; epochs are more than they give. */
const LONG = { epochs: 200 };
const FREE_LEVELS = [0.1, 0.4];

export const textQuality: Benchmark = {
  sentence:
    'models of texts and pairs: numbers in words, and first names (GOLDPAN_NAMES, lines), tunes (GOLDPAN_TUNES, a folder of .abc), sounds (GOLDPAN_SOUNDS) and sentences (GOLDPAN_SENTENCES, JSONL of source and text); takes minutes a seed and set',
  async run() {
    const { GOLDPAN_NAMES, GOLDPAN_TUNES, GOLDPAN_SOUNDS, GOLDPAN_SENTENCES } = process.env;
    const rows = [
      ...(await pairs('numbers in words', numbers(), { budgetMinutes: 6 }, { exact: 0.99 })),
      ...(GOLDPAN_NAMES ? await names(GOLDPAN_NAMES) : []),
      ...(GOLDPAN_TUNES ? await tunes(GOLDPAN_TUNES) : []),
      ...(GOLDPAN_SOUNDS
        ? await pairs('spelling to sound', pairsIn(GOLDPAN_SOUNDS), { budgetMinutes: 20 }, { exact: 0.65 })
        : []),
      ...(GOLDPAN_SENTENCES ? await pairs('sentences', pairsIn(GOLDPAN_SENTENCES), { budgetMinutes: 10 }, {}) : []),
    ];
    return { versions: { tfjs: tf.version['tfjs-node'] }, rows };
  },
};

/** First names: bits beside the same network without z, the use of z by the nats that are free, and the model where it is served. */
async function names(file: string): Promise<Row[]> {
  const splits = splitTexts(namesIn(file));
  const settings = { ...LONG, budgetMinutes: 6, ...SETTINGS };
  const fits: TextFit[] = [];
  const without: TextFit[] = [];
  for (const seed of SEEDS) {
    fits.push(await fitTexts({ name: 'names', splits, settings: { ...settings, seed }, measure: measureExported }));
    const name = 'names without z';
    without.push(await fitTexts({ name, splits, settings: { ...settings, seed }, run: runWithoutLatent }));
  }
  const [seed = 1] = SEEDS;
  const levels: [number, TextFit][] = [];
  for (const freeBits of FREE_LEVELS) {
    const own = { ...settings, seed, freeBits };
    levels.push([freeBits, await fitTexts({ name: 'names', splits, settings: own, measure: measureExported })]);
  }
  const figure = (name: string, of: 'model' | 'real' | 'kneserNey' = 'model') =>
    meanOf(fits, ({ metrics }) => metrics.text?.figures.find((one) => one.name === name)?.[of]);
  const latent = (name: 'kl' | 'activeUnits') => meanOf(fits, ({ metrics }) => metrics.text?.latent[name]);
  const bits = figure('bits');
  const lessZ = meanOf(without, ({ metrics }) => metrics.figures.bits);
  const row = (metric: string, ours: number, peer: number, peerName: string, unit = '') => ({
    ...{ metric: `names: ${metric}`, unit, ours, peer, peerName, goal: 1 },
  });
  const rows = [
    lowerIsBetter(row('bits a character', bits, 2.93, 'goal')),
    lowerIsBetter({ ...row('bits a character', bits, figure('bits', 'kneserNey'), 'Kneser-Ney'), goal: 0 }),
    lowerIsBetter({ ...row('bits a character', bits, lessZ, 'the same network without z'), goal: 0 }),
    lowerIsBetter(row('bits above the same network without z', bits - lessZ, 0.06, 'goal')),
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
    higherIsBetter({
      ...row(
        'come back from their codes',
        meanOf(fits, (fit) => fit.measured.returned),
        1,
        'all',
      ),
      goal: 0,
    }),
  ];
  for (const [freeBits, { metrics, measured }] of levels) {
    const { text } = metrics;
    const at = `at ${freeBits} free nats a dimension`;
    const bitsAt = text?.figures.find(({ name }) => name === 'bits')?.model ?? Number.NaN;
    rows.push(
      lowerIsBetter({ ...row(`bits a character ${at}`, bitsAt, bits, 'at 0.2'), goal: 0 }),
      higherIsBetter({ ...row(`KL ${at}`, text?.latent.kl ?? Number.NaN, latent('kl'), 'at 0.2', 'nats'), goal: 0 }),
      higherIsBetter({
        ...row(`come back ${at}`, measured.returned ?? Number.NaN, rows[9]?.ours ?? Number.NaN, 'at 0.2'),
        goal: 0,
      }),
    );
  }
  return rows;
}

async function tunes(folder: string): Promise<Row[]> {
  const splits = splitTexts(tunesIn(folder));
  const fits: TextFit[] = [];
  for (const seed of SEEDS) {
    const settings = { ...LONG, budgetMinutes: 20, ...SETTINGS, seed };
    fits.push(await fitTexts({ name: 'tunes', splits, settings, notation: 'abc' }));
  }
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

const PEERS = { kneserNey: 'Kneser-Ney', real: 'real ones' } as const;

/** Each figure beside the text of the nearest training source, and beside its goal. */
async function pairs(
  name: string,
  texts: readonly { readonly source: string; readonly text: string }[],
  settings: Partial<TrainConfig>,
  goals: Readonly<Record<string, number>>,
): Promise<Row[]> {
  const splits = splitTexts(texts);
  const fits: TextFit[] = [];
  for (const seed of SEEDS)
    fits.push(await fitTexts({ name, splits, settings: { ...LONG, ...settings, ...SETTINGS, seed } }));
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
