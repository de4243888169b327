package graph_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/store"
)

// trips lists the uses of a store.
type trips struct {
	mu   sync.Mutex
	made []string
}

func (l *trips) watch(s store.Store) store.Store {
	return store.Observe(s, func(method string, _ time.Duration, _ error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.made = append(l.made, method)
	})
}

// of returns what a call makes.
func (l *trips) of(call func()) []string {
	l.mu.Lock()
	l.made = []string{}
	l.mu.Unlock()
	call()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.made
}

// Evidence of somebody is a list of its own, which takes another. Insight takes one
// for the departments and one for each 200 people, so that memory stays bounded.
func TestEveryQuestionTakesOneTripToTheStoreAtMost(t *testing.T) {
	var l trips
	a := newAPI(t, seedWorld(t), l.watch, graph.Config{})
	needs := map[string][]string{ // the others need none
		"employee": {"Profile", "Evidence"}, "employees": {"Employees"}, "orgUnit": {"OrgUnits"}, "orgUnits": {"OrgUnits"},
		"gapAnalysis": {"Profile"}, "learningPath": {"Profile"}, "nextSteps": {"Profile"}, "placementNext": {"Profile", "Evidence"}, "setAside": {"Documents"},
		"insight": {"OrgUnits", "Employees"},
	}
	s := schema()
	for _, f := range s.Query.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			want := append([]string{}, needs[f.Name]...)
			require.Equal(t, want, l.of(func() { a.data(t, "{ "+f.Name+asked[f.Name]+" "+everything(s, f.Type.Name(), 1)+" }") }))
		})
	}
	for name, c := range map[string]struct {
		query string
		want  []string
	}{
		"a list of people with all that is known of them": {`{ employees(first: 40) { nodes { name states { mastery current knowledgePoint { name } } manager { name } orgUnit { name parent { name } } position { name } targets { name } } } }`, []string{"Employees"}},
		"the same by edges and fragments":                 {`{ employees(first: 40) { edges { ...edge } } } fragment edge on EmployeeEdge { node { ... on Employee { states { mastery } } } }`, []string{"Employees"}},
		"the person that a gap is about":                  {`{ gapAnalysis(employee: "E007", position: "POS-DA") { employee { states { mastery } manager { name } orgUnit { parent { name } } } } }`, []string{"Profile"}},
		"what if":                                         {`{ learningPath(employee: "E007", position: "POS-DA") { whatIf(position: "POS-SE", options: { budgetMinutes: 60, exclude: ["K-BI-DASH"] }) { totalMinutes whatIf { totalMinutes } } } }`, []string{"Profile"}},
		"a person by id":                                  {`{ node(id: "RW1wbG95ZWU6RTAwNw") { ... on Employee { name states { mastery } } } }`, []string{"Profile"}},
		"more about a manager takes one more":             {`{ employee(code: "E007") { manager { name states { mastery } orgUnit { name } manager { name } } } }`, []string{"Profile", "Profile"}},
		"three questions about people in one request":     {`{ a: employee(code: "E007") { name } b: employee(code: "E012") { name } c: nextSteps(employee: "E007", position: "POS-DA") { order } }`, []string{"Profile", "Profile", "Profile"}},
		"a refused page":                                  {`{ positions(first: 0) { totalCount } __typename }`, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, l.of(func() { a.data(t, c.query) }))
		})
	}
}

