package kgtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
)

// Format writes a world in the notation of the package: Parse gives the same
// world again, as far as the notation can say it.
func (w World) Format() string {
	f := formatter{children: map[string][]string{}, points: map[string][]*competency.KnowledgePoint{}, seen: map[string]bool{}}
	f.containment(&w.Catalog)
	f.prerequisites(w.Prerequisites)
	for _, r := range w.Related {
		fmt.Fprintf(&f, "%s -- %s\n", r.A, r.B)
	}
	for _, p := range w.Positions {
		fmt.Fprintf(&f, "%s:", p.Code)
		for _, r := range w.Requirements {
			if r.Position == p.Code {
				f.requirement(r)
			}
		}
		f.WriteByte('\n')
	}
	for _, r := range w.Resources {
		f.resource(r)
	}
	for _, m := range w.Mastery {
		fmt.Fprintf(&f, "@ %s=%s", m.KnowledgePoint, digits(m.Mastery))
		if age := Now.Sub(m.AssessedAt); age != 0 {
			fmt.Fprintf(&f, "/%sd", digits(float64(age)/float64(Day)))
		}
		f.WriteByte('\n')
	}
	return f.String()
}

type formatter struct {
	strings.Builder
	children map[string][]string
	points   map[string][]*competency.KnowledgePoint
	seen     map[string]bool
}

// containment writes one line for each competency at the top, and one for the
// points without a competency.
func (f *formatter) containment(c *competency.Catalog) {
	var tops []string
	for _, g := range c.Competencies {
		if f.children[g.Parent] = append(f.children[g.Parent], g.Code); g.Parent == "" {
			tops = append(tops, g.Code)
		}
	}
	for _, g := range c.Competencies { // in a loop there is no top: start anywhere
		tops = append(tops, g.Code)
	}
	for i := range c.KnowledgePoints {
		k := &c.KnowledgePoints[i]
		f.points[k.Competency] = append(f.points[k.Competency], k)
	}
	for _, code := range tops {
		if !f.seen[code] {
			f.group(code)
			f.WriteByte('\n')
		}
	}
	if free := f.points[""]; len(free) > 0 {
		for i, k := range free {
			if i > 0 {
				f.WriteByte(' ')
			}
			f.point(k)
		}
		f.WriteByte('\n')
	}
}

func (f *formatter) group(code string) {
	f.WriteString(code + " { ")
	if !f.seen[code] {
		f.seen[code] = true
		for _, k := range f.points[code] {
			f.point(k)
			f.WriteByte(' ')
		}
		for _, child := range f.children[code] {
			f.group(child)
			f.WriteByte(' ')
		}
	}
	f.WriteByte('}')
}

func (f *formatter) point(k *competency.KnowledgePoint) {
	f.WriteString(k.Code)
	if k.Minutes != nil {
		fmt.Fprintf(f, " %dm", *k.Minutes)
	}
}

// prerequisites writes one line for each clause, and one for the edges of a
// dependent that have none.
func (f *formatter) prerequisites(edges []competency.Prerequisite) {
	edges = slices.Clone(edges)
	slices.SortStableFunc(edges, func(a, b competency.Prerequisite) int {
		return strings.Compare(lead(a), lead(b))
	})
	for i, e := range edges {
		switch {
		case i == 0 || lead(e) != lead(edges[i-1]):
			f.WriteString(lead(e))
		case e.Clause != "":
			f.WriteString(" |")
		}
		f.WriteString(" " + e.Prerequisite)
		if e.Level != nil {
			f.WriteString("@" + digits(*e.Level))
		}
		if i == len(edges)-1 || lead(e) != lead(edges[i+1]) {
			f.WriteByte('\n')
		}
	}
}

// lead is how the line of an edge begins.
func lead(e competency.Prerequisite) string {
	switch {
	case e.Strength == competency.Soft:
		return e.Dependent + " <~"
	case e.Clause != "":
		return e.Dependent + " <- " + e.Clause + ":"
	default:
		return e.Dependent + " <-"
	}
}

func (f *formatter) requirement(r competency.Requirement) {
	f.WriteString(" " + r.Target)
	if r.Level != nil {
		f.WriteString("=" + digits(*r.Level))
	}
	if r.Weight != nil {
		f.WriteString("*" + digits(*r.Weight))
	}
	if r.Critical != nil && *r.Critical {
		f.WriteByte('!')
	}
}

func (f *formatter) resource(r competency.Resource) {
	f.WriteString(r.Code)
	if r.Modality != "" {
		f.WriteString(" " + string(r.Modality))
	}
	if r.Minutes != nil {
		fmt.Fprintf(f, " %dm", *r.Minutes)
	}
	if r.Language != "" {
		f.WriteString(" " + r.Language)
	}
	f.WriteString(" => " + strings.Join(r.Teaches, " ") + "\n")
}

func digits(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
