// Sealed snapshots of every kind in memory, made by the real stages, and a client beside them.
import { tmpdir } from 'node:os';
import type { Context } from '#client/context.ts';
import { captionLines } from '#client/upload/labelled/caption-lines.ts';
import { AssembleRequest } from '#core/snapshot/messages.ts';
import type { Store } from '#core/store/store.ts';
import { cleanAudio } from '#stages/clean/audio.ts';
import { cleanTables } from '#stages/clean/table.ts';
import { cleanText } from '#stages/clean/text.ts';
import { index } from '#stages/index/stage.ts';
import { seal } from '#stages/seal/stage.ts';
import { shard } from '#stages/shard/stage.ts';
import { type Intake, intake } from '../../fixtures/ingest.ts';
import { zipOf } from '../../fixtures/pictures.ts';
import { READ_PROCESS } from '../../fixtures/read-process.ts';
import { tone, wavOf } from '../core/kinds/audio/sounds.ts';
import { assemble, configure, dropCleaned, listedShards, openBuckets, pictures } from '../stages/index/world.ts';
import { memoryDeployment } from './memory-deployment.ts';

export type World = { readonly drop: Store; readonly data: Store; readonly snapshotId: string };

export function contextOf({ drop, data }: Pick<World, 'drop' | 'data'>): Context {
  const { context } = memoryDeployment();
  return { ...context, deployment: { ...context.deployment, drop, data } };
}

/** 60 images of two labels, and 6 without one; dataset `digits`. */
export async function imageSnapshot(): Promise<World> {
  const buckets = openBuckets();
  await configure(buckets);
  await dropCleaned(buckets, 'a.zip', [
    pictures(0, 30, 'a'),
    pictures(30, 60, 'A/b'),
    pictures(60, 66, null).map((one) => ({ ...one, path: `${one.number}.png` })),
  ]);
  const { indexed } = await assemble(buckets);
  return { ...buckets, snapshotId: indexed.snapshotId };
}

/** 80 rows and a repeated one; dataset `d`. */
export async function tableSnapshot(): Promise<World> {
  const into = intake();
  await into.dropObject('d/dataset.yaml', 'kind: table\nrules: { item.personal-data: { action: off } }\n');
  const rows = Array.from(
    { length: 80 },
    (_, i) =>
      `"p, ""${i % 13}""",${i},${i / 8},2024-01-${String((i % 28) + 1).padStart(2, '0')},${9007199254740993n + BigInt(i)}`,
  );
  await into.dropObject('d/a.csv', `Who is it,label,share,day,big\n${[...rows, rows[5]].join('\n')}\n`);
  const buckets = { ...into, scratch: tmpdir(), readProcess: READ_PROCESS };
  for (const message of into.queue.splice(0)) await cleanTables(message, buckets);
  return sealed(into);
}

export const TEXTS = Array.from(
  { length: 60 },
  (_, i) => `The "${i * i + 7}" ships of harbour ${i * 31}, carry ${i ** 3} bales each.`,
);

/** `TEXTS`, a line each; dataset `d`. */
export async function textSnapshot(): Promise<World> {
  const into = intake();
  await into.dropObject('d/dataset.yaml', 'kind: text\ntext: { unit: line, maxLength: 400 }\n');
  await into.dropObject('d/a.txt', TEXTS.join('\n'));
  for (const message of into.queue.splice(0))
    await cleanText(message, { ...into, detectLanguage: () => null } as never);
  return sealed(into);
}

/** 40 clips of half a second, `high/1.wav` among them; dataset `d`. `captions`: by file. */
export async function audioSnapshot(captions: Readonly<Record<string, string>> = {}): Promise<World> {
  const into = intake();
  await into.dropObject('d/dataset.yaml', 'kind: audio\naudio: { sampleRate: 8000, seconds: 0.5 }\nlabels: folder\n');
  const entries = Array.from({ length: 40 }, (_, i) => [
    `${i % 2 ? 'high' : 'low'}/${i}.wav`,
    wavOf(tone({ hertz: 200 + 75 * i, seconds: 0.5, sampleRate: 8000 }), { sampleRate: 8000 }),
  ]);
  const lines = captionLines(Object.entries(captions).map(([name, caption]) => ({ name, caption })));
  const more = lines ? [[lines.name, lines.bytes]] : [];
  await into.dropObject('d/a.zip', await zipOf(Object.fromEntries([...entries, ...more])));
  const openDecoder = () => ({
    decode: () => Promise.reject(new Error('no clip is compressed')),
    close: () => undefined,
  });
  for (const message of into.queue.splice(0)) await cleanAudio(message, { ...into, openDecoder });
  return sealed(into);
}

async function sealed(into: Intake): Promise<World> {
  const { drop, data } = into;
  const request = AssembleRequest.parse({ dataset: 'd', trigger: 'manual' });
  const indexed = await index({ drop, data, scratch: tmpdir() })(request);
  for (const one of await listedShards(into, indexed)) await shard({ data })(one);
  await seal({ data })({ request, snapshotId: indexed.snapshotId });
  return { drop, data, snapshotId: indexed.snapshotId };
}
