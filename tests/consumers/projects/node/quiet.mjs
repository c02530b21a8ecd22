import { setImmediate } from 'node:timers/promises';
import { tryOut } from './shop.js';
import 'cryptorefills-checkout/bff';
import 'cryptorefills-checkout/slim';

const checked = tryOut().refused;
await setImmediate();
const { sockets } = globalThis;
// That they are counted at all.
await fetch(process.argv[2]);
console.log(JSON.stringify({ checked, sockets, counts: globalThis.sockets > sockets }));
