// Fills a gap of a text. The decoder continues what stands before the gap many times; each continuation may be left after any symbol. The
// ones after which the rest of the text is likely are compared by the model's bound on the whole text.
import { normals } from '#core/base/random.ts';
import { END, type TextCodec, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import { logShareOf } from '#core/model/text/text-drawing.ts';
import { type Latents, latentsAt } from '../drawing/prior.ts';
import type { TextNetwork } from './text-network.ts';

/** Continuations. A half of their latent vectors are of what is known of the text, the other half of the prior. */
export const CONTINUATIONS = 128;
/** Symbols of all texts that are read whole, 64 at a time, in a comparison. */
const READ_POSITIONS = 2_048;
const BLOCK = 64;
/** Texts whose bound is computed, and draws from the posterior of each. */
const BOUNDED = 16;
const DRAWS = 8;

export type Gap = {
  readonly before: string;
  readonly after: string;
  /** Characters of the filling. */
  readonly minLength: number;
  readonly maxLength: number;
  /** [vocabulary]: 1 where a symbol may stand in the filling. */
  readonly allowed?: Uint8Array | undefined;
  readonly temperature: number;
};

export type Filled = {
  readonly text: string;
  /** The importance-weighted bound on the nats of the whole text. */
  readonly nats: number;
};

type Filling = {
  readonly network: TextNetwork;
  readonly codec: TextCodec;
  readonly latentDim: number;
  /** CONTINUATIONS rows of the prior, and the class of each. */
  readonly prior: Latents;
  /** Class of the text; -1: none. */
  readonly label: number;
  readonly seed: number;
};

type Candidate = { readonly text: string; readonly place: number; readonly logNext: number };

/** Returns up to `count` texts, the likeliest first; none where no filling of these lengths fits. */
export async function fillGap(filling: Filling, gap: Gap, count: number): Promise<Filled[]> {
  const { network, codec, latentDim, prior, label, seed } = filling;
  const { encode, positions } = textCoder(codec);
  const latents: Latents = { ...prior, z: prior.z.slice() };
  const known = gap.before + gap.after;
  if (known !== '')
    latents.z.set(drawsOf(await network.encode([known]), { latentDim, seed, draws: CONTINUATIONS / 2 }).z);
  const found = await candidates(filling, gap, latents);
  const readable = Math.max(1, Math.floor(READ_POSITIONS / positions)) * BLOCK;
  const read: Candidate[] = [];
  for (const one of found.toSorted((a, b) => b.logNext - a.logNext)) {
    if (read.length === readable) break;
    if (encode(one.text).length < positions) read.push(one);
  }
  const rows = latentsAt(
    latents,
    read.map(({ place }) => place),
  );
  const logLikelihoods = await network.logLikelihoods(
    read.map(({ text }) => text),
    rows,
  );
  const order = [...read.keys()].sort((a, b) => (logLikelihoods[b] as number) - (logLikelihoods[a] as number));
  const texts = [...new Set(order.map((place) => (read[place] as Candidate).text))].slice(0, Math.max(BOUNDED, count));
  const nats = await bounds(filling, texts, label);
  return texts
    .map((text, place) => ({ text, nats: nats[place] as number }))
    .sort((a, b) => a.nats - b.nats)
    .slice(0, count);
}

/** What each continuation gives when it is left after each of its symbols. */
async function candidates({ network, codec, seed }: Filling, gap: Gap, latents: Latents): Promise<Candidate[]> {
  const { before, after, minLength, maxLength, allowed, temperature } = gap;
  const { encode, decode, pieces } = textCoder(codec);
  const next = after === '' ? END : (encode(after)[0] as number);
  const known = [...before].length;
  const found = new Map<string, Candidate>();
  await network.draw(latents, {
    seed,
    streams: Array.from(latents.labels, (_, place) => `gap/${place}`),
    settings: {
      ...{ temperature, prefix: encode(before).flatMap((code) => pieces[code] ?? []) },
      ...{ minLength: known + minLength, maxLength: known + maxLength },
      ...(allowed && { allowed }),
    },
    watch(place, codes, logits) {
      if (codes.includes(END)) return;
      const start = decode(codes);
      const length = [...start].length - known;
      if (length < minLength || length > maxLength || !start.startsWith(before)) return;
      const text = start + after;
      const logNext = logShareOf(logits, next);
      const same = found.get(text);
      if (!same || same.logNext < logNext) found.set(text, { text, place, logNext });
    },
  });
  return [...found.values()];
}

/** Nats of each text by the importance-weighted bound (Burda et al. 2016) under the standard normal prior. */
async function bounds({ network, latentDim, seed }: Filling, texts: readonly string[], label: number) {
  const posterior = await network.encode(texts);
  const { z, logWeights } = drawsOf(posterior, { latentDim, seed, draws: DRAWS });
  const repeated = texts.flatMap((text) => new Array<string>(DRAWS).fill(text));
  const labels = new Int32Array(repeated.length).fill(label);
  const likelihoods = await network.logLikelihoods(repeated, { z, labels });
  return texts.map((_, text) => {
    const logs = Array.from({ length: DRAWS }, (_, draw) => {
      const at = text * DRAWS + draw;
      return (likelihoods[at] as number) + (logWeights[at] as number);
    });
    const highest = Math.max(...logs);
    return -highest - Math.log(logs.reduce((sum, log) => sum + Math.exp(log - highest), 0) / DRAWS);
  });
}

/** Draws from posteriors, [texts * draws, latentDim], with log p(z) - log q(z) of each. */
function drawsOf(
  { zMean, zLogVar }: Readonly<Record<'zMean' | 'zLogVar', Float32Array>>,
  { latentDim, seed, draws }: { readonly latentDim: number; readonly seed: number; readonly draws: number },
) {
  const texts = zMean.length / latentDim;
  const z = new Float32Array(texts * draws * latentDim);
  const logWeights = new Float64Array(texts * draws);
  for (let row = 0; row < texts * draws; row++) {
    const noise = normals(seed, `posterior/${row}`, latentDim);
    let sum = 0;
    for (let at = 0; at < latentDim; at++) {
      const from = Math.floor(row / draws) * latentDim + at;
      const logVar = zLogVar[from] as number;
      const value = (zMean[from] as number) + Math.exp(logVar / 2) * (noise[at] as number);
      z[row * latentDim + at] = value;
      sum += ((noise[at] as number) ** 2 + logVar - value ** 2) / 2;
    }
    logWeights[row] = sum;
  }
  return { z, logWeights };
}
