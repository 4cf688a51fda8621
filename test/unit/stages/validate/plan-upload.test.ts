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
