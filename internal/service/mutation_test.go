package service_test

import (
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// requireRefused checks that a mutation was refused for one reason, and returns it.
func requireRefused(t testing.TB, o service.Outcome, err error, code fault.Code, field string) string {
	t.Helper()
	require.NoError(t, err)
	require.Len(t, o.UserErrors, 1)
	require.Equal(t, code, o.UserErrors[0].Code, o.UserErrors[0].Message)
	if field == "" {
		require.Nil(t, o.UserErrors[0].Field)
	} else {
		require.Equal(t, new(field), o.UserErrors[0].Field)
	}
	return o.UserErrors[0].Message
}

func requireAccepted(t testing.TB, o service.Outcome, err error) {
	t.Helper()
	require.NoError(t, err)
	require.Empty(t, o.UserErrors)
}

func TestUpsertKeepsOmittedFields(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	full := competency.KnowledgePoint{
		Code: "K", Name: "查询", NameEN: "Query", Competency: "C", Kind: competency.Skill, Nature: competency.Creative,
		Minutes: new(40), Difficulty: new(2.5), Tags: []string{"数据"}, Description: "说明",
	}
	p, err := svc.UpsertKnowledgePoint(servicetest.Request(), service.UpsertKnowledgePointInput{KnowledgePoint: full})
	requireAccepted(t, p.Outcome, err)
	p, err = svc.UpsertKnowledgePoint(servicetest.Request(), service.UpsertKnowledgePointInput{KnowledgePoint: competency.KnowledgePoint{Code: "K", Minutes: new(50), Tags: []string{}}})
	requireAccepted(t, p.Outcome, err)
	catalog, err := servicetest.Catalog(svc)
	require.NoError(t, err)
	full.Minutes = new(50)
	require.Contains(t, catalog.KnowledgePoints, full)

	before := servicetest.Revision(t, svc)
	p, err = svc.UpsertKnowledgePoint(servicetest.Request(), service.UpsertKnowledgePointInput{KnowledgePoint: full})
	requireAccepted(t, p.Outcome, err)
	require.Equal(t, before, servicetest.Revision(t, svc), "an edit that changes nothing raises no revision")

	e, err := svc.AssignPosition(servicetest.Request(), service.AssignPositionInput{Employee: "E1", Position: "P", Targets: []string{"Q"}})
	requireAccepted(t, e.Outcome, err)
	e, err = svc.AssignPosition(servicetest.Request(), service.AssignPositionInput{Employee: "E1", Position: "Q"})
	requireAccepted(t, e.Outcome, err)
	who, err := e.Employee(servicetest.Request())
	require.NoError(t, err)
	held, err := who.Position()
	require.NoError(t, err)
	targets, err := who.Targets(servicetest.Request())
	require.NoError(t, err)
	require.Equal(t, []string{"Q", "Q", "陈晓雨"}, []string{held.Code(), targets[0].Code(), who.Name()})
}

func TestSetRequirementsReplacesAll(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	set := func(position string, list ...competency.Requirement) (service.PositionPayload, error) {
		return svc.SetRequirements(servicetest.Request(), service.SetRequirementsInput{Position: position, Requirements: list})
	}
	p, err := set("P", competency.Requirement{Target: "B"}, competency.Requirement{Target: "A", Level: new(0.5), Critical: new(true)})
	requireAccepted(t, p.Outcome, err)
	written := servicetest.Must(p.Position.Requirements(servicetest.Request()))
	require.Len(t, written, 2)
	require.Equal(t, []any{0.5, 1.0, true}, []any{written[0].Level(), written[0].Weight(), written[0].Critical()})
	require.Equal(t, []any{0.7, 1.0, false}, []any{written[1].Level(), written[1].Weight(), written[1].Critical()}, "B is as if it were new")
	q, err := svc.Catalog.Position(servicetest.Request(), "Q")
	require.NoError(t, err)
	require.Len(t, servicetest.Must(q.Requirements(servicetest.Request())), 1, "others keep theirs")

	p, err = set("P", competency.Requirement{Target: "A"}, competency.Requirement{Target: "X"})
	require.Contains(t, requireRefused(t, p.Outcome, err, fault.NotFound, "requirements.1.target"), `"X"`)
	p, err = set("P", competency.Requirement{Target: "A"}, competency.Requirement{Target: "A"})
	requireRefused(t, p.Outcome, err, fault.InvalidArgument, "requirements.1.target")
	p, err = set("P", competency.Requirement{Target: "A", Weight: new(0.0)})
	requireRefused(t, p.Outcome, err, fault.InvalidArgument, "requirements.0.weight")
	p, err = set("NONE", competency.Requirement{Target: "A"})
	require.Contains(t, requireRefused(t, p.Outcome, err, fault.NotFound, "position"), `"NONE"`)
	p, err = set("NONE")
	requireRefused(t, p.Outcome, err, fault.NotFound, "position")
	require.Nil(t, p.Position)

	p, err = set("P")
	requireAccepted(t, p.Outcome, err)
	require.Empty(t, servicetest.Must(p.Position.Requirements(servicetest.Request())))
}

func TestAddPrerequisiteRefusesACycle(t *testing.T) {
	svc := servicetest.OpenWorld(t, "A B C G { D }\n B <- A\n C <- B\n D <- C")
	add := func(prerequisite, dependent string, soft competency.Strength) (service.Outcome, error) {
		p, err := svc.AddPrerequisite(servicetest.Request(), service.AddPrerequisiteInput{Prerequisite: prerequisite, Dependent: dependent, Strength: soft})
		return p.Outcome, err
	}
	o, err := add("C", "A", "")
	message := requireRefused(t, o, err, fault.Cycle, "prerequisite")
	for _, name := range []string{"A", "名A", "B", "名B", "C", "名C"} {
		require.Contains(t, message, name)
	}
	require.NotContains(t, message, "D")
	o, err = add("C", "A", competency.Soft)
	requireRefused(t, o, err, fault.Cycle, "prerequisite")
	o, err = add("G", "A", "")
	require.Contains(t, requireRefused(t, o, err, fault.Cycle, "prerequisite"), "G", "through what a competency contains")
	o, err = add("A", "A", "")
	requireRefused(t, o, err, fault.Cycle, "dependent")
	require.EqualValues(t, 1, servicetest.Revision(t, svc))

	p, err := svc.AddPrerequisite(servicetest.Request(), service.AddPrerequisiteInput{Prerequisite: "A", Dependent: "G", Clause: "x", Level: new(0.5), Reason: "先学"})
	requireAccepted(t, p.Outcome, err)
	g := p.Dependent.(catalog.Competency)
	require.Equal(t, "先学", *servicetest.Must(g.Prerequisites(servicetest.Request()))[0].Reason())
	gone, err := svc.RemovePrerequisite(servicetest.Request(), service.RemovePrerequisiteInput{Prerequisite: "A", Dependent: "G"})
	requireRefused(t, gone.Outcome, err, fault.NotFound, "prerequisite")
	gone, err = svc.RemovePrerequisite(servicetest.Request(), service.RemovePrerequisiteInput{Prerequisite: "A", Dependent: "G", Clause: "x"})
	requireAccepted(t, gone.Outcome, err)
}

func TestRelatedPairsAreUndirected(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	pair := func(a, b string) service.RelatedInput {
		return service.RelatedInput{Related: competency.Related{A: a, B: b}}
	}
	p, err := svc.AddRelated(servicetest.Request(), pair("D", "A"))
	requireAccepted(t, p.Outcome, err)
	require.Equal(t, "D", p.KnowledgePoint.Code())
	require.Equal(t, "A", p.KnowledgePoint.Related()[0].Code())
	p, err = svc.AddRelated(servicetest.Request(), pair("A", "D"))
	requireAccepted(t, p.Outcome, err)
	require.Equal(t, 2, p.Revision, "it is there already")
	p, err = svc.RemoveRelated(servicetest.Request(), pair("A", "D"))
	requireAccepted(t, p.Outcome, err)
	p, err = svc.RemoveRelated(servicetest.Request(), pair("A", "D"))
	requireRefused(t, p.Outcome, err, fault.NotFound, "a")
}

func TestDelete(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog+"\n A -- D\n X <- E\n F: X\n R2 => X")
	e, err := svc.AssignPosition(servicetest.Request(), service.AssignPositionInput{Employee: "E1", Position: "P", Targets: []string{"Q"}})
	requireAccepted(t, e.Outcome, err)
	for _, c := range []struct {
		say, record, code string
		want              fault.Code // "" where it is done
		names             []string
	}{
		{"a position that an employee holds", competency.Positions, "P", fault.Conflict, []string{"E1"}},
		{"a position that an employee targets", competency.Positions, "Q", fault.Conflict, []string{"E1"}},
		{"a point that others rest on and that an employee masters", competency.KnowledgePoints, "A", fault.Conflict, nil},
		{"a point that a position requires", competency.KnowledgePoints, "X", fault.Conflict, []string{"F", "R2"}},
		{"a point that another rests on", competency.KnowledgePoints, "E", fault.Conflict, []string{"E → X"}},
		{"a competency that contains something", competency.Competencies, "C", fault.Conflict, []string{"A", "B", "C2"}},
		{"a department with members and departments below it", competency.OrgUnits, "HQ", fault.Conflict, nil},
		{"a position that is not there", competency.Positions, "NONE", fault.NotFound, []string{"NONE"}},
		{"a competency that is a point", competency.Competencies, "A", fault.NotFound, nil},
		{"a point that is a competency", competency.KnowledgePoints, "C", fault.NotFound, nil},
		{"a resource that is not there", competency.Resources, "NONE", fault.NotFound, []string{"NONE"}},
		{"a person who is not there", competency.Employees, "NONE", fault.NotFound, []string{"NONE"}},
		{"a department that is not there", competency.OrgUnits, "NONE", fault.NotFound, []string{"NONE"}},
		{"a position goes with its requirements", competency.Positions, "F", "", nil},
		{"a resource", competency.Resources, "R2", "", nil},
		{"a point goes with the edges into it", competency.KnowledgePoints, "X", "", nil},
		{"which frees what it rested on", competency.KnowledgePoints, "E", "", nil},
		{"a person goes with what they master", competency.Employees, "E1", "", nil},
		{"a person to whom nobody reports any more", competency.Employees, "E2", "", nil},
		{"and a department", competency.OrgUnits, "DEV", "", nil},
		{"and the one above", competency.OrgUnits, "HQ", "", nil},
		{"and a position", competency.Positions, "P", "", nil},
	} {
		t.Run(c.say, func(t *testing.T) {
			before, err := servicetest.Catalog(svc)
			require.NoError(t, err)
			p, err := svc.Delete(servicetest.Request(), c.record, service.DeleteInput{Code: c.code})
			require.NoError(t, err)
			if c.want == "" {
				require.Empty(t, p.UserErrors)
				require.Equal(t, &c.code, p.DeletedCode)
				return
			}
			require.Nil(t, p.DeletedCode)
			require.NotEmpty(t, p.UserErrors)
			said := ""
			for _, problem := range p.UserErrors {
				require.Equal(t, c.want, problem.Code)
				require.Equal(t, new("code"), problem.Field)
				said += problem.Message + "\n"
			}
			for _, name := range c.names {
				require.Contains(t, said, name)
			}
			after, err := servicetest.Catalog(svc)
			require.NoError(t, err)
			require.Same(t, before, after)
		})
	}
	catalog, err := servicetest.Catalog(svc)
	require.NoError(t, err)
	require.Len(t, catalog.Requirements, 1, "that of Q")
	require.Len(t, catalog.Prerequisites, 1, "B <- A")
	p, err := svc.Delete(servicetest.Request(), competency.KnowledgePoints, service.DeleteInput{Code: "D"})
	require.Contains(t, requireRefused(t, p.Outcome, err, fault.Conflict, "code"), "A – D")
}

