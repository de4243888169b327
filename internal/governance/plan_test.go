package governance_test

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

var at = time.Date(2026, 11, 30, 8, 0, 0, 123456000, time.UTC)

func samplePlan() *governance.Plan {
	return &governance.Plan{
		Format: governance.PlanFormat, Revision: 7, At: at, TimeZone: "Asia/Shanghai", Prune: true, Confirm: true,
		Changes: []competency.RecordChange{
			{Kind: competency.Created, Table: competency.KnowledgePoints, Key: "K1", Fields: competency.FieldChanges{
				{Field: "code", After: "K1"}, {Field: "minutes", After: 5}, {Field: "difficulty", After: 0.1 + 0.2}, {Field: "tags", After: []string{"x", "<&>"}},
			}},
			{Kind: competency.Changed, Table: competency.Prerequisites, Key: "K1 → K2", Clause: "a", Fields: competency.FieldChanges{{Field: "clause", Before: "a"}, {Field: "level", Before: 0.7, After: math.Nextafter(0.7, 1)}}},
			{Kind: competency.Deleted, Table: competency.Requirements, Key: "P / K1", Fields: competency.FieldChanges{{Field: "critical", Before: false}, {Field: "weight", Before: 1.0}}},
			{Kind: competency.Changed, Table: competency.Employees, Key: "E1", Fields: competency.FieldChanges{{Field: "manager", Before: competency.HiddenValue("ab"), After: "E2"}}},
			{Kind: competency.Created, Table: competency.MasteryStates, Key: "E1 / K1", Fields: competency.FieldChanges{{Field: "mastery", After: 1.0}, {Field: "assessed_at", After: "2026-11-30T08:00:00.123456Z"}}},
			{Kind: competency.Changed, Table: competency.Levels, Key: "熟练", Fields: competency.FieldChanges{{Field: "digit", Before: 3}}},
		},
		Intake: governance.Intake{
			Evidence: []competency.Evidence{{ID: "1", Employee: "E1", KnowledgePoints: []string{"K1"}, Kind: competency.Exam, Score: 1.0 / 3, Attempts: 2, Duration: 1500 * time.Millisecond, Difficulty: new(0.25), At: at, Source: "s", Filled: competency.FilledAt}},
			States:   []competency.Assessment{{Employee: "E1", KnowledgePoint: "K1", Mastery: 0.1, AssessedAt: at, Model: []float64{1, 0.3}}},
			Events:   []competency.Event{{Key: "k", Daily: true, Results: []competency.EventResult{{ID: "1", At: at, Score: 0.5}}}},
			Dropped:  []competency.DroppedEvidence{{Employee: "E1", Tombstones: []competency.Evidence{{ID: "2", Employee: "E1", Dropped: true}}, Checkpoint: "c"}},
			Unmapped: []people.UnmappedStatement{{ID: "3", ReceivedAt: at, Why: fault.T("why", "因"), Statement: `{"a":1}`, SentBy: "b"}},
		},
		Records:  []governance.RecordCount{{Record: competency.KnowledgePoints, Given: 2, Changed: new(1)}},
		Problems: []governance.Problem{}, Notices: []governance.Problem{},
		Warnings: []governance.Problem{{File: "a.csv", Row: 2, Column: "level", Rows: []int{3}, More: 1, Code: fault.InvalidArgument, Message: governance.Message{EN: "w", ZH: "警"}}},
	}
}

func write(t *testing.T, p *governance.Plan) string {
	t.Helper()
	text, err := json.Marshal(p)
	require.NoError(t, err)
	return string(text)
}

// A plan comes back as it was, to the last digit, and with the very types of its values.
func TestPlansComeBack(t *testing.T) {
	p := samplePlan()
	require.NoError(t, p.Sign(governance.Identity{ID: "s", Key: []byte("key")}))
	read, err := governance.ReadPlan([]byte(write(t, p)))
	require.NoError(t, err)
	require.Equal(t, p, read)
	indented, err := json.MarshalIndent(read, "", "  ")
	require.NoError(t, err)
	again, err := governance.ReadPlan(indented)
	require.NoError(t, err)
	require.NoError(t, again.CheckSignature(governance.Identity{ID: "s", Key: []byte("key")}))
}

