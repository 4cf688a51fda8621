// cdk-nag over every option set: no finding is left open, and no acknowledgement outlives its finding.

import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from 'cdk-nag';
import { afterAll, expect, test } from 'vitest';
import { type Built, OPTION_SETS, synth } from './synth.ts';

const PACKS = [AwsSolutionsChecks, ServerlessChecks];
/** They would say that a bucket or a queue is open. */
const NEVER_ACKNOWLEDGED = ['S1', 'S2', 'S10', 'SQS2', 'SQS4', 'SF1', 'SF2', 'IAM4', 'KMS5', 'EC23'];
const counts: Record<string, number> = {};

type Finding = { readonly id: string; readonly path: string };
type Acknowledgement = Finding & { readonly reason: string };

test.each(Object.entries(OPTION_SETS))('nothing is found with %s', (_, options) => {
  expect(findings(synth(options), (pack) => pack)).toEqual([]);
});

test.each(Object.entries(OPTION_SETS))('each acknowledgement is needed with %s', (name, options) => {
  const found = findings(synth(options), (pack) => Object.assign(pack, { isAcknowledged: () => false }));
  const given = acknowledgements(synth(options));
  const idle = given.filter(
    ({ id, path }) => !found.some((finding) => finding.id === id && finding.path.startsWith(path)),
  );
  expect(idle).toEqual([]);
  counts[name] = given.length;
});

test.each(Object.entries(OPTION_SETS))(
  'each acknowledgement has a reason and none hides an open door with %s',
  (_, options) => {
    for (const { id, reason } of acknowledgements(synth(options))) {
      expect(reason, id).toMatch(/^[A-Z1].{10,}\.$/);
      expect(NEVER_ACKNOWLEDGED).not.toContain(id.replace(/^(AwsSolutions|Serverless)-/, '').replace(/\[.*/, ''));
    }
  },
);

afterAll(() => process.stdout.write(`acknowledgements: ${JSON.stringify(counts)}\n`));

function findings({ app }: Built, prepare: (pack: NagPack) => NagPack): Finding[] {
  return PACKS.flatMap((Pack) => prepare(new Pack()).validateScope(app).violations).flatMap(
    ({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({ id: ruleName, path: constructPath ?? '' })),
  );
}

function acknowledgements({ app }: Built): Acknowledgement[] {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ id: id.replace(/^annotation::/i, ''), reason, path: node.path }))
      // The CDK acknowledges findings about itself.
      .filter(({ id }) => /^(AwsSolutions|Serverless)-/.test(id)),
  );
}
