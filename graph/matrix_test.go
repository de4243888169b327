package graph_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/zhitu/zhitu/internal/access"
)

var update = flag.Bool("update", false, "write golden files")

// matrix collects what viewers are answered, class by class.
type matrix struct {
	t       testing.TB
	classes map[string]string
	cells   map[string]map[string]string // class → relation → outcome
	odd     []string                     // fields that are not as their class
	reached map[string]bool              // fields that anybody has been answered
}

// note compares the outcome of a field with the worked one, and collects it.
func (m *matrix) note(v *workedViewer, way []step, field, relation, code, outcome string) {
	want := "allow"
	for _, name := range append(names(way), field) {
		if want = v.expectField(m.t, name, m.classes[name], code); want != "allow" {
			break
		}
	}
	if outcome != want {
		m.t.Errorf("%s: %s of %s %s: %s, not %s", v.name, field, relation, code, outcome, want)
	}
	if isAboutGroup(field) { // no cell of a class
		return
	}
	if len(way) == 0 || m.classes[way[0].name()] == m.classes[field] {
		m.set(m.classes[field], relation, outcome, field)
	}
}

func (m *matrix) set(class, relation, outcome, field string) {
	if m.cells[class] == nil {
		m.cells[class] = map[string]string{}
	}
	if was, known := m.cells[class][relation]; known && was != outcome {
		m.odd = append(m.odd, fmt.Sprintf("%s %s %s", field, relation, outcome))
		return
	}
	m.cells[class][relation] = outcome
}

func names(way []step) (all []string) {
	for _, s := range way {
		all = append(all, s.name())
	}
	return all
}

// golden writes what was collected of one viewer.
func (m *matrix) golden(v *workedViewer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", v.name)
	for a := range access.Actions() {
		cells := m.cells[a.String()]
		if len(cells) == 0 {
			continue
		}
		fmt.Fprintf(&b, "  %-16s", a)
		if one, ok := cells[""]; ok {
			fmt.Fprintf(&b, " %s", one)
		}
		for _, s := range v.subjects {
			if outcome, ok := cells[s.relation]; ok {
				fmt.Fprintf(&b, " %s=%s", s.relation, outcome)
			}
		}
		b.WriteString("\n")
	}
	for _, line := range m.odd {
		fmt.Fprintf(&b, "  but %s\n", line)
	}
	m.cells, m.odd = map[string]map[string]string{}, nil
	return b.String()
}

// isAboutPerson reports whether a document depends on whom it asks about.
func isAboutPerson(document string) bool { return strings.Contains(document, quote("SUBJECT")) }

// Every field of the schema is answered to every viewer about every kind of person as its
// class says. testdata/access-matrix.txt has it as people read it.
func TestEveryFieldIsAnsweredAsItsClassSays(t *testing.T) {
	s, c := schema(), readWorkedCompany(t, "company-1")
	a := newWorkedAPI(t, c)
	ways := shortestWays(s, "Query", "Subscription", "Mutation")
	m := &matrix{t: t, classes: fieldClasses(t), cells: map[string]map[string]string{}, reached: map[string]bool{}}
	var golden strings.Builder
	golden.WriteString("What viewers of company-1 are answered, by class and by whom they ask about.\n")
	for _, v := range c.viewers {
		as := &api{Handler: actAs(a, v.Viewer), handler: a.handler}
		for _, object := range slices.Sorted(mapKeys(ways)) {
			way := ways[object]
			if object == "Mutation" || len(way) > 0 && way[0].object == "Mutation" {
				continue // see TestEveryEditIsJudgedAsItsClassSays
			}
			for _, fields := range documentFields(s, m.classes, object) {
				m.ask(as, v, way, fields)
			}
		}
		golden.WriteString("\n" + m.golden(v))
	}
	var unreached []string
	objectFields(s, func(object *ast.Definition, f *ast.FieldDefinition) {
		way := ways[object.Name]
		if name := object.Name + "." + f.Name; !m.reached[name] && object.Name != "Mutation" && !ownObjects[object.Name] && (len(way) == 0 || way[0].object != "Mutation") {
			unreached = append(unreached, name)
		}
	})
	slices.Sort(unreached)
	assert.Equal(t, neverReached, unreached, "fields of which nothing has been asked")
	const file = "testdata/access-matrix.txt"
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(golden.String()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), golden.String())
}

