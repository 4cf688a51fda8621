// Groups items to release: those of one unit that were rejected for the same rules, as many as fit into a message.
import { canonicalJson } from '#core/base/hash.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import { issueCodesOf, type WaivedItem } from '#core/kinds/waiver.ts';
import type { LocatedRejection } from './held-items.ts';

/** A queue message has at most 256 KiB. */
const WAIVER_BYTES = 180 * 1024;

export type Order = { readonly held: readonly LocatedRejection[]; readonly rules: readonly IssueCode[] };

/** Items with other codes go into other orders, so that no rule is waived for an item it did not reject. `rules`: codes to waive; empty: all. */
export function ordersOf(chosen: readonly LocatedRejection[], rules: readonly IssueCode[]): Order[] {
  const orders = new Map<string, { held: LocatedRejection[]; rules: IssueCode[]; bytes: number }[]>();
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

/** Returns those of the item's codes that are to be waived. */
export function waivedCodes(held: LocatedRejection, rules: readonly IssueCode[]): IssueCode[] {
  const codes = issueCodesOf(held);
  return (rules.length > 0 ? codes.filter((code) => rules.includes(code)) : codes).sort();
}

export function waived(held: LocatedRejection): WaivedItem {
  return { path: held.path, line: held.line, codes: issueCodesOf(held) };
}
