import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { idleCosts, idleCostTable } from '../../infra/costs/idle-costs.ts';
import { MOST_ALARMS, MOST_MAPPINGS } from '../run/aws-plan.ts';
import { ofType, ROOT, synth } from './synth.ts';

test('the README has the idle costs that follow from the templates and the list prices', () => {
  const table = idleCostTable({
    default: synth().resources,
    'network=private': synth({ network: 'private' }).resources,
    'compute=worker': synth({ compute: 'worker' }).resources,
  });
  expect(readFileSync(resolve(ROOT, 'README.md'), 'utf8')).toContain(table);
});

test('the bound on the costs of a test run in an account counts at least what the stack has', () => {
  const built = synth({ compute: 'worker', removal: 'destroy', stage: 'test' });
  expect(ofType(built, 'AWS::CloudWatch::Alarm').length).toBeLessThanOrEqual(MOST_ALARMS);
  expect(ofType(built, 'AWS::Lambda::EventSourceMapping').length).toBeLessThanOrEqual(MOST_MAPPINGS);
});

test('what costs nothing while idle is not counted, and what is free is taken off', () => {
  const alarm = { Type: 'AWS::CloudWatch::Alarm' };
  const endpoint = {
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: { VpcEndpointType: 'Interface', SubnetIds: ['a', 'b'] },
  };
  const gateway = { Type: 'AWS::EC2::VPCEndpoint', Properties: { VpcEndpointType: 'Gateway' } };
  const some = { ...Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`a${i}`, alarm])), endpoint, gateway };
  const { alarms, polling, endpoints } = idleCosts(some);
  expect([alarms, polling, endpoints]).toEqual([expect.closeTo(0.2), 0, expect.closeTo(14.6)]);
  // Two queues: 2 x 5 connections x 131,400 requests, one million free.
  const mapping = { Type: 'AWS::Lambda::EventSourceMapping' };
  expect(idleCosts({ one: mapping, two: mapping }).polling).toBeCloseTo(0.1256, 4);
});
