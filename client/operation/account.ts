// Reads the quotas of the AWS account and the image of its trainer, for `goldpan doctor` only.
import type { ECRClient } from '@aws-sdk/client-ecr';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { KINDS, OUTPUT } from '#core/base/names.ts';

const ECR_URI =
  /^(?<registry>\d{12})\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com[a-z.]*\/(?<repository>[^:@]+)[:@](?<id>.+)$/;

/** digest: `sha256:` and 64 digits. */
export type BuiltImage = { readonly digest: string; readonly pushedAt: Date | undefined };
export type Account = {
  /** Maximum concurrent calls of the ingest's functions; undefined if the stack does not state it. */
  readonly calls: number | undefined;
  /** URI of the trainer's image, and the instance families of its hosts; undefined if workers train. */
  readonly image: string | undefined;
  readonly families: readonly string[];
  /** Whether the stack indexes large datasets on EMR Serverless. */
  readonly hasSpark: boolean;
  /** Returns the quota of the service with this code, in vCPUs. */
  quota(service: 'ec2' | 'emr-serverless', code: string): Promise<number>;
  /** Returns undefined while the image is not in its repository. Not to be called for an image outside of Amazon ECR. */
  findImage(): Promise<BuiltImage | undefined>;
  /** Returns how many calls of Lambda functions the account may run at once. */
  concurrentCalls(): Promise<number>;
};

export type AccountClients = {
  readonly quotas: () => Promise<ServiceQuotasClient>;
  readonly images: () => Promise<ECRClient>;
  readonly functions: () => Promise<LambdaClient>;
};

export function isInEcr(image: string): boolean {
  return ECR_URI.test(image);
}

/** Each client is created when it is first used; every method can throw errors of AWS. */
export function openAccount(outputs: Readonly<Record<string, string>>, clients: AccountClients): Account {
  const image = outputs[OUTPUT.trainerImage];
  const concurrency = outputs[OUTPUT.cleanConcurrency];
  return {
    calls: concurrency === undefined ? undefined : Number(concurrency) * (KINDS.length + 1),
    image,
    families: outputs[OUTPUT.trainingHosts]?.split(',') ?? [],
    hasSpark: outputs[OUTPUT.sparkApplication] !== undefined,
    async quota(ServiceCode, QuotaCode) {
      const sdk = await import('@aws-sdk/client-service-quotas');
      const client = await clients.quotas();
      const asked = { ServiceCode, QuotaCode };
      const answer = await client.send(new sdk.GetServiceQuotaCommand(asked)).catch((error: unknown) => {
        // The account has no value of its own for a quota that was never changed.
        if (nameOf(error) !== 'NoSuchResourceException') throw error;
        return client.send(new sdk.GetAWSDefaultServiceQuotaCommand(asked));
      });
      return answered(answer.Quota?.Value);
    },
    async findImage() {
      const { registry, repository = '', id = '' } = ECR_URI.exec(image ?? '')?.groups ?? {};
      const { DescribeImagesCommand } = await import('@aws-sdk/client-ecr');
      const imageIds = [id.startsWith('sha256:') ? { imageDigest: id } : { imageTag: id }];
      const command = new DescribeImagesCommand({ registryId: registry, repositoryName: repository, imageIds });
      try {
        const [found] = (await (await clients.images()).send(command)).imageDetails ?? [];
        return found?.imageDigest ? { digest: found.imageDigest, pushedAt: found.imagePushedAt } : undefined;
      } catch (error) {
        if (nameOf(error) === 'ImageNotFoundException') return undefined;
        throw error;
      }
    },
    async concurrentCalls() {
      const { GetAccountSettingsCommand } = await import('@aws-sdk/client-lambda');
      const { AccountLimit } = await (await clients.functions()).send(new GetAccountSettingsCommand({}));
      return answered(AccountLimit?.ConcurrentExecutions);
    },
  };
}

function answered(value: number | undefined): number {
  if (value === undefined) throw new Error('the answer has no value');
  return value;
}

function nameOf(error: unknown): string | undefined {
  return error instanceof Error ? error.name : undefined;
}
