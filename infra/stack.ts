// The stack that `cdk deploy` deploys.
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { STACK_DESCRIPTION } from '#core/base/names.ts';
import { Goldpan } from './goldpan.ts';
import type { Options } from './options.ts';

export class GoldpanStack extends Stack {
  constructor(scope: Construct, id: string, options: Options) {
    super(scope, id, { description: STACK_DESCRIPTION });
    // CDK leaves this id out of logical ids, so the resources have the same names as without the construct.
    new Goldpan(this, 'Default', options);
  }
}
