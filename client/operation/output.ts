// The output of the calls about the operation of a deployment, as documents that programs can rely on.
import * as z from 'zod';

export const DoctorFinding = z.strictObject({
  /** The subject of the check: `queue clean-image`, `dataset birds`. */
  subject: z.string(),
  /** Null if it could not be checked, because a permission or the service is missing; that alone is not a problem. */
  ok: z.boolean().nullable(),
  sentence: z.string(),
  /** The next step; null if there is nothing to do. */
  next: z.string().nullable(),
});
export type DoctorFinding = z.infer<typeof DoctorFinding>;

export const DoctorOutput = z.strictObject({ findings: z.array(DoctorFinding), problems: z.int() });
export type DoctorOutput = z.infer<typeof DoctorOutput>;

export const RedriveOutput = z.strictObject({
  queues: z.array(z.strictObject({ name: z.string(), moved: z.int() })),
});
export type RedriveOutput = z.infer<typeof RedriveOutput>;

export const DestroyOutput = z.strictObject({
  stack: z.string(),
  /** Buckets that are emptied and deleted. versions: of all objects, delete markers included. */
  buckets: z.array(z.strictObject({ name: z.string(), versions: z.int(), bytes: z.int() })),
  /** Resources that are kept when the stack is deleted, with their content. */
  stays: z.array(z.strictObject({ type: z.string(), name: z.string() })),
  /** False if a person declined. */
  destroyed: z.boolean(),
});
export type DestroyOutput = z.infer<typeof DestroyOutput>;
