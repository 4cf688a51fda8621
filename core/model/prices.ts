// What a training costs, as far as it can be known: an assumed spot price by the class of instance, stated with every figure.

export type ComputeKind = 'batch' | 'worker';

interface Host {
  readonly instance: string;
  /** About what a spot instance of it costs in us-east-1; spot prices change by the hour. */
  readonly usdPerHour: number;
}

/** The smallest instance of the first class that the compute environment may start, one a job. */
const SPOT_HOSTS: Readonly<Record<'gpu' | 'cpu', Host>> = {
  gpu: { instance: 'g4dn.xlarge', usdPerHour: 0.21 },
  cpu: { instance: 'c6i.xlarge', usdPerHour: 0.07 },
};

export interface Price {
  /** Null where nobody is billed for the machine, as far as goldpan knows. */
  readonly usdPerHour: number | null;
  /** What the figure rests on, in words. */
  readonly basis: string;
}

/** A worker is a machine that is there anyway. */
export function priceOf(compute: ComputeKind, device: 'gpu' | 'cpu'): Price {
  if (compute === 'worker') return { usdPerHour: null, basis: 'a worker of your own: nothing is billed for it' };
  const { instance, usdPerHour } = SPOT_HOSTS[device];
  return { usdPerHour, basis: `assumed: ${instance}, spot, about ${usdPerHour.toFixed(2)} USD an hour` };
}

export interface Cost {
  readonly seconds: number;
  readonly usd: number | null;
  readonly basis: string;
}

export function costOf(seconds: number, { usdPerHour, basis }: Price): Cost {
  return { seconds, usd: usdPerHour === null ? null : (seconds / 3600) * usdPerHour, basis };
}
