// The software bill of materials of a release: every npm package of the lockfile with its licence and hash.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ARGUMENTS = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
const MOST_BYTES = 64 * 1024 ** 2;

type Component = { readonly name: string; readonly version: string; readonly hashes?: readonly Hash[] };
type Hash = { readonly alg: string; readonly content: string };
type Lock = { readonly packages: Readonly<Record<string, { readonly version?: string; readonly integrity?: string }>> };
export type Sbom = {
  readonly specVersion: string;
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly Component[];
};

/** Returns the CycloneDX document that npm makes of the lockfile in `root`, without the network. Throws what npm reports. */
export function sbomOf(root: string): Sbom {
  const text = execFileSync('npm', ARGUMENTS, { cwd: root, encoding: 'utf8', maxBuffer: MOST_BYTES });
  const made = JSON.parse(text) as Sbom;
  const { name } = read<{ name: string }>(root, 'package.json');
  const hashes = hashesIn(read<Lock>(root, 'package-lock.json'));
  return {
    ...made,
    // npm writes the name of the folder.
    metadata: { ...made.metadata, component: { ...made.metadata.component, name } },
    // npm leaves out the hash of a package of which the archive of another one has a copy.
    components: made.components.map((one) => ({
      ...one,
      hashes: one.hashes ?? hashes.get(`${one.name}@${one.version}`) ?? [],
    })),
  };
}

/** By name and version; a package inside the archive of another one has no hash of its own. */
function hashesIn({ packages }: Lock): Map<string, readonly Hash[]> {
  return new Map(
    Object.entries(packages).flatMap(([path, { version, integrity }]): [string, readonly Hash[]][] => {
      const [alg, digest] = integrity?.split('-') ?? [];
      if (alg === undefined || digest === undefined) return [];
      const content = Buffer.from(digest, 'base64').toString('hex');
      return [
        [
          `${path.split('node_modules/').at(-1)}@${version}`,
          [{ alg: alg.toUpperCase().replace('SHA', 'SHA-'), content }],
        ],
      ];
    }),
  );
}

function read<T>(root: string, file: string): T {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as T;
}

/** Returns the paragraph of the release notes that names the file. */
export function sbomNotes(file: string, { specVersion, components }: Sbom): string {
  return `\`${file}\` is the software bill of materials (CycloneDX ${specVersion}): the ${components.length} npm packages of the lockfile, with licences and hashes.\n`;
}
