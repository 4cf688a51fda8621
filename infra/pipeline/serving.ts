// The endpoint: one function behind a URL that only signed requests reach.
import { Duration } from 'aws-cdk-lib';
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Options } from '../options.ts';
import type { Storage } from '../storage.ts';
import { GoldpanFunction } from './function.ts';

export type ServingProps = { readonly storage: Storage } & Pick<Options, 'sampleConcurrency'>;

export class Serving extends Construct {
  readonly sample: GoldpanFunction;
  readonly url: FunctionUrl;

  constructor(scope: Construct, id: string, { storage, sampleConcurrency }: ServingProps) {
    super(scope, id);
    this.sample = new GoldpanFunction(this, 'sample', {
      memoryMiB: 1769,
      timeout: Duration.seconds(30),
      native: ['onnxruntime', 'sharp'],
      apart: ['libheif-js/wasm-bundle.js'],
      reservedConcurrency: sampleConcurrency,
    }).bindData(storage.data, { read: ['registry', 'models'] });
    this.url = this.sample.fn.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  }
}
