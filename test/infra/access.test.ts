// Who may write where: the grants of the template follow the table of writers, prefix by prefix.
import { expect, test } from 'vitest';
import { type Prefix, WRITERS } from '#core/store/keys.ts';
import { type Built, ofType, synth } from './synth.ts';

/** Part of a role's logical id -> the stage that it works for. */
const STAGE_OF = {
  Ingestvalidate: 'validate',
  Ingestcleanimage: 'clean',
  Ingestcleantable: 'clean',
  Ingestcleantext: 'clean',
  Ingestcleanaudio: 'clean',
  Assembleindex: 'assemble',
  AssembleContainerJobRole: 'assemble',
  AssembleSpark: 'assemble',
  AssembleMachineRole: 'assemble',
  Assemblealign: 'assemble',
  Assembleshard: 'assemble',
  Assembleseal: 'assemble',
  Ticktick: 'tick',
  TrainingBatchJobRole: 'train',
  Trainingpromote: 'promote',
  Servingsample: 'sample',
  Servingdraw: 'sample',
  ServingDrawMachineRole: 'sample',
} as const;

type Statement = { readonly Effect: string; readonly Action: string | string[]; readonly Resource: unknown };
type Grant = { readonly role: string; readonly action: string; readonly resource: string };

const built = synth();
const grants = grantsOf(built);
const objects = (bucket: string, action: string) =>
  grants.filter(
    (grant) => grant.action === action && new RegExp(`^<Storage${bucket}\\w+\\.Arn>/`).test(grant.resource),
  );

test('each prefix is written by the stage that the table names, and by no other', () => {
  const written = objects('Data', 's3:PutObject').map(({ role, resource }) => ({
    prefix: resource.replace(/^<\w+\.Arn>\/([^/]+)\/.*$/, '$1') as Prefix,
    stage: stageOf(role),
  }));
  expect(written.length).toBeGreaterThan(8);
  for (const { prefix, stage } of written) expect(`${prefix} by ${stage}`).toBe(`${prefix} by ${WRITERS[prefix]}`);
  const byStages = Object.entries(WRITERS).flatMap(([prefix, writer]) => (writer === 'user' ? [] : [prefix]));
  expect(new Set(written.map(({ prefix }) => prefix))).toEqual(new Set(byStages));
});

test('no one writes to the bucket that triggers the pipeline', () => {
  expect(
    grants.filter(({ action, resource }) => /^s3:(Put|Delete)/.test(action) && resource.includes('StorageDrop')),
  ).toEqual([]);
});

