// What names of entries are allowed in an archive, of whatever format, and how they are written.

const LONGEST_NAME_BYTES = 1024;
const SHOWN_CHARACTERS = 80;
const DRIVE = /^[a-z]:\//i;

/** With forward slashes, without `./`, empty folders and what archivers put in front: `.\cat\1.png` is `cat/1.png`. */
export function plainName(name: string): string {
  const slashed = name.replaceAll('\\', '/');
  if (!slashed.includes('./') && !slashed.includes('//') && !slashed.endsWith('/.')) return slashed;
  const segments = slashed.split('/');
  const last = segments.length - 1;
  // The first empty segment stays, since it tells an absolute name; the last one, since it tells a folder.
  return segments.filter((segment, i) => segment !== '.' && (segment !== '' || i === 0 || i === last)).join('/');
}

/** Says what a plain name must be when it is not. */
export function unsafeName(name: string, bytes: number): string | undefined {
  if (name === '' || bytes > LONGEST_NAME_BYTES) return `1 to ${LONGEST_NAME_BYTES} bytes`;
  if (name.includes('\0')) return 'no NUL';
  if (name.startsWith('/') || DRIVE.test(name)) return 'relative names';
  if (name.split('/').includes('..')) return 'no ..';
  return undefined;
}

/** A name as it may be told to people, whatever it holds. */
export function shownName(name: string): string {
  const text = JSON.stringify(name);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
}
