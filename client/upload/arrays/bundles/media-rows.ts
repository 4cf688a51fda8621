// Pictures or sounds in the rows of a table of Hugging Face's datasets: a column of {bytes, path}, and the class beside it.
import { posix } from 'node:path';
import { parseJson } from '#core/base/json/parse-json.ts';
import { CAPTION_NAMES } from '#core/kinds/sidecar.ts';
import type { LocalFile } from '../../collect.ts';
import type { Bundle, BundledItem } from './bundle.ts';

const LABELS = ['label', 'labels', 'class', 'category', 'target', 'fine_label'];
/** First bytes of PNG, JPEG, WebP or WAV, FLAC, OGG, MP3. */
const EXTENSIONS: readonly (readonly [string, string])[] = [
  ['89504e47', 'png'],
  ['ffd8ff', 'jpg'],
  ['474946', 'gif'],
  ['49492a', 'tif'],
  ['4d4d00', 'tif'],
  ['664c6143', 'flac'],
  ['4f676753', 'ogg'],
  ['494433', 'mp3'],
  ['fffb', 'mp3'],
];
const FORM_TYPES: Readonly<Record<string, string>> = { WAVE: 'wav', WEBP: 'webp' };

export type MediaRow = Readonly<Record<string, unknown>>;

/** Which columns hold the files, their classes and captions. `names`: of the classes, by their numbers. */
export type MediaColumns = {
  readonly column: string;
  readonly label: string | undefined;
  readonly text: string | undefined;
  readonly names: readonly string[];
};

/** `fields`: the columns with the names inside of each. `described`: what datasets writes about them. Undefined if none holds files. */
export function mediaColumns(
  fields: ReadonlyMap<string, readonly string[]>,
  described: string | undefined,
): MediaColumns | undefined {
  const column = [...fields].find(([, inner]) => inner.includes('bytes') && inner.includes('path'))?.[0];
  if (column === undefined) return undefined;
  const label = LABELS.find((name) => fields.has(name));
  const text = CAPTION_NAMES.find((name) => fields.has(name));
  return { column, label, text, names: label === undefined ? [] : classNames(described, label) };
}

/** `rows`: all rows of the file, `total` of them. Those without a file are left out. */
export function mediaBundle(
  file: LocalFile,
  { column, label, text, names }: MediaColumns,
  total: number,
  rows: AsyncIterable<MediaRow> | Iterable<MediaRow>,
): Bundle {
  const stem = posix.basename(file.name).replace(/\.(parquet|arrow)$/i, '');
  const digits = String(total).length;
  const items = async function* (): AsyncGenerator<BundledItem> {
    let at = 0;
    for await (const row of rows) {
      const number = String(at++).padStart(digits, '0');
      const bytes = bytesIn(row[column]);
      if (!bytes) continue;
      const given = label === undefined ? undefined : row[label];
      const caption = text === undefined ? undefined : textOf(row[text]);
      yield { name: `${stem}-${number}.${extensionOf(bytes)}`, label: labelOf(given, names), caption, bytes };
    }
  };
  return { layout: `a table of Hugging Face with the column ${column}, ${total} rows`, stem, items: items() };
}

function bytesIn(value: unknown): Uint8Array | undefined {
  const bytes = typeof value === 'object' && value !== null ? (value as { bytes?: unknown }).bytes : undefined;
  return bytes instanceof Uint8Array && bytes.length > 0 ? bytes : undefined;
}

/** The names of a ClassLabel, from the description of the columns that datasets writes. */
function classNames(text: string | undefined, column: string): readonly string[] {
  const described = parseJson(text ?? '') as
    | { info?: { features?: Record<string, { names?: unknown } | undefined> } }
    | null
    | undefined;
  const names = described?.info?.features?.[column]?.names;
  return Array.isArray(names) ? names.map(String) : [];
}

function labelOf(value: unknown, names: readonly string[]): string | undefined {
  const text = textOf(value);
  if (text !== undefined) return text;
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  return names[Number(value)] ?? String(value);
}

function textOf(value: unknown): string | undefined {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value) || undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The content decides what the item is; the name only helps people. */
function extensionOf(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 12));
  if (start.toString('latin1', 0, 4) === 'RIFF') return FORM_TYPES[start.toString('latin1', 8, 12)] ?? 'bin';
  const hex = start.toString('hex');
  return EXTENSIONS.find(([signature]) => hex.startsWith(signature))?.[1] ?? 'bin';
}
