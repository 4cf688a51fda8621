// The columns of a table's part: those common to all kinds, then the row's own, each under a name that is free.

/** Common columns of a row, in order. `flags` and `fixes` are JSON lists; `line` is where the row starts in its file. */
export const ROW_COLUMNS = ['itemId', 'path', 'label', 'flags', 'fixes', 'license', 'source', 'line'] as const;

/** Column names of Parquet are compared without case by its readers: a name that is taken gets its place appended. */
export function partColumns(names: readonly string[]): string[] {
  const taken = new Set<string>(ROW_COLUMNS.map((name) => name.toLowerCase()));
  for (const name of names) if (!taken.has(name.toLowerCase())) taken.add(name.toLowerCase());
  const used = new Set<string>(ROW_COLUMNS.map((name) => name.toLowerCase()));
  return names.map((name, i) => {
    let free = name;
    for (let suffix = i + 1; used.has(free.toLowerCase()); suffix++) {
      free = `${name}_${suffix}`;
      if (taken.has(free.toLowerCase())) free = name;
    }
    used.add(free.toLowerCase());
    return free;
  });
}
