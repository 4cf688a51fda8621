// Estimates the cost of a training from list prices in us-east-1; every amount states its basis.

export type ComputeKind = 'batch' | 'worker';

/** The instance type of the host, according to its own metadata. */
export type RentedHost = {
  readonly instance: string;
  readonly purchase: 'spot' | 'on-demand';
};

/**
 * USD an hour, on demand, in us-east-1 for Linux, as of November 2026. Only instances with one GPU or none are used.
 */
const USD_PER_HOUR: Readonly<Record<string, number>> = {
  'g4dn.xlarge': 0.526,
  'g4dn.2xlarge': 0.752,
  'g4dn.4xlarge': 1.204,
  'g5.xlarge': 1.006,
  'g5.2xlarge': 1.212,
  'g5.4xlarge': 1.624,
  'g6.xlarge': 0.805,
  'g6.2xlarge': 0.978,
  'g6.4xlarge': 1.323,
  'p5.4xlarge': 6.88,
  'c6i.xlarge': 0.17,
  'c6i.2xlarge': 0.34,
  'c6a.xlarge': 0.153,
  'c6a.2xlarge': 0.306,
  'c7i.xlarge': 0.1785,
  'c7i.2xlarge': 0.357,
  'm6i.xlarge': 0.192,
  'm6i.2xlarge': 0.384,
  'm6a.xlarge': 0.1728,
  'm6a.2xlarge': 0.3456,
};
/** Approximate price of spot capacity as a share of the on-demand price; it changes by the hour. */
const SPOT_SHARE = 0.4;
/** Assumed where the host is not known: the smallest instance of the first family that may be started. */
const ASSUMED: Readonly<Record<'gpu' | 'cpu', RentedHost>> = {
  gpu: { instance: 'g4dn.xlarge', purchase: 'spot' },
  cpu: { instance: 'c6i.xlarge', purchase: 'spot' },
};

export type Price = {
  /** Null if the machine is not billed or its price is not listed. */
  readonly usdPerHour: number | null;
  /** Basis of the price, in words. */
  readonly basis: string;
};

/**
 * Returns the price of an hour on the host that was rented, or on the one that is assumed for the device. A worker is a machine
 * that is there anyway.
 */
export function priceOf(compute: ComputeKind, device: 'gpu' | 'cpu', rented?: RentedHost): Price {
  if (compute === 'worker') return { usdPerHour: null, basis: 'a worker of your own: nothing is billed for it' };
  const { instance, purchase } = rented ?? ASSUMED[device];
  const onDemand = USD_PER_HOUR[instance];
  if (onDemand === undefined)
    return { usdPerHour: null, basis: `${instance}, ${purchase}: its price is not known here` };
  const usdPerHour = purchase === 'spot' ? onDemand * SPOT_SHARE : onDemand;
  const basis = `${instance}, ${purchase}, about ${usdPerHour.toFixed(2)} USD an hour`;
  return { usdPerHour, basis: rented ? basis : `assumed: ${basis}` };
}

export type Cost = {
  readonly seconds: number;
  readonly usd: number | null;
  readonly basis: string;
};

export function costOf(seconds: number, { usdPerHour, basis }: Price): Cost {
  return { seconds, usd: usdPerHour === null ? null : (seconds / 3600) * usdPerHour, basis };
}
