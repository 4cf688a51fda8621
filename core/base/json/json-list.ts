// Lists that a Parquet column holds as JSON.

/** Returns the entries as texts; a file may declare its column as JSON, and then it is parsed already. Anything but a list is empty. */
export function jsonList(value: unknown): string[] {
  const list: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  return Array.isArray(list) ? list.map(String) : [];
}
