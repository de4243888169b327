package kgtest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
)

// Parse reads a text in the notation of the package. The catalog is sorted; kg.Compile
// may still refuse it. An error names the line.
func Parse(text string) (World, error) {
	p := parser{groups: map[string]*competency.Competency{}, points: map[string]*competency.KnowledgePoint{}, positions: map[string]bool{}}
	for i, line := range strings.Split(text, "\n") {
		if comment := strings.IndexByte(line, '#'); comment >= 0 {
			line = line[:comment]
		}
		if fields := strings.Fields(signSpacer.Replace(line)); len(fields) > 0 {
			if err := p.parseLine(fields); err != nil {
				return World{}, fmt.Errorf("kgtest: line %d: %w", i+1, err)
			}
		}
	}
	for _, code := range p.mentioned {
		if p.groups[code] == nil {
			p.point(code)
		}
	}
	for code, g := range p.groups {
		if p.points[code] != nil {
			return World{}, fmt.Errorf("kgtest: %s is both a point and a competency", code)
		}
		p.world.Competencies = append(p.world.Competencies, *g)
	}
	for _, k := range p.points {
		p.world.KnowledgePoints = append(p.world.KnowledgePoints, *k)
	}
	for code := range p.positions {
		p.world.Positions = append(p.world.Positions, competency.Position{Code: code, Name: Name(code)})
	}
	p.world.Sort()
	return p.world, nil
}

var signSpacer = strings.NewReplacer("{", " { ", "}", " } ", "|", " | ")

type parser struct {
	world     World
	groups    map[string]*competency.Competency
	points    map[string]*competency.KnowledgePoint
	positions map[string]bool
	mentioned []string // codes that are points unless declared otherwise
}

func (p *parser) parseLine(fields []string) error {
	first, rest := fields[0], fields[1:]
	switch sign := append(fields, "")[1]; {
	case first == "@":
		return p.parseMasteries(rest)
	case slices.Contains(fields, "=>"):
		return p.parseResource(fields)
	case sign == "<-":
		return p.parseHard(first, rest[1:])
	case sign == "<~":
		return p.parseEdges(first, "", competency.Soft, rest[1:])
	case sign == "--":
		for _, code := range rest[1:] {
			p.mention(first, code)
			p.world.Related = append(p.world.Related, competency.Related{A: first, B: code}.Canonical())
		}
		return nil
	case strings.HasSuffix(first, ":"):
		return p.parsePosition(first[:len(first)-1], rest)
	default:
		return p.parseContainment(fields)
	}
}

func (p *parser) mention(codes ...string) { p.mentioned = append(p.mentioned, codes...) }

func (p *parser) point(code string) *competency.KnowledgePoint {
	if p.points[code] == nil {
		p.points[code] = &competency.KnowledgePoint{Code: code, Name: Name(code)}
	}
	return p.points[code]
}

// parseContainment reads C { A 45m B C2 { D } }.
func (p *parser) parseContainment(fields []string) error {
	above := []string{""}
	var last *competency.KnowledgePoint
	for i, f := range fields {
		parent := above[len(above)-1]
		minutes, isMinutes := parseMinutes(f)
		switch {
		case f == "{":
			if i == 0 || fields[i-1] == "{" || fields[i-1] == "}" {
				return errors.New("a competency needs a code before {")
			}
			above = append(above, fields[i-1])
		case f == "}":
			if len(above) == 1 {
				return errors.New("} without {")
			}
			above, last = above[:len(above)-1], nil
		case isMinutes && last != nil:
			last.Minutes, last = &minutes, nil
		case i+1 < len(fields) && fields[i+1] == "{":
			if p.groups[f] == nil {
				p.groups[f] = &competency.Competency{Code: f, Name: Name(f)}
			}
			if parent != "" {
				p.groups[f].Parent = parent
			}
		default:
			last = p.point(f)
			if parent != "" {
				last.Competency = parent
			}
		}
	}
	if len(above) > 1 {
		return errors.New("{ without }")
	}
	return nil
}

