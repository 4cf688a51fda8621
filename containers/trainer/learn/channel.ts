// The context of a task in the engine process: its parent, and the machine.

import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import type { Environment } from '#core/model/messages/run.ts';
import type { FromEngine } from '../state/protocol.ts';

export type Channel = {
  send(message: FromEngine): void;
  /** Lets the parent be heard. Throws Stopped when it asked for a stop. */
  yieldToEventLoop(): Promise<void>;
  /** Resolves when the parent has answered the last checkpoint; at once if no checkpoint is being stored. */
  stored(): Promise<void>;
};

export type Host = {
  readonly environment: Omit<Environment, 'towers' | 'precision'>;
  readonly hasBfloat16: boolean;
  readonly cores: number;
  /** Milliseconds since this process started. */
  now(): number;
  memoryMiB(): number;
};

/** Throws where bfloat16 would have to be emulated. */
export function refuseEmulation(
  precision: Environment['precision'],
  { environment, hasBfloat16 }: Pick<Host, 'environment' | 'hasBfloat16'>,
): void {
  if (precision === 'float32' || environment.device === 'gpu' || hasBfloat16) return;
  throw new GoldpanError(
    FAILURE.noConfiguration,
    `train.precision is bfloat16, which this processor (${environment.cpu}) lacks: it needs avx512_bf16 or amx_bf16. Train with float32`,
  );
}
