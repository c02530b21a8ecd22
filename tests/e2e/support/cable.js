// The connection to a server, to be cut and mended: what being offline is to any engine.
import { connect, createServer } from 'node:net';

/** @param {string} address */
export async function startCable(address) {
  const { hostname, port } = new URL(address);
  const ends = new Set();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return near.destroy();
    const far = connect(Number(port), hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      ends.add(one);
      one.pipe(other);
      one.on('error', () => {});
      one.on('close', () => {
        ends.delete(one);
        other.destroy();
      });
    }
    return near;
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const cut = () => {
    whole = false;
    for (const end of ends) end.destroy();
  };
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    cut,
    mend() { whole = true; },
    async stop() {
      cut();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}
