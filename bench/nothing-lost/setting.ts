// What both runs of the bench drop: the same things in the same order, at the pace of a busy team.
import { IMAGES, SOUNDS, TABLES, TEXTS } from '../../test/fixtures/simulation/drops.ts';
import { type Scenario, scenarioOf } from '../../test/fixtures/simulation/scenario.ts';

/** Fewer for a look: GOLDPAN_UPLOADS=5000. */
export const UPLOADS = Number(process.env.GOLDPAN_UPLOADS ?? 100_000);
export const SEED = 2026;

export function setting(): Promise<Scenario> {
  return scenarioOf(SEED, UPLOADS, [TEXTS, IMAGES, SOUNDS, TABLES], {
    hostile: 0.05,
    overwritten: 0.02,
    deleted: 0.2,
    repeated: 0.05,
    everyMs: 15,
  });
}
