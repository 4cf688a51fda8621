// What the trainer's exit code says to whoever started it. Failures of the domain lie in run.json, with exit code 0.

export const EXIT = {
  /** run.json says how it went: succeeded, failed or stopped on request. */
  done: 0,
  /** The environment or the job is not what the trainer takes. */
  usage: 64,
  /** Something outside the run failed (storage, memory, a crash): trying again may help. */
  failed: 70,
  /** Another trainer holds the run: nothing was written. */
  leaseLost: 75,
  /** 128 + signal: a checkpoint was written, another attempt goes on from it. */
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
