import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { run } from '../command.mjs';
import { SetupError } from '../errors.mjs';
import { join, root, work } from '../paths.mjs';
import { sparkPython } from './spark.mjs';

/** The versions that belong to the Hadoop within Spark 3.5.6. */
const jars = [
  {
    name: ['org.apache.hadoop', 'hadoop-aws', '3.3.4'],
    sha256: '53f9ae03c681a30a50aa17524bd9790ab596b28481858e54efd989a826ed3a4a',
  },
  {
    name: ['com.amazonaws', 'aws-java-sdk-bundle', '1.12.262'],
    sha256: '873fe7cf495126619997bec21c44de5d992544aea7e632fdc77adb1a0915bae5',
  },
];
const folder = join(work, 'spark-s3');
const fileOf = ({ name: [, artifact, version] }, at = folder) => join(at, `${artifact}-${version}.jar`);
const IVY =
  "import glob, os, pyspark; print(glob.glob(os.path.join(os.path.dirname(pyspark.__file__), 'jars', 'ivy-*.jar'))[0])";

/**
 * Fetches what Spark needs to read S3, from Maven Central by Ivy, which Spark contains; pinned by hash. Only `npm run test:spark` needs it: EMR
 * Serverless has its own.
 */
export const sparkS3Step = {
  id: 'spark-s3',
  title: "Spark's access to S3",
  needs: ['spark'],
  inputs: [{ file: join(root, 'infra/setup/steps/spark-s3.mjs') }],
  mibOnDisk: 560,
  done: () => jars.every((jar) => existsSync(fileOf(jar))),
  async run() {
    rmSync(folder, { recursive: true, force: true });
    const fetched = join(folder, 'fetched');
    mkdirSync(fetched, { recursive: true });
    const ivy = (await run('Ivy of Spark', sparkPython, ['-c', IVY])).trim();
    for (const jar of jars) {
      await run(`${jar.name[1]}`, 'java', [
        ...['-jar', ivy, '-cache', join(fetched, 'cache'), '-dependency', ...jar.name, '-notransitive'],
        ...['-types', 'jar', '-confs', 'master', '-retrieve', join(fetched, '[artifact]-[revision].[ext]')],
      ]);
      keep(jar, fetched);
    }
    rmSync(fetched, { recursive: true });
    return jars.map(({ name }) => name.slice(1).join(' ')).join(', ');
  },
};

function keep(jar, fetched) {
  const file = fileOf(jar, fetched);
  const found = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (found !== jar.sha256)
    throw new SetupError(`${jar.name.join(':')} has the SHA-256 ${found}, not ${jar.sha256}. It was not kept.`);
  renameSync(file, fileOf(jar));
}
