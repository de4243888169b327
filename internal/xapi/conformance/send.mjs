// Sends statements to a live server with the sample company, by two public xAPI
// clients that know nothing of Zhitu, and looks at what became of them:
//
//   npm ci && node send.mjs http://127.0.0.1:8080
//
// Exit code 0 only where every statement came to what it should.
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { default: XAPI } = require('@xapi/xapi');
const TinCan = require('tincanjs');

const url = process.argv[2];
const token = process.env.ZHITU_TOKEN ?? 'none';
if (!url) {
  console.error('usage: node send.mjs URL');
  process.exit(2);
}

async function ask(query) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

async function evidenceOf(code) {
  const { employee } = await ask(`{ employee(code: "${code}") { evidence(first: 200) { nodes {
    id kind score durationSeconds retracted knowledgePoints { code } } } } }`);
  return new Map(employee.evidence.nodes.map((e) => [e.id, e]));
}

const actor = { objectType: 'Agent', name: 'E007', account: { homePage: 'https://lms.example', name: 'E007' } };
const activity = (course, code) => ({
  objectType: 'Activity',
  id: `https://lms.example/courses/${course}/${code}`,
  definition: { type: 'http://adlnet.gov/expapi/activities/assessment', name: { 'zh-CN': code } },
});

// What both clients must get done: it is given sendOne, sendMany and voidOne.
async function exercise(name, { sendOne, sendMany, voidOne }) {
  const course = randomUUID(); // results of one activity within a day are one event
  const statement = (verb, code, result) => ({
    id: randomUUID(),
    actor,
    verb: { id: `http://adlnet.gov/expapi/verbs/${verb}`, display: { 'en-US': verb } },
    object: activity(course, code),
    ...(result && { result }),
    timestamp: new Date().toISOString(),
  });
  const passed = statement('passed', 'K-SQL-JOIN', { score: { scaled: 0.9, raw: 90, min: 0, max: 100 }, success: true, completion: true, duration: 'PT10M' });
  const answered = statement('answered', 'K-SQL-JOIN', { success: false, response: 'b' });
  const seen = statement('completed', 'K-SQL-JOIN', { completion: true }); // it adds nothing to what was measured
  const completed = statement('completed', 'K-SQL-GROUP', { completion: true });
  const launched = statement('launched', 'K-SQL-JOIN');
  const unknown = statement('passed', 'quiz-9', { success: true });

  await sendOne(passed);
  await sendOne(passed); // as a client does that has got no answer
  await sendMany([answered, seen, completed, launched, unknown]);
  await voidOne(answered.id);

  const evidence = await evidenceOf('E007');
  const told = ({ id }) => {
    const { kind, score, durationSeconds, retracted, knowledgePoints } = evidence.get(id) ?? assert.fail(`${name}: ${id} is no evidence`);
    return [kind, score, durationSeconds, retracted, ...knowledgePoints.map((k) => k.code)];
  };
  assert.deepEqual(told(passed), ['EXAM', 0.9, 600, false, 'K-SQL-JOIN']);
  assert.deepEqual(told(answered), ['PRACTICE', 0, null, true, 'K-SQL-JOIN']);
  assert.deepEqual(told(completed), ['COURSE_COMPLETION', 1, null, false, 'K-SQL-GROUP']);
  assert.equal(evidence.has(seen.id), false);
  assert.equal(evidence.has(launched.id), false);
  const { setAside } = await ask('{ setAside(first: 200) { nodes { id statement } } }');
  const kept = setAside.nodes.find(({ id }) => id === unknown.id);
  assert.equal(JSON.parse(kept.statement).object.id, unknown.object.id);
  console.log(`${name}: 6 statements and a voiding came to what they should`);
}

for (const version of ['1.0.3', '2.0.0']) {
  const xapi = new XAPI({ endpoint: `${url}/xapi/`, auth: XAPI.toBasicAuth('lms', token), version });
  const about = await xapi.getAbout();
  assert.ok(about.data.version.includes(version));
  await exercise(`@xapi/xapi as ${version}`, {
    sendOne: async (statement) => assert.deepEqual((await xapi.sendStatement({ statement })).data, [statement.id]),
    sendMany: async (statements) => assert.deepEqual((await xapi.sendStatements({ statements })).data, statements.map(({ id }) => id)),
    voidOne: (statementId) => xapi.voidStatement({ actor, statementId }),
  });
}

const lrs = new TinCan.LRS({ endpoint: `${url}/xapi/`, username: 'lms', password: token, allowFail: false });
const saved = (save, what) =>
  new Promise((resolve, reject) =>
    save.call(lrs, what, {
      callback: (err, response) => (err === null ? resolve(response) : reject(new Error(`${err}: ${response?.responseText}`))),
    }),
  );
await exercise(`tincanjs as ${lrs.version}`, {
  sendOne: (statement) => saved(lrs.saveStatement, new TinCan.Statement(statement)), // by PUT
  sendMany: (statements) => saved(lrs.saveStatements, statements.map((s) => new TinCan.Statement(s))),
  voidOne: (id) =>
    saved(lrs.saveStatement, new TinCan.Statement({
      actor, verb: { id: 'http://adlnet.gov/expapi/verbs/voided' }, target: { objectType: 'StatementRef', id },
    })),
});

// A client must learn why it is refused.
const { status, statusText } = await fetch(`${url}/xapi/statements`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'X-Experience-API-Version': '1.0.3', Authorization: `Bearer ${token}` },
  body: '{}',
});
assert.equal(status, 400, statusText);
