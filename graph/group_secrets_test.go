package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// groupQuestions asks everything about a group that the API answers. %[1]s is the group as the
// first argument, or nothing.
const groupQuestions = `
	heat0: teamGaps(tier: 0%[1]s) { ...heat } heat1: teamGaps(tier: 1%[1]s) { ...heat } heat2: teamGaps(tier: 2%[1]s) { ...heat }
	heatP: teamGaps(position: "P00"%[1]s) { ...heat } heatQ: teamGaps(position: "P01"%[1]s, tier: 0) { ...heat }
	p0: coverageDistribution(position: "P00"%[1]s) { ...spread } p1: coverageDistribution(position: "P01"%[1]s) { ...spread }
	p2: coverageDistribution(position: "P02"%[1]s) { ...spread } p3: coverageDistribution(position: "P03"%[1]s) { ...spread }
	holders(first: 100%[1]s) { leftOut totalCount edges { cursor } nodes { knowledgePoint { code } level count class people(first: 3) { totalCount nodes { code } } } }
	points: knowledgePoints(first: 20) { nodes { code ...levels } }
	risks(first: 100%[1]s) { leftOut totalCount edges { cursor } nodes { knowledgePoint { code } level class affected affectedPeople(first: 3) { totalCount nodes { code } } } }
	unblocking(first: 20, minGroup: 1%[1]s) { leftOut points { knowledgePoint { code } value minutes size people(first: 3) { totalCount nodes { code } } } }
	candidates(position: "P00"%[1]s) { leftOut others totalCount nodes { employee { code } readiness { class coverage minutes } } }
	trainingSet(position: "P01"%[1]s) { leftOut minutes bound plans { employee { code } minutes } }
	reviewsDue(until: "2036-01-01T00:00:00Z"%[1]s) { leftOut totalCount nodes { employee { code } knowledgePoint { code } due } }`

const groupFragments = `
	fragment heat on TeamGaps { leftOut without columns { competency { code } } people { employee { code } cells { coverage unmet } }
		units { orgUnit { code } cells { ...cell } } total { ...cell } }
	fragment cell on TeamGapsGroupCell { people coverage unmet required unassessed withheld }
	fragment spread on CoverageDistribution { leftOut people quantiles { share coverage } bins { from to people } ready criticalReady unassessed busFactor }`

// secretViewer is a viewer with what they may ask about.
type secretViewer struct {
	name   string
	ask    *access.Viewer
	groups []string // as arguments; "" for all that they may ask about
}

// answersOf asks everything as a viewer. Errors of one answer come in no order.
func answersOf(t *testing.T, a *api, v secretViewer) map[string]string {
	t.Helper()
	as, answers := &api{Handler: actAs(a, v.ask)}, map[string]string{}
	for _, g := range v.groups {
		levels := ""
		for i, level := range []float64{.2, .6, .7, .9} { // any level, not only those that positions require
			levels += fmt.Sprintf(" l%d: holders(level: %v%s) { count class }", i, level, g)
		}
		for i, question := range strings.Split(strings.TrimSpace(fmt.Sprintf(groupQuestions, g)), "\n") {
			fragments := groupFragments + " fragment levels on KnowledgePoint {" + levels + " }"
			used := ""
			for _, f := range strings.Split(fragments, "fragment ")[1:] {
				if name := strings.Fields(f)[0]; strings.Contains(question, "..."+name) || name == "cell" && strings.Contains(question, "...heat") {
					used += " fragment " + f
				}
			}
			r := as.execute(t, "{"+question+"}"+used, nil)
			var problems []string
			for _, e := range r.Errors {
				require.Contains(t, []fault.Code{fault.PermissionDenied, fault.NotFound}, e.Extensions.Code, e.Message)
				problems = append(problems, fmt.Sprint(e.Path, e.Message, e.Extensions.Code))
			}
			slices.Sort(problems)
			answers[fmt.Sprintf("%q %d", g, i)] = string(r.Data) + strings.Join(problems, "\n")
		}
	}
	return answers
}

func departmentsOf(c *secretCompany) (groups []string) {
	for _, u := range c.units {
		groups = append(groups, fmt.Sprintf(", group: { orgUnit: %q }", u.Code))
	}
	return append(groups, "")
}

// api serves the company.
func (c *secretCompany) api(t *testing.T) *api { return newAPI(t, c.changes(), nil, graph.Config{}) }

// unreadBy returns whom a viewer may not read.
func (c *secretCompany) unreadBy(v *access.Viewer) func(competency.Employee) bool {
	unread := map[string]bool{}
	for _, e := range c.people {
		p := c.person(e)
		unread[e.Code] = !v.ReadsMember(&p)
	}
	return func(e competency.Employee) bool { return unread[e.Code] }
}

