// numpy, scipy, prdc and scikit-image.
import { askPython, type PythonPeer } from './python-environment.ts';

const IMAGE_METRICS: PythonPeer = {
  name: 'image-metrics',
  packages: ['numpy==2.4.6', 'scipy==1.17.1', 'prdc==0.2', 'scikit-image==0.26.0'],
  script: 'image_metrics_check.py',
};
const ONE_THREAD = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };

export type PeerMetrics = {
  readonly versions: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, number>>;
  /** By work: kid, fid, neighbourhood, ssim. */
  readonly seconds: Readonly<Record<string, number>>;
};

/** `folder` holds real.f32 and drawn.f32 [rows, columns], images.u8 and worse.u8 [.., side, side]. One thread. */
export function measureWithPeers(folder: string, rows: number, columns: number, side: number): PeerMetrics {
  return askPython(IMAGE_METRICS, [folder, String(rows), String(columns), String(side)], ONE_THREAD);
}
