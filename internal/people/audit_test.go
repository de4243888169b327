package people_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// What is read of others, and what is done or refused about them, is in the audit, once a
// request.
func TestAuditTellsWhatIsDoneAboutPeople(t *testing.T) {
	st := servicetest.MemoryStore(t)
	svc := servicetest.Open(t, st, &servicetest.Clock{})
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	log := audit.New(st, audit.NewKey(), audit.Config{})
	t.Cleanup(func() { require.NoError(t, log.Close(context.Background())) })
	rate := func(id, employee string, kind competency.EvidenceKind) service.EvidenceInput {
		in := servicetest.Exam(id, employee, "B", 1)
		in.Kind = kind
		return in
	}
	record := func(list ...service.EvidenceInput) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := svc.RecordEvidence(ctx, service.RecordEvidenceInput{Evidence: list})
			return err
		}
	}
	read := func(employee string) func(context.Context) error {
		return func(ctx context.Context) error {
			e, err := svc.People.Employee(ctx, employee)
			require.NoError(t, err)
			_, _ = e.States(ctx)
			_, _ = e.Targets(ctx)
			_, _ = svc.Analysis.GapAnalysis(ctx, employee, "P", nil, nil)
			return nil
		}
	}
	for n, c := range []struct {
		viewer string
		do     func(context.Context) error
		want   []string
	}{
		{"E2", read("E1"), []string{"LEARNER read E1 "}},
		{"E1", read("E1"), nil},
		{"E1", read("E2"), []string{"LEARNER read E2 PERMISSION_DENIED"}},
		{"E1", func(ctx context.Context) error { _, err := svc.Analysis.PlacementNext(ctx, "E1", "P", nil); return err }, nil},
		{
			"E2", record(rate("1", "E1", competency.SupervisorRating), rate("2", "E1", competency.Exam), rate("3", "NOBODY", competency.Exam)),
			[]string{"RECORD record E1 ", "RECORD record E1 PERMISSION_DENIED"},
		},
		{"E2", func(ctx context.Context) error {
			_, err := svc.RetractEvidence(ctx, service.RetractEvidenceInput{IDs: []string{"1", "unknown"}})
			return err
		}, []string{"RETRACT retract E1 "}},
		{"E2", func(ctx context.Context) error {
			_, _ = svc.DeleteMastery(ctx, service.DeleteMasteryInput{Employee: "E1", KnowledgePoint: "A"})
			return nil
		}, []string{"ASSESS delete E1 PERMISSION_DENIED"}},
	} {
		id := fmt.Sprint(n)
		ctx := audit.Begin(servicetest.As(viewerOf(t, svc, c.viewer)), audit.Request{ID: id})
		require.NoError(t, c.do(ctx))
		require.NoError(t, log.Commit(ctx))
		entries, err := log.Entries(servicetest.As(viewerOf(t, svc, "E2", access.Grant{Role: access.Auditor})), 200, nil, nil)
		require.NoError(t, err)
		var got []string
		for _, e := range entries.Nodes {
			if e.RequestID != nil && *e.RequestID == id {
				got = append(got, strings.TrimSuffix(fmt.Sprintf("%s %s %s %s", e.Action, e.Verb, strings.Join(e.Subjects, "+"), e.Outcome), audit.Done))
			}
		}
		slices.Sort(got)
		require.Equal(t, c.want, got, id)
	}
}
