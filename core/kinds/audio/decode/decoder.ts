// Has compressed sounds decoded by a child process: one that dies, hangs or grows beyond bounds costs one sound, not the unit.
import { type ChildLimits, openLimitedChild } from '../../processes/limited-child.ts';
import type { DecodeCompressed } from './decode.ts';
import type { DecodeRequest } from './decode-process.ts';
import { type DecodedSound, unreadable } from './sound.ts';

const LIMITS: ChildLimits = { timeoutMs: 5_000, memoryBytes: 400 * 2 ** 20 };

export type AudioDecoder = { readonly decode: DecodeCompressed; close(): void };

/**
 * `entry`: the file of decode-process, as source or bundled. The process starts with the first sound. `decode` throws if the process does
 * not start, which is not an issue of the sound.
 */
export function openDecoder(entry: string, limits: Partial<ChildLimits> = {}): AudioDecoder {
  const inForce = { ...LIMITS, ...limits };
  const child = openLimitedChild<Omit<DecodeRequest, 'id'>, DecodedSound>({
    entry,
    heapMiB: 256,
    limits: inForce,
    clockOfCpu: 10,
    name: 'the decoder',
    failed: (cause) => {
      if (cause === 'memory') return unreadable('audio.too-many-samples', 'more than fit in memory');
      const slow = `decoding takes more than ${inForce.timeoutMs / 1000} s of CPU time`;
      return unreadable('audio.corrupt', cause === 'slow' ? slow : 'bytes on which the decoder crashes');
    },
  });
  let queue: Promise<unknown> = Promise.resolve();
  return {
    /** Decodes one sound after the other, also for concurrent callers. */
    decode(bytes, type) {
      const next = queue.then(() => child.ask({ type, bytes }));
      queue = next.catch(() => undefined);
      return next;
    },
    close: child.close,
  };
}
