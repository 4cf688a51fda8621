// Columns that the folders of a data lake tell: year=2024/region=north/part-0.parquet.

/** The value that Hive and Spark write for a missing one. */
const NONE = '__HIVE_DEFAULT_PARTITION__';
const FOLDER = /^([^=/]+)=(.*)$/;

export type PathColumn = { readonly name: string; readonly value: string | null };

/** Returns the columns in the order of the folders. A column that the file contains is not taken from its path. */
export function pathColumns(path: string, own: readonly string[]): PathColumn[] {
  return path
    .split('/')
    .slice(0, -1)
    .flatMap((folder) => {
      const [, name, value] = FOLDER.exec(folder) ?? [];
      if (name === undefined || value === undefined || own.includes(decoded(name))) return [];
      return [{ name: decoded(name), value: value === NONE || value === '' ? null : decoded(value) }];
    });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
