package service_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/xapi"
)

// functionsWithContext returns the exported functions and methods of a package that take
// a context, as package.Type.Method: those that may read or write.
func functionsWithContext(t *testing.T, dir, name string) (list []string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		source, err := os.ReadFile(path)
		require.NoError(t, err)
		file, err := parser.ParseFile(token.NewFileSet(), path, source, 0)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() || !takesContext(f) {
				continue
			}
			full := name + "."
			if f.Recv != nil {
				receiver := f.Recv.List[0].Type
				if star, ok := receiver.(*ast.StarExpr); ok {
					receiver = star.X
				}
				full += receiver.(*ast.Ident).Name + "."
			}
			list = append(list, full+f.Name.Name)
		}
	}
	return list
}

func takesContext(f *ast.FuncDecl) bool {
	return slices.ContainsFunc(f.Type.Params.List, func(p *ast.Field) bool {
		s, ok := p.Type.(*ast.SelectorExpr)
		return ok && s.Sel.Name == "Context"
	})
}

// noPermission lists what asks no permission, with the reason. A name that ends in a dot
// stands for all methods of a type.
var noPermission = map[string]string{
	"catalog.BeginRequest":     "reads and writes nothing",
	"catalog.Lang":             "reads and writes nothing",
	"catalog.AnsweredRevision": "reads and writes nothing",
	"catalog.ChargeItems":      "reads and writes nothing",
	"catalog.Pin":              "takes a snapshot that its caller has",

	"catalog.New":                   "opens the catalog, before anyone asks",
	"catalog.Catalog.Ready":         "answers health checks, which have no viewer",
	"catalog.Archive.":              "is made by whoever holds the store",
	"people.Archive.":               "is made by whoever holds the store",
	"service.Inspect":               "takes archives",
	"service.Service.CopyFrom":      "imports, which asks",
	"service.DifferingPublications": "takes archives",
	"people.CheckOwnReferences":     "reads no store",
	"people.NoteDrop":               "notes in the audit what DropEvidence is about to do",
	"people.People.ReplayDue":       "is asked at start, when there is no viewer",
	"people.emptySource.":           "holds nothing",

	"people.References.CheckReferences": "is called by the catalog, which has asked",
	"people.References.ReleaseReports":  "is called by the catalog, which has asked",
	"people.References.Companions":      "is called by the catalog, which has asked",
	"people.Broker.BeforeApply":         "is called by the catalog, which has asked",
	"people.People.Follow":              "tells codes to code of this process, which asks",
	"catalog.noAccounts.":               "holds nothing",

	"account.Names":                     "is handed to the audit, which asks",
	"account.Accounts.SignIn":           "is how a viewer comes to be",
	"account.Accounts.SignInAs":         "is how a viewer of a demo comes to be",
	"account.Accounts.SignInAtProvider": "is how a viewer comes to be",
	"account.Accounts.ViewerOfService":  "is asked to find out who the viewer is",
	"account.Accounts.Invitation":       "takes the secret of a link",
	"account.Accounts.Accept":           "takes the secret of a link",
	"account.Accounts.EndSession":       "takes the secret of a session",
	"account.Accounts.UseSession":       "is asked by what has found out who the viewer is",
	"account.Accounts.ViewerOfSession":  "takes the secret of a session",
	"account.Accounts.ViewerOfToken":    "takes the secret of a token",
	"account.Accounts.ViewerOfEmployee": "is asked to find out who the viewer is",
	"account.Accounts.ViewerOfSender":   "is asked to find out who the viewer is",
	"account.Accounts.Refresh":          "takes a viewer",
	"account.Accounts.Any":              "is asked at start, when there is no viewer",
	"account.Accounts.HasAdministrator": "is asked at start, when there is no viewer",
	"account.Accounts.Companions":       "is called by the catalog, which has asked",
	"account.Accounts.HasGrant":         "is called by the catalog, for a decision",
	"account.Accounts.GrantsOf":         "is called by the catalog, for a decision",

	"people.EventLog.":               "is handed out to whoever may record",
	"service.Service.StartRetries":   "is a server's own, and asks in all that it does",
	"service.Service.StartRetention": "acts as the system",
	"service.Service.StartReadiness": "is a server's own, and asks in all that it does",

	"catalog.Competency.":             "is a view of a snapshot in memory",
	"catalog.KnowledgePoint.":         "is a view of a snapshot in memory",
	"catalog.Position.":               "is a view of a snapshot in memory",
	"people.EvidenceEffect.Text":      "is a view of what has been read",
	"people.SetAsideStatement.Reason": "is a view of what has been read",
	"people.People.Stand":             "is asked to find out who the viewer is",
	"people.People.HasOrgUnit":        "is asked for the grants of accounts",
	"people.People.AsSender":          "returns the viewer who will ask",
	"people.People.MayRecord":         "is a question about permission",
	"people.People.UnknownEmployee":   "suggests whom the viewer may list, and nobody else",
	"analysis.GapAnalysis.":           "is an answer in memory",
	"analysis.FoundationGap.":         "is an answer in memory",
	"analysis.Insight.":               "is an answer in memory",
	"analysis.LearningPath.":          "is an answer in memory",
	"analysis.LearningStep.":          "is an answer in memory",
	"analysis.PathChoice.":            "is an answer in memory",
	"analysis.KnowledgeMap.":          "is an answer in memory",
	"analysis.MapEdge.":               "is an answer in memory",
	"analysis.Detour.":                "is an answer in memory",
	"analysis.TeamGaps.":              "is an answer in memory",
	"analysis.TeamGapsPerson.":        "is an answer in memory",
	"analysis.TeamGapsUnit.":          "is an answer in memory",
	"analysis.TrainingPlan.":          "is an answer in memory",
	"analysis.TrainingSet.":           "is an answer in memory",
	"analysis.UnblockingList.":        "is an answer in memory",
	"people.People.CountEveryone":     "is for columns in memory, whose readers ask",
	"people.People.Everyone":          "is for columns in memory, whose readers ask",
	"people.People.EveryoneOf":        "is for columns in memory, whose readers ask",
	"people.People.EveryCode":         "is for columns in memory, whose readers ask",
	"people.People.EveryOrgUnit":      "is for columns in memory, whose readers ask",
	"people.ReadinessRun.":            "is begun by the system alone",
	"people.People.ExplainGroup":      "suggests whom the viewer may list, and nobody else",
	"people.NoteMembers":              "notes what its caller has asked for",
}

