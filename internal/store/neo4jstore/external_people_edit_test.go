package neo4jstore_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// External edits of people. A question about an edited person fails with the problems, and
// those about others succeed. Lists and exports have everybody, each with their problems.
// Changed values of MASTERS show after a rebuild.
func TestExternallyEditedPeople(t *testing.T) {
	for _, c := range []struct {
		sentence, edit string
		want           []wantedProblem // of "li"
	}{
		{
			"a name that is a number, and modalities that are a text", "MATCH (e:Employee {code: 'li'}) SET e.name = 5, e.modalities = 'VIDEO'",
			[]wantedProblem{{"employees", "name", []string{"li", "5"}}, {"employees", "modalities", []string{"li", "VIDEO", "not a list"}}},
		},
		{
			"two positions", "MATCH (e:Employee {code: 'li'}) CREATE (e)-[:HOLDS]->(:Position {code: 'p', name: 'n'})",
			[]wantedProblem{{"employees", "position", []string{"li", "there are 2", "[p rigger]", "leave one"}}},
		},
		{
			"two units, managers and a target without a code",
			"MATCH (e:Employee {code: 'li'}), (u:OrgUnit {code: 'company'}) CREATE (e)-[:MEMBER_OF]->(u), (e)-[:REPORTS_TO]->(e), (e)-[:TARGETS]->(:Thing)",
			[]wantedProblem{{"employees", "org_unit", []string{"company", "yard"}}, {"employees", "manager", []string{"chief", "li"}}, {"employees", "targets", []string{"there is no targets"}}},
		},
		{
			"a state without mastery and time", "MATCH (:Employee {code: 'li'})-[m:MASTERS]->() REMOVE m.mastery, m.assessedAt",
			[]wantedProblem{{competency.MasteryStates, "mastery", []string{"li", "crane", "0 to 1"}}, {competency.MasteryStates, "assessedAt", []string{"li", "crane", "datetime()"}}},
		},
		{
			"a state with texts", "MATCH (:Employee {code: 'li'})-[m:MASTERS]->() SET m.mastery = 'good', m.assessedAt = '2024-06-01'",
			[]wantedProblem{{competency.MasteryStates, "mastery", []string{"good"}}, {competency.MasteryStates, "assessedAt", []string{"2024-06-01"}}},
		},
		{
			"a state with a time that has no zone", "MATCH (:Employee {code: 'li'})-[m:MASTERS]->() SET m.assessedAt = localdatetime('2024-06-01T12:00:00')",
			[]wantedProblem{{competency.MasteryStates, "assessedAt", []string{"datetime()"}}},
		},
		{
			"a state on something without a code", "MATCH (e:Employee {code: 'li'}) CREATE (e)-[:MASTERS {mastery: 1, assessedAt: datetime()}]->(:Thing)",
			[]wantedProblem{{competency.MasteryStates, "knowledge_point", []string{"there is no knowledge_point"}}},
		},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			uri := emptyDatabase(t)
			s := openStore(t, uri)
			applyRecords(t, s, plantRecords())
			applyRecords(t, s, employeeRecord("temp", "临时工"))
			runCypher(t, uri, c.edit)
			_, err := s.Rebuild(t.Context())
			require.NoError(t, err)

			_, err = s.Profile(t.Context(), "li")
			requireProblems(t, err, c.want...)
			require.Equal(t, fault.Unavailable, fault.CodeOf(err))
			require.ErrorContains(t, err, "edited by other means")
			page, err := s.Employees(t.Context(), store.EmployeeQuery{States: true})
			require.NoError(t, err)
			require.Equal(t, 3, page.Total)
			require.Len(t, page.Profiles, 3)
			for _, p := range page.Profiles {
				if p.Employee.Code == "li" {
					requireProblems(t, fault.FromProblems(p.OwnProblems()), c.want...)
				} else {
					require.Empty(t, p.OwnProblems())
				}
			}

			require.Equal(t, "临时工", employeeName(t, s, "temp"))
			page, err = s.Employees(t.Context(), store.EmployeeQuery{Codes: []string{"temp"}, States: true})
			require.NoError(t, err)
			require.Equal(t, 1, page.Total)

			var codes []string
			for p, err := range s.Profiles(t.Context()) {
				require.NoError(t, err)
				codes = append(codes, p.Employee.Code)
				if p.Employee.Code == "li" {
					requireProblems(t, fault.FromProblems(p.OwnProblems()), c.want...)
				}
			}
			require.Equal(t, []string{"chief", "li", "temp"}, codes)
			require.NoError(t, s.Ping(t.Context()), "it is no outage")
		})
	}
}

// What is broken about a manager or a department is no problem of the people below.
func TestExternallyEditedManagerAndUnit(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	applyRecords(t, s, plantRecords())
	runCypher(t, uri, "MATCH (e:Employee {code: 'chief'}), (u:OrgUnit {code: 'yard'}) CREATE (e)-[:HOLDS]->(:Position {code: 'p', name: 'n'}), (e)-[:HOLDS]->(:Position {code: 'q', name: 'n'}), (u)-[:PART_OF]->(:OrgUnit {code: 'x', name: 'n'})")
	p, err := s.Profile(t.Context(), "li")
	require.NoError(t, err)
	require.Equal(t, "chief", p.Manager.Code)
	require.Empty(t, p.OwnProblems())
	requireProblems(t, fault.FromProblems(p.Problems), wantedProblem{"org_units", "parent", []string{"yard", "[company x]"}}, wantedProblem{"employees", "position", []string{"chief"}})
	_, err = s.Profile(t.Context(), "chief")
	require.Equal(t, fault.Unavailable, fault.CodeOf(err))
}

