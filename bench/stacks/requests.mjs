// The requests, as own code.

const answer = async (response) => {
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.text();
};

export const getJson = (path, query = {}) => fetch(`/api${path}?${new URLSearchParams(query)}`).then(answer);

export const postJson = (path, body) =>
  fetch(`/api${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }).then(answer);
