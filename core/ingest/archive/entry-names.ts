// What names of entries are allowed in an archive, of whatever format.

const LONGEST_NAME_BYTES = 1024;
const SHOWN_CHARACTERS = 80;
/** What archivers and desktops add of their own. */
const NOT_DATA = /(^|\/)(__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$)/;

/** Says what a name must be when it is not. */
export function unsafeName(name: string, bytes: number): string | undefined {
  if (name === '' || bytes > LONGEST_NAME_BYTES) return `1 to ${LONGEST_NAME_BYTES} bytes`;
  if (name.includes('\0')) return 'no NUL';
  if (name.includes('\\')) return 'forward slashes';
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) return 'relative names';
  if (name.split('/').includes('..')) return 'no ..';
  return undefined;
}

export function isLitter(name: string): boolean {
  return NOT_DATA.test(name);
}

/** A name as it may be told to people, whatever it holds. */
export function shownName(name: string): string {
  const text = JSON.stringify(name);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
}
