// Every name that may stand in dataset.yaml.
import * as z from 'zod';
import { DatasetFile } from '#core/kinds/config.ts';

/** Returns the names of all settings and rules, at any depth. */
export function configNames(): Set<string> {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    const { properties } = node as { properties?: Record<string, unknown> };
    for (const name of Object.keys(properties ?? {})) names.add(name);
    for (const inner of Object.values(node)) visit(inner);
  };
  visit(z.toJSONSchema(DatasetFile, { io: 'input', unrepresentable: 'any' }));
  return names;
}
