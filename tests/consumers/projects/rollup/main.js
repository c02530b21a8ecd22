import { show, visit } from './shop.js';

visit().then(show);
