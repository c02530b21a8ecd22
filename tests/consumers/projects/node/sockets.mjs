// Counts every socket that is opened, and every name that is looked up.
import { subscribe } from 'node:diagnostics_channel';
import dns from 'node:dns';

globalThis.sockets = 0;
const count = () => (globalThis.sockets += 1);
subscribe('net.client.socket', count);
subscribe('undici:request:create', count);
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
  const original = dns[name];
  dns[name] = (...input) => {
    count();
    return original(...input);
  };
}
