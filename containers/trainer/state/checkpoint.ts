// A checkpoint: the tensors in one file and everything else in a marker.
import * as z from 'zod';
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { Environment, EpochMetrics, Retry } from '#core/model/messages/run.ts';
import { MetricValues } from '#core/model/metrics.ts';
import type { StateEntry, StateMap } from '../engine/types.ts';
import { safetensors } from '../export/safetensors.ts';

const BEST = 'best/';

/** State of the training loop. Random numbers are keyed by seed and step, so no generator state is needed. */
export const TrainingProgress = z.strictObject({
  /** Training steps over all epochs. */
  step: z.int().min(0),
  /** Steps of the current, unfinished epoch. */
  stepInEpoch: z.int().min(0),
  /** Losses of the current epoch, summed over its steps, and its seconds. */
  sums: MetricValues,
  /** Norms of the epoch's first step. */
  norms: EpochMetrics.shape.norms,
  trainSeconds: z.number(),
  epochs: z.array(EpochMetrics),
  retry: Retry.nullable(),
  /** `value` of the selection metric. */
  best: z.strictObject({ epoch: z.int().min(1), step: z.int().min(1), value: z.number() }).nullable(),
});
export type TrainingProgress = z.infer<typeof TrainingProgress>;

/** checkpoint.json, written after the state: a checkpoint with a marker is complete. */
export const CheckpointMarker = z.strictObject({
  schemaVersion: z.literal(1),
  runId: z.string(),
  snapshotId: z.string(),
  /** SHA-256 of the state file. */
  sha256: z.string(),
  bytes: z.int(),
  progress: TrainingProgress,
  environment: Environment,
  /** Wall time of the run, over all attempts. */
  seconds: z.number(),
  resumed: z.int().min(0),
  bitExact: z.boolean(),
});
export type CheckpointMarker = z.infer<typeof CheckpointMarker>;

export const START: TrainingProgress = {
  step: 0,
  stepInEpoch: 0,
  sums: {},
  trainSeconds: 0,
  epochs: [],
  retry: null,
  best: null,
};

/** All variables of the session, and the weights of the best epoch so far. */
export type SavedState = {
  readonly state: StateMap;
  readonly best: StateMap | undefined;
};

/** Returns a safetensors file; the best weights have the prefix `best/`. */
export function encodeState({ state, best }: SavedState): Uint8Array {
  const entries = [...(best ?? [])].map(([name, entry]) => [BEST + name, entry] as const);
  return safetensors(new Map([...state, ...entries]));
}

/** Parses the output of encodeState. Throws CorruptObjectError for anything else. */
export function decodeState(bytes: Uint8Array): SavedState {
  const state = new Map<string, StateEntry>();
  const best = new Map<string, StateEntry>();
  for (const [name, entry] of parseSafetensors(bytes)) {
    if (name.startsWith(BEST)) best.set(name.slice(BEST.length), entry);
    else state.set(name, entry);
  }
  return { state, best: best.size === 0 ? undefined : best };
}

const Header = z.record(
  z.string(),
  z.object({
    dtype: z.literal('F32'),
    shape: z.array(z.int().min(0)),
    data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
  }),
);

/** Returns the tensors of a safetensors file by name. Throws CorruptObjectError for anything else. */
export function parseSafetensors(bytes: Uint8Array): [string, StateEntry][] {
  const { header, data } = splitFile(bytes);
  return Object.entries(header).map(
    ([
      name,
      {
        shape,
        data_offsets: [from, to],
      },
    ]) => {
      const length = shape.reduce((product, size) => product * size, 1) * Float32Array.BYTES_PER_ELEMENT;
      if (to - from !== length || to > data.length) throw corrupt(`${name} does not lie where the header says`);
      // The copy aligns the values to their size.
      return [name, { shape, values: new Float32Array(data.slice(from, to).buffer) }];
    },
  );
}

function splitFile(bytes: Uint8Array): { header: z.infer<typeof Header>; data: Uint8Array } {
  if (bytes.length < 8) throw corrupt('it is shorter than its header says');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > bytes.length - 8) throw corrupt('its header is truncated');
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset + 8 + length, bytes.length - 8 - length);
  const parsed = Header.safeParse(headerOf(new TextDecoder().decode(bytes.subarray(8, 8 + length))));
  if (!parsed.success) throw corrupt(z.prettifyError(parsed.error));
  return { header: parsed.data, data };
}

function headerOf(text: string): unknown {
  try {
    const { __metadata__, ...tensors } = JSON.parse(text) as Record<string, unknown>;
    return tensors;
  } catch {
    throw corrupt('its header is not JSON');
  }
}

function corrupt(what: string): GoldpanError {
  return new GoldpanError(FAILURE.corruptObject, `The state of a checkpoint cannot be read: ${what}.`);
}
