// The buckets: what people drop, what goldpan makes of it, and who read either.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Options } from './options.ts';

const ABORT_UPLOADS_AFTER = Duration.days(7);
const KEEP_OLD_VERSIONS = Duration.days(30);
const KEEP_QUARANTINE = Duration.days(90);
const KEEP_EXPORTS = Duration.days(7);
const KEEP_ACCESS_LOGS = Duration.days(90);

export class Storage extends Construct {
  readonly drop: Bucket;
  readonly data: Bucket;

  constructor(scope: Construct, id: string, { removal }: Pick<Options, 'removal'>) {
    super(scope, id);
    const common: BucketProps = {
      // Keys of S3's own cost nothing and need no grants; a KMS key costs a monthly fee and one request an object.
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: removal === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    };
    const abortUploads = { id: 'abort-uploads', abortIncompleteMultipartUploadAfter: ABORT_UPLOADS_AFTER };
    const accessLogs = new Bucket(this, 'AccessLogs', {
      ...common,
      lifecycleRules: [abortUploads, { id: 'expire', expiration: KEEP_ACCESS_LOGS }],
    });
    this.drop = new Bucket(this, 'Drop', {
      ...common,
      versioned: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'drop/',
      lifecycleRules: [
        abortUploads,
        { id: 'old-versions', noncurrentVersionExpiration: KEEP_OLD_VERSIONS, expiredObjectDeleteMarker: true },
      ],
    });
    // On the resource itself: the construct's own switch brings a custom resource with it.
    (this.drop.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    this.data = new Bucket(this, 'Data', {
      ...common,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'data/',
      lifecycleRules: [
        abortUploads,
        { id: 'quarantine', prefix: 'quarantine/', expiration: KEEP_QUARANTINE },
        { id: 'exports', prefix: 'exports/', expiration: KEEP_EXPORTS },
      ],
    });
  }
}
