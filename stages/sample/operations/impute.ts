// Fills the holes of rows of a table.
import * as z from 'zod';
import { MODEL, RowsAnswer, SEED } from '#core/model/messages/endpoint-api.ts';
import { TABLE_TYPES } from '../representation/media-types.ts';
import { ability, modelOperation } from './model-operation.ts';

const BODY_BYTES = 4 * 2 ** 20;
/** Rows of one request at most whose holes are filled. */
const IMPUTED_ROWS_LIMIT = 4_096;

/** Fills the holes of rows of a table: null, empty cells and columns that are left out. */
export const ImputeRequest = z.strictObject({
  columns: z.array(z.string()).min(1).max(1_000).describe('Names of the columns in the order of the cells.'),
  rows: z
    .array(z.array(z.string().nullable()))
    .min(1)
    .max(IMPUTED_ROWS_LIMIT)
    .describe('Cells as they are written in CSV, in the order of `columns`; null or empty: a hole.'),
  first: z
    .int()
    .min(0)
    .multipleOf(256)
    .default(0)
    .describe(
      'Rows before the first one: a multiple of 256. They decide the random numbers; CSV has a header where it is 0.',
    ),
  seed: SEED.optional(),
  model: MODEL.optional(),
});
export type ImputeRequest = z.infer<typeof ImputeRequest>;

export const impute = modelOperation({
  name: 'impute',
  summary: 'Fills the empty cells of rows of a table; the other cells stay as they are.',
  request: ImputeRequest,
  bodyBytes: BODY_BYTES,
  answer: RowsAnswer,
  kinds: {
    table: ability<'table', ImputeRequest, (typeof TABLE_TYPES)[number]>({
      types: TABLE_TYPES,
      draw: ({ card, request, mediaType, kind, drawSeed }) =>
        kind.impute(card, { ...request, seed: request.seed ?? drawSeed() }, mediaType),
    }),
  },
});
