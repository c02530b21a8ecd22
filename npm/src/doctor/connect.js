// One request, answered with its headers, the protocol they came over and a body to read in pieces. Not `fetch`: that would
// undo a compression we want to see, and HTTP/2, where most deployments break, would stay unseen.

import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { isIP } from 'node:net';
import tls from 'node:tls';

const ANSWER_MS = 15_000;

/**
 * @typedef {object} Answer
 * @property {string} protocol 'http/1.1' or 'h2'
 * @property {number} status
 * @property {Record<string, string | string[]>} headers lower-case names
 * @property {number} headersAfter milliseconds
 * @property {import('node:stream').Readable} body
 * @property {() => void} close
 */

/**
 * @param {string} address
 * @param {{ method?: string, headers?: Record<string, string>, body?: string, answerWithin?: number }} [options]
 * @returns {Promise<Answer>}
 */
export async function open(address, { method = 'GET', headers = {}, body, answerWithin = ANSWER_MS } = {}) {
  const url = new URL(address);
  const start = performance.now();
  const limit = AbortSignal.timeout(answerWithin);
  const timely = (promise) => new Promise((resolve, reject) => {
    limit.addEventListener('abort', () => reject(new Error(`no answer within ${answerWithin / 1000} s`)), { once: true });
    promise.then(resolve, reject);
  });
  const request = { method, headers, body, start };
  if (url.protocol !== 'https:') return timely(overHttp1(http, url, request));
  const socket = await timely(handshake(url));
  return timely(socket.alpnProtocol === 'h2' ? overHttp2(url, socket, request) : overHttp1(https, url, { ...request, socket }));
}

/** @param {URL} url @returns {Promise<tls.TLSSocket>} */
function handshake(url) {
  return new Promise((resolve, reject) => {
    const host = url.hostname.replace(/^\[|\]$/gu, '');
    const socket = tls.connect({ host, port: Number(url.port || 443), servername: isIP(host) ? '' : host, ALPNProtocols: ['h2', 'http/1.1'] });
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
  });
}

function overHttp1(module, url, { method, headers, body, start, socket }) {
  return new Promise((resolve, reject) => {
    const agent = socket ? { createConnection: () => socket } : { agent: false };
    const request = module.request(url, { method, headers, ...agent });
    const close = () => request.destroy();
    request.once('response', (response) => {
      response.on('error', () => {});
      const headersAfter = performance.now() - start;
      resolve({ protocol: 'http/1.1', status: response.statusCode, headers: response.headers, headersAfter, body: response, close });
    });
    request.on('error', reject);
    request.end(body);
  });
}

function overHttp2(url, socket, { method, headers, body, start }) {
  return new Promise((resolve, reject) => {
    const session = http2.connect(url.origin, { createConnection: () => socket });
    session.on('error', reject);
    const stream = session.request({ ':method': method, ':path': url.pathname + url.search, ...headers });
    const close = () => session.destroy();
    stream.on('error', reject);
    stream.once('response', (all) => {
      const plain = Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith(':')));
      const headersAfter = performance.now() - start;
      resolve({ protocol: 'h2', status: all[':status'], headers: plain, headersAfter, body: stream, close });
    });
    stream.end(body);
  });
}

/** The first bytes of an answer's body, all of it when it ends in time. @param {Answer} answer */
export async function readBody(answer, atMost = 64 * 1024, within = 5000) {
  const limit = setTimeout(answer.close, within);
  let text = '';
  try {
    for await (const chunk of answer.body) {
      text += chunk.toString('utf8');
      if (text.length > atMost) break;
    }
  } catch {
    // Cut off: what came is what there is to look at.
  } finally {
    clearTimeout(limit);
    answer.close();
  }
  return text;
}
