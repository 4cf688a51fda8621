// Reads dataset.yaml as people write it and says what is wrong with it, by line.
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import { allowedBy } from '../base/allowed-by.ts';
import { beyondYamlLimits, YAML_LIMITS } from '../base/yaml-limits.ts';
import { CONFIG_FILE } from '../store/keys.ts';
import { DatasetFile } from './config.ts';
import type { Issue } from './define/issue.ts';

/** dataset.yaml is written by hand. */
export const CONFIG_BYTES = YAML_LIMITS.bytes;
const SHOWN_CHARACTERS = 80;
const MOST_ALIASES = 20;

export type DatasetFileResult = { ok: true; value: z.infer<typeof DatasetFile> } | { ok: false; issues: Issue[] };

/** Never throws: whatever is wrong with the text is an issue with its line. */
export function parseDatasetFile(text: string): DatasetFileResult {
  const beyond = beyondYamlLimits(text);
  if (beyond)
    return { ok: false, issues: [issue('config.syntax', beyond.line, undefined, beyond.given, beyond.allowed)] };
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    logLevel: 'error',
  });
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const broken = document.errors[0];
  if (broken)
    return {
      ok: false,
      issues: [issue('config.syntax', lineAt(broken.pos[0]), undefined, broken.message, 'valid YAML')],
    };
  const expanded = expand(document);
  if ('code' in expanded) return { ok: false, issues: [expanded] };
  const { value } = expanded;
  const parsed = DatasetFile.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };

  const lineOf = (path: readonly PropertyKey[]): number | undefined => {
    let node: unknown = document.contents;
    let offset: number | undefined;
    for (const segment of path) {
      if (!isMap(node)) break;
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === segment);
      if (!pair || !isScalar(pair.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    }
    return offset === undefined ? undefined : lineAt(offset);
  };
  const issues = parsed.error.issues.flatMap((found): Issue[] =>
    found.code === 'unrecognized_keys'
      ? found.keys.map((key) =>
          issue('config.unknown-key', lineOf([...found.path, key]), dotted([...found.path, key]), key, undefined),
        )
      : [
          issue(
            'config.invalid',
            lineOf(found.path),
            dotted(found.path),
            shown(valueAt(value, found.path)),
            allowedBy(found),
          ),
        ],
  );
  return { ok: false, issues };
}

/** Aliases that are set nowhere, or that expand to far more than was written, show only here. */
function expand(document: ReturnType<typeof parseDocument>): { value: unknown } | Issue {
  if (document.contents === null) return { value: {} };
  try {
    return { value: document.toJS({ maxAliasCount: MOST_ALIASES }) };
  } catch (error) {
    return issue('config.syntax', undefined, undefined, (error as Error).message, 'YAML whose aliases can be resolved');
  }
}

function issue(
  code: Issue['code'],
  line: number | undefined,
  key: string | undefined,
  given: string | undefined,
  allowed: string | undefined,
): Issue {
  return {
    code,
    place: { path: CONFIG_FILE, ...(line !== undefined && { line }), ...(key && { key }) },
    ...(given !== undefined && { given }),
    ...(allowed !== undefined && { allowed }),
  };
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, segment) =>
      inner !== null && typeof inner === 'object' && Object.hasOwn(inner, segment)
        ? (inner as Record<PropertyKey, unknown>)[segment]
        : undefined,
    value,
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
}
