// A sheet of a workbook, whatever program made it.

/** Null for an empty cell. `unstored`: number of formulas whose value was not computed when the file was written. */
export type SheetRow = {
  readonly cells: readonly (string | null)[];
  readonly hidden: boolean;
  readonly unstored?: number;
};
/** `rows` may be read more than once. `next`: the name of the sheet that is shown behind it. */
export type Sheet = {
  readonly name: string;
  readonly others: readonly string[];
  readonly next?: string | undefined;
  rows(): AsyncIterable<SheetRow>;
};

export const MOST_SHEET_COLUMNS = 16_384;

/**
 * Returns the sheet of that name, or the first visible one; undefined if it does not exist. `names`: names of the visible sheets.
 */
export function chosenSheet(names: readonly string[], wanted: string | undefined): string | undefined {
  return wanted === undefined ? names[0] : names.find((name) => name === wanted);
}
