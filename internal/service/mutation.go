package service

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// Base is the revision that a mutation builds on, where it cares.
type Base struct{ ExpectedRevision *int }

// Outcome is what every mutation tells besides its entity.
type Outcome struct {
	Revision   int
	UserErrors []UserError
}

// UserError is a problem that whoever called can fix.
type UserError struct {
	Field   *string
	Message string
	Code    fault.Code
}

// change writes an edit for a mutation. What the user can fix becomes part of
// the outcome and leaves the edition nil; everything else is an error. Places in
// the edit's records are named after within, the input's field that holds them.
func (s *Service) change(ctx context.Context, base Base, within string, cs competency.ChangeSet) (*edition, Outcome, error) {
	return s.changeBy(ctx, base, within, func(*competency.Catalog) (competency.ChangeSet, error) { return cs, nil })
}

func (s *Service) changeBy(ctx context.Context, base Base, within string, draft edit) (*edition, Outcome, error) {
	var expected *store.Revision
	if base.ExpectedRevision != nil {
		r := store.Revision(*base.ExpectedRevision)
		expected = &r
	}
	e, _, err := s.write(ctx, expected, draft)
	if err == nil {
		return e, Outcome{Revision: int(e.revision), UserErrors: []UserError{}}, nil
	}
	var refused *fault.Error
	if !errors.As(err, &refused) || !fixable(refused.Code) {
		return nil, Outcome{}, err
	}
	adopt(ctx, s.current.Load())
	return nil, Outcome{Revision: int(s.current.Load().revision), UserErrors: userErrors(refused, within, Lang(ctx))}, nil
}

func fixable(code fault.Code) bool {
	switch code {
	case fault.InvalidArgument, fault.NotFound, fault.Conflict, fault.Cycle:
		return true
	default:
		return false
	}
}

// userErrors lists at most so many problems as somebody would read.
func userErrors(refused *fault.Error, within string, lang fault.Lang) []UserError {
	const most = 100
	if len(refused.Problems) == 0 {
		return []UserError{{Message: refused.Text.In(lang), Code: refused.Code}}
	}
	var list []UserError
	for _, p := range refused.Problems[:min(most, len(refused.Problems))] {
		field := camel(p.Field)
		if within != "" && p.Record != "" && field != "position" {
			field = within + "." + strconv.Itoa(p.Index) + "." + field
		}
		list = append(list, UserError{Field: optional(field), Message: p.Text.In(lang), Code: p.Code})
	}
	return list
}

// camel turns the name of a column into that of an input field.
func camel(column string) string {
	words := strings.Split(column, "_")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}

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
	}
	// UpsertCompetencyInput creates a competency or edits its given fields.
	UpsertCompetencyInput struct {
		competency.Competency
		Base
	}
	// UpsertKnowledgePointInput creates a point or edits its given fields.
	UpsertKnowledgePointInput struct {
		competency.KnowledgePoint
		Base
	}
	// UpsertResourceInput creates a resource or edits its given fields.
	UpsertResourceInput struct {
		competency.Resource
		Base
	}
	// UpsertOrgUnitInput creates a department or edits its given fields.
	UpsertOrgUnitInput struct {
		competency.OrgUnit
		Base
	}
	// UpsertEmployeeInput creates an employee or edits the given fields.
	UpsertEmployeeInput struct {
		competency.Employee
		Base
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
		Base
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
		AssessedAt               *time.Time
		Base
	}
	// AssignPositionInput says what an employee holds and aims at.
	AssignPositionInput struct {
		Employee, Position string
		Targets            []string
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
		Position *Position
		Outcome
	}
	// CompetencyPayload answers for a competency.
	CompetencyPayload struct {
		Competency *Competency
		Outcome
	}
	// KnowledgePointPayload answers for a point.
	KnowledgePointPayload struct {
		KnowledgePoint *KnowledgePoint
		Outcome
	}
	// ResourcePayload answers for a resource.
	ResourcePayload struct {
		Resource *Resource
		Outcome
	}
	// OrgUnitPayload answers for a department.
	OrgUnitPayload struct {
		OrgUnit *OrgUnit
		Outcome
	}
	// EmployeePayload answers for an employee, who is read only if asked for.
	EmployeePayload struct {
		read func(context.Context) (*Employee, error)
		Outcome
	}
	// PrerequisitePayload answers for an edge: what now comes before its
	// dependent.
	PrerequisitePayload struct {
		Dependent Learnable
		Outcome
	}
	// RelatedPayload answers for a pair.
	RelatedPayload struct {
		KnowledgePoint *KnowledgePoint
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
	e, outcome, err := s.change(ctx, in.Base, "", putCatalog(competency.Catalog{Positions: []competency.Position{in.Position}}))
	if p.Outcome = outcome; e != nil {
		p.Position, err = e.position(in.Code)
	}
	return p, err
}

