// The CloudFormation stack of a deployment: its resources, those that are kept, and its deletion.
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { S3Client } from '@aws-sdk/client-s3';
import { countVersions, type Emptied, emptyBucket } from '#core/store/empty-bucket.ts';

const BUCKET = 'AWS::S3::Bucket';
/** Types of resources that hold user data, or cost money, after the stack is deleted. */
const HOLDS_DATA = [BUCKET, 'AWS::ECR::Repository'];

/** `stays`: the template keeps it when the stack is deleted. */
export type StackResource = { readonly type: string; readonly name: string; readonly stays: boolean };
export type StackState = {
  readonly status: string;
  readonly reason: string | undefined;
  readonly description: string | undefined;
};
export type StackControl = {
  readonly name: string;
  /** The buckets and image repositories that the stack created, without buckets that it was given. */
  resources(): Promise<StackResource[]>;
  count(bucket: string): Promise<Emptied>;
  empty(bucket: string): Promise<Emptied>;
  /** Starts the deletion, or does nothing if it is in progress. */
  delete(): Promise<void>;
  /** Returns undefined if the stack no longer exists. */
  state(): Promise<StackState | undefined>;
};

export function openStack(
  name: string,
  clients: { readonly cloudFormation: () => Promise<CloudFormationClient>; readonly s3: () => S3Client },
): StackControl {
  const { s3 } = clients;
  return {
    name,
    async resources() {
      const { GetTemplateCommand, paginateListStackResources } = await import('@aws-sdk/client-cloudformation');
      const client = await clients.cloudFormation();
      const { TemplateBody = '{}' } = await client.send(new GetTemplateCommand({ StackName: name }));
      const { Resources = {} } = JSON.parse(TemplateBody) as {
        Resources?: Record<string, { DeletionPolicy?: string }>;
      };
      const found: StackResource[] = [];
      for await (const page of paginateListStackResources({ client }, { StackName: name }))
        for (const { ResourceType, LogicalResourceId, PhysicalResourceId } of page.StackResourceSummaries ?? [])
          if (ResourceType && PhysicalResourceId && HOLDS_DATA.includes(ResourceType))
            found.push({
              type: ResourceType,
              name: PhysicalResourceId,
              stays: Resources[LogicalResourceId ?? '']?.DeletionPolicy !== 'Delete',
            });
      return found;
    },
    count: (bucket) => countVersions(s3(), bucket),
    empty: (bucket) => emptyBucket(s3(), bucket),
    async delete() {
      const { DeleteStackCommand } = await import('@aws-sdk/client-cloudformation');
      await (await clients.cloudFormation()).send(new DeleteStackCommand({ StackName: name }));
    },
    async state() {
      const { DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
      try {
        const { Stacks } = await (await clients.cloudFormation()).send(new DescribeStacksCommand({ StackName: name }));
        const [stack] = Stacks ?? [];
        if (!stack || stack.StackStatus === 'DELETE_COMPLETE') return undefined;
        const { StackStatus = '', StackStatusReason: reason, Description: description } = stack;
        return { status: StackStatus, reason, description };
      } catch (error) {
        if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
        throw error;
      }
    },
  };
}

export function isBucket({ type }: StackResource): boolean {
  return type === BUCKET;
}
