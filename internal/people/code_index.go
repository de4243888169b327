package people

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// codeIndexAge is how old the index of codes may be where it does not know a code.
const codeIndexAge = 10 * time.Second

// codeIndex finds employees by their code whatever its case. It holds the codes alone,
// and reads them when it is asked for one that it does not know, at most once in
// codeIndexAge. What this process changes is put into it at once.
type codeIndex struct {
	mu     sync.Mutex
	codes  map[string][]string // by the code in lower case; nil until they are read
	readAt time.Time
}

func foldCode(code string) string {
	return strings.ToLower(competency.NormalizeCode(competency.Trim(code)))
}

// change adds and removes the employees of a change set.
func (x *codeIndex) change(cs competency.ChangeSet) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.codes == nil {
		return
	}
	for _, e := range cs.Put.Employees {
		if key := foldCode(e.Code); !slices.Contains(x.codes[key], e.Code) {
			x.codes[key] = append(slices.Clip(x.codes[key]), e.Code) // readers may hold the list
		}
	}
	for _, e := range cs.Delete.Employees {
		key := foldCode(e.Code)
		x.codes[key] = slices.DeleteFunc(slices.Clone(x.codes[key]), func(code string) bool { return code == e.Code })
	}
}

// EmployeesLike returns, for each text, the codes of the employees that equal it whatever the
// case, and of whom the viewer may know while recording. An employee whom another process has
// just added may be missing for some seconds. Where the rights of the viewer depend on whom
// it finds, these are read in one round trip.
func (p *People) EmployeesLike(ctx context.Context, texts []string) (map[string][]string, error) {
	v, err := access.ScopedViewer(ctx, access.Record)
	if err != nil || len(texts) == 0 {
		return nil, err
	}
	found, err := p.findCodes(ctx, texts)
	if err != nil {
		return nil, err
	}
	people, err := p.readSubjects(ctx, v, slices.Concat(slices.Collect(maps.Values(found))...))
	if err != nil {
		return nil, err
	}
	for text, codes := range found {
		found[text] = slices.DeleteFunc(slices.Clone(codes), func(code string) bool { return !mayKnow(v, people.of(code)) })
	}
	return found, nil
}

// mayKnow reports whether whoever records may know of a person: some piece about them would
// be recorded, or refused as denied.
func mayKnow(v *access.Viewer, who *access.Person) bool {
	return slices.ContainsFunc([]competency.EvidenceKind{competency.Exam, competency.SupervisorRating, competency.SelfAssessment},
		func(kind competency.EvidenceKind) bool { return v.DecideRecord(kind, who) != access.NotFound })
}

// findCodes looks texts up in the index, whoever asks.
func (p *People) findCodes(ctx context.Context, texts []string) (map[string][]string, error) {
	x, found := &p.codes, map[string][]string{}
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, text := range texts {
		folded := foldCode(text)
		if len(x.codes[folded]) == 0 {
			if err := p.readCodes(ctx); err != nil {
				return nil, err
			}
		}
		found[text] = x.codes[folded]
	}
	return found, nil
}

// readCodes reads the index where it is old. The caller holds its mu.
func (p *People) readCodes(ctx context.Context) error {
	x, now := &p.codes, p.clock()
	if x.codes != nil && now.Sub(x.readAt) < codeIndexAge {
		return nil
	}
	all, err := employeeCodes(ctx, p.store, store.EmployeeQuery{})
	if err != nil {
		return catalog.StoreFault(err)
	}
	x.codes, x.readAt = map[string][]string{}, now
	for _, code := range all {
		key := foldCode(code)
		x.codes[key] = append(x.codes[key], code)
	}
	return nil
}

// ExistingEmployees returns those of some codes that employees have whom the viewer may find.
func (p *People) ExistingEmployees(ctx context.Context, codes []string) ([]string, error) {
	v, err := access.ScopedViewer(ctx, access.Record)
	if err != nil || len(codes) == 0 {
		return nil, err
	}
	found, err := employeeCodes(ctx, p.store, store.EmployeeQuery{Codes: codes, Reaches: reaches(v, access.PeopleList)})
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	return found, nil
}
