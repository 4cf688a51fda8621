// Codes drawn from logits, each sub-column by itself.
import type { SubColumn } from '../../kinds/table/codec/codec.ts';

type CodeDraw = {
  /** [rows, codes]. */
  readonly logits: Float32Array;
  readonly subColumns: readonly SubColumn[];
  /** [rows, sub-columns], uniform in [0, 1). */
  readonly draws: Float64Array;
  /** [codes]: 1 where a code may be drawn, else 0; absent = all codes. */
  readonly allowed?: Uint8Array;
};

/** [rows, sub-columns]. At least one code of each sub-column is allowed. */
export function drawCodes({ logits, subColumns, draws, allowed }: CodeDraw): Uint8Array {
  const width = subColumns.length;
  const codes = subColumns.reduce((sum, one) => sum + one.codes, 0);
  const out = new Uint8Array(draws.length);
  for (let start = 0, at = 0; at < draws.length; start += codes, at += width) {
    for (const [place, { offset, codes: count }] of subColumns.entries()) {
      const own = logits.subarray(start + offset, start + offset + count);
      const weights = weightsOf(own, allowed?.subarray(offset, offset + count));
      let left = (draws[at + place] as number) * weights.reduce((sum, weight) => sum + weight, 0);
      let code = -1;
      for (const [one, weight] of weights.entries()) {
        if (weight === 0) continue;
        code = one;
        left -= weight;
        if (left < 0) break;
      }
      out[at + place] = code;
    }
  }
  return out;
}

/** Shares of codes but for a common factor; those that are not allowed have none. */
function weightsOf(logits: Float32Array, allowed: Uint8Array | undefined): Float64Array {
  let highest = Number.NEGATIVE_INFINITY;
  for (const [code, logit] of logits.entries()) if (!allowed || allowed[code]) highest = Math.max(highest, logit);
  return Float64Array.from(logits, (logit, code) => (allowed && !allowed[code] ? 0 : Math.exp(logit - highest)));
}
