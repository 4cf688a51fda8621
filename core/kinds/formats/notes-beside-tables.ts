// Files that describe tables and hold none: a README or a licence in their folder.

const NOTE =
  /(^|\/)(readme|licen[cs]e|copying|changelog|notice|authors|contributors|citation)([-_.](mit|apache|bsd|gpl|cc[\w-]*|[a-z]{2}))?(\.(md|markdown|txt|rst|cff|html?))?$/i;
const TABLE =
  /\.(csv|tsv|psv|tab|json|jsonl|ndjson|parquet|arrow|feather|avro|xlsx|xlsm|ods)(\.(gz|zst|bz2|xz|lz4|snappy))?$/i;

/** `README.md`, `LICENSE`, `licence.txt`; not `readme.csv`, which says that it is a table. */
export function isNote(path: string): boolean {
  return NOTE.test(path) && !TABLE.test(path);
}

/** The notes among the names, where most of the other files are tables by their names; else none. */
export function notesBesideTables(names: readonly string[]): readonly string[] {
  const notes = names.filter(isNote);
  if (notes.length === 0) return [];
  const others = names.length - notes.length;
  const tables = names.filter((name) => TABLE.test(name)).length;
  return tables * 2 > others ? notes : [];
}
