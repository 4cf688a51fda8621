// What the template promises, whatever the options: closed doors, no lost message, no custom resource.
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cleanQueueNames, ENV, KINDS, OUTPUT, STACK_NAME } from '#core/base/names.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { type Built, build, OPTION_SETS, ofType, type Resource, ROOT, synth } from './synth.ts';

/** Only workers read a queue; AWS Batch has its own. */
const TRAINING_QUEUES: readonly string[] = [OUTPUT.trainingQueueUrl, OUTPUT.trainingDeadLetterQueueUrl];
/** Only of AWS Batch. */
const TRAINING_HOSTS: readonly string[] = [OUTPUT.trainerImage, OUTPUT.trainingHosts, OUTPUT.sparkApplication];
const CLEANERS = KINDS.map((kind) => `clean-${kind}`);
const FUNCTIONS = ['validate', ...CLEANERS, 'index', 'align', 'shard', 'seal', 'tick', 'promote', 'sample', 'draw'];
/** Only where EMR Serverless is. */
const OF_SPARK = ['gather', 'report'];
/** Never made by CloudFormation of the emulators, or only with a container engine. */
const NOT_IN_WORKER = /^(AWS::(Batch|EC2|ECR|CodeBuild|KMS|ApiGateway.*|StepFunctions::Activity)|Custom)::/;
const worker = synth({ compute: 'worker' });
const batch = synth();

