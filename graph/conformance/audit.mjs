// Runs every audit of the npm package graphql-http against a live server:
//
//   npm ci && node audit.mjs http://127.0.0.1:8080/graphql
//
// Exit code 0 only where all audits ran and none is worse than a notice. The
// notices are known and wanted: they ask for GET, which our server refuses
// (a link must never be able to run a query in somebody else's browser).
import { auditServer } from 'graphql-http';

// The number of audits in the pinned release. Fewer would mean that some never
// ran, and a silent gap must not look like success.
const EXPECTED = 61;

const url = process.argv[2];
if (!url) {
  console.error('usage: node audit.mjs URL');
  process.exit(2);
}

let results;
try {
  results = await auditServer({ url });
} catch (err) {
  // Only a server that cannot be reached ends here: audits report, they do not throw.
  console.error(`cannot audit ${url}: ${err.cause?.message ?? err.message}`);
  process.exit(1);
}

const count = { ok: 0, notice: 0, warn: 0, error: 0 };
for (const { name, id, status, reason } of results) {
  count[status]++;
  if (status !== 'ok') console.log(`${status.padEnd(6)} ${id}  ${name}: ${reason}`);
}
console.log(
  `${results.length} audits: ${count.ok} ok, ${count.notice} notices, ${count.warn} warnings, ${count.error} errors`,
);

const passed = results.length === EXPECTED && count.warn === 0 && count.error === 0;
process.exit(passed ? 0 : 1);
