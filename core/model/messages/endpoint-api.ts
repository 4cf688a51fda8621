// The events, request bodies and responses of the endpoint. The schemas are strict: unknown fields are refused.
import * as z from 'zod';
import { Fitted } from '../latent/fitted.ts';
import { ModelCard, RegistryEntry } from './card.ts';
import { FILE_CHARACTERS, GIVEN_CHARACTERS } from './large-messages.ts';
import { Prior } from './latent-facts.ts';

export const SAMPLE_LIMIT = 1024;
/** Maximum rows of a table in one request. */
export const ROWS_LIMIT = 50_000;
/** Maximum texts in one request. */
export const TEXTS_LIMIT = 10_000;
/** Valid model ids in requests; the pattern excludes paths that leave a folder of the store. */
export const MODEL_ID = /^[a-z0-9-]{1,80}$/;
/** Maximum size of a response before base64, which counts against Lambda's limit of 6 MB. */
export const INLINE_BYTES = 4 * 2 ** 20;

export const SEED = z
  .int()
  .min(0)
  .max(0xffffffff)
  .describe('Seed of the random numbers; by default one is drawn and returned.');
export const MODEL = z.string().regex(MODEL_ID).describe('Id of a model; by default the current one.');
/** A class of the dataset. */
export const LABEL = z.string().min(1).max(200);

/** The part of a function URL event (payload format 2.0) that is read. Whoever invokes the function directly sends the same. */
export const EndpointEvent = z.object({
  rawPath: z.string(),
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
  headers: z.record(z.string(), z.string().optional()).default({}),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
});
export type EndpointEvent = z.input<typeof EndpointEvent>;

export const EndpointAnswer = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  isBase64Encoded: z.boolean(),
});
export type EndpointAnswer = z.infer<typeof EndpointAnswer>;

/** Response headers: the model, the snapshot that it was trained on, the seed, and a mark that the content is generated. */
export const HEADER = {
  model: 'x-goldpan-model',
  snapshot: 'x-goldpan-snapshot',
  seed: 'x-goldpan-seed',
  machineGenerated: 'x-goldpan-machine-generated',
  prior: 'x-goldpan-prior',
  output: 'x-goldpan-output',
  /** Images left out, as they are too near to a training item; absent where that was not checked. */
  withheld: 'x-goldpan-withheld',
  /** Rows or texts in the answer, and rows that did not satisfy the conditions. */
  rows: 'x-goldpan-rows',
  rejected: 'x-goldpan-rejected',
  /** Repaired images: the better method, and the metrics of both. */
  comparison: 'x-goldpan-comparison',
  /** Images between given photos: how far their codes were fitted to the photos. Absent where they were not. */
  fitted: 'x-goldpan-fitted',
  /** The result of a compression. */
  compression: 'x-goldpan-compression',
  /** Percent-encoded; absent where no class was asked for. */
  label: 'x-goldpan-label',
} as const;

/**
 * The meaning of a pixel. `mean`: the decoder's expectation, without the noise of its likelihood. `generated`: the output of a generator.
 * `drawn`: cells of a row or symbols of a text are sampled from their probabilities. `repaired`: known pixels are unchanged, the model
 * filled in the others. `code`: there are no pixels. `morphed`: made from given images without a model.
 */
export const Output = z.enum(['mean', 'generated', 'drawn', 'repaired', 'code', 'morphed']);
export type Output = z.infer<typeof Output>;

/** The source of the latent vectors of a response: a prior, or images that were encoded; `none`: no model was used. */
export const CodeSource = z.enum([...Prior.options, 'encoded', 'none']);
export type CodeSource = z.infer<typeof CodeSource>;

