// Trains a VAE of texts: epochs are compared by the importance-weighted bound on held-out texts, in bits a symbol.
import { chooseWeighted, normals, permutation, uniforms } from '#core/base/random.ts';
import { countActiveUnits } from '#core/model/active-units.ts';
import { drawLatent, type LatentMixture } from '#core/model/latent-mixture.ts';
import { textDrawing } from '#core/model/text/text-drawing.ts';
import { type Items, oneHot } from '../../data/batches.ts';
import { compile } from '../../engine/compile.ts';
import { slotNames, weightNames } from '../../engine/state.ts';
import type { OptimizerOptions } from '../../engine/types.ts';
import { importanceBound } from '../../evaluate/shared/importance-bound.ts';
import { meanSymbols } from '../../evaluate/text/text-bits.ts';
import type { GenerateOptions, Learner } from '../../learn/learner.ts';
import { stateParts, stepReport } from '../../learn/session-learner.ts';
import { firstItems, inBatches, pickItems } from '../in-batches.ts';
import { describe } from '../latent/describe.ts';
import type { Codes } from '../latent/prior-bounds.ts';
import { strideDecay } from '../rate-schedule.ts';
import { vaeFeeds } from '../vae/vae-schedule.ts';
import type { TextLearnerOptions } from './text-learner-options.ts';
import { DECODER_UNITS } from './text-network.ts';
import { SHOWN_TEXTS, textVae } from './text-vae.ts';

const ADAM = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 2e-2 } satisfies OptimizerOptions;
const LOSSES = ['loss', 'reconstructionLoss', 'klLoss'];
/** Draws of z for the bound of an epoch. */
const DRAWS = 4;
const CODES = [
  ...(['zMean', 'zLogVar', 'code', 'klByUnit'] as const),
  ...(['reconstructionLoss', 'logPosterior', 'logWeight'] as const),
] as const;
/** Keeps the logarithm of a share finite. */
const LEAST_SHARE = 1e-30;
/** Texts whose latent vectors the mixture is fitted to. */
const LATENT_TEXTS = 10_000;

