// The peer: cleanvision with its default checks.
import { readdirSync } from 'node:fs';
import { checkWithCleanvision } from '../peer/cleanvision.ts';
import { answer, folderOfPictures } from './contest.ts';

const folder = folderOfPictures();
const count = readdirSync(folder).length;

answer(async () => {
  const { cpu, wall, version } = checkWithCleanvision(folder);
  return { itemsPerSecond: count / wall, itemsPerCpuSecond: count / cpu, version };
});
