// The one stack that every handler wears: request ids on each log line, metrics written at the end of each call.
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';

const NAMESPACE = 'goldpan';

export type Instruments = { readonly logger: Logger; readonly metrics: Metrics };

/** Logs carry ids and codes, never what users' files hold. */
export function functionHandler<Event, Result>(
  stage: string,
  run: (event: Event, instruments: Instruments, context: Context) => Promise<Result>,
) {
  const instruments = {
    logger: new Logger({ serviceName: stage }),
    metrics: new Metrics({ namespace: NAMESPACE, serviceName: stage }),
  };
  return middy<Event, Result>()
    .use(injectLambdaContext(instruments.logger))
    .use(publishMetrics(instruments.metrics))
    .handler((event, context) => run(event, instruments, context));
}

/** Without a metric there is nothing to write: Powertools' own middleware would log a warning on each such call. */
function publishMetrics(metrics: Metrics) {
  const publish = (): void => {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  };
  return { after: publish, onError: publish };
}
