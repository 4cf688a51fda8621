// Files beside tables that contain no table: a README or a licence.

const NOTE =
  /(^|\/)(readme|licen[cs]e|copying|changelog|notice|authors|contributors|citation)([-_.](mit|apache|bsd|gpl|cc[\w-]*|[a-z]{2}))?(\.(md|markdown|txt|rst|cff|html?))?$/i;
/** How a data set is described for Kaggle, for Frictionless Data, as Croissant, and by older versions of `datasets` of Hugging Face. */
const DESCRIPTION = /(^|\/)(dataset-metadata|datapackage|croissant|dataset_infos)\.json$/;
/** What `save_to_disk` of `datasets` writes beside its Arrow files, in the same folder or above the folders of the splits. */
const ARROW_NOTE = /(^|\/)(dataset_info|state|dataset_dict)\.json$/;
const TABLE =
  /\.(csv|tsv|psv|tab|json|jsonl|ndjson|parquet|arrow|feather|avro|xlsx|xlsm|ods)(\.(gz|zst|bz2|xz|lz4|snappy))?$/i;

/** `README.md`, `LICENSE`, `licence.txt`; not `readme.csv`, whose extension marks a table. */
export function isNote(path: string): boolean {
  return DESCRIPTION.test(path) || (NOTE.test(path) && !TABLE.test(path));
}

/** Returns the names of notes if most of the other files are tables by their names; otherwise nothing. */
export function notesBesideTables(names: readonly string[]): readonly string[] {
  const arrows = names.filter((name) => /\.arrow$/i.test(name));
  const isArrowNote = (name: string) =>
    ARROW_NOTE.test(name) && arrows.some((arrow) => arrow.startsWith(name.slice(0, name.lastIndexOf('/') + 1)));
  const notes = names.filter((name) => isNote(name) || isArrowNote(name));
  if (notes.length === 0) return [];
  const others = names.length - notes.length;
  const tables = names.filter((name) => TABLE.test(name) && !notes.includes(name)).length;
  return tables * 2 > others ? notes : [];
}
