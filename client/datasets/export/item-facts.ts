// The facts about an item, as columns beside its content. They are the same in every layout.
import type { PartColumn } from '#core/base/parquet-columns.ts';
import type { Manifest, ShardFile } from '#core/snapshot/messages.ts';
import type { SnapshotRow } from './snapshot-rows.ts';

export type ItemFacts = Readonly<Record<string, string | null>>;

type Facts = Pick<Manifest, 'labels' | 'captions'>;

/** Flags are issue codes with a space between them. A dataset without labels has no column `label`, one without captions no `text`. */
export function itemFacts({ labels, captions }: Facts, row: SnapshotRow): ItemFacts {
  const { itemId, label, path, license, flags, caption } = row;
  return {
    ...(labels.length > 0 && { label }),
    ...(captions && { text: caption }),
    id: itemId,
    flags: flags.join(' '),
    path,
    license: license ?? '',
  };
}

export function factColumns({ labels, captions }: Facts): Readonly<Record<string, PartColumn>> {
  return {
    ...(labels.length > 0 && { label: { type: 'STRING', nullable: true } as const }),
    ...(captions && { text: { type: 'STRING', nullable: true } as const }),
    id: { type: 'STRING', distinct: true },
    flags: { type: 'STRING' },
    path: { type: 'STRING' },
    license: { type: 'STRING' },
  };
}

/** Returns one line of CSV (RFC 4180). Null is an empty cell. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  const quoted = cells.map((cell) => {
    const text = String(cell ?? '');
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${quoted.join(',')}\n`;
}

/** A file for each shard, named after the split; with a number where the split has several. */
export function shardPath({ shards }: Pick<Manifest, 'shards'>, { name, split }: ShardFile, extension: string): string {
  const isOnly = shards.filter((one) => one.split === split).length === 1;
  return `${isOnly ? split : name}.${extension}`;
}