describe.each(Object.entries(OPTION_SETS))('with %s', (_, options) => {
  const built = synth(options);
  const functions = options.compute === 'worker' ? FUNCTIONS : [...FUNCTIONS, ...OF_SPARK];

  test('there are no custom resources and no functions but ours', () => {
    const types = Object.values(built.resources).map(({ Type }) => Type);
    expect(types.filter((type) => /^Custom::|CustomResource/.test(type))).toEqual([]);
    expect(types.filter((type) => type === 'AWS::Lambda::Function')).toHaveLength(functions.length);
  });

  test('every bucket is encrypted, private, owned by the account and speaks TLS only', () => {
    const buckets = ofType(built, 'AWS::S3::Bucket');
    expect(buckets).toHaveLength(3);
    for (const [id, { Properties }] of buckets) {
      expect(Properties.BucketEncryption.ServerSideEncryptionConfiguration, id).toHaveLength(1);
      expect(Object.values(Properties.PublicAccessBlockConfiguration), id).toEqual([true, true, true, true]);
      expect(Properties.OwnershipControls.Rules, id).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
      expect(Properties.LifecycleConfiguration.Rules, id).toContainEqual(
        expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
      );
      expect(deniesPlainHttp(ofType(built, 'AWS::S3::BucketPolicy'), 'Bucket', id), id).toBe(true);
    }
  });

  test('every queue is encrypted, speaks TLS only and has an end for its poison', () => {
    const queues = ofType(built, 'AWS::SQS::Queue');
    const ends = new Set(
      queues.flatMap(([, { Properties }]) => Properties.RedrivePolicy?.deadLetterTargetArn['Fn::GetAtt'][0] ?? []),
    );
    ends.add(dropRule(built)?.Properties.Targets[0].DeadLetterConfig.Arn['Fn::GetAtt'][0]);
    // A batch queue ends in the queue of single messages, which is worked on like any other.
    for (const [id, { Properties }] of queues) if (Properties.RedrivePolicy) ends.delete(id);
    expect(ends.size).toBe(CLEANERS.length + (options.compute === 'worker' ? 3 : 2));
    for (const [id, { Properties }] of queues) {
      expect(Properties.SqsManagedSseEnabled, id).toBe(true);
      expect(Properties.RedrivePolicy !== undefined || ends.has(id), id).toBe(true);
      const isBatch =
        Properties.RedrivePolicy && !ends.has(Properties.RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]);
      if (isBatch) expect(Properties.RedrivePolicy.maxReceiveCount, id).toBe(1);
      else if (Properties.RedrivePolicy) expect(Properties.RedrivePolicy.maxReceiveCount, id).toBeGreaterThanOrEqual(5);
      expect(deniesPlainHttp(ofType(built, 'AWS::SQS::QueuePolicy'), 'Queues', id), id).toBe(true);
    }
    expect(alarmed(built, 'ApproximateNumberOfMessagesVisible')).toEqual(ends);
    const worked = ofType(built, 'AWS::Lambda::EventSourceMapping').map(
      ([, { Properties }]) => Properties.EventSourceArn['Fn::GetAtt'][0] as string,
    );
    expect(alarmed(built, 'ApproximateAgeOfOldestMessage')).toEqual(new Set(worked));
  });

  test('every function is Node 22 on x86_64, traced, with limits, a kept log and the variables that its code reads', () => {
    for (const [id, { Properties }] of ofType(built, 'AWS::Lambda::Function')) {
      expect(Properties, id).toMatchObject({
        Runtime: 'nodejs22.x',
        Architectures: ['x86_64'],
        TracingConfig: { Mode: 'Active' },
      });
      expect(Properties.MemorySize, id).toBeGreaterThanOrEqual(512);
      expect(Properties.Timeout, id).toBeGreaterThanOrEqual(30);
      expect(built.resources[Properties.LoggingConfig.LogGroup.Ref]?.Properties.RetentionInDays, id).toBe(30);
      const name = functions.find((folder) => id.includes(`${folder.replace('-', '')}Function`)) as string;
      // Without AWS Batch there are no job queues and no Spark, and these are read only where they are.
      const absent: string[] = options.compute === 'worker' ? [ENV.trainingJobQueues, ENV.hasSpark] : [];
      const read = variablesRead(name).filter((variable) => !absent.includes(variable));
      expect(Object.keys(Properties.Environment.Variables).sort(), id).toEqual(read);
    }
  });

  test('a function that fails, calls that are throttled or dropped, executions that end badly and a tick that stands still raise an alarm', () => {
    const names = (type: string) => new Set(ofType(built, type).map(([id]) => id));
    const functions = names('AWS::Lambda::Function');
    expect(alarmed(built, 'Errors')).toEqual(functions);
    const throttled = [...functions].filter((id) => /validate|clean|sample/.test(id));
    expect(alarmed(built, 'Throttles')).toEqual(new Set(throttled));
    const chained = [...functions].filter((id) => /validate|clean/.test(id));
    expect(alarmed(built, 'RecursiveInvocationsDropped')).toEqual(new Set(chained));
    for (const metric of ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'])
      expect(alarmed(built, metric), metric).toEqual(names('AWS::StepFunctions::StateMachine'));
    const [silent] = ofType(built, 'AWS::CloudWatch::Alarm').filter(
      ([, { Properties }]) => Properties.MetricName === 'Invocations',
    );
    expect(silent?.[1].Properties).toMatchObject({
      Dimensions: [{ Value: { Ref: expect.stringContaining('tick') } }],
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });

  test('nobody reaches the endpoint unsigned', () => {
    expect(ofType(built, 'AWS::Lambda::Url').map(([, { Properties }]) => Properties.AuthType)).toEqual(['AWS_IAM']);
    const permissions = ofType(built, 'AWS::Lambda::Permission');
    expect(permissions.filter(([, { Properties }]) => Properties.Principal === '*')).toEqual([]);
  });

  test('the outputs are those that the command line reads', () => {
    const absent = options.compute === 'worker' ? TRAINING_HOSTS : TRAINING_QUEUES;
    const expected = Object.values(OUTPUT).filter((name) => !absent.includes(name));
    const queues = KINDS.flatMap((kind) => {
      const { output, batchOutput, deadLetterOutput } = cleanQueueNames(kind);
      return [output, deadLetterOutput, ...(definitionOf(kind).cleaner.lightBytes > 0 ? [batchOutput] : [])];
    });
    expect(Object.keys(built.template.toJSON().Outputs).sort()).toEqual([...expected, ...queues].sort());
  });
});

test('a batch that was throttled does not come back while it may still run', () => {
  const mappings = ofType(worker, 'AWS::Lambda::EventSourceMapping');
  // A queue of single messages each, and a batch queue of all but the tables.
  expect(mappings).toHaveLength(2 * (1 + CLEANERS.length) - 1);
  for (const [id, { Properties }] of mappings) {
    const fn = worker.resources[Properties.FunctionName.Ref]?.Properties;
    const queue = worker.resources[Properties.EventSourceArn['Fn::GetAtt'][0]]?.Properties;
    expect(queue?.VisibilityTimeout, id).toBeGreaterThanOrEqual(6 * fn?.Timeout);
    expect(Properties.FunctionResponseTypes, id).toEqual(['ReportBatchItemFailures']);
    expect(Properties.ScalingConfig.MaximumConcurrency, id).toBeGreaterThanOrEqual(2);
    // Messages share a call only once: what comes back goes on to the queue of single messages.
    expect([1, 10], id).toContain(Properties.BatchSize);
    expect(Properties.BatchSize === 1, id).toBe((queue?.RedrivePolicy.maxReceiveCount ?? 0) >= 5);
    const next = worker.resources[queue?.RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]]?.Properties;
    if (Properties.BatchSize > 1) expect(next?.VisibilityTimeout, id).toBe(queue?.VisibilityTimeout);
  }
});

test('the drop bucket is versioned and speaks to EventBridge; the data bucket does neither', () => {
  const [drop, data] = ['StorageDrop', 'StorageData'].map(
    (prefix) => ofType(worker, 'AWS::S3::Bucket').find(([id]) => id.startsWith(prefix))?.[1].Properties,
  );
  expect(drop).toMatchObject({
    VersioningConfiguration: { Status: 'Enabled' },
    NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
  });
  expect(data).not.toHaveProperty('VersioningConfiguration');
  expect(data).not.toHaveProperty('NotificationConfiguration');
  expect(dropRule(worker)?.Properties.EventPattern).toMatchObject({
    source: ['aws.s3'],
    'detail-type': ['Object Created', 'Object Deleted'],
  });
});

test('tick comes every five minutes and has no more time than that', () => {
  const rules = ofType(worker, 'AWS::Events::Rule').filter(([, { Properties }]) => Properties.ScheduleExpression);
  expect(rules.map(([, { Properties }]) => Properties.ScheduleExpression)).toEqual(['rate(5 minutes)']);
  const target = rules[0]?.[1].Properties.Targets[0].Arn['Fn::GetAtt'][0];
  expect(target).toMatch(/^TicktickFunction/);
  expect(worker.resources[target]?.Properties.Timeout).toBeLessThanOrEqual(300);
});

test('with a worker nothing is made that an emulator lacks', () => {
  expect(
    [...new Set(Object.values(worker.resources).map(({ Type }) => Type))].filter((type) => NOT_IN_WORKER.test(type)),
  ).toEqual([]);
});

test('buckets outlive the stack unless asked otherwise', () => {
  const policies = (options: Record<string, string>) =>
    new Set(ofType(synth(options), 'AWS::S3::Bucket').map(([, { DeletionPolicy }]) => DeletionPolicy));
  expect(policies({})).toEqual(new Set(['Retain']));
  expect(policies({ compute: 'worker', removal: 'destroy' })).toEqual(new Set(['Delete']));
  expect(policies(OPTION_SETS['worker, every option'] ?? {})).toEqual(new Set(['Delete']));
});

test('an image repository that goes with the stack goes with its images: CloudFormation deletes none that has any', () => {
  const repository = (options: Record<string, string>) =>
    ofType(synth(options), 'AWS::ECR::Repository').map(([, one]) => [one.DeletionPolicy, one.Properties.EmptyOnDelete]);
  expect(repository({ removal: 'destroy' })).toEqual([['Delete', true]]);
  expect(repository({}).map(([policy]) => policy)).toEqual(['Retain']);
});

test('pages read the data bucket only from the origins that are named', () => {
  const [none, named] = [synth({}), synth(OPTION_SETS['worker, every option'])].map((built) =>
    ofType(built, 'AWS::S3::Bucket').flatMap(([id, { Properties }]) =>
      Properties.CorsConfiguration ? [[id.replace(/[0-9A-F]{8}$/, ''), Properties.CorsConfiguration.CorsRules]] : [],
    ),
  );
  expect(none).toEqual([]);
  const AllowedOrigins = ['http://localhost:8000', 'https://www.example.org'];
  expect(named).toEqual([['StorageData', [expect.objectContaining({ AllowedMethods: ['GET'], AllowedOrigins })]]]);
});

test('a stage has a stack of its own', () => {
  expect(batch.stack.stackName).toBe(STACK_NAME);
  expect(synth(OPTION_SETS['worker, every option']).stack.stackName).toBe(`${STACK_NAME}-dev`);
});

test.each([
  [{ compute: 'gpu' }, /compute=gpu.*batch, worker/],
  [{ network: 'public' }, /network=public/],
  [{ cleanConcurrency: '1' }, /cleanConcurrency=1 .*from 2/],
  [{ stage: 'Prod!' }, /stage=Prod!/],
  [{ browserOrigins: '*' }, /browserOrigins=\* .*scheme and the host/],
])('an option outside its range stops the synthesis: %o', (options, message) => {
  expect(() => synth(options as Record<string, string>)).toThrow(message);
});

test("CloudFormation's schemas and best practices find nothing", () => {
  process.env.CDK_VALIDATION = 'true';
  try {
    const strict = { '@aws-cdk/core:validateAgainstDefaultRules': true };
    build({ network: 'private' }, strict);
    build({ compute: 'worker' }, strict);
  } finally {
    process.env.CDK_VALIDATION = 'false';
  }
});

function deniesPlainHttp(policies: [string, Resource][], property: string, id: string): boolean {
  return policies.some(
    ([, { Properties }]) =>
      JSON.stringify(Properties[property]).includes(`"Ref":"${id}"`) &&
      Properties.PolicyDocument.Statement.some(
        ({ Effect, Condition }: { Effect: string; Condition?: { Bool?: Record<string, string> } }) =>
          Effect === 'Deny' && Condition?.Bool?.['aws:SecureTransport'] === 'false',
      ),
  );
}

function dropRule(built: Built): Resource | undefined {
  return ofType(built, 'AWS::Events::Rule').find(([, { Properties }]) => Properties.EventPattern)?.[1];
}

/** The variables that a function's handler names, as they are called in the environment. */
function variablesRead(name: string): string[] {
  const files = globSync(`functions/${name}/**/*.ts`, { cwd: ROOT });
  const source = files.map((file) => readFileSync(resolve(ROOT, file), 'utf8')).join('\n');
  const read = [...source.matchAll(/\bENV\.(\w+)/g)].map((match) => ENV[match[1] as keyof typeof ENV]);
  const queues = source.includes('cleanQueueNames(kind)')
    ? KINDS.flatMap((kind) => {
        const { variable, batchVariable } = cleanQueueNames(kind);
        return definitionOf(kind).cleaner.lightBytes > 0 ? [variable, batchVariable] : [variable];
      })
    : [];
  const retries = source.includes('queueHandler(') ? [ENV.retryBaseSeconds] : [];
  return [...new Set([...read, ...queues, ...retries])].sort();
}

test('old versions of drops are kept 30 days, the quarantine 90, exports and work 7; nothing else of the data expires', () => {
  const rulesOf = (id: string) => {
    const [, bucket] = ofType(worker, 'AWS::S3::Bucket').find(([name]) => name.includes(id)) ?? [];
    return bucket?.Properties.LifecycleConfiguration.Rules as readonly Record<string, unknown>[];
  };
  const enabled = { Status: 'Enabled' };
  const abort = { ...enabled, Id: 'abort-uploads', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } };
  expect(rulesOf('Drop')).toEqual([
    abort,
    {
      ...enabled,
      Id: 'old-versions',
      NoncurrentVersionExpiration: { NoncurrentDays: 30 },
      ExpiredObjectDeleteMarker: true,
    },
  ]);
  expect(rulesOf('Data')).toEqual([
    abort,
    { ...enabled, Id: 'quarantine', Prefix: 'quarantine/', ExpirationInDays: 90 },
    { ...enabled, Id: 'exports', Prefix: 'exports/', ExpirationInDays: 7 },
    { ...enabled, Id: 'work', Prefix: 'work/', ExpirationInDays: 7 },
  ]);
  expect(rulesOf('AccessLogs')).toEqual([abort, { ...enabled, Id: 'expire', ExpirationInDays: 90 }]);
});

/** The logical ids of what an alarm watches by this metric: queues, functions, machines. */
function alarmed(built: Built, metric: string): Set<string> {
  const alarms = ofType(built, 'AWS::CloudWatch::Alarm').filter(
    ([, { Properties }]) => Properties.MetricName === metric,
  );
  return new Set(
    alarms.flatMap(([, { Properties }]) =>
      Properties.Dimensions.map(({ Value }: { Value: Record<string, string | string[]> }) =>
        typeof Value.Ref === 'string' ? Value.Ref : Value['Fn::GetAtt']?.[0],
      ),
    ),
  );
}
