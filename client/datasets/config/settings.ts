// A configuration as a list of named values.
import type { EffectiveConfig } from '#core/kinds/config.ts';
import type { SettingValue } from './output.ts';

export type Leaf = { readonly path: readonly string[]; readonly name: string; readonly value: SettingValue };

/** Returns every value of a configuration. The name of a rule has a dot: `rules`, `image.blurry`, `action`. */
export function leavesOf(config: EffectiveConfig | Readonly<Record<string, unknown>>): Leaf[] {
  const found: Leaf[] = [];
  const visit = (value: unknown, path: readonly string[]) => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      for (const [name, inner] of Object.entries(value)) visit(inner, [...path, name]);
    else if (value !== undefined) found.push({ path, name: path.join('.'), value: value as SettingValue });
  };
  visit(config, []);
  return found;
}

/** Returns the path of a name in dataset.yaml, whether or not there is such a setting. */
export function pathOf(name: string, leaves: readonly Leaf[]): readonly string[] {
  const known = leaves.find((leaf) => leaf.name === name);
  if (known) return known.path;
  const segments = name.split('.');
  if (segments[0] !== 'rules' || segments.length < 4) return segments;
  return ['rules', segments.slice(1, -1).join('.'), segments.at(-1) as string];
}
