// The page as a browser shows it: axe finds nothing, and nothing is wider than a phone.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runPage } from '../../../../containers/trainer/page/run-page.ts';
import { openBrowser, openPage } from '../../../fixtures/browser.ts';
import { endedPage } from './facts.ts';

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  page = await openPage(browser, runPage(endedPage()));
});
afterAll(() => browser?.close());

test.each([
  [390, 'light'],
  [1280, 'dark'],
] as const)('at %i pixels, %s: no hindrance, and no scrolling sideways', async (width, colorScheme) => {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme });
  const violations = await page.evaluate(`axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 120)).join(' | ')))`);
  expect(violations).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  const { GOLDPAN_SCREENSHOTS: folder } = process.env;
  if (folder) await page.screenshot({ path: `${folder}/run-page-${width}.png`, fullPage: true });
});
