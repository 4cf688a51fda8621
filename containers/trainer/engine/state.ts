// The named state of a run: the weights under the model's names, and the optimizer's slots. Loads no TensorFlow, because the trainer's
// parent process imports this file.
import type { OptimizerOptions, Program, StateEntry, StateMap } from './types.ts';

export const STEP = 'step';
const RESERVED = ['adam', 'ema', STEP];
/** Allowed names of TensorFlow nodes. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*(\/[A-Za-z0-9_.-]+)+$/;

export const slotNames = {
  firstMoment: (weight: string) => `adam/${weight}/m`,
  secondMoment: (weight: string) => `adam/${weight}/v`,
  beta1Power: (part: string) => `adam/${part}/beta1Power`,
  beta2Power: (part: string) => `adam/${part}/beta2Power`,
  average: (weight: string) => `ema/${weight}`,
};

export function partOf(name: string): string {
  return name.split('/')[0] as string;
}

/** The names that a model sees. */
export function weightNames(state: StateMap): string[] {
  return [...state.keys()].filter((name) => !RESERVED.includes(partOf(name)));
}

/** Returns the names of the weights that a program trains. Throws if a part that it names has none. */
export function trainedNames(program: Program, names: readonly string[]): string[] {
  for (const part of program.updates) {
    if (!names.some((name) => name.startsWith(`${part}/`))) throw new Error(`there is no part ${part} to update`);
  }
  return names.filter((name) => program.updates.includes(name.split('/')[0] as string));
}

/**
 * Returns the state with every slot that the programs need, at its initial value if the given state does not contain it, and without
 * `step`. Throws on a name that no graph can contain.
 */
export function completeState(
  given: StateMap,
  programs: Readonly<Record<string, Program>>,
  optimizer: OptimizerOptions,
): Map<string, StateEntry> {
  const state = new Map([...given].filter(([name]) => name !== STEP));
  for (const [name, entry] of state) checkEntry(name, entry);
  const weights = weightNames(given);
  const trained = new Set(Object.values(programs).flatMap((program) => trainedNames(program, weights)));
  const initial = (name: string, make: () => StateEntry) => {
    if (!state.has(name)) state.set(name, make());
  };
  for (const weight of trained) {
    const { shape, values } = given.get(weight) as StateEntry;
    initial(slotNames.firstMoment(weight), () => ({ shape, values: new Float32Array(values.length) }));
    initial(slotNames.secondMoment(weight), () => ({ shape, values: new Float32Array(values.length) }));
    initial(slotNames.beta1Power(partOf(weight)), () => scalarEntry(beta1Of(partOf(weight), optimizer)));
    initial(slotNames.beta2Power(partOf(weight)), () => scalarEntry(optimizer.beta2));
    if (isAveraged(weight, optimizer)) initial(slotNames.average(weight), () => ({ shape, values: values.slice() }));
  }
  return state;
}

/** Adam's first decay for the weights of a part. */
export function beta1Of(part: string, { beta1, beta1ByPart }: OptimizerOptions): number {
  return beta1ByPart?.[part] ?? beta1;
}

export function isAveraged(weight: string, { emaDecay, emaParts }: OptimizerOptions): boolean {
  return emaDecay !== undefined && (emaParts?.includes(partOf(weight)) ?? true);
}

/** Returns whether a run of the program takes the feed `emaDecay`. */
export function isAverageFed({ updates }: Program, { emaDecay, emaParts }: OptimizerOptions): boolean {
  return emaDecay === 'fed' && updates.some((part) => emaParts?.includes(part) ?? true);
}

export function scalarEntry(value: number): StateEntry {
  return { shape: [], values: Float32Array.of(value) };
}

function checkEntry(name: string, { shape, values }: StateEntry): void {
  if (!NAME.test(name)) throw new Error(`the state's name ${JSON.stringify(name)} must read part/layer/weight`);
  const count = shape.reduce((a, b) => a * b, 1);
  if (values.length !== count) throw new Error(`${name} has ${values.length} values for the shape [${shape}]`);
}
