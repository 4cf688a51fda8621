import { expect, test } from 'vitest';
import { put } from '#client/upload/put.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { greyPng } from '../../fixtures/pictures.ts';
import { memoryDeployment } from './memory-deployment.ts';

const OPTIONS = { dataset: 'digits', show: 20, timeoutMs: 600_000 };

async function bucketOf(files: Record<string, Uint8Array | string>): Promise<Store> {
  const store = memoryStore({ bucket: 'mine' });
  for (const [key, body] of Object.entries(files)) await store.put(key, body);
  return store;
}

async function digits(): Promise<Record<string, Uint8Array | string>> {
  const files: Record<string, Uint8Array | string> = { 'raw/': '', 'raw/0/.DS_Store': 'x', 'raws/other.png': 'x' };
  for (let i = 0; i < 6; i++) files[`raw/${i % 2}/${i} é.png`] = await greyPng(28, 28, i + 1);
  return files;
}

test('what lies under a prefix is copied, configured and cleaned; what is no data stays there', async () => {
  const { context, drop, said } = memoryDeployment({ sources: { mine: await bucketOf(await digits()) } });
  const answer = await put(context, ['s3://mine/raw/'], OPTIONS);
  expect(answer.put.uploaded).toEqual([0, 1, 2, 3, 4, 5].map((i) => `digits/${i % 2}/${i} é.png`).sort());
  expect(answer.put.items).toEqual({ accepted: 6, rejected: 0 });
  expect(answer.put.remarks.map(({ code }) => code)).toContain('archive.litter');
  const config = new TextDecoder().decode((await drop.get('digits/dataset.yaml'))?.body);
  expect(config).toMatch(/kind: image[\s\S]*width: 28[\s\S]*labels: folder/);
  expect(said()).toContain('digits is new');
});

test('a command that was stopped goes on, and what changed since is copied again', async () => {
  const files = await digits();
  const source = await bucketOf(files);
  const broken = { ...source, copies: 0 };
  const { context } = memoryDeployment({ sources: { mine: source } });
  const { source: open } = context.deployment;
  const stopped = {
    ...context.deployment,
    source: (bucket: string) => ({
      ...open(bucket),
      async copy(...given: Parameters<ReturnType<typeof open>['copy']>) {
        if (++broken.copies > 3) throw Object.assign(new Error('denied'), { name: 'AccessDenied' });
        await open(bucket).copy(...given);
      },
    }),
  };
  await expect(put({ ...context, deployment: stopped }, ['s3://mine/raw'], OPTIONS)).rejects.toMatchObject({
    message: expect.stringMatching(/^You may not read s3:\/\/mine\/raw\/.*: access denied\.$/),
    next: expect.stringMatching(/s3:GetObject on arn:aws:s3:::mine\/\*.*goes on from there/),
  });
  const answer = await put(context, ['s3://mine/raw'], OPTIONS);
  expect([answer.put.uploaded.length, answer.put.unchanged.length]).toEqual([3, 3]);
  expect(answer.items).toMatchObject({ accepted: 6, rejected: 0 });
});

test('a Delta table in a bucket is read at its newest version', async () => {
  const add = (path: string) => JSON.stringify({ add: { path } });
  const source = await bucketOf({
    't/_delta_log/00000000000000000000.json': `${add('a.csv')}\n`,
    't/_delta_log/00000000000000000001.json': `${add('b.csv')}\n${JSON.stringify({ remove: { path: 'a.csv' } })}\n`,
    't/a.csv': 'n,m\n1,2\n',
    't/b.csv': 'n,m\n3,4\n5,6\n',
  });
  const { context } = memoryDeployment({ sources: { mine: source } });
  const answer = await put(context, ['s3://mine/t'], { ...OPTIONS, dataset: 'lake' });
  expect(answer.put.uploaded).toEqual(['lake/b.csv']);
  expect(answer.put.items).toEqual({ accepted: 2, rejected: 0 });
});

test.each([
  [['s3://mine/none'], 'There is nothing at s3://mine/none.'],
  [['s3://_/x'], 's3://_/x names no bucket.'],
  [['s3://drop/digits'], 's3://drop/digits is in a bucket of this deployment.'],
  [['s3://mine/raw', '.'], 'One command puts either objects of a bucket or files of this machine.'],
])('%j is refused with words', async (paths, message) => {
  const { context } = memoryDeployment({ sources: { mine: await bucketOf(await digits()) } });
  await expect(put(context, paths, OPTIONS)).rejects.toMatchObject({ message, exitCode: 2 });
});