// A viewer who reads all whom they may ask about never learns of anyone else: whatever these
// people master and hold, and wherever they are, every answer is the same.
func TestAnswersDoNotDependOnPeopleOutside(t *testing.T) {
	t.Parallel()
	changed := 0
	for seed := range uint64(5) {
		c := newSecretCompany(t, seed, 4, 3)
		if len(c.people) < 8 {
			continue
		}
		self := c.people[c.IntN(len(c.people))]
		if i := slices.IndexFunc(c.people, func(e competency.Employee) bool { return e.Manager != "" }); i >= 0 {
			self = c.people[slices.IndexFunc(c.people, func(e competency.Employee) bool { return e.Code == c.people[i].Manager })]
		}
		unit := c.units[c.IntN(len(c.units))].Code
		who := c.person(self)
		account := func(grants ...access.Grant) *access.Viewer {
			return access.Account(access.Identity{Account: "a"}, who, grants)
		}
		for _, v := range []secretViewer{
			{name: "manager of a line", ask: account()},
			{name: "manager", ask: account(access.Grant{Role: access.Manager, Unit: unit})},
			{name: "trainer", ask: account(access.Grant{Role: access.Trainer, Unit: unit})},
			{name: "HR", ask: account(access.Grant{Role: access.HR, Unit: unit})},
			{name: "token of HR", ask: access.PersonalToken(account(access.Grant{Role: access.HR, Unit: unit}), "t", access.InsightRead, nil)},
		} {
			unread := c.unreadBy(v.ask)
			outside := func(e competency.Employee) bool { return unread(e) && e.Code != self.Code }
			before := c.clone()
			for i := range before.people { // who is outside holds one of the last two positions
				if outside(before.people[i]) {
					before.people[i].Position = []string{"P03", "Z"}[c.IntN(2)]
				}
			}
			after := before.clone()
			for i := range after.people {
				if e := &after.people[i]; outside(*e) {
					e.Position, e.Modalities = []string{"P03", "Z"}[c.IntN(2)], []competency.Modality{competency.Video}
					after.mastery[e.Code] = c.randomStates()
					if chain := c.unitsAbove(e.OrgUnit); !slices.Contains(chain, unit) { // others may be own managers in it
						for e.OrgUnit = c.units[c.IntN(6)].Code; slices.Contains(c.unitsAbove(e.OrgUnit), unit); {
							e.OrgUnit = ""
						}
					}
				}
			}
			v.groups = append(departmentsOf(c), `, group: { incumbentsOf: "P00" }`, `, group: { incumbentsOf: "P01" }`)
			for _, e := range c.people[:min(3, len(c.people))] {
				v.groups = append(v.groups, fmt.Sprintf(", group: { line: %q }", e.Code))
			}
			v.groups = append(v.groups, fmt.Sprintf(", group: { line: %q }", self.Code))
			first, second := before.api(t), after.api(t)
			require.Equal(t, answersOf(t, first, v), answersOf(t, second, v), "seed %d: %s %s in %s", seed, v.name, self.Code, unit)
			system := secretViewer{ask: access.System(), groups: []string{""}}
			if fmt.Sprint(answersOf(t, first, system)) != fmt.Sprint(answersOf(t, second, system)) {
				changed++
			}
		}
	}
	require.Greater(t, changed, 10, "whoever may read everyone sees another company")
}

// restrictedViewers are viewers who may ask about groups without reading everyone in them.
func restrictedViewers(c *secretCompany) []secretViewer {
	self := c.person(c.people[c.IntN(len(c.people))])
	some := []string{"D1", "D2", "D5"}
	expert := access.Account(access.Identity{Account: "x"}, self, []access.Grant{{Role: access.Expert}, {Role: access.HR, Unit: c.units[c.IntN(6)].Code}})
	service := access.Service(access.Identity{Account: "s"}, access.InsightRead, nil)
	viewers := []secretViewer{
		{name: "expert", ask: access.Account(access.Identity{Account: "x"}, access.Person{}, []access.Grant{{Role: access.Expert}})},
		{name: "expert who is HR of a department", ask: expert},
		{name: "their token, bound", ask: access.PersonalToken(expert, "t", access.InsightRead, some)},
		{name: "service", ask: service.WithTokens([]access.TokenRights{{Scopes: access.InsightRead}, {Scopes: access.LearnerRead, Units: []string{"D3"}}})},
		{name: "service, bound", ask: access.Service(access.Identity{Account: "s"}, access.InsightRead, some)},
		{name: "HR of all departments", ask: access.Account(access.Identity{Account: "x"}, self, []access.Grant{{Role: access.Expert}, {Role: access.HR, Unit: "D0"}, {Role: access.HR, Unit: "D1"}})},
	}
	for i := range viewers {
		viewers[i].groups = departmentsOf(c)
	}
	return viewers
}

// Whoever may not read everyone is told of at least five people together: where these exchange what
// they master, every answer is the same. Where the firm has fewer than five whom a viewer may not read, nothing
// about these changes any answer.
func TestAnswersKeepSecrets(t *testing.T) {
	t.Parallel()
	exchanges, fewHidden, told := 0, 0, map[string]int{}
	for seed := range uint64(6) {
		c := newSecretCompany(t, seed, 9+int(seed)%2*9, 4)
		first := c.api(t)
		for _, v := range restrictedViewers(c) {
			unread, after := c.unreadBy(v.ask), c.clone()
			var hidden []int
			for i, e := range c.people {
				if unread(e) {
					hidden = append(hidden, i)
				}
			}
			if len(hidden) < 5 {
				fewHidden += len(hidden)
				for _, i := range hidden {
					e := &after.people[i]
					e.Position, after.mastery[e.Code] = c.positions[c.IntN(len(c.positions))], c.randomStates()
				}
			} else {
				at := map[string][]string{}
				for _, i := range hidden {
					atom := c.atom(c.people[i], unread)
					at[atom] = append(at[atom], c.people[i].Code)
				}
				for _, codes := range at {
					for i, code := range codes { // each has the states of the next
						after.mastery[code] = c.mastery[codes[(i+1)%len(codes)]]
					}
					exchanges += len(codes) - 1
				}
			}
			c.checkTold(t, first, v, unread)
			require.Equal(t, answersOf(t, first, v), answersOf(t, after.api(t), v), "seed %d: %s", seed, v.name)
		}
		for what, n := range c.told {
			told[what] += n
		}
	}
	for _, what := range []string{"risks", "risks without people", "unblocking", "unblocking withheld"} {
		require.Greater(t, told[what], 5, what)
	}
	require.Greater(t, exchanges, 100)
	require.Greater(t, fewHidden, 5)
}
