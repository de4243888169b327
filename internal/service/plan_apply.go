package service

import (
	"context"
	"errors"
	"reflect"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/people"
)

// ApplyOptions say how a plan is applied.
type ApplyOptions struct {
	Confirmed bool // much may be deleted (governance.Plan.Confirm)
}

// Applied says what became of a plan.
type Applied struct {
	Revision catalog.Revision
	// Done says that the records were as the plan wants them already: it was applied before.
	Done    bool
	Records []RecordCount
	// Moved are the records that are not as the plan took them to be. Then nothing was
	// written, and Renewed is the plan of the same edits against what is stored now.
	Moved   []MovedRecord
	Renewed *governance.Plan
}

// MovedRecord is a record that has changed since a plan was made. Gone says that it is not
// stored any more.
type MovedRecord struct {
	Table  string       `json:"table"`
	Key    string       `json:"key"`
	Gone   bool         `json:"gone,omitempty"`
	Fields []MovedField `json:"fields,omitempty"`
}

// MovedField is a field that is not as a plan took it to be: Planned is its value before in
// the plan, and Now what is stored. Values are as in competency.FieldChange.
type MovedField struct {
	Field   string `json:"field"`
	Planned any    `json:"planned"`
	Now     any    `json:"now"`
}

// errNothingLeft and errMoved end an edit that writes nothing, after its permissions.
var (
	errNothingLeft = errors.New("the records are as the plan wants them")
	errMoved       = errors.New("the records are not as the plan took them to be")
)

// ApplyPlan does exactly what a plan says: its records in one transaction, and then the
// evidence of each person in one. It may be repeated. A *fault.Error refuses a plan that
// has problems, was altered, is of another store, or wants to be confirmed, and with
// CONFLICT one whose records have changed since: then Applied tells which.
func (s *Service) ApplyPlan(ctx context.Context, p *governance.Plan, o ApplyOptions) (*Applied, error) {
	if _, err := access.FromContext(ctx); err != nil {
		return nil, err
	}
	id, err := s.governance.KnownIdentity(ctx)
	if err != nil {
		return nil, err
	}
	if err := p.CheckSignature(id); err != nil {
		return nil, err
	}
	switch {
	case len(p.Problems) > 0:
		return nil, fault.New(fault.InvalidArgument, "the plan has problems and cannot be applied: correct the files and make it again", "计划存在问题，不能执行：请更正文件后重新生成计划")
	case p.Confirm && !o.Confirmed:
		return nil, unconfirmed(p.Changes)
	}
	intake, err := s.planIntakeOf(ctx, p)
	if err != nil {
		return nil, err
	}
	a := application{Service: s, plan: p, seal: id.Seal(p.At)}
	snapshot, _, err := s.Catalog.Publish(ctx, nil, func(base *competency.Catalog) (competency.ChangeSet, error) { return a.edit(ctx, base) })
	switch {
	case errors.Is(err, errMoved):
		renewed, err := a.renew(id, s.Catalog.Current().Revision())
		if err != nil {
			return nil, err
		}
		return &Applied{Moved: a.moved, Renewed: renewed},
			fault.New(fault.Conflict, "%s changed since the plan was made: nothing was written", "计划生成后有 %s 条记录发生变化：未写入任何内容", fault.Count(len(a.moved), "record has", "records have"))
	case errors.Is(err, errNothingLeft):
		snapshot = s.Catalog.Current()
	case err != nil:
		return nil, err
	}
	done := &Applied{Revision: snapshot.Revision(), Done: err != nil, Records: p.Records}
	if intake == nil {
		s.retries.await(ctx)
		return done, nil
	}
	if err := s.People.Admit(ctx, intake); err != nil {
		return nil, err
	}
	s.retries.await(ctx)
	return done, nil
}

// planIntakeOf checks the evidence of a plan against the catalog that it leads to; nil where
// it has none.
func (s *Service) planIntakeOf(ctx context.Context, p *governance.Plan) (*people.IntakePlan, error) {
	in := people.Intake(p.Intake)
	if in.Len() == 0 {
		return nil, nil
	}
	snapshot, err := s.Catalog.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	base := snapshot.Graph().Catalog()
	cs, err := base.Edits(p.Changes)
	if err != nil {
		return nil, err
	}
	in.AsStored = p.AsStored
	after := base.Apply(base.Resolve(cs))
	intake, err := s.People.PlanIntake(ctx, &after, in, cs.Put.Employees)
	if err != nil {
		return nil, err
	}
	return intake, fault.FromProblems(intake.Problems)
}

