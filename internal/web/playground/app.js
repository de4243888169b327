// Starts GraphiQL with the example tabs. The libraries (React, ReactDOM,
// GraphiQL, GraphiQLPluginExplorer) are globals of the scripts loaded before.

import { chooseExamples, fillIn } from './examples.js';

// Where the server is: it may stand below a path of a proxy.
const base = new URL('..', import.meta.url);
const endpoint = new URL('graphql', base);

// The token lies nowhere but in this variable: the browser's storage would keep it
// readable. One that is typed as a header in any tab takes its place.
let token = {};

// ask sends a query to the server and returns its data, empty where it has none to give.
// It asks who it is first where the server wants to know.
async function ask(query, variables) {
  for (;;) {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...token },
      body: JSON.stringify({ query, variables }),
    });
    if (response.status !== 401) return (await response.json().catch(() => ({}))).data ?? {};
    await authenticate();
  }
}

// session returns who has signed in, as the server sees it.
async function session() {
  const response = await fetch(new URL('session', base));
  return response.ok ? response.json() : {};
}

// authenticate goes to the page for signing in where there is one, else asks for a token.
async function authenticate() {
  const { signIn } = await session();
  if (!signIn || location.hash === '#token') return askForToken();
  location.assign(new URL(`sign-in?next=${encodeURIComponent(location.pathname)}`, base));
  return new Promise(() => {}); // the page is left
}

// showViewer says above the editor who has signed in, with the way out, or that nobody has to.
async function showViewer() {
  const { name, signedIn, demo, open } = await session();
  if (!signedIn && !demo && !open) return;
  const line = document.getElementById('viewer');
  const link = document.getElementById('sign-out');
  const own = document.getElementById('own-account');
  own.href = new URL('account', base);
  own.hidden = !signedIn;
  line.querySelector('span').textContent = open ? 'Open to whoever is on this machine 对本机所有人开放' : name;
  link.textContent = open ? 'Let people sign in 设置登录' : demo ? 'Change person 切换身份' : 'Sign out 退出登录';
  link.href = new URL(open || demo ? 'sign-in' : 'sign-out', base);
  line.hidden = false;
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

const response = await fetch(new URL('playground/tabs.json', base));
const version = response.headers.get('ETag');
const examples = await chooseExamples(ask);
await showViewer();
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
  url: endpoint.href,
  subscriptionUrl: endpoint.href.replace(/^http/, 'ws'),
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