/** An image, a clip or a text that the model's encoder reads, a code, or the seed of a sample. */
export const GivenItem = z.strictObject({
  image: z
    .base64()
    .max(FILE_CHARACTERS)
    .optional()
    .describe(
      'A PNG, JPEG or WebP file in base64; it is resized as images of the dataset are. Give one of `image`, `pixels`, `code` and `seed`.',
    ),
  pixels: z
    .base64()
    .max(GIVEN_CHARACTERS)
    .optional()
    .describe('uint8 [height, width, channels] of the model card, row-major, in base64.'),
  code: z
    .base64()
    .max(GIVEN_CHARACTERS)
    .optional()
    .describe('A code that `encode` returned: float32 [latentDim], little-endian, in base64.'),
  sound: z
    .base64()
    .max(FILE_CHARACTERS)
    .optional()
    .describe('Of a model of clips: a WAV file (or AIFF, CAF, AU) in base64, in place of `image`.'),
  text: z.string().min(1).max(1_000).optional().describe('Of a model of texts: the text itself.'),
  seed: z.int().min(0).max(0xffffffff).optional().describe('Stands for the first sample of this seed.'),
  as: LABEL.optional().describe(
    'Turn the item into one of this class: its code is moved from the mean of its class to that of the other.',
  ),
  label: LABEL.optional().describe(
    'A class of the dataset; by default the one among whose codes the code of the image is likeliest.',
  ),
});
export type GivenItem = z.infer<typeof GivenItem>;

/** POST .../encode */
export const EncodeAnswer = z.strictObject({
  modelId: z.string(),
  latentDim: z.int(),
  /** `code`: float32 [latentDim], little-endian, in base64. */
  codes: z.array(
    z.strictObject({
      code: z.string(),
      label: z.string().nullable(),
      /** Share of held-out items whose code is likelier under the prior: close to 1 = an outlier. Null where it is not known. */
      outlierScore: z.number().nullable().default(null),
    }),
  ),
});
export type EncodeAnswer = z.infer<typeof EncodeAnswer>;

export const CompressionFacts = z.strictObject({
  /** `webp` where its files are smaller at an SSIM as high. */
  method: z.enum(['model', 'webp']),
  bytes: z.int(),
  bitsPerPixel: z.number(),
  /** In decibels; equal images count as 58.9, the rounding error of a byte. */
  psnr: z.number(),
  ssim: z.number(),
  /** The largest difference of a value from what was given, in levels of 255; 0: lossless. Absent in answers of older endpoints. */
  largestError: z.int().optional(),
  /** The size with each method, including the header. */
  modelBytes: z.int(),
  webpBytes: z.int(),
  /** PSNR in decibels and SSIM of the model's images, and the SSIM of WebP's. */
  modelPsnr: z.number(),
  modelSsim: z.number(),
  webpSsim: z.number(),
});
export type CompressionFacts = z.infer<typeof CompressionFacts>;

/** POST .../compress */
export const CompressionAnswer = CompressionFacts.extend({
  modelId: z.string(),
  /** Encoded in base64. */
  container: z.string(),
});
export type CompressionAnswer = z.infer<typeof CompressionAnswer>;

/** PSNR in decibels and mean SSIM; higher is better. */
const Fidelity = z.strictObject({ psnr: z.number(), ssim: z.number() });

/** The model beside a way without one. Of clips, PSNR and SSIM are those of log-mel pictures. */
export const RepairComparison = z.strictObject({
  /**
   * The whole given image, or places of it that are known and were hidden from both ways; `reduced image`: the given image, which both
   * ways drew from a reduced copy.
   */
  on: z.enum(['given image', 'known places', 'reduced image']),
  model: Fidelity,
  /**
   * `bilinear`: as many numbers as a code has, enlarged; `smooth`: the smoothest filling (harmonic); `median`: of 3 x 3 pixels;
   * `subtraction`: of the noise's spectrum; `bicubic`: interpolation of a smaller image;
   * `poisson`: Poisson blending.
   */
  simple: Fidelity.extend({ method: z.enum(['bilinear', 'smooth', 'median', 'subtraction', 'bicubic', 'poisson']) }),
  better: z.enum(['model', 'simple']),
});
export type RepairComparison = z.infer<typeof RepairComparison>;

/** The JSON answer: one base64 PNG a picture. */
export const SampleAnswer = z.strictObject({
  modelId: z.string(),
  seed: SEED,
  count: z.int(),
  machineGenerated: z.literal(true),
  prior: CodeSource,
  output: Output,
  /** Null if no class was requested. */
  label: z.string().nullable(),
  /** Images left out, as they are too near to a training item; null where that was not checked. */
  withheld: z.int().nullable().optional(),
  /** Repaired images only; null if there are no known pixels to compare. */
  comparison: RepairComparison.nullable().optional(),
  fitted: Fitted.optional(),
  images: z.array(z.string()),
});
export type SampleAnswer = z.infer<typeof SampleAnswer>;

