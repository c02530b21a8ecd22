import { tryOut, follow } from './shop.js';

const tried = tryOut();
const followed = await follow({ base: `${process.argv[2]}/api`, poll: { min: 500, max: 500 } });
console.log(JSON.stringify({ ...tried, followed }));