func TestEveryEditIsOneTransaction(t *testing.T) {
	var l trips
	a := newAPI(t, smallWorld(t), l.watch, graph.Config{})
	edits := map[string]string{
		"upsertPosition":       `{ code: "N", name: "新" }`,
		"setRequirements":      `{ position: "Q", requirements: [{ target: "B" }] }`,
		"deletePosition":       `{ code: "DEL" }`,
		"upsertCompetency":     `{ code: "C3", name: "新" }`,
		"deleteCompetency":     `{ code: "DEL" }`,
		"upsertKnowledgePoint": `{ code: "K", name: "新" }`,
		"deleteKnowledgePoint": `{ code: "DEL" }`,
		"addPrerequisite":      `{ prerequisite: "A", dependent: "D", clause: "y" }`,
		"removePrerequisite":   `{ prerequisite: "A", dependent: "B" }`,
		"addRelated":           `{ a: "A", b: "B" }`,
		"removeRelated":        `{ a: "D", b: "A" }`,
		"upsertResource":       `{ code: "N", title: "新" }`,
		"deleteResource":       `{ code: "DEL" }`,
		"upsertEmployee":       `{ code: "E1", name: "新" }`,
		"assignPosition":       `{ employee: "E1", position: "Q" }`,
		"setMastery":           `{ employee: "E1", knowledgePoint: "B", mastery: 0.5 }`,
		"deleteEmployee":       `{ code: "DEL" }`,
		"recordEvidence":       `{ evidence: [{ id: "v", employee: "E1", knowledgePoints: ["B"], kind: EXAM, score: 0.9 }] }`,
		"retractEvidence":      `{ ids: ["v"] }`,
		"answerPlacement":      `{ employee: "E1", position: "P", knowledgePoint: "B", correct: true }`,
		"upsertOrgUnit":        `{ code: "HQ", name: "新" }`,
		"deleteOrgUnit":        `{ code: "DEL" }`,
	}
	create := map[string]string{ // what a deletion deletes
		"deletePosition": "upsertPosition", "deleteCompetency": "upsertCompetency", "deleteKnowledgePoint": "upsertKnowledgePoint",
		"deleteResource": "upsertResource", "deleteEmployee": "upsertEmployee", "deleteOrgUnit": "upsertOrgUnit",
	}
	for _, f := range schema().Mutation.Fields {
		if strings.HasSuffix(f.Name, "SetAside") { // it edits nothing; see below
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			input, ok := edits[f.Name]
			require.True(t, ok, "a new mutation needs an example here")
			if maker := create[f.Name]; maker != "" {
				title := "name"
				if maker == "upsertResource" {
					title = "title"
				}
				a.data(t, `mutation { `+maker+`(input: { code: "DEL", `+title+`: "待删" }) { revision } }`)
			}
			made := l.of(func() {
				got := a.data(t, `mutation { `+f.Name+`(input: `+input+`) { revision userErrors { message } } }`)
				require.Contains(t, got, `"userErrors":[]`)
			})
			writes := 0
			for _, method := range made {
				if method == "Apply" || method == "Record" {
					writes++
				}
				require.NotEqual(t, "Load", method)
			}
			require.Equal(t, 1, writes, made)
			if !ofEvidence(f.Name) {
				require.Equal(t, "Revision", made[0], "an edit starts from the newest catalog")
			}
		})
	}
	t.Run("an edit that changes nothing writes nothing", func(t *testing.T) {
		require.NotContains(t, l.of(func() { a.data(t, `mutation { upsertPosition(input: { code: "N", name: "新" }) { revision } }`) }), "Apply")
	})
}

// meddler is a store in which another instance publishes whenever somebody is
// read.
type meddler struct {
	store.Store
	publish func()
}

func (m meddler) Profile(ctx context.Context, code string) (store.Profile, error) {
	m.publish()
	return m.Store.Profile(ctx, code)
}

