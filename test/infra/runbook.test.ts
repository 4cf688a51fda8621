// Every alarm and every dead-letter queue of a stack has an entry in the runbook, with a command of goldpan.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { OPTION_SETS, ofType, ROOT, synth } from './synth.ts';

describe.each(Object.entries(OPTION_SETS))('with %s', (_, options) => {
  const built = synth(options);

  test('each alarm leads to an entry of the runbook', () => {
    const runbook = readFileSync(resolve(ROOT, 'docs/runbook.md'), 'utf8');
    for (const [id, { Properties }] of ofType(built, 'AWS::CloudWatch::Alarm')) {
      const [, entry] = /docs\/runbook\.md#([a-z-]+)$/.exec(Properties.AlarmDescription) ?? [];
      expect(runbook, id).toContain(`\n## ${entry}\n`);
      expect(Properties.AlarmActions?.length, id).toBe(options.alarmEmail ? 1 : undefined);
    }
  });

  test('each entry of the runbook names a command of goldpan, and each dead-letter queue has a row', () => {
    const [, ...entries] = readFileSync(resolve(ROOT, 'docs/runbook.md'), 'utf8').split('\n## ');
    for (const entry of entries) expect(entry).toMatch(/`goldpan (doctor|redrive|fit|status)\b|Deploy again/);
    const rows = entries.find((entry) => entry.startsWith('dead-letters\n'));
    for (const [, { Properties }] of ofType(built, 'AWS::CloudWatch::Alarm')) {
      const [, queue] = /^The dead-letter queue (\w+) contains/.exec(Properties.AlarmDescription) ?? [];
      if (queue) expect(rows).toMatch(new RegExp(`^ +\\|.*\\*${queue}\\*.*\\|`, 'm'));
    }
  });
});
