package access

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
)

// Outcome is what a decision comes to.
type Outcome uint8

// The outcomes.
const (
	Denied   Outcome = iota // PERMISSION_DENIED
	NotFound                // as if the person did not exist
	Allowed
	// AllowedAsSelf allows a placement whose answers count as SELF_ASSESSMENT.
	AllowedAsSelf
)

// Decide returns whether a viewer may do something that is about no person.
// It allocates nothing.
func (v *Viewer) Decide(a Action) Outcome {
	r := &rules[a]
	switch v.kind {
	case system:
		return Allowed
	case nobody:
		return Denied
	case service:
		return allowedIf(v.hasScope(r))
	case personalToken:
		if !v.hasScope(r) {
			return Denied
		}
		if a == Unmapped || a == UnmappedContent {
			return Allowed // what the account itself sent
		}
	}
	return allowedIf(v.reachesStore(a, r))
}

// reachesStore reports whether the roles of an account allow something that is about no
// person.
func (v *Viewer) reachesStore(a Action, r *rule) bool {
	if a == AdministerOwn || v.self.Code != "" && r.employee == everyone {
		return true
	}
	return slices.ContainsFunc(v.grants, func(g Grant) bool {
		of := r.of(g.Role)
		return of == everyone || of == firm && g.Unit == ""
	})
}

// DecidePerson returns whether a viewer may do something about a person, nil for an
// unknown one. It takes about a microsecond and allocates nothing. Record, Retract and
// EditPeople are decided by DecideRecord, DecideRetract and DecideEdit.
func (v *Viewer) DecidePerson(a Action, p *Person) Outcome {
	r := &rules[a]
	isSelf := p != nil && v.isSelf(p)
	if !v.hasScope(r) || v.lacksLearnerRead(a, isSelf) {
		return Denied
	}
	switch {
	case p != nil && v.reaches(r, p):
		if a == Place && isSelf {
			return AllowedAsSelf
		}
		return Allowed
	case v.maySee(Card, p):
		return Denied
	}
	return NotFound
}

// maySee reports whether a viewer may see something of a person, who may be unknown.
func (v *Viewer) maySee(a Action, p *Person) bool {
	r := &rules[a]
	return p != nil && v.hasScope(r) && v.reaches(r, p)
}

// lacksLearnerRead reports whether a token lacks the second scope of an action: to enter
// what someone masters, and to ask others a placement, shows what they master.
func (v *Viewer) lacksLearnerRead(a Action, isSelf bool) bool {
	return (a == Assess || a == Place && !isSelf) && v.isToken() && v.scopes&LearnerRead == 0
}

// hasScope reports whether a token has the scope that an action needs.
func (v *Viewer) hasScope(r *rule) bool { return !v.isToken() || v.scopes&r.scope != 0 }

// reaches reports whether a viewer reaches a person with an action.
func (v *Viewer) reaches(r *rule, p *Person) bool { return v.reachesOr(r, p, r.employee != none) }

// reachesOr reports whether a viewer reaches a person: by a rule, or as onSelf says where
// the person is the viewer.
func (v *Viewer) reachesOr(r *rule, p *Person, onSelf bool) bool {
	switch v.kind {
	case system:
		return true
	case nobody:
		return false
	case service:
		return v.isBoundTo(p.Units)
	}
	if v.isSelf(p) {
		return onSelf
	}
	return v.isBoundTo(p.Units) && v.reachesAs(r, p)
}

// reachesAs reports whether the roles of an account reach somebody else.
func (v *Viewer) reachesAs(r *rule, p *Person) bool {
	isUp := v.isOwnManager(p)
	if v.self.Code != "" && (r.employee == selfAndUp && isUp || r.manager == line && v.isReport(p)) {
		return true
	}
	return slices.ContainsFunc(v.grants, func(g Grant) bool {
		if r.guarded && isUp && !(g.Role == HR && g.Unit == "") {
			return false
		}
		return g.reaches(r.of(g.Role), p)
	})
}

// reaches reports whether a grant reaches a person.
func (g Grant) reaches(of reach, p *Person) bool {
	switch of {
	case everyone:
		return true
	case firm:
		return g.Unit == ""
	case line, unit:
		return g.covers(p.Units)
	case unitAndUp:
		return g.covers(p.Units) || slices.Contains(p.ReportUnits, g.Unit)
	}
	return false
}

// of returns whom a role reaches.
func (r *rule) of(role Role) reach {
	switch role {
	case Manager:
		return r.manager
	case Trainer:
		return r.trainer
	case Expert:
		return r.expert
	case HR:
		return r.hr
	case Auditor:
		return r.auditor
	case Admin:
		return r.admin
	}
	return none
}

// SeesPeers reports whether a viewer may see who has rated a person as a peer: not the
// person, nor whoever has them in their line, HR of the whole firm aside.
func (v *Viewer) SeesPeers(p *Person) bool {
	if v.kind == system || v.kind == service || v.holdsFirm(HR) {
		return true
	}
	return !v.isSelf(p) && !v.isReport(p) && !v.coversAny(Manager, p.Units)
}

func allowedIf(ok bool) Outcome {
	if ok {
		return Allowed
	}
	return Denied
}

// DecideRecord returns whether a viewer may record a piece of evidence of a kind about a
// person, nil for an unknown one.
func (v *Viewer) DecideRecord(kind competency.EvidenceKind, p *Person) Outcome {
	switch {
	case !v.hasScope(&rules[Record]):
		return Denied
	case p != nil && v.mayRecord(kind, p):
		return Allowed
	case v.maySee(Card, p), p != nil && v.isSelf(p):
		return Denied
	}
	return NotFound
}

// mayRecord reports whether a viewer reaches a person with a kind of evidence.
func (v *Viewer) mayRecord(kind competency.EvidenceKind, p *Person) bool {
	r := rule{guarded: true}
	switch kind {
	case competency.SelfAssessment: // for oneself, or by a service
	case competency.SupervisorRating:
		r.manager, r.hr = line, unit
	default:
		r.trainer, r.hr = unit, unit
	}
	return v.reachesOr(&r, p, kind == competency.SelfAssessment)
}

// Recorder is who recorded a piece of evidence, from the point of view of a viewer.
type Recorder uint8

// The recorders.
const (
	RecordedByOther Recorder = iota
	RecordedBySelf           // by the account of the viewer
	RecordedByNone           // before accounts were noted
)

// DecideRetract returns whether a viewer may take a piece of evidence back.
func (v *Viewer) DecideRetract(kind competency.EvidenceKind, by Recorder, p *Person) Outcome {
	switch {
	case !v.hasScope(&rules[Retract]):
		return Denied
	case p != nil && v.mayRetract(kind, by, p):
		return Allowed
	case v.maySee(Learner, p), p != nil && v.isSelf(p):
		return Denied
	}
	return NotFound
}

func (v *Viewer) mayRetract(kind competency.EvidenceKind, by Recorder, p *Person) bool {
	if v.isToken() && by != RecordedBySelf {
		return false
	}
	return by == RecordedBySelf && v.mayRecord(kind, p) || v.reachesOr(&retractAny, p, kind == competency.SelfAssessment)
}

// retractAny is HR's right to retract whatever anyone recorded.
var retractAny = rule{hr: unit, guarded: true}
