import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXIT, explainError } from '#client/failure.ts';
import { describeTarget, environmentOf, readTargetFile, resolveTarget, type TargetFile } from '#client/target.ts';
import { duration } from '#core/base/format.ts';
import { eventLines } from '../../../cli/print/event-lines.ts';
import { eventPrinter } from '../../../cli/print/events.ts';
import { table } from '../../../cli/terminal/format.ts';
import { openProgress } from '../../../cli/terminal/progress.ts';
import { jsonLines, openTerminal } from '../../../cli/terminal/terminal.ts';
import { folderOf } from '../client/folder.ts';

const FILE: TargetFile = {
  endpoint: 'http://127.0.0.1:4599',
  region: 'us-east-1',
  outputs: { A: 'a' },
  pids: { emulator: 1, worker: null },
};

function streams(isTTY: boolean, environment: Record<string, string> = {}) {
  const written = { out: '', err: '' };
  const err = {
    isTTY,
    columns: 80,
    write: (text: string) => {
      written.err += text;
    },
  };
  const terminal = openTerminal(
    {
      write: (text: string) => {
        written.out += text;
      },
    },
    err,
    environment,
  );
  return { terminal, written };
}

test('the flag goes before the variable, the variable before the file, the file before the profile', () => {
  const environment = { AWS_ENDPOINT_URL: 'http://localhost:4566/', AWS_PROFILE: 'team' };
  expect(resolveTarget({ endpoint: 'http://flag:1' }, environment, FILE)).toMatchObject({
    endpoint: 'http://flag:1',
    source: 'flag',
  });
  const fromVariable = resolveTarget({}, environment, FILE);
  expect(fromVariable).toMatchObject({ endpoint: 'http://localhost:4566', source: 'environment', outputs: undefined });
  expect(resolveTarget({}, {}, FILE)).toMatchObject({
    endpoint: FILE.endpoint,
    source: 'file',
    outputs: { A: 'a' },
  });
  expect(resolveTarget({ stack: 'goldpan-dev' }, {}, FILE)).toMatchObject({
    stackName: 'goldpan-dev',
    outputs: undefined,
  });
  const nothing = resolveTarget({}, { AWS_PROFILE: 'team' }, readTargetFile(join(folderOf(), 'none.json')));
  expect(describeTarget(nothing, { AWS_PROFILE: 'team' })).toBe('AWS, profile team');
  expect(() => resolveTarget({ endpoint: 'localhost:4566' }, {}, undefined)).toThrow(/not a URL/);
});

test("an emulator never sees a person's own keys, another endpoint does", () => {
  const own = { AWS_ACCESS_KEY_ID: 'own', AWS_PROFILE: 'team' };
  const local = environmentOf({ endpoint: 'http://127.0.0.1:4566', region: undefined }, own);
  expect(local).toMatchObject({ AWS_ACCESS_KEY_ID: 'test', AWS_PROFILE: undefined, AWS_REGION: 'us-east-1' });
  const remote = environmentOf({ endpoint: 'https://s3.example.org', region: 'eu-west-1' }, own);
  expect(remote).not.toHaveProperty('AWS_ACCESS_KEY_ID');
});

test('a target file of another shape is as good as none', () => {
  expect(readTargetFile(join(folderOf({ 'target.json': '{"endpoint":1}' }), 'target.json'))).toBeUndefined();
  expect(readTargetFile(join(folderOf({ 'target.json': 'no json' }), 'target.json'))).toBeUndefined();
});

test('where nobody watches there is no live line and no colour, only a line now and then', () => {
  const { terminal, written } = streams(false);
  let now = 0;
  const progress = openProgress(terminal, 'Cleaning', () => now);
  for (; now <= 70_000; now += 1_000) progress.update(now / 1000, 100);
  const lines = () => written.err.split('\n').filter(Boolean);
  expect(lines()).toHaveLength(2);
  for (; now <= 300_000; now += 1_000) progress.update(70, 100);
  progress.end();
  expect(lines()).toHaveLength(3);
  expect(written.err).not.toContain('\u001b');
});

