// Finds facts that an item lacks: a label in a labelled dataset, or a licence where the dataset states none for all items.
import type { EffectiveConfig } from './config.ts';
import type { IssueCode } from './issues.ts';
import { type Judgement, judgeFindings } from './judge-findings.ts';
import { hasSidecar, type SidecarEntry } from './sidecar.ts';

export type Said = Pick<SidecarEntry, 'label' | 'license' | 'source'>;
type ItemFacts = { readonly path: string; readonly label: string | null; readonly license: string | null };
/** `origin`: the source of the item according to the sidecar. */
export type JoinedFacts = Omit<ItemFacts, 'path'> & { readonly origin: string | null } & Judgement;

/**
 * Used while cleaning. Returns no finding if a sidecar may still provide the fact: the sidecar may arrive later, so the fact is checked
 * when a snapshot is made.
 */
export function missingFacts({ labels, license }: EffectiveConfig, label: string | null): IssueCode[] {
  return hasSidecar(labels) ? [] : missing({ label: labels === 'none' ? '' : label, license });
}

/**
 * Used for snapshots of a dataset with a sidecar. Adds the sidecar's facts to the item, and applies the rules that depend on them.
 */
export function joinSaid(item: ItemFacts, said: Said | undefined, rules: EffectiveConfig['rules']): JoinedFacts {
  const { label = null, license = null, source: origin = null } = said ?? {};
  const joined = { label: label ?? item.label, license: license ?? item.license, origin };
  const found = missing(joined).map((code) => ({ code, place: { path: item.path } }));
  return { ...joined, ...judgeFindings(found, rules) };
}

function missing({ label, license }: Pick<ItemFacts, 'label' | 'license'>): IssueCode[] {
  return [
    ...(label === null ? ['item.no-label' as const] : []),
    ...(license === null ? ['item.no-license' as const] : []),
  ];
}
