// How many messages a queue holds, as SQS tells it: roughly.

/** The attributes of GetQueueAttributes that `queueCounts` reads. */
export const QUEUE_COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;

/** Returns the messages that wait for a call and those that a call works on; 0 for an attribute that is missing. */
export function queueCounts(attributes: Readonly<Record<string, string>> | undefined) {
  const [waiting = 0, inWork = 0] = QUEUE_COUNTS.map((name) => Number(attributes?.[name] ?? 0));
  return { waiting, inWork };
}