func TestSignatures(t *testing.T) {
	own := governance.Identity{ID: "s", Key: []byte("key")}
	p := samplePlan()
	require.NoError(t, p.Sign(own))
	require.NoError(t, p.CheckSignature(own))
	require.ErrorContains(t, p.CheckSignature(governance.Identity{ID: "other", Key: own.Key}), "the plan is of another store")
	require.ErrorContains(t, p.CheckSignature(governance.Identity{}), "the plan is of another store")
	require.ErrorContains(t, p.CheckSignature(governance.Identity{ID: "s", Key: []byte("other")}), "the plan was altered")
	for name, alter := range map[string]func(*governance.Plan){
		"store without a key": func(p *governance.Plan) { p.Store, p.MAC = "", "" },
		"revision":            func(p *governance.Plan) { p.Revision++ },
		"confirm":             func(p *governance.Plan) { p.Confirm = false },
		"as stored":           func(p *governance.Plan) { p.AsStored = true },
		"a value":             func(p *governance.Plan) { p.Changes[0].Fields[1].After = 6 },
		"a record more":       func(p *governance.Plan) { p.Changes = append(p.Changes, p.Changes[0]) },
		"a clause":            func(p *governance.Plan) { p.Changes[1].Clause = "" },
		"evidence":            func(p *governance.Plan) { p.Intake.Evidence[0].Score = 1 },
		"an event":            func(p *governance.Plan) { p.Intake.Events[0].Key = "x" },
		"a problem":           func(p *governance.Plan) { p.Problems = append(p.Problems, governance.Problem{}) },
		"the code":            func(p *governance.Plan) { p.MAC = strings.Repeat("0", len(p.MAC)) },
	} {
		altered, err := governance.ReadPlan([]byte(write(t, p)))
		require.NoError(t, err)
		alter(altered)
		require.Error(t, altered.CheckSignature(own), name)
	}
}

func TestReadPlanRefuses(t *testing.T) {
	good := write(t, samplePlan())
	for text, want := range map[string]string{
		"":                                "this is not a plan",
		"[]":                              "this is not a plan",
		`{"format": 0}`:                   "this is not a plan",
		`{"format": 2}`:                   "written by another version",
		good[:len(good)/2]:                "this is not a plan",
		good[:len(good)-1] + `,"more":1}`: "this is not a plan",
		strings.Replace(good, `"minutes":[null,5]`, `"minutes":[null,"5"]`, 1): "this is not a plan",
	} {
		_, err := governance.ReadPlan([]byte(text))
		require.ErrorContains(t, err, want, text)
	}
}

// However many ask at once, a store has one identity, and each store its own.
func TestIdentity(t *testing.T) {
	first, second := openMemory(t), openMemory(t)
	known, err := first.KnownIdentity(t.Context())
	require.NoError(t, err)
	require.Zero(t, known)
	ids := make([]governance.Identity, 8)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() { ids[i], _ = first.Identity(context.WithoutCancel(t.Context())) })
	}
	all.Wait()
	require.Len(t, ids[0].Key, 32)
	for _, id := range ids {
		require.Equal(t, ids[0], id)
	}
	other, err := second.Identity(t.Context())
	require.NoError(t, err)
	require.NotEqual(t, ids[0].ID, other.ID)
	require.NotEqual(t, ids[0].Key, other.Key)
}

func openMemory(t *testing.T) *governance.Governance {
	t.Helper()
	st, err := sqlitestore.OpenMemory(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	return governance.New(st, nil)
}

// A seal tells whether a value is the same, for one person, field and moment.
func TestSeal(t *testing.T) {
	id := governance.Identity{ID: "s", Key: []byte("key")}
	require.Nil(t, governance.Identity{}.Seal(at))
	seal := id.Seal(at)
	require.Equal(t, seal("E1", "manager", "E2"), seal("E1", "manager", "E2"))
	for _, other := range []competency.HiddenValue{
		seal("E1", "manager", "E3"), seal("E1", "manager", nil), seal("E9", "manager", "E2"), seal("E1", "targets", "E2"),
		id.Seal(at.Add(time.Second))("E1", "manager", "E2"), governance.Identity{ID: "s", Key: []byte("x")}.Seal(at)("E1", "manager", "E2"),
	} {
		require.NotEqual(t, seal("E1", "manager", "E2"), other)
	}
}