// neverReached are fields that are asked elsewhere.
var neverReached = []string{
	"MissingHolders.count", "MissingHolders.knowledgePoint", // see TestQuestionsAboutGroupsAreRefused
	"Query.node",                                                                                                                       // see TestNodeIsJudgedByWhatItFinds
	"ReviewDue.due", "ReviewDue.employee", "ReviewDue.knowledgePoint", "ReviewDue.level", "ReviewDueEdge.cursor", "ReviewDueEdge.node", // see TestReviewsDue
}

// ownObjects are of what there is none here: the viewers have no account that is kept (see
// TestAccountsByTheAPI), and nothing is audited (see the tests of the audit).
var ownObjects = map[string]bool{"Objection": true, "Session": true, "Token": true, "AuditEdge": true, "AuditEntry": true, "OwnAuditEdge": true, "OwnAuditEntry": true}

func mapKeys[K comparable, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// documentFields divides the fields of an object into those that one document asks for: a
// field that may not be null costs its neighbours their answer, so those of one class are
// asked for together, and root fields one by one.
func documentFields(s *ast.Schema, classes map[string]string, object string) (documents [][]step) {
	byClass := map[string][]step{}
	for _, field := range s.Types[object].Fields {
		f := step{object: object, field: field}
		switch {
		case strings.HasPrefix(field.Name, "__"), f.name() == "Query.node": // see TestNodeIsJudgedByWhatItFinds
		case object == "Query" || object == subscriptionRoot:
			documents = append(documents, []step{f})
		default:
			byClass[classes[f.name()]] = append(byClass[classes[f.name()]], f)
		}
	}
	for _, class := range slices.Sorted(mapKeys(byClass)) {
		documents = append(documents, byClass[class])
	}
	return documents
}

// ask asks for fields, about every subject where they depend on one.
func (m *matrix) ask(as *api, v *workedViewer, way []step, fields []step) {
	subjects := v.subjects
	if !isAboutPerson(document(schema(), way, fields, "SUBJECT")) {
		subjects = []subject{{"", nobodyCode}}
	}
	for _, who := range subjects {
		text := document(schema(), way, fields, who.code)
		var r response
		if len(way) > 0 && way[0].object == subscriptionRoot || fields[0].object == subscriptionRoot {
			r = firstEvent(m.t, as, "subscription "+text)
		} else {
			r = as.execute(m.t, text, nil)
		}
		for _, f := range fields {
			outcome, reached := outcomeOf(m.t, r, way, f.field.Name)
			m.reached[f.name()] = m.reached[f.name()] || reached
			if reached || outcome != "allow" {
				m.note(v, way, f.name(), who.relation, who.code, outcome)
			}
		}
	}
}

const subscriptionRoot = "Subscription"

// firstEvent returns the first response of a subscription.
func firstEvent(t testing.TB, as *api, query string) (out response) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := &firstEventWriter{ResponseRecorder: httptest.NewRecorder(), stop: cancel}
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(t, err)
	as.ServeHTTP(w, newRequest(ctx, body, "Accept", "text/event-stream"))
	_, data, found := strings.Cut(w.Body.String(), "data: ")
	require.True(t, found, w.Body.String())
	data, _, _ = strings.Cut(data, "\n")
	return parseResponse(t, data)
}

// firstEventWriter leaves after the first event that has data.
type firstEventWriter struct {
	*httptest.ResponseRecorder
	stop func()
}

func (w *firstEventWriter) Flush() {
	if strings.Contains(w.Body.String(), "data: ") {
		w.stop()
	}
}

var _ http.Flusher = &firstEventWriter{}
