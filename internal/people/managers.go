package people

import (
	"context"
	"maps"
	"slices"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// checkManagers refuses rings of managers that the change set would close, by the state
// after all its edits. A ring that is stored already, and that no edit has to do with, is
// verify's to tell.
func (c *referenceCheck) checkManagers(ctx context.Context) error {
	lines, err := c.reportingLines(ctx)
	if err != nil || len(lines.after) == 0 {
		return err
	}
	codes := slices.Sorted(maps.Keys(lines.after))
	managers := make([]string, len(codes))
	for i, code := range codes {
		managers[i] = lines.after[code]
	}
	rings := newRingReport(competency.NewHierarchy(codes, managers), func(code string) bool { return lines.after[code] != lines.before[code] })
	for i, e := range c.cs.Put.Employees {
		ring := rings.closedBy(e.Code)
		if ring == nil {
			continue
		}
		names := fault.Text{EN: competency.ListReferences(ring), ZH: competency.ListReferences(ring)} // in the order of the ring
		if !c.seesEveryone() {
			visible, err := c.nameable(ctx, ring)
			if err != nil {
				return err
			}
			names = visible.text()
		}
		c.problems = append(c.problems, fault.Problem{
			Place: fault.Place{Record: competency.Employees, Index: i, Field: "manager"}, Code: fault.Cycle, NewRule: true,
			Text: fault.T("managers form a ring: %s", "上级形成环：%s", names),
		})
	}
	return nil
}

// reportingLines are the managers of people, by code, before the edits and after them.
type reportingLines struct{ before, after map[string]string }

// maxRounds is how many levels of managers are read one after the other. Where there are
// more, everybody is read at once.
const maxRounds = 20

// reportingLines follows the managers upwards from those to whom the change set gives one.
// It reads two levels in a round trip, and each person once.
func (c *referenceCheck) reportingLines(ctx context.Context) (reportingLines, error) {
	lines := reportingLines{map[string]string{}, map[string]string{}}
	given, next := map[string]competency.Employee{}, []string{}
	for _, e := range c.cs.Put.Employees {
		given[e.Code] = e
		if e.Manager != "" {
			next = append(next, e.Code)
		}
	}
	for round := 0; len(next) > 0; round++ {
		q := store.EmployeeQuery{Codes: next}
		if round == maxRounds {
			q.Codes = nil
		}
		page, err := c.Employees(ctx, q)
		if err != nil {
			return lines, err
		}
		stored := make(map[string]competency.Employee, len(page.Profiles))
		for _, p := range page.Profiles {
			stored[p.Employee.Code] = p.Employee
			if p.Manager != nil {
				stored[p.Manager.Code] = *p.Manager
			}
		}
		for _, d := range c.cs.Delete.Employees {
			delete(stored, d.Code)
		}
		next = lines.follow(next, given, stored)
	}
	return lines, nil
}

// follow follows the managers upwards from some people, as far as it is known who they are.
// It returns those whom it has come to and who have to be read.
func (l reportingLines) follow(from []string, given, stored map[string]competency.Employee) (unread []string) {
	read := map[string]bool{}
	for _, code := range from {
		read[code] = true
	}
	for _, code := range from {
		for code != "" {
			if _, known := l.after[code]; known {
				break
			}
			e, isStored := stored[code]
			if !isStored && !read[code] {
				unread = append(unread, code)
				break
			}
			l.before[code], l.after[code] = e.Manager, e.Manager
			if edit, edited := given[code]; edited {
				l.after[code] = edit.CompletedFrom(e).Manager
			}
			code = l.after[code]
		}
	}
	slices.Sort(unread)
	return slices.Compact(unread)
}

// ringReport finds the rings of a hierarchy that edits close, each once.
type ringReport struct {
	hierarchy *competency.Hierarchy
	edited    func(code string) bool // whether an edit changes what is above it
	reported  map[string]bool        // the codes of rings that have been found
}

func newRingReport(h *competency.Hierarchy, edited func(code string) bool) ringReport {
	return ringReport{h, edited, map[string]bool{}}
}

// closedBy returns the ring that an edit of a code closes, from it upwards; nil where there
// is none, or where it has been returned before. What is above itself is no ring here: the
// check of the record by itself refuses that.
func (r ringReport) closedBy(code string) []string {
	if r.reported[code] || !r.edited(code) {
		return nil
	}
	ring := r.hierarchy.Cycle(code)
	if len(ring) < 2 {
		return nil
	}
	for _, member := range ring {
		r.reported[member] = true
	}
	return ring
}

// ReleaseReports adds the edits that clear the manager of everyone who reports to an
// employee whom the set deletes. It costs one read for each of these.
func (r References) ReleaseReports(ctx context.Context, cs *competency.ChangeSet) error {
	if len(cs.Delete.Employees) == 0 {
		return nil
	}
	cs.Put.Employees = slices.Clone(cs.Put.Employees)
	at := map[string]int{} // in the puts
	for i, e := range cs.Put.Employees {
		at[e.Code] = i
	}
	gone := map[string]bool{}
	for _, e := range cs.Delete.Employees {
		_, again := at[e.Code] // who is replaced keeps those who report to them
		gone[e.Code] = !again
	}
	var released []competency.Employee
	for _, e := range cs.Delete.Employees {
		if !gone[e.Code] {
			continue
		}
		reports, err := employeeCodes(ctx, r.source, store.EmployeeQuery{Manager: e.Code})
		if err != nil {
			return catalog.StoreFault(err)
		}
		for _, code := range reports {
			switch i, put := at[code]; {
			case gone[code], put && cs.Put.Employees[i].Manager != "":
			case put:
				cs.Put.Employees[i].Clear |= competency.FieldManager
			default:
				released = append(released, competency.Employee{Code: code, Clear: competency.FieldManager})
			}
		}
	}
	cs.Put.Employees = append(cs.Put.Employees, released...)
	return nil
}
