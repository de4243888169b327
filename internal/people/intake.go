package people

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/store"
)

// Names of what an intake brings, in the places of problems.
const (
	UnmappedRecords = "unmapped"
	StateRecords    = "states"
	DroppedRecords  = "dropped"
	EventRecords    = "events"
)

// Intake is what files bring of people beside their records. A piece of evidence whose
// time is zero happened now, or when the stored piece of that id did.
type Intake struct {
	Evidence []competency.Evidence
	Unmapped []UnmappedStatement
	Events   []competency.Event      // of xAPI, which say what results tell of the same
	AsStored bool                    // see competency.ChangeSet
	States   []competency.Assessment // take the place of what follows from the evidence, where they are not older
	// Dropped is what stays of evidence that was dropped. A checkpoint is taken in where nothing
	// is known of the evidence of the person.
	Dropped []competency.DroppedEvidence
}

// Len returns how many records there are.
func (in Intake) Len() int {
	return len(in.Evidence) + len(in.Unmapped) + len(in.States) + len(in.Events) + len(in.Dropped)
}

// IntakePlan is an intake that has been checked, and what of it is new.
type IntakePlan struct {
	Intake
	fresh    []competency.Evidence        // with ids that are not stored
	dropped  []competency.DroppedEvidence // of which something is not stored
	retract  []string                     // ids of stored evidence
	changed  map[string]int
	Problems []fault.Problem
	viewer   *access.Viewer
}

// Changed returns how many records of a type are new or change what is stored.
func (p *IntakePlan) Changed(record string) int { return p.changed[record] }

// PlanIntake checks an intake against a catalog, and against the people who are stored or
// come along with it. It writes nothing, and finds every problem. It costs reads of the
// people, evidence and statements that are named.
func (p *People) PlanIntake(ctx context.Context, c *competency.Catalog, in Intake, arriving []competency.Employee) (*IntakePlan, error) {
	plan := &IntakePlan{Intake: in, changed: map[string]int{}}
	// What files bring takes effect without a further decision about each person.
	for _, a := range []access.Action{access.Record, access.Assess} {
		if err := checkEveryone(ctx, a); err != nil {
			return nil, err
		}
	}
	v, err := access.FromContext(ctx)
	if err != nil {
		return nil, err
	}
	plan.viewer = v
	c.ReadEvidenceReferences(plan.Evidence)
	competency.NormalizeEvidence(plan.Evidence)
	for i := range plan.Evidence {
		if e := &plan.Evidence[i]; !v.IsSystem() { // who imports for the system brings who recorded it
			e.RecordedBy = v.Account
		}
	}
	for _, step := range []func() error{
		func() error { return p.checkIntakeEmployees(ctx, plan, arriving) },
		func() error { return p.compareDropped(ctx, plan) },
		func() error { return p.compareEvidence(ctx, plan) },
		func() error { return p.compareUnmapped(ctx, plan) },
		func() error { return p.compareStates(ctx, plan) },
		func() error { return p.compareEvents(ctx, plan) },
	} {
		if err := step(); err != nil {
			return nil, catalog.StoreFault(err)
		}
	}
	plan.Problems = append(plan.Problems, c.CheckEvidence(plan.Evidence)...)
	plan.checkStates(c)
	if in.AsStored {
		plan.Problems = fault.WithoutNewRules(plan.Problems)
	}
	return plan, nil
}

func (p *IntakePlan) report(record string, i int, field string, code fault.Code, text fault.Text) {
	p.Problems = append(p.Problems, fault.Problem{Place: fault.Place{Record: record, Index: i, Field: field}, Code: code, Text: text})
}

