// List prices of resources that cost money while goldpan is idle.

/** USD in us-east-1, as of November 2026. */
export const PRICES = {
  alarmMonth: 0.1,
  freeAlarms: 10,
  millionQueueRequests: 0.4,
  freeQueueRequests: 1_000_000,
  interfaceEndpointHour: 0.01,
} as const;
export const HOURS_A_MONTH = 730;
/** Maximum connections with which Lambda polls an idle queue, each with requests of up to 20 seconds. */
export const POLLERS = 5;
export const POLL_SECONDS = 20;
