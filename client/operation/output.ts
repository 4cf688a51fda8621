// What the calls about the operation of a deployment return, as documents that programs may rely on.
import * as z from 'zod';

export const Finding = z.strictObject({
  /** What was looked at: `queue clean-image`, `dataset birds`. */
  subject: z.string(),
  ok: z.boolean(),
  sentence: z.string(),
  /** What to do; null where nothing needs to be done. */
  next: z.string().nullable(),
});
export type Finding = z.infer<typeof Finding>;

export const DoctorOutput = z.strictObject({ findings: z.array(Finding), problems: z.int() });
export type DoctorOutput = z.infer<typeof DoctorOutput>;

export const RedriveOutput = z.strictObject({
  queues: z.array(z.strictObject({ name: z.string(), moved: z.int() })),
});
export type RedriveOutput = z.infer<typeof RedriveOutput>;
