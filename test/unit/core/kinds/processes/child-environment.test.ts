import { expect, test } from 'vitest';
import { childEnvironment } from '#core/kinds/processes/child-environment.ts';

test('a reading process gets the path of shared libraries, and nothing else that its parent has', () => {
  const parent = { AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't', PATH: '/bin', NODE_OPTIONS: '--inspect' };
  expect(childEnvironment({ ...parent, LD_LIBRARY_PATH: '/var/lang/lib:/lib64' })).toEqual({
    LD_LIBRARY_PATH: '/var/lang/lib:/lib64',
  });
  expect(childEnvironment(parent)).toEqual({});
});
