// What the calls about the operation of a deployment return, as documents that programs may rely on.
import * as z from 'zod';

export const DoctorFinding = z.strictObject({
  /** What was looked at: `queue clean-image`, `dataset birds`. */
  subject: z.string(),
  /** Null where it could not be found out, for want of a permission or of the service; that is no problem by itself. */
  ok: z.boolean().nullable(),
  sentence: z.string(),
  /** What to do; null where nothing needs to be done. */
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
  /** What outlives the stack, with everything in it. */
  stays: z.array(z.strictObject({ type: z.string(), name: z.string() })),
  /** False if a person declined. */
  destroyed: z.boolean(),
});
export type DestroyOutput = z.infer<typeof DestroyOutput>;
