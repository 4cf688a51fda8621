// The buckets for uploads and for goldpan's objects, and the grants of their readers.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  CfnBucket,
  HttpMethods,
  type IBucket,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Options } from './options.ts';

const ABORT_UPLOADS: LifecycleRule = { id: 'abort-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) };
const KEEP_OLD_VERSIONS = Duration.days(30);
const KEEP_QUARANTINE = Duration.days(90);
const KEEP_EXPORTS = Duration.days(7);
/** Time for which the files of a failed assemble are kept, so that its cause can be found. */
const KEEP_WORK = Duration.days(7);
/** Time for which a browser caches that it may read. */
const CORS_SECONDS = 3600;
const KEEP_ACCESS_LOGS = Duration.days(90);

export type StorageProps = Pick<Options, 'removal' | 'browserOrigins'> & {
  readonly dropBucket?: IBucket | undefined;
  readonly dataBucket?: IBucket | undefined;
};

export class Storage extends Construct {
  readonly drop: IBucket;
  readonly data: IBucket;

  /** Given buckets are used unchanged. Throws if the given drop bucket lacks a property that the ingest needs. */
  constructor(scope: Construct, id: string, { removal, browserOrigins, dropBucket, dataBucket }: StorageProps) {
    super(scope, id);
    if (dropBucket) refuseUnfit(dropBucket);
    const common: BucketProps = {
      // S3-managed keys cost nothing and need no grants; a KMS key costs a monthly fee and one request for each object.
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: removal === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    };
    if (dropBucket && dataBucket) {
      this.drop = dropBucket;
      this.data = dataBucket;
      return;
    }
    const serverAccessLogsBucket = new Bucket(this, 'AccessLogs', {
      ...common,
      lifecycleRules: [ABORT_UPLOADS, { id: 'expire', expiration: KEEP_ACCESS_LOGS }],
    });
    const logged = { ...common, serverAccessLogsBucket };
    this.drop = dropBucket ?? newDropBucket(this, logged);
    this.data = dataBucket ?? newDataBucket(this, logged, browserOrigins);
  }
}

function newDropBucket(scope: Construct, common: BucketProps): Bucket {
  const bucket = new Bucket(scope, 'Drop', {
    ...common,
    versioned: true,
    serverAccessLogsPrefix: 'drop/',
    lifecycleRules: [
      ABORT_UPLOADS,
      { id: 'old-versions', noncurrentVersionExpiration: KEEP_OLD_VERSIONS, expiredObjectDeleteMarker: true },
    ],
  });
  // Set on the resource itself, because the construct's option would add a custom resource.
  (bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  };
  return bucket;
}

function newDataBucket(scope: Construct, common: BucketProps, browserOrigins: readonly string[]): Bucket {
  return new Bucket(scope, 'Data', {
    ...common,
    serverAccessLogsPrefix: 'data/',
    ...(browserOrigins.length > 0 && {
      cors: [{ allowedOrigins: [...browserOrigins], allowedMethods: [HttpMethods.GET], maxAge: CORS_SECONDS }],
    }),
    lifecycleRules: [
      ABORT_UPLOADS,
      { id: 'quarantine', prefix: 'quarantine/', expiration: KEEP_QUARANTINE },
      { id: 'exports', prefix: 'exports/', expiration: KEEP_EXPORTS },
      { id: 'work', prefix: 'work/', expiration: KEEP_WORK },
    ],
  });
}

/** Checks a bucket of the same app; the properties of an imported one are unknown. */
function refuseUnfit(bucket: IBucket): void {
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof CfnBucket)) return;
  const versioning = resource.versioningConfiguration as CfnBucket.VersioningConfigurationProperty | undefined;
  if (versioning?.status !== 'Enabled')
    throw new Error(
      'dropBucket must be versioned: each version of an uploaded file is an upload of its own. Add versioned: true.',
    );
}
