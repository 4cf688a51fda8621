// What an item of any kind lacks: a label where the dataset is labelled, a licence where none is stated for all.
import type { EffectiveConfig } from './config.ts';
import type { IssueCode } from './issues.ts';
import { type Judgement, judgeFindings } from './judge-findings.ts';
import { hasSidecar, type SidecarEntry } from './sidecar.ts';

export type Said = Pick<SidecarEntry, 'label' | 'license' | 'source'>;
type ItemFacts = { readonly path: string; readonly label: string | null; readonly license: string | null };
/** `origin`: where a person says that the item is from. */
export type JoinedFacts = Omit<ItemFacts, 'path'> & { readonly origin: string | null } & Judgement;

/** For cleaning. Nothing where a sidecar may say it: that may come later, so it is judged when a snapshot is made. */
export function missingFacts({ labels, license }: EffectiveConfig, label: string | null): IssueCode[] {
  return hasSidecar(labels) ? [] : missing({ label: labels === 'none' ? '' : label, license });
}

/** For snapshots of a dataset with a sidecar: what it says of an item is put to it, and the rules that waited for it are applied. */
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
