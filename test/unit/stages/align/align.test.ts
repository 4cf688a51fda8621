// Subject alignment from dropped files to shards, in memory: index plans, align fits and cuts, index goes on.
import { tmpdir } from 'node:os';
import { parquetReadObjects } from 'hyparquet';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodeNpy } from '#core/base/npy.ts';
import { ALIGNMENT_FILE, AlignedUnit, TEMPLATE_FILE } from '#core/snapshot/alignment.ts';
import { AssembleRequest, type Indexed, Manifest, SnapshotIndex } from '#core/snapshot/messages.ts';
import { QualityFacts } from '#core/snapshot/quality/facts.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { align } from '#stages/align/stage.ts';
import { index } from '#stages/index/stage.ts';
import { seal } from '#stages/seal/stage.ts';
import { shard } from '#stages/shard/stage.ts';
import { type Intake, intake } from '../../../fixtures/ingest.ts';
import { zipOf } from '../../../fixtures/pictures.ts';
import { colourMap, HEIGHT, type Portrait, portrait, WIDTH } from '../../../fixtures/portraits.ts';
import { contents, listedShards } from '../index/world.ts';

const DATASET = 'pets';
const SIDE = 32;
const PORTRAITS = 40;
const WITHOUT = 4;
const REQUEST = AssembleRequest.parse({ dataset: DATASET, trigger: 'report' });
const configOf = (fit: string, more = '') =>
  `kind: image\nimage: { width: ${SIDE}, height: ${SIDE}, channels: 3, fit: ${fit} }\nlabels: folder\n${more}`;

let portraits: readonly Portrait[];
beforeAll(async () => {
  const drawn = Array.from({ length: PORTRAITS + WITHOUT }, (_, i) => portrait(i, { face: i < PORTRAITS }));
  portraits = await Promise.all(drawn);
});

async function dropped(config: string, archives: readonly (readonly Portrait[])[]): Promise<Intake> {
  const into = intake();
  await into.dropObject(`${DATASET}/dataset.yaml`, config);
  for (const [i, archive] of archives.entries()) {
    const zip = await zipOf(Object.fromEntries(archive.map(({ path, bytes }) => [path, bytes])));
    await into.dropObject(`${DATASET}/${i}.zip`, zip);
  }
  await into.cleanAll();
  return into;
}

const runIndex = ({ drop, data }: Intake): Promise<Indexed> => index({ drop, data, scratch: tmpdir() })(REQUEST);
const runAlign = (data: Store) => align({ data, openFeatureMap: async () => colourMap });

/** As the state machine goes. */
async function assemble(into: Intake): Promise<{ first: Indexed; indexed: Indexed; files: (file: string) => string }> {
  const first = await runIndex(into);
  const { snapshotId } = first;
  if (first.toAlign) {
    await runAlign(into.data)({ dataset: DATASET, snapshotId, unit: null });
    for (const unit of first.align) await runAlign(into.data)(unit);
  }
  const indexed = first.toAlign ? await runIndex(into) : first;
  for (const one of await listedShards(into, indexed)) await shard({ data: into.data })(one);
  await seal({ data: into.data })({ request: REQUEST, snapshotId });
  return { first, indexed, files: (file) => keys.snapshot(DATASET, snapshotId, file) };
}

async function itemsOf({ data }: Intake, key: string): Promise<Record<string, unknown>[]> {
  const { body } = (await data.get(key)) ?? { body: new Uint8Array() };
  return parquetReadObjects({ file: body.slice().buffer });
}

