import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { SetupError } from '../errors.mjs';
import { join, root, work } from '../paths.mjs';

const source = 'https://repo1.maven.org/maven2';
/** The versions that belong to the Hadoop within Spark 3.5.6. */
const jars = [
  {
    path: 'org/apache/hadoop/hadoop-aws/3.3.4/hadoop-aws-3.3.4.jar',
    sha256: '53f9ae03c681a30a50aa17524bd9790ab596b28481858e54efd989a826ed3a4a',
  },
  {
    path: 'com/amazonaws/aws-java-sdk-bundle/1.12.262/aws-java-sdk-bundle-1.12.262.jar',
    sha256: '873fe7cf495126619997bec21c44de5d992544aea7e632fdc77adb1a0915bae5',
  },
];
const folder = join(work, 'spark-s3');
const fileOf = ({ path }) => join(folder, path.slice(path.lastIndexOf('/') + 1));

/** Fetches what Spark needs to read S3, from Maven Central, pinned by hash. Only `npm run test:spark` needs it: EMR Serverless has its own. */
export const sparkS3Step = {
  id: 'spark-s3',
  title: "Spark's access to S3",
  needs: ['spark'],
  inputs: [{ file: join(root, 'infra/setup/steps/spark-s3.mjs') }],
  mibOnDisk: 290,
  done: () => jars.every((jar) => existsSync(fileOf(jar))),
  async run() {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const jar of jars) await download(jar);
    return jars.map(({ path }) => path.split('/').at(-1)).join(', ');
  },
};

async function download(jar) {
  const url = `${source}/${jar.path}`;
  const answer = await fetch(url).catch((error) => ({ ok: false, status: error.message }));
  if (!answer.ok)
    throw new SetupError(
      `${url} cannot be fetched (${answer.status}). Check the connection and run the command again.`,
    );
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== jar.sha256)
    throw new SetupError(`${url} has the SHA-256 ${found}, not ${jar.sha256}. It was not kept.`);
  writeFileSync(`${fileOf(jar)}.new`, bytes);
  renameSync(`${fileOf(jar)}.new`, fileOf(jar));
}
