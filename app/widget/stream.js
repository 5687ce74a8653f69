// Talks to the server: asks and reads the answer as it comes, and says what went wrong as a `Problem`.
class Problem extends Error {
  constructor(status, detail = '', seconds = 0) {
    super(detail || `status ${status}`);
    Object.assign(this, { status, detail, seconds });
  }

  static async of(response) {
    const body = await response.json().catch(() => ({}));
    return new Problem(response.status, body.detail, Number(response.headers.get('Retry-After')) || 0);
  }
}

/** Fetches without credentials; raises `Problem`, with status 0 where there is no connection. */
async function call(url, options = {}) {
  const response = await fetch(url, { credentials: 'omit', ...options }).catch((error) => {
    throw error.name === 'AbortError' ? error : new Problem(0);
  });
  if (!response.ok) throw await Problem.of(response);
  return response;
}

function post(url, body, options = {}) {
  const headers = { 'Content-Type': 'application/json', ...options.headers };
  return call(url, { ...options, method: 'POST', headers, body: JSON.stringify(body) });
}

// Longer than the server takes for any answer and for sending it.
const SILENT_MS = 100_000;

/** Yields the `[name, data]` of each server-sent event of a response; one that falls silent has ended. */
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const silent = setTimeout(() => reader.cancel(), SILENT_MS);
    const { value, done } = await reader.read().finally(() => clearTimeout(silent));
    if (done) return;
    const blocks = (rest + value).replaceAll('\r\n', '\n').split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = block.split('\n').map((line) => line.match(/^(event|data): ?(.*)$/)).filter(Boolean);
      const values = (name) => fields.filter((field) => field[1] === name).map((field) => field[2]);
      if (values('data').length) yield [values('event')[0], JSON.parse(values('data').join('\n'))];
    }
  }
}

/** Asks, calls `onSentence` for each sentence, and returns the answer; raises `Problem`, or `AbortError` when stopped. */
async function askServer(base, question, signal, onSentence) {
  const headers = { Accept: 'text/event-stream' };
  const response = await post(`${base}api/ask`, question, { headers, signal });
  try {
    for await (const [name, data] of events(response)) {
      if (name === 'sentence') onSentence(data);
      if (name === 'done') return data;
      if (name === 'error') throw new Problem(data.status, data.detail);
    }
  } catch (error) {
    if (error.name === 'AbortError' || error instanceof Problem) throw error;
  }
  throw new Problem(0);
}
