// Trains one run for each combination of settings within one budget, and names the best on the validation split.
import { bestEpoch } from '#core/model/best-epoch.ts';
import type { Context } from '../context.ts';
import { ClientFailure, EXIT } from '../failure.ts';
import { checkFit, type FitOptions, fitDataset } from './fit.ts';
import type { SearchOutput } from './fit-output.ts';
import type { RunOutput } from './output.ts';
import { type FitSettingValue, minutesOf, pairOf, settingOf } from './settings/fit-settings.ts';

const MOST_TRIALS = 64;
/** Settings that change the validation metric itself, so that trials could not be compared. */
const NOT_SEARCHED = ['model', 'likelihood', 'budgetMinutes', 'from'];

export type Space = Readonly<Record<string, readonly FitSettingValue[]>>;
export type SearchOptions = FitOptions & { readonly search: readonly string[] };

/** Returns the settings of each trial. Throws ClientFailure for one that no training takes, and for too many trials. */
export function checkSearch(options: Omit<SearchOptions, 'wait' | 'force'>): Record<string, FitSettingValue>[] {
  const trials = trialsOf(spaceOf(options.search));
  for (const settings of trials) checkFit({ ...options, set: [...options.set, ...pairsOf(settings)] });
  return trials;
}

/** Each trial gets an equal share of the budget; a trial that already ran is not trained again. */
export async function searchFit(context: Context, dataset: string, options: SearchOptions): Promise<SearchOutput> {
  const { notify, clock } = context;
  const trials = checkSearch(options);
  const minutes = options.budget === undefined ? undefined : minutesOf(options.budget);
  const startedAt = clock.now();
  const done: SearchOutput['trials'] = [];
  for (const [index, settings] of trials.entries()) {
    const left = minutes === undefined ? undefined : minutes - (clock.now() - startedAt) / 60_000;
    if (left !== undefined && left <= 0) break;
    const settingsText = pairsOf(settings).join(' ');
    notify({ type: 'trial-started', trial: index + 1, trials: trials.length, settings: settingsText });
    // A share computed from the clock would make the same trial a new run each time.
    const share = minutes === undefined ? undefined : `${(minutes / trials.length).toFixed(2)}m`;
    const set = [...options.set, ...pairsOf(settings)];
    const answer = await fitDataset(context, dataset, { ...options, set, budget: share, wait: true });
    done.push(trialOf(settings, answer));
  }
  return { dataset, trials: done, best: bestOf(done), skipped: trials.length - done.length };
}

/** Parses `latentDim=8,16,32`. Throws ClientFailure for a setting that cannot be searched. */
export function spaceOf(given: readonly string[]): Space {
  return Object.fromEntries(
    given.map((text) => {
      const [name, values] = pairOf(text, '--search', 'latentDim=8,16,32');
      if (NOT_SEARCHED.includes(name)) {
        throw new ClientFailure(`--search cannot vary ${name}: the trials could not be compared.`, {
          exitCode: EXIT.usage,
        });
      }
      return [name, [...new Set(String(values).split(',').filter(Boolean).map(settingOf))]];
    }),
  );
}

/** Returns all combinations, the first name changing slowest. */
export function trialsOf(space: Space): Record<string, FitSettingValue>[] {
  const trials = Object.entries(space).reduce<Record<string, FitSettingValue>[]>(
    (partial, [name, values]) => partial.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
  if (trials.length <= MOST_TRIALS) return trials;
  throw new ClientFailure(`--search asks for ${trials.length} trials; the limit is ${MOST_TRIALS}.`, {
    exitCode: EXIT.usage,
  });
}

function pairsOf(settings: Record<string, FitSettingValue>): string[] {
  return Object.entries(settings).map(([name, value]) => `${name}=${value}`);
}

function trialOf(settings: Record<string, FitSettingValue>, answer: RunOutput): SearchOutput['trials'][number] {
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

function bestOf(trials: SearchOutput['trials']): string | null {
  const ended = trials.filter(({ validation }) => validation !== null);
  const value = ({ validation }: SearchOutput['trials'][number]) => validation?.value ?? Number.POSITIVE_INFINITY;
  return ended.sort((a, b) => value(a) - value(b))[0]?.runId ?? null;
}
