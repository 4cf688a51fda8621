// What is released together: items of one unit that were rejected for the same rules, no more than a message holds.
import { canonicalJson } from '#core/base/hash.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import { codesOf, type WaivedItem } from '#core/kinds/waiver.ts';
import type { Held } from './held-items.ts';

/** A queue message holds 256 KiB at most. */
const WAIVER_BYTES = 180 * 1024;

export type Order = { readonly held: readonly Held[]; readonly rules: readonly IssueCode[] };

/** So that nothing is waived for an item that another was rejected for. `rules`: those to waive; without any, all. */
export function ordersOf(chosen: readonly Held[], rules: readonly IssueCode[]): Order[] {
  const orders = new Map<string, { held: Held[]; rules: IssueCode[]; bytes: number }[]>();
  for (const held of chosen) {
    const codes = waivedCodes(held, rules);
    const name = [held.uploadId, held.unit, ...codes].join(' ');
    const chunks = orders.get(name) ?? [];
    orders.set(name, chunks);
    const bytes = Buffer.byteLength(canonicalJson(waived(held)));
    const chunk = chunks.at(-1);
    if (chunk && chunk.bytes + bytes <= WAIVER_BYTES) {
      chunk.held.push(held);
      chunk.bytes += bytes;
    } else chunks.push({ held: [held], rules: codes, bytes });
  }
  return [...orders.values()].flat();
}

/** Of what an item was rejected for, that which is to be waived. */
export function waivedCodes(held: Held, rules: readonly IssueCode[]): IssueCode[] {
  const codes = codesOf(held);
  return (rules.length > 0 ? codes.filter((code) => rules.includes(code)) : codes).sort();
}

export function waived(held: Held): WaivedItem {
  return { path: held.path, line: held.line, codes: codesOf(held) };
}
