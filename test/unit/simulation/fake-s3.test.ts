import { expect, test } from 'vitest';
import { memoryStore } from '#core/store/memory.ts';
import { s3Store } from '#core/store/s3.ts';
import type { Store } from '#core/store/store.ts';
import { fakeS3 } from '../../fixtures/simulation/fake-s3.ts';
import type { Fault } from '../../fixtures/simulation/faults.ts';
import type { Caller, Perform } from '../../fixtures/simulation/requests.ts';
import { storeContract } from '../core/store/contract.ts';

const CALLER: Caller = { strand: { waiting: 0, ended: false }, death: undefined, die: () => undefined };
const atOnce: Perform = async (_caller, _service, apply) => apply();

type Opened = { versioned?: boolean; perform?: Perform; sleep?: (ms: number) => Promise<void> };

function openStore({ versioned = true, perform = atOnce, sleep = async () => undefined }: Opened = {}): Store {
  const bucket = memoryStore({ bucket: 'b', versioned });
  return s3Store({ bucket: 'b', client: fakeS3({ b: bucket }, perform, 3).client(CALLER), sleep });
}

storeContract('S3 over the fake, versioned', { versioned: true, open: () => openStore() });
storeContract('S3 over the fake, unversioned', { versioned: false, open: () => openStore({ versioned: false }) });

/** Meets each of the faults in turn, then none. */
function failing(...faults: (Fault | 'none')[]): Perform {
  return async (_caller, { conflict, failed }, apply) => {
    const fault = faults.shift();
    if (fault === 'conflict' && conflict) throw conflict();
    const answer = await apply();
    if (fault === 'lost-reply') throw failed();
    return answer;
  };
}

test('a conflict is tried again, after longer and longer waits, and then is a fault', async () => {
  const waits: number[] = [];
  const sleep = async (ms: number) => void waits.push(ms);
  const twice = openStore({ perform: failing('conflict', 'conflict'), sleep });
  expect(await twice.put('k', 'v', { when: 'absent' })).toMatchObject({ status: 'written' });
  expect(waits).toEqual([100, 200]);
  const always = openStore({ perform: failing(...Array<Fault>(9).fill('conflict')), sleep });
  await expect(always.put('k', 'v', { when: 'absent' })).rejects.toMatchObject({ name: 'ConditionalRequestConflict' });
});

test('a write whose reply was lost is there, and the next conditional write is refused by it', async () => {
  const store = openStore({ perform: failing('lost-reply') });
  await expect(store.put('k', 'v', { when: 'absent' })).rejects.toMatchObject({ name: 'InternalError' });
  expect(await store.put('k', 'v', { when: 'absent' })).toEqual({ status: 'refused' });
});
