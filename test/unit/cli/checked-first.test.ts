// What cannot be right is refused before anything is asked of a deployment, with what to write instead.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildProgram } from '../../../cli/program.ts';

let folder = '';
let picture = '';
const before = { ...process.env };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'goldpan-checked-'));
  picture = join(folder, 'cat.jpg');
  writeFileSync(picture, 'cat');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  // The object itself stays: what is written to another one does not reach native libraries, such as the number of TensorFlow's threads.
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  process.exitCode = undefined;
});

/** Returns what a command says on standard error; nothing answers at its endpoint. */
async function said(words: string): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const typed = words.split(' ').map((word) => word.replace('CAT', picture).replace('HERE', folder));
  const program = (await buildProgram('1.0.0', typed)).configureOutput({ writeErr: (text) => lines.push(text) });
  process.exitCode = undefined;
  await program
    .parseAsync(['--endpoint', 'http://127.0.0.1:9', ...typed], { from: 'user' })
    .catch(() => (process.exitCode = 2));
  expect(process.exitCode, words).toBe(2);
  return lines.join('');
}

test.each([
  ['sample Bad-Name', /"Bad-Name" is not a valid name/],
  ['sample pets --out x.tif', /\.tif files cannot be written.*\n.*\.webp/],
  ['sample pets -n 0', /whole number, 1 or more/],
  ['sample pets --sources no.txt', /no file no\.txt/],
  ['interpolate pets --from CAT', /Write: goldpan interpolate pets --from \S*cat\.jpg --to FILE/],
  ['interpolate pets --to CAT', /Write: goldpan interpolate pets --from FILE --to \S*cat\.jpg/],
  ['interpolate pets --from CAT --to CAT --label a', /two ends, but --label is given once.*\n.*twice/],
  ['interpolate pets --label a', /Write: goldpan interpolate pets --label CLASS --label CLASS/],
  ['mix pets --item CAT', /at least two items/],
  ['morph pets --item CAT --item no.jpg', /no file no\.jpg/],
  ['inpaint pets --item CAT', /--mask hole\.png.*--gap 0\.3-0\.45/],
  ['inpaint pets --item CAT --gap 3', /as in --gap 0\.3-0\.45/],
  ['denoise pets --item CAT --method best', /It is one of model, simple, better/],
  ['encode pets --item CAT --out codes.txt', /\.json.*\.npy/],
  ['decode pets no.json', /no file no\.json/],
  ['impute rows no.csv', /no file no\.csv/],
  ['fit pets --budget soon', /such as 90s, 10m or 1\.5h/],
  ['fit pets --set epoch=3', /Did you mean epochs\?/],
  ['fit pets --search latentDim', /--search takes key=value.*\n.*--search latentDim=8,16,32/],
  ['fit pets --dry-run --set epochs=many', /epochs/],
  ['export pets --out pets.csv', /--out pets or --out pets\.zip/],
  ['config set pets blurry', /name=value.*\n.*rules\.image\.blurry\.action=reject/],
  ['config check pets no.yaml', /no file no\.yaml/],
  ['put no.zip -d pets', /no file or folder at no\.zip/],
  ['put CAT -d My_Pets', /"My_Pets" is not a valid name/],
])('goldpan %s', async (words, expected) => {
  const text = await said(words);
  expect(text).toMatch(expected);
  expect(text).not.toContain('ECONNREFUSED');
});
