package people

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/store"
)

// DeleteAssessment takes away the mastery that was entered for an employee on a point.
// Where evidence remains, the state follows from that alone; else nothing is known any
// more. Where expected is given, the entered mastery must be of that time, else it is a
// CONFLICT. What the user can fix is a *fault.Error with problems.
func (p *People) DeleteAssessment(ctx context.Context, employee, point string, expected *time.Time) (*LearnerUpdate, error) {
	employee, point = competency.NormalizeCode(employee), competency.NormalizeCode(point)
	if err := access.CheckScope(ctx, access.Assess); err != nil {
		return nil, err
	}
	s, err := p.catalog.SnapshotForEvidence(ctx)
	if err != nil {
		return nil, err
	}
	entered, who, err := p.enteredMastery(ctx, employee, point)
	if err != nil {
		return nil, err
	}
	if expected != nil && !expected.Truncate(time.Microsecond).Equal(entered.AssessedAt) {
		return nil, assessmentMoved()
	}
	recordings := []store.Recording{{Employee: employee, Unassess: []competency.Assessment{entered}}}
	done, err := p.batcher.record(ctx, recordings)
	if err != nil {
		return nil, err
	}
	if _, unreadable := errors.AsType[*fault.Error](done[0].Err); unreadable {
		return nil, done[0].Err
	}
	if !done[0].StateChanges.Any() { // another mastery was entered meanwhile
		return nil, assessmentMoved()
	}
	people := subjects{byCode: map[string]*access.Person{employee: who}}
	return &p.recordResult(ctx, s, people, recordings, done).Learners[0], nil
}

// enteredMastery returns the mastery that was entered for an employee whom the viewer may
// assess on a point, and that employee.
func (p *People) enteredMastery(ctx context.Context, employee, point string) (a competency.Assessment, who *access.Person, err error) {
	missing := func(field string, text fault.Text) error {
		return fault.FromProblems([]fault.Problem{{Place: fault.Place{Field: field}, Code: fault.NotFound, Text: text}})
	}
	page, err := p.store.Employees(ctx, store.EmployeeQuery{Codes: []string{employee}, States: true, Lines: true})
	if err != nil {
		return a, nil, catalog.StoreFault(err)
	}
	for _, read := range page.Profiles {
		who = newSubject(read.Employee.Code, read.Lines)
	}
	unknown := missing("employee", p.UnknownEmployee(ctx, employee, fault.Text{}))
	if err := checkPerson(ctx, access.Assess, "delete", who, unknown); err != nil {
		return a, nil, err
	}
	if err := checkStates(page.Profiles[0]); err != nil {
		return a, nil, err
	}
	for _, state := range page.Profiles[0].States {
		if entered := Entered(state); entered != nil && state.KnowledgePoint == point {
			return *entered, who, nil
		}
	}
	return a, nil, missing("knowledge_point", fault.T(
		"no mastery of %s was entered for %s: a state that follows from evidence goes when the evidence is retracted",
		"没有为 %[2]s 录入过 %[1]s 的掌握度：由证据得出的状态，请撤回相应证据", competency.Quote(point), competency.Quote(employee)))
}

func assessmentMoved() error {
	return fault.FromProblems([]fault.Problem{{
		Place: fault.Place{Field: "expected_assessed_at"}, Code: fault.Conflict,
		Text: fault.T("another mastery has been entered since: read it again and repeat", "在此期间已录入其他掌握度：请重新读取后再提交"),
	}})
}

// Entered returns the mastery that was entered by hand of a stored state: the state
// itself where no evidence has moved it, and nil where nothing was entered. All other
// states follow from it and the evidence.
func Entered(state competency.Assessment) *competency.Assessment {
	entered := decodeTrack(state).Entered
	if !entered.Assessed() {
		return nil
	}
	return &competency.Assessment{Employee: state.Employee, KnowledgePoint: state.KnowledgePoint, Mastery: entered.Mastery, AssessedAt: entered.AssessedAt}
}

// decodeTrack returns what is stored of one person and one point.
func decodeTrack(a competency.Assessment) mastery.Track {
	return mastery.DecodeTrack(mastery.State{Mastery: a.Mastery, AssessedAt: a.AssessedAt}, a.Model)
}

// StoredAssessments returns what is stored of the people and points that a list is about,
// by person and point, and the places of the assessments that are older than that and not
// entered yet: they change nothing. What is entered already counts as stored the way it was
// entered, whatever evidence has followed. The list must be normalized. It costs one
// round trip for every 500 people in it. Those whom the viewer may not assess are left out.
func (p *People) StoredAssessments(ctx context.Context, list []competency.Assessment) (stored []competency.Assessment, older []int, err error) {
	const together = 500
	v, err := access.FromContext(ctx)
	if err != nil || len(list) == 0 {
		return nil, nil, err
	}
	if err := access.CheckScope(ctx, access.Assess); err != nil {
		return nil, nil, err
	}
	type key struct{ employee, point string }
	given := make(map[key]int, len(list)) // places
	codes := make([]string, len(list))
	for i, a := range list {
		codes[i], given[key{a.Employee, a.KnowledgePoint}] = a.Employee, i
	}
	slices.Sort(codes)
	for chunk := range slices.Chunk(slices.Compact(codes), together) {
		page, err := p.store.Employees(ctx, store.EmployeeQuery{Codes: chunk, States: true, Reaches: reaches(v, access.Assess)})
		if err != nil {
			return nil, nil, catalog.StoreFault(err)
		}
		for _, profile := range page.Profiles {
			for _, a := range profile.States {
				i, isGiven := given[key{a.Employee, a.KnowledgePoint}]
				if !isGiven {
					continue
				}
				if was := Entered(a); was != nil && sameAssessment(*was, list[i]) {
					a = *was
				}
				stored = append(stored, a)
				if at := list[i].AssessedAt; !at.IsZero() && at.Truncate(time.Microsecond).Before(a.AssessedAt) {
					older = append(older, i)
				}
			}
		}
	}
	slices.Sort(older)
	return stored, older, nil
}

// checkMoments reports assessments of the future, unless the store has taken in the very
// same: earlier versions did.
func (c *referenceCheck) checkMoments(ctx context.Context) error {
	if c.cs.At.IsZero() {
		return nil
	}
	future := competency.FutureAssessments(c.cs.Put.Mastery, c.cs.At)
	if len(future) == 0 {
		return nil
	}
	var codes []string
	for _, wrong := range future {
		codes = append(codes, c.cs.Put.Mastery[wrong.Index].Employee)
	}
	page, err := c.Employees(ctx, store.EmployeeQuery{Codes: codes, States: true})
	if err != nil {
		return err
	}
	for _, wrong := range future {
		given := c.cs.Put.Mastery[wrong.Index]
		if !slices.ContainsFunc(page.Profiles, func(p store.Profile) bool {
			return slices.ContainsFunc(p.States, func(a competency.Assessment) bool {
				return a.Employee == given.Employee && a.KnowledgePoint == given.KnowledgePoint && a.Mastery == given.Mastery && a.AssessedAt.Equal(given.AssessedAt.Truncate(time.Microsecond))
			})
		}) {
			c.problems = append(c.problems, wrong)
		}
	}
	return nil
}
