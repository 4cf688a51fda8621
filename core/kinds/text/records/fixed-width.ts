// Tells lines of text that are rows of a table, whose columns begin or end at fixed places.
const LOOKED_AT_LINES = 200;
const LEAST_LINES = 10;
const MOST_OF = 0.95;
/** Of two signs or more, since one separates words. */
const GAP = /\s{2,}/;

/** Returns the number of columns; undefined if the lines are text. The last line may be cut short. */
export function fixedWidthColumns(text: string): number | undefined {
  const all = text.split('\n', LOOKED_AT_LINES + 1);
  const lines = all.slice(0, -1).filter((line) => line.trim() !== '');
  if (lines.length < LEAST_LINES) return undefined;
  const rows = lines.map(cellsOf);
  const columns = rows[0]?.length ?? 0;
  const alike = rows.filter((cells) => cells.length === columns);
  if (columns < 2 || alike.length < rows.length * MOST_OF) return undefined;
  const isAligned = (column: number, side: 'start' | 'end') => {
    const counts = new Map<number, number>();
    for (const cells of alike) {
      const at = cells[column]?.[side] as number;
      counts.set(at, (counts.get(at) ?? 0) + 1);
    }
    return Math.max(...counts.values()) >= alike.length * MOST_OF;
  };
  for (let column = 0; column < columns; column++)
    if (!isAligned(column, 'start') && !isAligned(column, 'end')) return undefined;
  return columns;
}

function cellsOf(line: string): { start: number; end: number }[] {
  const cells: { start: number; end: number }[] = [];
  let at = line.length - line.trimStart().length;
  for (const cell of line.trim().split(GAP)) {
    const start = line.indexOf(cell, at);
    cells.push({ start, end: start + cell.length });
    at = start + cell.length;
  }
  return cells;
}
