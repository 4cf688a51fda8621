import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { sbomNotes, sbomOf } from '../../../infra/release/sbom.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
type Locked = { readonly version?: string; readonly integrity?: string };

test('every package of the lockfile is in the bill, with its version and hash', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const sbom = sbomOf(ROOT);
  expect(sbom.metadata.component.name).toBe('goldpan');
  // One package may be listed twice: by itself, and as a copy inside the archive of another one.
  const listed = new Map<string, unknown[]>();
  for (const { name, version, hashes = [] } of sbom.components)
    listed.set(`${name}@${version}`, [...(listed.get(`${name}@${version}`) ?? []), ...hashes]);
  let compared = 0;
  for (const [path, { version, integrity }] of Object.entries(packages)) {
    if (path === '') continue;
    const hashes = listed.get(`${path.split('node_modules/').at(-1)}@${version}`);
    expect(hashes, path).toBeDefined();
    // A copy inside an archive has no hash of its own.
    if (integrity === undefined) continue;
    const [alg = '', digest = ''] = integrity.split('-');
    const content = Buffer.from(digest, 'base64').toString('hex');
    expect(hashes, path).toContainEqual({ alg: alg.toUpperCase().replace('SHA', 'SHA-'), content });
    compared++;
  }
  expect(compared).toBeGreaterThan(100);
});

test('the release notes name the file and how many packages it lists', () => {
  const root = mkdtempSync(join(tmpdir(), 'goldpan-sbom-'));
  writeFileSync(join(root, 'package.json'), '{"name":"pan","version":"1.0.0"}');
  const resolved = { '': { name: 'pan', version: '1.0.0' } };
  writeFileSync(
    join(root, 'package-lock.json'),
    JSON.stringify({ name: 'pan', version: '1.0.0', lockfileVersion: 3, packages: resolved }),
  );
  const sbom = sbomOf(root);
  expect(sbom).toMatchObject({ components: [], metadata: { component: { name: 'pan', version: '1.0.0' } } });
  expect(sbomNotes('pan.cdx.json', sbom)).toMatch(/^`pan\.cdx\.json` .*\(CycloneDX 1\.\d\): the 0 npm packages/);
});
