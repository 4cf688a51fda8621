import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '#core/base/hash.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import type { StateEntry } from '../../../containers/trainer/engine/types.ts';
import {
  newestCheckpoint,
  pruneCheckpoints,
  writeCheckpoint,
} from '../../../containers/trainer/run/checkpoint-store.ts';
import { decodeState, encodeState, START } from '../../../containers/trainer/state/checkpoint.ts';
import { jobFor } from './squares.ts';

const job = jobFor();
const entry = (...values: number[]): StateEntry => ({ shape: [values.length], values: Float32Array.from(values) });
const environment = {
  node: 'v22',
  tensorflow: '2',
  cpu: 'x',
  device: 'cpu',
  towers: 1,
  threads: 2,
  precision: 'float32',
} as const;

function stored(step: number, ...values: number[]) {
  const state = encodeState({ state: new Map([['a/w', entry(...values)]]), best: undefined });
  const marker = {
    schemaVersion: 1 as const,
    runId: job.runId,
    snapshotId: job.snapshotId,
    sha256: sha256(state),
    bytes: state.length,
    progress: { ...START, step },
    environment,
    seconds: 1,
    resumed: 0,
    bitExact: true,
  };
  return { marker, state };
}

async function keysOf(data: Store): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of data.list('')) found.push(key);
  return found;
}

describe('the state file', () => {
  const state = new Map([
    ['encoder/conv/kernel', { shape: [2, 1, 3], values: Float32Array.of(1, -2, 0.1, 3e-38, Number.NaN, 6) }],
    ['adam/encoder/beta1Power', { shape: [], values: Float32Array.of(0.9) }],
    ['step', { shape: [], values: Float32Array.of(12) }],
  ]);

  test('gives back every bit, and keeps the best weights apart', () => {
    const best = new Map([['encoder/conv/kernel', entry(7, 8)]]);
    const read = decodeState(encodeState({ state, best }));
    expect(new Map([...read.state].sort())).toEqual(new Map([...state].sort()));
    expect(read.best).toEqual(best);
    expect(decodeState(encodeState({ state, best: undefined })).best).toBeUndefined();
  });

  test('fails on cut and on invented bytes with a name, and never with another error', () => {
    const bytes = encodeState({ state, best: undefined });
    const corrupt = (given: Uint8Array) => {
      try {
        decodeState(given);
      } catch (error) {
        expect(error).toMatchObject({ name: 'CorruptObjectError' });
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), corrupt));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(() => decodeState(bytes.slice(0, length))).toThrow(/cannot be read/);
      }),
    );
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = byte;
        corrupt(changed);
      }),
    );
  });
});

describe('stored checkpoints', () => {
  test('the newest whole one is found', async () => {
    const data = memoryStore();
    expect(await newestCheckpoint(data, job)).toBeUndefined();
    for (const step of [9, 10, 100]) await writeCheckpoint(data, job, stored(step, step));
    expect((await newestCheckpoint(data, job))?.marker.progress.step).toBe(100);
  });

  test('a torn, a changed and a foreign one are passed over', async () => {
    const data = memoryStore();
    for (const step of [1, 2, 3, 4, 5]) await writeCheckpoint(data, job, stored(step, step));
    const foreign = stored(6, 6);
    await writeCheckpoint(data, job, { ...foreign, marker: { ...foreign.marker, snapshotId: 'other' } });
    const keys = await keysOf(data);
    const keyOf = (step: number, kind: string) =>
      keys.find((key) => key.includes(`/000000000${step}/${kind}-`)) as string;
    await data.delete(keyOf(5, 'checkpoint'));
    await data.delete(keyOf(4, 'state'));
    await data.put(keyOf(3, 'state'), stored(3, 99).state);
    await data.put(keyOf(2, 'checkpoint'), '{"schemaVersion":1');
    expect((await newestCheckpoint(data, job))?.marker.progress.step).toBe(1);
  });

  test('two trainers that write the same step leave two whole checkpoints', async () => {
    const data = memoryStore();
    const [mine, theirs] = [stored(7, 1), stored(7, 2)];
    await data.put((await keysAfter(data, mine)).state, mine.state);
    await writeCheckpoint(data, job, theirs);
    const found = await newestCheckpoint(data, job);
    expect(found && sha256(found.state)).toBe(found?.marker.sha256);
    expect(await keysOf(data)).toHaveLength(4);
  });

  test('three stay, with nothing half written below them', async () => {
    const data = memoryStore();
    for (const step of [1, 2, 3, 4, 5]) await writeCheckpoint(data, job, stored(step, step));
    await data.delete((await keysOf(data)).find((key) => key.includes('/0000000001/checkpoint-')) as string);
    await pruneCheckpoints(data, job);
    const steps = new Set((await keysOf(data)).map((key) => Number(key.split('/')[4])));
    expect([...steps]).toEqual([3, 4, 5]);
    expect(await keysOf(data)).toHaveLength(6);
  });
});

async function keysAfter(data: Store, checkpoint: ReturnType<typeof stored>): Promise<{ state: string }> {
  await writeCheckpoint(data, job, checkpoint);
  return { state: (await keysOf(data)).find((key) => key.includes('/state-')) as string };
}
