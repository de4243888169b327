package kg

import (
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// resolveReferences finds what every reference names.
func (c *compiler) resolveReferences() error {
	cat := &c.catalog
	n := c.points + len(cat.Competencies)
	c.raw = make(map[string]Node, n)
	var problems []fault.Problem
	duplicate := func(record string, i int, code string) {
		problems = append(problems, fault.Problem{
			Place: fault.Place{Record: record, Index: i, Field: "code"}, Code: fault.InvalidArgument,
			Text: fault.T("%s is given twice", "%s 重复出现", competency.Quote(code)),
		})
	}
	register := func(record string, i int, code string, raw int) {
		if _, taken := c.raw[code]; taken {
			duplicate(record, i, code)
		}
		c.raw[code] = Node(raw)
	}
	for i := range cat.KnowledgePoints {
		register(competency.KnowledgePoints, i, cat.KnowledgePoints[i].Code, i)
	}
	for i := range cat.Competencies {
		register(competency.Competencies, i, cat.Competencies[i].Code, c.points+i)
	}
	for i := 1; i < len(cat.Positions); i++ {
		if code := cat.Positions[i].Code; code == cat.Positions[i-1].Code {
			duplicate(competency.Positions, i, code)
		}
	}
	for i := 1; i < len(cat.Resources); i++ {
		if code := cat.Resources[i].Code; code == cat.Resources[i-1].Code {
			duplicate(competency.Resources, i, code)
		}
	}
	lookup := func(record string, i int, field, code string, accept func(Node) bool) Node {
		raw, ok := c.raw[code]
		if !ok || !accept(raw) {
			problems = append(problems, fault.Problem{
				Place: fault.Place{Record: record, Index: i, Field: field}, Code: fault.NotFound,
				Text: fault.T("there is nothing with the code %s that could stand here", "此处的编码 %s 不存在或类型不符", competency.Quote(code)),
			})
			return None
		}
		return raw
	}
	isPoint := func(n Node) bool { return int(n) < c.points }
	isCompetency := func(n Node) bool { return int(n) >= c.points }
	any := func(Node) bool { return true }

	c.rawParent = make([]Node, n)
	for i := range c.rawParent {
		c.rawParent[i] = None
	}
	for i := range cat.KnowledgePoints {
		if code := cat.KnowledgePoints[i].Competency; code != "" {
			c.rawParent[i] = lookup(competency.KnowledgePoints, i, "competency", code, isCompetency)
		}
	}
	for i := range cat.Competencies {
		if code := cat.Competencies[i].Parent; code != "" {
			c.rawParent[c.points+i] = lookup(competency.Competencies, i, "parent", code, isCompetency)
		}
	}
	c.from, c.to = make([]Node, len(cat.Prerequisites)), make([]Node, len(cat.Prerequisites))
	for i := range cat.Prerequisites {
		c.from[i] = lookup(competency.Prerequisites, i, "prerequisite", cat.Prerequisites[i].Prerequisite, any)
		c.to[i] = lookup(competency.Prerequisites, i, "dependent", cat.Prerequisites[i].Dependent, any)
	}
	for i, r := range cat.Related {
		lookup(competency.RelatedPairs, i, "a", r.A, isPoint)
		lookup(competency.RelatedPairs, i, "b", r.B, isPoint)
	}
	for i, r := range cat.Requirements {
		lookup(competency.Requirements, i, "target", r.Target, any)
		if _, ok := c.FindPosition(r.Position); !ok {
			problems = append(problems, fault.Problem{
				Place: fault.Place{Record: competency.Requirements, Index: i, Field: "position"}, Code: fault.NotFound,
				Text: fault.T("there is no position %s", "不存在岗位 %s", competency.Quote(r.Position)),
			})
		}
	}
	for i, r := range cat.Resources {
		for _, code := range r.Teaches {
			lookup(competency.Resources, i, "teaches", code, isPoint)
		}
	}
	return fault.FromProblems(problems)
}
