import { expect, test } from 'vitest';
import type { CurrentConfig } from '#core/ingest/current-config.ts';
import { configIdOf, effectiveConfig } from '#core/kinds/config.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { planUpload } from '#stages/validate/plan-upload.ts';
import { zipOf } from '../../../fixtures/pictures.ts';

const CSV = Buffer.from('a,b\n1,2\n3,4\n');

function inForce(kind: 'text' | 'table') {
  const config = effectiveConfig({ kind } as never, undefined) as CurrentConfig['config'];
  const current: CurrentConfig = { schemaVersion: 1, configId: configIdOf(config), versionId: null, config };
  return async () => current;
}

test.each([
  ['a file', true],
  ['an archive', false],
])('the plan of %s stands under a configuration that would plan it otherwise', async (_, plain) => {
  const body = plain ? CSV : await zipOf({ 'a.csv': CSV });
  const bucket = memoryStore({ bucket: 'drop', versioned: true });
  let reads = 0;
  const drop: Store = {
    ...bucket,
    get(...given) {
      reads++;
      return bucket.get(...given);
    },
  };
  const data = memoryStore({ bucket: 'data' });
  const path = plain ? 'a.csv' : 'all.zip';
  const key = `d/${path}`;
  await drop.put(key, body);
  const { versionId = '', etag = '', size = 0 } = (await drop.head(key)) ?? {};
  const source = { key, versionId, etag, size };
  const upcoming = { dataset: 'd', path, uploadId: 'u', source, start: plain ? body : undefined, plain };
  const planUnder = (kind: 'text' | 'table') => planUpload({ drop, data, inForce: inForce(kind) }, upcoming);
  const planned = await planUnder('text');
  expect(planned).toMatchObject({ first: true, upload: { kind: 'text' } });
  reads = 0;
  expect(await planUnder('table')).toEqual({ ...planned, first: false });
  // An archive with a plan is not looked through again.
  expect(reads).toBe(0);
});

test('an archive whose files are all refused is refused by the name of one of them, with what to do', async () => {
  const shape = Buffer.concat([Buffer.from('0000270a', 'hex'), Buffer.alloc(96)]);
  const body = await zipOf({ 'roads.prj': Buffer.from('GEOGCS["x"]'), 'roads.shp': shape, 'roads.shx': shape });
  const drop = memoryStore({ bucket: 'drop', versioned: true });
  await drop.put('d/roads.zip', body);
  const { versionId = '', etag = '', size = 0 } = (await drop.head('d/roads.zip')) ?? {};
  const source = { key: 'd/roads.zip', versionId, etag, size };
  const upcoming = { dataset: 'd', path: 'roads.zip', uploadId: 'u', source, start: undefined, plain: false };
  const data = memoryStore({ bucket: 'data' });
  const planned = await planUpload({ drop, data, inForce: async () => undefined }, upcoming);
  expect(JSON.stringify(planned)).toContain('an ESRI shapefile');
  expect(JSON.stringify(planned)).toContain('ogr2ogr roads.csv roads.shp');
});