test('a training may delete its checkpoints, tick what it rolled up, validate a refusal, and nobody anything else; nobody has a whole service', () => {
  const deleting = grants.filter(({ action }) => /Delete|\*/.test(action) && action.startsWith('s3:'));
  expect(deleting.map(({ role, resource }) => [stageOf(role), resource.replace(/^<\w+\.Arn>\//, '')]).sort()).toEqual([
    ['assemble', 'work/*/*/decided/*'],
    ['assemble', 'work/*/*/tables/*'],
    ['tick', 'rollups/*/*/*.json.gz'],
    ['tick', 'rollups/*/*/*.parquet'],
    ['train', 'runs/*/checkpoints/*'],
    ['validate', 'refused/*'],
  ]);
  expect(grants.filter(({ action }) => /(^|:)\*$/.test(action))).toEqual([]);
});

test('table schemas are written by the function that cleans tables alone, and read by it and by index', () => {
  const touching = (action: string) =>
    objects('Data', action).flatMap(({ role, resource }) => (resource.includes('/schemas/') ? [role] : []));
  expect(touching('s3:PutObject')).toEqual([expect.stringMatching(/^Ingestcleantable/)]);
  expect(touching('s3:GetObject')).toEqual([
    expect.stringMatching(/^Ingestcleantable/),
    expect.stringMatching(/^AssembleSparkgather/),
    expect.stringMatching(/^AssembleSparkreport/),
    expect.stringMatching(/^Assembleindex/),
    expect.stringMatching(/^AssembleContainerJobRole/),
  ]);
});

test('a container that indexes may do what the function may; the machine reads its answer and the lists of its maps, and writes what those gave', () => {
  const bucketsOf = (role: RegExp) =>
    grants
      .filter((grant) => role.test(grant.role) && grant.action.startsWith('s3:'))
      .map(({ action, resource }) => `${action} ${resource}`)
      .sort();
  const ofJob = bucketsOf(/^AssembleContainerJobRole/);
  expect(ofJob.length).toBeGreaterThan(8);
  expect(ofJob).toEqual(bucketsOf(/^Assembleindex/));
  const maps = ['gathered', 'written'].flatMap((results) =>
    ['AbortMultipartUpload', 'GetObject', 'ListMultipartUploadParts', 'PutObject'].map(
      (action) => `s3:${action} work/*/${results}/*/*`,
    ),
  );
  const lists = ['snapshots/*/*/indexed.json', 'work/*/*/shards.json', 'work/*/*/batches.json'];
  expect(bucketsOf(/^AssembleMachineRole/).map((grant) => grant.replace(/<StorageData\w+\.Arn>\//, ''))).toEqual(
    [...maps, ...lists.map((list) => `s3:GetObject ${list}`)].sort(),
  );
});

test('the job of Spark reads and writes work/ alone, and nothing of the drop bucket', () => {
  const ofJob = grants.filter(({ role }) => /^AssembleSparkJobRole/.test(role));
  const touched = ofJob.flatMap(({ action, resource }) =>
    /^<Storage/.test(resource) ? [`${action} ${resource.replace(/^<Storage([A-Z][a-z]+)\w+\.Arn>/, '$1')}`] : [],
  );
  expect(touched.sort()).toEqual([
    's3:AbortMultipartUpload Data/work/*/*/decided/*',
    's3:AbortMultipartUpload Data/work/*/*/tables/*',
    's3:DeleteObject Data/work/*/*/decided/*',
    's3:DeleteObject Data/work/*/*/tables/*',
    's3:GetObject Data/work/*',
    's3:ListBucket Data',
    's3:PutObject Data/work/*',
  ]);
});

test('each stage reads what it has to, and no more', () => {
  const read = (stage: string) =>
    [
      ...new Set(
        objects('Data', 's3:GetObject').flatMap(({ role, resource }) =>
          stageOf(role) === stage ? [resource.replace(/^<\w+\.Arn>\/([a-z]+)\/.*$/, '$1')] : [],
        ),
      ),
    ].sort();
  expect({
    validate: read('validate'),
    clean: read('clean'),
    assemble: read('assemble'),
    tick: read('tick'),
    train: read('train'),
    promote: read('promote'),
    sample: read('sample'),
  }).toEqual({
    validate: ['config', 'refused', 'uploads', 'verdicts', 'waivers'],
    clean: ['config', 'schemas', 'verdicts', 'waivers'],
    assemble: [
      'config',
      'ledger',
      'parts',
      'quarantine',
      'refused',
      'rollups',
      'schemas',
      'snapshots',
      'verdicts',
      'work',
    ],
    tick: ['config', 'parts', 'refused', 'rollups', 'runs', 'snapshots', 'verdicts'],
    train: ['control', 'models', 'runs', 'snapshots'],
    promote: ['models', 'registry', 'runs'],
    sample: ['control', 'exports', 'models', 'registry'],
  });
});

test('dropped objects are read by validate and clean; the versions are listed by validate, assemble and tick', () => {
  expect(new Set(objects('Drop', 's3:GetObjectVersion').map(({ role }) => stageOf(role)))).toEqual(
    new Set(['validate', 'clean']),
  );
  const listing = grants.filter(
    ({ action, resource }) => action === 's3:ListBucketVersions' && resource.includes('StorageDrop'),
  );
  expect([...new Set(listing.map(({ role }) => stageOf(role)))]).toEqual(['validate', 'clean', 'assemble', 'tick']);
});

test('no function sends to a queue that it consumes: Lambda cuts such a loop, and what a call sent before it died comes back twice', () => {
  for (const name of ['batch', 'worker']) {
    const set = name === 'batch' ? built : synth({ compute: 'worker' });
    const roleOf = new Map(
      ofType(set, 'AWS::Lambda::Function').map(([id, { Properties }]) => [id, Properties.Role['Fn::GetAtt'][0]]),
    );
    const consumed = ofType(set, 'AWS::Lambda::EventSourceMapping').map(
      ([, { Properties }]) =>
        `${roleOf.get(Properties.FunctionName.Ref)} <${Properties.EventSourceArn['Fn::GetAtt'][0]}.Arn>`,
    );
    const sending = grantsOf(set).filter(({ action }) => action === 'sqs:SendMessage');
    const sent = sending.map(({ role, resource }) => `${role} ${resource}`);
    expect(consumed.length, name).toBeGreaterThan(5);
    expect(sent.length, name).toBeGreaterThan(5);
    expect(
      sent.filter((one) => consumed.includes(one)),
      name,
    ).toEqual([]);
  }
});

test('every role that reads a bucket may list it, so that S3 answers 404, not 403, for what is missing', () => {
  for (const bucket of ['Drop', 'Data']) {
    const mayList = (action: string) =>
      new Set(
        grants.flatMap((grant) =>
          grant.action === action && new RegExp(`^<Storage${bucket}\\w+\\.Arn>$`).test(grant.resource)
            ? [grant.role]
            : [],
        ),
      );
    for (const [read, list] of [
      ['s3:GetObject', 's3:ListBucket'],
      ['s3:GetObjectVersion', 's3:ListBucketVersions'],
    ] as const) {
      // The machines read what their own steps wrote before.
      const reading = objects(bucket, read).filter(({ role }) => !/MachineRole/.test(role));
      if (bucket === 'Drop') expect(reading.length).toBeGreaterThan(4);
      for (const { role } of reading) expect(mayList(list), `${role} ${read}`).toContain(role);
    }
  }
});

test('every role serves one function, one task or one machine, without policies of AWS', () => {
  for (const [id, { Properties }] of ofType(built, 'AWS::IAM::Role')) {
    expect(Properties.ManagedPolicyArns, id).toBeUndefined();
    expect(Properties.AssumeRolePolicyDocument.Statement, id).toHaveLength(1);
  }
  const used = ofType(built, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties.Role['Fn::GetAtt'][0]);
  expect(new Set(used).size).toBe(used.length);
});

const INGEST_QUEUES = [
  'CleanAudioQueueBatches',
  'CleanAudioQueue',
  'CleanImageQueueBatches',
  'CleanImageQueue',
  'CleanTableQueue',
  'CleanTextQueueBatches',
  'CleanTextQueue',
  'ValidateQueueBatches',
  'ValidateQueue',
];

test('tick counts the messages of the ingest, asks validate and starts assemble, and speaks to nobody else', () => {
  const own = grants.filter(({ role }) => stageOf(role) === 'tick');
  const beyondBuckets = own.filter(({ action }) => !/^(s3|logs|xray):/.test(action));
  expect(beyondBuckets.map(({ action, resource }) => [action, resource.replace(/[0-9A-F]{8}/g, '')]).sort()).toEqual(
    [
      ['sqs:SendMessage', '<IngestValidateQueueBatches.Arn>'],
      ...INGEST_QUEUES.map((queue) => ['sqs:GetQueueAttributes', `<Ingest${queue}.Arn>`]),
      ['states:StartExecution', '<AssembleMachine>'],
      // Trainings that wait for a host for too long.
      ['batch:DescribeJobs', '*'],
      ['batch:ListJobs', '*'],
      ['batch:TerminateJob', expect.stringMatching(/:job\/\*$/)],
    ].sort(),
  );
  const ofWorkers = grantsOf(synth({ compute: 'worker' })).filter(({ role }) => stageOf(role) === 'tick');
  expect(ofWorkers.filter(({ action }) => action.startsWith('batch:'))).toEqual([]);
});

test('a role is handed on by the machine that starts Spark alone: that of its job, and to EMR Serverless', () => {
  expect(grants.filter(({ action }) => action === 'iam:PassRole')).toEqual([
    {
      action: 'iam:PassRole',
      resource: expect.stringMatching(/^<AssembleSparkJobRole\w+\.Arn>$/),
      role: expect.stringMatching(/^AssembleMachineRole/),
    },
  ]);
  expect(JSON.stringify(built.resources)).toContain(
    '"Condition":{"StringEquals":{"iam:PassedToService":"emr-serverless.amazonaws.com"}}',
  );
});

function grantsOf(of: Built): Grant[] {
  return ofType(of, 'AWS::IAM::Policy').flatMap(([, { Properties }]) =>
    (Properties.PolicyDocument.Statement as Statement[]).flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) =>
          [Resource]
            .flat()
            .map((resource) => ({ role: String(Properties.Roles[0].Ref), action, resource: text(resource) })),
        ),
    ),
  );
}

/** An ARN as one reads it: `<LogicalId.Arn>/prefix/*`. */
function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const {
    Ref,
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
  } = value as {
    Ref?: string;
    'Fn::GetAtt'?: string[];
    'Fn::Join'?: [string, unknown[]];
  };
  if (join) return join[1].map(text).join(join[0]);
  return attribute ? `<${attribute.join('.')}>` : `<${Ref}>`;
}

function stageOf(role: string): string {
  return Object.entries(STAGE_OF).find(([prefix]) => role.startsWith(prefix))?.[1] ?? `nobody's (${role})`;
}
