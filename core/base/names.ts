// Names shared by the infrastructure and the code: kinds, environment variables, stack outputs.

export const KINDS = ['image', 'table', 'text', 'audio'] as const;
export type Kind = (typeof KINDS)[number];

/** Environment variables of functions and of the trainer. Only handlers and main files read them. */
export const ENV = {
  dropBucket: 'GOLDPAN_DROP_BUCKET',
  dataBucket: 'GOLDPAN_DATA_BUCKET',
  validateBatchQueueUrl: 'GOLDPAN_VALIDATE_BATCH_QUEUE_URL',
  assembleMachineArn: 'GOLDPAN_ASSEMBLE_MACHINE_ARN',
  trainingQueueUrl: 'GOLDPAN_TRAINING_QUEUE_URL',
  /** URLs of all queues of the ingest, separated by blanks. */
  ingestQueueUrls: 'GOLDPAN_INGEST_QUEUE_URLS',
  /** ARNs of the job queues of trainings, separated by blanks; not set without AWS Batch. */
  trainingJobQueues: 'GOLDPAN_TRAINING_JOB_QUEUES',
  retryBaseSeconds: 'GOLDPAN_RETRY_BASE_SECONDS',
  indexItems: 'GOLDPAN_INDEX_ITEMS',
  /** `true`: the deployment has Spark for what is too large for a function. `false`: an indexer uses none, even where it is set up. */
  hasSpark: 'GOLDPAN_HAS_SPARK',
  job: 'GOLDPAN_JOB',
  /** `gpu`: the trainer must find one. `cpu`, or none: it uses what it finds. */
  device: 'GOLDPAN_DEVICE',
  /** A file with what the trainer's host is: {"instance": "g4dn.xlarge", "purchase": "spot"}. */
  hostFile: 'GOLDPAN_HOST_FILE',
} as const;

/** Outputs of the stack, by which clients find the deployed resources. */
export const OUTPUT = {
  dropBucket: 'DropBucketName',
  dataBucket: 'DataBucketName',
  validateQueueUrl: 'ValidateQueueUrl',
  validateBatchQueueUrl: 'ValidateBatchQueueUrl',
  validateDeadLetterQueueUrl: 'ValidateDeadLetterQueueUrl',
  undeliveredQueueUrl: 'UndeliveredQueueUrl',
  trainingQueueUrl: 'TrainingQueueUrl',
  trainingDeadLetterQueueUrl: 'TrainingDeadLetterQueueUrl',
  assembleMachineArn: 'AssembleMachineArn',
  trainMachineArn: 'TrainMachineArn',
  sparkApplication: 'SparkApplicationId',
  drawMachineArn: 'DrawMachineArn',
  promoteFunctionName: 'PromoteFunctionName',
  sampleFunctionName: 'SampleFunctionName',
  sampleUrl: 'SampleUrl',
  /** Calls of `validate` and of each cleaning function that run at once. */
  cleanConcurrency: 'CleanConcurrency',
  /** Where AWS Batch trains: the trainer's image with its tag, and the families of its hosts, separated by commas. */
  trainerImage: 'TrainerImage',
  trainingHosts: 'TrainingHosts',
} as const;

/** Returns the names of the queues of a cleaning function: environment variables, construct, outputs. */
export function cleanQueueNames(kind: Kind) {
  const name = `${kind[0]?.toUpperCase()}${kind.slice(1)}`;
  return {
    variable: `GOLDPAN_CLEAN_${kind.toUpperCase()}_QUEUE_URL`,
    batchVariable: `GOLDPAN_CLEAN_${kind.toUpperCase()}_BATCH_QUEUE_URL`,
    construct: `Clean${name}Queue`,
    output: `Clean${name}QueueUrl`,
    batchOutput: `Clean${name}BatchQueueUrl`,
    deadLetterOutput: `Clean${name}DeadLetterQueueUrl`,
  };
}

export const STACK_NAME = 'goldpan';
/** Tells a stack that holds nothing but goldpan from one of the user's own. */
export const STACK_DESCRIPTION = 'goldpan: cleans raw data and trains a generative model on it';