func TestOneRequestIsAnsweredFromOneRevision(t *testing.T) {
	var below store.Store
	published, one := 0, sync.Mutex{}
	a := newAPI(t, smallWorld(t), func(s store.Store) store.Store {
		below = s
		return meddler{s, func() {
			one.Lock()
			defer one.Unlock()
			revision, err := s.Revision(context.Background())
			require.NoError(t, err)
			published++
			var cs competency.ChangeSet
			cs.Put.Positions = []competency.Position{{Code: "P", Name: strings.Repeat("改", published)}}
			_, err = s.Apply(context.Background(), revision, store.Change{ChangeSet: cs})
			require.NoError(t, err)
		}}
	}, graph.Config{})
	for range 20 {
		got := a.ask(t, `{
			before: position(code: "P") { name }
			gapAnalysis(employee: "E1", position: "P") { revision position { name } }
			learningPath(employee: "E1", position: "P") { revision position { name } }
			nextSteps(employee: "E1", position: "P") { knowledgePoint { requiredBy { position { name } } } }
			after: position(code: "P") { name } }`, nil)
		require.Empty(t, got.Errors)
		var data struct {
			Before, After struct{ Name string }
			GapAnalysis   struct {
				Revision int
				Position struct{ Name string }
			}
			LearningPath struct {
				Revision int
				Position struct{ Name string }
			}
		}
		require.NoError(t, json.Unmarshal(got.Data, &data))
		require.Equal(t, data.Before.Name, data.After.Name)
		require.Equal(t, data.Before.Name, data.GapAnalysis.Position.Name)
		require.Equal(t, data.Before.Name, data.LearningPath.Position.Name)
		require.Equal(t, data.GapAnalysis.Revision, data.LearningPath.Revision)
		require.NotNil(t, got.Extensions.Revision)
		require.Equal(t, data.GapAnalysis.Revision, *got.Extensions.Revision)
	}
	revision, err := below.Revision(t.Context())
	require.NoError(t, err)
	got := a.ask(t, `{ gapAnalysis(employee: "E1", position: "P") { revision position { name } } }`, nil)
	require.Greater(t, *got.Extensions.Revision, int(revision), "a read of a person is answered from what that read found")
}

func TestTheRevisionIsNamedWhereACatalogAnswers(t *testing.T) {
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	for _, c := range []struct {
		query string
		want  *int
	}{
		{`{ position(code: "P") { name } }`, new(1)},
		{`{ position(code: "NONE") { name } }`, new(1)},
		{`{ employee(code: "E1") { name } }`, new(1)},
		{`{ __typename }`, nil},
		{`{ nonsense }`, nil},
		{`mutation { upsertPosition(input: { code: "P", name: "改" }) { revision } }`, new(2)},
		{`mutation { setMastery(input: { employee: "E1", knowledgePoint: "B", mastery: 0.1 }) { revision } }`, new(2)},
		{`mutation { setMastery(input: { employee: "E1", knowledgePoint: "B", mastery: 7 }) { revision } }`, new(2)},
		{`{ position(code: "P") { name } }`, new(2)},
	} {
		require.Equal(t, c.want, a.ask(t, c.query, nil).Extensions.Revision, c.query)
	}
}

func TestTripsForWhatIsSetAside(t *testing.T) {
	var l trips
	a := newAPI(t, smallWorld(t), l.watch, graph.Config{})
	id := "00000000-0000-4000-8000-000000000001"
	body := store.UnmappedBody{Statement: `{"id": "` + id + `", "actor": {"mbox": "mailto:E1@x.example"},
		"verb": {"id": "http://adlnet.gov/expapi/verbs/passed"}, "object": {"id": "x:quiz"}}`}
	require.NoError(t, a.store.PutDocuments(t.Context(), []store.Document{{Kind: store.UnmappedKind, ID: id, At: kgtest.Now, Body: body.JSON()}}))
	for _, c := range []struct {
		mutation string
		want     []string
	}{
		{`retrySetAside(input: {})`, []string{"Documents", "PutDocuments", "Documents", "PutDocuments"}},
		{`retrySetAside(input: { ids: ["` + id + `"] })`, []string{"Documents", "PutDocuments", "Documents", "PutDocuments"}},
		{`discardSetAside(input: { ids: [] })`, []string{}},
		{`discardSetAside(input: { ids: ["` + id + `"] })`, []string{"Documents", "DeleteDocuments"}},
		{`retrySetAside(input: {})`, []string{"Documents"}},
	} {
		require.Equal(t, c.want, l.of(func() {
			require.Contains(t, a.data(t, `mutation { `+c.mutation+` { done revision userErrors { message } } }`), `"revision":1,"userErrors":[]`)
		}), c.mutation)
	}
}