// compareEvidence compares evidence with the stored pieces of the same ids, and with each
// other.
func (p *People) compareEvidence(ctx context.Context, plan *IntakePlan) error {
	stored := map[string]competency.Evidence{}
	for chunk := range slices.Chunk(plan.Evidence, maxBatchPieces) {
		found, err := p.storedEvidence(ctx, chunk)
		if err != nil {
			return err
		}
		maps.Copy(stored, found)
	}
	now, earlier := p.clock().UTC().Truncate(time.Microsecond), map[string]int{}
	for i := range plan.Evidence {
		e := &plan.Evidence[i]
		before, known := stored[e.ID]
		first, twice := earlier[e.ID]
		if !known && twice {
			before, known = plan.Evidence[first], true
		}
		earlier[e.ID] = i
		if e.At.IsZero() {
			e.Filled |= competency.FilledAt
			if e.At = now; known && !before.Dropped {
				e.At = before.At
			}
		}
		switch {
		case !known:
			plan.fresh = append(plan.fresh, *e)
			plan.changed[competency.EvidenceRecords]++
			if text, ok := competency.CheckMoment(e.At, now); !ok {
				plan.Problems = append(plan.Problems, fault.Problem{
					Place: fault.Place{Record: competency.EvidenceRecords, Index: i, Field: "at"}, Code: fault.InvalidArgument, Text: text, NewRule: true,
				})
			}
		case !e.Repeats(before):
			plan.Problems = append(plan.Problems, conflictingEvidence(plan.viewer, subjects{anyone: true}, i, *e, before))
		case e.Retracted && !before.Retracted && !before.Dropped && !twice:
			plan.retract = append(plan.retract, e.ID)
			plan.changed[competency.EvidenceRecords]++
		}
	}
	return nil
}

// compareDropped finds of whose dropped evidence something is not stored.
func (p *People) compareDropped(ctx context.Context, plan *IntakePlan) error {
	for i := range plan.Dropped {
		d := &plan.Dropped[i]
		for n := range d.Tombstones {
			d.Tombstones[n].Employee, d.Tombstones[n].Dropped = d.Employee, true
		}
		if _, err := mastery.DecodeCheckpoint(d.Checkpoint); err != nil {
			plan.report(DroppedRecords, i, "checkpoint", fault.InvalidArgument, fault.T("the checkpoint is that of another version: export again with this one", "checkpoint 来自其他版本：请用当前版本重新导出"))
		}
	}
	for chunk := range slices.Chunk(plan.Dropped, scanPageSize) {
		codes, pieces := []string{}, []competency.Evidence{}
		for _, d := range chunk {
			codes, pieces = append(codes, d.Employee), append(pieces, d.Tombstones...)
		}
		kept, err := p.store.Checkpoints(ctx, codes)
		if err != nil {
			return err
		}
		has := map[string]bool{}
		for _, c := range kept {
			has[c.Employee] = true
		}
		known, err := p.storedEvidence(ctx, pieces)
		if err != nil {
			return err
		}
		for _, d := range chunk {
			isNew := func(e competency.Evidence) bool { _, ok := known[e.ID]; return !ok }
			if d.Checkpoint != "" && !has[d.Employee] || slices.ContainsFunc(d.Tombstones, isNew) {
				plan.dropped = append(plan.dropped, d)
				plan.changed[DroppedRecords]++
			}
		}
	}
	return nil
}

// admitDropped writes what stays of dropped evidence, before other evidence is folded on it.
func (p *People) admitDropped(ctx context.Context, list []competency.DroppedEvidence) error {
	for chunk := range slices.Chunk(list, scanPageSize) {
		recordings, checkpoints := make([]store.Recording, len(chunk)), map[string]string{}
		for i, d := range chunk {
			recordings[i], checkpoints[d.Employee] = droppedRecording(d), d.Checkpoint
		}
		_, err := p.store.Record(ctx, recordings, func(in store.FoldInput) (changes store.StateChanges, err error) {
			changes.Checkpoint, err = takenCheckpoint(in, checkpoints[in.Employee])
			return changes, err
		})
		if err != nil {
			return catalog.StoreFault(err)
		}
	}
	return nil
}