// ignoring drops the answer of a call.
func ignoring[T any](_ T, err error) error { return err }

// callsOf returns a call of everything else that takes a context.
func callsOf(t *testing.T, svc *service.Service) map[string]func(context.Context) error {
	t.Helper()
	// What was handed out to a viewer is called by none.
	ctx := servicetest.Request()
	listed, err := svc.People.Employees(ctx, 9, nil, nil, false)
	require.NoError(t, err)
	listedWithStates, err := svc.People.Employees(ctx, 9, nil, nil, true)
	require.NoError(t, err)
	employee, withStates := listed.Nodes[0], listedWithStates.Nodes[0]
	manager, err := employee.Manager(ctx) // who comes without department and manager
	require.NoError(t, err)
	profile, err := svc.People.LoadProfile(ctx, access.Learner, "E1")
	require.NoError(t, err)
	recorded := servicetest.Record(t, svc, servicetest.Exam("1", "E1", "B", 1))
	learner := servicetest.Learners(t, recorded)[0]
	updates, err := svc.People.LearnerUpdated(servicetest.Context(t), "E1", false)
	require.NoError(t, err)
	servicetest.RecordExam(t, svc, "2", "E1", "D", 1)
	pushed := <-updates
	require.NoError(t, svc.People.KeepUnmapped(ctx, []people.UnmappedStatement{{ID: "u", ReceivedAt: kgtest.Now, Statement: "{}"}}))
	listing, err := svc.People.UnmappedStatements(ctx, 1, nil, false)
	require.NoError(t, err)
	placement, err := svc.Analysis.PlacementNext(ctx, "E1", "P", nil)
	require.NoError(t, err)
	mastery, err := svc.SetMastery(ctx, service.SetMasteryInput{Employee: "E1", KnowledgePoint: "A", Mastery: 0.5})
	require.NoError(t, err)

	found, err := svc.Search(ctx, "e", 9)
	require.NoError(t, err)

	type point = competency.KnowledgePoint
	calls := map[string]func(context.Context) error{
		"catalog.Catalog.Snapshot":            func(ctx context.Context) error { return ignoring(svc.Catalog.Snapshot(ctx)) },
		"catalog.Catalog.SnapshotForEvidence": func(ctx context.Context) error { return ignoring(svc.Catalog.SnapshotForEvidence(ctx)) },
		"catalog.Catalog.SnapshotAt":          func(ctx context.Context) error { return ignoring(svc.Catalog.SnapshotAt(ctx, 1)) },
		"catalog.Catalog.Position":            func(ctx context.Context) error { return ignoring(svc.Catalog.Position(ctx, "P")) },
		"catalog.Catalog.Positions":           func(ctx context.Context) error { return ignoring(svc.Catalog.Positions(ctx, 9, nil, nil)) },
		"catalog.Catalog.Competency":          func(ctx context.Context) error { return ignoring(svc.Catalog.Competency(ctx, "C")) },
		"catalog.Catalog.Competencies":        func(ctx context.Context) error { return ignoring(svc.Catalog.Competencies(ctx, 9, nil, nil)) },
		"catalog.Catalog.KnowledgePoint":      func(ctx context.Context) error { return ignoring(svc.Catalog.KnowledgePoint(ctx, "A")) },
		"catalog.Catalog.KnowledgePoints":     func(ctx context.Context) error { return ignoring(svc.Catalog.KnowledgePoints(ctx, 9, nil, nil)) },
		"catalog.Catalog.Resource":            func(ctx context.Context) error { return ignoring(svc.Catalog.Resource(ctx, "R")) },
		"catalog.Catalog.Resources":           func(ctx context.Context) error { return ignoring(svc.Catalog.Resources(ctx, 9, nil, nil)) },
		"catalog.Catalog.Search":              func(ctx context.Context) error { return ignoring(svc.Catalog.Search(ctx, "a", 9)) },
		"catalog.Catalog.CompetencyTree":      func(ctx context.Context) error { return ignoring(svc.Catalog.CompetencyTree(ctx)) },
		"catalog.Catalog.Publish": func(ctx context.Context) error {
			_, _, err := svc.Catalog.Publish(ctx, nil, func(*competency.Catalog) (cs competency.ChangeSet, err error) { return cs, nil })
			return err
		},
		"catalog.Catalog.DryRun": func(ctx context.Context) error {
			_, _, err := svc.Catalog.DryRun(ctx, func(*competency.Catalog) (competency.ChangeSet, error) { return competency.ChangeSet{}, nil })
			return err
		},

		"people.People.Employee":  func(ctx context.Context) error { return ignoring(svc.People.Employee(ctx, "E1")) },
		"people.People.Employees": func(ctx context.Context) error { return ignoring(svc.People.Employees(ctx, 9, nil, nil, false)) },
		"people.People.EmployeesCalled": func(ctx context.Context) error {
			return ignoring(svc.People.EmployeesCalled(ctx, []string{"E1"}))
		},
		"people.People.Search":      func(ctx context.Context) error { return ignoring(svc.People.Search(ctx, "e", 9)) },
		"people.People.Self":        func(ctx context.Context) error { return ignoring(svc.People.Self(ctx)) },
		"people.People.HasReports":  func(ctx context.Context) error { return ignoring(svc.People.HasReports(ctx)) },
		"people.People.LoadProfile": func(ctx context.Context) error { return ignoring(svc.People.LoadProfile(ctx, access.Learner, "E1")) },
		"people.People.Dossiers": func(ctx context.Context) (err error) {
			for _, e := range svc.People.Dossiers(ctx) {
				err = e
			}
			return err
		},
		"people.People.AllUnmapped": func(ctx context.Context) (err error) {
			for _, e := range svc.People.AllUnmapped(ctx) {
				err = e
			}
			return err
		},
		"people.People.AllEvents": func(ctx context.Context) (err error) {
			for _, e := range svc.People.AllEvents(ctx) {
				err = e
			}
			return err
		},
		"people.People.PlanIntake": func(ctx context.Context) error {
			return ignoring(svc.People.PlanIntake(ctx, &competency.Catalog{}, people.Intake{Evidence: []competency.Evidence{{Employee: "E1"}}}, nil))
		},
		"people.People.Admit": func(ctx context.Context) error {
			return svc.People.Admit(ctx, &people.IntakePlan{Intake: people.Intake{Unmapped: []people.UnmappedStatement{{ID: "1", ReceivedAt: kgtest.Now}}}})
		},
		"people.People.WithoutEntered": func(ctx context.Context) error {
			return ignoring(svc.People.WithoutEntered(ctx, []competency.Assessment{{Employee: "E1"}}))
		},
		"people.People.Scan": func(ctx context.Context) error { return ignoring(svc.People.Scan(ctx, nil)) },
		"people.People.ReadOrgUnits": func(ctx context.Context) error {
			_, _, err := svc.People.ReadOrgUnits(ctx)
			return err
		},
		"people.People.EmployeesLookingLike": func(ctx context.Context) error { return ignoring(svc.People.EmployeesLookingLike(ctx, "E1")) },
		"people.People.OrgUnit":              func(ctx context.Context) error { return ignoring(svc.People.OrgUnit(ctx, "HQ")) },
		"people.People.AllOrgUnits":          func(ctx context.Context) error { return ignoring(svc.People.AllOrgUnits(ctx)) },
		"people.People.OrgUnits":             func(ctx context.Context) error { return ignoring(svc.People.OrgUnits(ctx, 9, nil)) },
		"people.People.LearnerUpdated":       func(ctx context.Context) error { return ignoring(svc.People.LearnerUpdated(ctx, "E1", false)) },
		"people.People.Record":               func(ctx context.Context) error { return ignoring(svc.People.Record(ctx, nil, nil)) },
		"people.People.Retract":              func(ctx context.Context) error { return ignoring(svc.People.Retract(ctx, nil)) },
		"people.People.Replay":               func(ctx context.Context) error { return ignoring(svc.People.Replay(ctx, func(int) {})) },
		"people.People.UnmappedByID":         func(ctx context.Context) error { return ignoring(svc.People.UnmappedByID(ctx, []string{"1"})) },
		"people.People.UnmappedStatements":   func(ctx context.Context) error { return ignoring(svc.People.UnmappedStatements(ctx, 9, nil, true)) },
		"people.People.UnmappedAfter": func(ctx context.Context) error {
			_, _, err := svc.People.UnmappedAfter(ctx, nil, 9)
			return err
		},
		"people.People.ConflictingEvidence": func(ctx context.Context) error {
			return ignoring(svc.People.ConflictingEvidence(ctx, []competency.Evidence{{ID: "1", Employee: "E1"}}))
		},
		"people.People.DeleteAssessment": func(ctx context.Context) error {
			return ignoring(svc.People.DeleteAssessment(ctx, "E1", "A", nil))
		},
		"people.People.StoredAssessments": func(ctx context.Context) error {
			_, _, err := svc.People.StoredAssessments(ctx, []competency.Assessment{{Employee: "E1", AssessedAt: kgtest.Now}})
			return err
		},
		"people.People.InUse": func(ctx context.Context) error {
			return ignoring(svc.People.InUse(ctx, competency.Catalog{Positions: []competency.Position{{Code: "P"}}}, nil))
		},
		"catalog.Catalog.Levels": func(ctx context.Context) error { return ignoring(svc.Catalog.Levels(ctx)) },
		"people.References.CheckPermissions": func(ctx context.Context) error {
			return people.References{}.CheckPermissions(ctx, competency.ChangeSet{}, nil)
		},
		"people.People.StoredRecords": func(ctx context.Context) error {
			return ignoring(svc.People.StoredRecords(ctx, competency.ChangeSet{Put: competency.Records{People: competency.People{Employees: []competency.Employee{{Code: "E1"}}}}}))
		},
		"people.People.KeepUnmapped": func(ctx context.Context) error {
			return svc.People.KeepUnmapped(ctx, []people.UnmappedStatement{{ID: "1", ReceivedAt: kgtest.Now}})
		},
		"people.People.DiscardUnmapped": func(ctx context.Context) error { return svc.People.DiscardUnmapped(ctx, []string{"1"}) },

		"people.Employee.OrgUnit":        func(ctx context.Context) error { return ignoring(manager.OrgUnit(ctx)) },
		"people.Employee.Manager":        func(ctx context.Context) error { return ignoring(manager.Manager(ctx)) },
		"people.Employee.States":         func(ctx context.Context) error { return ignoring(withStates.States(ctx)) },
		"people.Employee.Evidence":       func(ctx context.Context) error { return ignoring(employee.Evidence(ctx, 9, nil, nil)) },
		"people.Employee.Objections":     func(ctx context.Context) error { return ignoring(employee.Objections(ctx)) },
		"people.Employee.Targets":        func(ctx context.Context) error { return ignoring(employee.Targets(ctx)) },
		"people.Employee.Modalities":     func(ctx context.Context) error { return ignoring(employee.Modalities(ctx)) },
		"people.Profile.VisibleEmployee": func(ctx context.Context) error { return ignoring(profile.VisibleEmployee(ctx)) },
		"people.ReadableUpdates":         func(ctx context.Context) error { return ignoring(people.ReadableUpdates(ctx, nil)) },
		"people.People.PlacementKind":    func(ctx context.Context) error { return ignoring(svc.People.PlacementKind(ctx, "E1")) },
		"people.People.DeniedEvidence": func(ctx context.Context) error {
			return ignoring(svc.People.DeniedEvidence(ctx, []competency.Evidence{{Employee: "E1"}}))
		},
		"people.People.DeniedRetractions":    func(ctx context.Context) error { return ignoring(svc.People.DeniedRetractions(ctx, []string{"1"})) },
		"people.People.KeptStatements":       func(ctx context.Context) error { return ignoring(svc.People.KeptStatements(ctx, []string{"1"})) },
		"people.People.DropMapped":           func(ctx context.Context) error { return svc.People.DropMapped(ctx, []string{"1"}) },
		"people.People.OwnLine":              func(ctx context.Context) error { return ignoring(svc.People.OwnLine(ctx)) },
		"people.SetAsideStatement.ID":        func(ctx context.Context) error { return ignoring(listing.Nodes[0].ID(ctx)) },
		"people.SetAsideStatement.Statement": func(ctx context.Context) error { return ignoring(listing.Nodes[0].Statement(ctx)) },
		"service.EvidencePayload.Learners":   func(ctx context.Context) error { return ignoring(recorded.Learners(ctx)) },
		"analysis.Placement.Employee":        func(ctx context.Context) error { return ignoring(placement.Employee(ctx)) },
		"people.MasteryState.Effects": func(ctx context.Context) error {
			return ignoring(servicetest.Must(employee.States(servicetest.Request()))[0].Effects(ctx, 9))
		},
		"people.People.OldEvidence": func(ctx context.Context) error {
			for _, err := range svc.People.OldEvidence(ctx, time.Time{}) {
				return err
			}
			return nil
		},
		"people.People.DropEvidence": func(ctx context.Context) error {
			return ignoring(svc.People.DropEvidence(ctx, nil, time.Time{}))
		},
		"service.Service.DropEvidence": func(ctx context.Context) error {
			return ignoring(svc.DropEvidence(ctx, time.Time{}, true, func(service.DroppedCount) {}))
		},
		"people.Profile.Start": func(ctx context.Context) (err error) {
			for track := range profile.Tracks() {
				err = ignoring(profile.Start(ctx, track))
			}
			return err
		},
		"people.Profile.Evidence":         func(ctx context.Context) error { return ignoring(profile.Evidence(ctx)) },
		"people.LearnerUpdate.Profile":    func(ctx context.Context) error { return ignoring(learner.Profile(ctx)) },
		"people.LearnerUpdate.Employee":   func(ctx context.Context) error { return ignoring(pushed.Employee(ctx)) },
		"people.LearnerUpdate.States":     func(ctx context.Context) error { return ignoring(learner.States(ctx)) },
		"people.LearnerUpdate.Unassessed": func(ctx context.Context) error { return ignoring(learner.Unassessed(ctx)) },

		"analysis.Analysis.GapAnalysis":  func(ctx context.Context) error { return ignoring(svc.Analysis.GapAnalysis(ctx, "E1", "P", nil, nil)) },
		"analysis.Analysis.LearningPath": func(ctx context.Context) error { return ignoring(svc.Analysis.LearningPath(ctx, "E1", "P", nil)) },
		"analysis.Analysis.NextSteps":    func(ctx context.Context) error { return ignoring(svc.Analysis.NextSteps(ctx, "E1", "P", 3, nil)) },
		"analysis.Analysis.NextStepsAfter": func(ctx context.Context) error {
			return ignoring(svc.Analysis.NextStepsAfter(ctx, pushed, "P", 3, nil))
		},
		"analysis.Analysis.PlacementNext": func(ctx context.Context) error { return ignoring(svc.Analysis.PlacementNext(ctx, "E1", "P", nil)) },
		"analysis.Analysis.Insight":       func(ctx context.Context) error { return ignoring(svc.Analysis.Insight(ctx, nil)) },

		"service.Service.Search":         func(ctx context.Context) error { return ignoring(svc.Search(ctx, "e", 9)) },
		"service.SearchResult.Employees": func(ctx context.Context) error { return ignoring(found.Employees(ctx)) },
		"service.Service.Node":           func(ctx context.Context) error { return ignoring(svc.Node(ctx, employee.ID())) },
		"service.Service.ImportFiles": func(ctx context.Context) error {
			return ignoring(svc.ImportFiles(ctx, service.Files{Intake: people.Intake{Evidence: []competency.Evidence{{Employee: "E1"}}}}, true))
		},
		"service.Service.Import": func(ctx context.Context) error {
			return ignoring(svc.Import(ctx, competency.ChangeSet{}, true))
		},
		"service.Service.PlanImport": func(ctx context.Context) error {
			return ignoring(svc.PlanImport(ctx, &exchange.Document{}, service.PlanOptions{}))
		},
		"service.Service.ApplyPlan": func(ctx context.Context) error {
			return ignoring(svc.ApplyPlan(ctx, &governance.Plan{}, service.ApplyOptions{}))
		},
		"service.Service.UpsertPosition": func(ctx context.Context) error {
			return ignoring(svc.UpsertPosition(ctx, service.UpsertPositionInput{Position: competency.Position{Code: "P", Name: "改"}}))
		},
		"service.Service.UpsertCompetency": func(ctx context.Context) error {
			return ignoring(svc.UpsertCompetency(ctx, service.UpsertCompetencyInput{Competency: competency.Competency{Code: "C", Name: "改"}}))
		},
		"service.Service.UpsertKnowledgePoint": func(ctx context.Context) error {
			return ignoring(svc.UpsertKnowledgePoint(ctx, service.UpsertKnowledgePointInput{KnowledgePoint: point{Code: "A", Name: "改"}}))
		},
		"service.Service.UpsertResource": func(ctx context.Context) error {
			return ignoring(svc.UpsertResource(ctx, service.UpsertResourceInput{Resource: competency.Resource{Code: "R", Title: "改"}}))
		},
		"service.Service.UpsertOrgUnit": func(ctx context.Context) error {
			return ignoring(svc.UpsertOrgUnit(ctx, service.UpsertOrgUnitInput{OrgUnit: competency.OrgUnit{Code: "HQ", Name: "改"}}))
		},
		"service.Service.UpsertEmployee": func(ctx context.Context) error {
			return ignoring(svc.UpsertEmployee(ctx, service.UpsertEmployeeInput{Employee: competency.Employee{Code: "E1", Name: "改"}}))
		},
		"service.Service.AssignPosition": func(ctx context.Context) error {
			return ignoring(svc.AssignPosition(ctx, service.AssignPositionInput{Employee: "E1", Position: "P"}))
		},
		"service.Service.SetRequirements": func(ctx context.Context) error {
			return ignoring(svc.SetRequirements(ctx, service.SetRequirementsInput{Position: "P"}))
		},
		"service.Service.AddPrerequisite": func(ctx context.Context) error {
			return ignoring(svc.AddPrerequisite(ctx, service.AddPrerequisiteInput{Prerequisite: "A", Dependent: "D"}))
		},
		"service.Service.RemovePrerequisite": func(ctx context.Context) error {
			return ignoring(svc.RemovePrerequisite(ctx, service.RemovePrerequisiteInput{Prerequisite: "A", Dependent: "B"}))
		},
		"service.Service.AddRelated": func(ctx context.Context) error {
			return ignoring(svc.AddRelated(ctx, service.RelatedInput{Related: competency.Related{A: "A", B: "B"}}))
		},
		"service.Service.RemoveRelated": func(ctx context.Context) error {
			return ignoring(svc.RemoveRelated(ctx, service.RelatedInput{Related: competency.Related{A: "A", B: "B"}}))
		},
		"service.Service.SetMastery": func(ctx context.Context) error {
			return ignoring(svc.SetMastery(ctx, service.SetMasteryInput{Employee: "E1", KnowledgePoint: "A", Mastery: 0.5}))
		},
		"service.Service.Delete": func(ctx context.Context) error {
			return ignoring(svc.Delete(ctx, competency.Resources, service.DeleteInput{Code: "R"}))
		},
		"service.Service.DeleteMastery": func(ctx context.Context) error {
			return ignoring(svc.DeleteMastery(ctx, service.DeleteMasteryInput{Employee: "E1", KnowledgePoint: "A"}))
		},
		"service.EmployeePayload.Superseded": func(ctx context.Context) error { return ignoring(mastery.Superseded(ctx)) },
		"service.EmployeePayload.Employee":   func(ctx context.Context) error { return ignoring(mastery.Employee(ctx)) },
		"service.Service.RecordEvidence": func(ctx context.Context) error {
			return ignoring(svc.RecordEvidence(ctx, service.RecordEvidenceInput{Evidence: []service.EvidenceInput{servicetest.Exam("3", "E1", "A", 1)}}))
		},
		"service.Service.RetractEvidence": func(ctx context.Context) error {
			return ignoring(svc.RetractEvidence(ctx, service.RetractEvidenceInput{IDs: []string{"1"}}))
		},
		"service.Service.AnswerPlacement": func(ctx context.Context) error {
			return ignoring(svc.AnswerPlacement(ctx, service.AnswerPlacementInput{Employee: "E1", Position: "P", KnowledgePoint: "A", Correct: new(true)}))
		},
		"service.Service.Receive": func(ctx context.Context) error {
			list, _, err := xapi.Parse([]byte(scored(1, "E1", "A", 1)))
			require.NoError(t, err)
			return ignoring(svc.Receive(ctx, list))
		},
		"people.People.EmployeesLike":     func(ctx context.Context) error { return ignoring(svc.People.EmployeesLike(ctx, []string{"e1"})) },
		"people.People.ExistingEmployees": func(ctx context.Context) error { return ignoring(svc.People.ExistingEmployees(ctx, []string{"E1"})) },
		"people.People.EventLog": func(ctx context.Context) error {
			return ignoring(svc.People.EventLog(ctx, []competency.Event{{Key: "k"}}))
		},
		"people.People.EvidenceByID":      func(ctx context.Context) error { return ignoring(svc.People.EvidenceByID(ctx, []string{"1"})) },
		"people.People.RetractSuperseded": func(ctx context.Context) error { return svc.People.RetractSuperseded(ctx, []string{"1"}) },
		"service.Service.RetrySetAside":   func(ctx context.Context) error { return ignoring(svc.RetrySetAside(ctx, service.RetrySetAsideInput{})) },
		"service.Service.DiscardSetAside": func(ctx context.Context) error {
			return ignoring(svc.DiscardSetAside(ctx, service.DiscardSetAsideInput{}))
		},
	}
	return calls
}

