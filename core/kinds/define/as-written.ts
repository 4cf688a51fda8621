// A section of dataset.yaml as people write it: what they leave out stays open, for what the first upload tells.
import * as z from 'zod';

/** The same section without its defaults, which would stand in place of what is inferred. */
export function asWritten<Shape extends z.core.$ZodLooseShape>(section: z.ZodObject<Shape>) {
  const open = Object.entries(section.shape as Record<string, z.ZodType>).map(([name, setting]) => {
    return [name, (setting instanceof z.ZodDefault ? (setting.unwrap() as z.ZodType) : setting).optional()];
  });
  return z.strictObject(Object.fromEntries(open)) as unknown as ReturnType<typeof section.partial>;
}
