// goldpan fit --search: a declared space of settings, one run after another within one budget, judged on the validation split.

import { duration } from '#core/base/format.ts';
import { bestEpoch } from '#core/model/best-epoch.ts';
import { amountOf, titleOf } from '#core/model/metrics.ts';
import { plural, table } from '../../cli/terminal/format.ts';
import type { RunAnswer } from '../answers.ts';
import type { Context } from '../context.ts';
import { CommandFailure, EXIT } from '../failure.ts';
import { type FitOptions, fitDataset } from './fit.ts';
import type { SearchAnswer } from './fit-answers.ts';
import { minutesOf, pairOf, type Setting, settingOf, trainOverrides } from './fit-settings.ts';

const MOST_TRIALS = 64;
/** Under each of these the validation figure itself is another one: trials would not be comparable. */
const NOT_SEARCHED = ['model', 'likelihood', 'budgetMinutes', 'from'];

export type Space = Readonly<Record<string, readonly Setting[]>>;
export type SearchOptions = FitOptions & { readonly search: readonly string[] };

/** Each trial gets an equal share of what is left of the budget; a trial that was run before costs nothing again. */
export async function searchFit(context: Context, dataset: string, options: SearchOptions): Promise<SearchAnswer> {
  const { terminal, clock } = context;
  const trials = trialsOf(spaceOf(options.search));
  const minutes = options.budget === undefined ? undefined : minutesOf(options.budget);
  for (const settings of trials) trainOverrides({ ...options, set: [...options.set, ...pairsOf(settings)] });
  const startedAt = clock.now();
  const done: SearchAnswer['trials'] = [];
  for (const [place, settings] of trials.entries()) {
    const left = minutes === undefined ? undefined : minutes - (clock.now() - startedAt) / 60_000;
    if (left !== undefined && left <= 0) break;
    terminal.say(`Trial ${place + 1} of ${trials.length}: ${pairsOf(settings).join(' ')}`);
    // Shares that followed the clock to the millisecond would make the same trial another run each time.
    const share = minutes === undefined ? undefined : `${(minutes / trials.length).toFixed(2)}m`;
    const set = [...options.set, ...pairsOf(settings)];
    const answer = await fitDataset(context, dataset, { ...options, set, budget: share, wait: true });
    done.push(trialOf(settings, answer));
  }
  return { dataset, trials: done, best: bestOf(done), skipped: trials.length - done.length };
}

export function printSearch({ trials, best, skipped }: SearchAnswer): string {
  const rows = [...trials]
    .sort(
      (a, b) => (a.validation?.value ?? Number.POSITIVE_INFINITY) - (b.validation?.value ?? Number.POSITIVE_INFINITY),
    )
    .map(({ settings, runId, status, epochs, validation, seconds, modelId }) => [
      runId !== null && runId === best ? '*' : ' ',
      pairsOf(settings).join(' '),
      validation ? `${amountOf(validation.name, validation.value)}` : status,
      String(epochs),
      seconds === null ? '-' : duration(seconds * 1000),
      runId ?? '-',
      modelId ?? '-',
    ]);
  const name = trials.find(({ validation }) => validation)?.validation?.name;
  const head = [' ', 'settings', name ? `${titleOf(name)}, validation` : 'result', 'epochs', 'time', 'run', 'model'];
  return [
    table([head, ...rows]),
    ...(skipped > 0 ? [`The budget left no time for ${plural(skipped, 'trial')}.`] : []),
    best ? `* is the best on the validation split.` : 'No trial ended with a model.',
  ].join('\n');
}

/** `latentDim=8,16,32` and its like. Throws CommandFailure where no trial can be made of it. */
export function spaceOf(given: readonly string[]): Space {
  return Object.fromEntries(
    given.map((text) => {
      const [name, values] = pairOf(text);
      if (NOT_SEARCHED.includes(name)) {
        throw new CommandFailure(`--search cannot go over ${name}: its trials could not be compared.`, {
          exitCode: EXIT.usage,
        });
      }
      return [name, [...new Set(String(values).split(',').filter(Boolean).map(settingOf))]];
    }),
  );
}

/** All combinations, the first name changing slowest. */
export function trialsOf(space: Space): Record<string, Setting>[] {
  const trials = Object.entries(space).reduce<Record<string, Setting>[]>(
    (partial, [name, values]) => partial.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
  if (trials.length <= MOST_TRIALS) return trials;
  throw new CommandFailure(`--search asks for ${trials.length} trials; ${MOST_TRIALS} are the most.`, {
    exitCode: EXIT.usage,
  });
}

function pairsOf(settings: Record<string, Setting>): string[] {
  return Object.entries(settings).map(([name, value]) => `${name}=${value}`);
}

function trialOf(settings: Record<string, Setting>, answer: RunAnswer): SearchAnswer['trials'][number] {
  const { runId, status, epochs, modelId, promoted, cost } = answer;
  const best = bestEpoch(epochs);
  const validation = best && { name: best.selection, value: best.validation[best.selection] as number };
  return {
    settings,
    runId,
    status,
    epochs: epochs.length,
    validation: status === 'succeeded' && validation ? validation : null,
    modelId,
    promoted,
    seconds: cost?.seconds ?? null,
  };
}

function bestOf(trials: SearchAnswer['trials']): string | null {
  const ended = trials.filter(({ validation }) => validation !== null);
  const value = ({ validation }: SearchAnswer['trials'][number]) => validation?.value ?? Number.POSITIVE_INFINITY;
  return ended.sort((a, b) => value(a) - value(b))[0]?.runId ?? null;
}
