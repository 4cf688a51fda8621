// Names that infra wires and code reads: environment variables, stack outputs.

export const KINDS = ['image', 'table', 'text', 'audio'] as const;
export type Kind = (typeof KINDS)[number];
/** Kinds that a model family learns from; the others end as a sealed snapshot. */
export const TRAINED_KINDS: readonly Kind[] = ['image'];

/** Environment variables of functions and of the trainer. Read in handlers and main files only. */
export const ENV = {
  dropBucket: 'GOLDPAN_DROP_BUCKET',
  dataBucket: 'GOLDPAN_DATA_BUCKET',
  cleanImageQueueUrl: 'GOLDPAN_CLEAN_IMAGE_QUEUE_URL',
  cleanTableQueueUrl: 'GOLDPAN_CLEAN_TABLE_QUEUE_URL',
  cleanTextQueueUrl: 'GOLDPAN_CLEAN_TEXT_QUEUE_URL',
  cleanAudioQueueUrl: 'GOLDPAN_CLEAN_AUDIO_QUEUE_URL',
  validateQueueUrl: 'GOLDPAN_VALIDATE_QUEUE_URL',
  assembleMachineArn: 'GOLDPAN_ASSEMBLE_MACHINE_ARN',
  trainingQueueUrl: 'GOLDPAN_TRAINING_QUEUE_URL',
  job: 'GOLDPAN_JOB',
} as const;

/** Outputs of the stack: how the CLI finds what was deployed. */
export const OUTPUT = {
  dropBucket: 'DropBucketName',
  dataBucket: 'DataBucketName',
  validateQueueUrl: 'ValidateQueueUrl',
  validateDeadLetterQueueUrl: 'ValidateDeadLetterQueueUrl',
  cleanImageQueueUrl: 'CleanImageQueueUrl',
  cleanImageDeadLetterQueueUrl: 'CleanImageDeadLetterQueueUrl',
  cleanTableQueueUrl: 'CleanTableQueueUrl',
  cleanTableDeadLetterQueueUrl: 'CleanTableDeadLetterQueueUrl',
  cleanTextQueueUrl: 'CleanTextQueueUrl',
  cleanTextDeadLetterQueueUrl: 'CleanTextDeadLetterQueueUrl',
  cleanAudioQueueUrl: 'CleanAudioQueueUrl',
  cleanAudioDeadLetterQueueUrl: 'CleanAudioDeadLetterQueueUrl',
  trainingQueueUrl: 'TrainingQueueUrl',
  assembleMachineArn: 'AssembleMachineArn',
  trainMachineArn: 'TrainMachineArn',
  promoteFunctionName: 'PromoteFunctionName',
  sampleFunctionName: 'SampleFunctionName',
  sampleUrl: 'SampleUrl',
} as const;

export const STACK_NAME = 'goldpan';
