// Rows to codes and back. Draws are keyed by blocks of rows, so that a row does not depend on how many are asked for.
import { uniforms } from '../../../base/random.ts';
import { type FieldCoder, fieldCoder } from './code-field.ts';
import { type Cell, type ColumnCodec, fieldsOf, subColumnsOf, type TableCodec } from './codec.ts';
import { computed } from './formulas.ts';
import { drawPatterns } from './patterns.ts';

/** Rows whose random numbers are drawn together. */
export const BLOCK_ROWS = 256;
const MICROS_A_DAY = 86_400_000_000;

type CodedField = {
  readonly column: number;
  readonly field: number;
  readonly place: number;
  readonly coder: FieldCoder;
};

export type RowCoder = {
  /** Sub-columns of a row. */
  readonly width: number;
  /** [rows, width] in the order of `subColumnsOf`; cells by column. */
  encode(cells: readonly (readonly Cell[])[]): Uint8Array;
  /**
   * Decodes a block of rows, `codes` [rows, width], to columns. `used`: texts of unique columns that are already used.
   */
  decode(codes: Uint8Array, draw: BlockDraw): Cell[][];
};
export type BlockDraw = { readonly seed: number; readonly block: number; readonly used?: Map<number, Set<string>> };

export function rowCoder(codec: TableCodec): RowCoder {
  const subColumns = subColumnsOf(codec);
  const width = subColumns.length;
  const fields = subColumns.flatMap(({ column, field, part }, place): CodedField[] => {
    const coding = fieldsOf(codec.columns[column] as ColumnCodec)[field];
    return part === 0 && coding ? [{ column, field, place, coder: fieldCoder(coding) }] : [];
  });
  return {
    width,
    encode(cells) {
      const rows = cells[0]?.length ?? 0;
      const codes = new Uint8Array(rows * width);
      for (const { column, field, place, coder } of fields) {
        const read = reader(codec.columns[column] as ColumnCodec, field, column, cells);
        for (let row = 0; row < rows; row++) coder.encode(read(row), codes, row * width + place);
      }
      return codes;
    },
    decode(codes, draw) {
      const rows = width === 0 ? BLOCK_ROWS : codes.length / width;
      const parts = new Map<number, Cell[][]>();
      for (const { column, field, place, coder } of fields) {
        const shares = uniforms(draw.seed, `cell/${draw.block}/${column}/${field}`, BLOCK_ROWS);
        const cells = Array.from({ length: rows }, (_, row) =>
          coder.decode(codes, row * width + place, shares[row] as number),
        );
        parts.set(column, [...(parts.get(column) ?? []), cells]);
      }
      return columnsOf(codec, parts, rows, draw);
    },
  };
}

/** Returns a function that reads the value of a field from a row. */
function reader(
  { source, type }: ColumnCodec,
  field: number,
  column: number,
  cells: readonly (readonly Cell[])[],
): (row: number) => Cell {
  const own = cells[column] as readonly Cell[];
  if (source.from === 'offset') {
    const base = cells[source.column] as readonly Cell[];
    return (row) => {
      const [from, to] = [base[row], own[row]];
      return typeof from === 'number' && typeof to === 'number' ? to - from : null;
    };
  }
  if (type !== 'datetime' || source.from !== 'coded' || source.fields.length === 1) return (row) => own[row] as Cell;
  return (row) => {
    const cell = own[row];
    if (typeof cell !== 'number') return null;
    const day = Math.floor(cell / MICROS_A_DAY);
    return field === 0 ? day : cell - day * MICROS_A_DAY;
  };
}

function columnsOf(codec: TableCodec, parts: ReadonlyMap<number, Cell[][]>, rows: number, draw: BlockDraw): Cell[][] {
  const made = new Map<number, Cell[]>();
  const make = (column: number): Cell[] => {
    const known = made.get(column);
    if (known) return known;
    const cells = cellsOf(codec.columns[column] as ColumnCodec, {
      column,
      parts: parts.get(column) ?? [],
      rows,
      draw,
      make,
    });
    made.set(column, cells);
    return cells;
  };
  return codec.columns.map((_, column) => make(column));
}

type Making = {
  readonly column: number;
  readonly parts: readonly Cell[][];
  readonly rows: number;
  readonly draw: BlockDraw;
  readonly make: (column: number) => Cell[];
};

function cellsOf({ source }: ColumnCodec, { column, parts, rows, draw, make }: Making): Cell[] {
  const first = draw.block * BLOCK_ROWS;
  switch (source.from) {
    case 'coded': {
      const [whole = [], times] = parts;
      if (!times) return [...whole];
      return whole.map((day, row) => (day === null ? null : (day as number) * MICROS_A_DAY + Number(times[row])));
    }
    case 'offset': {
      const base = make(source.column);
      return (parts[0] ?? []).map((difference, row) =>
        difference === null || base[row] === null ? null : (base[row] as number) + (difference as number),
      );
    }
    case 'lookup': {
      const values = new Map(source.entries.map(({ key, value }) => [key, value]));
      return make(source.column).map((key) => values.get(key) ?? null);
    }
    case 'formula': {
      const [left, right] = [make(source.left), make(source.right)];
      return left.map((cell, row) => computed(source.operation, cell, right[row], source.grid));
    }
    case 'sequence':
      return Array.from({ length: rows }, (_, row) => source.first + (first + row) * source.step);
    case 'patterns': {
      const used = draw.used?.get(column) ?? new Set<string>();
      draw.used?.set(column, used);
      return drawPatterns(source, { seed: draw.seed, stream: `text/${column}`, count: rows, first, used });
    }
  }
}