func TestExternallyEditedUnits(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	applyRecords(t, s, plantRecords())
	runCypher(t, uri, "MATCH (a:OrgUnit {code: 'yard'}), (b:OrgUnit {code: 'company'}) CREATE (b)-[:PART_OF]->(a)") // the store allows cycles
	units, err := s.OrgUnits(t.Context())
	require.NoError(t, err)
	require.Len(t, units, 2)
	p, err := s.Profile(t.Context(), "li")
	require.NoError(t, err)
	require.Len(t, p.Units, 2)

	runCypher(t, uri, "MATCH (u:OrgUnit {code: 'company'}) SET u.name = 1 CREATE (:OrgUnit {name: 'nameless'}), (u)-[:PART_OF]->(:OrgUnit {code: 'x', name: 'n'})")
	units, err = s.OrgUnits(t.Context())
	requireProblems(t, err, wantedProblem{"org_units", "name", []string{"company"}}, wantedProblem{"org_units", "code", []string{"there is no code"}},
		wantedProblem{"org_units", "parent", []string{"company", "x", "yard"}})
	require.Len(t, units, 4)
}

// No query can name a person without a code. They must be reported nevertheless, or
// verify would find nothing and an export would silently omit them.
func TestPeopleWithoutCodeAreReported(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	applyRecords(t, s, plantRecords())
	runCypher(t, uri, "MATCH (p:Position {code: 'rigger'}) CREATE (:Employee {name: 'n', search: 'n'})-[:HOLDS]->(p), (:Employee {code: 5, name: 'm', search: 'm'})-[:HOLDS]->(p)")
	for _, q := range []store.EmployeeQuery{
		{}, {First: 1}, {First: 10}, {First: 10, After: "chief"}, {Text: "n"}, {Text: "m"}, {Position: "rigger"}, {Position: "rigger", First: 1}, {KnowledgePoint: "crane"},
	} {
		page, err := s.Employees(t.Context(), q)
		if err != nil {
			require.NotEmpty(t, fault.ProblemsOf(err), "%+v: %v", q, err)
			continue
		}
		for _, p := range page.Profiles {
			require.NotEmpty(t, p.Employee.Code)
		}
	}
	require.Equal(t, "李雷", employeeName(t, s, "li"))

	seen := 0
	var last error
	for _, err := range s.Profiles(t.Context()) {
		if last = err; err == nil {
			seen++
		}
	}
	require.Equal(t, 2, seen)
	requireProblems(t, last, wantedProblem{"employees", "code", []string{"there is no code"}}, wantedProblem{"employees", "code", []string{"5", "not a text"}})
}

// A person who was renamed or created by hand is found by the new name once the search keys
// have been rebuilt. So are those whom an earlier schema knew without pinyin.
func TestSearchKeysAreRebuilt(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	applyRecords(t, s, plantRecords())
	runCypher(t, uri, "MATCH (e:Employee {code: 'li'}) SET e.name = '王 小明' CREATE (:Employee {code: 'hand', name: 'O’Neil'}), (:Employee {code: 'odd', name: 5})")
	found, err := s.Rebuild(t.Context())
	require.NoError(t, err)
	var keys []string
	for _, p := range found {
		require.Equal(t, "search", p.Field)
		keys = append(keys, p.Key)
	}
	require.Equal(t, []string{"hand", "li"}, keys)
	for text, code := range map[string]string{"王小明": "li", "wxm": "li", "oneil": "hand"} {
		page, err := s.Employees(t.Context(), store.EmployeeQuery{Text: text})
		require.NoError(t, err)
		require.Len(t, page.Profiles, 1, text)
		require.Equal(t, code, page.Profiles[0].Employee.Code)
	}
	found, err = s.Rebuild(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
}

// A person with two managers or departments is in the lists of both, and decisions about the
// person know both. What has no code counts for nothing.
func TestExternallyEditedLines(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	applyRecords(t, s, plantRecords())
	applyRecords(t, s, employeeRecord("boss", "老板"))
	runCypher(t, uri, `
		MATCH (e:Employee {code: 'li'}), (b:Employee {code: 'boss'}), (c:Employee {code: 'chief'}), (u:OrgUnit {code: 'yard'})
		CREATE (e)-[:REPORTS_TO]->(b)-[:REPORTS_TO]->(c)-[:REPORTS_TO]->(b), (e)-[:REPORTS_TO]->(e), (e)-[:REPORTS_TO]->(:Employee {name: 'n'}),
			(e)-[:MEMBER_OF]->(:OrgUnit {code: 'office', name: 'n'}), (e)-[:MEMBER_OF]->(:OrgUnit {name: 'n'}), (u)-[:PART_OF]->(:OrgUnit {code: 'port', name: 'n'})`)
	page, err := s.Employees(t.Context(), store.EmployeeQuery{Codes: []string{"li", "boss"}, Lines: true})
	require.NoError(t, err)
	require.Len(t, page.Profiles, 2)
	li := page.Profiles[1].Lines
	require.ElementsMatch(t, []string{"boss", "chief"}, li.Managers)
	require.ElementsMatch(t, []string{"company", "office", "port", "yard"}, li.Units)
	require.Equal(t, []string{"company", "office", "port", "yard"}, page.Profiles[0].Lines.ReportUnits, "of chief and li")
	for _, r := range []competency.Reach{
		{Line: "boss", LineExcept: []string{"chief"}}, {Line: "chief", LineExcept: []string{"boss"}}, {Units: []string{"office"}}, {Units: []string{"port"}, UnitsExcept: []string{"chief"}},
	} {
		page, err := s.Employees(t.Context(), store.EmployeeQuery{Reaches: []competency.Reach{r}})
		require.NoError(t, err)
		require.Equal(t, 1, page.Total, "%+v", r)
		require.Equal(t, "li", page.Profiles[0].Employee.Code)
	}
}
