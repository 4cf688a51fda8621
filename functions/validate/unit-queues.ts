// Chooses the queue of a unit: several light units are cleaned in one call of the function, every other unit in its own call.
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Kind } from '#core/base/names.ts';
import type { UnitMessage } from '#core/ingest/messages.ts';
import { isLightUnit } from '#core/ingest/unit-weight.ts';
import { sendAll } from '../sqs.ts';

/** `batch`: the queue of light units; undefined for kinds that have none. */
export type UnitQueueUrls = { readonly single: string; readonly batch: string | undefined };

/** Returns a function that sends units to the queues of their kind. It sends all of them, or throws. */
export function unitSender(sqs: SQSClient, urlsOf: (kind: Kind) => UnitQueueUrls) {
  return async (kind: Kind, messages: readonly UnitMessage[]): Promise<void> => {
    const { single, batch } = urlsOf(kind);
    const isShared = (message: UnitMessage) => batch !== undefined && isLightUnit(kind, message);
    const [shared, own] = [messages.filter(isShared), messages.filter((message) => !isShared(message))];
    if (batch !== undefined && shared.length > 0) await sendAll(sqs, batch, shared);
    if (own.length > 0) await sendAll(sqs, single, own);
  };
}
