// The S3 store keeps the same contract as the store in memory, in a bucket with versions and in one without.
import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { beforeAll } from 'vitest';
import { s3Client, s3Store } from '#core/store/s3.ts';
import { storeContract } from '../unit/core/store/contract.ts';
import './deployed.ts';

const client = s3Client();
const plain = `contract-${randomUUID()}`;
const versioned = `contract-versions-${randomUUID()}`;

beforeAll(async () => {
  for (const Bucket of [plain, versioned]) await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(
    new PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration: { Status: 'Enabled' } }),
  );
});

storeContract('s3', { versioned: false, open: () => s3Store({ bucket: plain, client }) });
storeContract('s3 with versions', { versioned: true, open: () => s3Store({ bucket: versioned, client }) });
