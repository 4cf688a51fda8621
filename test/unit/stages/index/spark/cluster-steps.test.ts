// The statements of clusters, run by DuckDB in place of Spark, beside union-find.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { randomWords } from '#core/base/random.ts';
import { clustersOf } from '#core/similarity/clusters.ts';
import { type ItemsDatabase, openItemsDatabase } from '#stages/index/items/database.ts';
import { formClusters } from '#stages/index/spark/cluster-steps.ts';
import type { SparkEngine } from '#stages/index/spark/engine.ts';

type Edge = readonly [x: number, y: number];
const Row = z.record(z.string(), z.unknown());
let folder = '';
let database: ItemsDatabase;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'goldpan-stars-'));
  database = await openItemsDatabase(folder);
  await database.run('create macro xxhash64(a, b) as hash(a, b)');
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function stars(edges: readonly Edge[]): Promise<{ clusters: Map<number, number>; rounds: number }> {
  await database.run('drop table if exists verified');
  const filling = await database.fill('verified', { x: 'integer', y: 'integer' });
  for (const [x, y] of edges) filling.add(Math.min(x, y), Math.max(x, y));
  filling.close();
  const engine: Partial<SparkEngine> = {
    async table(name, sql) {
      await database.run(`create or replace temp table new_${name} as ${sql}`);
      await database.run(`drop table if exists ${name}`);
      await database.run(`create table ${name} as from new_${name}`);
      return Number((await database.rows(`select count(*) as n from ${name}`, Row))[0]?.n);
    },
    rows: async (sql) => (await database.rows(sql, Row)).map((row) => Object.values(row).map(String)),
  };
  const rounds = await formClusters(engine as SparkEngine);
  const rows = await database.rows('select u, v from edges', Row);
  return { clusters: new Map(rows.map(({ u, v }) => [Number(u), Number(v)])), rounds };
}

/** Each member of a cluster but the first, beside that one. */
function byUnionFind(count: number, edges: readonly Edge[]): Map<number, number> {
  const clusters = clustersOf(count);
  for (const [x, y] of edges) clusters.join(x, y);
  return new Map(
    clusters.groups().flatMap(([first = 0, ...rest]) => rest.map((item): [number, number] => [item, first])),
  );
}

const sorted = (map: ReadonlyMap<number, number>) => [...map].sort(([a], [b]) => a - b);

/** Node `i` of a shuffled graph. */
function shuffledNodes(count: number): number[] {
  const nodes = Array.from({ length: count }, (_, i) => i);
  const words = randomWords(count, 'nodes', count);
  for (let i = count - 1; i > 0; i--) {
    const other = (words[i] as number) % (i + 1);
    [nodes[i], nodes[other]] = [nodes[other] as number, nodes[i] as number];
  }
  return nodes;
}

const NODES = 24;
const SHAPES: readonly ((i: number, a: number, b: number) => Edge)[] = [
  (i) => [i, (i + 1) % NODES],
  (i) => [0, i + 1 < NODES ? i + 1 : 0],
  (i) => [NODES - 1, i],
  (i, a) => [i % 6, a % 6],
  (_, a, b) => [a % NODES, b % NODES],
  (_, a) => [a % NODES, a % NODES],
];

test('the clusters of 1,000 graphs are those of union-find: chains, rings, stars, cliques, loops and none', async () => {
  const graphs = 1_000;
  const edges: Edge[] = [];
  for (let graph = 0; graph < graphs; graph++) {
    const words = randomWords(graph, 'graph', 3 * NODES + 2);
    const shape = SHAPES[graph % SHAPES.length] as (typeof SHAPES)[number];
    const nodes = shuffledNodes(NODES).map((node) => graph * NODES + ((node + (words[0] as number)) % NODES));
    for (let i = 0; i < (words[1] as number) % NODES; i++) {
      const [x, y] = shape(i, words[2 + 2 * i] as number, words[3 + 2 * i] as number);
      if (x !== y) edges.push([nodes[x] as number, nodes[y] as number]);
    }
  }
  const { clusters } = await stars(edges);
  expect(clusters.size).toBeGreaterThan(5_000);
  expect(sorted(clusters)).toEqual(sorted(byUnionFind(graphs * NODES, edges)));
  expect((await stars([])).clusters.size).toBe(0);
});

test.each([
  ['in order', 100_000, (count: number) => Array.from({ length: count }, (_, i) => i)],
  ['in no order', 10_000, shuffledNodes],
] as const)('a chain of items %s is one cluster after at most 20 rounds', async (_, count, order) => {
  const nodes = order(count);
  const { clusters, rounds } = await stars(nodes.slice(1).map((node, i): Edge => [nodes[i] as number, node]));
  expect(rounds).toBeLessThanOrEqual(20);
  expect(clusters.size).toBe(count - 1);
  expect([...new Set(clusters.values())]).toEqual([0]);
});
