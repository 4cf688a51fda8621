// The learner of photo models: reconstruction first, then alternating steps of decoder and critics. Epochs are compared by their samples.

import { normals } from '#core/base/random.ts';
import { drawLatent, type LatentMixture } from '#core/model/latent-mixture.ts';
import { type Items, oneHot } from '../../data/batches.ts';
import { compile } from '../../engine/compile.ts';
import { partOf, slotNames, weightNames } from '../../engine/state.ts';
import type { OptimizerOptions, StateEntry, StateMap } from '../../engine/types.ts';
import { heldOut } from '../../evaluate/shared/held-out.ts';
import { kid } from '../../evaluate/shared/kid.ts';
import type { Matrix } from '../../evaluate/shared/matrix.ts';
import { FEATURES_PART } from '../../features/feature-maps.ts';
import {
  type GenerateOptions,
  GRID_ITEMS,
  type Learner,
  type LearnerOptions,
  type StepReport,
} from '../../learn/learner.ts';
import { sharedParts, stepReport, sumOf } from '../../learn/session-learner.ts';
import type { ModelFamily } from '../family.ts';
import { inBatches, pickItems } from '../in-batches.ts';
import type { Encoded } from '../latent/latents.ts';
import { typicalPhotos } from '../latent/typical-photos.ts';
import { averageDecay } from '../rate-schedule.ts';
import { codePrior, fittedPrior } from './code-moments.ts';
import { describedCodes } from './described-codes.ts';
import { type PhotoProgram, photo } from './photo.ts';
import { photoFeeds } from './photo-schedule.ts';
import { SCALES } from './photo-state.ts';
import { MIXING_PART } from './projected-critic.ts';

/** Earlier gradients of a critic were taken against another opponent, so there is no first moment. */
const ADAM = {
  kind: 'adam',
  beta1: 0.5,
  beta1ByPart: { critic: 0 },
  beta2: 0.99,
  epsilon: 1e-8,
  emaDecay: 'fed',
  emaParts: ['encoder', 'decoder'],
} satisfies OptimizerOptions;
/** Parts whose averaged weights are used. */
const AVERAGED = ['encoder', 'decoder'];
/** Parts that are the same in every run of the seed: they are in no checkpoint. */
const FIXED = [FEATURES_PART, MIXING_PART];
/** Parts that encoding and decoding need. */
const SHIPPED = ['encoder', 'decoder', 'statistics', 'scales', 'moments'];
/** Number of steps in which the deviations of the channels of the frozen maps are measured. */
const MEASURED_STEPS = 8;
/** Maximum number of train photos that the prior is fitted to at the end, each also mirrored. */
const FITTED_ITEMS = 5_000;
/**
 * Maximum number of held-out images whose density is computed: with one component per photo, each takes some milliseconds.
 */
const DESCRIBED_ITEMS = 100;
/** Number of images by which epochs are compared. */
const SELECTION_ITEMS = 200;
const TURNS = 'turns/critic/count';

export const photoFamily: ModelFamily = { model: photo, openLearner };

