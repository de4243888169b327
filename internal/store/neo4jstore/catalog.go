package neo4jstore

import (
	"context"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// Load returns the published catalog and its revision.
func (s *Store) Load(ctx context.Context) (c competency.Catalog, revision store.Revision, err error) {
	var found decoder
	var ordinals map[int64]string
	err = s.callServer(ctx, "load", longTimeout*4, func(ctx context.Context) error {
		return s.consistentRead(ctx, withGateCheck(catalogGate, func(ctx context.Context, r statementRunner) (err error) {
			c, found, ordinals = competency.Catalog{}, decoder{}, map[int64]string{}
			if revision, _, err = readRevision(ctx, r); err != nil {
				return err
			}
			return found.loadCatalog(ctx, r, &c, ordinals)
		}))
	})
	if err != nil {
		return competency.Catalog{}, 0, err
	}
	s.pointOrdinals.replaceCodes(ordinals)
	c.Sort()
	return c, revision, fault.FromProblems(found.problems)
}

func (d *decoder) loadCatalog(ctx context.Context, r statementRunner, c *competency.Catalog, ordinals map[int64]string) error {
	for _, part := range []struct {
		statement string
		read      func(v []any)
	}{
		{"load competencies", func(v []any) { appendIfCoded(&c.Competencies, d.decodeCompetency(v), competencyCode) }},
		{"load points", func(v []any) {
			k := d.decodePoint(v)
			appendIfCoded(&c.KnowledgePoints, k, pointCode)
			if ordinal, ok := v[11].(int64); ok && k.Code != "" {
				ordinals[ordinal] = k.Code
			}
		}},
		{"load prerequisites", func(v []any) { c.Prerequisites = append(c.Prerequisites, d.decodePrerequisites(v)...) }},
		{"load related", func(v []any) { c.Related = append(c.Related, d.decodeRelated(v)...) }},
		{"load positions", func(v []any) { appendIfCoded(&c.Positions, d.decodePosition(v), positionCode) }},
		{"load requirements", func(v []any) { c.Requirements = append(c.Requirements, d.decodeRequirements(v)...) }},
		{"load resources", func(v []any) { appendIfCoded(&c.Resources, d.decodeResource(v), resourceCode) }},
		{"load levels", func(v []any) {
			if l := d.decodeLevel(v); l.Label != "" {
				c.Scale = append(c.Scale, l)
			}
		}},
	} {
		records, err := r.run(ctx, cypher(part.statement), nil)
		if err != nil {
			return err
		}
		for _, record := range records {
			part.read(record.Values)
		}
	}
	return nil
}

// appendIfCoded leaves out records without a code, which nothing can refer to.
func appendIfCoded[T any](list *[]T, v T, code func(T) string) {
	if code(v) != "" {
		*list = append(*list, v)
	}
}

func (d *decoder) decodeCompetency(v []any) competency.Competency {
	r := d.recordOf(competency.Competencies, v[0])
	r.requireLearnableLabel(v[5])
	return competency.Competency{
		Code: r.codeField("code", v[0]), Name: r.textField("name", v[1]), NameEN: r.textField("nameEn", v[2]),
		Description: r.textField("description", v[3]), Parent: r.singleField("parent", v[4]),
	}
}

func (d *decoder) decodePoint(v []any) competency.KnowledgePoint {
	r := d.recordOf(competency.KnowledgePoints, v[0])
	r.requireLearnableLabel(v[10])
	return competency.KnowledgePoint{
		Code: r.codeField("code", v[0]), Name: r.textField("name", v[1]), NameEN: r.textField("nameEn", v[2]),
		Kind: competency.Kind(r.textField("kind", v[3])), Nature: competency.Nature(r.textField("nature", v[4])),
		Minutes: r.intField("minutes", v[5]), Difficulty: r.floatField("difficulty", v[6]), Tags: textListField[string](r, "tags", v[7]),
		Description: r.textField("description", v[8]), Competency: r.singleField("competency", v[9]),
	}
}

// requireLearnableLabel reports a missing second label: every statement about
// relationships matches by it.
func (r recordDecoder) requireLearnableLabel(v any) {
	if v != true {
		r.addProblem("code", "the label Learnable is missing: MATCH (n {code: %q}) SET n:Learnable", "缺少标签 Learnable：MATCH (n {code: %q}) SET n:Learnable", r.displayKey())
	}
}

func (d *decoder) decodePrerequisites(v []any) (list []competency.Prerequisite) {
	edges, _ := v[1].([]any)
	for _, edge := range edges {
		e := edge.([]any)
		r := d.relationshipOf(competency.Prerequisites, e[0], v[0])
		if before, after := r.codeField("prerequisite", e[0]), r.codeField("dependent", v[0]); before != "" && after != "" {
			list = append(list, competency.Prerequisite{
				Prerequisite: before, Dependent: after, Clause: r.textField("clause", e[1]),
				Strength: competency.Strength(r.textField("strength", e[2])), Level: r.floatField("level", e[3]), Reason: r.textField("reason", e[4]),
			})
		}
	}
	return list
}

func (d *decoder) decodeRelated(v []any) []competency.Related {
	r := d.relationshipOf(competency.RelatedPairs, v[0], v[1])
	if a, b := r.codeField("a", v[0]), r.codeField("b", v[1]); a != "" && b != "" {
		return []competency.Related{competency.Related{A: a, B: b}.Canonical()}
	}
	return nil
}

func (d *decoder) decodePosition(v []any) competency.Position {
	r := d.recordOf(competency.Positions, v[0])
	return competency.Position{
		Code: r.codeField("code", v[0]), Name: r.textField("name", v[1]), NameEN: r.textField("nameEn", v[2]),
		Family: r.textField("family", v[3]), Grade: r.textField("grade", v[4]), Description: r.textField("description", v[5]),
	}
}

func (d *decoder) decodeRequirements(v []any) (list []competency.Requirement) {
	targets, _ := v[1].([]any)
	for _, target := range targets {
		t := target.([]any)
		r := d.relationshipOf(competency.Requirements, v[0], t[0])
		if position, target := r.codeField("position", v[0]), r.codeField("target", t[0]); position != "" && target != "" {
			list = append(list, competency.Requirement{
				Position: position, Target: target, Level: r.floatField("level", t[1]), Weight: r.floatField("weight", t[2]), Critical: r.boolField("critical", t[3]),
			})
		}
	}
	return list
}

func (d *decoder) decodeResource(v []any) competency.Resource {
	r := d.recordOf(competency.Resources, v[0])
	return competency.Resource{
		Code: r.codeField("code", v[0]), Title: r.textField("title", v[1]), URL: r.textField("url", v[2]),
		Modality: competency.Modality(r.textField("modality", v[3])), Minutes: r.intField("minutes", v[4]),
		Language: r.textField("language", v[5]), Teaches: r.orderedField("teaches", v[6]),
	}
}

func (d *decoder) decodeLevel(v []any) competency.ScaleLevel {
	r := d.recordOf(competency.Levels, v[0])
	l := competency.ScaleLevel{Label: r.codeField("label", v[0]), LabelEN: r.textField("labelEn", v[1]), Digit: r.intField("digit", v[2])}
	switch x := r.floatField("level", v[3]); {
	case x != nil:
		l.Level = *x
	case v[3] == nil:
		r.addProblem("level", "there is no level: set it to a number above 0 and at most 1", "缺少 level：请设为大于 0 且不大于 1 的数")
	}
	return l
}
