// Writes the summary of a vitest run as JSON to GOLDPAN_TEST_REPORT.
import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';
import type { Summary } from './summary.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const summary = summarize(modules, unhandled);
    writeFileSync(process.env.GOLDPAN_TEST_REPORT as string, JSON.stringify(summary));
  }
}

/**
 * Counts tests. A file that does not load, an error outside of any test and a test that is skipped without a reason each
 * count as one failure.
 */
function summarize(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Summary {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const skipped = tests.filter((test) => test.result().state === 'skipped');
  const reasons = skipped.flatMap((test) => reasonOf(test) ?? []);
  const failures = [
    ...tests.filter((test) => test.result().state === 'failed').map(nameOf),
    ...tests.filter((test) => test.result().state === 'pending').map((test) => `${nameOf(test)} did not end`),
    ...skipped.filter((test) => !reasonOf(test)).map((test) => `${nameOf(test)} is skipped without a reason`),
    ...modules.filter((module) => module.errors().length > 0).map((module) => `${fileOf(module)} does not load`),
    ...unhandled.map((error) => `error outside of a test: ${error.message}`),
  ];
  return {
    passed: tests.filter((test) => test.result().state === 'passed').length,
    failed: failures.length,
    failures,
    files: modules.map((module) => ({ file: fileOf(module), seconds: secondsOf(module) })),
    notRun: reasons,
  };
}

function reasonOf(test: TestCase): { test: string; reason: string } | undefined {
  const result = test.result();
  return result.state === 'skipped' && result.note ? { test: test.fullName, reason: result.note } : undefined;
}

function nameOf(test: TestCase): string {
  return `${fileOf(test.module)} > ${test.fullName}`;
}

function fileOf(module: TestModule): string {
  return relative(ROOT, module.moduleId);
}

function secondsOf(module: TestModule): number {
  const { collectDuration, setupDuration, duration } = module.diagnostic();
  return (collectDuration + setupDuration + duration) / 1000;
}