// parseHard reads what follows B <-: either x: A | C, or A C.
func (p *parser) parseHard(dependent string, fields []string) error {
	if len(fields) == 0 || !strings.HasSuffix(fields[0], ":") {
		return p.parseEdges(dependent, "", competency.Hard, fields)
	}
	clause := fields[0][:len(fields[0])-1]
	alternatives := slices.DeleteFunc(fields[1:], func(f string) bool { return f == "|" })
	return p.parseEdges(dependent, clause, competency.Hard, alternatives)
}

func (p *parser) parseEdges(dependent, clause string, strength competency.Strength, fields []string) error {
	if len(fields) == 0 {
		return errors.New("a prerequisite is missing")
	}
	for _, f := range fields {
		code, theta, given := strings.Cut(f, "@")
		edge := competency.Prerequisite{Prerequisite: code, Dependent: dependent, Strength: strength, Clause: clause}
		if given {
			var err error
			if edge.Level, err = parseNumber(theta); err != nil {
				return err
			}
		}
		p.mention(dependent, code)
		p.world.Prerequisites = append(p.world.Prerequisites, edge)
	}
	return nil
}

// parsePosition reads what follows P: as target=level*weight!, where only the target is
// required.
func (p *parser) parsePosition(code string, fields []string) (err error) {
	p.positions[code] = true
	for _, f := range fields {
		r := competency.Requirement{Position: code}
		if rest, critical := strings.CutSuffix(f, "!"); critical {
			f, r.Critical = rest, &critical
		}
		f, weight, hasWeight := strings.Cut(f, "*")
		target, level, hasLevel := strings.Cut(f, "=")
		r.Target = target
		if hasWeight {
			if r.Weight, err = parseNumber(weight); err != nil {
				return err
			}
		}
		if hasLevel {
			if r.Level, err = parseNumber(level); err != nil {
				return err
			}
		}
		p.mention(target)
		p.world.Requirements = append(p.world.Requirements, r)
	}
	return nil
}

// parseMasteries reads what follows @ as code=mastery or code=mastery/400d.
func (p *parser) parseMasteries(fields []string) error {
	for _, f := range fields {
		code, value, ok := strings.Cut(f, "=")
		value, age, hasAge := strings.Cut(value, "/")
		x, err := parseNumber(value)
		if !ok || err != nil {
			return fmt.Errorf("%q is no mastery such as A=0.8", f)
		}
		at := Now
		if hasAge {
			days, err := parseNumber(strings.TrimSuffix(age, "d"))
			if err != nil {
				return err
			}
			at = Now.Add(-time.Duration(*days * float64(Day)))
		}
		p.mention(code)
		p.world.Mastery = append(p.world.Mastery, competency.Assessment{KnowledgePoint: code, Mastery: *x, AssessedAt: at})
	}
	return nil
}

// parseResource reads R VIDEO 20m zh-CN => A B.
func (p *parser) parseResource(fields []string) error {
	arrow := slices.Index(fields, "=>")
	if arrow == 0 {
		return errors.New("a resource needs a code before =>")
	}
	r := competency.Resource{Code: fields[0], Title: Name(fields[0]), Teaches: slices.Clone(fields[arrow+1:])}
	for _, f := range fields[1:arrow] {
		if minutes, ok := parseMinutes(f); ok {
			r.Minutes = &minutes
		} else if m, ok := competency.Modalities.Parse(f); ok {
			r.Modality = m
		} else {
			r.Language = f
		}
	}
	p.mention(r.Teaches...)
	p.world.Resources = append(p.world.Resources, r)
	return nil
}

func parseMinutes(s string) (int, bool) {
	digits, ok := strings.CutSuffix(s, "m")
	n, err := strconv.Atoi(digits)
	return n, ok && err == nil
}

func parseNumber(s string) (*float64, error) {
	x, ok := competency.ParseShare(s)
	if !ok {
		return nil, fmt.Errorf("%q is not a number", s)
	}
	return &x, nil
}
