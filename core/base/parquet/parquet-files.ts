// Writes Parquet with files in a column, as Hugging Face's datasets store pictures and sounds: a group {bytes, path}.
import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

/** `bytes`: of the file in each row. `label`: the number of its class, or null; undefined if the items have no classes. */
export type FileRows = {
  readonly column: string;
  readonly files: readonly { readonly bytes: Uint8Array; readonly path: string }[];
  readonly label?: readonly (number | null)[] | undefined;
  /** Other columns by name; text in every row. */
  readonly texts: Readonly<Record<string, readonly string[]>>;
};

/** `metadata`: texts by name in the footer. The same rows give the same bytes. */
export function encodeFiles(
  { column, files, label, texts }: FileRows,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const leaf = (name: string, type: 'BYTE_ARRAY' | 'INT64', more: Partial<SchemaElement> = {}): SchemaElement => ({
    name,
    type,
    repetition_type: 'OPTIONAL',
    ...more,
  });
  const text = { converted_type: 'UTF8' } as const;
  const names = Object.keys(texts);
  const schema: SchemaElement[] = [
    { name: 'schema', num_children: 1 + (label ? 1 : 0) + names.length },
    { name: column, repetition_type: 'OPTIONAL', num_children: 2 },
    leaf('bytes', 'BYTE_ARRAY'),
    leaf('path', 'BYTE_ARRAY', text),
    ...(label ? [leaf('label', 'INT64')] : []),
    ...names.map((name) => leaf(name, 'BYTE_ARRAY', text)),
  ];
  const columnData = [
    {
      name: column,
      data: files.slice(),
      codec: 'UNCOMPRESSED' as const,
      statistics: false,
      encoding: 'PLAIN' as const,
    },
    ...(label ? [{ name: 'label', data: label.map((one) => (one === null ? null : BigInt(one))) }] : []),
    ...names.map((name) => ({ name, data: [...(texts[name] ?? [])] })),
  ];
  const kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  return new Uint8Array(parquetWriteBuffer({ createdBy: 'goldpan', columnData, schema, kvMetadata }));
}