describe('a snapshot of portraits', () => {
  let into: Intake;
  let made: Awaited<ReturnType<typeof assemble>>;
  let items: Record<string, unknown>[];
  beforeAll(async () => {
    into = await dropped(configOf('subject'), [portraits]);
    made = await assemble(into);
    items = await itemsOf(into, made.files('items.parquet'));
  });

  test('is aligned before it is indexed, in units; then index goes on', () => {
    expect(made.first).toMatchObject({ toAlign: true, sealed: false, shards: 0 });
    expect(made.first.align).toEqual([{ dataset: DATASET, snapshotId: made.first.snapshotId, unit: 0 }]);
    expect(made.indexed).toMatchObject({ toAlign: false, align: [], snapshotId: made.first.snapshotId });
  });

  test('has the faces in one frame, to a tenth of their size', () => {
    const placed = items.flatMap((item) => {
      const face = portraits.find(({ path }) => path === item.path)?.face;
      if (!face) return [];
      const { subjectLeft: left, subjectTop: top, subjectSide: side } = item as Record<string, number>;
      return [
        {
          x: (face.x - (left as number)) / (side as number),
          y: (face.y - (top as number)) / (side as number),
          size: face.radius / (side as number),
        },
      ];
    });
    expect(placed).toHaveLength(PORTRAITS);
    for (const axis of ['x', 'y', 'size'] as const) {
      const values = placed.map((one) => one[axis]).sort((a, b) => a - b);
      const middle = values[Math.floor(values.length / 2)] as number;
      const near = values.filter((value) => Math.abs(value - middle) < 0.1);
      expect(near.length / values.length, axis).toBeGreaterThan(0.85);
    }
  });

  test('leaves out what shows no face, by rule, and says so', async () => {
    const out = items.filter(({ excluded }) => excluded === 'no-common-subject').map(({ path }) => path);
    const faceless = portraits.filter(({ face }) => !face).map(({ path }) => path);
    expect(out.toSorted()).toEqual(faceless.toSorted());
    for (const item of items) {
      const isOut = item.excluded === 'no-common-subject';
      expect(String(item.flags).includes('image.no-common-subject')).toBe(isOut);
      if (isOut) expect([item.split, item.shard]).toEqual([null, null]);
    }
    const found = (await readJson(into.data, made.files('index.json'), SnapshotIndex))?.value;
    expect(found?.counts.byIssue['image.no-common-subject']).toBe(WITHOUT);
    expect(found?.counts.items.accepted).toBe(PORTRAITS + WITHOUT);
    const facts = (await readJson(into.data, made.files('facts.json'), QualityFacts))?.value;
    expect(facts?.flagged.find(({ code }) => code === 'image.no-common-subject')?.items).toBe(WITHOUT);
  });

  test('has the cut pixels in its shards, in the order of its items', async () => {
    const manifest = (await readJson(into.data, made.files('manifest.json'), Manifest))?.value as Manifest;
    for (const { name, files } of manifest.shards) {
      const { shape, values } = decodeNpy((await into.data.get(made.files(files[0]?.file ?? '')))?.body as Uint8Array);
      const members = items.filter((item) => item.shard === name);
      expect(shape).toEqual([members.length, SIDE, SIDE, 3]);
      for (const [i, { path, label }] of members.entries()) {
        const face = portraits.find((one) => one.path === path)?.face;
        expect(face).toBeDefined();
        // Cats are yellow, dogs are blue, between the eyes and the mouth.
        const middle = (i * SIDE * SIDE + (SIDE / 2) * SIDE + SIDE / 2) * 3;
        const [red, , blue] = values.slice(middle, middle + 3) as Uint8Array;
        expect((red as number) > (blue as number), String(path)).toBe(label === 'cat');
      }
    }
  });

  test('keeps boxes within the uploaded image', () => {
    for (const item of items) {
      const { subjectLeft: left, subjectTop: top, subjectSide: side } = item as Record<string, number>;
      expect(Math.min(left as number, top as number)).toBeGreaterThanOrEqual(-0.1);
      expect((left as number) + (side as number)).toBeLessThanOrEqual(WIDTH + 0.2);
      expect((top as number) + (side as number)).toBeLessThanOrEqual(HEIGHT + 0.2);
    }
  });

  test('does nothing twice', async () => {
    const before = await contents(into.data, 'snapshots/');
    const never = align({
      data: into.data,
      openFeatureMap: () => Promise.reject(new Error('the network was opened')),
    });
    const { snapshotId } = made.first;
    expect(await never({ dataset: DATASET, snapshotId, unit: null })).toEqual({ items: 0, done: true });
    expect(await never({ dataset: DATASET, snapshotId, unit: 0 })).toEqual({ items: PORTRAITS + WITHOUT, done: true });
    expect((await runIndex(into)).sealed).toBe(true);
    expect(await contents(into.data, 'snapshots/')).toEqual(before);
  });
});

