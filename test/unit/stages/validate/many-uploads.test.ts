// A changed dataset.yaml in a dataset of a million uploads: one call sends what it has time for, and tick goes on.
import { expect, test } from 'vitest';
import type { UnitMessage } from '#core/ingest/messages.ts';
import { keys } from '#core/store/keys.ts';
import type { LatestVersion, Store } from '#core/store/store.ts';
import { validate } from '#stages/validate/stage.ts';
import { intake } from '../../../fixtures/ingest.ts';
import { greyPng } from '../../../fixtures/pictures.ts';

const UPLOADS = 1_000_000;
const FILE = 'digits/dataset.yaml';
const sized = (side: number) => `kind: image\nimage: { width: ${side}, height: ${side}, channels: 1 }\n`;
/** Requests to the stores for one upload: its plan, its verdicts, and those of the configuration beside them. */
const REQUESTS_AN_UPLOAD = 2;
const UPLOADS_A_CALL = 2_000;

test('one call reads a bounded number of uploads and sends their units, whatever their number', async () => {
  const into = intake();
  await into.dropObject(FILE, sized(28));
  await into.dropObject('digits/a.png', await greyPng());
  const [{ uploadId = '' } = {}] = into.queue as UnitMessage[];
  const plan = new TextDecoder().decode((await into.data.get(keys.upload('digits', uploadId)))?.body);

  let listed = 0;
  let requests = 0;
  const drop: Store = {
    ...into.drop,
    async *listLatest(): AsyncGenerator<LatestVersion> {
      for (let i = 0; i < UPLOADS; i++) {
        listed++;
        const facts = { versionId: 'v', deleted: false, size: 1, etag: 'e', modifiedAt: new Date(0) };
        yield { key: `digits/${String(i).padStart(7, '0')}.png`, ...facts };
      }
    },
  };
  const data: Store = {
    ...into.data,
    async get(key, options) {
      requests++;
      const isPlan = key.startsWith('uploads/');
      const body = new TextEncoder().encode(plan.replaceAll(uploadId, key.split('/').at(-1)?.slice(0, -5) ?? ''));
      return isPlan ? { body, size: body.length, etag: 'e', versionId: undefined } : into.data.get(key, options);
    },
    async *list(prefix, options) {
      requests++;
      yield* into.data.list(prefix, options);
    },
  };
  const sent: UnitMessage[] = [];
  await into.drop.put(FILE, sized(16));
  const send = async (_kind: string, messages: readonly UnitMessage[]) => void sent.push(...messages);
  const outcome = await validate(await into.eventOf(FILE), { drop, data, send });
  expect(outcome).toMatchObject({ state: 'configured' });
  expect(new Set(sent.map((message) => message.uploadId)).size).toBe(UPLOADS_A_CALL);
  expect(listed).toBeLessThanOrEqual(UPLOADS_A_CALL + 1);
  expect(requests).toBeLessThan(REQUESTS_AN_UPLOAD * UPLOADS_A_CALL + 100);
});