// application is a plan while it is applied.
type application struct {
	*Service
	plan   *governance.Plan
	seal   people.Seal
	stored people.StoredRecords
	now    []competency.RecordChange // what the edits of the plan do to what is stored
	moved  []MovedRecord
}

// edit returns the edits of the plan, if these do to a catalog and to its people what the
// plan says.
func (a *application) edit(ctx context.Context, base *competency.Catalog) (competency.ChangeSet, error) {
	cs, err := base.Edits(a.plan.Changes)
	if err != nil {
		return cs, err
	}
	cs.AsStored = a.plan.AsStored
	cs.Normalize()
	if a.stored, err = a.storedPeople(ctx, cs); err != nil {
		return cs, err
	}
	a.now = a.stored.Changes(*base, base.Resolve(cs))
	if len(a.now) == 0 {
		return cs, errNothingLeft
	}
	if a.moved = a.compare(); len(a.moved) > 0 {
		return cs, errMoved
	}
	cs.Expected = a.stored.Expect(cs.Put.People)
	return cs, nil
}

type changeKey struct{ table, key, clause string }

func keyOfChange(c competency.RecordChange) changeKey {
	return changeKey{c.Table, c.Key, c.Clause}
}

// compare returns the records to which the edits do something else now than the plan says.
func (a *application) compare() (moved []MovedRecord) {
	now := make(map[changeKey]competency.RecordChange, len(a.now))
	for _, c := range a.now {
		now[keyOfChange(c)] = c
	}
	for _, planned := range a.plan.Changes {
		current, changes := now[keyOfChange(planned)]
		delete(now, keyOfChange(planned))
		switch fields := a.movedFields(planned, current); {
		case planned.Kind != competency.Created && (current.Kind == competency.Created || planned.Kind == competency.Deleted && !changes):
			moved = append(moved, MovedRecord{Table: planned.Table, Key: planned.Key, Gone: true})
		case len(fields) > 0:
			moved = append(moved, MovedRecord{Table: planned.Table, Key: planned.Key, Fields: fields})
		}
	}
	for _, c := range a.now { // what nobody has planned
		if _, isMore := now[keyOfChange(c)]; !isMore {
			continue
		}
		m := MovedRecord{Table: c.Table, Key: c.Key}
		for _, f := range c.Fields {
			m.Fields = append(m.Fields, MovedField{Field: f.Field, Now: f.Before})
		}
		moved = append(moved, m)
	}
	return moved
}

// movedFields returns the fields of a record whose value is not that before in the plan.
// Where an edit changes nothing any more, the value is that after.
func (a *application) movedFields(planned, current competency.RecordChange) (fields []MovedField) {
	left := map[string]competency.FieldChange{}
	for _, f := range current.Fields {
		left[f.Field] = f
	}
	for _, f := range planned.Fields {
		now, changes := left[f.Field]
		delete(left, f.Field)
		if !changes {
			now.Before = f.After
		}
		sealed, isSealed := f.Before.(competency.HiddenValue)
		switch {
		case isSealed && a.seal(planned.Key, f.Field, now.Before) == sealed:
		case isSealed:
			fields = append(fields, MovedField{f.Field, sealed, a.seal(planned.Key, f.Field, now.Before)})
		case !reflect.DeepEqual(f.Before, now.Before):
			fields = append(fields, MovedField{f.Field, f.Before, now.Before})
		}
	}
	for _, f := range current.Fields {
		if _, isMore := left[f.Field]; isMore {
			fields = append(fields, MovedField{Field: f.Field, Planned: f.After, Now: f.Before})
		}
	}
	return fields
}

// renew returns the plan of the same edits against what is stored now.
func (a *application) renew(id governance.Identity, revision catalog.Revision) (*governance.Plan, error) {
	p := *a.plan
	p.Revision, p.At = int64(revision), a.clock().UTC().Truncate(1000)
	p.Changes = orEmpty(a.now)
	a.stored.Conceal(p.Changes, id.Seal(p.At))
	return &p, p.Sign(id)
}
