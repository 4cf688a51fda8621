// Labels that are the names of folders.

/** Folders are labels when there are two, or when a single file lies in one. */
export function labelsFrom(paths: readonly string[]): 'folder' | 'none' {
  const folders = new Set(paths.map(parentFolder).filter((folder) => folder !== null));
  return folders.size >= Math.min(2, paths.length) && folders.size > 0 ? 'folder' : 'none';
}

/** The label of a file where labels are folders: its immediate parent folder, null at the root. */
export function parentFolder(path: string): string | null {
  return path.split('/').at(-2) || null;
}
