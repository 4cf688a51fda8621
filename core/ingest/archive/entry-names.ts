// Rules for the names of archive entries, for all archive formats, and the form in which names are stored.

const LONGEST_NAME_BYTES = 1024;
const SHOWN_CHARACTERS = 80;
const DRIVE = /^[a-z]:\//i;

/**
 * Returns the name with forward slashes and without `./`, empty folders and prefixes added by archivers: `.\cat\1.png` becomes `cat/1.png`.
 */
export function plainName(name: string): string {
  const slashed = name.replaceAll('\\', '/');
  if (!slashed.includes('./') && !slashed.includes('//') && !slashed.endsWith('/.')) return slashed;
  const segments = slashed.split('/');
  const last = segments.length - 1;
  // The first empty segment is kept because it marks an absolute name, the last one because it marks a folder.
  return segments.filter((segment, i) => segment !== '.' && (segment !== '' || i === 0 || i === last)).join('/');
}

/** Returns the rule that a plain name breaks; undefined if it breaks none. */
export function unsafeName(name: string, bytes: number): string | undefined {
  if (name === '' || bytes > LONGEST_NAME_BYTES) return `1 to ${LONGEST_NAME_BYTES} bytes`;
  if (name.includes('\0')) return 'no NUL';
  if (name.startsWith('/') || DRIVE.test(name)) return 'relative names';
  if (name.split('/').includes('..')) return 'no ..';
  return undefined;
}

/** Returns a name in a form that is safe to print. */
export function shownName(name: string): string {
  const text = JSON.stringify(name);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
}
