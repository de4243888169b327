package analysis

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/workforce"
)

// maxRecordings is how often a month is recorded where departments change meanwhile.
const maxRecordings = 3

// RecordedMonth is what has been recorded.
type RecordedMonth struct {
	At     time.Time // of all figures
	People int
}

// RecordReadiness records of the current month how ready everyone is for the positions held and
// targeted, and how each department covers those held in it. Where again is false, it does so at
// most once a month, and returns nil where nothing is to be done or another process is about it. It
// reads everyone into memory where that has not been done. It costs a distribution for each position
// and each department in which it is held, and writes in batches. It is for the system.
func (a *Analysis) RecordReadiness(ctx context.Context, again bool) (*RecordedMonth, error) {
	a.columns.ended.Add(1)
	defer a.columns.ended.Done()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(a.columns.ctx, cancel)()
	if !again {
		if due, err := a.people.ReadinessDue(ctx); err != nil || !due {
			return nil, err
		}
	}
	columns, err := a.columns.await(ctx)
	if err != nil {
		return nil, err
	}
	columns.awaitOwn(ctx)
	run, err := a.people.ClaimReadiness(ctx, again)
	if err != nil {
		if !again && fault.CodeOf(err) == fault.Conflict { // another process was quicker
			return nil, nil
		}
		return nil, err
	}
	r := readinessRecorder{analysis: a, columns: columns.Columns, run: run}
	done, err := r.record(ctx)
	if err != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = run.Release(ctx) // else the lease ends by itself
	}
	return done, err
}

// readinessRecorder computes one month. It reads the columns position by position, so that nobody
// waits for it.
type readinessRecorder struct {
	analysis *Analysis
	columns  *workforce.Columns
	run      *people.ReadinessRun
	graph    *kg.Graph
	revision int

	people map[string][]people.ReadinessRecord
	units  []people.UnitReadiness
}

func (r *readinessRecorder) record(ctx context.Context) (*RecordedMonth, error) {
	s, err := r.analysis.people.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	r.graph, r.revision = s.Graph(), int(s.Revision())
	counts, err := r.unitCounts()
	for attempt := 1; err == nil; attempt++ {
		if err = r.compute(ctx); err != nil {
			break
		}
		before := counts
		counts, err = r.unitCounts()
		if slices.Equal(before, counts) || attempt == maxRecordings {
			break // a department with other people than are counted is withheld
		}
	}
	if err == nil {
		err = r.run.SavePeople(ctx, r.people)
	}
	if err == nil {
		err = r.run.SaveUnits(ctx, r.units)
	}
	if err == nil {
		err = r.run.Finish(ctx, counts)
	}
	if err != nil {
		return nil, err
	}
	return &RecordedMonth{r.run.At, len(r.people)}, nil
}

func (r *readinessRecorder) unitCounts() (counts []workforce.UnitCount, err error) {
	err = r.columns.Read(r.graph, r.run.At, func(v *workforce.View) error {
		counts = v.UnitCounts()
		return nil
	})
	return counts, err
}

// compute computes everything that is to be kept.
func (r *readinessRecorder) compute(ctx context.Context) error {
	r.people, r.units = map[string][]people.ReadinessRecord{}, nil
	byPosition, err := r.peopleByPosition()
	if err != nil {
		return err
	}
	for _, position := range slices.Sorted(maps.Keys(byPosition)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.run.Renew(ctx); err != nil {
			return err
		}
		err := r.columns.Read(r.graph, r.run.At, func(v *workforce.View) error {
			r.measurePeople(v, position, byPosition[position])
			return nil
		})
		if err != nil {
			return err
		}
		if err := r.measureUnits(position); err != nil {
			return err
		}
	}
	return nil
}

// peopleByPosition returns who holds or targets each position.
func (r *readinessRecorder) peopleByPosition() (map[kg.Position][]string, error) {
	byPosition := map[kg.Position][]string{}
	err := r.columns.Read(r.graph, r.run.At, func(v *workforce.View) error {
		everyone := v.Everyone()
		for p := range everyone.All() {
			e := v.Employee(p)
			for _, code := range append([]string{e.Position}, e.Targets...) {
				if position, ok := r.graph.FindPosition(code); ok && code != "" {
					byPosition[position] = append(byPosition[position], e.Code)
				}
			}
		}
		return nil
	})
	return byPosition, err
}

// measurePeople measures who holds or targets a position against it.
func (r *readinessRecorder) measurePeople(v *workforce.View, position kg.Position, codes []string) {
	code := r.graph.Catalog().Positions[position].Code
	measured := v.People(codes)
	standings := v.Standings(r.graph.Requirements(position), measured)
	defer standings.Release()
	for p := range measured.All() {
		e := v.Employee(p)
		if e.Position != code && !slices.Contains(e.Targets, code) { // not any more
			continue
		}
		s := standings.Of(p)
		r.people[e.Code] = append(r.people[e.Code], people.ReadinessRecord{
			At: r.run.At, Revision: r.revision, PositionCode: code, Held: e.Position == code,
			Coverage: workforce.Round(s.Coverage), Ready: s.Ready(), CriticalReady: s.CriticalReady(),
		})
	}
}

// measureUnits measures the people of each department with all beneath it, in which a position is
// held, where they are enough to be no single ones.
func (r *readinessRecorder) measureUnits(position kg.Position) error {
	code := r.graph.Catalog().Positions[position].Code
	units := map[string]bool{}
	read := func(ask func(*workforce.View)) error {
		return r.columns.Read(r.graph, r.run.At, func(v *workforce.View) error { ask(v); return nil })
	}
	err := read(func(v *workforce.View) {
		incumbents := v.Incumbents(position)
		for p := range incumbents.All() {
			for _, u := range v.Tree().Above(v.Employee(p).OrgUnit) {
				units[u.Code] = true
			}
		}
	})
	for _, unit := range slices.Sorted(maps.Keys(units)) {
		if err != nil {
			return err
		}
		err = read(func(v *workforce.View) {
			g := workforce.Group{Kind: workforce.Department, Code: unit, Members: v.Department(unit)}
			if g.Members.Len() < workforce.LeastHidden {
				return
			}
			r.units = append(r.units, people.UnitReadiness{
				Unit: unit, Position: code, DistributionRecord: people.NewDistributionRecord(v.Distribution(g, position), r.run.At, r.revision),
			})
		})
	}
	return err
}
