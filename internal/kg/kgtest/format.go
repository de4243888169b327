package kgtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
)

// Format writes a world in the notation of the package. Parse gives the same world
// again, as far as the notation can express it.
func (w World) Format() string {
	f := formatter{children: map[string][]string{}, points: map[string][]*competency.KnowledgePoint{}, seen: map[string]bool{}}
	f.writeContainment(&w.Catalog)
	f.writePrerequisites(w.Prerequisites)
	for _, r := range w.Related {
		fmt.Fprintf(&f, "%s -- %s\n", r.A, r.B)
	}
	for _, p := range w.Positions {
		fmt.Fprintf(&f, "%s:", p.Code)
		for _, r := range w.Requirements {
			if r.Position == p.Code {
				f.writeRequirement(r)
			}
		}
		f.WriteByte('\n')
	}
	for _, r := range w.Resources {
		f.writeResource(r)
	}
	for _, m := range w.Mastery {
		fmt.Fprintf(&f, "@ %s=%s", m.KnowledgePoint, formatNumber(m.Mastery))
		if age := Now.Sub(m.AssessedAt); age != 0 {
			fmt.Fprintf(&f, "/%sd", formatNumber(float64(age)/float64(Day)))
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

// writeContainment writes one line for each top competency, and one for the points
// without a competency.
func (f *formatter) writeContainment(c *competency.Catalog) {
	var tops []string
	for _, g := range c.Competencies {
		if f.children[g.Parent] = append(f.children[g.Parent], g.Code); g.Parent == "" {
			tops = append(tops, g.Code)
		}
	}
	for _, g := range c.Competencies { // a loop has no top: start anywhere
		tops = append(tops, g.Code)
	}
	for i := range c.KnowledgePoints {
		k := &c.KnowledgePoints[i]
		f.points[k.Competency] = append(f.points[k.Competency], k)
	}
	for _, code := range tops {
		if !f.seen[code] {
			f.writeCompetency(code)
			f.WriteByte('\n')
		}
	}
	if free := f.points[""]; len(free) > 0 {
		for i, k := range free {
			if i > 0 {
				f.WriteByte(' ')
			}
			f.writePoint(k)
		}
		f.WriteByte('\n')
	}
}

func (f *formatter) writeCompetency(code string) {
	f.WriteString(code + " { ")
	if !f.seen[code] {
		f.seen[code] = true
		for _, k := range f.points[code] {
			f.writePoint(k)
			f.WriteByte(' ')
		}
		for _, child := range f.children[code] {
			f.writeCompetency(child)
			f.WriteByte(' ')
		}
	}
	f.WriteByte('}')
}

func (f *formatter) writePoint(k *competency.KnowledgePoint) {
	f.WriteString(k.Code)
	if k.Minutes != nil {
		fmt.Fprintf(f, " %dm", *k.Minutes)
	}
}

// writePrerequisites writes one line for each clause, and one for the edges of a
// dependent without a clause.
func (f *formatter) writePrerequisites(edges []competency.Prerequisite) {
	edges = slices.Clone(edges)
	slices.SortStableFunc(edges, func(a, b competency.Prerequisite) int {
		return strings.Compare(lineStart(a), lineStart(b))
	})
	for i, e := range edges {
		switch {
		case i == 0 || lineStart(e) != lineStart(edges[i-1]):
			f.WriteString(lineStart(e))
		case e.Clause != "":
			f.WriteString(" |")
		}
		f.WriteString(" " + e.Prerequisite)
		if e.Level != nil {
			f.WriteString("@" + formatNumber(*e.Level))
		}
		if i == len(edges)-1 || lineStart(e) != lineStart(edges[i+1]) {
			f.WriteByte('\n')
		}
	}
}

// lineStart is the beginning of the line of an edge.
func lineStart(e competency.Prerequisite) string {
	switch {
	case e.Strength == competency.Soft:
		return e.Dependent + " <~"
	case e.Clause != "":
		return e.Dependent + " <- " + e.Clause + ":"
	default:
		return e.Dependent + " <-"
	}
}

func (f *formatter) writeRequirement(r competency.Requirement) {
	f.WriteString(" " + r.Target)
	if r.Level != nil {
		f.WriteString("=" + formatNumber(*r.Level))
	}
	if r.Weight != nil {
		f.WriteString("*" + formatNumber(*r.Weight))
	}
	if r.Critical != nil && *r.Critical {
		f.WriteByte('!')
	}
}

func (f *formatter) writeResource(r competency.Resource) {
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

func formatNumber(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
