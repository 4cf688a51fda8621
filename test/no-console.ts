// A print in a unit test is a fault: what people should see goes through an argument, what a fault says goes into an error.
import { afterEach, beforeEach, expect, vi } from 'vitest';

const METHODS = ['log', 'warn', 'error', 'info', 'debug'] as const;

beforeEach(() => {
  for (const method of METHODS) vi.spyOn(console, method);
});

afterEach(() => {
  const printed = METHODS.flatMap((method) => vi.mocked(console[method]).mock.calls);
  vi.restoreAllMocks();
  expect(printed, 'nothing is printed').toEqual([]);
});
