// The grants: which role may read or write which prefix. Each wildcard stands beside the reason for it.
import { Stack, Validations } from 'aws-cdk-lib';
import type { CfnApplication } from 'aws-cdk-lib/aws-emrserverless';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { IConstruct } from 'constructs';
import { keys, type Prefix } from '#core/store/keys.ts';

/** Prefixes of the files that Spark writes between its steps and at its end. A repeated start replaces them. */
const BY_SPARK = [`${keys.workFolder('*', '*')}/tables/*`, `${keys.decidedFolder('*', '*')}/*`];
const CHECKPOINTS = 'runs/*/checkpoints/*';
const ROLLED_UP = [keys.rollupEntries('*', '*', '*'), keys.rolledParts('*', '*', '*')];

export type PrefixAccess = {
  readonly read?: readonly Prefix[];
  readonly write?: readonly Prefix[];
};

/**
 * Grants reading and writing below prefixes of the data bucket, and nothing else. Deleting is granted separately. Readers may list, because
 * otherwise S3 answers 403 for a missing key.
 */
export function grantPrefixes(role: IRole, bucket: IBucket, { read = [], write = [] }: PrefixAccess): void {
  const arns = (prefixes: readonly Prefix[]) => prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`));
  if (read.length > 0) allow(role, ['s3:GetObject'], arns(read));
  if (write.length > 0) allow(role, ['s3:PutObject'], arns(write));
  if (read.length > 0) allow(role, ['s3:ListBucket'], [bucket.bucketArn]);
  for (const prefix of new Set([...read, ...write])) {
    acknowledgeObjects(
      role,
      bucket,
      `${prefix}/*`,
      `Keys under ${prefix}/ contain dataset names and ids that do not exist at deployment.`,
    );
  }
}

/** Grants reading every version of every dropped object. Without both listings, S3 answers 403 for a version that is gone. */
export function grantDropReading(role: IRole, bucket: IBucket): void {
  allow(role, ['s3:GetObject', 's3:GetObjectVersion'], [bucket.arnForObjects('*')]);
  allow(role, ['s3:ListBucket', 's3:ListBucketVersions'], [bucket.bucketArn]);
  acknowledgeObjects(role, bucket, '*', 'The user chooses the keys of the drop bucket; this role only reads them.');
}

/** Grants listing the versions of objects, without reading them. */
export function grantDropListing(role: IRole, bucket: IBucket): void {
  allow(role, ['s3:ListBucketVersions'], [bucket.bucketArn]);
}

/** Grants listing the keys and versions of the drop bucket, from which the datasets are known. */
export function grantDropNames(role: IRole, bucket: IBucket): void {
  allow(role, ['s3:ListBucket', 's3:ListBucketVersions'], [bucket.bucketArn]);
}

export function acknowledgeObjects(role: IRole, bucket: IBucket, objects: string, reason: string): void {
  const resource = bucket.node.defaultChild;
  // An imported bucket has no logical id, and its owner's rules are not known.
  if (!(resource instanceof CfnBucket)) return;
  const logicalId = Stack.of(bucket).getLogicalId(resource);
  Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${objects}]`, reason });
}

/** Acknowledges the wildcard resource of the few actions that do not support resources. */
export function acknowledgeStar(role: IConstruct, reason: string): void {
  Validations.of(role).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason });
}

/** Acknowledges a wildcard at the end of an ARN that is unknown before it exists. */
export function acknowledgeArn(role: IConstruct, arn: string, reason: string): void {
  const readable = arn.replaceAll(
    /\$\{Token\[(AWS\.\w+)\.\d+\]\}/g,
    (_, name: string) => `<${name.replace('.', '::')}>`,
  );
  Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${readable}]`, reason });
}

export function allow(role: IRole, actions: string[], resources: string[]): void {
  role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
}

/** Grants validate the removal of a refusal whose upload was planned after all. */
export function grantRefusalRemoval(role: IRole, bucket: IBucket): void {
  allow(role, ['s3:DeleteObject'], [bucket.arnForObjects('refused/*')]);
}

/** Grants tick the deletion of rolled-up objects and outdated rollups, but not of the pointer and its notes. */
export function grantRollupRemoval(role: IRole, bucket: IBucket): void {
  for (const objects of ROLLED_UP) {
    allow(role, ['s3:DeleteObject'], [bucket.arnForObjects(objects)]);
    acknowledgeObjects(
      role,
      bucket,
      objects,
      'Dataset names do not exist at deployment, and files are named by their content.',
    );
  }
}

