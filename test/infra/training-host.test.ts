// The script of a training host, run as it is against a metadata service and a Docker of the test's own.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';

const SCRIPT = resolve(import.meta.dirname, '../../infra/compute/training-host.sh');

/** Answers only who has a token, as with `HttpTokens: required`. */
async function metadata(answers: Map<string, string>): Promise<string> {
  const server = createServer((request, response) => {
    if (request.method === 'PUT' && request.url === '/api/token') return response.end('token');
    const answer = answers.get((request.url ?? '').replace('/meta-data/', ''));
    if (request.headers['x-aws-ec2-metadata-token'] !== 'token') response.statusCode = 401;
    else if (answer === undefined) response.statusCode = 404;
    return response.end(answer);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

test('it writes what the host is, drains at the notice, and stops each job with time for a checkpoint, not before', async () => {
  const root = mkdtempSync(join(tmpdir(), 'goldpan-host-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const bin = join(root, 'bin');
  mkdirSync(bin);
  const command = (name: string, text: string) => {
    writeFileSync(join(bin, name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  command('systemd-run', 'shift 2; exec "$@"');
  command(
    'docker',
    `if [ "$1" = ps ]; then echo "$*" >> ${root}/asked; echo one; echo two; else echo "$*" >> ${root}/stopped; fi`,
  );
  const answers = new Map([
    ['instance-type', 'g5.2xlarge'],
    ['instance-life-cycle', 'spot'],
  ]);
  const host = spawn('bash', [SCRIPT], {
    env: { PATH: `${bin}:${process.env.PATH}`, ROOT: root, METADATA: await metadata(answers), POLL_SECONDS: '0.1' },
    stdio: 'ignore',
  });
  const ended = new Promise((settle) => host.once('close', settle));
  const facts = join(root, 'run/goldpan/host.json');
  while (!existsSync(join(root, 'usr/local/bin/goldpan-host'))) await sleep(50);
  await sleep(500);
  expect(JSON.parse(readFileSync(facts, 'utf8'))).toEqual({ instance: 'g5.2xlarge', purchase: 'spot' });
  expect(readFileSync(join(root, 'etc/ecs/ecs.config'), 'utf8')).toContain('ECS_ENABLE_SPOT_INSTANCE_DRAINING=true');
  expect(existsSync(join(root, 'stopped'))).toBe(false);

  answers.set('spot/instance-action', '{"action": "terminate", "time": "2026-11-29T10:00:00Z"}');
  await ended;
  expect(readFileSync(join(root, 'asked'), 'utf8')).toContain('label=com.amazonaws.ecs.task-arn');
  expect(readFileSync(join(root, 'stopped'), 'utf8').trim().split('\n').sort()).toEqual([
    'stop -t 100 one',
    'stop -t 100 two',
  ]);
});
