// goldpan destroy, against a stack in memory and the answers of CloudFormation and S3.
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { destroy } from '#client/operation/destroy.ts';
import { openStack, type StackState } from '#client/operation/stack.ts';
import { STACK_DESCRIPTION } from '#core/base/names.ts';
import { memoryDeployment } from './memory-deployment.ts';

const BUCKETS: Readonly<Record<string, number>> = { drop: 2_500, data: 1, logs: 0 };
const STATE: StackState = { status: 'CREATE_COMPLETE', reason: undefined, description: STACK_DESCRIPTION };

/** Deletes its stack at attempt `succeedsAt`; access logs come after each emptying before that. */
function deployed({
  succeedsAt = 1,
  description = STACK_DESCRIPTION,
}: {
  succeedsAt?: number;
  description?: string;
} = {}) {
  const log: string[] = [];
  const held: Record<string, number> = { ...BUCKETS };
  let deletions = 0;
  let state: StackState | undefined = { ...STATE, description };
  const { context } = memoryDeployment();
  const stack = {
    name: 'goldpan',
    resources: async () => [
      ...Object.keys(BUCKETS).map((name) => ({ type: 'AWS::S3::Bucket', name, stays: false })),
      { type: 'AWS::S3::Bucket', name: 'kept', stays: true },
      { type: 'AWS::ECR::Repository', name: 'images', stays: true },
    ],
    count: async (bucket: string) => ({ versions: held[bucket] ?? 0, bytes: 10 }),
    empty: async (bucket: string) => {
      log.push(`empty ${bucket}`);
      held[bucket] = 0;
      return { versions: 0, bytes: 0 };
    },
    delete: async () => {
      log.push('delete');
      deletions++;
      if (deletions < succeedsAt) held.logs = 1;
      state = { ...STATE, status: 'DELETE_IN_PROGRESS' };
    },
    state: async () => {
      if (state?.status !== 'DELETE_IN_PROGRESS') return state;
      const isEmpty = Object.values(held).every((versions) => versions === 0);
      state = isEmpty ? undefined : { ...STATE, status: 'DELETE_FAILED', reason: 'The bucket is not empty' };
      return state;
    },
  };
  return { context: { ...context, deployment: { ...context.deployment, stack } }, log };
}

test('the buckets that go are emptied before the stack is deleted; what stays is named and not touched', async () => {
  const { context, log } = deployed();
  const asked: unknown[] = [];
  const output = await destroy(context, async (planned) => asked.push(planned) > 0);
  expect(log).toEqual(['empty drop', 'empty data', 'empty logs', 'delete']);
  expect(output).toMatchObject({ destroyed: true, stays: [{ name: 'kept' }, { name: 'images' }] });
  expect(asked).toEqual([{ ...output, destroyed: false }]);
  expect(output.buckets[0]).toEqual({ name: 'drop', versions: 2_500, bytes: 10 });
});

test('nothing is deleted unless it is confirmed', async () => {
  const { context, log } = deployed();
  expect(await destroy(context, async () => false)).toMatchObject({ destroyed: false });
  expect(log).toEqual([]);
});

test('objects that come after the emptying are deleted at the next attempt; after three, it says why', async () => {
  const late = deployed({ succeedsAt: 3 });
  expect(await destroy(late.context, async () => true)).toMatchObject({ destroyed: true });
  expect(late.log.filter((line) => line === 'delete')).toHaveLength(3);
  await expect(destroy(deployed({ succeedsAt: 9 }).context, async () => true)).rejects.toThrow(
    'The bucket is not empty',
  );
});

test('a stack that holds more than goldpan is never deleted', async () => {
  const { context, log } = deployed({ description: 'my own stack' });
  await expect(destroy(context, async () => true)).rejects.toThrow(/is not goldpan's alone/);
  expect(log).toEqual([]);
});

type Sent = { readonly constructor: { readonly name: string }; readonly input: Record<string, never> };

test('what stays is what the template keeps; every page of versions and markers is deleted', async () => {
  const Resources = { Drop: { DeletionPolicy: 'Delete' }, Data: { DeletionPolicy: 'Retain' }, Fn: {} };
  const summary = (LogicalResourceId: string, ResourceType: string) => ({
    LogicalResourceId,
    ResourceType,
    PhysicalResourceId: LogicalResourceId.toLowerCase(),
  });
  const send = async ({ constructor: { name } }: Sent) =>
    name === 'GetTemplateCommand'
      ? { TemplateBody: JSON.stringify({ Resources }) }
      : {
          StackResourceSummaries: [
            summary('Drop', 'AWS::S3::Bucket'),
            summary('Data', 'AWS::S3::Bucket'),
            summary('Fn', 'AWS::Lambda::Function'),
          ],
        };
  const { CloudFormationClient: Client } = await import('@aws-sdk/client-cloudformation');
  const cloudFormation = Object.assign(Object.create(Client.prototype) as CloudFormationClient, { send });
  let left = [
    ...Array.from({ length: 1_500 }, (_, i) => ({ Key: 'a', VersionId: `v${i}`, Size: 2, marker: false })),
    { Key: 'b', VersionId: 'm', Size: 0, marker: true },
  ];
  const s3 = {
    send: async ({ constructor: { name }, input }: Sent) => {
      if (name === 'DeleteObjectsCommand') {
        const { Objects } = (input as unknown as { Delete: { Objects: { VersionId: string }[] } }).Delete;
        expect(Objects.length).toBeLessThanOrEqual(1_000);
        const gone = new Set(Objects.map(({ VersionId }) => VersionId));
        left = left.filter(({ VersionId }) => !gone.has(VersionId));
        return {};
      }
      // As S3 does, the markers name the last version of a page, whether or not it is there still.
      const { KeyMarker = '', VersionIdMarker = '' } = input as { KeyMarker?: string; VersionIdMarker?: string };
      const all = [...left].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
      const rest = all.filter((one) => nameOf(one).localeCompare(`${KeyMarker} ${VersionIdMarker}`) > 0);
      const page = rest.slice(0, 1_000);
      return {
        Versions: page.filter(({ marker }) => !marker),
        DeleteMarkers: page.filter(({ marker }) => marker),
        IsTruncated: rest.length > 1_000,
        NextKeyMarker: page.at(-1)?.Key,
        NextVersionIdMarker: page.at(-1)?.VersionId,
      };
    },
  } as unknown as S3Client;
  const stack = openStack('goldpan', { cloudFormation: async () => cloudFormation, s3: () => s3 });
  expect(await stack.resources()).toEqual([
    { type: 'AWS::S3::Bucket', name: 'drop', stays: false },
    { type: 'AWS::S3::Bucket', name: 'data', stays: true },
  ]);
  expect(await stack.count('drop')).toEqual({ versions: 1_501, bytes: 3_000 });
  expect(await stack.empty('drop')).toEqual({ versions: 1_501, bytes: 3_000 });
  expect(left).toEqual([]);
});

function nameOf({ Key, VersionId }: { Key: string; VersionId: string }): string {
  return `${Key} ${VersionId}`;
}
