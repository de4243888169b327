package sqlitestore

import (
	"context"
	"database/sql"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// How the records of a catalog are written.
var (
	competencyCodes = table[competency.Competency]{
		name: "learnables", key: []string{"code", "type"},
		row: func(row []any, c competency.Competency) []any { return append(row, c.Code, "COMPETENCY") },
	}
	pointCodes = table[competency.KnowledgePoint]{
		name: "learnables", key: []string{"code", "type"},
		row: func(row []any, k competency.KnowledgePoint) []any { return append(row, k.Code, "KNOWLEDGE_POINT") },
	}
	competencies = table[competency.Competency]{
		name: "competencies", key: []string{"code"}, columns: []string{"name", "name_en", "parent", "description"},
		row: func(row []any, c competency.Competency) []any {
			return append(row, c.Code, c.Name, c.NameEN, null(c.Parent), c.Description)
		},
	}
	knowledgePoints = table[competency.KnowledgePoint]{
		name: "knowledge_points", key: []string{"code"},
		columns: []string{"name", "name_en", "competency", "kind", "nature", "minutes", "difficulty", "tags", "description"},
		row: func(row []any, k competency.KnowledgePoint) []any {
			return append(row, k.Code, k.Name, k.NameEN, null(k.Competency), string(k.Kind), string(k.Nature),
				number(k.Minutes), number(k.Difficulty), toColumn(k.Tags), k.Description)
		},
	}
	prerequisites = table[competency.Prerequisite]{
		name: "prerequisites", key: []string{"dependent", "prerequisite", "clause"}, columns: []string{"strength", "level", "reason"},
		row: func(row []any, e competency.Prerequisite) []any {
			return append(row, e.Dependent, e.Prerequisite, e.Clause, string(e.Strength), number(e.Level), e.Reason)
		},
	}
	related = table[competency.Related]{
		name: "related", key: []string{"a", "b"},
		row: func(row []any, r competency.Related) []any { return append(row, r.A, r.B) },
	}
	positions = table[competency.Position]{
		name: "positions", key: []string{"code"}, columns: []string{"name", "name_en", "family", "grade", "description"},
		row: func(row []any, p competency.Position) []any {
			return append(row, p.Code, p.Name, p.NameEN, p.Family, p.Grade, p.Description)
		},
	}
	requirements = table[competency.Requirement]{
		name: "requirements", key: []string{"position", "target"}, columns: []string{"level", "weight", "critical"},
		row: func(row []any, r competency.Requirement) []any {
			return append(row, r.Position, r.Target, number(r.Level), number(r.Weight), number(r.Critical))
		},
	}
	resources = table[competency.Resource]{
		name: "resources", key: []string{"code"}, columns: []string{"title", "url", "modality", "minutes", "language"},
		row: func(row []any, r competency.Resource) []any {
			return append(row, r.Code, r.Title, r.URL, string(r.Modality), number(r.Minutes), r.Language)
		},
	}
	teaching = items[competency.Resource]{
		name: "resource_points", owner: "resource", item: "knowledge_point",
		of: func(r competency.Resource) (string, []string) { return r.Code, r.Teaches },
	}
)

// Load returns the published catalog and its revision.
func (s *Store) Load(ctx context.Context) (competency.Catalog, store.Revision, error) {
	var c competency.Catalog
	var revision store.Revision
	err := s.view(ctx, func(tx *sql.Tx) (err error) {
		if revision, err = revisionIn(ctx, tx); err != nil {
			return err
		}
		c, err = load(ctx, tx)
		return err
	})
	if err != nil {
		return competency.Catalog{}, 0, failed(ctx, "load", err)
	}
	return c, revision, nil
}

func load(ctx context.Context, tx *sql.Tx) (c competency.Catalog, err error) {
	err = inOrder(
		func() (err error) {
			c.Competencies, err = query(ctx, tx, scanCompetency, `
				SELECT code, name, name_en, coalesce(parent, ''), description
				FROM competencies ORDER BY code`)
			return err
		},
		func() (err error) {
			c.KnowledgePoints, err = query(ctx, tx, scanPoint, `
				SELECT code, name, name_en, coalesce(competency, ''), kind, nature, minutes, difficulty, tags, description
				FROM knowledge_points ORDER BY code`)
			return err
		},
		func() (err error) {
			c.Prerequisites, err = query(ctx, tx, scanPrerequisite, `
				SELECT dependent, prerequisite, clause, strength, level, reason
				FROM prerequisites ORDER BY dependent, prerequisite, clause`)
			return err
		},
		func() (err error) {
			c.Related, err = query(ctx, tx, scanRelated, `SELECT a, b FROM related ORDER BY a, b`)
			return err
		},
		func() (err error) {
			c.Positions, err = query(ctx, tx, scanPosition, `
				SELECT code, name, name_en, family, grade, description
				FROM positions ORDER BY code`)
			return err
		},
		func() (err error) {
			c.Requirements, err = query(ctx, tx, scanRequirement, `
				SELECT position, target, level, weight, critical
				FROM requirements ORDER BY position, target`)
			return err
		},
		func() (err error) {
			c.Resources, err = query(ctx, tx, scanResource, `
				SELECT code, title, url, modality, minutes, language, (
					SELECT json_group_array(knowledge_point ORDER BY place)
					FROM resource_points WHERE resource = code)
				FROM resources ORDER BY code`)
			return err
		},
	)
	return c, err
}

func scanCompetency(row *sql.Rows, c *competency.Competency) error {
	return row.Scan(&c.Code, &c.Name, &c.NameEN, &c.Parent, &c.Description)
}

func scanPoint(row *sql.Rows, k *competency.KnowledgePoint) error {
	return row.Scan(&k.Code, &k.Name, &k.NameEN, &k.Competency, &k.Kind, &k.Nature,
		&k.Minutes, &k.Difficulty, (*list[string])(&k.Tags), &k.Description)
}

func scanPrerequisite(row *sql.Rows, e *competency.Prerequisite) error {
	return row.Scan(&e.Dependent, &e.Prerequisite, &e.Clause, &e.Strength, &e.Level, &e.Reason)
}

func scanRelated(row *sql.Rows, r *competency.Related) error { return row.Scan(&r.A, &r.B) }

func scanPosition(row *sql.Rows, p *competency.Position) error {
	return row.Scan(&p.Code, &p.Name, &p.NameEN, &p.Family, &p.Grade, &p.Description)
}

func scanRequirement(row *sql.Rows, r *competency.Requirement) error {
	return row.Scan(&r.Position, &r.Target, &r.Level, &r.Weight, &r.Critical)
}

func scanResource(row *sql.Rows, r *competency.Resource) error {
	return row.Scan(&r.Code, &r.Title, &r.URL, &r.Modality, &r.Minutes, &r.Language, (*list[string])(&r.Teaches))
}
