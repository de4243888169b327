package service

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/people"
)

func putCatalog(c competency.Catalog) competency.ChangeSet {
	return competency.ChangeSet{Put: competency.Records{Catalog: c}}
}

func putPeople(p competency.People) competency.ChangeSet {
	return competency.ChangeSet{Put: competency.Records{People: p}}
}

// The inputs of mutations: a record, and the revision it builds on.
type (
	// UpsertPositionInput creates a position or edits its given fields.
	UpsertPositionInput struct {
		competency.Position
		Base
		Mode UpsertMode
	}
	// UpsertCompetencyInput creates a competency or edits its given fields.
	UpsertCompetencyInput struct {
		competency.Competency
		Base
		Mode UpsertMode
	}
	// UpsertKnowledgePointInput creates a point or edits its given fields.
	UpsertKnowledgePointInput struct {
		competency.KnowledgePoint
		Base
		Mode UpsertMode
	}
	// UpsertResourceInput creates a resource or edits its given fields.
	UpsertResourceInput struct {
		competency.Resource
		Base
		Mode UpsertMode
	}
	// UpsertOrgUnitInput creates a department or edits its given fields.
	UpsertOrgUnitInput struct {
		competency.OrgUnit
		Base
		Mode UpsertMode
	}
	// UpsertEmployeeInput creates an employee or edits the given fields.
	UpsertEmployeeInput struct {
		competency.Employee
		Base
		Mode UpsertMode
	}
	// SetRequirementsInput replaces all requirements of a position.
	SetRequirementsInput struct {
		Position     string
		Requirements []competency.Requirement
		Base
	}
	// AddPrerequisiteInput adds an edge or edits its given fields.
	AddPrerequisiteInput struct {
		Prerequisite, Dependent, Clause, Reason string
		Strength                                competency.Strength
		Level                                   *float64
		Clear                                   competency.FieldSet
		Base
		Mode UpsertMode
	}
	// RemovePrerequisiteInput names an edge.
	RemovePrerequisiteInput struct {
		Prerequisite, Dependent, Clause string
		Base
	}
	// RelatedInput names a pair without direction.
	RelatedInput struct {
		competency.Related
		Base
	}
	// SetMasteryInput is a manual assessment.
	SetMasteryInput struct {
		Employee, KnowledgePoint string
		Mastery                  float64
		AssessedAt               *GivenTime
		Base
	}
	// DeleteMasteryInput names an assessment that is taken away.
	DeleteMasteryInput struct {
		Employee, KnowledgePoint string
		ExpectedAssessedAt       *time.Time
		Base
	}
	// AssignPositionInput says what an employee holds and aims at.
	AssignPositionInput struct {
		Employee, Position string
		Targets            []string
		Clear              competency.FieldSet
		Base
	}
	// DeleteInput names what is to go.
	DeleteInput struct {
		Code string
		Base
	}
)

// The payloads of mutations: what was written, nil where it was refused.
type (
	// PositionPayload answers for a position.
	PositionPayload struct {
		Position *catalog.Position
		Outcome
	}
	// CompetencyPayload answers for a competency.
	CompetencyPayload struct {
		Competency *catalog.Competency
		Outcome
	}
	// KnowledgePointPayload answers for a point.
	KnowledgePointPayload struct {
		KnowledgePoint *catalog.KnowledgePoint
		Outcome
	}
	// ResourcePayload answers for a resource.
	ResourcePayload struct {
		Resource *catalog.Resource
		Outcome
	}
	// OrgUnitPayload answers for a department.
	OrgUnitPayload struct {
		OrgUnit *people.OrgUnit
		Outcome
	}
	// EmployeePayload answers for an employee, who is read only if asked for.
	EmployeePayload struct {
		read       func(context.Context) (*people.Employee, error)
		superseded func(context.Context) (bool, error) // nil where nothing was assessed
		Outcome
	}
	// DeleteMasteryPayload answers with what is known since, nil where that was refused.
	DeleteMasteryPayload struct {
		Learner *people.LearnerUpdate
		Outcome
	}
	// PrerequisitePayload answers for an edge: what now comes before its
	// dependent.
	PrerequisitePayload struct {
		Dependent catalog.Learnable
		Outcome
	}
	// RelatedPayload answers for a pair.
	RelatedPayload struct {
		KnowledgePoint *catalog.KnowledgePoint
		Outcome
	}
	// DeletePayload names what is gone.
	DeletePayload struct {
		DeletedCode *string
		Outcome
	}
)

