// Which symbol may stand next in a text that is drawn: whole characters, a given beginning, lengths, allowed characters.
import { END, FIRST_SYMBOL, OTHER, type TextCodec, textCoder } from '../../kinds/text/codec/text-codec.ts';
import {
  afterByte,
  BETWEEN_CHARACTERS,
  bytesAfter,
  mayFollow,
  type Utf8State,
} from '../../kinds/text/codec/utf8-state.ts';

export type SymbolLimits = {
  /** Codes of single symbols that every text begins with. */
  readonly prefix?: readonly number[];
  /** Characters of a text. @default 1 and as many as there are positions */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** [vocabulary]: 1 where a symbol may be drawn. @default all */
  readonly allowed?: Uint8Array;
};

/** The part of a text that has been drawn. */
export type TextSoFar = {
  readonly position: number;
  readonly characters: number;
  readonly utf8: Utf8State;
  /** Symbols of the beginning that still have to come. */
  readonly given: readonly number[];
};

export type SymbolRules = {
  readonly start: TextSoFar;
  mayStand(so: TextSoFar, code: number): boolean;
  after(so: TextSoFar, code: number): TextSoFar;
};

export function symbolRules(codec: TextCodec, limits: SymbolLimits = {}): SymbolRules {
  const { positions, symbols } = codec;
  const { prefix = [], minLength = 1, allowed } = limits;
  const { pieces, vocabulary } = textCoder(codec);
  const longest = pieces.reduce((most, piece) => Math.max(most, piece.length), 1);
  const { maxLength = (positions - 1) * longest } = limits;
  const bytes = codec.unit === 'byte' ? symbols.map((hex) => Number.parseInt(hex, 16)) : undefined;
  /** Codes of one symbol more or less are tried at each position, so what does not depend on the text is kept. */
  const isAllowed = Uint8Array.from({ length: vocabulary }, (_, code) =>
    code !== OTHER && (pieces[code] ?? []).every((one) => one !== OTHER && allowed?.[one] !== 0) ? 1 : 0,
  );

  function mayStand({ position, characters, utf8, given }: TextSoFar, code: number): boolean {
    if (given.length > 0) {
      const piece = code === END ? [] : (pieces[code] as readonly number[]);
      // A piece may reach beyond the beginning.
      return piece.length > 0 && piece.every((one, at) => at >= given.length || one === given[at]);
    }
    if (code === END) return utf8.needed === 0 && characters >= Math.min(minLength, maxLength);
    if (isAllowed[code] === 0) return false;
    const piece = pieces[code] as readonly number[];
    const left = positions - 1 - position;
    if (!bytes) return left > 0 && characters + piece.length <= maxLength;
    let state = utf8;
    let begun = characters;
    for (const one of piece) {
      const byte = bytes[one - FIRST_SYMBOL] as number;
      if (!mayFollow(state, byte)) return false;
      if (state.needed === 0 && begun >= maxLength) return false;
      state = afterByte(state, byte);
      if (state.needed === 0) begun++;
    }
    // Bytes that a character still needs take a position each at most.
    return left > state.needed;
  }

  return {
    start: { position: 0, characters: 0, utf8: BETWEEN_CHARACTERS, given: prefix },
    mayStand,
    after({ position, characters, utf8, given }, code) {
      const piece = code === END ? [] : (pieces[code] as readonly number[]);
      let state = utf8;
      let begun = characters;
      for (const one of piece) {
        const byte = bytes?.[one - FIRST_SYMBOL];
        if (byte !== undefined && (state.needed > 0 || bytesAfter(byte) !== undefined)) state = afterByte(state, byte);
        if (state.needed === 0) begun++;
      }
      return { position: position + 1, characters: begun, utf8: state, given: given.slice(piece.length) };
    },
  };
}
