// The findings of `goldpan doctor` about the account: quotas of GPUs and of Lambda, and the trainer's image.
import { type Ec2Quota, ec2Quotas } from '#core/base/aws/ec2-quotas.ts';
import { count, plural } from '#core/base/format.ts';
import { type Account, isInEcr } from './account.ts';
import type { DoctorFinding } from './output.ts';

/** Service Quotas names actions of its own; the other services are asked one thing each. */
const PERMISSION = {
  quota: 'servicequotas:GetServiceQuota and servicequotas:GetAWSDefaultServiceQuota',
  image: 'ecr:DescribeImages',
  lambda: 'lambda:GetAccountSettings',
};
const DENIED = /AccessDenied|NotAuthorized|UnauthorizedOperation/i;
/** Enough for two hosts of the smallest size, or one of the largest. */
const ASK_FOR_HOSTS = 4;
const LAMBDA_QUOTA = 'L-B99A9384';
const SPARK_QUOTA = 'L-D05C8A75';
/** A driver and one worker; the computed work for so many images (docs/scale.md), and how many batches the state machine gathers at once. */
const SPARK = { leastVcpus: 8, items: 1e8, vcpuHours: 160, gatherHours: 40, gatheredAtOnce: 100 };

/** Never throws for errors of AWS: a fact that cannot be read is a finding with `ok: null`. */
export async function accountFindings(account: Account): Promise<DoctorFinding[]> {
  return Promise.all([
    ...ec2Quotas(account.families).map((quota) => quotaFinding(account, quota)),
    ...(account.image === undefined ? [] : [imageFinding(account, account.image)]),
    lambdaFinding(account),
    ...(account.hasSpark ? [sparkFinding(account)] : []),
  ]);
}

function quotaFinding(account: Account, { code, name, purchase, leastVcpus }: Ec2Quota): Promise<DoctorFinding> {
  const subject = `EC2 quota "${name}"`;
  return known(subject, PERMISSION.quota, async () => {
    const vcpus = await account.quota('ec2', code);
    if (vcpus >= leastVcpus) return { subject, ok: true, sentence: `${vcpus} vCPU.`, next: null };
    const effect =
      purchase === 'spot'
        ? 'no training gets a spot host, and each waits 30 minutes before it goes on on demand'
        : 'a training that gets no spot host, or loses it too often, ends without a model';
    return {
      subject,
      ok: false,
      sentence: `${vcpus} vCPU, where a host needs ${leastVcpus}: ${effect}.`,
      next: `Request more: ${increase('ec2', code, leastVcpus * ASK_FOR_HOSTS)}`,
    };
  });
}

function imageFinding(account: Account, image: string): Promise<DoctorFinding> {
  const subject = 'trainer image';
  return known(subject, PERMISSION.image, async () => {
    if (!isInEcr(image))
      return {
        subject,
        ok: true,
        sentence: `${image}, which is not in Amazon ECR; its digest was not read.`,
        next: null,
      };
    const built = await account.findImage();
    const sentence = built
      ? `${image} is ${built.digest}, built ${built.pushedAt?.toISOString().replace(/\.\d+Z$/, 'Z') ?? 'at an unknown time'}.`
      : `${image} is not built yet; the next training builds it first.`;
    return { subject, ok: true, sentence, next: null };
  });
}

function lambdaFinding(account: Account): Promise<DoctorFinding> {
  const subject = 'Lambda quota "Concurrent executions"';
  return known(subject, PERMISSION.lambda, async () => {
    const [limit, wanted] = [await account.concurrentCalls(), account.calls ?? 0];
    if (limit >= wanted) return { subject, ok: true, sentence: `${limit} calls at once.`, next: null };
    return {
      subject,
      ok: false,
      sentence: `${limit} calls at once, where validating and cleaning may start ${wanted}: some are throttled and tried again, also those of the endpoint.`,
      next: `Deploy with a lower -c cleanConcurrency (2 in an account of 10), or request more: ${increase('lambda', LAMBDA_QUOTA, 1000)}`,
    };
  });
}

function sparkFinding(account: Account): Promise<DoctorFinding> {
  const subject = 'EMR Serverless quota "Max concurrent vCPUs per account"';
  return known(subject, PERMISSION.quota, async () => {
    const vcpus = await account.quota('emr-serverless', SPARK_QUOTA);
    // Not known where the permission is missing, which is a finding of its own.
    const calls = await account.concurrentCalls().catch(() => undefined);
    if (vcpus >= SPARK.leastVcpus) {
      const decided = roundedHours(SPARK.vcpuHours / vcpus);
      const gathered =
        calls === undefined
          ? ''
          : `; ${plural(calls, 'call')} of functions at once read them in ${roundedHours(SPARK.gatherHours / Math.min(calls, SPARK.gatheredAtOnce))} before`;
      const sentence = `${vcpus} vCPU: Spark decides about ${count(SPARK.items)} images in about ${decided}${gathered}.`;
      return { subject, ok: true, sentence, next: null };
    }
    return {
      subject,
      ok: false,
      sentence: `${vcpus} vCPU, where Spark needs ${SPARK.leastVcpus}: a dataset that is too large for one function is not indexed.`,
      next: `Request more: ${increase('emr-serverless', SPARK_QUOTA, SPARK.leastVcpus * ASK_FOR_HOSTS)}`,
    };
  });
}

function roundedHours(hours: number): string {
  return plural(Math.max(1, Math.round(hours)), 'hour');
}

async function known(subject: string, permission: string, find: () => Promise<DoctorFinding>): Promise<DoctorFinding> {
  try {
    return await find();
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    if (DENIED.test(name))
      return { subject, ok: null, sentence: 'not known: the permission is missing.', next: `Allow ${permission}.` };
    const [firstLine = ''] = message.split('\n');
    const sentence = `not known: the service does not answer here (${name}: ${firstLine.slice(0, 200)}).`;
    return { subject, ok: null, sentence, next: null };
  }
}

function increase(service: string, code: string, value: number): string {
  return `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${value}`;
}