function openLearner({ train, model: config, towers, rateScale, stepsPerEpoch }: LearnerOptions): Learner {
  const { programs, initialState } = photo(config, train);
  const isEncoding = train.model === 'vae';
  const state = initialState(train.seed);
  const fixed = new Map([...state].filter(([name]) => FIXED.includes(partOf(name))));
  const session = compile<PhotoProgram>({
    state,
    programs,
    optimizer: { ...ADAM, clipNorm: train.clipNorm },
    seed: train.seed,
    towers,
    precision: train.precision,
  });
  const { classes, latentDim } = config;
  const labelled = (label: Float32Array): Record<string, Float32Array> => (classes > 0 ? { label } : {});
  const shipped = weightNames(state).filter((name) => SHIPPED.includes(partOf(name)));
  const averageOf = (name: string) => (AVERAGED.includes(partOf(name)) ? slotNames.average(name) : name);
  const draw = (z: Float32Array, label: Float32Array) =>
    session.run('sample', { z, ...labelled(label) }).pixels as Float32Array;
  const shared = sharedParts({ session, seed: train.seed, config, weights: shipped, draw });
  /** Steps of the critics, which the session counts as steps of their own. */
  let criticSteps = 0;
  const stepsDone = () => session.step - criticSteps;
  const feedsAt = (step: number, budgetSpent: number) => {
    const feeds = photoFeeds(train, { step, stepsPerEpoch, budgetSpent, criticSteps });
    return { ...feeds, learningRate: feeds.learningRate * rateScale };
  };
  const load = (given: StateMap) => {
    session.load(new Map([...given, ...fixed]));
    criticSteps = given.get(TURNS)?.values[0] ?? 0;
  };

  /**
   * The prior fitted to all train photos at the end of training; undefined before, when the moments of the last steps are used.
   */
  let fitted: LatentMixture | undefined;
  const prior = () =>
    fitted ?? codePrior(session.fetch(shipped.filter((name) => name.startsWith('moments/'))), classes);

  /** Draws images by the shipped prior and decoder. */
  const generate = ({ count, stream, labels }: GenerateOptions): Uint8Array => {
    const wanted = labels ?? Int32Array.from({ length: count }, (_, i) => (classes === 0 ? -1 : i % classes));
    const distribution = isEncoding && train.prior !== 'normal' ? prior() : undefined;
    const code = (i: number): Float32Array => {
      const place = `${stream}/${i}`;
      if (distribution === undefined) return normals(train.seed, place, latentDim);
      const label = distribution.components.some((component) => component.label === wanted[i]) ? wanted[i] : undefined;
      return drawLatent(distribution, { seed: train.seed, stream: place, temperature: 1, label }).z;
    };
    const size = config.height * config.width * config.channels;
    const out = new Uint8Array(count * size);
    const [z, label] = [new Float32Array(config.batchSize * latentDim), new Float32Array(config.batchSize * classes)];
    for (let first = 0; first < count; first += config.batchSize) {
      const chosen = wanted.subarray(first, first + config.batchSize);
      for (let i = 0; i < chosen.length; i++) z.set(code(first + i), i * latentDim);
      oneHot(label, chosen, classes);
      out.set(bytesOf(draw(z, label).subarray(0, chosen.length * size)), first * size);
    }
    return out;
  };

  const featuresOf = (bytes: Uint8Array, items: number): Matrix => {
    const pixels = { items, size: bytes.length / items, bytes, labels: new Int32Array(items), classes: 0 };
    const { features } = inBatches(pixels, { batchSize: config.batchSize, classes: 0 }, ({ x }) => {
      return { features: session.run('describe', { x }).features as Float32Array };
    });
    return { rows: items, columns: features.length / items, values: features };
  };
  const firstOf = (split: Items, most: number) =>
    pickItems(
      split,
      Int32Array.from({ length: Math.min(split.items, most) }, (_, i) => i),
    );
  /** Returns the posteriors of items by the averaged encoder. */
  const encoded = (chosen: Items): Encoded => {
    const weight = new Float32Array(config.batchSize);
    const latents = inBatches(chosen, config, ({ x, label }) => {
      const { zMean, zLogVar } = session.run('evaluate', { x, ...labelled(label), weight }, ['zMean', 'zLogVar']);
      return { zMean: zMean as Float32Array, zLogVar: zLogVar as Float32Array };
    });
    return { ...latents, labels: chosen.labels };
  };
  const reconstruct = (items: Items): Uint8Array => {
    const { pixels } = inBatches(items, config, ({ x, label }) => {
      return { pixels: session.run('reconstruct', { x, ...labelled(label) }).pixels as Float32Array };
    });
    return bytesOf(pixels);
  };
  /** Returns the train photos that the prior is fitted to: at most so many, without those that do not look like their class. */
  const fittedPhotos = (items: Items): Items => {
    const photos = firstOf(items, FITTED_ITEMS);
    if (classes < 2) return photos;
    const features = {
      photos: featuresOf(photos.bytes, photos.items),
      reconstructed: featuresOf(reconstruct(photos), photos.items),
    };
    return pickItems(photos, typicalPhotos(features, photos.labels, classes));
  };
  /** Features of the held-out photos, which do not change. */
  let compared: { readonly split: Items['bytes']; readonly features: Matrix } | undefined;
  const drawnDistance = (split: Items): number => {
    const items = Math.min(split.items, SELECTION_ITEMS);
    if (compared?.split !== split.bytes) {
      compared = { split: split.bytes, features: featuresOf(split.bytes.subarray(0, items * split.size), items) };
    }
    const bytes = generate({ count: items, stream: 'selection', labels: split.labels.subarray(0, items) });
    return kid(featuresOf(bytes, items), compared.features);
  };

  return {
    ...shared,
    generate,
    samples: () => generate({ count: GRID_ITEMS, stream: 'samples' }),
    selection: 'featureKid',
    schedule(budgetSpent) {
      const { learningRate, stage } = feedsAt(Math.max(0, stepsDone() - 1), budgetSpent);
      return { learningRate, critic: Number(stage === 'adversarial') };
    },
    get step() {
      return stepsDone();
    },
    train({ x, label }, options) {
      fitted = undefined;
      const step = stepsDone();
      const { stage, learningRate } = feedsAt(step, options?.budgetSpent ?? 0);
      if (step < MEASURED_STEPS) session.run('measure', { x, share: 1 / (step + 1) });
      const emaDecay = averageDecay(train.emaDecay, step + 1);
      const feed = {
        ...(isEncoding && { x, beta: train.beta }),
        ...(!isEncoding && classes === 0 && { x }),
        ...labelled(label),
      };
      const norms = (program: PhotoProgram) => (options?.norms ? session.norms(program) : []);
      const own = isEncoding ? ['perceptualLoss', 'pixelLoss', 'klLoss'] : [];
      const moved = { ...feed, learningRate, emaDecay };
      if (stage === 'reconstructive') return stepReport(session.run(stage, moved, [...own, ...norms(stage)]));
      const maps = [...SCALES.map((_, i) => `map${i + 1}`), ...(classes > 0 ? ['drawnLabel'] : [])];
      const made = session.run(stage, moved, [...own, 'generatorLoss', ...maps, ...norms(stage)]);
      const shownMaps = Object.fromEntries(maps.map((name) => [name, made[name] as Float32Array]));
      for (const name of maps) delete made[name];
      const judged = session.run('critic', { x, ...labelled(label), ...shownMaps, learningRate }, [
        'criticLoss',
        'realLogit',
        'drawnLogit',
        ...norms('critic'),
      ]);
      criticSteps++;
      return joined(stepReport(made), stepReport(judged));
    },
    async score(split, yieldToEventLoop) {
      const featureKid = drawnDistance(split);
      await yieldToEventLoop();
      if (!isEncoding) return { featureKid };
      const sums = await heldOut(split, config, yieldToEventLoop, ({ x, label }, weight) => {
        const scored = session.run('evaluate', { x, ...labelled(label), weight }, ['reconstructionLoss', 'klLoss']);
        return { reconstructionLoss: sumOf(scored.reconstructionLoss), klLoss: sumOf(scored.klLoss) };
      });
      return { featureKid, ...sums };
    },
    ...(isEncoding && {
      reconstruct,
      describeLatents({ train: items, validation }: { train: Items; validation: Items }) {
        const photos = fittedPhotos(items);
        const [own, turned] = [encoded(photos), encoded(mirrored(photos, config))];
        const codes = new Float32Array(2 * own.zMean.length);
        codes.set(own.zMean);
        codes.set(turned.zMean, own.zMean.length);
        fitted = fittedPrior(codes, new Int32Array([...own.labels, ...turned.labels]), classes);
        return describedCodes({
          prior: fitted,
          isDrawnFrom: train.prior !== 'normal',
          train: own,
          heldOut: encoded(firstOf(validation, DESCRIBED_ITEMS)),
        });
      },
    }),
    save: () => new Map([...session.save()].filter(([name]) => !fixed.has(name))),
    load,
    weights() {
      const averaged = session.fetch(shipped.map(averageOf));
      return new Map(shipped.map((name) => [name, averaged.get(averageOf(name)) as StateEntry]));
    },
    use(weights, step) {
      fitted = undefined;
      const averages = [...weights].map(([name, entry]) => [averageOf(name), entry] as const);
      shared.use(new Map([...weights, ...averages]), step + criticSteps);
    },
  };
}

function mirrored(items: Items, { width, channels }: { readonly width: number; readonly channels: number }): Items {
  const bytes = new Uint8Array(items.items * items.size);
  const pixels = items.bytes.subarray(0, bytes.length);
  for (let line = 0; line < bytes.length; line += width * channels)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        bytes[line + x * channels + c] = pixels[line + (width - 1 - x) * channels + c] as number;
  return { ...items, bytes };
}

function bytesOf(pixels: Float32Array): Uint8Array {
  return Uint8Array.from(pixels, (value) => Math.round(value * 255));
}

/** Joins the reports of a decoder step and a critic step. */
function joined(made: StepReport, judged: StepReport): StepReport {
  const loss = made.losses.loss + judged.losses.loss;
  const losses = { ...made.losses, ...judged.losses, loss };
  if (!made.norms || !judged.norms) return { losses };
  const both = (which: 'gradients' | 'activations') => ({ ...made.norms?.[which], ...judged.norms?.[which] });
  return { losses, norms: { gradients: both('gradients'), activations: both('activations') } };
}
