// Trains a VAE of texts: epochs are compared by the importance-weighted bound on held-out texts, in bits per symbol.
import { chooseWeighted, normals, permutation, uniforms } from '#core/base/random.ts';
import { drawLatent, type LatentMixture } from '#core/model/latent-mixture.ts';
import { textDrawing } from '#core/model/text/text-drawing.ts';
import { type Items, oneHot } from '../../data/batches.ts';
import { symbolsOfCodes } from '../../evaluate/text/text-bits.ts';
import type { GenerateOptions, Learner } from '../../learn/learner.ts';
import { pickItems } from '../in-batches.ts';
import { describeLatents } from '../latent/describe-latents.ts';
import type { Codes } from '../latent/prior-bounds.ts';
import type { TextLearnerOptions } from './text-learner-options.ts';
import { openTextSession } from './text-session.ts';
import { SHOWN_TEXTS, SYMBOL_DROPOUT, textVae } from './text-vae.ts';

const CODES = [
  ...(['zMean', 'zLogVar', 'code', 'klByUnit'] as const),
  ...(['reconstructionLoss', 'logPosterior', 'logWeight'] as const),
] as const;
/** Keeps the logarithm of a share finite. */
const LEAST_SHARE = 1e-30;
/** Maximum number of texts to whose latent vectors the mixture is fitted. */
const LATENT_TEXTS = 10_000;

/** Opens the learner. `generate` and `samples` return codes [count, positions]. */
export function openTextVae(options: TextLearnerOptions): Learner {
  const { train, codec, sizes, vocabulary, logShares, classes, classShares } = options;
  const { batchSize, towers, stepsPerEpoch, rateScale, temperature } = options;
  const { latentDim, freeBits, seed, preset } = train;
  const { positions } = codec;
  const given = { preset, vocabulary, positions, classes, latentDim, batchSize, freeBits };
  const model = textVae(given);
  const lengths = sizes.map((size) => {
    return { size, programs: textVae({ ...given, positions: size[0] as number }).programs };
  });
  const state = model.initialState(seed, logShares);
  const config = { batchSize, classes, latentDim };
  /** log p(class) is added, since p(text, class) bounds p(text) from below. */
  const logShareOf = ({ labels }: Items, item: number) => {
    const label = labels[item] as number;
    return Math.log(Math.max(classShares[label < 0 ? classes : label] as number, LEAST_SHARE));
  };
  const { session, evaluate, conditions, learner } = openTextSession({
    ...{ train, state, batchSize, towers, stepsPerEpoch, rateScale, classes, lengths },
    ...{ programs: { step: model.programs.step }, sides: [positions] },
    symbolsOfCode: symbolsOfCodes(codec),
    moreFeeds: (rateShare) => ({ hiddenShare: SYMBOL_DROPOUT * rateShare }),
    ...(classes > 0 && { logShareOf }),
  });
  let mixture: LatentMixture | null = null;
  /** Draws a class by its share; -1 stands for texts without one. */
  function anyClass(stream: string): number {
    const [draw = 0] = uniforms(seed, `${stream}/class`, 1);
    const chosen = chooseWeighted(Float64Array.from(classShares), draw);
    return chosen === classes ? -1 : chosen;
  }
  const hasClasses = () => classes > 0 || (mixture?.components.some(({ label }) => label !== null) ?? false);

  /** Draws a latent vector for each label, -1 = any class. */
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
      const drawing = textDrawing(codec, seed, streams, { temperature });
      let states: Float32Array = new Float32Array(SHOWN_TEXTS * model.stateUnits);
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
    ...learner,
    get step() {
      return learner.step;
    },
    get isConditional() {
      return hasClasses();
    },
    generate,
    samples: () => generate({ count: SHOWN_TEXTS, stream: 'samples' }),
    drawFrom(prior, fitted) {
      mixture = prior === 'mixture' ? fitted : null;
    },
    describeLatents(data) {
      const encode = (split: Items): Codes => {
        const chosen = pickItems(split, permutation(seed, 'latents', split.items).subarray(0, LATENT_TEXTS));
        const codes = evaluate(chosen, CODES, 0);
        return { ...codes, base: codes.code, labels: chosen.labels };
      };
      const settings = { seed, prior: train.prior };
      const given = { train: encode(data.train), heldOut: encode(data.validation), classes: data.train.classes };
      const described = describeLatents({ ...given, config, settings });
      return classes > 0 ? { ...described, facts: { ...described.facts, classShares: [...classShares] } } : described;
    },
  };
}
