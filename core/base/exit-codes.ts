// Exit codes of the trainer. A run that failed by itself exits with 0 and has its reason in run.json.

export const TRAINER_EXIT = {
  /** run.json contains the outcome: succeeded, failed or stopped. */
  done: 0,
  /** The environment or the job is invalid. */
  usage: 64,
  /** The program itself failed; a retry would fail again. Node exits with it, too, where an error is caught nowhere. */
  broken: 1,
  /** Something outside the run failed (storage, memory, a crash); a retry may help. */
  failed: 70,
  /** Another trainer holds the lease; nothing was written. */
  leaseLost: 75,
  /** 128 + signal: a checkpoint was written, and the next attempt resumes from it. */
  interrupted: 130,
  terminated: 143,
} as const;
export type TrainerExitCode = (typeof TRAINER_EXIT)[keyof typeof TRAINER_EXIT];
