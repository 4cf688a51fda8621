// Reads a Parquet file of Hugging Face's datasets with pictures or sounds: a column of {bytes, path}, and the class beside it.
import { posix } from 'node:path';
import { parseJson } from '#core/base/json/parse-json.ts';
import { readFooter } from '#core/base/parquet/parquet-footer.ts';
import { fetchColumns } from '#core/base/parquet-columns.ts';
import { CAPTION_NAMES } from '#core/kinds/sidecar.ts';
import { ClientFailure } from '../../failure.ts';
import type { LocalFile } from '../collect.ts';
import { readBytes } from '../read-bytes.ts';
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

type Row = Readonly<Record<string, unknown>>;

/** Returns undefined if no column holds files. Throws ClientFailure if the files cannot be read. */
export async function mediaTableIn(file: LocalFile): Promise<Bundle | undefined> {
  const fetch = async (first: number, last: number) => readBytes(file.path, first, last - first + 1);
  const footer = await readFooter(file.size, fetch).catch(() => undefined);
  if (!footer) return undefined;
  const { fields, groups, texts } = footer;
  const column = [...fields].find(([, inner]) => inner.includes('bytes') && inner.includes('path'))?.[0];
  if (column === undefined) return undefined;
  const label = LABELS.find((name) => fields.has(name));
  const text = CAPTION_NAMES.find((name) => fields.has(name));
  const names = label === undefined ? [] : classNames(texts.get('huggingface'), label);
  const stem = posix.basename(file.name).replace(/\.parquet$/i, '');
  const total = groups.reduce((sum, rows) => sum + rows, 0);
  const digits = String(total).length;
  const items = async function* (): AsyncGenerator<BundledItem> {
    let first = 0;
    for (const count of groups) {
      const wanted = [column, label, text].filter((name) => name !== undefined);
      const rows = await fetchColumns<Row, string>(file.size, fetch, wanted, { first, count }).catch((error: Error) => {
        throw new ClientFailure(`${file.path} has pictures or sounds that cannot be read: ${error.message}.`, {
          next: 'Write it anew in Python: datasets.load_dataset("parquet", data_files="FILE")["train"].to_parquet("NEW.parquet")',
        });
      });
      for (const [i, row] of rows.entries()) {
        const bytes = bytesIn(row[column]);
        if (!bytes) continue;
        const number = String(first + i).padStart(digits, '0');
        const given = label === undefined ? undefined : row[label];
        const caption = text === undefined ? undefined : textOf(row[text]);
        yield { name: `${stem}-${number}.${extensionOf(bytes)}`, label: labelOf(given, names), caption, bytes };
      }
      first += count;
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