/** Grants the trainer reading snapshots, writing runs and models, and deleting its own old checkpoints. */
export function grantTraining(role: IRole, bucket: IBucket): void {
  grantPrefixes(role, bucket, {
    read: ['snapshots', 'control', 'runs', 'models'],
    write: ['runs', 'models'],
  });
  // A lifecycle rule cannot match a folder in the middle of a key, so a run deletes its own old checkpoints.
  allow(role, ['s3:DeleteObject'], [bucket.arnForObjects(CHECKPOINTS)]);
  acknowledgeObjects(
    role,
    bucket,
    CHECKPOINTS,
    'Dataset names and run ids do not exist at deployment; only checkpoints are deleted.',
  );
}

/** Grants tick to end jobs that have waited for a host for too long. */
export function grantEndingJobs(role: IRole): void {
  const arn = Stack.of(role).formatArn({ service: 'batch', resource: 'job', resourceName: '*' });
  allow(role, ['batch:TerminateJob'], [arn]);
  allow(role, ['batch:DescribeJobs', 'batch:ListJobs'], ['*']);
  acknowledgeArn(role, arn, 'Jobs get their ids when they are submitted.');
  acknowledgeStar(role, 'Listing and describing jobs of Batch do not support resource-level permissions.');
}

/** Grants a state machine to run jobs of Batch and to end them. Without the latter, the job of a stopped execution would go on and cost money. */
export function grantJobs(machineRole: IRole): void {
  const arn = (resource: string) => Stack.of(machineRole).formatArn({ service: 'batch', resource, resourceName: '*' });
  allow(machineRole, ['batch:TerminateJob'], [arn('job')]);
  allow(machineRole, ['batch:DescribeJobs'], ['*']);
  acknowledgeArn(machineRole, arn('job'), 'Jobs get their ids when they are submitted.');
  acknowledgeArn(machineRole, arn('job-definition'), 'Revisions of the job definition; there is only one queue.');
}

/** Grants the Spark job reading features and writing decisions. It reads neither the drop bucket nor parts. */
export function grantSparkJob(role: IRole, bucket: IBucket): void {
  grantPrefixes(role, bucket, { read: ['work'], write: ['work'] });
  for (const objects of BY_SPARK) {
    allow(role, ['s3:DeleteObject', 's3:AbortMultipartUpload'], [bucket.arnForObjects(objects)]);
    acknowledgeObjects(role, bucket, objects, 'Dataset names and snapshot ids do not exist at deployment.');
  }
}

export function grantReadingAsset(role: IRole, { bucket, s3ObjectKey }: Asset): void {
  allow(role, ['s3:GetObject'], [bucket.arnForObjects(s3ObjectKey)]);
}

export function grantSparkLogs(role: IRole, { logGroupArn }: ILogGroup): void {
  allow(role, ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'], [logGroupArn]);
  allow(role, ['logs:DescribeLogGroups'], ['*']);
  acknowledgeStar(role, 'Describing log groups does not support resource-level permissions.');
}

/** Grants a state machine to run jobs of EMR Serverless, and to cancel them when the execution is stopped. */
export function grantSparkRuns(machineRole: IRole, application: CfnApplication, jobRole: IRole): void {
  const { attrArn } = application;
  allow(machineRole, ['emr-serverless:StartJobRun'], [attrArn]);
  allow(machineRole, ['emr-serverless:GetJobRun', 'emr-serverless:CancelJobRun'], [`${attrArn}/jobruns/*`]);
  Validations.of(machineRole).acknowledge({
    id: `AwsSolutions-IAM5[Resource::<${Stack.of(application).getLogicalId(application)}.Arn>/jobruns/*]`,
    reason: 'Job runs get their ids when they are started.',
  });
  const conditions = { StringEquals: { 'iam:PassedToService': 'emr-serverless.amazonaws.com' } };
  machineRole.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['iam:PassRole'], resources: [jobRole.roleArn], conditions }),
  );
  const rule = Stack.of(machineRole).formatArn({
    ...{ service: 'events', resource: 'rule' },
    resourceName: 'StepFunctionsGetEventsForEMRServerlessJobRule',
  });
  allow(machineRole, ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], [rule]);
}
