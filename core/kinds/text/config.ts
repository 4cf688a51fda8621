// The section `text` of dataset.yaml.
import * as z from 'zod';
import { ENCODINGS } from '../reading/encodings.ts';
import { LANGUAGES } from './language/languages.ts';

export const TextConfig = z.strictObject({
  /** The unit of a document: a file, a line of a file, a cell of a column of a JSONL or CSV file, or a tune of a file in ABC notation. */
  unit: z.enum(['file', 'line', 'column', 'tune']).default('line'),
  column: z.string().min(1).nullable().default(null),
  /** The column that a text answers: with it items are pairs of a source and a text. Absent: items are texts. */
  source: z.string().min(1).optional(),
  /** Characters; longer documents are refused. */
  maxLength: z.int().min(1).max(1_000_000).default(64),
  encoding: z.enum(ENCODINGS).default('auto'),
  /** The accepted languages; null accepts all. */
  languages: z.array(z.enum(LANGUAGES)).min(1).nullable().default(null),
});
export type TextConfig = z.infer<typeof TextConfig>;
