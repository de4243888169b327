// Starts GraphiQL with the example tabs. The libraries (React, ReactDOM,
// GraphiQL, GraphiQLPluginExplorer) are globals of the scripts loaded before.

import { chooseExamples, fillIn } from './examples.js';

// The token lies nowhere but in this variable: the browser's storage would keep it
// readable. One that is typed as a header in any tab takes its place.
let token = {};

// ask sends a query to the server and returns its data, empty where it has none to give.
// It asks for the token first where the server wants one.
async function ask(query, variables) {
  for (;;) {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...token },
      body: JSON.stringify({ query, variables }),
    });
    if (response.status !== 401) return (await response.json().catch(() => ({}))).data ?? {};
    await askForToken();
  }
}

// askForToken shows the form for the token until it is sent.
function askForToken() {
  const form = document.getElementById('token');
  form.hidden = false;
  form.querySelector('output').hidden = !token.Authorization; // the one before was wrong
  form.querySelector('input').focus();
  return new Promise((resolve) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      token = { Authorization: `Bearer ${new FormData(form).get('token').trim()}` };
      form.reset();
      form.hidden = true;
      resolve();
    }, { once: true });
  });
}

// tabStorage is the browser's storage with a place of its own for the tabs of each set
// of examples: those of another store, or of an earlier version, stay where they are.
function tabStorage(place) {
  const ofTabs = /^graphiql:(tabState|query|variables|headers|operationName)$/;
  const named = (key) => (ofTabs.test(key) ? `${place}:${key}` : key);
  return {
    getItem: (key) => localStorage.getItem(named(key)),
    setItem: (key, value) => localStorage.setItem(named(key), value),
    removeItem: (key) => localStorage.removeItem(named(key)),
    clear: () => localStorage.clear(),
    get length() { return localStorage.length; },
  };
}

const response = await fetch('/playground/tabs.json');
const version = response.headers.get('ETag');
const examples = await chooseExamples(ask);
const tabs = fillIn(await response.json(), examples);

// GraphiQL titles a tab with its operation's name, which GraphQL limits to
// ASCII. The Chinese half of the name is put before it by a style rule.
const style = document.createElement('style');
style.textContent = tabs
  .map(({ name }) => name.split(' '))
  .map(([zh, en]) => `.graphiql-tab-button[title="${en}"]::before { content: "${zh} "; }`)
  .join('\n');
document.head.append(style);

const send = GraphiQL.createFetcher({
  url: '/graphql',
  subscriptionUrl: Object.assign(new URL('/graphql', location), { protocol: location.protocol.replace('http', 'ws') }).href,
});
function fetcher(params, options) {
  const headers = options?.headers ?? {};
  const typed = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization');
  if (typed) token = { Authorization: typed[1] };
  return send(params, { ...options, headers: typed ? headers : { ...headers, ...token } });
}

const { createElement } = React;
ReactDOM.createRoot(document.getElementById('app')).render(
  createElement(
    GraphiQL,
    {
      fetcher,
      defaultTabs: tabs.map(({ query }) => ({ query })),
      plugins: [GraphiQLPluginExplorer.explorerPlugin()],
      schemaDescription: true,
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
      storage: tabStorage(`zhitu:${version}:${JSON.stringify(examples)}`),
    },
    createElement(GraphiQL.Logo, null, '知图 Zhitu'),
  ),
);
