// The comment by which editors find the JSON Schema of dataset.yaml.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../target.ts';

const MARK = '# yaml-language-server: $schema=';

/** The JSON Schema of dataset.yaml in this checkout or package; it is made from the code, and a test compares the two. */
export const DATASET_SCHEMA = join(ROOT, 'docs', 'dataset.schema.json');

/** Returns the text with the comment as its first line. A text that already has one is returned unchanged. */
export function withSchemaLine(text: string): string {
  return text.includes(MARK) ? text : `${MARK}${pathToFileURL(DATASET_SCHEMA)}\n${text}`;
}
