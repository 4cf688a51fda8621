// A loaded session graph. Each step is one call with feeds, which returns values by name.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backend, DTYPE } from './binding.ts';
import { drawKey } from './context.ts';
import type { GraphNode } from './graph.ts';
import { SERVE_TAG, writeSavedModel } from './graph-def.ts';
import { readOf } from './optimizer.ts';
import { STEP, scalarEntry } from './state.ts';
import type { FeedSpec, FeedValue, Session, StateEntry, StateMap } from './types.ts';

/** A feed that distinguishes several runs of a program at one step, so that each draws its own noise; 0 if absent. */
const DRAW = 'draw';
/** Name of the program that `Session.average` runs. */
export const AVERAGE = 'average';

export type Draw = {
  readonly input: string;
  readonly site: string;
  readonly tower: number;
};

export type ProgramPlan = {
  readonly name: string;
  readonly training: boolean;
  readonly feed: Readonly<Record<string, FeedSpec>>;
  readonly draws: readonly Draw[];
  /** Fetched if nothing else is requested. */
  readonly outputs: readonly string[];
  /** Fetched by name only. */
  readonly norms: readonly string[];
};

export type SessionOptions = {
  readonly nodes: readonly GraphNode[];
  readonly plans: ReadonlyMap<string, ProgramPlan>;
  /** All entries for which the graph has a variable. */
  readonly state: StateMap;
  /** Values that replace those of the state, possibly with a `step`. */
  readonly given: StateMap;
  readonly seed: number;
};

type Feed = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
};

/** Loads the graph and puts the state into it. */
export function openSession<Name extends string>({ nodes, plans, state, given, seed }: SessionOptions): Session<Name> {
  const { binding } = backend();
  const id = loadGraph(nodes);
  let step = 0;

  const execute = (feeds: readonly Feed[], fetches: readonly string[]): Float32Array[] => {
    const ids = feeds.map(({ shape, values }) =>
      binding.createTensor(shape, values instanceof Float32Array ? DTYPE.float32 : DTYPE.int32, values),
    );
    try {
      const results = binding.runSavedModel(id, ids, ports(feeds.map(({ name }) => name)), ports(fetches));
      return results.map((result) => {
        // Copied, because the original may share memory with a variable of the session.
        const values = new Float32Array(binding.tensorDataSync(result.id));
        binding.deleteTensor(result.id);
        return values;
      });
    } finally {
      for (const input of ids) binding.deleteTensor(input);
    }
  };

  const session: Session<Name> = {
    get step() {
      return step;
    },
    run(program, feed, fetch) {
      const plan = plans.get(program);
      if (plan === undefined) throw new Error(`there is no program ${program}: there are ${[...plans.keys()]}`);
      const wanted = fetchedNames(plan, fetch);
      const position = { seed, step, draw: Number(feed[DRAW] ?? 0) };
      const keys = plan.draws.map(({ input, site, tower }) => ({
        name: input,
        shape: [2],
        values: drawKey(position, site, tower),
      }));
      const values = execute(
        [...feedsOf(plan, feed), ...keys],
        wanted.map((name) => `${plan.name}/output/${name}`),
      );
      if (plan.training) step += 1;
      return Object.fromEntries(wanted.map((name, i) => [name, values[i] as Float32Array]));
    },
    average(decay) {
      const plan = plans.get(AVERAGE);
      if (plan === undefined) throw new Error('this session keeps no averages that are moved when asked');
      execute(feedsOf(plan, { emaDecay: decay }), [`${AVERAGE}/output/done`]);
    },
    norms: (program) => plans.get(program)?.norms ?? [],
    fetch(names) {
      for (const name of names) if (!state.has(name)) throw new Error(`the state has no ${name}`);
      const values = names.length === 0 ? [] : execute([], names.map(readOf));
      const entry = (name: string, i: number): StateEntry => ({
        shape: state.get(name)?.shape ?? [],
        values: values[i] as Float32Array,
      });
      return new Map(names.map((name, i) => [name, entry(name, i)]));
    },
    save() {
      return new Map([...session.fetch([...state.keys()]), [STEP, scalarEntry(step)]]);
    },
    load(map) {
      const unknown = [...map.keys()].filter((name) => name !== STEP && !state.has(name));
      const missing = [...state.keys()].filter((name) => !map.has(name));
      if (unknown.length + missing.length > 0) {
        throw new Error(`this state does not fit the session: it lacks [${missing}] and has no place for [${unknown}]`);
      }
      execute(
        [...state].map(([name, { shape }]) => givenFeed(name, shape, map.get(name) as StateEntry)),
        ['loaded'],
      );
      step = map.get(STEP)?.values[0] ?? 0;
    },
    dispose: () => binding.deleteSavedModel(id),
  };
  const first = given.get(STEP);
  session.load(first === undefined ? state : new Map([...state, [STEP, first]]));
  return session;
}

function loadGraph(nodes: readonly GraphNode[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-graph-'));
  try {
    writeSavedModel(folder, nodes);
    return backend().binding.loadSavedModel(folder, SERVE_TAG);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function fetchedNames(plan: ProgramPlan, fetch: readonly string[] | undefined): string[] {
  const names = new Set(fetch ?? plan.outputs);
  if (plan.training) names.add('loss');
  for (const name of names) {
    if (!plan.outputs.includes(name) && !plan.norms.includes(name))
      throw new Error(`${plan.name} has no output ${name}: it has ${plan.outputs}`);
  }
  return [...names];
}

function feedsOf(plan: ProgramPlan, feed: Readonly<Record<string, FeedValue>>): Feed[] {
  for (const name of Object.keys(feed)) {
    if (name !== DRAW && !(name in plan.feed))
      throw new Error(`${plan.name} takes no ${name}: it takes ${Object.keys(plan.feed)}`);
  }
  return Object.entries(plan.feed).map(([name, spec]) => {
    const given = feed[name];
    if (given === undefined) throw new Error(`${plan.name} lacks the feed ${name}`);
    const values = typeof given === 'number' ? [given] : given;
    const count = spec.shape.reduce((a, b) => a * b, 1);
    if (values.length !== count)
      throw new Error(`${plan.name}: ${name} has ${values.length} values for the shape [${spec.shape}]`);
    return { name: `${plan.name}/feed/${name}`, shape: spec.shape, values: typed(values, spec.dtype) };
  });
}

function typed(values: Float32Array | Int32Array | number[], dtype: FeedSpec['dtype']): Float32Array | Int32Array {
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(values);
  return values instanceof Int32Array ? values : Int32Array.from(values);
}

function givenFeed(name: string, shape: readonly number[], entry: StateEntry): Feed {
  if (entry.shape.join() !== shape.join()) {
    throw new Error(`${name} has the shape [${entry.shape}], the session's is [${shape}]`);
  }
  return { name: `given/${name}`, shape, values: entry.values };
}

function ports(nodes: readonly string[]): string {
  return nodes.map((node) => `${node}:0`).join(',');
}
