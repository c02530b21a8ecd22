// The rules of an order's event stream, each with what breaks in a browser when it is not kept.

/** From the request to the headers, the API's answer to the BFF included. */
const HEADERS_MS = 3000;
/** From the headers to the first byte. */
const FIRST_BYTE_MS = 1000;
const OPEN_MS = 12_000;
/** Not allowed over HTTP/2, where some browsers drop the whole connection for them. Over HTTP/1.1 the server itself writes them. */
const CONNECTION_HEADERS = ['connection', 'keep-alive', 'transfer-encoding', 'proxy-connection', 'upgrade'];

/**
 * @param {(path: string, more?: object) => Promise<import('./connect.js').Answer>} ask
 * @param {string} order
 * @param {(finding: object) => void} report
 * @param {number} heartbeatWithin milliseconds
 */
export async function checkStream(ask, order, report, heartbeatWithin) {
  let answer;
  try {
    answer = await ask(`/orders/${order}/subscribe`, {
      headers: { accept: 'text/event-stream', 'accept-encoding': 'gzip, deflate, br', 'cache-control': 'no-store' },
      answerWithin: OPEN_MS,
    });
  } catch (error) {
    report({
      rule: 'the stream opens',
      ok: false,
      seen: error.message,
      fix: error.message.includes('PROTOCOL_ERROR')
        ? 'over HTTP/2, send no Connection, Keep-Alive or Transfer-Encoding header'
        : 'send headers and a first comment line as soon as the API has answered; give up on the API after 10 s, with 504',
    });
    return;
  }
  const { status, headers, protocol } = answer;
  report({ rule: 'the stream opens', ok: status === 200, seen: `status ${status} over ${protocol}`, fix: refusal(status) });
  if (status !== 200) {
    answer.close();
    return;
  }
  checkHeaders(headers, protocol, report);
  await checkBody(answer, report, heartbeatWithin);
}

/** @param {number} status */
function refusal(status) {
  if (status === 204) return 'never answer 204: a browser takes it for "do not come back". Send the last message, then `stop`, then end';
  if (status === 401 || status === 403) return 'if the route wants a session, give doctor one: --header \'Cookie: …\'';
  if (status === 404) return 'is this an order of this BFF\'s partner, and of this session? (--header \'Cookie: …\')';
  if (status === 503 || status === 429) return 'the API is busy, or too many streams are open: try again later';
  return 'see the BFF\'s own log';
}

