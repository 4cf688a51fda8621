// `npm run release -- 0.2.0`: sets the version, dates the changelog section, packs the sources with the lockfile, and writes the software
// bill of materials. It changes files and commits nothing, so that a person can review the difference first.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cutSection } from './changelog.ts';
import { sbomNotes, sbomOf } from './sbom.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const OUT = join(ROOT, '.goldpan', 'release');
const VERSION = /^\d+\.\d+\.\d+$/;

try {
  release(process.argv[2] ?? '');
} catch (error) {
  console.error(`release stopped: ${(error as Error).message}`);
  process.exitCode = 1;
}

function release(version: string): void {
  if (!VERSION.test(version)) throw new Error(`give a version like 0.2.0, for example \`npm run release -- 0.2.0\``);
  if (git('status', '--porcelain') !== '')
    throw new Error('there are uncommitted changes: commit or remove them first');
  const day = new Date().toISOString().slice(0, 10);
  const { changelog, notes } = cutSection(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), version, day);
  writeFileSync(join(ROOT, 'CHANGELOG.md'), changelog);
  execFileSync('npm', ['version', version, '--no-git-tag-version', '--allow-same-version'], { cwd: ROOT });

  mkdirSync(OUT, { recursive: true });
  const archive = join(OUT, `goldpan-${version}.tar.gz`);
  // A commit of the working tree without a branch; HEAD if nothing changed.
  const commit = git('stash', 'create') || 'HEAD';
  git('archive', `--prefix=goldpan-${version}/`, '-o', archive, commit);
  const sbom = sbomOf(ROOT);
  const sbomFile = `goldpan-${version}.cdx.json`;
  writeFileSync(join(OUT, sbomFile), `${JSON.stringify(sbom, null, 2)}\n`);
  writeFileSync(join(OUT, `notes-${version}.md`), `${notes}\n${sbomNotes(sbomFile, sbom)}`);
  console.log(
    `packed ${archive}\nsoftware bill of materials in ${join(OUT, sbomFile)}\nrelease notes in ${join(OUT, `notes-${version}.md`)}`,
  );
  console.log(`next: git commit -am 'release: ${version}' && git tag v${version}`);
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
}
