import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../../cli/local/check.ts';
import { CheckOutput } from '../../../cli/local/check-output.ts';
import { printChecked } from '../../../cli/print/data/check.ts';
import { openTerminal } from '../../../cli/terminal/terminal.ts';
import { greyPng } from '../../fixtures/pictures.ts';
import { folderOf } from '../client/folder.ts';
import { compressed } from '../core/kinds/audio/compressed-sounds.ts';

function terminal() {
  const said: string[] = [];
  const err = { write: (text: string) => said.push(text) };
  return { ...openTerminal(err, err, { NO_COLOR: '1' }), said: () => said.join('') };
}

test('each file has its verdict, with the issues in words', async () => {
  const png = await greyPng(28, 28, 1);
  const folder = folderOf({ 'good.png': png, 'cut.png': png.subarray(0, 120), 'notes.pdf': '%PDF-1.4 ...' });
  const { said, ...spoken } = terminal();
  const answer = CheckOutput.parse(await check(spoken, [folder], { show: 5 }));
  expect(answer.items).toMatchObject({ accepted: 1, rejected: 2 });
  expect(Object.fromEntries(answer.files.map(({ file, verdict }) => [file, verdict]))).toEqual({
    [join(folder, 'good.png')]: 'accepted',
    [join(folder, 'cut.png')]: 'rejected',
    [join(folder, 'notes.pdf')]: 'rejected',
  });
  expect(said()).toMatch(/from the majority of the files:\n {2}kind: image/);
  const text = printChecked(answer, spoken.style);
  expect(text).toMatch(/rejected {2}.*cut\.png\n {2}image\.truncated: .*Upload it again/);
  expect(text).toContain('upload.type-not-allowed');
});

test('of many files the sum and the reasons come first, then those with something wrong', async () => {
  const names = Array.from({ length: 60 }, (_, i) => `n${String(i).padStart(2, '0')}.png`);
  const files = names.map((file, i) => ({ file, ok: i % 2 === 0 }));
  const answer = CheckOutput.parse({
    kind: 'image',
    config: null,
    items: { accepted: 30, rejected: 30, byIssue: { 'image.corrupt': 30 }, fixed: {} },
    remarks: [],
    files: files.map(({ file, ok }) => ({
      file,
      verdict: ok ? 'accepted' : 'rejected',
      accepted: ok ? 1 : 0,
      rejected: ok ? 0 : 1,
      byIssue: ok ? {} : { 'image.corrupt': 1 },
      issues: ok ? [] : [{ code: 'image.corrupt', place: { path: file } }],
      changes: [],
      flagged: [],
    })),
  });
  const lines = printChecked(answer, terminal().style).split('\n');
  expect(lines[0]).toBe('30 images accepted, 30 rejected, in 60 files.');
  expect(lines[2]).toMatch(/^30 {2}image\.corrupt/);
  expect(lines.filter((line) => line.startsWith('accepted'))).toEqual([]);
  expect(lines.filter((line) => line.startsWith('rejected'))).toHaveLength(20);
  expect(lines.at(-1)).toMatch(/^and 10 more files with issues/);
});

test('a text is judged line by line, by the dataset.yaml given', async () => {
  const config = 'kind: text\ntext: { unit: line, maxLength: 12 }\n';
  const folder = folderOf({ 'strict.yaml': config, 'names.txt': 'Emma\nCharlotte-Amalie\nOlivia\n' });
  const options = { show: 5, config: join(folder, 'strict.yaml') };
  const answer = await check(terminal(), [join(folder, 'names.txt')], options);
  expect(answer.files).toMatchObject([{ verdict: 'partly', accepted: 2, rejected: 1 }]);
  expect(answer.files[0]?.issues).toMatchObject([
    { code: 'text.too-long', place: { line: 2 }, allowed: expect.anything() },
  ]);
});

test('what is kept and marked is named, too', async () => {
  const rows = ['a,b', '1,x', '2,y', '3,z', '1,x', '4,w', '1,x'].join('\n');
  const folder = folderOf({ 'rows.csv': `${rows}\n` });
  const { style, ...spoken } = terminal();
  const answer = await check({ ...spoken, style }, [join(folder, 'rows.csv')], { show: 5 });
  expect(answer.files[0]?.flagged).toEqual([
    {
      code: 'item.duplicate',
      items: 2,
      first: [
        { path: 'rows.csv', line: 5 },
        { path: 'rows.csv', line: 7 },
      ],
    },
  ]);
  expect(printChecked(answer, style)).toContain('  kept, but item.duplicate: rows.csv, line 5; line 7');
});

test('two files of the same name are two files, and what is named is what was typed', async () => {
  const one = folderOf({ 'a.png': await greyPng(28, 28, 1) });
  const two = folderOf({ 'a.png': 'not a picture' });
  const answer = await check(terminal(), [join(one, 'a.png'), join(two, 'a.png')], { show: 5 });
  expect(answer.files.map(({ verdict }) => verdict)).toEqual(['accepted', 'rejected']);
});

