// Shows which step a deployment has reached: each step by name, then its resources and the elapsed time.
import { count, duration } from '#core/base/format.ts';
import type { Terminal } from '../terminal/terminal.ts';

const LOG_EVERY_MS = 30_000;
const PREPARING = 'Preparing the packages of the functions and the bucket for them';
/** By the command of the CDK. Its commands synth and bootstrap run side by side. */
const STEPS: Readonly<Record<string, string>> = {
  synth: PREPARING,
  bootstrap: PREPARING,
  deploy: 'Deploying the stack',
};
/** The position in a line that `cdk deploy` prints for each event: `goldpan |  12/214 | 14:03:07 | CREATE_COMPLETE | ...` */
const RESOURCES = /\| +(\d+)\/(\d+) \|/;

export type DeployProgress = {
  step(command: string): void;
  /** A line that the CDK printed. */
  line(text: string): void;
  /** To be called every second: refreshes the live line; in a log, prints a line if the last one is 30 seconds old. */
  tick(): void;
  end(): void;
};

/** `now` is in milliseconds and need not be the wall clock. */
export function openDeployProgress(
  terminal: Pick<Terminal, 'say' | 'live' | 'interactive'>,
  now: () => number,
): DeployProgress {
  let name: string | undefined;
  let startedAt = now();
  let saidAt = startedAt;
  let resources = '';
  return {
    step(command) {
      const next = STEPS[command] ?? command;
      if (next === name) return;
      name = next;
      startedAt = saidAt = now();
      resources = '';
      terminal.say(`${name}.`);
    },
    line(text) {
      const [, done, total] = RESOURCES.exec(text) ?? [];
      // Those of `cdk bootstrap` belong to another stack, and it is done long before the packages are.
      if (total !== undefined && name === STEPS.deploy)
        resources = `${count(Number(done))} of ${count(Number(total))} resources, `;
    },
    tick() {
      if (name === undefined) return;
      const text = `${name}: ${resources}${duration(Math.floor((now() - startedAt) / 1000) * 1000)}`;
      terminal.live(text);
      if (terminal.interactive || now() - saidAt < LOG_EVERY_MS) return;
      saidAt = now();
      terminal.say(text);
    },
    end: () => terminal.live(undefined),
  };
}
