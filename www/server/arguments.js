// The server's command line.

import { parseArgs } from 'node:util';

const USAGE = 'usage: node www/server/main.js --port N --upstream URL --partner-id ID [--app-version V] [--country CC] [--until-stdin-closes]';

/**
 * @param {string[]} argv
 * @param {(message: string) => never} giveUp
 */
export function readArguments(argv, giveUp) {
  let values;
  try {
    ({ values } = parseArgs({
      args: argv,
      options: {
        port: { type: 'string', default: '8080' },
        upstream: { type: 'string' },
        'partner-id': { type: 'string' },
        'app-version': { type: 'string', default: '0.1.0' },
        country: { type: 'string', default: 'US' },
        'until-stdin-closes': { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return giveUp(`${error.message.split('\n')[0]}; ${USAGE}`);
  }
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65535) return giveUp(`--port takes a number from 0 to 65535, not "${values.port}"`);
  if (!values.upstream) return giveUp(`--upstream is missing; ${USAGE}`);
  if (!values['partner-id']) return giveUp('--partner-id is missing: orders would be served, but earn no commission');
  return {
    port,
    upstream: values.upstream,
    partnerId: values['partner-id'],
    appVersion: values['app-version'],
    country: values.country,
    untilStdinCloses: values['until-stdin-closes'],
  };
}
