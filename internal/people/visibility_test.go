package people_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// viewerOf returns the account of an employee.
func viewerOf(t *testing.T, svc *service.Service, employee string, grants ...access.Grant) *access.Viewer {
	t.Helper()
	self, err := svc.People.Stand(t.Context(), employee)
	require.NoError(t, err)
	return access.Account(access.Identity{Account: "account-" + employee}, self, grants)
}

// openOffice opens a world in which E1 reports to E2, and E3 and E4 are in their department too.
func openOffice(t *testing.T, catalog string) *service.Service {
	svc := servicetest.Open(t, servicetest.MemoryStore(t), &servicetest.Clock{})
	cs := servicetest.World(t, catalog)
	for i := range cs.Put.Employees {
		cs.Put.Employees[i].OrgUnit = "DEV"
	}
	cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: "E3", Name: "周敏", OrgUnit: "DEV"}, competency.Employee{Code: "E4", Name: "何川", OrgUnit: "DEV"})
	servicetest.Import(t, svc, cs)
	return svc
}

func TestSourceOfPeerRatingIsHidden(t *testing.T) {
	svc := openOffice(t, servicetest.SmallCatalog)
	score := 0.9
	rating := service.EvidenceInput{ID: "1", Employee: "E1", KnowledgePoints: []string{"B"}, Kind: competency.PeerRating, Score: &score, Source: "E3"}
	require.Empty(t, servicetest.Record(t, svc, rating).UserErrors)
	inDev := func(role access.Role) access.Grant { return access.Grant{Role: role, Unit: "DEV"} }
	for name, c := range map[string]struct {
		viewer *access.Viewer
		sees   bool
	}{
		"system":          {access.System(), true},
		"oneself":         {viewerOf(t, svc, "E1"), false},
		"the manager":     {viewerOf(t, svc, "E2"), false},
		"a granted one":   {viewerOf(t, svc, "E3", inDev(access.Manager)), false},
		"a trainer":       {viewerOf(t, svc, "E3", inDev(access.Trainer)), true},
		"HR":              {viewerOf(t, svc, "E3", inDev(access.HR)), true},
		"HR and manager":  {viewerOf(t, svc, "E2", inDev(access.HR)), false},
		"HR of the firm":  {viewerOf(t, svc, "E2", access.Grant{Role: access.HR}), true},
		"an own token":    {access.PersonalToken(viewerOf(t, svc, "E1"), "t", access.LearnerRead, nil), false},
		"a learning tool": {access.Service(access.Identity{}, access.LearnerRead, nil), true},
	} {
		ctx := servicetest.As(c.viewer)
		e, err := svc.People.Employee(ctx, "E1")
		require.NoError(t, err, name)
		page, err := e.Evidence(ctx, 9, nil, nil)
		require.NoError(t, err, name)
		require.Equal(t, c.sees, page.Nodes[0].Source() != nil, name)
		states, err := e.States(ctx)
		require.NoError(t, err)
		for _, s := range states {
			if s.KnowledgePoint().Code() != "B" {
				continue
			}
			effects, err := s.Effects(ctx, 9)
			require.NoError(t, err)
			require.Equal(t, c.sees, effects[0].Evidence().Source() != nil, name)
		}
	}
}

// Whoever answers a placement for themselves assesses themselves.
func TestAnswersOfPlacementCountByWhoGivesThem(t *testing.T) {
	svc := openOffice(t, "P: A B C D E")
	for _, c := range []struct {
		viewer *access.Viewer
		kind   competency.EvidenceKind
	}{
		{viewerOf(t, svc, "E1"), competency.SelfAssessment},
		{access.PersonalToken(viewerOf(t, svc, "E1"), "t", access.EvidenceWrite, nil), competency.SelfAssessment},
		{viewerOf(t, svc, "E3", access.Grant{Role: access.Trainer, Unit: "DEV"}), competency.PracticeAnswer},
	} {
		ctx := servicetest.As(c.viewer)
		before, err := svc.Analysis.PlacementNext(ctx, "E1", "P", nil)
		require.NoError(t, err)
		point := before.KnowledgePoint()
		require.NotNil(t, point)
		p, err := svc.AnswerPlacement(ctx, service.AnswerPlacementInput{Employee: "E1", Position: "P", KnowledgePoint: point.Code(), Correct: new(true)})
		require.NoError(t, err)
		require.Empty(t, p.UserErrors)
		require.Equal(t, before.Asked()+1, p.Placement.Asked(), c.kind)
		e, err := svc.People.Employee(servicetest.Request(), "E1")
		require.NoError(t, err)
		page, err := e.Evidence(servicetest.Request(), 9, nil, new(point.Code()))
		require.NoError(t, err)
		require.Equal(t, c.kind, page.Nodes[0].Kind())
	}
	for employee, code := range map[string]fault.Code{"E3": fault.PermissionDenied, "NOBODY": ""} {
		p, err := svc.AnswerPlacement(servicetest.As(viewerOf(t, svc, "E2", access.Grant{Role: access.Auditor})), service.AnswerPlacementInput{
			Employee: employee, Position: "P", KnowledgePoint: "A", Correct: new(true),
		})
		require.Equal(t, code, fault.CodeOf(err), employee)
		if err == nil {
			require.Equal(t, fault.NotFound, p.UserErrors[0].Code)
		}
	}
}

