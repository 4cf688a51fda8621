// The run without faults, in a separate process: writes what every object must be to the named file.
import { writeFileSync } from 'node:fs';
import { simulate } from '../../test/fixtures/simulation/cloud.ts';
import { readDeployment } from '../../test/fixtures/simulation/deployment.ts';
import { NO_FAULTS } from '../../test/fixtures/simulation/faults.ts';
import { contentsOf } from '../../test/fixtures/simulation/invariants.ts';
import { setting } from './setting.ts';

/** `seconds`: of processor time. */
export type CalmRun = { readonly contents: readonly (readonly [string, string])[]; readonly seconds: number };

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('the file to write to is missing');
const { acts } = await setting();
const { data } = await simulate({ acts, faults: NO_FAULTS, seed: undefined, deployment: readDeployment() });
const contents = [...(await contentsOf(data))];
const { user, system } = process.cpuUsage();
const calm: CalmRun = { contents, seconds: (user + system) / 1e6 };
writeFileSync(file, JSON.stringify(calm));
