package people

import (
	"context"
	"iter"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// Dossier is all that a store holds of one person, with nothing said twice: whoever
// enters the masteries, records the evidence and restores the states has the same person.
type Dossier struct {
	Employee competency.Employee
	Entered  []competency.Assessment // masteries as they were entered, by point
	Evidence []competency.Evidence   // by time and id, retracted evidence too
	// States that do not follow from these alone, such as those whose evidence was dropped.
	States  []competency.Assessment
	Dropped competency.DroppedEvidence // what stays of evidence that was dropped
	// Problems are what was edited by other means so that it cannot be read, and is left out.
	Problems []fault.Problem
}

// Dossiers streams everyone with all that is known of them, by code, for export. It takes
// four round trips for each 200 people, and holds no more of them.
func (p *People) Dossiers(ctx context.Context) iter.Seq2[Dossier, error] {
	return func(yield func(Dossier, error) bool) {
		if err := checkEveryone(ctx, access.Learner); err != nil {
			yield(Dossier{}, err)
			return
		}
		audit.Note(ctx, audit.Event{Action: access.Learner, Verb: "export", Filter: "everyone"})
		q := store.EmployeeQuery{First: scanPageSize, States: true}
		for {
			page, dossiers, err := p.readDossiers(ctx, q)
			if err != nil {
				yield(Dossier{}, catalog.StoreFault(err))
				return
			}
			for _, d := range dossiers {
				q.After = d.Employee.Code
				if !yield(d, nil) {
					return
				}
			}
			if !page.More {
				return
			}
		}
	}
}

// readDossiers reads the people whom a query selects. Their evidence is read after their
// states, so somebody may have recorded more in between: whose states seem not to follow
// is read once more, and again, until two reads agree.
func (p *People) readDossiers(ctx context.Context, q store.EmployeeQuery) (store.EmployeePage, []Dossier, error) {
	const maxAttempts = 5
	page, dossiers, err := p.readDossiersOnce(ctx, q)
	for attempt := 1; attempt < maxAttempts && err == nil; attempt++ {
		var codes []string
		at := map[string]int{}
		for i, d := range dossiers {
			if len(d.States) > 0 || len(d.Dropped.Tombstones) > 0 {
				codes, at[d.Employee.Code] = append(codes, d.Employee.Code), i
			}
		}
		if len(codes) == 0 {
			break
		}
		_, again, err := p.readDossiersOnce(ctx, store.EmployeeQuery{Codes: codes, States: true})
		if err != nil {
			return page, nil, err
		}
		moved := false
		for _, d := range again {
			before := &dossiers[at[d.Employee.Code]]
			moved = moved || len(d.Evidence) != len(before.Evidence) || len(d.Dropped.Tombstones) != len(before.Dropped.Tombstones) || !slices.EqualFunc(d.States, before.States, sameAssessment)
			*before = d
		}
		if !moved {
			break
		}
	}
	return page, dossiers, err
}

func (p *People) readDossiersOnce(ctx context.Context, q store.EmployeeQuery) (store.EmployeePage, []Dossier, error) {
	page, err := p.store.Employees(ctx, q)
	if err != nil || len(page.Profiles) == 0 {
		return page, nil, err
	}
	codes := make([]string, len(page.Profiles))
	for i, profile := range page.Profiles {
		codes[i] = profile.Employee.Code
	}
	list, err := p.store.Evidence(ctx, store.EvidenceQuery{Employees: codes})
	if err != nil {
		return page, nil, err
	}
	of := map[string][]competency.Evidence{}
	for _, e := range slices.Backward(list) {
		of[e.Employee] = append(of[e.Employee], e)
	}
	dropped, err := readDropped(ctx, p.store, codes)
	if err != nil {
		return page, nil, err
	}
	droppedBy := map[string]competency.DroppedEvidence{}
	for _, d := range dropped {
		droppedBy[d.Employee] = d
	}
	dossiers := make([]Dossier, len(page.Profiles))
	for i, profile := range page.Profiles {
		if dossiers[i], err = p.dossier(profile, of[profile.Employee.Code]); err != nil {
			return page, nil, err
		}
		dossiers[i].Dropped = droppedBy[profile.Employee.Code]
	}
	return page, dossiers, nil
}

// dossier divides the states of a person into what was entered and what follows from the
// evidence, and keeps the rest.
func (p *People) dossier(profile store.Profile, evidence []competency.Evidence) (Dossier, error) {
	d := Dossier{Employee: profile.Employee, Evidence: evidence, Problems: profile.OwnProblems()}
	for _, s := range profile.States {
		if entered := Entered(s); entered != nil {
			d.Entered = append(d.Entered, *entered)
		}
	}
	counting := slices.DeleteFunc(slices.Clone(evidence), func(e competency.Evidence) bool { return e.Retracted })
	changes, err := p.batcher.fold(store.FoldInput{
		Employee: profile.Employee.Code, Replay: true,
		All: func() (store.PersonEvidence, error) {
			return store.PersonEvidence{Evidence: counting, States: d.Entered}, nil
		},
	})
	if err != nil {
		return d, err
	}
	follows := map[string]competency.Assessment{}
	for _, s := range slices.Concat(d.Entered, changes.Put) {
		follows[s.KnowledgePoint] = s
	}
	for _, s := range profile.States {
		if !sameAssessment(s, follows[s.KnowledgePoint]) {
			d.States = append(d.States, s)
		}
	}
	return d, nil
}

func sameAssessment(a, b competency.Assessment) bool {
	return a.Employee == b.Employee && a.KnowledgePoint == b.KnowledgePoint && a.Mastery == b.Mastery &&
		a.AssessedAt.Equal(b.AssessedAt) && slices.Equal(a.Model, b.Model)
}

// AllUnmapped streams all statements that could not be mapped, the earliest first.
func (p *People) AllUnmapped(ctx context.Context) iter.Seq2[UnmappedStatement, error] {
	return func(yield func(UnmappedStatement, error) bool) {
		for last, more := (*UnmappedStatement)(nil), true; more; more = last != nil {
			list, next, err := p.UnmappedAfter(ctx, last, scanPageSize)
			if err != nil {
				yield(UnmappedStatement{}, err)
				return
			}
			for _, u := range list {
				if !yield(u, nil) {
					return
				}
			}
			last = next
		}
	}
}

// AllEvents streams what is kept of all events of xAPI, by time.
func (p *People) AllEvents(ctx context.Context) iter.Seq2[competency.Event, error] {
	return func(yield func(competency.Event, error) bool) {
		if err := checkEveryone(ctx, access.Learner); err != nil {
			yield(competency.Event{}, err)
			return
		}
		q := store.DocumentQuery{Kind: store.EventKind, First: scanPageSize}
		for {
			docs, err := p.store.Documents(ctx, q)
			if err != nil {
				yield(competency.Event{}, catalog.StoreFault(err))
				return
			}
			for _, d := range docs {
				q.After = &store.Cursor{At: d.At, ID: d.ID}
				if e, err := decodeEvent(d); !yield(e, err) {
					return
				}
			}
			if len(docs) < scanPageSize {
				return
			}
		}
	}
}
