// Chooses whom the example tabs ask about: an employee, a position and a knowledge
// point that the store holds.

const choices = `query Examples {
  knowledgePoints(first: 1) { nodes { code } }
  positions(first: 50) { nodes { code requirements { level } } }
  employees(first: 50) {
    nodes {
      code
      position { code requirements { level } }
      targets { code requirements { level } }
      states { evidenceCount }
    }
  }
}`;

const check = `query Examples($employee: String!, $position: String!, $point: String!) {
  employee(code: $employee) { code }
  position(code: $position) { code requirements { level } }
  knowledgePoint(code: $point) { code }
}`;

const key = 'zhitu:examples';

// chooseExamples returns { employee, position, point }, each undefined where the store
// has none. What was chosen before stays as long as it is there, so that the tabs do not
// change under those who have edited them. ask sends a query and returns its data.
export async function chooseExamples(ask) {
  const before = JSON.parse(localStorage.getItem(key) ?? 'null');
  if (before) {
    const { employee, position, knowledgePoint } = await ask(check, before);
    if (employee && knowledgePoint && position?.requirements.length) return before;
  }
  const chosen = choose(await ask(choices));
  if (chosen.employee && chosen.position && chosen.point) localStorage.setItem(key, JSON.stringify(chosen));
  return chosen;
}

// choose prefers an employee with evidence, and a position with requirements that the
// employee aims at or holds.
function choose({ knowledgePoints, positions, employees }) {
  const modelled = (position) => position?.requirements.length > 0;
  const interest = ({ employee: { states, targets }, position }) =>
    4 * states.some((state) => state.evidenceCount > 0) + 2 * (states.length > 0) + targets.includes(position);
  // Where one may see who somebody is and no more, these are null.
  const people = (employees?.nodes ?? []).map(({ states, targets, ...rest }) => ({ ...rest, states: states ?? [], targets: targets ?? [] }));
  const candidates = people
    .map((employee) => ({ employee, position: [...employee.targets, employee.position].find(modelled) }))
    .filter(({ position }) => position)
    .sort((a, b) => interest(b) - interest(a)); // stable: else by code
  return {
    employee: (candidates[0]?.employee ?? people[0])?.code,
    position: (candidates[0]?.position ?? positions?.nodes.find(modelled))?.code,
    point: knowledgePoints?.nodes[0]?.code,
  };
}

// fillIn returns the tabs that can be asked of these examples, with their codes in the
// place of the words EMPLOYEE, POSITION and POINT. The first tab says what to do where
// others are left out; else it is left out itself.
export function fillIn([start, ...tabs], { employee, position, point }) {
  const codes = { EMPLOYEE: employee, POSITION: position, POINT: point };
  const word = /("?)\b(EMPLOYEE|POSITION|POINT)\b\1/g;
  const filled = tabs
    .filter(({ query }) => [...query.matchAll(word)].every(([, , name]) => codes[name]))
    .map(({ query, ...tab }) => ({
      ...tab,
      query: query.replace(word, (_, quote, name) => (quote ? JSON.stringify(codes[name]) : codes[name])),
    }));
  return filled.length < tabs.length ? [start, ...filled] : filled;
}
