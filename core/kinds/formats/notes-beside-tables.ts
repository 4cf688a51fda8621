// Files beside tables that contain no table: a README or a licence.

const NOTE =
  /(^|\/)(readme|licen[cs]e|copying|changelog|notice|authors|contributors|citation)([-_.](mit|apache|bsd|gpl|cc[\w-]*|[a-z]{2}))?(\.(md|markdown|txt|rst|cff|html?))?$/i;
const TABLE =
  /\.(csv|tsv|psv|tab|json|jsonl|ndjson|parquet|arrow|feather|avro|xlsx|xlsm|ods)(\.(gz|zst|bz2|xz|lz4|snappy))?$/i;

/** `README.md`, `LICENSE`, `licence.txt`; not `readme.csv`, whose extension marks a table. */
export function isNote(path: string): boolean {
  return NOTE.test(path) && !TABLE.test(path);
}

/** Returns the names of notes if most of the other files are tables by their names; otherwise nothing. */
export function notesBesideTables(names: readonly string[]): readonly string[] {
  const notes = names.filter(isNote);
  if (notes.length === 0) return [];
  const others = names.length - notes.length;
  const tables = names.filter((name) => TABLE.test(name)).length;
  return tables * 2 > others ? notes : [];
}
