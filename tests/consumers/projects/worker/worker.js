import { visit } from './shop.js';

visit().then((outcome) => postMessage(outcome));