test('where somebody watches there is one bar with the time left, and it is removed', () => {
  const { terminal, written } = streams(true);
  let now = 0;
  const progress = openProgress(terminal, 'Cleaning', () => now);
  progress.update(0, 100);
  now = 10_000;
  progress.update(50, 100);
  expect(written.err).toMatch(/\[#{12}\.{12}\] {2}50% {2}50\/100 {2}10 s left/);
  progress.update(50, 100, 'scoring', 0);
  expect(written.err).toMatch(/50\/100 {2}scoring$/);
  progress.end();
  expect(written.err.endsWith('\r\u001b[2K')).toBe(true);
});

test('work of unknown extent tells how long it has gone on: always where somebody watches, every half minute in a log', () => {
  const [log, watched] = [streams(false), streams(true)];
  for (const { terminal } of [log, watched]) {
    const print = eventPrinter(terminal, () => 0);
    for (let sinceMs = 0; sinceMs <= 100_000; sinceMs += 400) print({ type: 'still', activity: 'assemble', sinceMs });
    print({ type: 'finished', activity: 'assemble' });
    print({ type: 'still', activity: 'assemble', sinceMs: 29_000 });
  }
  expect(log.written.err).toBe(
    ['30 s', '1 min 00 s', '1 min 30 s'].map((time) => `Assembling a snapshot: ${time}\n`).join(''),
  );
  expect(watched.written.err).toContain('Assembling a snapshot: 7.0 s');
});

test('the items of a snapshot add up: copies, and what is too similar to an item that measures, are told', () => {
  const { terminal, written } = streams(false);
  eventPrinter(
    terminal,
    () => 0,
  )({
    type: 'snapshot-sealed',
    snapshotId: '455b28fe523826f8',
    items: { accepted: 121, distinct: 120 },
    splits: { train: 12, validation: 2, test: 12 },
  });
  expect(written.err).toBe(
    'Snapshot 455b28fe523826f8: 120 distinct items (1 duplicate left out): 12 train, 2 validation, 12 test; 94 left out, since almost the same is in a split that measures.\n',
  );
});

test('NO_COLOR is obeyed', () => {
  expect(streams(true).terminal.style.bad('x')).toContain('\u001b[31m');
  expect(streams(true, { NO_COLOR: '1' }).terminal.style.bad('x')).toBe('x');
});

test('what went wrong is said without a stack, with what to do next', () => {
  const refused = Object.assign(new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]), {
    code: 'ECONNREFUSED',
  });
  expect(explainError(refused, 'http://localhost:1')).toMatchObject({
    message: 'Nothing answers at http://localhost:1 (ECONNREFUSED).',
    next: expect.stringContaining('local up'),
    exitCode: EXIT.failed,
  });
  const credentials = Object.assign(new Error('no keys'), { name: 'CredentialsProviderError' });
  expect(explainError(credentials, undefined).next).toContain('AWS_PROFILE');
  expect(explainError('odd', undefined).message).toBe('odd');
});

test('figures read as people write them', () => {
  expect([950, 9_500, 42_000, 125_000, 11_040_000].map(duration)).toEqual([
    '950 ms',
    '9.5 s',
    '42 s',
    '2 min 05 s',
    '3 h 04 min',
  ]);
  expect(
    table(
      [
        ['a', '1'],
        ['bbb', '22'],
      ],
      [1],
    ),
  ).toBe('a     1\nbbb  22');
});

test('progress for programs is one JSON document a line, without colours', () => {
  const { written, terminal } = streams(true);
  const err = {
    write: (text: string) => {
      written.err += text;
    },
  };
  const lines = jsonLines(terminal, err);
  lines.say('\u001b[31mtwo\nlines\u001b[0m');
  lines.live('a bar');
  eventLines(err, () => 0)({ type: 'progress', activity: 'upload', done: 1, total: 2 });
  expect(
    written.err
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { type: 'message', text: 'two\nlines' },
    { at: '1970-01-01T00:00:00.000Z', type: 'progress', activity: 'upload', done: 1, total: 2 },
  ]);
});

test('what is drawn again replaces the screen on a terminal, and is printed once in a log', () => {
  let out = '';
  const stream = {
    isTTY: false,
    write: (text: string) => {
      out += text;
    },
  };
  const log = openTerminal(stream, stream, {});
  for (const text of ['a', 'a', 'b']) log.redraw(text);
  expect(out).toBe('a\nb\n');
  out = '';
  const screen = openTerminal({ ...stream, isTTY: true }, stream, {});
  for (const text of ['a', 'a', 'b']) screen.redraw(text);
  screen.data('end');
  expect(out.split('\u001b[H\u001b[2J')).toEqual(['', 'a\n', 'b\n', 'end\n']);
});

test('a call that AWS throttles is told with the setting that reserves more', () => {
  const throttled = Object.assign(new Error('Rate Exceeded.'), { name: 'TooManyRequestsException' });
  const { message, next } = explainError(throttled, undefined);
  expect(message).toBe('AWS answers no more calls at the moment (429): Rate Exceeded.');
  expect(next).toContain('sampleConcurrency');
});

test('a deployment that is gone is told with both ways to deploy it', () => {
  const gone = Object.assign(new Error('The specified bucket does not exist'), { name: 'NoSuchBucket' });
  const { message, next } = explainError(gone, 'http://127.0.0.1:4566');
  expect(message).toMatch(/^The deployment at http:\/\/127\.0\.0\.1:4566 has no buckets: it was deleted/);
  expect(next).toMatch(/goldpan local up.*cdk deploy/);
});

test('a missing region is told with both ways to name a deployment', () => {
  const { message, next } = explainError(new Error('Region is missing'), undefined);
  expect(message).toBe('No AWS region is set, and no emulator is running.');
  expect(next).toMatch(/goldpan local up.*AWS_REGION/);
});
