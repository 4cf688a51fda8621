// What is known about a kind of data has one home: outside of it, nothing compares kinds or lists them.
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { KINDS } from '#core/base/names.ts';
import { ISSUES } from '#core/kinds/issues.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FILES = globSync('{core,stages,functions,containers,client,cli,infra}/**/*.ts', { cwd: ROOT }).filter(
  (file) => !file.includes('node_modules'),
);
/** The homes of kinds, and the codecs that turn items of a kind into tensors. */
const HOME = /^(core\/kinds\/|containers\/trainer\/(data|evaluate)\/)/;
const LITERAL = `'(?:${KINDS.join('|')})'`;
/** Names of other things that may be "text" or "image": what a page shows, what the first bytes of a file are. */
const OTHERS = /\b(shows|family)\s*[!=]==/;
const COMPARISON = new RegExp(`[\\w.)\\]?]+\\s*[!=]==\\s*${LITERAL}|${LITERAL}\\s*[!=]==`, 'g');
const LISTING = new RegExp(`\\[${LITERAL}(?:, ${LITERAL})*\\](?: as const)?\\.(?:includes|some)`, 'g');
/** A stage of each kind is loaded by its name; queues and functions of each kind are made in a loop over all. */
const TABLES = new Set(['stages/clean/load-cleaner.ts', 'infra/pipeline/ingest.ts']);

const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');

test('the search finds comparisons of kinds, where there are some', () => {
  for (const text of [
    "if (config.kind === 'image')",
    "kind !== 'table' &&",
    "'audio' === kind",
    "['text', 'table'].includes(",
  ])
    expect(found(text), text).toHaveLength(1);
  for (const text of ["preview.shows === 'text'", "content.family === 'image'", "type === 'png'"])
    expect(found(text), text).toEqual([]);
});

test('no kind of data is compared outside of its home', () => {
  const outside = FILES.filter((file) => !HOME.test(file)).flatMap((file) =>
    found(read(file)).map((text) => `${file}: ${text}`),
  );
  expect(outside).toEqual([]);
});

test('no table lists all kinds outside of their home', () => {
  const outside = FILES.filter((file) => !HOME.test(file) && !TABLES.has(file));
  expect(outside.filter((file) => /\bRecord<Kind\b/.test(read(file)))).toEqual([]);
  for (const file of TABLES) expect(read(file), file).toContain('Record<Kind');
});

test('every rule and every issue of a kind is among all issues', () => {
  for (const kind of KINDS) {
    const { rules, issues, kind: named } = definitionOf(kind);
    expect(named).toBe(kind);
    for (const code of [...Object.keys(rules), ...Object.keys(issues)]) expect(ISSUES).toHaveProperty([code]);
  }
});

function found(text: string): string[] {
  return [...text.matchAll(COMPARISON), ...text.matchAll(LISTING)]
    .map(([match]) => match)
    .filter((match) => !OTHERS.test(match));
}
