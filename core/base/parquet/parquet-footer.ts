// Reads the footer of any Parquet file: its columns, its row groups and the texts in it.
import { parquetMetadataAsync, type SchemaElement } from 'hyparquet';

/**
 * `fields`: the top-level columns, each with the names inside it if it is a group. `groups`: rows of each row group. `texts`: by name, from
 * the footer.
 */
type ParquetFooter = {
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly groups: readonly number[];
  readonly texts: ReadonlyMap<string, string>;
};

/** Reads the footer of any Parquet file. Throws if the bytes are not Parquet. */
export async function readFooter(
  byteLength: number,
  fetch: (first: number, last: number) => Promise<Uint8Array>,
): Promise<ParquetFooter> {
  const slice = async (start: number, end = byteLength) => (await fetch(start, end - 1)).slice().buffer as ArrayBuffer;
  const { schema, row_groups, key_value_metadata = [] } = await parquetMetadataAsync({ byteLength, slice });
  const fields = new Map<string, string[]>();
  for (let at = 1; at < schema.length; ) {
    const { name, num_children: children = 0 } = schema[at] as SchemaElement;
    const end = afterElement(schema, at);
    fields.set(name, children > 0 ? schema.slice(at + 1, end).map((inner) => inner.name) : []);
    at = end;
  }
  const texts = new Map(key_value_metadata.map(({ key, value = '' }) => [key, value]));
  return { fields, groups: row_groups.map(({ num_rows }) => Number(num_rows)), texts };
}

/** The place after an element and all that is nested in it. */
function afterElement(schema: readonly SchemaElement[], at: number): number {
  let left = 1;
  let end = at;
  while (left > 0 && end < schema.length) {
    left += (schema[end]?.num_children ?? 0) - 1;
    end++;
  }
  return end;
}