// Whatever reads or writes asks who does so. A new function that takes a context has to
// be called here, or needs a reason why it asks no permission.
func TestEveryCallAsksPermission(t *testing.T) {
	var watched servicetest.StoreCalls
	svc := servicetest.Open(t, watched.Watch(servicetest.MemoryStore(t)), &servicetest.Clock{})
	cs := servicetest.World(t, servicetest.SmallCatalog)
	cs.Put.Employees[1].Manager = "E3"
	cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: "E3", Name: "总经理"})
	servicetest.Import(t, svc, cs)
	calls := callsOf(t, svc)
	maps.Copy(calls, accountCalls(svc))
	maps.Copy(calls, workforceCalls(t, svc))
	used := map[string]bool{}
	for name, dir := range map[string]string{"catalog": "../catalog", "people": "../people", "analysis": "../analysis", "service": ".", "account": "../account"} {
		functions := functionsWithContext(t, dir, name)
		require.NotEmpty(t, functions)
		for _, function := range functions {
			receiver := function[:strings.LastIndex(function, ".")+1]
			switch {
			case calls[function] != nil:
				used[function] = true
			case noPermission[function] != "":
				used[function] = true
			default:
				require.Contains(t, noPermission, receiver, "%s: nothing here says whether it asks permission", function)
				used[receiver] = true
			}
		}
	}
	for function := range calls {
		require.True(t, used[function], "there is no %s any more", function)
	}
	for function := range noPermission {
		require.True(t, used[function], "there is no %s any more", function)
	}

	for function, call := range calls {
		t.Run(function, func(t *testing.T) {
			require.Equal(t, fault.Unauthenticated, fault.CodeOf(call(context.Background())))
			watched.Take()
			require.Equal(t, fault.Unauthenticated, fault.CodeOf(call(catalog.BeginRequest(context.Background(), fault.Chinese))))
			if function != "people.MasteryState.Effects" { // it takes a state, which is read for it
				require.Empty(t, watched.Take(), "nothing is read or written before the viewer is known")
			}
		})
	}
	require.EqualValues(t, 1, servicetest.Revision(t, svc))
}