// UpsertPosition creates or edits a position.
func (s *Service) UpsertPosition(ctx context.Context, in UpsertPositionInput) (p PositionPayload, err error) {
	snapshot, outcome, err := s.upsert(ctx, upsertOptions{in.Base, in.Mode}, putCatalog(competency.Catalog{Positions: []competency.Position{in.Position}}))
	if p.Outcome = outcome; snapshot != nil {
		p.Position, err = snapshot.FindPosition(in.Code)
	}
	return p, err
}

// UpsertCompetency creates or edits a competency.
func (s *Service) UpsertCompetency(ctx context.Context, in UpsertCompetencyInput) (p CompetencyPayload, err error) {
	snapshot, outcome, err := s.upsert(ctx, upsertOptions{in.Base, in.Mode}, putCatalog(competency.Catalog{Competencies: []competency.Competency{in.Competency}}))
	if p.Outcome = outcome; snapshot != nil {
		p.Competency, err = snapshot.FindCompetency(in.Code)
	}
	return p, err
}

// UpsertKnowledgePoint creates or edits a point.
func (s *Service) UpsertKnowledgePoint(ctx context.Context, in UpsertKnowledgePointInput) (p KnowledgePointPayload, err error) {
	snapshot, outcome, err := s.upsert(ctx, upsertOptions{in.Base, in.Mode}, putCatalog(competency.Catalog{KnowledgePoints: []competency.KnowledgePoint{in.KnowledgePoint}}))
	if p.Outcome = outcome; snapshot != nil {
		p.KnowledgePoint, err = snapshot.FindKnowledgePoint(in.Code)
	}
	return p, err
}

// UpsertResource creates or edits a resource.
func (s *Service) UpsertResource(ctx context.Context, in UpsertResourceInput) (p ResourcePayload, err error) {
	snapshot, outcome, err := s.upsert(ctx, upsertOptions{in.Base, in.Mode}, putCatalog(competency.Catalog{Resources: []competency.Resource{in.Resource}}))
	if p.Outcome = outcome; snapshot != nil {
		p.Resource, err = snapshot.FindResource(in.Code)
	}
	return p, err
}

// UpsertOrgUnit creates or edits a department.
func (s *Service) UpsertOrgUnit(ctx context.Context, in UpsertOrgUnitInput) (p OrgUnitPayload, err error) {
	snapshot, outcome, err := s.upsert(ctx, upsertOptions{in.Base, in.Mode}, putPeople(competency.People{OrgUnits: []competency.OrgUnit{in.OrgUnit}}))
	if p.Outcome = outcome; snapshot != nil {
		p.OrgUnit, err = s.People.OrgUnit(ctx, in.Code)
	}
	return p, err
}

// Employee returns the employee as they now are, nil where the change was
// refused.
func (p EmployeePayload) Employee(ctx context.Context) (*people.Employee, error) {
	if p.read == nil {
		return nil, nil
	}
	return p.read(ctx)
}

// Superseded reports whether the assessment changed nothing, because a later one is
// stored.
func (p EmployeePayload) Superseded(ctx context.Context) (bool, error) {
	if p.superseded == nil {
		return false, nil
	}
	return p.superseded(ctx)
}

// UpsertEmployee creates or edits an employee.
func (s *Service) UpsertEmployee(ctx context.Context, in UpsertEmployeeInput) (EmployeePayload, error) {
	return s.publishEmployee(ctx, upsertOptions{in.Base, in.Mode}, in.Employee)
}

// AssignPosition says what an employee holds and aims at.
func (s *Service) AssignPosition(ctx context.Context, in AssignPositionInput) (EmployeePayload, error) {
	return s.publishEmployee(ctx, upsertOptions{in.Base, editEmployee}, competency.Employee{Code: in.Employee, Position: in.Position, Targets: in.Targets, Clear: in.Clear})
}

