// Documents as earlier releases stored them, without a version: every reader still accepts them.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type * as z from 'zod';
import { CurrentConfig } from '#core/ingest/current-config.ts';
import { Upload, UploadRefusal } from '#core/ingest/messages.ts';
import { TickNotes } from '#core/ingest/rollup-messages.ts';
import { Waiver, waiverIdOf } from '#core/kinds/waiver.ts';
import { CurrentModel, RegistryEntry } from '#core/model/messages/card.ts';
import { RunHead, RunOutcome, StopRequest } from '#core/model/messages/run.ts';
import { ShardReceipt, SnapshotIndex } from '#core/snapshot/messages.ts';
import { readJson, writeJson, writeOnce } from '#core/store/json.ts';
import { memoryStore } from '#core/store/memory.ts';

const SCHEMAS = {
  Upload,
  UploadRefusal,
  CurrentConfig,
  TickNotes,
  CurrentModel,
  RegistryEntry,
  RunHead,
  RunOutcome,
  SnapshotIndex,
  ShardReceipt,
  StopRequest,
  Waiver,
};
type Name = keyof typeof SCHEMAS;
const NAMES = Object.keys(SCHEMAS) as Name[];
const STORED = JSON.parse(readFileSync(new URL('stored-documents.json', import.meta.url), 'utf8')) as Record<
  Name,
  object
>;
/** Fields that are read in another form than earlier releases wrote them. */
const CHANGED: Partial<Record<Name, object>> = {
  SnapshotIndex: { items: [(STORED.SnapshotIndex as { items: unknown }).items] },
};
const schemaOf = (name: Name): z.ZodType<object> => SCHEMAS[name];

test.each(NAMES)('%s: a document without a version is read as version 1', async (name) => {
  const store = memoryStore();
  await writeJson(store, 'old', STORED[name]);
  const read = await readJson(store, 'old', schemaOf(name));
  expect(STORED[name]).not.toHaveProperty('schemaVersion');
  expect(read?.value).toMatchObject({ ...STORED[name], ...CHANGED[name], schemaVersion: 1 });
});

test.each(NAMES)('%s: a document of another version is refused', async (name) => {
  const store = memoryStore();
  await writeJson(store, 'new', { ...STORED[name], schemaVersion: 2 });
  await expect(readJson(store, 'new', schemaOf(name))).rejects.toMatchObject({ name: 'CorruptObjectError' });
});

test.each(NAMES)('%s: what an earlier release wrote is recognised when it is delivered again', async (name) => {
  const store = memoryStore();
  const again = { ...STORED[name], schemaVersion: 1 };
  await writeOnce(store, 'key', STORED[name]);
  expect(await writeOnce(store, 'key', again)).toEqual({ first: false, same: true });
  expect(await writeOnce(store, 'key', { ...again, more: 1 })).toEqual({ first: false, same: false });
  await writeOnce(store, 'other', again);
  expect(await writeOnce(store, 'other', STORED[name])).toEqual({ first: false, same: true });
});

test('the id of a waiver is that of earlier releases', () => {
  const { waiverId, by, at, schemaVersion, ...decision } = Waiver.parse(STORED.Waiver);
  expect([by, at, schemaVersion]).toEqual(['ann', '2026-01-01T00:00:00.000Z', 1]);
  expect(waiverIdOf(decision)).toBe(waiverId);
});