// A subscriber is asked about at each push, with the rights of that moment.
func TestPushedUpdateAsksAgain(t *testing.T) {
	svc := openOffice(t, servicetest.SmallCatalog)
	manager := access.WithViewer(t.Context(), viewerOf(t, svc, "E2"))
	updates, err := svc.People.LearnerUpdated(manager, "E1", false)
	require.NoError(t, err)
	others, err := svc.People.LearnerUpdated(servicetest.Context(t), "E1", false)
	require.NoError(t, err)
	servicetest.RecordExam(t, svc, "1", "E1", "B", 1)
	u := <-updates
	<-others
	_, err = u.States(servicetest.As(viewerOf(t, svc, "E2")))
	require.NoError(t, err)

	_, err = svc.UpsertEmployee(servicetest.Request(), service.UpsertEmployeeInput{Employee: competency.Employee{Code: "E1", Manager: "E3"}})
	require.NoError(t, err)
	servicetest.RecordExam(t, svc, "2", "E1", "B", 1)
	u = <-updates
	_, err = (<-others).States(servicetest.Request()) // who reads it for both
	require.NoError(t, err)
	for _, ask := range []func() error{
		func() error { _, err := u.States(servicetest.As(viewerOf(t, svc, "E2"))); return err },
		func() error { _, err := u.Employee(servicetest.As(viewerOf(t, svc, "E2"))); return err },
		func() error { _, err := u.Unassessed(servicetest.As(viewerOf(t, svc, "E2"))); return err },
	} {
		require.Equal(t, fault.NotFound, fault.CodeOf(ask()))
	}
}

func TestLearnersNeedTheRightToReadThem(t *testing.T) {
	svc := openOffice(t, servicetest.SmallCatalog)
	record := func(id string, scopes access.Scopes) service.EvidencePayload {
		ctx := servicetest.As(access.Service(access.Identity{Account: "lms"}, scopes, nil))
		p, err := svc.RecordEvidence(ctx, service.RecordEvidenceInput{Evidence: []service.EvidenceInput{servicetest.Exam(id, "E1", "B", 1)}})
		require.NoError(t, err)
		require.Equal(t, []people.EvidenceOutcome{people.EvidenceRecorded}, outcomes(p))
		return p
	}
	for scopes, code := range map[access.Scopes]fault.Code{access.EvidenceWrite: fault.PermissionDenied, access.EvidenceWrite | access.LearnerRead: ""} {
		p := record(string(code)+"-1", scopes)
		_, err := p.Learners(servicetest.As(access.Service(access.Identity{Account: "lms"}, scopes, nil)))
		require.Equal(t, code, fault.CodeOf(err))
	}
}

// The message of a conflict names the source to whoever may read the other evidence.
func TestConflictNamesTheSourceToReaders(t *testing.T) {
	svc := openOffice(t, servicetest.SmallCatalog)
	score := 0.9
	exam := service.EvidenceInput{ID: "1", Employee: "E1", KnowledgePoints: []string{"B"}, Kind: competency.Exam, Score: &score, Source: "LMS-7"}
	require.Empty(t, servicetest.Record(t, svc, exam).UserErrors)
	exam.Employee = "E3"
	for scopes, told := range map[access.Scopes]bool{access.EvidenceWrite: false, access.EvidenceWrite | access.LearnerRead: true} {
		for _, units := range [][]string{nil, {"DEV"}} {
			p, err := svc.RecordEvidence(servicetest.As(access.Service(access.Identity{}, scopes, units)), service.RecordEvidenceInput{Evidence: []service.EvidenceInput{exam}})
			require.NoError(t, err)
			require.Equal(t, fault.Conflict, p.UserErrors[0].Code)
			if told {
				require.Contains(t, p.UserErrors[0].Message, "LMS-7")
			} else {
				require.NotContains(t, p.UserErrors[0].Message, "LMS-7")
			}
		}
	}
}

// What is about few people whom the viewer may not read one by one is withheld.
func TestInsightKeepsSecrets(t *testing.T) {
	svc := openOffice(t, servicetest.SmallCatalog)
	for _, employee := range []string{"E1", "E2", "E3", "E4"} {
		servicetest.RecordExam(t, svc, employee, employee, "B", 1)
	}
	inDev := func(role access.Role) access.Grant { return access.Grant{Role: role, Unit: "DEV"} }
	for name, c := range map[string]struct {
		viewer          *access.Viewer
		people, leftOut int
	}{
		"system":                     {access.System(), 4, 0},
		"who reads all":              {viewerOf(t, svc, "E3", access.Grant{Role: access.HR}), 4, 0},
		"an expert":                  {access.Account(access.Identity{}, access.Person{}, []access.Grant{{Role: access.Expert}}), 0, 0},
		"all but the own manager":    {viewerOf(t, svc, "E1", inDev(access.HR)), 3, 1},
		"the own line":               {viewerOf(t, svc, "E2"), 1, 0},
		"a tool that reads":          {access.Service(access.Identity{}, access.InsightRead|access.LearnerRead, nil), 4, 0},
		"a tool that does not":       {access.Service(access.Identity{}, access.InsightRead, nil), 0, 0},
		"a token of one who reads":   {access.PersonalToken(viewerOf(t, svc, "E3", access.Grant{Role: access.HR}), "t", access.InsightRead, nil), 4, 0},
		"a token of the own manager": {access.PersonalToken(viewerOf(t, svc, "E1", inDev(access.HR)), "t", access.InsightRead, []string{"DEV"}), 3, 1},
	} {
		ctx := servicetest.As(c.viewer)
		insight, err := svc.Analysis.Insight(ctx, nil)
		require.NoError(t, err, name)
		points, err := insight.Points(ctx, 9)
		require.NoError(t, err)
		require.Equal(t, []int{c.people, c.people, c.leftOut}, []int{insight.People(), insight.EvidenceCount(), insight.LeftOut()}, name)
		require.Len(t, points, min(1, c.people), name)
	}
	_, err := svc.Analysis.Insight(servicetest.As(viewerOf(t, svc, "E1")), nil)
	require.Equal(t, fault.PermissionDenied, fault.CodeOf(err), "nobody reports to E1")
}
