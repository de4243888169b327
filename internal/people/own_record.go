package people

import (
	"context"
	"maps"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/store"
)

// OwnRecord is all that is kept of the viewer's own employee, but for what follows from it.
type OwnRecord struct {
	Employee   competency.Employee
	States     []OwnState            // by point
	Evidence   []competency.Evidence // the latest first, retracted evidence too
	Objections []Objection           // the earliest first
	Readiness  []ReadinessRecord     // by month
	Dropped    []competency.Evidence // tombstones, by id
	Checkpoint []OwnState            // what that evidence gave, by point; two where a mastery was entered
}

// OwnState is what is kept of one point.
type OwnState struct {
	KnowledgePoint string
	mastery.Track
}

// OwnRecord reads what is kept of the viewer's own employee, in six round trips. The source
// of a peer's rating is left out where it is kept from the person.
func (p *People) OwnRecord(ctx context.Context) (*OwnRecord, error) {
	v, who, read, err := p.readSelf(ctx)
	if err != nil {
		return nil, err
	}
	audit.Note(ctx, audit.Event{Action: access.OwnData, Verb: "export", Subjects: []string{who.Code}})
	own := &OwnRecord{Employee: read.Employee}
	for _, s := range read.States {
		own.States = append(own.States, OwnState{s.KnowledgePoint, decodeTrack(s)})
	}
	if own.Evidence, err = p.store.Evidence(ctx, store.EvidenceQuery{Employees: []string{who.Code}}); err != nil {
		return nil, catalog.StoreFault(err)
	}
	dropped, err := readDropped(ctx, p.store, []string{who.Code})
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	for _, d := range dropped {
		own.Dropped = d.Tombstones
		checkpoint, err := DecodeCheckpoint(d.Employee, d.Checkpoint)
		if err != nil {
			return nil, err
		}
		for _, point := range slices.Sorted(maps.Keys(checkpoint)) {
			for _, t := range []mastery.Track{checkpoint[point].Alone, checkpoint[point].Entered} {
				if t.Results > 0 {
					own.Checkpoint = append(own.Checkpoint, OwnState{point, t})
				}
			}
		}
	}
	for i := range own.Evidence {
		if e := &own.Evidence[i]; e.Kind == competency.PeerRating && !v.SeesPeers(who) {
			e.Source = ""
		}
	}
	_, b, err := p.readObjections(ctx, who.Code)
	if err != nil {
		return nil, err
	}
	own.Objections = b.List
	readiness, err := p.readReadiness(ctx, []string{who.Code})
	own.Readiness = readiness[who.Code]
	return own, err
}

// readSelf reads the viewer's own employee, for what people do with their own data.
func (p *People) readSelf(ctx context.Context) (v *access.Viewer, who *access.Person, read store.Profile, err error) {
	if v, err = access.FromContext(ctx); err != nil {
		return nil, nil, read, err
	}
	if err := access.Check(ctx, access.OwnData); err != nil {
		return nil, nil, read, err
	}
	if v.Self() == "" {
		return nil, nil, read, fault.New(fault.PermissionDenied, "this is for people: sign in with an account that is linked to an employee", "此操作仅供本人使用：请用已关联员工的账号登录")
	}
	if read, err = p.fetchProfile(ctx, v.Self()); err != nil {
		return nil, nil, read, err
	}
	return v, newSubject(read.Employee.Code, read.Lines), read, nil
}
