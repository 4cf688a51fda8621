import { readFileSync, writeFileSync, globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ZipFile } from 'yazl';
import { AssembleRequest, SnapshotIndex, Manifest } from '#core/snapshot/messages.ts';
import { memoryStore } from '#core/store/memory.ts';
import { cleanImages } from '#stages/clean/image.ts';
import { index } from '#stages/index/stage.ts';
import { seal } from '#stages/seal/stage.ts';
import { shard } from '#stages/shard/stage.ts';
import { align } from '#stages/align/stage.ts';
import { openFeatureMap } from '#stages/align/feature-map.ts';
import { validate } from '#stages/validate/stage.ts';
const [folder, most, out, fit='subject', side='64'] = process.argv.slice(2) as string[];
const D = 'pets';
const drop = memoryStore({ bucket: 'drop', versioned: true });
const data = memoryStore({ bucket: 'data' });
const queue: any[] = [];
const send = async (_k: string, m: any) => void queue.push(...m);
const seconds: Record<string, number> = {};
async function timed<T>(stage: string, work: () => Promise<T>): Promise<T> {
  const before = process.cpuUsage(); const r = await work(); const { user, system } = process.cpuUsage(before);
  seconds[stage] = (seconds[stage] ?? 0) + (user + system) / 1e6; console.error(stage, ((user + system) / 1e6).toFixed(1)); return r; }
const all = globSync('**/*.{jpg,jpeg,png,webp}', { cwd: folder }).sort();
const n = Math.min(Number(most), all.length);
const chosen = Array.from({ length: n }, (_, i) => all[Math.floor((i * all.length) / n)]!);
const zip = new ZipFile();
for (const f of chosen) zip.addBuffer(readFileSync(join(folder!, f)), f, { compress: false });
zip.end();
const chunks: Buffer[] = []; for await (const c of zip.outputStream) chunks.push(c as Buffer);
if (fit !== 'auto') await drop.put(`${D}/dataset.yaml`, `kind: image\nimage: { width: ${side}, height: ${side}, channels: 3, fit: ${fit} }\nlabels: folder\n`);
await drop.put(`${D}/a.zip`, Buffer.concat(chunks));
await timed('validate', async () => {
  for await (const { key, size, etag, versionId } of drop.listLatest(''))
    await validate({ 'detail-type': 'Object Created', detail: { bucket: { name: 'drop' }, object: { key, size, etag: etag.replaceAll('"', ''), 'version-id': versionId } } }, { drop, data, send });
});
await timed('clean', async () => { for (const m of queue) await cleanImages(m, { drop, data }); });
for await (const { key, size } of data.list('parts/')) console.error(key, size);
const request = AssembleRequest.parse({ dataset: D, trigger: 'report' });
let indexed = await timed('index', () => index({ drop, data, scratch: tmpdir() })(request));
if (indexed.toAlign) {
  const run = align({ data, openFeatureMap: async () => openFeatureMap(readFileSync('.goldpan/native/features/lite0-stride16.onnx')) });
  await timed('template', () => run({ dataset: D, snapshotId: indexed.snapshotId, unit: null }));
  for (const u of indexed.align) await timed('align', () => run(u));
  indexed = await timed('index', () => index({ drop, data, scratch: tmpdir() })(request));
}
await timed('shard', async () => { for (const one of indexed.shards) await shard({ data })(one); });
await timed('seal', () => seal({ data })({ request, snapshotId: indexed.snapshotId }));
console.error(seconds, process.resourceUsage().maxRSS / 1024);
for await (const { key } of data.list(`snapshots/`)) { const f = key.split('/').at(-1)!; writeFileSync(join(out!, f), (await data.get(key))!.body); }
for await (const { key } of data.list(`config/`)) console.error(key, Buffer.from((await data.get(key))!.body).toString().slice(0, 300));
