// Prints the output of `goldpan destroy`, before and after.
import type { DestroyOutput } from '#client/operation/output.ts';
import { plural } from '#core/base/format.ts';
import { fileSize } from '../terminal/format.ts';

export function describeDestruction({ stack, buckets, stays }: DestroyOutput): string {
  return [
    `The stack ${stack} will be deleted with its functions, queues, state machines and logs.`,
    ...(buckets.length > 0
      ? ['These buckets will be emptied and deleted, older versions included; nothing can be restored:']
      : []),
    ...buckets.map(
      ({ name, versions, bytes }) => `  ${name}: ${plural(versions, 'object version')}, ${fileSize(bytes)}`,
    ),
    ...stayLines({ stays }),
  ].join('\n');
}

export function printDestroyed({ stack, stays, destroyed }: DestroyOutput): string {
  if (!destroyed) return 'Nothing was deleted.';
  return [`The stack ${stack} is deleted.`, ...stayLines({ stays })].join('\n');
}

function stayLines({ stays }: Pick<DestroyOutput, 'stays'>): string[] {
  if (stays.length === 0) return [];
  const lines = stays.map(({ type, name }) => `  ${type} ${name}`);
  return ['These stay, with everything in them (deploy with -c removal=destroy to delete them, too):', ...lines];
}
