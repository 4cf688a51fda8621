// The emulator as a library, started for real: it is quick enough for a unit test once the set-up has run.
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientEnvironment, freePort, isHealthy, startEmulator } from '../../../infra/emulator/emulator.ts';

test('it answers when start resolves, refuses a taken port, and is gone after stop', async () => {
  const emulator = await startEmulator();
  const folder = join(tmpdir(), `goldpan-emulator-${userInfo().uid}-${emulator.port}`);
  try {
    // Functions run from it, and its name can be guessed.
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(await isHealthy(emulator.endpoint)).toBe(true);
    await expect(startEmulator({ port: emulator.port })).rejects.toThrow(/Another server is listening at/);
  } finally {
    await emulator.stop();
  }
  expect(await isHealthy(emulator.endpoint)).toBe(false);
  expect(existsSync(folder)).toBe(false);
});

test('a port where something listens without an answer is taken, and the folder of what runs there stays', async () => {
  const busy = createServer();
  const port = await freePort();
  await new Promise<void>((settle) => busy.listen(port, '127.0.0.1', settle));
  const folder = join(tmpdir(), `goldpan-emulator-${userInfo().uid}-${port}`);
  mkdirSync(folder);
  try {
    await expect(startEmulator({ port })).rejects.toThrow(/Another server is listening at/);
    expect(existsSync(folder)).toBe(true);
  } finally {
    busy.close();
    rmSync(folder, { recursive: true });
  }
});

test('clients are pointed at it for every service', async () => {
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  expect(clientEnvironment(endpoint)).toMatchObject({ AWS_ENDPOINT_URL: endpoint, AWS_ENDPOINT_URL_S3: endpoint });
});
