// Renders the schema of a table as YAML for editing, with suggestions from the first upload as comments.
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, stringify, type YAMLMap } from 'yaml';
import { beyondYamlLimits } from '../../../base/yaml-limits.ts';
import type { Issue } from '../../define/issue.ts';
import { type Column, TableSchema } from './schema.ts';

const PATH = 'schema.yaml';
const SHOWN_CHARACTERS = 80;
const MOST_ALIASES = 20;

export type SchemaResult =
  | { readonly ok: true; readonly schema: TableSchema }
  | { readonly ok: false; readonly issues: Issue[] };

/** Parsing the text returns the same schema without the suggestions. */
export function renderSchemaYaml({ version, columns, nulls, rules }: TableSchema): string {
  const lines = [
    `# Version ${version} of the schema. Lines that begin with "#" under a column are what the data would bear:`,
    '# remove the sign to have them enforced. Types: integer, number, boolean, date, datetime, category, text, id.',
    `version: ${version}`,
    'columns:',
    ...columns.flatMap(columnLines),
    '# Words that stand for an empty cell.',
    `nulls: ${flow(nulls)}`,
    '# What every row must satisfy, across columns:',
    '#   - { name: order, check: "start <= finish" }',
    '#   - { name: fresh, column: updated, maxAgeDays: 30 }',
    rules.length === 0 ? 'rules: []' : 'rules:',
    ...rules.map((rule) => `  - ${flow(rule)}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Never throws: whatever is wrong with the text is an issue with its line. */
export function parseSchemaYaml(text: string): SchemaResult {
  const beyond = beyondYamlLimits(text);
  if (beyond) return failed([issue(beyond.line, undefined, beyond.given, beyond.allowed)]);
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, logLevel: 'error' });
  const lineAt = (offset: number | undefined) =>
    offset === undefined ? undefined : Math.max(1, counter.linePos(offset).line);
  const broken = document.errors[0];
  if (broken) return failed([issue(lineAt(broken.pos[0]), undefined, broken.message, 'valid YAML')]);
  const root = document.contents;
  if (!isMap(root)) return failed([issue(1, undefined, undefined, 'version, columns, nulls and rules')]);
  const columns = root.get('columns', true);
  if (!isMap(columns))
    return failed([issue(lineAt(rangeOf(columns)), 'columns', undefined, 'a column a line: `name: { type: ... }`')]);
  let value: unknown;
  try {
    value = plain(root, document.toJS({ maxAliasCount: MOST_ALIASES }), columns, document);
  } catch (error) {
    return failed([issue(undefined, undefined, (error as Error).message, 'YAML whose aliases can be resolved')]);
  }
  const parsed = TableSchema.safeParse(value);
  if (parsed.success) return { ok: true, schema: parsed.data };
  const issues = parsed.error.issues.flatMap((found) => {
    const paths = found.code === 'unrecognized_keys' ? found.keys.map((key) => [...found.path, key]) : [found.path];
    return paths.map((path) => {
      const place = placeOf(root, path);
      const allowed = found.code === 'unrecognized_keys' ? 'a key that exists' : found.message;
      return issue(lineAt(place.offset), place.key, place.given, allowed);
    });
  });
  return failed(issues);
}

function columnLines({ name, suggested = {}, ...column }: Column): string[] {
  const { nullable, ...said } = column;
  const { notes = [], ...enforceable } = suggested;
  const entries = Object.entries({ ...said, ...(!nullable && { nullable }) }).filter(
    ([, value]) => value !== undefined,
  );
  return [
    `  ${key(name)}:`,
    ...entries.map(([what, value]) => `    ${what}: ${flow(value)}`),
    ...notes.map((note) => `    ## ${note.replaceAll(/\s+/g, ' ')}`),
    ...Object.entries(enforceable)
      .filter(([what]) => !entries.some(([there]) => there === what))
      .map(([what, value]) => `    # ${what}: ${flow(value)}`),
  ];
}

/** A value on one line. */
function flow(value: unknown): string {
  const options = {
    collectionStyle: 'flow',
    lineWidth: 0,
    defaultStringType: 'PLAIN',
    flowCollectionPadding: true,
  } as const;
  const text = stringify(value, options).trimEnd();
  return text.includes('\n') ? JSON.stringify(value) : text;
}

/** Quoted if the plain form would be read as another value. */
function key(name: string): string {
  return /^[A-Za-z][\w-]*$/.test(name) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(name)
    ? name
    : JSON.stringify(name);
}

type Document = ReturnType<typeof parseDocument>;

/**
 * Columns become a list with names: as keys of an object, names such as `__proto__` or `1` would be reordered or lost.
 */
function plain(root: YAMLMap, shell: unknown, columns: YAMLMap, document: Document): unknown {
  const list = columns.items.map(({ key: name, value }) => {
    const body = isMap(value) ? (value.toJS(document, { maxAliasCount: MOST_ALIASES }) as object) : {};
    return { ...body, name: isScalar(name) ? String(name.source ?? name.value) : '' };
  });
  const known = shell as Record<string, unknown>;
  return { ...known, columns: list, ...(root.has('version') ? {} : { version: 1 }) };
}

type Found = { readonly offset: number | undefined; readonly key: string; readonly given: string | undefined };

/** Finds the position of a schema path in the text; numbers under `columns` are positions in the mapping. */
function placeOf(root: YAMLMap, path: readonly PropertyKey[]): Found {
  let node: unknown = root;
  let offset: number | undefined;
  const names: string[] = [];
  for (const segment of path) {
    const pair: { key?: unknown; value: unknown } | undefined = isMap(node)
      ? typeof segment === 'number'
        ? node.items[segment]
        : node.items.find(({ key: name }) => isScalar(name) && name.value === segment)
      : isSeq(node)
        ? { value: node.items[segment as number] }
        : undefined;
    if (!pair) break;
    offset = rangeOf(pair.key) ?? rangeOf(pair.value) ?? offset;
    names.push(isScalar(pair.key) ? String(pair.key.value) : String(segment));
    node = pair.value;
  }
  const given = isScalar(node) ? JSON.stringify(node.value) : undefined;
  return { offset, key: names.join('.'), given };
}

function rangeOf(node: unknown): number | undefined {
  return (node as Node | undefined | null)?.range?.[0];
}

function issue(line: number | undefined, at: string | undefined, given: string | undefined, allowed: string): Issue {
  return {
    code: 'table.schema',
    place: { path: PATH, ...(line !== undefined && { line }), ...(at && { key: at }) },
    ...(given !== undefined && { given: given.slice(0, SHOWN_CHARACTERS) }),
    allowed,
  };
}

function failed(issues: Issue[]): SchemaResult {
  return { ok: false, issues };
}