func (s *Service) publishEmployee(ctx context.Context, up upsertOptions, record competency.Employee) (EmployeePayload, error) {
	return s.publishPeople(ctx, up, record.Code, competency.People{Employees: []competency.Employee{record}})
}

func (s *Service) publishPeople(ctx context.Context, up upsertOptions, employee string, changes competency.People) (p EmployeePayload, err error) {
	snapshot, outcome, err := s.upsert(ctx, up, putPeople(changes))
	if p.Outcome = outcome; snapshot != nil {
		p.read = func(ctx context.Context) (*people.Employee, error) { return s.People.Employee(ctx, employee) }
	}
	return p, err
}

// SetRequirements replaces all requirements of a position.
func (s *Service) SetRequirements(ctx context.Context, in SetRequirementsInput) (p PositionPayload, err error) {
	code := competency.NormalizeCode(in.Position)
	snapshot, outcome, err := s.publish(ctx, in.Base, "requirements", func(base *competency.Catalog) (cs competency.ChangeSet, err error) {
		cs.Put.Positions = []competency.Position{{Code: code}} // changes nothing, and takes the permission even where no requirement does
		if !slices.ContainsFunc(base.Positions, func(p competency.Position) bool { return p.Code == code }) {
			return cs, fault.FromProblems([]fault.Problem{{
				Place: fault.Place{Field: "position"}, Code: fault.NotFound, Text: fault.T("there is no position %s", "不存在岗位 %s", competency.Quote(in.Position)),
			}})
		}
		for _, r := range base.Requirements {
			if r.Position == code {
				cs.Delete.Requirements = append(cs.Delete.Requirements, r)
			}
		}
		for _, r := range in.Requirements {
			r.Position = code
			cs.Put.Requirements = append(cs.Put.Requirements, r)
		}
		return cs, nil
	})
	if p.Outcome = outcome; snapshot != nil {
		p.Position, err = snapshot.FindPosition(code)
	}
	return p, err
}

// AddPrerequisite adds or edits an edge.
func (s *Service) AddPrerequisite(ctx context.Context, in AddPrerequisiteInput) (PrerequisitePayload, error) {
	edge := competency.Prerequisite{
		Prerequisite: in.Prerequisite, Dependent: in.Dependent, Clause: in.Clause,
		Strength: in.Strength, Level: in.Level, Reason: in.Reason, Clear: in.Clear,
	}
	return publishedPrerequisite(in.Dependent)(s.upsert(ctx, upsertOptions{in.Base, in.Mode}, putCatalog(competency.Catalog{Prerequisites: []competency.Prerequisite{edge}})))
}

// RemovePrerequisite removes an edge.
func (s *Service) RemovePrerequisite(ctx context.Context, in RemovePrerequisiteInput) (PrerequisitePayload, error) {
	edge := competency.Prerequisite{Prerequisite: in.Prerequisite, Dependent: in.Dependent, Clause: in.Clause}
	return publishedPrerequisite(in.Dependent)(s.publishRecords(ctx, in.Base, competency.ChangeSet{Delete: competency.Records{Catalog: competency.Catalog{Prerequisites: []competency.Prerequisite{edge}}}}))
}

// publishedPrerequisite returns the payload that shows a dependent after an edit.
func publishedPrerequisite(dependent string) func(*catalog.Snapshot, Outcome, error) (PrerequisitePayload, error) {
	return func(snapshot *catalog.Snapshot, outcome Outcome, err error) (p PrerequisitePayload, _ error) {
		if p.Outcome = outcome; snapshot != nil {
			p.Dependent, _ = snapshot.FindLearnable(dependent)
		}
		return p, err
	}
}

// AddRelated relates two points.
func (s *Service) AddRelated(ctx context.Context, in RelatedInput) (RelatedPayload, error) {
	return s.publishRelated(ctx, in, putCatalog(competency.Catalog{Related: []competency.Related{in.Related}}))
}

// RemoveRelated takes that back.
func (s *Service) RemoveRelated(ctx context.Context, in RelatedInput) (RelatedPayload, error) {
	return s.publishRelated(ctx, in, competency.ChangeSet{Delete: competency.Records{Catalog: competency.Catalog{Related: []competency.Related{in.Related}}}})
}

