// The content of a shard as files and rows that other programs read: PNG, WAV, texts, cells.
import { sha256 } from '#core/base/hash.ts';
import { decodeNpy } from '#core/base/npy.ts';
import { decodeColumns, type PartRow } from '#core/base/parquet-columns.ts';
import { writeWav } from '#core/kinds/audio/codec/write-wav.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { encodePng } from '#core/pages/png.ts';
import type { Manifest, ShardFile } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { corruptSnapshot, type SnapshotRow } from './snapshot-rows.ts';

/**
 * media: each item is a file. texts: each item is a text, from a file or a line. cells: each item is a row of columns. `column`: name of
 * the content's column. `feature`: its type in Hugging Face's datasets. `decoder`: its name in WebDataset.
 */
export type ExportedContent =
  | {
      readonly type: 'media';
      readonly column: 'image' | 'audio';
      readonly extension: string;
      readonly feature: 'Image' | 'Audio';
      readonly decoder: 'pil' | 'torchaudio';
    }
  /** `beside`: columns that belong to a text, as what it answers. */
  | {
      readonly type: 'texts';
      readonly column: 'text';
      readonly beside: readonly string[];
      readonly extension: string;
    }
  | { readonly type: 'cells' };

export function contentOf({ config, schema }: Pick<Manifest, 'config' | 'schema'>): ExportedContent {
  if (schema) return { type: 'cells' };
  const { shard } = definitionOf(config.kind);
  if (shard.type === 'rows') {
    const column = 'text';
    const beside = Object.keys(shard.columns(schema, config) ?? {}).filter((name) => name !== column);
    return { type: 'texts', column, beside, extension: 'txt' };
  }
  return 'audio' in config
    ? {
        type: 'media',
        column: 'audio',
        extension: 'wav',
        feature: 'Audio',
        decoder: 'torchaudio',
      }
    : { type: 'media', column: 'image', extension: 'png', feature: 'Image', decoder: 'pil' };
}

/** The items of a shard of images, sounds or texts, each as the bytes of a file. */
export async function* itemFiles(
  data: Store,
  manifest: Manifest,
  shard: ShardFile,
  rows: readonly SnapshotRow[],
): AsyncGenerator<Uint8Array> {
  const { config } = manifest;
  if (definitionOf(config.kind).shard.type === 'rows') {
    const encoder = new TextEncoder();
    for (const { text } of await shardRows(data, manifest, shard, rows, ['text'])) yield encoder.encode(String(text));
    return;
  }
  const { shape, values } = decodeNpy(await shardBytes(data, manifest, shard));
  if (shape[0] !== rows.length) throw corruptSnapshot(`Shard ${shard.name} does not match items.parquet.`);
  const length = values.length / rows.length;
  const [, height = 1, width = 1, channels = 1] = shape;
  for (let item = 0; item < rows.length; item++) {
    const own = values.subarray(item * length, (item + 1) * length);
    yield 'audio' in config
      ? writeWav(own as Int16Array, config.audio.sampleRate)
      : encodePng({ width, height, channels, pixels: own as Uint8Array });
  }
}

/** The given columns of a shard of texts or of a table, in the order of `rows`. */
export async function shardRows(
  data: Store,
  manifest: Manifest,
  shard: ShardFile,
  rows: readonly SnapshotRow[],
  columns: readonly string[],
): Promise<PartRow[]> {
  const bytes = await shardBytes(data, manifest, shard);
  const found = await decodeColumns<Record<string, unknown>, string>(bytes, ['itemId', ...columns]);
  if (found.length !== rows.length || found.some(({ itemId }, i) => itemId !== rows[i]?.itemId))
    throw corruptSnapshot(`Shard ${shard.name} does not match items.parquet.`);
  return found;
}

/** The file with the items themselves is the first one of a shard. */
async function shardBytes(data: Store, { dataset, snapshotId }: Manifest, { files }: ShardFile): Promise<Uint8Array> {
  const [first] = files;
  const key = keys.snapshot(dataset, snapshotId, first?.file ?? '');
  const object = await data.get(key);
  if (!object || sha256(object.body) !== first?.sha256)
    throw corruptSnapshot(object ? `${key} is not what the manifest says.` : `${key} does not exist.`);
  return object.body;
}
