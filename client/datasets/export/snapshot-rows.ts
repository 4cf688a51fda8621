// The rows of items.parquet shard by shard, so that only a few shards' rows are in memory.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { jsonList } from '#core/base/json/json-list.ts';
import { fetchColumns } from '#core/base/parquet-columns.ts';
import type { Manifest } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

/** A row group of DuckDB has about as many: it is decoded once or twice. */
const WINDOW_ROWS = 131_072;
const COLUMNS = ['itemId', 'path', 'line', 'source', 'label', 'license', 'flags', 'fixes', 'shard'] as const;

type StoredRow = {
  readonly itemId: string;
  readonly path: string;
  readonly line: number | bigint | null;
  readonly source: string;
  readonly label: string | null;
  readonly license: string | null;
  readonly flags: unknown;
  readonly fixes: unknown;
  readonly shard: string | null;
};

/**
 * `path`: within the dataset or the archive; with `:<line>` if the item is a line. `file`: the same without the line. `source`: key in the
 * drop bucket.
 */
export type SnapshotRow = {
  readonly itemId: string;
  readonly path: string;
  readonly file: string;
  readonly source: string;
  readonly label: string | null;
  readonly license: string | null;
  readonly caption: string | null;
  readonly flags: readonly string[];
  readonly fixes: readonly string[];
};

/** Yields the rows of each shard in the order of `manifest.shards`. Throws CorruptObjectError where they differ from the shards. */
export async function* snapshotRows(
  data: Store,
  { dataset, snapshotId, shards, items }: Pick<Manifest, 'dataset' | 'snapshotId' | 'shards' | 'items'>,
): AsyncGenerator<SnapshotRow[]> {
  const windows = windowsOf(
    data,
    items.map(({ file, rows }) => ({ key: keys.snapshot(dataset, snapshotId, file), rows })),
  );
  let waiting: StoredRow[] = [];
  for (const { name, items: wanted } of shards) {
    while (waiting.length < wanted) {
      const next = await windows.next();
      if (next.done) throw corruptSnapshot(`items.parquet of snapshot ${snapshotId} lacks rows of shard ${name}.`);
      waiting = waiting.concat(next.value);
    }
    const rows = waiting.slice(0, wanted);
    waiting = waiting.slice(wanted);
    if (rows.some(({ shard }) => shard !== name))
      throw corruptSnapshot(`items.parquet of snapshot ${snapshotId} is not sorted by its shards.`);
    yield rows.map(readRow);
  }
}

async function* windowsOf(
  data: Store,
  files: readonly { readonly key: string; readonly rows: number }[],
): AsyncGenerator<StoredRow[], undefined> {
  for (const { key, rows } of files) {
    const size = (await data.head(key))?.size;
    if (size === undefined) throw corruptSnapshot(`${key} does not exist.`);
    const fetch = async (first: number, last: number) => {
      const piece = await data.get(key, { range: { first, last } });
      if (piece?.body.length !== last - first + 1) throw corruptSnapshot(`${key} is truncated.`);
      return piece.body;
    };
    for (let first = 0; first < rows; first += WINDOW_ROWS) {
      const count = Math.min(WINDOW_ROWS, rows - first);
      yield await fetchColumns<StoredRow, keyof StoredRow>(size, fetch, COLUMNS, { first, count });
    }
  }
}

function readRow({ itemId, path, line, source, label, license, flags, fixes }: StoredRow): SnapshotRow {
  const place = line === null || line === undefined ? path : `${path}:${line}`;
  return {
    itemId,
    path: place,
    file: path,
    source,
    label,
    license,
    caption: null,
    flags: jsonList(flags),
    fixes: jsonList(fixes),
  };
}

export function corruptSnapshot(what: string): GoldpanError {
  return new GoldpanError(
    FAILURE.corruptObject,
    `${what} The snapshot is damaged: export another one with --snapshot.`,
  );
}
