import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import chromium from '@sparticuz/chromium';
import { chromium as browsers } from 'playwright-core';
import { expect, test } from 'vitest';
import { hostilePage } from './page-facts.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LOOKS = [
  { width: 390, colorScheme: 'light', media: 'screen' },
  { width: 390, colorScheme: 'dark', media: 'screen' },
  { width: 1280, colorScheme: 'dark', media: 'screen' },
  { width: 794, colorScheme: 'light', media: 'print' },
] as const;
/** As a share of its list. */
const NARROWEST_VALUE =
  "Math.min(...[...document.querySelectorAll('dl.cells dd')].map((dd) => dd.clientWidth / dd.parentElement.clientWidth))";

test('on a phone and a desk, light, dark and in print: nothing runs, nothing overflows, and axe finds nothing', async () => {
  const executablePath = await chromium.executablePath();
  const browser = await browsers.launch({ executablePath, args: chromium.args, headless: true });
  try {
    // One page alone: this build ends with its first page.
    const page = await browser.newPage({ bypassCSP: true });
    const asked: string[] = [];
    let dialogs = 0;
    page.on('request', (request) => asked.push(request.url()));
    page.on('dialog', (dialog) => {
      dialogs++;
      void dialog.dismiss();
    });
    await page.setContent(hostilePage());
    await page.addScriptTag({ content: AXE });
    for (const { width, colorScheme, media } of LOOKS) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, media });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await page.evaluate(NARROWEST_VALUE), 'a long column name leaves its value room').toBeGreaterThan(0.4);
      const found = await page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
      );
      expect(found, `${width} ${colorScheme} ${media}`).toEqual([]);
    }
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([]);
    expect(dialogs).toBe(0);
  } finally {
    await browser.close();
  }
});
