// One bad record in a batch of ten: the nine others are done when they are received for the first time, and so is it.
import { expect, test } from 'vitest';
import { HOSTILE } from '../../fixtures/hostile.ts';
import { greyPng } from '../../fixtures/pictures.ts';
import { queues } from '../../fixtures/queues.ts';
import { tone, wavOf } from '../core/kinds/audio/sounds.ts';

const CONFIG: Readonly<Record<string, string>> = {
  image: 'kind: image\nimage: { width: 28, height: 28, channels: 1 }\n',
  text: 'kind: text\ntext: { unit: line }\n',
  audio: 'kind: audio\naudio: { sampleRate: 8000, seconds: 0.5 }\nrules: { audio.truncated: { action: reject } }\n',
};
const GOOD: Readonly<Record<string, (n: number) => Promise<Uint8Array> | Uint8Array | string>> = {
  image: (n) => greyPng(28, 28, n),
  text: (n) => `Emma ${n}\n`,
  audio: (n) => wavOf(tone({ hertz: 200 + 20 * n })),
};

const classes = Object.entries(HOSTILE).flatMap(([kind, files]) =>
  files.map(([name, code, make]) => ({ kind, name, code, make })),
);

test.each(classes)('$kind: $name -> $code', async ({ kind, name, code, make }) => {
  const { drop, receive, eventOf, cleanAll, endingOf, failures } = queues();
  await drop.put('set/dataset.yaml', CONFIG[kind] as string);
  await receive('validate', [await eventOf('set/dataset.yaml')]);
  const good = Array.from({ length: 9 }, (_, n) => `set/${n}`);
  const hostile = `set/${name}`;
  for (const [n, key] of good.entries()) await drop.put(key, (await GOOD[kind]?.(n + 1)) as Uint8Array);
  await drop.put(hostile, await make());
  const batch = [...good.slice(0, 4), hostile, ...good.slice(4)];
  await receive('validate', await Promise.all(batch.map(eventOf)));
  await cleanAll();

  expect(failures).toEqual([]);
  for (const key of good) expect(await endingOf(key), key).toMatchObject({ refused: false, rejected: 0, issues: [] });
  const ending = await endingOf(hostile);
  if (code === null) expect(ending).toMatchObject({ refused: false, rejected: 0 });
  else {
    expect(ending?.issues[0]?.code).toBe(code);
    expect(ending?.rejected).toBeGreaterThan(0);
  }
});

test.each([
  ['no JSON', 'no json', false],
  ['a test of S3', '{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"drop"}', true],
  ['of another bucket', event('other', 'set/a.png'), true],
  ['of a version that is gone', event('drop', 'set/gone.png', 'no-such-version'), true],
  ['of a key that climbs', event('drop', '../../etc/passwd'), true],
  ['of a key that cannot be decoded', event('drop', 'set/%zz+%00.png'), true],
  ['of 200 kB', event('drop', `set/${'k'.repeat(200_000)}.png`), true],
  ['in the wrapping of another service', JSON.stringify({ Type: 'Notification', Message: event('drop', 'x') }), false],
])('an event that is %s does not hold up the nine beside it', async (_, body, done) => {
  const { drop, receive, eventOf, cleanAll, endingOf, failures } = queues();
  await drop.put('set/dataset.yaml', CONFIG.text as string);
  await receive('validate', [await eventOf('set/dataset.yaml')]);
  const good = Array.from({ length: 9 }, (_, n) => `set/${n}.txt`);
  for (const [n, key] of good.entries()) await drop.put(key, `Emma ${n}\n`);
  const events = await Promise.all(good.map(eventOf));
  await receive('validate', [...events.slice(0, 4), body, ...events.slice(4)]);
  await cleanAll();
  for (const key of good) expect(await endingOf(key), key).toMatchObject({ accepted: 1 });
  // What nobody can make sense of comes back a few times, alone, and ends in the dead-letter queue, where it is kept.
  expect(failures).toEqual(done ? [] : [`validate ${body}`]);
});

function event(bucket: string, key: string, version?: string): string {
  const object = { key, size: 1, etag: 'e', ...(version && { 'version-id': version }) };
  return JSON.stringify({ 'detail-type': 'Object Created', detail: { bucket: { name: bucket }, object } });
}
