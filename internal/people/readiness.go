package people

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/store"
)

// readinessKind is the kind of documents with the readiness of one employee in one year. They are
// ordered by year.
const readinessKind = "readiness"

// firstReadinessYear is before any history begins.
const firstReadinessYear = 2020

// ReadinessRecord is how ready a person was for a position. Of a month there is one for each
// position at most.
type ReadinessRecord struct {
	At            time.Time `json:"at"`
	Revision      int       `json:"revision"`
	PositionCode  string    `json:"position"`
	Held          bool      `json:"held,omitempty"` // else it was a target
	Coverage      float64   `json:"coverage"`       // to nine decimals
	Ready         bool      `json:"ready,omitempty"`
	CriticalReady bool      `json:"criticalReady,omitempty"`
}

// readinessBody is the JSON of a person and year, by time and position.
type readinessBody struct {
	Employee string            `json:"employee,omitempty"`
	List     []ReadinessRecord `json:"list"`
}

// noReadiness is what is left of somebody who is deleted, until the next month is recorded.
const noReadiness = `{"list":[]}`

func monthOf(at time.Time) string { return at.UTC().Format("2006-01") }

func yearStart(year int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }

// readinessID is the id of the document of a person, or whatever a text names, and a year.
func readinessID(text string, year int) string { return fmt.Sprintf("%s.%d", objectionsID(text), year) }

// readinessIDs are the ids of all years until a time, and of the next one: another clock may be ahead.
func readinessIDs(text string, now time.Time) (ids []string) {
	for year := firstReadinessYear; year <= max(firstReadinessYear, now.UTC().Year()+1); year++ {
		ids = append(ids, readinessID(text, year))
	}
	return ids
}

func decodeReadiness[T any](d store.Document) (body T, err error) {
	if err := json.Unmarshal([]byte(d.Body), &body); err != nil {
		return body, fmt.Errorf("document %s of kind %s: %w", d.ID, d.Kind, err)
	}
	return body, nil
}

// merge adds records to those of a year. A later record of a month takes the place of an earlier
// one for the same position.
func (b *readinessBody) merge(records []ReadinessRecord) {
	for _, r := range records {
		b.List = slices.DeleteFunc(b.List, func(old ReadinessRecord) bool {
			return old.PositionCode == r.PositionCode && monthOf(old.At) == monthOf(r.At)
		})
		b.List = append(b.List, r)
	}
	slices.SortFunc(b.List, func(a, b ReadinessRecord) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.PositionCode, b.PositionCode))
	})
}

// CoverageRecord is how ready a person was for a position.
type CoverageRecord struct {
	ReadinessRecord
	snapshot *catalog.Snapshot
}

// Position returns the position, nil where the catalog does not have it any more.
func (r CoverageRecord) Position() *catalog.Position {
	position, err := r.snapshot.FindPosition(r.PositionCode)
	if err != nil {
		return nil
	}
	return position
}

// key orders records of a person: the latest month first, then by position.
func (r CoverageRecord) key() string { return monthOf(r.At) + " " + r.PositionCode }

// compareKeys compares keys that begin with a month, the latest of which comes first.
func compareKeys(a, b string) int {
	monthA, restA, _ := strings.Cut(a, " ")
	monthB, restB, _ := strings.Cut(b, " ")
	return cmp.Or(strings.Compare(monthB, monthA), strings.Compare(restA, restB))
}

// pageByMonth takes a page of a list that is in the order of its keys.
func pageByMonth[T any](list []T, r page.Request, key func(T) string) page.Page[T] {
	from := 0
	for r.After != "" && from < len(list) && compareKeys(key(list[from]), r.After) <= 0 {
		from++
	}
	to := min(len(list), from+r.First)
	return page.New(append([]T{}, list[from:to]...), len(list), r, to < len(list), key)
}

// PageByMonth takes a page of a list with one item a month, the latest first.
func PageByMonth[T any](list []T, r page.Request, at func(T) time.Time) page.Page[T] {
	return pageByMonth(list, r, func(item T) string { return monthOf(at(item)) })
}

// CoverageHistory returns a page of how ready the person was, the latest month first, perhaps for
// one position alone. It takes one round trip for all people of an answer.
func (e Employee) CoverageHistory(ctx context.Context, position *string, first int, after *string) (none CoverageRecordConnection, err error) {
	if err := checkPerson(ctx, access.Learner, readVerb, e.who, nil); err != nil {
		return none, err
	}
	r, err := page.NewRequest(first, after)
	if err != nil {
		return none, err
	}
	records, err := e.group.readinessOf(ctx, e.people, e.Code())
	if err != nil {
		return none, err
	}
	list := []CoverageRecord{}
	wanted := competency.NormalizeCode(optional.Value(position))
	for _, record := range records {
		if position == nil || record.PositionCode == wanted {
			list = append(list, CoverageRecord{record, e.snapshot})
		}
	}
	slices.SortFunc(list, func(a, b CoverageRecord) int { return compareKeys(a.key(), b.key()) })
	c := pageByMonth(list, r, CoverageRecord.key)
	_, err = catalog.ChargeItems(ctx, c.Nodes)
	return c, err
}

// readReadiness reads the readiness of some people, by time.
func (p *People) readReadiness(ctx context.Context, codes []string) (map[string][]ReadinessRecord, error) {
	var ids []string
	for _, code := range codes {
		ids = append(ids, readinessIDs(code, p.clock())...)
	}
	docs, err := p.store.Documents(ctx, store.DocumentQuery{Kind: readinessKind, IDs: ids})
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	byEmployee := map[string][]ReadinessRecord{}
	for _, d := range docs { // by year
		b, err := decodeReadiness[readinessBody](d)
		if err != nil {
			return nil, err
		}
		byEmployee[b.Employee] = append(byEmployee[b.Employee], b.List...)
	}
	return byEmployee, nil
}

// EraseReadiness deletes what is left of the history of readiness of an employee who is deleted.
// Of somebody else who has the code now it deletes nothing. It is for the system.
func (p *People) EraseReadiness(ctx context.Context, employee string) error {
	if err := requireSystem(ctx); err != nil {
		return err
	}
	docs, err := p.store.Documents(ctx, store.DocumentQuery{Kind: readinessKind, IDs: readinessIDs(employee, p.clock())})
	if err != nil {
		return catalog.StoreFault(err)
	}
	if _, err := p.fetchProfile(ctx, employee); err == nil {
		docs = slices.DeleteFunc(docs, func(d store.Document) bool { return d.Body != noReadiness })
	} else if fault.CodeOf(err) != fault.NotFound {
		return err
	}
	var ids []string
	for _, d := range docs {
		ids = append(ids, d.ID)
	}
	if err := p.store.DeleteDocuments(ctx, readinessKind, ids); err != nil {
		return catalog.StoreFault(err)
	}
	return nil
}

// withoutReadiness returns the documents of employees who are deleted, emptied.
func withoutReadiness(ctx context.Context, from store.Documents, codes []string) (changed []store.Document, err error) {
	var ids []string
	for _, code := range codes {
		ids = append(ids, readinessIDs(code, time.Now())...)
	}
	docs, err := from.Documents(ctx, store.DocumentQuery{Kind: readinessKind, IDs: ids})
	for _, d := range docs {
		if d.Body != noReadiness {
			d.Body = noReadiness
			changed = append(changed, d)
		}
	}
	return changed, err
}
