// What a changed dataset.yaml means for what lies there already.

import { count } from '#core/base/format.ts';
import { canonicalJson } from '#core/base/hash.ts';
import { takeCensus } from '#core/ingest/inventory.ts';
import type { CurrentConfig } from '#core/ingest/messages.ts';
import { plural } from '../../cli/terminal/format.ts';
import type { Context } from '../context.ts';
import { readCleaning } from '../datasets/cleaning.ts';

/** Says what is cleaned again and why, or that nothing is. */
export async function announceCleaning(
  { cloud, terminal }: Context,
  dataset: string,
  before: CurrentConfig,
  after: CurrentConfig,
): Promise<void> {
  if (after.configId === before.configId) {
    terminal.say('No cleaned item depends on what was changed: nothing is cleaned again.');
    return;
  }
  const census = await takeCensus(cloud.drop, cloud.data, dataset, after.configId);
  const cleaning = await readCleaning(cloud.data, census, after.configId);
  const changed = changedSections(before, after).join(', ');
  terminal.say(`Changed: ${changed}. Configuration ${after.configId} takes the place of ${before.configId}.`);
  const uploads = census.uploads.filter(({ state }) => state !== 'refused').length;
  const progress = cleaning ? `, ${count(cleaning.units.done)} of ${plural(cleaning.units.total, 'unit')} done` : '';
  terminal.say(
    `Cleaned again under it: ${plural(uploads, 'upload')}${progress}. \`goldpan status ${dataset}\` tells how far that is.`,
  );
}

function changedSections({ config: before }: CurrentConfig, { config: after }: CurrentConfig): string[] {
  const [old, fresh]: Record<string, unknown>[] = [before, after];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => canonicalJson(old?.[name] ?? null) !== canonicalJson(fresh?.[name] ?? null));
}
