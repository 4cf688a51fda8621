// Draws rows of a table with a stored model.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { BLOCK_ROWS } from '#core/kinds/table/codec/code-rows.ts';
import { type Cell, subColumnsOf, TableCodec } from '#core/kinds/table/codec/codec.ts';
import { parseConditions } from '#core/kinds/table/codec/parse-conditions.ts';
import { cellFrom } from '#core/kinds/table/codec/read-cells.ts';
import { type Restriction, restrict } from '#core/kinds/table/codec/restrict.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import type { EndpointAnswer } from '#core/model/messages/endpoint-api.ts';
import { CLASSES_FILE, classSampler, decodeClasses } from '#core/model/table/class-sampler.ts';
import { completeRows } from '#core/model/table/complete-rows.ts';
import { drawRows } from '#core/model/table/draw-rows.ts';
import {
  CONDITIONS_FILE,
  decodeConditions,
  GENERATOR_FILE,
  openGeneratorSampler,
} from '#core/model/table/generator-sampler.ts';
import { openNetworkSampler, SAMPLER_FILE } from '#core/model/table/network-sampler.ts';
import type { TableSampler } from '#core/model/table/table-sampler.ts';
import { type CacheSpace, type Loaded, lruCache } from '../drawing/lru-cache.ts';
import type { Models } from '../drawing/model-cache.ts';
import { checkDeadline } from '../large/deadline.ts';
import type { ImputeRequest } from '../operations/impute.ts';
import type { SampleRequest } from '../operations/sample.ts';
import { accepted, type Result, refused } from '../problem.ts';
import type { TableType } from '../representation/media-types.ts';
import { rowsAnswer } from './answer-rows.ts';

const CODEC_FILE = 'codec.json';
const PROBLEM = {
  invalid: 'condition.invalid',
  unavailable: 'condition.unavailable',
  impossible: 'condition.impossible',
} as const;

type TableCard = CardOf<'table'>;
type Opened = { readonly codec: TableCodec; readonly sampler: TableSampler };

export type Tables = {
  draw(
    card: TableCard,
    request: SampleRequest & { readonly n: number; readonly seed: number },
    mediaType: TableType,
  ): Promise<Result<EndpointAnswer>>;
  impute(
    card: TableCard,
    request: Omit<ImputeRequest, 'seed'> & { readonly seed: number },
    mediaType: TableType,
  ): Promise<Result<EndpointAnswer>>;
};

