// Chooses the symbols of texts one position after the other from the logits of a decoder, for training and for the endpoint alike.
import { chooseWeighted, uniforms } from '../../base/random.ts';
import { END, FIRST_SYMBOL, OTHER, type TextCodec } from '../../kinds/text/codec/text-codec.ts';
import {
  afterByte,
  BETWEEN_CHARACTERS,
  bytesAfter,
  mayFollow,
  type Utf8State,
} from '../../kinds/text/codec/utf8-state.ts';

export type TextSettings = {
  /** Divides the logits: below 1 is more typical, above 1 more varied; 0: the likeliest symbol. @default 1 */
  readonly temperature?: number;
  /** Only the most likely symbols with this total probability are sampled (Holtzman et al. 2020). @default 1 */
  readonly topP?: number;
  /** Codes that every text begins with. */
  readonly prefix?: readonly number[];
  /** Characters of a text. @default 1 and as many as there are positions */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** [vocabulary]: 1 where a symbol may be drawn. @default all */
  readonly allowed?: Uint8Array;
};

export type TextDrawing = {
  /** The last symbols as the decoder reads them, one-hot [texts, vocabulary]; zeros at the first position. */
  readonly symbols: Float32Array;
  readonly isDone: boolean;
  /** Chooses a symbol of each text from the logits [texts, vocabulary] of its next position. */
  take(logits: Float32Array): void;
  /** [texts, positions] */
  readonly codes: Uint8Array;
};

/** `streams`: of the random numbers of each text; the same stream of a seed always draws the same. */
export function textDrawing(
  codec: TextCodec,
  seed: number,
  streams: readonly string[],
  settings: TextSettings = {},
): TextDrawing {
  const { positions, symbols: known } = codec;
  const { temperature = 1, topP = 1, prefix = [], minLength = 1, maxLength = positions - 1, allowed } = settings;
  const vocabulary = known.length + FIRST_SYMBOL;
  const bytes = codec.unit === 'byte' ? known.map((hex) => Number.parseInt(hex, 16)) : undefined;
  const codes = new Uint8Array(streams.length * positions);
  const symbols = new Float32Array(streams.length * vocabulary);
  const draws = streams.map((stream) => uniforms(seed, `${stream}/symbols`, positions));
  const ended = new Uint8Array(streams.length);
  const states: Utf8State[] = streams.map(() => BETWEEN_CHARACTERS);
  const characters = new Int32Array(streams.length);
  let position = 0;

  /** The codes that may stand at the position of a text. */
  function mayStand(text: number, code: number): boolean {
    const state = states[text] as Utf8State;
    const length = characters[text] as number;
    if (code === END) return state.needed === 0 && length >= Math.min(minLength, maxLength);
    if (code === OTHER || (state.needed === 0 && length >= maxLength) || allowed?.[code] === 0) return false;
    const left = positions - 1 - position;
    const byte = bytes?.[code - FIRST_SYMBOL];
    if (byte === undefined) return left > 0;
    return mayFollow(state, byte) && left > (state.needed === 0 ? (bytesAfter(byte) ?? 0) : state.needed - 1);
  }

  function choose(text: number, logits: Float32Array): number {
    const forced = prefix[position];
    if (forced !== undefined) return forced;
    const weights = new Float64Array(vocabulary);
    let highest = Number.NEGATIVE_INFINITY;
    for (let code = 0; code < vocabulary; code++) {
      if (mayStand(text, code)) highest = Math.max(highest, logits[code] as number);
    }
    // The text ends if no symbol is allowed.
    if (highest === Number.NEGATIVE_INFINITY) return END;
    const scale = Math.max(temperature, 1e-6);
    for (let code = 0; code < vocabulary; code++) {
      if (mayStand(text, code)) weights[code] = Math.exp(((logits[code] as number) - highest) / scale);
    }
    if (topP < 1) keepLikeliest(weights, topP);
    return chooseWeighted(weights, (draws[text] as Float64Array)[position] as number);
  }

  return {
    symbols,
    codes,
    get isDone() {
      return position >= positions || ended.every((one) => one === 1);
    },
    take(logits) {
      symbols.fill(0);
      for (let text = 0; text < streams.length; text++) {
        if (ended[text]) continue;
        const code = choose(text, logits.subarray(text * vocabulary, (text + 1) * vocabulary));
        codes[text * positions + position] = code;
        symbols[text * vocabulary + code] = 1;
        if (code === END) {
          ended[text] = 1;
          continue;
        }
        const byte = bytes?.[code - FIRST_SYMBOL];
        if (byte !== undefined) states[text] = afterByte(states[text] as Utf8State, byte);
        if ((states[text] as Utf8State).needed === 0) characters[text] = (characters[text] as number) + 1;
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
