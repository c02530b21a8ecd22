import { visit } from './shop.js';

self.addEventListener('message', (event) => {
  const answer = visit().catch((error) => ({ error: String(error) }));
  event.waitUntil(answer.then((outcome) => event.ports[0].postMessage(outcome)));
});
