// What the demo's server answers: the BFF under /api, the built page everywhere else.

import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { etag } from 'hono/etag';
import { serveStatic } from '@hono/node-server/serve-static';

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  // Logos come from the API's CDN; the stand-in serves its own from another port of this machine.
  "img-src 'self' https: data: http://127.0.0.1:*",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A file whose name carries a hash of its content never changes. */
const HASHED = /-[A-Z0-9]{8}\.[a-z0-9]+$/;

/**
 * @param {{ page: string, bff: (request: Request) => Promise<Response>, peers: WeakMap<Request, string>, standIn?: string }} parts
 *   `standIn` is where the API's stand-in is, if that is what answers: its control is then reachable for the page of all states.
 */
export function createApp({ page, bff, peers, standIn }) {
  const app = new Hono();

  app.all('/api/*', (c) => {
    const address = c.env?.incoming?.socket?.remoteAddress;
    if (address && !isLoopback(address)) peers.set(c.req.raw, address);
    return bff(c.req.raw);
  });

  if (standIn) app.all('/_sandbox/*', (c) => control(standIn, c.req.raw));

  app.use(compress());
  app.use(etag());
  app.use(async (c, next) => {
    await next();
    c.header('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Referrer-Policy', 'no-referrer');
    c.header('Cache-Control', c.res.ok && HASHED.test(c.req.path) ? 'public, max-age=31536000, immutable' : 'no-cache');
  });
  app.get('/states', serveStatic({ root: page, path: 'states.html' }));
  app.use(serveStatic({ root: page }));
  app.notFound((c) => c.text('There is nothing at this address.\n', 404));
  app.onError((_error, c) => c.text('The server failed to handle the request.\n', 500));
  return app;
}

/** Hands a request for the stand-in's control on to it. @param {string} standIn @param {Request} request */
async function control(standIn, request) {
  const { pathname } = new URL(request.url);
  const answer = await fetch(new URL(pathname, standIn), {
    method: request.method,
    headers: { 'Content-Type': 'application/json' },
    body: request.method === 'POST' ? await request.text() : undefined,
  });
  return new Response(answer.status === 204 ? null : await answer.text(), {
    status: answer.status,
    headers: { 'Content-Type': answer.headers.get('Content-Type') ?? 'application/json', 'Cache-Control': 'no-store' },
  });
}

/** Whether an address is this machine's own; as a peer's it says nothing about a shopper. @param {string} address */
export function isLoopback(address) {
  return /^(?:localhost|\[?::1\]?|(?:::ffff:)?127(?:\.\d+){3})$/.test(address);
}
