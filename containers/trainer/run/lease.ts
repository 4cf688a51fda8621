// The lease of a run in head.json. Only its holder can write head.json, so a trainer that lost the lease is rejected.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { canonicalJson } from '#core/base/hash.ts';
import { RunHead } from '#core/model/messages/run.ts';
import type { TrainingJob } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store, WriteCondition } from '#core/store/store.ts';
import type { Clock } from './clock.ts';

export const LEASE_MS = 60_000;
/** The lease counts as expired this long before its end, because a response may be late. */
const MARGIN_MS = 15_000;

/** The fields that the holder writes to the head. */
export type HeadChange = Partial<
  Pick<
    RunHead,
    | 'status'
    | 'phase'
    | 'scoring'
    | 'seconds'
    | 'epoch'
    | 'step'
    | 'stepsPerEpoch'
    | 'checkpointStep'
    | 'checkpointSha256'
  >
>;

export type Lease = {
  readonly head: RunHead;
  /** Milliseconds since 1970. */
  readonly until: number;
  /**
   * Renews the lease and writes the changes. Throws LeaseLostError if another trainer wrote the head. Calls run one
   * after the other.
   */
  move(change: HeadChange): Promise<void>;
  /** Renews the lease if it expires soon; call it before writing anything. */
  hold(): Promise<void>;
};

export type LeaseOptions = {
  readonly data: Store;
  readonly clock: Clock;
  /** Unique to one process. */
  readonly owner: string;
};

/**
 * Takes the lease if it is free: no head, a stopped or finished run, an expired lease, or the own lease. Throws LeaseLostError if another
 * trainer holds it or took it first. An expired lease of another trainer is taken after a wait without a renewal: the clock of this machine
 * may be ahead of that of the holder.
 */
export async function takeLease({ data, clock, owner }: LeaseOptions, job: TrainingJob): Promise<Lease> {
  const key = keys.runHead(job.dataset, job.runId);
  const there = await readJson(data, key, RunHead);
  if (there && isOthers(there.value, owner)) {
    if (clock.now() < Date.parse(there.value.leaseUntil)) throw heldElsewhere(there.value);
    // A holder that is alive renews several times in this while, and the write below is refused.
    await clock.sleep(MARGIN_MS, new AbortController().signal);
  }
  const until = clock.now() + LEASE_MS;
  const head: RunHead = {
    schemaVersion: 1,
    runId: job.runId,
    attempt: job.attempt,
    owner,
    leaseUntil: new Date(until).toISOString(),
    status: 'running',
    phase: 'training',
    epoch: there?.value.epoch ?? 0,
    epochs: job.train.epochs,
    budgetMinutes: job.train.budgetMinutes,
    step: there?.value.step ?? 0,
    stepsPerEpoch: there?.value.stepsPerEpoch ?? 1,
    checkpointStep: there?.value.checkpointStep ?? null,
    checkpointSha256: there?.value.checkpointSha256 ?? null,
  };
  const etag = await write(data, key, head, there ? { etag: there.etag } : 'absent');
  return openLease({ data, clock, owner }, key, { head, etag, until });
}

function openLease(
  { data, clock }: LeaseOptions,
  key: string,
  first: { head: RunHead; etag: string; until: number },
): Lease {
  let { head, etag, until } = first;
  let last: Promise<void> = Promise.resolve();

  const moveNow = async (change: HeadChange): Promise<void> => {
    const next = clock.now() + LEASE_MS;
    const wanted: RunHead = { ...head, ...change, leaseUntil: new Date(next).toISOString() };
    etag = await write(data, key, wanted, { etag });
    head = wanted;
    until = next;
  };
  const move = (change: HeadChange): Promise<void> => {
    const turn = last.then(() => moveNow(change));
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    get head() {
      return head;
    },
    get until() {
      return until;
    },
    move,
    hold: async () => {
      if (clock.now() > until - MARGIN_MS) await move({});
    },
  };
}

/**
 * Returns the new ETag. After a lost response the own write looks like a rejection, so the existing head is compared.
 */
async function write(data: Store, key: string, head: RunHead, when: WriteCondition): Promise<string> {
  const put = await data.put(key, canonicalJson(head), { when, contentType: 'application/json' });
  if (put.status === 'written') return put.etag;
  const there = await readJson(data, key, RunHead);
  if (there?.value.owner !== head.owner) throw heldElsewhere(there?.value);
  const again = await data.put(key, canonicalJson(head), {
    when: { etag: there.etag },
    contentType: 'application/json',
  });
  if (again.status === 'refused') throw heldElsewhere(undefined);
  return again.etag;
}

function isOthers(head: RunHead, owner: string): boolean {
  return head.status === 'running' && head.owner !== owner;
}

function heldElsewhere(head: RunHead | undefined): GoldpanError {
  const who = head
    ? `run ${head.runId} is held by ${head.owner} until ${head.leaseUntil}`
    : 'another trainer took the run';
  return new GoldpanError(FAILURE.leaseLost, `${who}. This trainer stops writing.`);
}
