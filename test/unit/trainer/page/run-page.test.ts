import { expect, test } from 'vitest';
import { runPage } from '../../../../containers/trainer/page/run-page.ts';
import { endedPage, LATENT, runningPage } from './facts.ts';

const text = (page: string) =>
  page
    .replace(/<style>.*?<\/style>/s, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');

test('a running page says how far it is, how long it takes at most and what it has cost', () => {
  const page = text(runPage(runningPage()));
  for (const words of [
    'epochs done 12 of 30',
    'time left 6 min 25 s at most',
    'cost so far 0.015 USD assumed: g4dn.xlarge',
    'speed 2,480 items/s',
    'memory 912 MiB',
    'started from vae-0a1b2c3d4e5f',
    'epoch by epoch',
    'Gradients: encoder',
    'Activations: encoder',
  ]) {
    expect(page).toContain(words);
  }
  expect(page).not.toContain('On the test split');
});

test('at the end each figure stands beside real images and the do-nothing model', () => {
  const page = text(runPage(endedPage()));
  expect(page).toMatch(/KID lower 0\.06100 \(0\.05500 to 0\.06800\) 0\.00040 \(-0\.00060 to 0\.00210\) 0\.92000/);
  expect(page).toContain('blur 0.7');
  expect(page).toContain('importance-weighted bound 98.20 nats k = 50, 500 items');
  expect(page).toContain('1000 images on each side');
  expect(page).not.toContain('time left');
});

test('all priors that were compared are shown, with what each memorised and draws, and how codes lie in the base space', () => {
  const page = text(runPage(endedPage()));
  expect(page).toContain('The flow prior: the flow prior lowers the held-out bound');
  expect(page).toMatch(/normal 120\.50 \(119\.00 to 122\.00\) 119\.50 1\.00 0\.09000 \(0\.08000 to 0\.10000\) –/);
  expect(page).toMatch(/flow 101\.25 \(100\.00 to 102\.50\) 98\.75 2\.50 0\.03000 \(0\.02000 to 0\.04000\) 0\.970/);
  expect(page).toContain('1000 held-out codes look standard normal: energy distance 0.012 (normal vectors 0.004');
  expect(page).toContain(
    'the flow went on alone for 750 steps: the KL of held-out items fell from 19.62 to 19.41 nats',
  );
  const { priors: _, ...older } = LATENT;
  const kept = { ...LATENT, flowTuning: { steps: 750, untuned: 19.62, tuned: 19.62 } };
  expect(text(runPage({ ...endedPage(), latent: kept }))).toContain('so the flow of the training was kept');
  expect(text(runPage({ ...endedPage(), latent: older }))).not.toContain('drawn from');
});

test('photos stand beside held-out ones as an independent network sees them, and draws beside their nearest training photos', () => {
  const page = text(runPage(endedPage()));
  expect(page).toContain('EfficientNet-Lite2 knows photos from ImageNet, and nothing here was trained with it.');
  expect(page).toMatch(/KID lower 0\.14000 0\.00200 0\.81000/);
  expect(page).toMatch(/distance to the nearest training photo, median higher 20\.20 20\.10 –/);
  expect(page).toContain('cat (100): 90.0 % of the draws, 88.0 % of held-out photos; dog (100)');
  expect(page).toContain('among 400 training photos');
  expect(text(runPage(runningPage()))).not.toContain('independent network');
});

test('the page asks nothing of anybody else, runs nothing, and the same facts are the same bytes', () => {
  const page = runPage(endedPage());
  expect(page).not.toMatch(/<script|<link|<iframe|\bon\w+=|@import|url\(/);
  const foreign = [...page.matchAll(/(?:src|href)="(?!data:image\/)([^"]*)"/g)].map((match) => match[1]);
  expect(foreign).toEqual([]);
  expect(runPage(endedPage())).toBe(page);
});

test('a latent space that the best epoch leaves empty is an alarm, and after the last epoch it is told what goes on', () => {
  const { epochs, job, ...rest } = runningPage();
  const empty = epochs.map((one) => ({ ...one, validation: { ...one.validation, activeUnits: 0 } }));
  const page = text(
    runPage({ ...rest, job: { ...job, train: { ...job.train, epochs: epochs.length } }, epochs: empty }),
  );
  expect(page).toContain('The latent space is not used');
  expect(page).toContain('now scoring on the test split');
  expect(text(runPage(runningPage()))).not.toContain('latent space');
});

test('names from outside are text', () => {
  const page = runPage({ ...runningPage(1), reason: '<script>alert(1)</script>', status: 'failed' });
  expect(page).not.toContain('<script');
  expect(page).toContain('&lt;script&gt;');
});

test('before the first epoch there is a page, too', () => {
  const page = text(runPage({ ...runningPage(0), strip: [], latest: null }));
  expect(page).toContain('epochs done 0 of 30');
});