// Retracted evidence is kept, and so refers to its points. The refusal names that, and
// does not change: to repeat the deletion would be of no use.
func TestDeletePointWithRetractedEvidence(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog+"\n Z")
	for _, id := range []string{"x", "y"} {
		servicetest.RecordExam(t, svc, id, "E1", "Z", 1)
	}
	_, err := svc.RetractEvidence(servicetest.Request(), service.RetractEvidenceInput{IDs: []string{"x", "y"}})
	require.NoError(t, err)
	for range 2 {
		p, err := svc.Delete(servicetest.Request(), competency.KnowledgePoints, service.DeleteInput{Code: "Z"})
		message := requireRefused(t, p.Outcome, err, fault.Conflict, "code")
		require.Nil(t, p.DeletedCode)
		require.Equal(t, `"Z" cannot be deleted while evidence about it is stored, including retracted evidence: 2 pieces, of E1`, message)
	}
	deleted, err := svc.Delete(servicetest.Request(), competency.Employees, service.DeleteInput{Code: "E1"})
	requireAccepted(t, deleted.Outcome, err)
	deleted, err = svc.Delete(servicetest.Request(), competency.KnowledgePoints, service.DeleteInput{Code: "Z"})
	requireAccepted(t, deleted.Outcome, err)
}

func TestAssignPositionRefusesUnknownCodes(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	p, err := svc.AssignPosition(servicetest.Request(), service.AssignPositionInput{Employee: "E1", Position: "PP", Targets: []string{"Q", "Q"}})
	require.NoError(t, err)
	who, err := p.Employee(servicetest.Request())
	require.NoError(t, err)
	require.Nil(t, who)
	var fields []string
	for _, problem := range p.UserErrors {
		fields = append(fields, *problem.Field)
	}
	require.Equal(t, []string{"position", "targets"}, fields, "all problems at once")
	p, err = svc.AssignPosition(servicetest.Request(), service.AssignPositionInput{Employee: "NONE", Position: "P"})
	requireRefused(t, p.Outcome, err, fault.NotFound, "employee")
	mastery, err := svc.SetMastery(servicetest.Request(), service.SetMasteryInput{Employee: "NONE", KnowledgePoint: "A", Mastery: 0.5})
	requireRefused(t, mastery.Outcome, err, fault.NotFound, "employee")
	mastery, err = svc.SetMastery(servicetest.Request(), service.SetMasteryInput{Employee: "E1", KnowledgePoint: "A", Mastery: 1.5})
	requireRefused(t, mastery.Outcome, err, fault.InvalidArgument, "mastery")
}