/** @param {Record<string, any>} headers @param {string} protocol @param {(finding: object) => void} report */
function checkHeaders(headers, protocol, report) {
  const type = String(headers['content-type'] ?? 'none');
  report({
    rule: 'Content-Type is text/event-stream',
    ok: /^text\/event-stream\s*(;|$)/iu.test(type),
    seen: type,
    fix: 'send Content-Type: text/event-stream; charset=utf-8, or no browser opens it',
  });
  const cache = String(headers['cache-control'] ?? 'none').toLowerCase();
  report({
    rule: 'Cache-Control has no-transform',
    ok: /\bno-transform\b/u.test(cache),
    seen: cache,
    fix: 'send Cache-Control: no-store, no-transform: without it frameworks and proxies compress the stream and hold events back',
  });
  report({
    rule: 'Cache-Control has no-store',
    ok: /\bno-store\b/u.test(cache),
    seen: cache,
    fix: 'send Cache-Control: no-store, no-transform: what comes through here can be redeemed',
  });
  const encoding = headers['content-encoding'];
  report({
    rule: 'the stream is not compressed',
    ok: encoding === undefined,
    seen: encoding && `Content-Encoding: ${encoding}`,
    fix: 'leave text/event-stream out of compression, ask the API for Accept-Encoding: identity, and copy no Content-Encoding',
  });
  report({
    rule: 'the stream has no length',
    ok: headers['content-length'] === undefined,
    seen: headers['content-length'] && `Content-Length: ${headers['content-length']}`,
    fix: 'something reads the whole stream before it passes it on: hand the body through as a stream',
  });
  const forbidden = protocol === 'h2' ? CONNECTION_HEADERS.filter((name) => name in headers) : [];
  const twice = protocol === 'h2' ? [] : CONNECTION_HEADERS.filter((name) => String(headers[name] ?? '').includes(','));
  report({
    rule: 'no header of the connection\'s own is sent',
    ok: forbidden.length + twice.length === 0,
    seen: [...forbidden, ...twice].join(', '),
    fix: 'set no Connection, Keep-Alive or Transfer-Encoding: the server does, where the protocol has them',
  });
  report({
    rule: 'other origins may not follow the order',
    ok: headers['access-control-allow-origin'] === undefined,
    seen: headers['access-control-allow-origin'] && `Access-Control-Allow-Origin: ${headers['access-control-allow-origin']}`,
    fix: 'send no Access-Control-Allow-Origin',
  });
  const leaked = ['set-cookie', 'x-cr-application', 'x-cr-version'].filter((name) => name in headers);
  report({
    rule: 'no header of the partner\'s reaches the browser',
    ok: leaked.length === 0,
    seen: leaked.join(', '),
    fix: 'answer with headers of your own and drop the API\'s',
  });
  report({
    rule: 'X-Accel-Buffering is no',
    advice: true,
    ok: String(headers['x-accel-buffering'] ?? '').toLowerCase() === 'no',
    seen: headers['x-accel-buffering'] ?? 'not sent',
    fix: 'send X-Accel-Buffering: no, or nginx holds events back; if nginx stands in front, it has taken the header out and all is well',
  });
  report({
    rule: 'X-Content-Type-Options is nosniff',
    advice: true,
    ok: String(headers['x-content-type-options'] ?? '').toLowerCase() === 'nosniff',
    seen: headers['x-content-type-options'] ?? 'not sent',
    fix: 'send X-Content-Type-Options: nosniff',
  });
}

/**
 * What comes through, until a heartbeat was seen, the stream ended or the time is over.
 * @param {import('./connect.js').Answer} answer
 * @param {(finding: object) => void} report
 * @param {number} heartbeatWithin
 */
async function checkBody(answer, report, heartbeatWithin) {
  const start = performance.now();
  let firstByte;
  let tail = '';
  let isAfterCr = false;
  let end = 'time';
  /** The fields of the event that is under way, and those of the events that came. @type {string[]} */
  let fields = [];
  /** @type {string[][]} */
  const events = [];
  const limit = setTimeout(() => answer.close(), heartbeatWithin);
  const has = (name) => events.some((event) => event.includes(`event:${name}`));
  try {
    answer.body.setEncoding('utf8');
    for await (const text of answer.body) {
      firstByte ??= performance.now() - start;
      // A packet may end within the end of a line.
      const lines = (tail + (isAfterCr ? text.replace(/^\n/u, '') : text)).split(/\r\n|\n|\r/u);
      isAfterCr = text.endsWith('\r');
      tail = (lines.pop() ?? '').slice(0, 64 * 1024);
      for (const line of lines) {
        if (line.startsWith(':')) continue;
        if (line !== '') {
          fields.push(line.replace(/^(\w+): /u, '$1:'));
          continue;
        }
        if (fields.length > 0) events.push(fields);
        fields = [];
      }
      if (has('ping') || has('stop')) {
        end = has('stop') ? 'stop' : 'ping';
        break;
      }
    }
    if (end === 'time' && performance.now() - start < heartbeatWithin) end = 'closed';
  } catch {
    if (performance.now() - start < heartbeatWithin) end = 'closed';
  } finally {
    clearTimeout(limit);
    answer.close();
  }
  reportOpening(answer.headersAfter, firstByte, report);
  reportConfig(events.find((event) => event.includes('event:config')), report, heartbeatWithin);
  report({
    rule: 'no `error` event is sent',
    ok: !has('error'),
    seen: has('error') ? 'event: error' : '',
    fix: 'just end the answer: a browser cannot tell `event: error` from a lost connection',
  });
  reportHeartbeat(events, end, report, heartbeatWithin);
}

