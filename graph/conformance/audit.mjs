// Runs every audit of the npm package graphql-http against a live server:
//
//   npm ci && node audit.mjs http://127.0.0.1:8080/graphql
//
// The exit code is 0 only where all audits ran and none is worse than a notice. The
// notices are expected: they ask for GET, which the server refuses against cross-site
// request forgery.
import { auditServer } from 'graphql-http';

// The number of audits in the pinned release. With fewer, some have not run.
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
  // The server cannot be reached: audits report, they do not throw.
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