// checkIntakeEmployees reports what is about nobody.
func (p *People) checkIntakeEmployees(ctx context.Context, plan *IntakePlan, arriving []competency.Employee) error {
	known, named := map[string]bool{}, map[string]bool{}
	for _, e := range arriving {
		known[e.Code] = true
	}
	for _, e := range plan.Evidence {
		named[e.Employee] = true
	}
	for _, s := range plan.States {
		named[s.Employee] = true
	}
	for _, d := range plan.Dropped {
		named[d.Employee] = true
	}
	var missing []string
	for code := range named {
		if !known[code] {
			missing = append(missing, code)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	stored, err := employeeCodes(ctx, p.store, store.EmployeeQuery{Codes: missing})
	if err != nil || len(stored) == len(missing) {
		return err
	}
	for _, code := range stored {
		known[code] = true
	}
	all, err := everybody(ctx, p.store, arriving)
	if err != nil {
		return err
	}
	var suggester competency.Suggester
	check := func(record string, i int, code *string) {
		switch read := all.ReadNamed(*code); {
		case *code == "" || known[*code]:
		case read != "":
			*code = read
		default:
			plan.report(record, i, "employee", fault.NotFound, suggester.Unknown(fault.Place{Record: record, Index: i, Field: "employee"}, employeeNoun, *code,
				func() *competency.Referents { return all }))
		}
	}
	for i := range plan.Evidence {
		check(competency.EvidenceRecords, i, &plan.Evidence[i].Employee)
	}
	for i := range plan.States {
		check(StateRecords, i, &plan.States[i].Employee)
	}
	for i := range plan.Dropped {
		check(DroppedRecords, i, &plan.Dropped[i].Employee)
	}
	return nil
}

// checkStates reports states of unknown points, and those that no model has written.
func (p *IntakePlan) checkStates(c *competency.Catalog) {
	points := make(map[string]bool, len(c.KnowledgePoints))
	for _, k := range c.KnowledgePoints {
		points[k.Code] = true
	}
	for i, s := range p.States {
		if !points[s.KnowledgePoint] {
			p.report(StateRecords, i, "knowledge_point", fault.NotFound, fault.T("there is no knowledge point %s", "不存在知识点 %s", competency.Quote(s.KnowledgePoint)))
		}
		if decodeTrack(s).Results == 0 {
			p.report(StateRecords, i, "model", fault.InvalidArgument, fault.T("the parameters of the model are those of another version: export again with this one", "模型参数来自其他版本：请用当前版本重新导出"))
		}
	}
}

// compareUnmapped counts the statements that are not kept yet.
func (p *People) compareUnmapped(ctx context.Context, plan *IntakePlan) error {
	ids := map[string]bool{}
	var list []string
	for _, u := range plan.Unmapped {
		if !ids[u.ID] {
			ids[u.ID], list = true, append(list, u.ID)
		}
	}
	for chunk := range slices.Chunk(list, maxBatchPieces) {
		kept, err := p.UnmappedByID(ctx, chunk)
		if err != nil {
			return err
		}
		plan.changed[UnmappedRecords] += len(chunk) - len(kept)
	}
	return nil
}

// Admit writes an intake that has no problems, after the people and points that it names.
// Each person's evidence is kept in one transaction, and then the states and statements.
// A part that was written before changes nothing, so that it may be repeated. What is wrong
// with one person, who was deleted or edited by other means since the check, keeps nobody
// else's evidence from being written, and is the error then.
func (p *People) Admit(ctx context.Context, plan *IntakePlan) error {
	if err := checkEveryone(ctx, access.Record); err != nil {
		return err
	}
	if err := p.admitDropped(ctx, plan.dropped); err != nil {
		return err
	}
	var wrong []fault.Problem
	byPerson := slices.Clone(plan.fresh)
	slices.SortStableFunc(byPerson, func(a, b competency.Evidence) int { return strings.Compare(a.Employee, b.Employee) })
	for len(byPerson) > 0 {
		n := min(len(byPerson), maxBatchPieces)
		for n < len(byPerson) && byPerson[n].Employee == byPerson[n-1].Employee {
			n++
		}
		refused, err := p.admitEvidence(ctx, byPerson[:n])
		if err != nil {
			return err
		}
		wrong = append(wrong, refused...)
		byPerson = byPerson[n:]
	}
	if len(wrong) > 0 { // no problem of the files, of which all else is written
		return fault.New(wrong[0].Code, "the evidence of %s was not recorded; all other evidence is; the first: %s; import again when that is right",
			"%s 名员工的证据未写入，其余证据均已写入；第一个原因：%s；处理后请重新导入", fault.Count(len(wrong), "person", "people"), wrong[0].Text)
	}
	for chunk := range slices.Chunk(plan.retract, maxBatchPieces) {
		if _, err := p.Retract(ctx, chunk); err != nil {
			return err
		}
	}
	if err := p.putStates(ctx, plan.States); err != nil {
		return catalog.StoreFault(err)
	}
	for chunk := range slices.Chunk(plan.Events, maxBatchPieces) {
		log, err := p.EventLog(ctx, chunk)
		if err != nil {
			return err
		}
		if _, err := log.Add(ctx, chunk); err != nil {
			return err
		}
	}
	return p.KeepUnmapped(ctx, plan.Unmapped)
}

// admitEvidence records evidence that has been checked, in the groups of all other. It
// returns a problem for each person whose evidence is refused, which names no row.
func (p *People) admitEvidence(ctx context.Context, list []competency.Evidence) (refused []fault.Problem, err error) {
	if err := checkEveryone(ctx, access.Record); err != nil {
		return nil, err
	}
	recordings := groupByEmployee(list, addPut)
	done, err := p.batcher.record(ctx, recordings)
	if err != nil {
		return nil, err
	}
	for i, d := range done {
		if d.Err != nil {
			refused = append(refused, danglingEvidence(0, recordings[i].Put[0], d.Err))
		}
	}
	return refused, nil
}

// compareStates counts the states that would take the place of what is stored now.
func (p *People) compareStates(ctx context.Context, plan *IntakePlan) error {
	given := statesByEmployee(plan.States)
	for chunk := range slices.Chunk(slices.Collect(maps.Keys(given)), scanPageSize) {
		page, err := p.store.Employees(ctx, store.EmployeeQuery{Codes: chunk, States: true})
		if err != nil {
			return err
		}
		stored := map[string][]competency.Assessment{}
		for _, profile := range page.Profiles {
			stored[profile.Employee.Code] = profile.States
		}
		for _, code := range chunk {
			plan.changed[StateRecords] += len(replacing(stored[code], given[code]))
		}
	}
	return nil
}

// compareEvents counts the events that are new, or have more results.
func (p *People) compareEvents(ctx context.Context, plan *IntakePlan) error {
	for chunk := range slices.Chunk(plan.Events, maxBatchPieces) {
		log, err := p.EventLog(ctx, chunk)
		if err != nil {
			return err
		}
		_, changed, err := log.With(chunk)
		if err != nil {
			return err
		}
		plan.changed[EventRecords] += len(changed)
	}
	return nil
}

// putStates puts states in place of those that are not newer.
func (p *People) putStates(ctx context.Context, states []competency.Assessment) error {
	given := statesByEmployee(states)
	for chunk := range slices.Chunk(slices.Sorted(maps.Keys(given)), maxBatchPeople) {
		recordings := make([]store.Recording, len(chunk))
		for i, code := range chunk {
			recordings[i] = store.Recording{Employee: code, Replay: true}
		}
		_, err := p.store.Record(ctx, recordings, func(in store.FoldInput) (store.StateChanges, error) {
			all, err := in.All()
			return store.StateChanges{Put: replacing(all.States, given[in.Employee])}, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func statesByEmployee(states []competency.Assessment) map[string][]competency.Assessment {
	by := map[string][]competency.Assessment{}
	for _, s := range states {
		by[s.Employee] = append(by[s.Employee], s)
	}
	return by
}

// replacing returns those states of a person that are new, or as late as the stored ones
// and not the same.
func replacing(stored, given []competency.Assessment) (put []competency.Assessment) {
	at := make(map[string]competency.Assessment, len(stored))
	for _, s := range stored {
		at[s.KnowledgePoint] = s
	}
	for _, s := range given {
		if before, known := at[s.KnowledgePoint]; !known || !before.AssessedAt.After(s.AssessedAt) && !sameAssessment(before, s) {
			put = append(put, s)
		}
	}
	return put
}

// WithoutEntered returns those masteries that are not entered yet. One that was entered
// and has been followed by evidence of the same moment would else begin again.
func (p *People) WithoutEntered(ctx context.Context, list []competency.Assessment) ([]competency.Assessment, error) {
	if err := checkEveryone(ctx, access.Assess); err != nil {
		return nil, err
	}
	given, entered := statesByEmployee(list), map[[2]string]competency.Assessment{}
	for chunk := range slices.Chunk(slices.Collect(maps.Keys(given)), scanPageSize) {
		page, err := p.store.Employees(ctx, store.EmployeeQuery{Codes: chunk, States: true})
		if err != nil {
			return nil, catalog.StoreFault(err)
		}
		for _, profile := range page.Profiles {
			for _, s := range profile.States {
				if was := Entered(s); was != nil {
					entered[[2]string{s.Employee, s.KnowledgePoint}] = *was
				}
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(a competency.Assessment) bool {
		was, ok := entered[[2]string{a.Employee, a.KnowledgePoint}]
		return ok && sameAssessment(was, a)
	}), nil
}
