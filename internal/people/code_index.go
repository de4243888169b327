package people

import (
	"context"
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

// EmployeesLike returns the codes of the employees that equal a text whatever the case.
// An employee whom another process has just added may be missing for some seconds.
func (p *People) EmployeesLike(ctx context.Context, text string) ([]string, error) {
	if err := access.Check(ctx, access.Record, access.Subject{}); err != nil {
		return nil, err
	}
	x, folded := &p.codes, foldCode(text)
	x.mu.Lock()
	defer x.mu.Unlock()
	if found := x.codes[folded]; len(found) > 0 {
		return found, nil
	}
	if err := p.readCodes(ctx); err != nil {
		return nil, err
	}
	return x.codes[folded], nil
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

// ExistingEmployees returns those of some codes that employees have.
func (p *People) ExistingEmployees(ctx context.Context, codes []string) ([]string, error) {
	if err := access.Check(ctx, access.Record, access.Subject{}); err != nil || len(codes) == 0 {
		return nil, err
	}
	found, err := employeeCodes(ctx, p.store, store.EmployeeQuery{Codes: codes})
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	return found, nil
}
