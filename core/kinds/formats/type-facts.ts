// What to say of a file whose format is not read, or not by this kind of dataset.
import type { Kind } from '../../base/names.ts';
import type { Issue } from '../define/issue.ts';
import { type FirstBytes, findFormat } from './find-format.ts';
import type { Format } from './format.ts';
import { looksLikeText } from './looks-like-text.ts';
import { readBy, readByAny } from './register.ts';

/** What is said of bytes that no format of the register fits. */
export const UNKNOWN_TYPE = 'bytes of no type that is known';
const SAFE_NAME = /^[\w./+@=-]+$/;

export type TypeFacts = Pick<Issue, 'given' | 'allowed' | 'remedy'>;
/** `type`: what it is called where the register has no format for it. */
export type FoundType = { readonly format?: Format | undefined; readonly type: string };

/** `kind`: of the dataset, where that is known. A format that is refused by its name says what to do in place of what is read. */
export function typeFacts(
  { format, type }: FoundType,
  { path = '', kind }: { readonly path?: string | undefined; readonly kind?: Kind | undefined },
): TypeFacts {
  if (format?.wayOut !== undefined) return { given: format.name, remedy: commandFor(format.wayOut, path) };
  return { given: format?.name ?? type, allowed: kind === undefined ? readByAny() : readBy(kind) };
}

/** The same, from the bytes. */
export async function typeFactsOf(file: FirstBytes, kind: Kind): Promise<TypeFacts> {
  const type = looksLikeText(file.start) ? 'text' : UNKNOWN_TYPE;
  return typeFacts({ format: await findFormat(file), type }, { path: file.path, kind });
}

/** A name that a shell would read otherwise stands in quotes. */
function commandFor(wayOut: string, path: string): string {
  const file = path.split('/').at(-1) || 'FILE';
  const quoted = (text: string) => (SAFE_NAME.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  const name = file.replace(/(?<=.)\.[^.]+$/, '');
  return wayOut.replaceAll(/\{(file|name)\}/g, (_, which: string) => quoted(which === 'file' ? file : name));
}