func (s *Service) publishRelated(ctx context.Context, in RelatedInput, cs competency.ChangeSet) (p RelatedPayload, err error) {
	snapshot, outcome, err := s.publishRecords(ctx, in.Base, cs)
	if p.Outcome = outcome; snapshot != nil {
		p.KnowledgePoint, err = snapshot.FindKnowledgePoint(in.A)
	}
	return p, err
}

// SetMastery records a manual assessment. An older one than the stored changes
// nothing.
func (s *Service) SetMastery(ctx context.Context, in SetMasteryInput) (EmployeePayload, error) {
	a := competency.Assessment{Employee: in.Employee, KnowledgePoint: in.KnowledgePoint, Mastery: in.Mastery, AssessedAt: s.clock()}
	if in.AssessedAt != nil {
		if in.AssessedAt.Wrong != (fault.Text{}) {
			var p EmployeePayload
			var err error
			p.Outcome, err = s.outcome(ctx)
			p.UserErrors = []UserError{{Field: optional.Of("assessedAt"), Message: in.AssessedAt.Wrong.In(catalog.Lang(ctx)), Code: fault.InvalidArgument}}
			return p, err
		}
		a.AssessedAt = in.AssessedAt.Time
	}
	p, err := s.publishPeople(ctx, upsertOptions{Base: in.Base}, in.Employee, competency.People{Mastery: []competency.Assessment{a}})
	if p.read != nil {
		p.superseded = func(ctx context.Context) (bool, error) {
			list := []competency.Assessment{a}
			list[0].Employee, list[0].KnowledgePoint = competency.NormalizeCode(a.Employee), competency.NormalizeCode(a.KnowledgePoint)
			_, older, err := s.People.StoredAssessments(ctx, list)
			return len(older) > 0, err
		}
	}
	return p, err
}

// DeleteMastery takes a manual assessment away. Where evidence remains, the state
// follows from that alone.
func (s *Service) DeleteMastery(ctx context.Context, in DeleteMasteryInput) (p DeleteMasteryPayload, err error) {
	snapshot, err := s.Catalog.SnapshotForEvidence(ctx)
	if err != nil {
		return p, err
	}
	p.Outcome = Outcome{Revision: int(snapshot.Revision()), UserErrors: []UserError{}}
	refuse := func(err error) (DeleteMasteryPayload, error) {
		refused, ok := errors.AsType[*fault.Error](err)
		if !ok || !isFixable(refused.Code) {
			return DeleteMasteryPayload{}, err
		}
		p.UserErrors = userErrors(refused, "", catalog.Lang(ctx))
		return p, nil
	}
	if in.ExpectedRevision != nil && *in.ExpectedRevision != p.Revision {
		return refuse(catalog.RevisionConflict())
	}
	if p.Learner, err = s.People.DeleteAssessment(ctx, in.Employee, in.KnowledgePoint, in.ExpectedAssessedAt); err != nil {
		return refuse(err)
	}
	return p, nil
}

// Delete removes the entity of a type (competency.Positions and so on) with a
// code, if nothing refers to it.
func (s *Service) Delete(ctx context.Context, record string, in DeleteInput) (p DeletePayload, err error) {
	var gone competency.Records
	switch record {
	case competency.Positions:
		gone.Positions = []competency.Position{{Code: in.Code}}
	case competency.Competencies:
		gone.Competencies = []competency.Competency{{Code: in.Code}}
	case competency.KnowledgePoints:
		gone.KnowledgePoints = []competency.KnowledgePoint{{Code: in.Code}}
	case competency.Resources:
		gone.Resources = []competency.Resource{{Code: in.Code}}
	case competency.OrgUnits:
		gone.OrgUnits = []competency.OrgUnit{{Code: in.Code}}
	case competency.Employees:
		gone.Employees = []competency.Employee{{Code: in.Code}}
	}
	snapshot, outcome, err := s.publishRecords(ctx, in.Base, competency.ChangeSet{Delete: gone})
	if p.Outcome = outcome; snapshot != nil {
		p.DeletedCode = &in.Code
	}
	return p, err
}
