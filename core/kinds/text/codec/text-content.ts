// The content of a text: equal for a text that was drawn and the same text read back from a file.
import { contentName, sha256 } from '../../../base/hash.ts';
import { normalized } from '../encoding/characters.ts';

export function textContent(text: string): string {
  return contentName(sha256(new TextEncoder().encode(normalized(text))));
}
