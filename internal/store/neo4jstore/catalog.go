package neo4jstore

import (
	"context"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// Load returns the published catalog and its revision.
func (s *Store) Load(ctx context.Context) (c competency.Catalog, revision store.Revision, err error) {
	var found stored
	var ordinals map[int64]string
	err = s.call(ctx, "load", lengthy*4, func(ctx context.Context) error {
		return s.moment(ctx, between(catalogGate, func(ctx context.Context, r runner) (err error) {
			c, found, ordinals = competency.Catalog{}, stored{}, map[int64]string{}
			if revision, _, err = revisionIn(ctx, r); err != nil {
				return err
			}
			return found.load(ctx, r, &c, ordinals)
		}))
	})
	if err != nil {
		return competency.Catalog{}, 0, err
	}
	s.points.set(ordinals)
	c.Sort()
	return c, revision, fault.Refuse(found.problems)
}

func (s *stored) load(ctx context.Context, r runner, c *competency.Catalog, ordinals map[int64]string) error {
	for _, part := range []struct {
		statement string
		read      func(v []any)
	}{
		{"load competencies", func(v []any) { keep(&c.Competencies, s.competency(v), competencyCode) }},
		{"load points", func(v []any) {
			k := s.point(v)
			keep(&c.KnowledgePoints, k, pointCode)
			if ordinal, ok := v[11].(int64); ok && k.Code != "" {
				ordinals[ordinal] = k.Code
			}
		}},
		{"load prerequisites", func(v []any) { c.Prerequisites = append(c.Prerequisites, s.prerequisites(v)...) }},
		{"load related", func(v []any) { c.Related = append(c.Related, s.related(v)...) }},
		{"load positions", func(v []any) { keep(&c.Positions, s.position(v), positionCode) }},
		{"load requirements", func(v []any) { c.Requirements = append(c.Requirements, s.requirements(v)...) }},
		{"load resources", func(v []any) { keep(&c.Resources, s.resource(v), resourceCode) }},
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

// keep leaves out what has no code, which nothing can be said of.
func keep[T any](list *[]T, v T, code func(T) string) {
	if code(v) != "" {
		*list = append(*list, v)
	}
}

func (s *stored) competency(v []any) competency.Competency {
	r := s.of(competency.Competencies, v[0])
	r.labelled(v[5])
	return competency.Competency{
		Code: r.code("code", v[0]), Name: r.text("name", v[1]), NameEN: r.text("nameEn", v[2]),
		Description: r.text("description", v[3]), Parent: r.one("parent", v[4]),
	}
}

func (s *stored) point(v []any) competency.KnowledgePoint {
	r := s.of(competency.KnowledgePoints, v[0])
	r.labelled(v[10])
	return competency.KnowledgePoint{
		Code: r.code("code", v[0]), Name: r.text("name", v[1]), NameEN: r.text("nameEn", v[2]),
		Kind: competency.Kind(r.text("kind", v[3])), Nature: competency.Nature(r.text("nature", v[4])),
		Minutes: r.whole("minutes", v[5]), Difficulty: r.float("difficulty", v[6]), Tags: texts[string](r, "tags", v[7]),
		Description: r.text("description", v[8]), Competency: r.one("competency", v[9]),
	}
}

// labelled misses the second label, without which no relationship of ours finds a
// record.
func (r record) labelled(v any) {
	if v != true {
		r.add("code", "the label Learnable is missing: MATCH (n {code: %q}) SET n:Learnable", "缺少标签 Learnable：MATCH (n {code: %q}) SET n:Learnable", r.name())
	}
}

func (s *stored) prerequisites(v []any) (list []competency.Prerequisite) {
	edges, _ := v[1].([]any)
	for _, edge := range edges {
		e := edge.([]any)
		r := s.between(competency.Prerequisites, e[0], v[0])
		if before, after := r.code("prerequisite", e[0]), r.code("dependent", v[0]); before != "" && after != "" {
			list = append(list, competency.Prerequisite{
				Prerequisite: before, Dependent: after, Clause: r.text("clause", e[1]),
				Strength: competency.Strength(r.text("strength", e[2])), Level: r.float("level", e[3]), Reason: r.text("reason", e[4]),
			})
		}
	}
	return list
}

func (s *stored) related(v []any) []competency.Related {
	r := s.between(competency.RelatedPairs, v[0], v[1])
	if a, b := r.code("a", v[0]), r.code("b", v[1]); a != "" && b != "" {
		return []competency.Related{competency.Related{A: a, B: b}.Ordered()}
	}
	return nil
}

func (s *stored) position(v []any) competency.Position {
	r := s.of(competency.Positions, v[0])
	return competency.Position{
		Code: r.code("code", v[0]), Name: r.text("name", v[1]), NameEN: r.text("nameEn", v[2]),
		Family: r.text("family", v[3]), Grade: r.text("grade", v[4]), Description: r.text("description", v[5]),
	}
}

func (s *stored) requirements(v []any) (list []competency.Requirement) {
	targets, _ := v[1].([]any)
	for _, target := range targets {
		t := target.([]any)
		r := s.between(competency.Requirements, v[0], t[0])
		if position, target := r.code("position", v[0]), r.code("target", t[0]); position != "" && target != "" {
			list = append(list, competency.Requirement{
				Position: position, Target: target, Level: r.float("level", t[1]), Weight: r.float("weight", t[2]), Critical: r.bool("critical", t[3]),
			})
		}
	}
	return list
}

func (s *stored) resource(v []any) competency.Resource {
	r := s.of(competency.Resources, v[0])
	return competency.Resource{
		Code: r.code("code", v[0]), Title: r.text("title", v[1]), URL: r.text("url", v[2]),
		Modality: competency.Modality(r.text("modality", v[3])), Minutes: r.whole("minutes", v[4]),
		Language: r.text("language", v[5]), Teaches: r.placed("teaches", v[6]),
	}
}
