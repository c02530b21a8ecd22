// The page asks; the service worker answers with what it found out.
await navigator.serviceWorker.register('/service-worker.js');
const { active } = await navigator.serviceWorker.ready;
const { port1, port2 } = new MessageChannel();
port1.onmessage = ({ data }) => {
  document.documentElement.dataset.outcome = JSON.stringify(data);
};
active.postMessage('visit', [port2]);
