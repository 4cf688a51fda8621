import { expect, test } from 'vitest';
import { openBrowser, openPage } from '../../../../fixtures/browser.ts';
import { hostilePage } from './page-facts.ts';

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
  const browser = await openBrowser();
  try {
    const asked: string[] = [];
    let dialogs = 0;
    const page = await openPage(browser, hostilePage(), (opened) => {
      opened.on('request', (request) => asked.push(request.url()));
      opened.on('dialog', (dialog) => {
        dialogs++;
        void dialog.dismiss();
      });
    });
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
