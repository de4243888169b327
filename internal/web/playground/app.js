// Starts GraphiQL with the example tabs. The libraries (React, ReactDOM,
// GraphiQL, GraphiQLPluginExplorer) are globals of the scripts loaded before.

const tabs = await (await fetch('/playground/tabs.json')).json();

// GraphiQL titles a tab with its operation's name, which GraphQL limits to
// ASCII. The Chinese half of the name is put before it by a style rule.
const style = document.createElement('style');
style.textContent = tabs
  .map(({ name }) => name.split(' '))
  .map(([zh, en]) => `.graphiql-tab-button[title="${en}"]::before { content: "${zh} "; }`)
  .join('\n');
document.head.append(style);

// Headers are not kept in the browser's storage, because a bearer token would
// lie there readable. Instead, the last one typed in any tab serves all tabs
// until the page is closed.
const send = GraphiQL.createFetcher({
  url: '/graphql',
  subscriptionUrl: Object.assign(new URL('/graphql', location), { protocol: location.protocol.replace('http', 'ws') }).href,
});
let token = {};
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
    },
    createElement(GraphiQL.Logo, null, '知图 Zhitu'),
  ),
);