/** The JSON answer for clips: one WAV file in base64 a clip. */
export const ClipsAnswer = z.strictObject({
  modelId: z.string(),
  seed: SEED,
  count: z.int(),
  machineGenerated: z.literal(true),
  prior: CodeSource,
  output: Output,
  /** Null if no class was requested. */
  label: z.string().nullable(),
  /** Repaired clips only; null if nothing known can be compared. */
  comparison: RepairComparison.nullable().optional(),
  sampleRate: z.int(),
  clips: z.array(z.string()),
});
export type ClipsAnswer = z.infer<typeof ClipsAnswer>;

/** The JSON answer for a table: one object a row. */
export const RowsAnswer = z.strictObject({
  modelId: z.string(),
  seed: SEED,
  count: z.int(),
  machineGenerated: z.literal(true),
  /** Rows that were drawn and did not satisfy the conditions. */
  rejected: z.int(),
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
});
export type RowsAnswer = z.infer<typeof RowsAnswer>;

/**
 * GET .../models: the promotion and revocation state of each model. `current` is used by requests that name no model.
 */
export const ModelList = z.strictObject({
  dataset: z.string(),
  current: z.string().nullable(),
  models: z.array(RegistryEntry),
});
export type ModelList = z.infer<typeof ModelList>;

/** GET .../models/{id} */
export const ModelAnswer = z.strictObject({ card: ModelCard, registry: RegistryEntry, current: z.boolean() });
export type ModelAnswer = z.infer<typeof ModelAnswer>;

export const PROBLEMS = {
  'request.invalid': { status: 400, title: 'The request is not valid.' },
  'request.not-json': { status: 400, title: 'The body is not JSON.' },
  'request.body-too-large': { status: 413, title: 'The body exceeds the size limit.' },
  'text.no-source': { status: 400, title: 'Nothing to answer is given.' },
  'request.too-large': { status: 413, title: 'The response exceeds the size limit.' },
  'request.too-long': { status: 413, title: 'The request takes longer than a call may.' },
  'ticket.unknown': { status: 404, title: 'Nothing was uploaded for this ticket.' },
  'accept.not-supported': { status: 406, title: 'None of the accepted media types is supported.' },
  'route.unknown': { status: 404, title: 'The path does not exist.' },
  'method.not-allowed': { status: 405, title: 'The method is not allowed for this path.' },
  'dataset.unknown': { status: 404, title: 'The dataset has no model.' },
  'model.unknown': { status: 404, title: 'The dataset has no model with this id.' },
  'model.revoked': { status: 410, title: 'The model has been revoked.' },
  'label.unknown': { status: 400, title: 'The model does not have this label.' },
  'label.unavailable': { status: 422, title: 'The model cannot draw a single label.' },
  'prior.unavailable': { status: 422, title: 'The model does not have this prior.' },
  'encoder.unavailable': { status: 422, title: 'The model cannot read given items.' },
  'item.wrong-size': { status: 400, title: 'An item does not have the size of the model.' },
  'item.invalid': { status: 400, title: 'An item cannot be read.' },
  'mask.invalid': { status: 400, title: 'The mask cannot be used.' },
  'container.invalid': { status: 400, title: 'The container of compressed images cannot be read.' },
  'container.mismatch': { status: 422, title: 'The compressed images cannot be restored exactly here.' },
  'sample.withheld': { status: 422, title: 'Every image was too near to a training item.' },
  'label.needed': { status: 400, title: 'The class of an image is not known.' },
  'text.unknown-character': { status: 400, title: 'The model does not know a character.' },
  'text.impossible-length': { status: 400, title: 'No text of the model has that length.' },
  'condition.invalid': { status: 400, title: 'The condition is not valid.' },
  'condition.unavailable': { status: 422, title: 'The column cannot be restricted.' },
  'condition.impossible': { status: 400, title: 'No row of the model satisfies the condition.' },
  'operation.unavailable': { status: 422, title: 'The model does not support this operation.' },
  'model.corrupt': { status: 409, title: 'The stored files of the model are damaged.' },
  internal: { status: 500, title: 'Internal server error.' },
} as const;
export type ProblemCode = keyof typeof PROBLEMS;

/** RFC 9457 problem details; `code` is stable, `detail` is for people. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;
