// Draws from a model of images in the browser: TensorFlow.js runs the exported GraphModel on WebAssembly, and the codes are drawn
// by the endpoint's own code, so that a seed gives the same images here and there, up to rounding.
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { ready, setBackend, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { LATENTS_FILE, LatentMixture } from '#core/model/latent-mixture.ts';
import { conditioningClasses, drawFrom, latentDistribution } from '#stages/sample/drawing/prior.ts';

const LINKS = 'links.json';
const GAP = 1;

/** Loads the model that the links lead to. Throws Error with a sentence for the reader where it cannot be drawn here. */
async function openModel() {
  const { files } = await fetchJson(LINKS);
  const card = await fetchJson(files['card.json']);
  if (card.input.kind !== 'image') throw new Error(`This page draws images; ${card.modelId} draws ${card.input.kind}.`);
  const folder = ['decoder', 'generator'].find((name) => files[`${name}/model.json`]);
  if (!folder) throw new Error(`${card.modelId} has no GraphModel.`);
  setWasmPaths('wasm/');
  await setBackend('wasm');
  await ready();
  const network = await loadGraphModel(files[`${folder}/model.json`], {
    weightUrlConverter: async (shard) => files[`${folder}/${shard}`],
  });
  const mixture = files[LATENTS_FILE] && LatentMixture.parse(await fetchJson(files[LATENTS_FILE]));
  return { card, network, mixture };
}

/** Returns the pixels of n images, float32 [n, height, width, channels] in [0, 1]. */
async function draw({ card, network, mixture }, { n, seed, temperature, label }) {
  const distribution = latentDistribution(card, mixture, { label });
  if (!distribution.ok) throw new Error(distribution.refusal.detail);
  const { z, labels } = drawFrom(distribution.value, { seed, n, temperature });
  const classes = conditioningClasses(card);
  const pixels = tidy(() => {
    const codes = tensor2d(z, [n, card.latentDim]);
    return network.predict(classes === 0 ? { z: codes } : { z: codes, label: oneHot(labels, classes) });
  });
  const values = await pixels.data();
  pixels.dispose();
  return values;
}

/** A row of zeros stands for an item without a class. */
function oneHot(labels, classes) {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => {
    if (label >= 0) rows[row * classes + label] = 1;
  });
  return tensor2d(rows, [labels.length, classes]);
}

/** Shows the images in rows, with a gap between them. */
function show(values, n, { width, height, channels }) {
  const canvas = document.querySelector('canvas');
  const columns = Math.ceil(Math.sqrt(n));
  canvas.width = columns * (width + GAP) - GAP;
  canvas.height = Math.ceil(n / columns) * (height + GAP) - GAP;
  const context = canvas.getContext('2d');
  for (let i = 0; i < n; i++) {
    const image = new ImageData(width, height);
    for (let pixel = 0; pixel < width * height; pixel++) {
      for (let channel = 0; channel < 3; channel++) {
        const place = (i * width * height + pixel) * channels + (channels === 1 ? 0 : channel);
        image.data[pixel * 4 + channel] = values[place] * 255;
      }
      image.data[pixel * 4 + 3] = 255;
    }
    context.putImageData(image, (i % columns) * (width + GAP), Math.floor(i / columns) * (height + GAP));
  }
}

async function fetchJson(url) {
  const got = await fetch(url);
  if (!got.ok) throw new Error(`A link answered with status ${got.status}: get new ones by goldpan models links.`);
  return got.json();
}

function say(sentence) {
  document.querySelector('#said').textContent = sentence;
}

const form = document.querySelector('form');
try {
  const model = await openModel();
  const { modelId, labels, input } = model.card;
  form.label.append(...labels.map((label) => new Option(label)));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const [n, seed, temperature] = [form.n, form.seed, form.temperature].map((field) => field.valueAsNumber);
    const startedMs = performance.now();
    try {
      const values = await draw(model, { n, seed, temperature, label: form.label.value || undefined });
      const tookMs = performance.now() - startedMs;
      show(values, n, input);
      say(`${modelId} drew ${n} images in ${tookMs.toFixed(0)} ms on this machine.`);
    } catch (error) {
      say(error.message);
    }
  });
  form.querySelector('button').disabled = false;
  say(`${modelId} is ready.`);
} catch (error) {
  say(error.message);
}