func TestUpsertOrgUnitRefusesACycle(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	put := func(code, name, parent string) (service.Outcome, error) {
		p, err := svc.UpsertOrgUnit(servicetest.Request(), service.UpsertOrgUnitInput{OrgUnit: competency.OrgUnit{Code: code, Name: name, Parent: parent}})
		return p.Outcome, err
	}
	o, err := put("HQ", "", "DEV")
	require.Contains(t, requireRefused(t, o, err, fault.Cycle, "parent"), "DEV")
	o, err = put("DEV", "", "DEV")
	requireRefused(t, o, err, fault.Cycle, "parent")
	o, err = put("LAB", "实验室", "NONE")
	requireRefused(t, o, err, fault.NotFound, "parent")
	o, err = put("LAB", "", "HQ")
	requireRefused(t, o, err, fault.InvalidArgument, "name")
	o, err = put("LAB", "实验室", "DEV")
	requireAccepted(t, o, err)
	unit, err := svc.People.OrgUnit(servicetest.Request(), "LAB")
	require.NoError(t, err)
	top := servicetest.Must(servicetest.Must(unit.Parent()).Parent())
	require.Equal(t, "HQ", top.Code())
	require.Nil(t, servicetest.Must(top.Parent()))
}

func TestTextsAreTrimmedAsInFiles(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	p, err := svc.UpsertPosition(servicetest.Request(), service.UpsertPositionInput{Position: competency.Position{Code: "N", Name: "\u3000 数据\u00a0分析 \n", Description: "\ufeff第一行\n第二行\t"}})
	requireAccepted(t, p.Outcome, err)
	require.Equal(t, []string{"数据\u00a0分析", "第一行\n第二行"}, []string{p.Position.Name(), *p.Position.Description()})
	edge, err := svc.AddPrerequisite(servicetest.Request(), service.AddPrerequisiteInput{Prerequisite: "A", Dependent: "D", Clause: " 甲 ", Reason: " 因为 "})
	requireAccepted(t, edge.Outcome, err)
	who, err := svc.UpsertEmployee(servicetest.Request(), service.UpsertEmployeeInput{Employee: competency.Employee{Code: "E3", Name: " 新人 "}})
	requireAccepted(t, who.Outcome, err)
	p, err = svc.UpsertPosition(servicetest.Request(), service.UpsertPositionInput{Position: competency.Position{Code: "M", Name: " \u3000"}})
	requireRefused(t, p.Outcome, err, fault.InvalidArgument, "name")

	catalog, err := servicetest.Catalog(svc)
	require.NoError(t, err)
	revision := servicetest.Revision(t, svc)
	units, err := svc.People.AllOrgUnits(servicetest.Request())
	require.NoError(t, err)
	dir := t.TempDir() + "/out"
	require.NoError(t, exchange.WriteFolder(dir, exchange.Export{Catalog: *catalog, OrgUnits: units, People: exportedPeople(svc)}))
	doc, err := exchange.Read(dir)
	require.NoError(t, err)
	require.Empty(t, doc.Problems)
	servicetest.Import(t, svc, doc.Changes)
	require.Equal(t, revision, servicetest.Revision(t, svc), "what was exported is what is there")
	profile, err := svc.People.Employee(servicetest.Request(), "E3")
	require.NoError(t, err)
	require.Equal(t, "新人", profile.Name())
}

// exportedPeople streams everyone as an export wants them.
func exportedPeople(svc *service.Service) iter.Seq2[exchange.Person, error] {
	return func(yield func(exchange.Person, error) bool) {
		for p, err := range svc.People.Dossiers(servicetest.Request()) {
			if !yield(exchange.Person{Employee: p.Employee, Mastery: p.Entered, Evidence: p.Evidence, States: p.States, Dropped: p.Dropped}, err) {
				return
			}
		}
	}
}