/** A host that holds the headers until there is a first byte shows in the one figure, one that sends them alone in the other. */
function reportOpening(headersAfter, firstByte, report) {
  const came = firstByte === undefined ? 'nothing after them' : `the first byte ${Math.round(firstByte)} ms after them`;
  report({
    rule: `the headers come within ${HEADERS_MS / 1000} s, the first byte within ${FIRST_BYTE_MS / 1000} s of them`,
    ok: headersAfter <= HEADERS_MS && firstByte !== undefined && firstByte <= FIRST_BYTE_MS,
    seen: `headers after ${Math.round(headersAfter)} ms, ${came}`,
    fix: 'write a comment line (a colon and a line feed) as soon as the API has answered: some hosts send no headers and some browsers no `open` before the first byte; '
      + 'where it is written, something in front holds it back until more has come',
  });
}

/** @param {string[] | undefined} event @param {(finding: object) => void} report @param {number} heartbeatWithin */
function reportConfig(event, report, heartbeatWithin) {
  const rule = 'what to expect of its silences is announced (event: config)';
  if (!event) {
    report({ rule, advice: true, ok: false, seen: 'not sent', fix: 'begin with `event: config` and `data: {"heartbeatMs":15000,"stallMs":75000}`: a page cannot read headers or `retry:`' });
    return;
  }
  const data = event.filter((field) => field.startsWith('data:')).map((field) => field.slice(5)).join('\n');
  let config;
  try {
    config = JSON.parse(data);
  } catch {
    // Said below.
  }
  const { heartbeatMs, stallMs } = config ?? {};
  report({
    rule,
    ok: [heartbeatMs, stallMs].every((ms) => Number.isFinite(ms) && ms >= 0) && heartbeatMs <= heartbeatWithin,
    seen: data.slice(0, 100),
    fix: `its data is JSON with heartbeatMs and stallMs as numbers, and the heartbeat within ${heartbeatWithin / 1000} s`,
  });
}

/** @param {string[][]} events @param {string} end @param {(finding: object) => void} report @param {number} heartbeatWithin */
function reportHeartbeat(events, end, report, heartbeatWithin) {
  const rule = `a heartbeat (event: ping) comes within ${heartbeatWithin / 1000} s`;
  const ping = events.find((event) => event.includes('event:ping'));
  if (ping) {
    report({ rule, ok: true });
    const others = ping.filter((field) => field !== 'event:ping').map((field) => field.split(':')[0]);
    const isAlone = others.length <= 1 && others.every((name) => name === 'data');
    report({
      rule: 'it stands between two events, and not inside one',
      ok: isAlone,
      seen: isAlone ? '' : `one event of event: ping and ${others.join(', ')}`,
      fix: 'put it in only where the API\'s last bytes were an empty line: inside a half received event it spoils both',
    });
    report({
      rule: 'a page can see it',
      ok: others.includes('data'),
      fix: 'give it a line `data: {}`: browsers do not report an event without data',
    });
  } else if (end === 'stop') {
    report({ rule, seen: 'not looked at, because the order is over and its stream stopped: try one that still lives' });
  } else if (end === 'closed') {
    report({ rule, ok: false, seen: 'the stream ended before one came', fix: 'keep the stream open until the API ends it; proxies\' time limits are a usual reason' });
  } else {
    const seen = events.map((event) => event.find((field) => field.startsWith('event:'))?.slice(6) ?? 'data');
    report({
      rule,
      ok: false,
      seen: `seen: ${[...new Set(seen)].join(', ') || 'nothing'}`,
      fix: 'after 15 s of silence send `event: ping` with `data: {}`, between two events: a comment keeps the line open but a page cannot see it',
    });
  }
}
