import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { sha256 } from '#core/base/hash.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { UnitMessage, Verdict } from '#core/ingest/messages.ts';
import { keys } from '#core/store/keys.ts';
import { cleanImages } from '#stages/clean/image.ts';
import { type Intake, intake } from '../../../fixtures/ingest.ts';
import { decodePart } from '../../../fixtures/parts.ts';
import { breakPng, claimPngSize, colourJpeg, greyPixels, greyPng, zipOf } from '../../../fixtures/pictures.ts';

const GREY_28 = 'kind: image\nimage: { width: 28, height: 28, channels: 1 }\nlabels: folder\n';

/** Drops one archive into a configured dataset and cleans it. */
async function cleanZip(files: Record<string, Uint8Array>, config = GREY_28) {
  const into = intake();
  await into.dropObject('digits/dataset.yaml', config);
  await into.dropObject('digits/all.zip', await zipOf(files));
  const [message] = into.queue as [UnitMessage];
  const [verdict] = (await into.cleanAll()) as [Verdict];
  return { into, message, verdict, rows: await rowsOf(into, verdict) };
}

async function rowsOf({ data }: Intake, { part }: Verdict) {
  const object = part ? await data.get(part.key) : undefined;
  return object ? decodePart(object.body) : [];
}

async function quarantineOf({ data }: Intake, { quarantine }: Verdict) {
  const object = await data.get(quarantine ?? '');
  const lines = new TextDecoder().decode(object?.body).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as { path: string; issues: { code: string }[]; bytesSha256?: string });
}