/** `threads`: for the networks of tables. */
export function tablesIn(models: Pick<Models, 'fileOf'>, space: CacheSpace, threads: number): Tables {
  const held = lruCache<Opened>(space, ({ sampler }) => sampler.close());

  async function open(card: TableCard): Promise<Loaded<Opened>> {
    const codec = TableCodec.safeParse(parse(await models.fileOf(card, CODEC_FILE))).data;
    if (!codec)
      throw new GoldpanError(
        FAILURE.corruptObject,
        `The model ${card.modelId} of ${card.dataset} has no valid ${CODEC_FILE}.`,
      );
    const subColumns = subColumnsOf(codec);
    if (card.files[CLASSES_FILE] !== undefined) {
      const bytes = await models.fileOf(card, CLASSES_FILE);
      const classes = decodeClasses(bytes, card.input.codes);
      return { value: { codec, sampler: watched(classSampler(classes, subColumns)) }, bytes: bytes.length };
    }
    if (card.files[CONDITIONS_FILE] !== undefined) {
      const bytes = await models.fileOf(card, GENERATOR_FILE);
      const shares = decodeConditions(await models.fileOf(card, CONDITIONS_FILE));
      const sampler = await openGeneratorSampler(bytes, { latentDim: card.latentDim, subColumns, shares, threads });
      return { value: { codec, sampler }, bytes: bytes.length };
    }
    const bytes = await models.fileOf(card, SAMPLER_FILE);
    const sampler = await openNetworkSampler(bytes, { latentDim: card.latentDim, subColumns, threads });
    return { value: { codec, sampler: watched(sampler) }, bytes: bytes.length };
  }

  return {
    draw: (card, { n, seed, first = 0, where }, mediaType) =>
      held.use(
        `${card.dataset}/${card.modelId}`,
        () => open(card),
        async ({ codec, sampler }): Promise<Result<EndpointAnswer>> => {
          const restriction = restrictionOf(codec, where);
          if (!restriction.ok) return restriction;
          const drawing = { codec, sampler, restriction: restriction.value };
          const { cells, rejected } = await drawRows(drawing, { seed, count: n, first });
          const count = cells[0]?.length ?? 0;
          if (count < n)
            return refused(
              'condition.impossible',
              `The model draws rows of that kind too rarely: ${count} of ${n} after ${count + rejected} attempts. Ask for a wider range.`,
            );
          const { modelId, input } = card;
          const csv = { delimiter: input.delimiter, header: first === 0 };
          const drawn = { modelId, seed, codec, cells, rejected, ...csv, isOwn: true };
          return rowsAnswer(mediaType, drawn);
        },
      ),
    impute: (card, request, mediaType) =>
      held.use(
        `${card.dataset}/${card.modelId}`,
        () => open(card),
        async ({ codec, sampler }): Promise<Result<EndpointAnswer>> => {
          const given = cellsOf(codec, request);
          if (!given.ok) return given;
          const { seed, first } = request;
          const cells = await completeRows({ codec, sampler }, given.value, { seed, firstBlock: first / BLOCK_ROWS });
          const { modelId, input } = card;
          const csv = { delimiter: input.delimiter, header: first === 0 };
          const filled = { modelId, seed, codec, cells, rejected: 0, ...csv, isOwn: false };
          return rowsAnswer(mediaType, filled);
        },
      ),
  };
}

/** Looks at the deadline before each block of rows. */
function watched(sampler: TableSampler): TableSampler {
  return {
    async draw(block) {
      checkDeadline();
      return sampler.draw(block);
    },
    async complete(rows) {
      checkDeadline();
      return sampler.complete(rows);
    },
    chances: (rows) => sampler.chances(rows),
    close: () => sampler.close(),
  };
}

/** The cells of a request by column of the table; columns that it leaves out are holes. */
function cellsOf(
  { columns }: TableCodec,
  { columns: names, rows }: Pick<ImputeRequest, 'columns' | 'rows'>,
): Result<Cell[][]> {
  const unknown = names.find((name) => !columns.some((column) => column.name === name));
  if (unknown !== undefined)
    return refused(
      'request.invalid',
      `There is no column ${unknown}; the columns are ${columns.map(({ name }) => name).join(', ')}.`,
    );
  const cells: Cell[][] = [];
  for (const column of columns) {
    const place = names.indexOf(column.name);
    const read: Cell[] = [];
    for (const [row, texts] of rows.entries()) {
      const cell = place < 0 ? null : cellFrom(column, texts[place] ?? '');
      if (cell === undefined)
        return refused(
          'request.invalid',
          `Row ${row + 1}: ${texts[place]} is no value of ${column.name}, which is of type ${column.type}.`,
        );
      read.push(cell);
    }
    cells.push(read);
  }
  return accepted(cells);
}

function restrictionOf(codec: TableCodec, where: string | undefined): Result<Restriction> {
  const parsed = parseConditions(where ?? '');
  const conditions = where === undefined ? [] : parsed.ok ? parsed.conditions : undefined;
  if (!conditions)
    return refused('condition.invalid', parsed.ok ? '' : `The condition cannot be read: ${parsed.reason}.`);
  const restricted = restrict(codec, conditions);
  if (restricted.ok) return accepted(restricted.value);
  return refused(PROBLEM[restricted.problem], `The condition cannot be met: ${restricted.reason}.`);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
