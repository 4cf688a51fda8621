// The endpoint's request bodies and answers. Strict: what is not listed is refused.
import * as z from 'zod';

export const SAMPLE_LIMIT = 1024;
const seed = z.int().min(0).max(0xffffffff);

export const SampleRequest = z.strictObject({
  n: z.int().min(1).max(SAMPLE_LIMIT).default(16),
  seed: seed.optional(),
  model: z
    .string()
    .regex(/^[a-z0-9-]{1,80}$/)
    .optional(),
  /** Scales the draw from the prior: below 1 is more typical, above 1 more varied. */
  temperature: z.number().min(0).max(2).default(1),
});
export type SampleRequest = z.infer<typeof SampleRequest>;

/** Spherical interpolation between latent draws: `rows` pairs, `steps` pictures each, ends included. */
export const InterpolateRequest = z
  .strictObject({
    steps: z.int().min(2).max(64).default(10),
    rows: z.int().min(1).max(64).default(8),
    seed: seed.optional(),
    model: z
      .string()
      .regex(/^[a-z0-9-]{1,80}$/)
      .optional(),
  })
  .refine(({ steps, rows }) => steps * rows <= SAMPLE_LIMIT, `steps x rows must be at most ${SAMPLE_LIMIT}`);
export type InterpolateRequest = z.infer<typeof InterpolateRequest>;

/** The JSON answer: one base64 PNG a picture. */
export const SampleAnswer = z.strictObject({
  modelId: z.string(),
  seed,
  count: z.int(),
  machineGenerated: z.literal(true),
  images: z.array(z.string()),
});
export type SampleAnswer = z.infer<typeof SampleAnswer>;

export const PROBLEMS = {
  'request.invalid': { status: 400, title: 'The request is not valid.' },
  'request.not-json': { status: 400, title: 'The body is not JSON.' },
  'request.too-large': { status: 413, title: 'The answer would be larger than is sent inline.' },
  'accept.not-supported': { status: 406, title: 'None of the accepted types can be sent.' },
  'route.unknown': { status: 404, title: 'There is nothing at this address.' },
  'method.not-allowed': { status: 405, title: 'The method is not allowed here.' },
  'dataset.unknown': { status: 404, title: 'The dataset has no model.' },
  'model.unknown': { status: 404, title: 'The dataset has no such model.' },
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