test('a dataset.yaml that is not valid, and a path that is not there, are said before anything is checked', async () => {
  const folder = folderOf({ 'dataset.yaml': 'kind: image\nimages: {}\n', 'a.png': await greyPng() });
  await expect(check(terminal(), [folder], { show: 5 })).rejects.toThrow(/config\.unknown-key.*line 2/);
  await expect(check(terminal(), ['/nowhere/at/all'], { show: 5 })).rejects.toThrow(/no file or folder/);
});

test('the kind that a dataset.yaml names decides, whatever most of the files are', async () => {
  const files = { 'dataset.yaml': 'kind: image\n', 'a.txt': 'one', 'b.txt': 'two', 'c.png': await greyPng(28, 28, 1) };
  const answer = await check(terminal(), [folderOf(files)], { show: 5 });
  expect(answer).toMatchObject({ kind: 'image', items: { accepted: 1, rejected: 2 } });
});

test('a clip of sound is judged by the rules for sound', async () => {
  const loud = Float64Array.from({ length: 8000 }, (_, i) => 0.5 * Math.sin(i / 5) * (i > 1000 ? 1 : 0.001));
  const folder = folderOf({ 'a.wav': wavOf(loud), 'b.wav': wavOf(loud).subarray(0, 30) });
  const answer = await check(terminal(), [folder], { show: 5 });
  expect(answer.kind).toBe('audio');
  expect(answer.files.map(({ verdict }) => verdict)).toEqual(['accepted', 'rejected']);
});

test('a row of a table that is not as the others is named by its line', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${20 + i},${i % 2 ? 'clerk' : 'manager'}`);
  const folder = folderOf({ 'adult.csv': ['age,job', ...rows, '61,clerk,surplus', ''].join('\n') });
  const answer = await check(terminal(), [folder], { show: 5 });
  expect(answer).toMatchObject({ kind: 'table', items: { accepted: 40, rejected: 1 } });
  expect(answer.files[0]?.issues).toMatchObject([{ code: 'table.ragged-row', place: { line: 42 } }]);
});

/** 16-bit mono at 8 kHz. */
function wavOf(samples: Float64Array): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + samples.length * 2, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(16_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(samples.length * 2, 40);
  const data = Buffer.alloc(samples.length * 2);
  for (const [i, sample] of samples.entries()) data.writeInt16LE(Math.round(sample * 32_767), i * 2);
  return Buffer.concat([header, data]);
}

test('of a damaged sound that is kept, the seconds lost are told', async () => {
  const flac = compressed('flac');
  flac.fill(0x55, Math.floor(flac.length / 2), Math.floor(flac.length / 2) + 40);
  const config = 'kind: audio\nrules: { audio.damaged: { max: 1 } }\n';
  const { said: _, ...spoken } = terminal();
  const answer = CheckOutput.parse(
    await check(spoken, [folderOf({ 'a.flac': flac, 'dataset.yaml': config })], { show: 5 }),
  );
  const damaged = answer.files[0]?.flagged.find(({ code }) => code === 'audio.damaged');
  expect(damaged?.first[0]?.note).toMatch(/^0\.\d+ s of 1\.13 s lost$/);
  expect(printChecked(answer, spoken.style)).toMatch(/kept, but audio\.damaged: a\.flac \(0\.\d+ s of 1\.13 s lost\)/);
});

test('--rows shows the first texts as they are stored, of lines and of files', async () => {
  const folder = folderOf({
    'lines.txt': Array.from({ length: 9 }, (_, i) => `Line\u00a0${i} has cafe\u0301`).join('\n'),
  });
  const { said: _, ...spoken } = terminal();
  const { files } = CheckOutput.parse(await check(spoken, [folder], { show: 5, rows: 2 }));
  expect(files[0]?.preview).toEqual({ texts: ['Line\u00a00 has café', 'Line\u00a01 has café'] });
});

/** `a,b`, and two hundred times `1,x`. */
const XZ =
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AMjABFdADCLCECmdNNWRD21CzTylfwAAAAAAHGMJ76bROC9AAEtpAYAAAC/pKvYscRn+wIAAAAABFla';

test('a table that is packed by xz is read, by the process that reads tables', async () => {
  const folder = folderOf({ 'rows.csv.xz': Buffer.from(XZ, 'base64') });
  const { said: _, ...spoken } = terminal();
  const { files } = CheckOutput.parse(await check(spoken, [folder], { show: 5 }));
  expect(files).toMatchObject([{ verdict: 'accepted', rejected: 0 }]);
});

test('which encoding texts were read in is told beside the file', async () => {
  const words = [
    'Her g\u00fcn \u00e7ok g\u00fczel',
    '\u00d6\u00f0renci \u00fe\u00fd\u00fdk',
    'A\u00f0a\u00e7 \u00f6ld\u00fc',
  ];
  const folder = folderOf({ 'a.txt': Buffer.from(`${words.join('\n')}\n`.repeat(4), 'latin1') });
  const { said: _, ...spoken } = terminal();
  const { files } = CheckOutput.parse(await check(spoken, [folder], { show: 5 }));
  expect(files[0]?.changes).toContainEqual(
    expect.objectContaining({
      rule: 'text.encoding',
      examples: expect.arrayContaining([expect.objectContaining({ before: 'windows-1254', after: 'utf-8' })]),
    }),
  );
});
