// Builds the previews of the quality page: images and waveforms from parts, rows and texts without personal data.

import { writeWav } from '#core/kinds/audio/codec/write-wav.ts';
import { maskPersonalData } from '#core/kinds/personal-data.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import type { SnapshotSchema } from '#core/kinds/table/schema/snapshot-schema.ts';
import { waveChart } from '#core/pages/charts/wave-chart.ts';
import { encodePng } from '#core/pages/png.ts';
import { shownItems } from '#core/pages/quality/items-section.ts';
import type { Preview, Previews } from '#core/pages/quality/preview.ts';
import type { QualityFacts, ShownItem } from '#core/snapshot/quality/facts.ts';
import type { Store } from '#core/store/store.ts';
import { readPartRows, type SealedRow } from './part-rows.ts';
import { plainPicture } from './plain-picture.ts';
import { type PlainSound, plainSound } from './plain-sound.ts';

/** Limits for one quarantined image, and for all images of the page together. */
const PICTURE_BYTES = 96 * 1024;
const PAGE_BYTES = 3 * 2 ** 20;
const MOST_PARTS = 60;
const TEXT_CHARACTERS = 280;
const CELLS_SHOWN = 8;
const NOTHING_KEPT: Preview = { shows: 'nothing', why: 'not shown: only the reason was stored' };
const NOT_READ: Preview = { shows: 'nothing', why: 'not shown: this page has reached its size limit' };
const PERSONAL: Preview = { shows: 'nothing', why: 'not shown: the table holds personal data' };

/** `bytes` and `parts` are the remaining budget. */
type Reading = {
  readonly data: Store;
  readonly facts: QualityFacts;
  readonly schema: SnapshotSchema | null;
  bytes: number;
};

/** Reads each item once; items beyond the size budget of the page get a note instead. */
export async function readPreviews(data: Store, facts: QualityFacts, schema: SnapshotSchema | null): Promise<Previews> {
  const reading: Reading = { data, facts, schema, bytes: PAGE_BYTES };
  const found = new Map<string, Preview>();
  const items = shownItems(facts);
  for (const item of items) {
    const { bytesKey, part, row } = item;
    if (found.has(idOf(item)) || part) continue;
    found.set(idOf(item), bytesKey === null ? rowPreview(reading, row) : await droppedPreview(reading, item, bytesKey));
  }
  const byPart = Map.groupBy(
    items.filter(({ part }) => part !== null),
    ({ part }) => part?.key ?? '',
  );
  for (const [key, members] of [...byPart].slice(0, MOST_PARTS)) {
    const rows = [...new Set(members.map(({ part }) => part?.row ?? 0))];
    const read = await readPartRows(data, key, rows, definitionOf(facts.kind).preview.columns);
    for (const item of members) {
      const row = read[rows.indexOf(item.part?.row ?? 0)];
      if (!found.has(idOf(item))) found.set(idOf(item), row ? partPreview(reading, item, row) : NOTHING_KEPT);
    }
  }
  return (item) => found.get(idOf(item)) ?? NOT_READ;
}

function partPreview(reading: Reading, item: ShownItem, row: SealedRow): Preview {
  const shown = definitionOf(reading.facts.kind).preview.of(row);
  switch (shown.shows) {
    case 'cells':
      return cellsOf(reading, row);
    case 'text':
      return { shows: 'text', text: shortened(shown.text) };
    case 'samples':
      return soundOf(reading, item, shown);
    case 'pixels':
      return pictureOf(reading, { type: 'image/png', width: shown.width, bytes: encodePng(shown) });
  }
}

async function droppedPreview(reading: Reading, item: ShownItem, key: string): Promise<Preview> {
  const { data, facts } = reading;
  const { dropped } = definitionOf(facts.kind).preview;
  if (dropped === null) return NOTHING_KEPT;
  const size = (await data.head(key))?.size;
  if (size === undefined) return NOTHING_KEPT;
  if (size > PICTURE_BYTES)
    return {
      shows: 'nothing',
      why: `not shown: too large for this page (${Math.ceil(size / 1024).toLocaleString('en')} KiB)`,
    };
  const object = await data.get(key);
  if (dropped === 'sound') {
    const sound = object && plainSound(object.body);
    return sound ? soundOf(reading, item, sound) : { shows: 'nothing', why: 'not played: no WAV that can be read' };
  }
  const picture = object && plainPicture(object.body);
  return picture ? pictureOf(reading, picture) : { shows: 'nothing', why: 'not shown: the image cannot be read' };
}

/** The waveform, and the sound where the page has room for it. */
function soundOf(reading: Reading, { path }: ShownItem, { samples, sampleRate }: PlainSound): Preview {
  const wav = writeWav(samples, sampleRate);
  const hasRoom = wav.length <= reading.bytes;
  if (hasRoom) reading.bytes -= wav.length;
  return {
    shows: 'sound',
    drawing: waveChart(`Waveform of ${path}`, samples),
    uri: hasRoom ? `data:audio/wav;base64,${Buffer.from(wav).toString('base64')}` : null,
  };
}

function pictureOf(
  reading: Reading,
  { type, width, bytes }: { type: string; width: number; bytes: Uint8Array },
): Preview {
  if (bytes.length > reading.bytes) return NOT_READ;
  reading.bytes -= bytes.length;
  return { shows: 'image', uri: `data:${type};base64,${Buffer.from(bytes).toString('base64')}`, width };
}

/** The columns of a rejected row are unknown, so it is only shown if no column contains personal data. */
function rowPreview({ facts }: Reading, row: string | null): Preview {
  if (row === null) return NOTHING_KEPT;
  if (facts.columns.some(({ personal }) => personal)) return PERSONAL;
  return { shows: 'text', text: shortened(row) };
}

function cellsOf({ facts, schema }: Reading, row: SealedRow): Preview {
  const personal = new Set(facts.columns.filter((column) => column.personal).map(({ name }) => name));
  const open = (schema?.columns ?? []).filter(({ name }) => !personal.has(name));
  const cells = open.slice(0, CELLS_SHOWN).map(({ name, in: column }) => [name, cellText(row[column])] as const);
  return { shows: 'cells', cells, hidden: personal.size };
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '(empty)';
  if (value instanceof Date) return value.toISOString().replace(/T00:00:00\.000Z$/, '');
  return shortened(String(value), 60);
}

/** Masks personal data before truncating, so that no part of an address remains. */
function shortened(text: string, most = TEXT_CHARACTERS): string {
  const masked = maskPersonalData(text.slice(0, 20 * most));
  return masked.length > most ? `${masked.slice(0, most)}…` : masked;
}

function idOf({ part, bytesKey, source, path, line }: ShownItem): string {
  return part ? `${part.key}#${part.row}` : (bytesKey ?? `${source}\0${path}\0${line ?? ''}`);
}
