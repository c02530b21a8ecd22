const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }) => {
  document.documentElement.dataset.outcome = JSON.stringify(data);
};
worker.onerror = (error) => console.error(error.message);
