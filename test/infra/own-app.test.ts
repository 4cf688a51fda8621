import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { OUTPUT, STACK_NAME } from '#core/base/names.ts';
import { buildOwnApp } from '../../examples/own-app/app.ts';
import { Goldpan } from '../../infra/goldpan.ts';
import { build } from './synth.ts';

const UNBUNDLED = { context: { 'aws:cdk:bundling-stacks': [] } };

describe('goldpan as a construct', () => {
  it('works inside the app of the example, on the bucket that the app gives', () => {
    const template = Template.fromStack(buildOwnApp(new App(UNBUNDLED)));
    const buckets = Object.keys(template.findResources('AWS::S3::Bucket'));
    expect(buckets.filter((id) => id.includes('Drop'))).toEqual([]);
    const photos = buckets.find((id) => id.startsWith('Photos'));
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: Match.objectLike({ detail: { bucket: { name: [{ Ref: photos }] } } }),
    });
    template.hasOutput(OUTPUT.dropBucket, { Value: { Ref: photos } });
    for (const name of [OUTPUT.dataBucket, OUTPUT.sampleFunctionName, OUTPUT.assembleMachineArn])
      template.hasOutput(name, {});
    // The app's function may call the endpoint.
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^DrawServiceRole'),
      PolicyDocument: Match.objectLike({ Statement: [Match.objectLike({ Action: 'lambda:InvokeFunction' })] }),
    });
  });

  it('gives the same resources as the stack of its own, under the same names', () => {
    const own = build({}).template.toJSON() as { Resources: object };
    expect(Object.keys(own.Resources).filter((id) => /^Storage(Drop|Data)/.test(id)).length).toBeGreaterThanOrEqual(2);
    const app = new App(UNBUNDLED);
    // Some logical ids contain the name of the stack.
    const stack = new Stack(app, STACK_NAME);
    new Goldpan(stack, 'Default');
    const other = Template.fromStack(stack).toJSON() as { Resources: object };
    expect(Object.keys(other.Resources)).toEqual(Object.keys(own.Resources));
  });

  it('refuses a drop bucket without versions', () => {
    const stack = new Stack(new App(UNBUNDLED), 'Mine');
    const dropBucket = new Bucket(stack, 'Photos');
    expect(() => new Goldpan(stack, 'Goldpan', { dropBucket })).toThrow('must be versioned');
  });
});
