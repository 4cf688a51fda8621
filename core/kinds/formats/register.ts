// The register of formats: the name of each, how it is recognised, and whether it is read. If several match, the first one counts.
import { KINDS, type Kind } from '../../base/names.ts';
import type { Format } from './format.ts';
import { IMAGE_FORMATS } from './images.ts';
import { ARCHIVE_FORMATS, OTHER_FORMATS } from './others.ts';
import { PACKED_FORMATS } from './packed.ts';
import { SCIENCE_FORMATS } from './sciences.ts';
import { SOUND_FORMATS } from './sounds.ts';
import { TABLE_FORMATS } from './tables.ts';
import { TEXT_FORMATS } from './texts.ts';

const TEXTS = {
  csv: { name: 'a table as text (CSV, TSV)', short: 'CSV, TSV', kinds: ['table', 'text'], family: 'text' },
  jsonl: { name: 'JSON, one object a line', short: 'JSON, JSONL', kinds: ['table', 'text'], family: 'text' },
  text: { name: 'plain text', short: 'plain text', kinds: ['text'], family: 'text' },
} as const satisfies Record<string, Format>;

export const FORMATS = {
  ...IMAGE_FORMATS,
  ...SOUND_FORMATS,
  ...TABLE_FORMATS,
  ...TEXT_FORMATS,
  ...TEXTS,
  ...PACKED_FORMATS,
  ...ARCHIVE_FORMATS,
  ...OTHER_FORMATS,
  ...SCIENCE_FORMATS,
} as const satisfies Record<string, Format>;

/** Returns the formats that datasets of a kind accept, for people: "PNG, JPEG, WebP; also in a zip or tar". */
export function readBy(kind: Kind): string {
  const all: readonly Format[] = Object.values(FORMATS);
  const own = all.filter(({ kinds, family }) => kinds.includes(kind) && family !== 'zip' && family !== 'tar');
  return `${[...new Set(own.map(({ short }) => short))].join(', ')}; also in a zip or tar`;
}

/** Returns all supported formats, for people. */
export function readByAny(): string {
  return KINDS.map((kind) => readBy(kind).split(';')[0]).join('; ');
}
