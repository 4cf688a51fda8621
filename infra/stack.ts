// goldpan as a stack of its own: what `cdk deploy` deploys.
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Goldpan } from './goldpan.ts';
import type { Options } from './options.ts';

export class GoldpanStack extends Stack {
  constructor(scope: Construct, id: string, options: Options) {
    super(scope, id, { description: 'goldpan: cleans raw data and trains a generative model on it' });
    // An id that CDK leaves out of logical ids: the resources keep the names that they had without the construct.
    new Goldpan(this, 'Default', options);
  }
}
