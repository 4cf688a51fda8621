// The middleware of every handler: writes the request id on each log line, and the metrics at the end of each call.
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';

const NAMESPACE = 'goldpan';

export type Instruments = { readonly logger: Logger; readonly metrics: Metrics };

/** Wraps a handler. Logs contain ids and codes, never the content of users' files. */
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

/**
 * Publishes metrics if there are any; the middleware of Powertools would log a warning for each call without metrics.
 */
function publishMetrics(metrics: Metrics) {
  const publish = (): void => {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  };
  return { after: publish, onError: publish };
}
