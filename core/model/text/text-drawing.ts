// Chooses the symbols of texts one position after the other from the logits of a decoder, for training and for the endpoint alike.
import { chooseWeighted, uniforms } from '../../base/random.ts';
import { END, type TextCodec, textCoder } from '../../kinds/text/codec/text-codec.ts';
import { type SymbolLimits, symbolRules, type TextSoFar } from './symbol-rules.ts';

export type TextSettings = SymbolLimits & {
  /** Divides the logits: below 1 is more typical, above 1 more varied; 0: the likeliest symbol. @default 1 */
  readonly temperature?: number;
  /** Only the most likely symbols with this total probability are sampled (Holtzman et al. 2020). @default 1 */
  readonly topP?: number;
  /** Whether the log probabilities of the texts are computed. @default false */
  readonly isRanked?: boolean;
};

export type TextDrawing = {
  /** The last symbols as the decoder reads them, one-hot [texts, vocabulary]; zeros at the first position. */
  readonly symbols: Float32Array;
  readonly isDone: boolean;
  /** Chooses a symbol of each text from the logits [texts, vocabulary] of its next position. */
  take(logits: Float32Array): void;
  /** [texts, positions] */
  readonly codes: Uint8Array;
  /** Log probability of each text so far under the decoder, however its symbols were chosen, [texts]; zeros unless requested. */
  readonly logProbabilities: Float64Array;
};

/** `streams`: of the random numbers of each text; the same stream of a seed always draws the same. */
export function textDrawing(
  codec: TextCodec,
  seed: number,
  streams: readonly string[],
  settings: TextSettings = {},
): TextDrawing {
  const { positions } = codec;
  const { temperature = 1, topP = 1, isRanked = false } = settings;
  const { vocabulary } = textCoder(codec);
  const rules = symbolRules(codec, settings);
  const codes = new Uint8Array(streams.length * positions);
  const symbols = new Float32Array(streams.length * vocabulary);
  const draws = streams.map((stream) => uniforms(seed, `${stream}/symbols`, positions));
  const ended = new Uint8Array(streams.length);
  const logProbabilities = new Float64Array(streams.length);
  const soFar = streams.map(() => rules.start);
  const mayStand = new Uint8Array(vocabulary);
  let position = 0;

  function choose(text: number, logits: Float32Array): number {
    const so = soFar[text] as TextSoFar;
    const weights = new Float64Array(vocabulary);
    let highest = Number.NEGATIVE_INFINITY;
    for (let code = 0; code < vocabulary; code++) {
      mayStand[code] = rules.mayStand(so, code) ? 1 : 0;
      if (mayStand[code] === 1) highest = Math.max(highest, logits[code] as number);
    }
    // The text ends if no symbol is allowed.
    if (highest === Number.NEGATIVE_INFINITY) return END;
    const scale = Math.max(temperature, 1e-6);
    for (let code = 0; code < vocabulary; code++) {
      if (mayStand[code] === 1) weights[code] = Math.exp(((logits[code] as number) - highest) / scale);
    }
    if (topP < 1) keepLikeliest(weights, topP);
    return chooseWeighted(weights, (draws[text] as Float64Array)[position] as number);
  }

  return {
    symbols,
    codes,
    logProbabilities,
    get isDone() {
      return position >= positions || ended.every((one) => one === 1);
    },
    take(logits) {
      symbols.fill(0);
      for (let text = 0; text < streams.length; text++) {
        if (ended[text]) continue;
        const own = logits.subarray(text * vocabulary, (text + 1) * vocabulary);
        const code = choose(text, own);
        if (isRanked) logProbabilities[text] = (logProbabilities[text] as number) + logShareOf(own, code);
        codes[text * positions + position] = code;
        symbols[text * vocabulary + code] = 1;
        if (code === END) {
          ended[text] = 1;
          continue;
        }
        soFar[text] = rules.after(soFar[text] as TextSoFar, code);
      }
      position++;
    },
  };
}

/** Sets the weights outside the smallest set of most likely symbols with that share to 0. */
function keepLikeliest(weights: Float64Array, share: number): void {
  const order = [...weights.keys()].sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b);
  let left = share * weights.reduce((sum, weight) => sum + weight, 0);
  for (const place of order) {
    if (left <= 0) weights[place] = 0;
    left -= weights[place] as number;
  }
}

/** Returns the log probability of a code from the logits. */
export function logShareOf(logits: Float32Array, code: number): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) highest = Math.max(highest, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  return (logits[code] as number) - highest - Math.log(sum);
}