// UpsertCompetency creates or edits a competency.
func (s *Service) UpsertCompetency(ctx context.Context, in UpsertCompetencyInput) (p CompetencyPayload, err error) {
	e, outcome, err := s.change(ctx, in.Base, "", putCatalog(competency.Catalog{Competencies: []competency.Competency{in.Competency}}))
	if p.Outcome = outcome; e != nil {
		p.Competency, err = s.Competency(ctx, in.Code)
	}
	return p, err
}

// UpsertKnowledgePoint creates or edits a point.
func (s *Service) UpsertKnowledgePoint(ctx context.Context, in UpsertKnowledgePointInput) (p KnowledgePointPayload, err error) {
	e, outcome, err := s.change(ctx, in.Base, "", putCatalog(competency.Catalog{KnowledgePoints: []competency.KnowledgePoint{in.KnowledgePoint}}))
	if p.Outcome = outcome; e != nil {
		p.KnowledgePoint, err = s.KnowledgePoint(ctx, in.Code)
	}
	return p, err
}

// UpsertResource creates or edits a resource.
func (s *Service) UpsertResource(ctx context.Context, in UpsertResourceInput) (p ResourcePayload, err error) {
	e, outcome, err := s.change(ctx, in.Base, "", putCatalog(competency.Catalog{Resources: []competency.Resource{in.Resource}}))
	if p.Outcome = outcome; e != nil {
		p.Resource, err = s.Resource(ctx, in.Code)
	}
	return p, err
}

// UpsertOrgUnit creates or edits a department.
func (s *Service) UpsertOrgUnit(ctx context.Context, in UpsertOrgUnitInput) (p OrgUnitPayload, err error) {
	e, outcome, err := s.change(ctx, in.Base, "", putPeople(competency.People{OrgUnits: []competency.OrgUnit{in.OrgUnit}}))
	if p.Outcome = outcome; e != nil {
		p.OrgUnit, err = s.OrgUnit(ctx, in.Code)
	}
	return p, err
}

// Employee returns the employee as they now are, nil where the change was
// refused.
func (p EmployeePayload) Employee(ctx context.Context) (*Employee, error) {
	if p.read == nil {
		return nil, nil
	}
	return p.read(ctx)
}

// UpsertEmployee creates or edits an employee.
func (s *Service) UpsertEmployee(ctx context.Context, in UpsertEmployeeInput) (EmployeePayload, error) {
	return s.changeEmployee(ctx, in.Base, in.Employee)
}

// AssignPosition says what an employee holds and aims at.
func (s *Service) AssignPosition(ctx context.Context, in AssignPositionInput) (EmployeePayload, error) {
	return s.changeEmployee(ctx, in.Base, competency.Employee{Code: in.Employee, Position: in.Position, Targets: in.Targets})
}

func (s *Service) changeEmployee(ctx context.Context, base Base, record competency.Employee) (EmployeePayload, error) {
	return s.changePeople(ctx, base, record.Code, competency.People{Employees: []competency.Employee{record}})
}

func (s *Service) changePeople(ctx context.Context, base Base, employee string, people competency.People) (p EmployeePayload, err error) {
	e, outcome, err := s.change(ctx, base, "", putPeople(people))
	if p.Outcome = outcome; e != nil {
		p.read = func(ctx context.Context) (*Employee, error) { return s.Employee(ctx, employee) }
	}
	return p, err
}

