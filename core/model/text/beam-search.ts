// The likeliest texts that answer a source, by beam search: of the texts so far, the likeliest ones are kept at each position.
import { END, type TextCodec, textCoder } from '../../kinds/text/codec/text-codec.ts';
import { type SymbolLimits, symbolRules, type TextSoFar } from './symbol-rules.ts';

export type FoundText = {
  /** Without the end. */
  readonly codes: readonly number[];
  /** Nats, the end included; the decoder's own. */
  readonly logProbability: number;
};

/** One position of a block of texts: their last symbols [rows, vocabulary], zeros at the first, and states [rows, units]. */
export type DecoderStep = (
  symbols: Float32Array,
  states: Float32Array,
) => Promise<{ readonly logits: Float32Array; readonly next: Float32Array }>;

export type BeamBlock = {
  /** Rows of the decoder; the texts of source s lie in the rows from s * width on. */
  readonly rows: number;
  readonly sources: number;
  /** Texts kept of each source. */
  readonly width: number;
  /** Numbers of a state, which is zeros at first. */
  readonly units: number;
  readonly limits?: SymbolLimits;
};

type Beam = { readonly codes: readonly number[]; readonly so: TextSoFar; readonly logProbability: number };
type Candidate = { readonly from: number; readonly code: number; readonly logProbability: number };

/** Shorter texts have fewer factors: log probabilities are divided by this power of the length (Wu et al. 2016). */
const LENGTH_POWER = 0.6;

/** Returns for each source up to `width` texts, the most likely first. */
export async function beamSearch(codec: TextCodec, block: BeamBlock, step: DecoderStep): Promise<FoundText[][]> {
  const { rows, sources, width, units, limits = {} } = block;
  const { positions } = codec;
  const { vocabulary } = textCoder(codec);
  const rules = symbolRules(codec, limits);
  let beams: Beam[][] = Array.from({ length: sources }, () => [{ codes: [], so: rules.start, logProbability: 0 }]);
  const found: FoundText[][] = Array.from({ length: sources }, () => []);
  let symbols = new Float32Array(rows * vocabulary);
  let states = new Float32Array(rows * units);
  for (let position = 0; position < positions && beams.some(({ length }) => length > 0); position++) {
    const { logits, next } = await step(symbols, states);
    symbols = new Float32Array(rows * vocabulary);
    states = new Float32Array(rows * units);
    beams = beams.map((own, source) => {
      const first = source * width;
      const candidates = best(own, width, (beam) => {
        return logits.subarray((first + beam) * vocabulary, (first + beam + 1) * vocabulary);
      });
      const kept: Beam[] = [];
      for (const { from, code, logProbability } of candidates) {
        const { codes, so } = own[from] as Beam;
        if (code === END) {
          (found[source] as FoundText[]).push({ codes, logProbability });
          continue;
        }
        const row = first + kept.length;
        symbols[row * vocabulary + code] = 1;
        states.set(next.subarray((first + from) * units, (first + from + 1) * units), row * units);
        kept.push({ codes: [...codes, code], so: rules.after(so, code), logProbability });
      }
      return isSettled(found[source] as FoundText[], kept, width) ? [] : kept;
    });
  }
  // A text that the positions cut off has no end.
  for (const [source, left] of beams.entries())
    for (const { codes, logProbability } of left) (found[source] as FoundText[]).push({ codes, logProbability });
  return found.map((texts) => texts.sort((a, b) => scoreOf(b) - scoreOf(a)).slice(0, width));

  function best(own: readonly Beam[], count: number, logitsOf: (beam: number) => Float32Array): Candidate[] {
    const kept: Candidate[] = [];
    for (const [from, { so, logProbability }] of own.entries()) {
      const logits = logitsOf(from);
      const total = logSumOf(logits);
      let ends = true;
      for (let code = 0; code < vocabulary; code++) {
        const value = logProbability + (logits[code] as number) - total;
        const isWorse = kept.length === count && value <= (kept[count - 1] as Candidate).logProbability;
        if (isWorse && !ends) continue;
        if (!rules.mayStand(so, code)) continue;
        ends = false;
        if (isWorse) continue;
        const place = kept.findIndex((one) => one.logProbability < value);
        kept.splice(place < 0 ? kept.length : place, 0, { from, code, logProbability: value });
        if (kept.length > count) kept.pop();
      }
      // Where nothing may stand, the text is over.
      if (ends) kept.push({ from, code: END, logProbability });
    }
    return kept;
  }
}

function scoreOf({ codes, logProbability }: FoundText): number {
  return logProbability / (codes.length + 1) ** LENGTH_POWER;
}

/** No text that goes on can be better than the ones that are found: what is added to a text only makes it less probable. */
function isSettled(found: readonly FoundText[], going: readonly Beam[], width: number): boolean {
  if (found.length < width) return false;
  const worst = found.map(scoreOf).sort((a, b) => b - a)[width - 1] as number;
  return going.every(({ codes, logProbability }) => scoreOf({ codes, logProbability }) <= worst);
}

function logSumOf(logits: Float32Array): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) highest = Math.max(highest, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  return highest + Math.log(sum);
}