test('the order of arrival decides nothing, and neither does an interruption', async () => {
  const [a, b, c] = [portraits.slice(0, 8), portraits.slice(8, 16), portraits.slice(16, 24)];
  const forward = await dropped(configOf('subject'), [a, b, c]);
  const first = await assemble(forward);
  const backward = intake();
  await backward.dropObject(`${DATASET}/dataset.yaml`, configOf('subject'));
  for (const [i, archive] of [c, b, a].entries()) {
    const zip = await zipOf(Object.fromEntries(archive.map(({ path, bytes }) => [path, bytes])));
    await backward.dropObject(`${DATASET}/${2 - i}.zip`, zip);
  }
  await backward.cleanAll();
  // A first execution that ended after the template.
  const { snapshotId } = await runIndex(backward);
  await runAlign(backward.data)({ dataset: DATASET, snapshotId, unit: null });
  const second = await assemble(backward);
  expect(second.indexed.snapshotId).toBe(first.indexed.snapshotId);
  const decided = async (store: Store) => {
    const all = await contents(store, keys.snapshot(DATASET, snapshotId, ''));
    // These hold keys of uploads, which name versions.
    const keyed = [ALIGNMENT_FILE, 'index.json', 'facts.json', 'quality.html'];
    return Object.fromEntries(Object.entries(all).filter(([key]) => !keyed.some((file) => key.endsWith(file))));
  };
  expect(await decided(backward.data)).toEqual(await decided(forward.data));
});

test('the rule can flag only', async () => {
  const into = await dropped(configOf('subject', 'rules: { image.no-common-subject: { action: flag } }\n'), [
    portraits.slice(-20),
  ]);
  const made = await assemble(into);
  const items = await itemsOf(into, made.files('items.parquet'));
  expect(items.filter(({ excluded }) => excluded === 'no-common-subject')).toEqual([]);
  expect(items.filter(({ flags }) => String(flags).includes('no-common-subject')).length).toBe(WITHOUT);
});

test('without fit: subject, nothing is aligned and items have no box', async () => {
  const into = await dropped(configOf('cover'), [portraits]);
  const made = await assemble(into);
  expect(made.first).toMatchObject({ toAlign: false, align: [] });
  const [item] = await itemsOf(into, made.files('items.parquet'));
  expect(Object.keys(item ?? {}).filter((name) => name.startsWith('subject'))).toEqual([]);
  expect((await readJson(into.data, made.files('index.json'), SnapshotIndex))?.value.aligned).toBeUndefined();
});

test('a missing plan, template or unit is a corrupt object, and so is a unit that was changed', async () => {
  const into = await dropped(configOf('subject'), [portraits.slice(0, 16)]);
  const { snapshotId, align: units } = await runIndex(into);
  const run = runAlign(into.data);
  const failure = { name: 'CorruptObjectError' };
  await expect(run({ dataset: DATASET, snapshotId: 'other', unit: null })).rejects.toMatchObject(failure);
  await expect(run({ dataset: DATASET, snapshotId, unit: 0 })).rejects.toMatchObject(failure);
  await run({ dataset: DATASET, snapshotId, unit: null });
  await expect(run({ dataset: DATASET, snapshotId, unit: 9 })).rejects.toMatchObject(failure);
  for (const unit of units) await run(unit);
  const indexed = await runIndex(into);
  const receipt = await readJson(into.data, keys.snapshot(DATASET, snapshotId, 'subjects-00000.json'), AlignedUnit);
  await into.data.put(keys.snapshot(DATASET, snapshotId, receipt?.value.file ?? ''), 'changed');
  const [first] = await listedShards(into, indexed);
  if (!first) throw new Error('no shard was planned');
  await expect(shard({ data: into.data })(first)).rejects.toMatchObject(failure);
  expect(await into.data.head(keys.snapshot(DATASET, snapshotId, TEMPLATE_FILE))).toBeDefined();
});