describe('a clean image', () => {
  test('keeps its pixels, its folder as label and its lineage', async () => {
    const { rows, verdict } = await cleanZip({ '7/a.png': await greyPng(28, 28) });
    const pixels = greyPixels(28, 28);
    expect(rows).toMatchObject([
      {
        itemId: sha256('28x28x1:', pixels),
        path: '7/a.png',
        label: '7',
        width: 28,
        height: 28,
        channels: 1,
        originalWidth: 28,
        aspect: 1,
        source: 'digits/all.zip',
      },
    ]);
    expect(Buffer.compare(Buffer.from(rows[0]?.bytes ?? []), pixels)).toBe(0);
    expect(verdict.items).toEqual({ accepted: 1, rejected: 0 });
  });

  test('has the same id whatever file it came in', async () => {
    const png = await greyPng();
    const again = await sharp(png).toColourspace('b-w').png({ compressionLevel: 0 }).toBuffer();
    const webp = await sharp(png).webp({ lossless: true }).toBuffer();
    const { rows } = await cleanZip({ '7/a.png': png, '7/b.png': again, '7/c.webp': webp });
    expect(new Set(rows.map(({ itemId }) => itemId)).size).toBe(1);
  });

  test.each([1, 3])(
    'comes out with %i channels from grey, colour, transparent, 16-bit and CMYK files',
    async (channels) => {
      const grey = await greyPng(40, 30);
      const files = {
        '1/grey.png': grey,
        '1/colour.jpg': await colourJpeg(),
        '1/clear.png': await sharp(grey).ensureAlpha(0.5).png().toBuffer(),
        '1/deep.png': await sharp(grey).toColourspace('rgb16').png().toBuffer(),
        '1/print.jpg': await sharp(grey).toColourspace('cmyk').jpeg().toBuffer(),
        '1/palette.png': await sharp(grey).png({ palette: true }).toBuffer(),
      };
      const config = `kind: image\nimage: { width: 16, height: 12, channels: ${channels} }\n`;
      const { rows, verdict } = await cleanZip(files, config);
      expect(verdict.byIssue).toEqual(channels === 3 ? { 'image.grey': 4 } : {});
      expect(rows.map(({ bytes }) => bytes.length)).toEqual(Array(6).fill(16 * 12 * channels));
    },
  );

  test('stands upright and loses what its file says about place and person', async () => {
    const lying = await sharp(greyPixels(48, 24), { raw: { width: 48, height: 24, channels: 1 } })
      .withExif({ IFD0: { Artist: 'canary-person' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { into, rows, verdict } = await cleanZip({ '1/a.jpg': lying });
    expect(rows).toMatchObject([{ originalWidth: 24, originalHeight: 48 }]);
    const part = await into.data.get(verdict.part?.key ?? '');
    expect(Buffer.from(part?.body ?? []).includes('canary-person')).toBe(false);
  });

  test('tells what was changed in it, by hashes of before and after', async () => {
    const bytes = await sharp(greyPixels(48, 24), { raw: { width: 48, height: 24, channels: 1 } })
      .ensureAlpha(0.5)
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    const { rows, verdict } = await cleanZip({ '1/a.png': bytes, '1/b.png': await greyPng(28, 28) });
    const fixes = rows.map((row) => row.fixes.map((fix) => JSON.parse(fix) as Record<string, string>));
    const after = sha256(rows[0]?.bytes ?? '').slice(0, 16);
    expect(fixes).toEqual([
      ['image.orientation', 'image.transparent', 'image.channels', 'image.other-size'].map((rule) => ({
        rule,
        before: sha256(bytes).slice(0, 16),
        after,
      })),
      [],
    ]);
    expect(verdict.byIssue).toEqual({});
  });

  test('that would have to be changed is rejected where the rules say so', async () => {
    const config = `${GREY_28}rules: { image.other-size: { action: reject } }\n`;
    const { verdict } = await cleanZip({ '1/a.png': await greyPng(30, 28), '1/b.png': await greyPng(28, 28) }, config);
    expect(verdict).toMatchObject({ items: { accepted: 1, rejected: 1 }, byIssue: { 'image.other-size': 1 } });
    expect(verdict.examples).toMatchObject([{ given: '30 x 28 x 1', allowed: '28 x 28 x 1' }]);
  });

  test('is filtered where it is noisy and the rules say so', async () => {
    const files = { '1/a.png': await greyPng(28, 28) };
    const { rows } = await cleanZip(files, `${GREY_28}rules: { image.noisy: { action: fix, max: 5 } }\n`);
    const { rows: asIs } = await cleanZip(files);
    expect(rows[0]?.fixes.map((fix) => JSON.parse(fix).rule)).toEqual(['image.noisy']);
    expect(rows[0]?.noise).toBeLessThan(asIs[0]?.noise ?? 0);
  });

  test('has measures of its whole, not of the thumbnail that it becomes', async () => {
    const blocks = Uint8Array.from({ length: 256 * 256 }, (_, i) => ((i >> 5) * 37 + (i >> 13) * 91) % 256);
    const blur = await sharp(blocks, { raw: { width: 256, height: 256, channels: 1 } })
      .blur(3)
      .png()
      .toBuffer();
    const { rows } = await cleanZip({ '1/a.png': blur });
    expect(rows[0]?.flags).toContain('image.blurry');
    expect(rows[0]).toMatchObject({ originalWidth: 256, width: 28 });
  });

  test('that is a long strip fills its frame without being made larger', async () => {
    const strip = await sharp(greyPixels(3000, 40), { raw: { width: 3000, height: 40, channels: 1 } })
      .png()
      .toBuffer();
    const { rows } = await cleanZip({ '1/a.png': strip });
    expect(rows[0]?.flags).toContain('image.odd-aspect');
    expect(rows[0]?.bytes.length).toBe(28 * 28);
  });

  test('at the root of a labelled dataset is kept and marked', async () => {
    const { rows, verdict } = await cleanZip({ 'a.png': await greyPng() });
    expect(rows).toMatchObject([{ label: null, flags: ['item.no-label'] }]);
    expect(verdict.byIssue).toEqual({ 'item.no-label': 1 });
  });

  test('whose file goes on after its end keeps its pixels only', async () => {
    const tail = Buffer.from('PK\x03\x04 <script>canary</script>');
    const { into, verdict } = await cleanZip({ '1/a.png': Buffer.concat([await greyPng(), tail]) });
    expect(verdict.items.accepted).toBe(1);
    const part = await into.data.get(verdict.part?.key ?? '');
    expect(Buffer.from(part?.body ?? []).includes('canary')).toBe(false);
  });
});

describe('a bad file is rejected and its neighbours are not:', () => {
  const bad: [string, string, () => Promise<Uint8Array>][] = [
    ['a PNG cut short', 'image.truncated', async () => (await greyPng()).subarray(0, 300)],
    ['a PNG with only its signature', 'image.truncated', async () => (await greyPng()).subarray(0, 8)],
    ['a JPEG cut short', 'image.truncated', async () => (await colourJpeg(200, 200)).subarray(0, 900)],
    ['a PNG with a wrong checksum', 'image.corrupt', async () => breakPng(await greyPng())],
    ['a PNG of 60,000 x 60,000', 'image.too-many-pixels', async () => claimPngSize(await greyPng(), 60_000, 60_000)],
    ['an empty file', 'upload.empty', async () => new Uint8Array()],
    ['text named .png', 'upload.type-not-allowed', async () => Buffer.from('hello')],
    [
      'an SVG',
      'upload.type-not-allowed',
      async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    ],
    ['an archive in the archive', 'upload.type-not-allowed', async () => zipOf({ 'a.png': await greyPng() })],
    [
      'an animation',
      'image.animated',
      () =>
        sharp(greyPixels(24, 16), { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
          .webp({ delay: [9, 9] })
          .toBuffer(),
    ],
  ];

  test.each(bad)('%s -> %s', async (_, code, make) => {
    const bytes = await make();
    const { into, message, rows, verdict } = await cleanZip({
      '1/before.png': await greyPng(28, 28, 1),
      '2/bad.png': bytes,
      '3/after.png': await greyPng(28, 28, 3),
    });
    expect(rows.map(({ path }) => path)).toEqual(['1/before.png', '3/after.png']);
    expect(verdict).toMatchObject({ items: { accepted: 2, rejected: 1 }, byIssue: { [code]: 1 } });
    expect(verdict.examples).toMatchObject([{ code, place: { path: '2/bad.png' } }]);
    const [line] = await quarantineOf(into, verdict);
    expect(line).toMatchObject({ path: '2/bad.png', issues: [{ code }] });
    if (bytes.length > 0) {
      const kept = await into.data.get(keys.quarantinedBytes(message, line?.bytesSha256 ?? ''));
      expect(Buffer.compare(kept?.body ?? new Uint8Array(), bytes)).toBe(0);
    }
  });

  test('an upload with nothing good in it has a verdict without a part', async () => {
    const { verdict } = await cleanZip({ '1/a.png': Buffer.from('x') });
    expect(verdict).toMatchObject({ part: null, items: { accepted: 0, rejected: 1 } });
  });

  test('a single dropped image that is cut short', async () => {
    const into = intake();
    await into.dropObject('digits/3/a b+%.png', (await greyPng()).subarray(0, 300));
    const [verdict] = await into.cleanAll();
    expect(verdict?.examples).toMatchObject([{ code: 'image.truncated', place: { path: '3/a b+%.png' } }]);
  });
});

test('huge pictures that planning did not foresee take no more time than there is; the rest is named', async () => {
  const claimed = claimPngSize(await greyPng(), 7000, 7000);
  const files = Object.fromEntries(Array.from({ length: 45 }, (_, i) => [`1/${10 + i}.png`, claimed]));
  const into = intake();
  await into.dropObject('digits/dataset.yaml', GREY_28);
  await into.dropObject('digits/all.zip', await zipOf({ ...files, '1/99.png': await greyPng(28, 28) }));
  const units = into.queue.splice(0) as UnitMessage[];
  into.queue.push({ ...(units[0] as UnitMessage), slice: { type: 'zip', firstEntry: 0, entryCount: 46 } });
  const [verdict] = await into.cleanAll();
  expect(verdict?.items).toEqual({ accepted: 1, rejected: 45 });
  expect(verdict?.byIssue).toEqual({ 'image.corrupt': 40, 'image.too-many-pixels': 5 });
});

test('a version that is gone when its unit is cleaned is superseded', async () => {
  const into = intake();
  await into.dropObject('digits/a.png', await greyPng());
  const message = { ...(into.queue[0] as UnitMessage) };
  message.source = { ...message.source, versionId: 'v-gone' };
  await cleanImages(message, into);
  const verdict = await into.data.get(keys.verdict(message));
  expect(JSON.parse(new TextDecoder().decode(verdict?.body)).byIssue).toEqual({ 'upload.superseded': 1 });
});

test('a repeated message changes nothing, with or without its verdict', async () => {
  const { into, message } = await cleanZip({ '1/a.png': await greyPng(), '2/b.png': Buffer.from('x') });
  const before = await into.snapshot();
  expect(await cleanImages(message, into)).toMatchObject({ state: 'done-before' });
  await into.data.delete(keys.verdict(message));
  expect(await cleanImages(message, into)).toMatchObject({ state: 'cleaned' });
  expect(await into.snapshot()).toEqual(before);
});

test('the verdict is the last thing written', async () => {
  const into = intake();
  await into.dropObject('digits/all.zip', await zipOf({ '1/a.png': await greyPng(), '2/b.png': Buffer.from('x') }));
  const written: string[] = [];
  const put: typeof into.data.put = (key, ...rest) => {
    written.push(key.split('/')[0] ?? '');
    return into.data.put(key, ...rest);
  };
  await cleanImages(into.queue[0], { drop: into.drop, data: { ...into.data, put } });
  expect(written).toEqual(['quarantine', 'quarantine', 'parts', 'verdicts']);
});

test('quarantine keeps no more bytes of one unit than its cap, and every line', async () => {
  const junk = Object.fromEntries(
    Array.from({ length: LIMITS.quarantineItems + 3 }, (_, i) => [`1/${i}.png`, Buffer.from(`junk ${i}`)]),
  );
  const { into, verdict } = await cleanZip(junk);
  const lines = await quarantineOf(into, verdict);
  expect(lines.length).toBe(LIMITS.quarantineItems + 3);
  expect(lines.filter(({ bytesSha256 }) => bytesSha256).length).toBe(LIMITS.quarantineItems);
});

test.each([undefined, {}, { dataset: 'digits' }])('a message that is none fails: %j', async (body) => {
  await expect(cleanImages(body, intake())).rejects.toThrow();
});

test('a unit of a configuration that does not exist fails', async () => {
  const into = intake();
  await into.dropObject('digits/a.png', await greyPng());
  await expect(cleanImages({ ...into.queue[0], configId: 'unknown' }, into)).rejects.toThrow('no configuration');
});