// SetRequirements replaces all requirements of a position.
func (s *Service) SetRequirements(ctx context.Context, in SetRequirementsInput) (p PositionPayload, err error) {
	code := competency.Code(in.Position)
	e, outcome, err := s.changeBy(ctx, in.Base, "requirements", func(base *competency.Catalog) (cs competency.ChangeSet, err error) {
		if !slices.ContainsFunc(base.Positions, func(p competency.Position) bool { return p.Code == code }) {
			return cs, fault.Refuse([]fault.Problem{{
				Place: fault.Place{Field: "position"}, Code: fault.NotFound, Text: fault.T("there is no position %q", "不存在岗位 %q", brief(in.Position)),
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
	if p.Outcome = outcome; e != nil {
		p.Position, err = e.position(code)
	}
	return p, err
}

// AddPrerequisite adds or edits an edge.
func (s *Service) AddPrerequisite(ctx context.Context, in AddPrerequisiteInput) (PrerequisitePayload, error) {
	edge := competency.Prerequisite{
		Prerequisite: in.Prerequisite, Dependent: in.Dependent, Clause: in.Clause,
		Strength: in.Strength, Level: in.Level, Reason: in.Reason,
	}
	return s.changePrerequisite(ctx, in.Base, in.Dependent, putCatalog(competency.Catalog{Prerequisites: []competency.Prerequisite{edge}}))
}

// RemovePrerequisite removes an edge.
func (s *Service) RemovePrerequisite(ctx context.Context, in RemovePrerequisiteInput) (PrerequisitePayload, error) {
	edge := competency.Prerequisite{Prerequisite: in.Prerequisite, Dependent: in.Dependent, Clause: in.Clause}
	return s.changePrerequisite(ctx, in.Base, in.Dependent, competency.ChangeSet{Delete: competency.Records{Catalog: competency.Catalog{Prerequisites: []competency.Prerequisite{edge}}}})
}

func (s *Service) changePrerequisite(ctx context.Context, base Base, dependent string, cs competency.ChangeSet) (p PrerequisitePayload, err error) {
	e, outcome, err := s.change(ctx, base, "", cs)
	if p.Outcome = outcome; e != nil {
		p.Dependent, _ = e.learnable(dependent)
	}
	return p, err
}

// AddRelated relates two points.
func (s *Service) AddRelated(ctx context.Context, in RelatedInput) (RelatedPayload, error) {
	return s.changeRelated(ctx, in, putCatalog(competency.Catalog{Related: []competency.Related{in.Related}}))
}

// RemoveRelated takes that back.
func (s *Service) RemoveRelated(ctx context.Context, in RelatedInput) (RelatedPayload, error) {
	return s.changeRelated(ctx, in, competency.ChangeSet{Delete: competency.Records{Catalog: competency.Catalog{Related: []competency.Related{in.Related}}}})
}

func (s *Service) changeRelated(ctx context.Context, in RelatedInput, cs competency.ChangeSet) (p RelatedPayload, err error) {
	e, outcome, err := s.change(ctx, in.Base, "", cs)
	if p.Outcome = outcome; e != nil {
		p.KnowledgePoint, err = s.KnowledgePoint(ctx, in.A)
	}
	return p, err
}

// SetMastery records a manual assessment. An older one than the stored changes
// nothing.
func (s *Service) SetMastery(ctx context.Context, in SetMasteryInput) (EmployeePayload, error) {
	a := competency.Assessment{Employee: in.Employee, KnowledgePoint: in.KnowledgePoint, Mastery: in.Mastery, AssessedAt: s.clock()}
	if in.AssessedAt != nil {
		a.AssessedAt = *in.AssessedAt
	}
	return s.changePeople(ctx, in.Base, in.Employee, competency.People{Mastery: []competency.Assessment{a}})
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
	e, outcome, err := s.change(ctx, in.Base, "", competency.ChangeSet{Delete: gone})
	if p.Outcome = outcome; e != nil {
		p.DeletedCode = &in.Code
	}
	return p, err
}
