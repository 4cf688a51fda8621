// The message of a job while a worker has it. SQS hides a message for 12 hours at most and counts its deliveries, so a message that
// is kept for longer or given back is sent anew: neither a long training nor many interruptions lose the job.
import type { Clock } from '../../context.ts';
import type { JobQueue, QueuedJob } from './job-queue.ts';

/** SQS refuses to hide a message beyond 12 hours after it was received. */
const SEND_ANEW_AFTER_MS = 11 * 3_600_000;
/** SQS delays a message no longer. */
const MOST_DELAY_SECONDS = 900;

export type HeldMessage = {
  /** Hides the message from other workers for some time more. */
  extend(): Promise<void>;
  /** Returns the job to the queue, where a worker can take it after so many seconds. `body`: the new text of the message. */
  giveBack(seconds: number, body?: string): Promise<void>;
  /** Deletes the message of a finished job. */
  delete(): Promise<void>;
};

/** `hiddenSeconds`: how long the message stays hidden after it was received and after each extension. */
export function holdMessage(
  queue: JobQueue,
  clock: Clock,
  { body, receipt }: QueuedJob,
  hiddenSeconds: number,
): HeldMessage {
  const receivedAt = clock.now();
  let held = true;
  const sendAnew = async (text: string, seconds: number) => {
    if (!held) return;
    // In this order a crash duplicates the job, which is harmless, and never loses it.
    await queue.send(text, Math.min(Math.ceil(seconds), MOST_DELAY_SECONDS));
    held = false;
    await queue.delete(receipt);
  };
  return {
    async extend() {
      if (!held) return;
      if (clock.now() - receivedAt > SEND_ANEW_AFTER_MS) await sendAnew(body, MOST_DELAY_SECONDS);
      else await queue.hide(receipt, hiddenSeconds);
    },
    giveBack: (seconds, text = body) => sendAnew(text, seconds),
    async delete() {
      if (held) await queue.delete(receipt);
    },
  };
}
