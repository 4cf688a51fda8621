// A name that moves the cursor, sets the title of the terminal and turns the reading order around, through everything that is printed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ClientEvent } from '#client/events.ts';
import type { WorkerEvent } from '#client/training/worker/worker-deps.ts';
import { eventPrinter } from '../../../cli/print/events.ts';
import { workerSentence } from '../../../cli/print/worker.ts';
import { plainLine, plainOutput, plainText } from '../../../cli/terminal/plain-text.ts';
import { openTerminal, type Style } from '../../../cli/terminal/terminal.ts';
import { MODEL_OUTPUTS } from './canary-models.ts';
import { OPERATION_OUTPUTS } from './canary-operation.ts';
import { CANARY, OUTPUTS } from './canary-outputs.ts';

const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const same = (text: string) => text;
const STYLE: Style = { bold: same, dim: same, good: same, bad: same };

/** Line feeds of the text itself stay. */
function unsafeIn(text: string): string[] {
  return [...text].filter((character) => character !== '\n' && UNSAFE.test(character));
}

test.each([...OUTPUTS, ...OPERATION_OUTPUTS, ...MODEL_OUTPUTS])(
  '$name prints a hostile name as escapes',
  ({ print }) => {
    const text = print(STYLE, plainOutput);
    expect(unsafeIn(text)).toEqual([]);
    expect(text).toContain('evil\\u001b]0;owned\\u0007');
    // A line feed in a name starts no line of its own.
    expect(text.split('\n').filter((line) => line.startsWith('forged'))).toEqual([]);
  },
);

test.each([...OUTPUTS, ...OPERATION_OUTPUTS, ...MODEL_OUTPUTS])(
  '$name would print it raw without that',
  ({ print }) => {
    expect(unsafeIn(print(STYLE, same as never))).not.toEqual([]);
  },
);

test('every function that a command prints with is among them', () => {
  const text = ['canary-outputs', 'canary-operation', 'canary-models', 'canary.test']
    .map((file) => readFileSync(join(import.meta.dirname, `${file}.ts`), 'utf8'))
    .join('\n');
  const commands = join(import.meta.dirname, '../../../cli/commands');
  const printers = readdirSync(commands, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => [
      ...readFileSync(join(commands, path), 'utf8').matchAll(/import \{([^}]*)\} from '[^']*\/print\/[^']*'/g),
    ])
    .flatMap(([, names = '']) => names.split(','))
    .map((name) => name.trim())
    // What it says are numbers.
    .filter((name) => name !== '' && !name.startsWith('type ') && name !== 'uploadLog');
  expect(new Set(printers).size).toBeGreaterThan(25);
  expect(printers.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
});

test('the terminal drops what is left of control characters, and keeps its own colours', () => {
  const written: string[] = [];
  const stream = { isTTY: true, columns: 200, write: (text: string) => written.push(text) };
  const terminal = openTerminal(stream, stream, {});
  terminal.say(`${terminal.style.bad('goldpan:')} ${CANARY}`);
  terminal.live(CANARY);
  terminal.data(CANARY);
  const text = written.join('');
  expect(text).toContain('\u001b[31mgoldpan:\u001b[0m');
  for (const unsafe of ['\u0007', '\u202e', '\u001b]', '\u009b']) expect(text).not.toContain(unsafe);
});

test('events and the words of a worker are safe, too', () => {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) };
  const notify = eventPrinter(openTerminal(stream, stream, {}), () => 0);
  const events: ClientEvent[] = [
    { type: 'config-inferred', dataset: CANARY, yaml: `labels: ${CANARY}` },
    { type: 'run-found', runId: CANARY },
    { type: 'trial-started', trial: 1, trials: 2, settings: CANARY },
  ];
  for (const event of events) notify(event);
  const worker: WorkerEvent[] = [
    { type: 'not-a-job', body: CANARY },
    { type: 'run-failed', runId: CANARY, error: CANARY, reason: CANARY },
    { type: 'index-started', dataset: CANARY, snapshotId: CANARY },
    { type: 'index-failed', snapshotId: CANARY, error: CANARY, reason: CANARY },
  ];
  for (const event of worker) written.push(workerSentence(event));
  expect(unsafeIn(written.join('\n'))).toEqual([]);
  expect(written).toHaveLength(events.length + 1 + worker.length);
});

test('plain text keeps every other character', () => {
  expect(plainText('é😀 עברית\n日本')).toBe('é😀 עברית\n日本');
  expect(plainLine('a\tb\nc')).toBe('a\\tb\\nc');
  expect(plainOutput({ yaml: 'a\nb', key: 'a\nb', n: 1, none: null })).toEqual({
    yaml: 'a\nb',
    key: 'a\\nb',
    n: 1,
    none: null,
  });
  // A tune has lines, whatever else it has.
  expect(plainOutput({ texts: ['X:1\nK:D\nabc\u001b|'] })).toEqual({ texts: ['X:1\nK:D\nabc\\u001b|'] });
});
