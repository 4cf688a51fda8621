const UNRELEASED = /^## (?<version>\d+\.\d+\.\d+) \(unreleased\)\n/m;

export type Cut = {
  /** The changelog with the section dated. */
  readonly changelog: string;
  /** The text of the section without its heading. */
  readonly notes: string;
};

/**
 * Dates the unreleased section of a changelog and returns its text. `day`: YYYY-MM-DD. Throws when there is no unreleased
 * section, when it is empty, or when a section of this version exists.
 */
export function cutSection(changelog: string, version: string, day: string): Cut {
  const heading = UNRELEASED.exec(changelog);
  if (!heading) throw new Error('CHANGELOG.md has no section "## <version> (unreleased)": add one with what changed');
  if (changelog.includes(`\n## ${version} (2`)) throw new Error(`CHANGELOG.md has a section of ${version} already`);
  const start = heading.index + heading[0].length;
  const next = changelog.indexOf('\n## ', start);
  const notes = changelog.slice(start, next < 0 ? undefined : next).trim();
  if (notes === '') throw new Error('the unreleased section of CHANGELOG.md is empty: say what changed');
  const dated = `## ${version} (${day})\n`;
  return { changelog: changelog.slice(0, heading.index) + dated + changelog.slice(start), notes: `${notes}\n` };
}
