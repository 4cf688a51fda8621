// How a statement is divided among tasks when many rows have one key: rows of another table go to all machines, and slices of a key to several tasks.

/** Rows that every machine can hold beside the others. */
const MOST_EVERYWHERE = 2 ** 21;
/** Rows with one key that one task takes. */
const MOST_IN_A_TASK = 2 ** 17;

/** A hint for a `select` that joins a table of so many rows: rows that are few go to all machines, and the others of the join stay where they are. */
export function everywhere(table: string, rows: number): string {
  return rows <= MOST_EVERYWHERE ? `/*+ broadcast(${table}) */` : '';
}

/** `given`: from the settings, for tests with few rows. */
export function mostInATask(given: number | undefined): number {
  return given ?? MOST_IN_A_TASK;
}