/** `generate` and `samples` return codes [count, positions]. */
export function openTextVae(options: TextLearnerOptions): Learner {
  const { train, codec, vocabulary, logShares, classes, classShares } = options;
  const { batchSize, towers, stepsPerEpoch, rateScale } = options;
  const { latentDim, freeBits, seed } = train;
  const { positions } = codec;
  const model = textVae({ vocabulary, positions, classes, latentDim, batchSize, freeBits });
  const state = model.initialState(seed, logShares);
  const session = compile({
    state,
    programs: model.programs,
    optimizer: { ...ADAM, clipNorm: train.clipNorm, emaDecay: 'asked' },
    seed,
    towers,
    precision: train.precision,
  });
  const config = { batchSize, classes, latentDim };
  const conditions = (label: Float32Array): Record<string, Float32Array> => (classes > 0 ? { label } : {});
  const weight = new Float32Array(batchSize).fill(1);
  let mixture: LatentMixture | null = null;
  const feedsAt = (step: number, budgetSpent: number) => {
    const { learningRate, beta } = vaeFeeds(train, { step, stepsPerEpoch, budgetSpent });
    return { learningRate: learningRate * rateScale, beta };
  };
  /** Runs of one step differ by their draw: each batch of each pass has one of its own. */
  const evaluate = <Name extends string>(items: Items, names: readonly Name[], pass: number) => {
    let draw = pass * Math.ceil(items.items / batchSize);
    return inBatches(items, config, ({ x, label }) => {
      return session.run('evaluate', { x, ...conditions(label), weight, draw: draw++ }, names) as Record<
        Name,
        Float32Array
      >;
    });
  };
  /** A text and its class are at most as probable together as the text alone, whatever its class: log p(class) is added. */
  const logWeights = (items: Items, pass: number) => {
    const { logWeight } = evaluate(items, ['logWeight'], pass);
    return withClass(logWeight, items);
  };
  const withClass = (logWeight: Float32Array, { labels }: Items) =>
    classes === 0
      ? logWeight
      : logWeight.map((log, item) => {
          const label = labels[item] as number;
          return log + Math.log(Math.max(classShares[label < 0 ? classes : label] as number, LEAST_SHARE));
        });
  /** A class by its share; -1 stands for texts without one. */
  function anyClass(stream: string): number {
    const [draw = 0] = uniforms(seed, `${stream}/class`, 1);
    const chosen = chooseWeighted(Float64Array.from(classShares), draw);
    return chosen === classes ? -1 : chosen;
  }
  const hasClasses = () => classes > 0 || (mixture?.components.some(({ label }) => label !== null) ?? false);

  /** Of each label, -1 where none is asked for. */
  function latentsOf(labels: Int32Array, stream: string): Float32Array {
    const known = new Set(mixture?.components.map(({ label }) => label));
    const z = new Float32Array(labels.length * latentDim);
    for (const [text, label] of labels.entries()) {
      const own = { seed, stream: `${stream}/${text}`, temperature: 1 };
      const asked = known.has(label) ? { ...own, label } : own;
      z.set(mixture ? drawLatent(mixture, asked).z : normals(seed, own.stream, latentDim), text * latentDim);
    }
    return z;
  }

  function generate({ count, stream, labels = new Int32Array(count).fill(-1) }: GenerateOptions): Uint8Array {
    const out = new Uint8Array(count * positions);
    const asked =
      classes === 0 ? labels : labels.map((label, text) => (label < 0 ? anyClass(`${stream}/${text}`) : label));
    const latents = latentsOf(asked, stream);
    const label = new Float32Array(SHOWN_TEXTS * classes);
    const z = new Float32Array(SHOWN_TEXTS * latentDim);
    for (let first = 0; first < count; first += SHOWN_TEXTS) {
      z.fill(0);
      z.set(latents.subarray(first * latentDim, (first + SHOWN_TEXTS) * latentDim));
      oneHot(label, asked.subarray(first, first + SHOWN_TEXTS), classes);
      const streams = Array.from({ length: SHOWN_TEXTS }, (_, text) => `${stream}/${first + text}`);
      const drawing = textDrawing(codec, seed, streams);
      let states: Float32Array = new Float32Array(SHOWN_TEXTS * DECODER_UNITS);
      while (!drawing.isDone) {
        const { logits, next } = session.run('step', {
          z,
          ...conditions(label),
          symbol: drawing.symbols,
          state: states,
        });
        drawing.take(logits as Float32Array);
        states = next as Float32Array;
      }
      out.set(drawing.codes.subarray(0, Math.min(SHOWN_TEXTS, count - first) * positions), first * positions);
    }
    return out;
  }

  return {
    batchSize,
    get isConditional() {
      return hasClasses();
    },
    selection: 'bitsPerSymbol',
    schedule: (budgetSpent) => feedsAt(Math.max(0, session.step - 1), budgetSpent),
    get step() {
      return session.step;
    },
    train({ x, label }, stepOptions) {
      const fetch = [...LOSSES, ...(stepOptions?.norms ? session.norms('train') : [])];
      const feeds = feedsAt(session.step, stepOptions?.budgetSpent ?? 0);
      const report = stepReport(session.run('train', { x, ...conditions(label), ...feeds }, fetch));
      const decay = strideDecay(train.emaDecay, session.step);
      if (decay !== undefined) session.average(decay);
      return report;
    },
    async score(split, yieldToEventLoop) {
      const draws: Float32Array[] = [];
      let first: ReturnType<typeof evaluate<'reconstructionLoss' | 'klLoss' | 'zMean' | 'logWeight'>> | undefined;
      for (let pass = 0; pass < DRAWS; pass++) {
        await yieldToEventLoop();
        if (first) draws.push(logWeights(split, pass));
        else {
          first = evaluate(split, ['reconstructionLoss', 'klLoss', 'zMean', 'logWeight'], pass);
          draws.push(withClass(first.logWeight, split));
        }
      }
      const [reconstructionLoss, klLoss] = [meanOf(first?.reconstructionLoss), meanOf(first?.klLoss)];
      return {
        bitsPerSymbol: importanceBound(draws) / Math.LN2 / meanSymbols(firstItems(split, split.items)),
        negativeElbo: reconstructionLoss + klLoss,
        reconstructionLoss,
        klLoss,
        activeUnits: countActiveUnits(first?.zMean ?? new Float32Array(0), latentDim),
        latents: latentDim,
      };
    },
    generate,
    samples: () => generate({ count: SHOWN_TEXTS, stream: 'samples' }),
    logWeights,
    drawFrom(prior, fitted) {
      mixture = prior === 'mixture' ? fitted : null;
    },
    describeLatents(data) {
      const encode = (split: Items): Codes => {
        const chosen = pickItems(split, permutation(seed, 'latents', split.items).subarray(0, LATENT_TEXTS));
        const codes = evaluate(chosen, CODES, 0);
        return { ...codes, base: codes.code, baseMean: codes.zMean, labels: chosen.labels };
      };
      const settings = { seed, prior: train.prior };
      const given = { train: encode(data.train), heldOut: encode(data.validation), classes: data.train.classes };
      const described = describe({ ...given, config, settings });
      return classes > 0 ? { ...described, facts: { ...described.facts, classShares: [...classShares] } } : described;
    },
    ...stateParts({ session, weights: weightNames(state), averageOf: slotNames.average }),
  };
}

function meanOf(values: Float32Array = new Float32Array(0)): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
