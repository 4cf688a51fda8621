// Files beside tables that contain no table: a README or a licence.

const NOTE =
  /(^|\/)(readme|licen[cs]e|copying|changelog|notice|authors|contributors|citation)([-_.](mit|apache|bsd|gpl|cc[\w-]*|[a-z]{2}))?(\.(md|markdown|txt|rst|cff|html?))?$/i;
/** How a data set is described for Kaggle, for Frictionless Data, as Croissant, and by older versions of `datasets` of Hugging Face. */
const DESCRIPTION = /(^|\/)(dataset-metadata|datapackage|croissant|dataset_infos)\.json$/;
/** How the UCI repository describes the table `adult.data` or `wine.csv`, and lists of classes beside others. */
const UCI_NOTE = /(^|\/)([^/]+\.names|classes\.txt)$/i;
/** What `mongodump` writes beside a collection. */
const MONGO_NOTE = /\.metadata\.json(\.gz)?$/;
/** What lies beside the geometry and the rows of an ESRI shapefile. */
const SHAPE_NOTE = /\.(prj|cpg|qpj|qmd|qix|sbn|sbx|shp\.xml)$/i;
/** What TensorFlow Datasets writes beside its records. */
const RECORD_NOTE = /(^|\/)(dataset_info\.json|features\.json|[^/]+\.labels\.txt)$/;
/** What Redshift writes beside the parts of a table, and Slack and Discord beside their messages. */
const UNLOAD_NOTE = /(^|\/)[^/]*manifest$/;
const CHAT_NOTE =
  /(^|\/)((channels|users|groups|dms|mpims|integration_logs|canvases)\.json|messages\/(index|[^/]+\/channel)\.json)$/;
/** What `save_to_disk` of `datasets` writes beside its Arrow files, in the same folder or above the folders of the splits. */
const ARROW_NOTE = /(^|\/)(dataset_info|state|dataset_dict)\.json$/;
const TABLE =
  /\.(csv|tsv|psv|tab|json|jsonl|ndjson|parquet|arrow|feather|avro|xlsx|xlsm|ods|data|dat|test|bson|shp|shx|dbf|tfrecord(-\d+-of-\d+)?)(\.(gz|zst|bz2|xz|lz4|snappy))?$/i;

/** `README.md`, `LICENSE`, `licence.txt`; not `readme.csv`, whose extension marks a table. */
export function isNote(path: string): boolean {
  return DESCRIPTION.test(path) || (NOTE.test(path) && !TABLE.test(path));
}

/** Returns the names of notes if most of the other files are tables by their names; otherwise nothing. */
export function notesBesideTables(names: readonly string[]): readonly string[] {
  const arrows = names.filter((name) => /\.arrow$/i.test(name));
  const isArrowNote = (name: string) =>
    ARROW_NOTE.test(name) && arrows.some((arrow) => arrow.startsWith(name.slice(0, name.lastIndexOf('/') + 1)));
  const all = new Set(names);
  const isMongoNote = (name: string) =>
    MONGO_NOTE.test(name) && ['.bson', '.bson.gz'].some((end) => all.has(name.replace(MONGO_NOTE, end)));
  const isShapeNote = (name: string) => SHAPE_NOTE.test(name) && all.has(name.replace(SHAPE_NOTE, '.shp'));
  const records = names.some((name) => /\.tfrecord(-\d+-of-\d+)?$/.test(name));
  const isUnload = names.some((name) => /\d{4,}_part_\d+/.test(name));
  const isChat = names.some((name) =>
    /(^|\/)\d{4}-\d\d-\d\d\.json$|(^|\/)messages\/[^/]+\/messages\.(csv|json)$/.test(name),
  );
  const notes = names.filter(
    (name) =>
      isNote(name) ||
      isArrowNote(name) ||
      isMongoNote(name) ||
      isShapeNote(name) ||
      UCI_NOTE.test(name) ||
      (isUnload && UNLOAD_NOTE.test(name)) ||
      (isChat && CHAT_NOTE.test(name)) ||
      (records && RECORD_NOTE.test(name)),
  );
  if (notes.length === 0) return [];
  const others = names.length - notes.length;
  const isTable = (name: string) => TABLE.test(name) || (isUnload && /\d{4,}_part_\d+/.test(name));
  const tables = names.filter((name) => isTable(name) && !notes.includes(name)).length;
  return tables * 2 > others ? notes : [];
}
