package sqlitestore

import (
	"context"
	"database/sql"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// How the records of a catalog are written.
var (
	competencyCodes = recordTable[competency.Competency]{
		name: "learnables", key: []string{"code", "type"},
		row: func(row []any, c competency.Competency) []any { return append(row, c.Code, "COMPETENCY") },
	}
	pointCodes = recordTable[competency.KnowledgePoint]{
		name: "learnables", key: []string{"code", "type"},
		row: func(row []any, k competency.KnowledgePoint) []any { return append(row, k.Code, "KNOWLEDGE_POINT") },
	}
	competencies = recordTable[competency.Competency]{
		name: "competencies", key: []string{"code"}, columns: []string{"name", "name_en", "parent", "description"},
		row: func(row []any, c competency.Competency) []any {
			return append(row, c.Code, c.Name, c.NameEN, nullIfEmpty(c.Parent), c.Description)
		},
	}
	knowledgePoints = recordTable[competency.KnowledgePoint]{
		name: "knowledge_points", key: []string{"code"},
		columns: []string{"name", "name_en", "competency", "kind", "nature", "minutes", "difficulty", "tags", "description"},
		row: func(row []any, k competency.KnowledgePoint) []any {
			return append(row, k.Code, k.Name, k.NameEN, nullIfEmpty(k.Competency), string(k.Kind), string(k.Nature),
				nullIfNil(k.Minutes), nullIfNil(k.Difficulty), encodeList(k.Tags), k.Description)
		},
	}
	prerequisites = recordTable[competency.Prerequisite]{
		name: "prerequisites", key: []string{"dependent", "prerequisite", "clause"}, columns: []string{"strength", "level", "reason"},
		row: func(row []any, e competency.Prerequisite) []any {
			return append(row, e.Dependent, e.Prerequisite, e.Clause, string(e.Strength), nullIfNil(e.Level), e.Reason)
		},
	}
	related = recordTable[competency.Related]{
		name: "related", key: []string{"a", "b"},
		row: func(row []any, r competency.Related) []any { return append(row, r.A, r.B) },
	}
	positions = recordTable[competency.Position]{
		name: "positions", key: []string{"code"}, columns: []string{"name", "name_en", "family", "grade", "description"},
		row: func(row []any, p competency.Position) []any {
			return append(row, p.Code, p.Name, p.NameEN, p.Family, p.Grade, p.Description)
		},
	}
	requirements = recordTable[competency.Requirement]{
		name: "requirements", key: []string{"position", "target"}, columns: []string{"level", "weight", "critical"},
		row: func(row []any, r competency.Requirement) []any {
			return append(row, r.Position, r.Target, nullIfNil(r.Level), nullIfNil(r.Weight), nullIfNil(r.Critical))
		},
	}
	resources = recordTable[competency.Resource]{
		name: "resources", key: []string{"code"}, columns: []string{"title", "url", "modality", "minutes", "language"},
		row: func(row []any, r competency.Resource) []any {
			return append(row, r.Code, r.Title, r.URL, string(r.Modality), nullIfNil(r.Minutes), r.Language)
		},
	}
	levels = recordTable[competency.ScaleLevel]{
		name: "levels", key: []string{"label"}, columns: []string{"label_en", "digit", "level"},
		row: func(row []any, l competency.ScaleLevel) []any {
			return append(row, l.Label, l.LabelEN, nullIfNil(l.Digit), l.Level)
		},
	}
	resourcePoints = listTable[competency.Resource]{
		name: "resource_points", owner: "resource", item: "knowledge_point",
		of: func(r competency.Resource) (string, []string) { return r.Code, r.Teaches },
	}
)

// Load returns the published catalog and its revision.
func (s *Store) Load(ctx context.Context) (competency.Catalog, store.Revision, error) {
	var c competency.Catalog
	var revision store.Revision
	err := s.readTx(ctx, func(tx *sql.Tx) (err error) {
		if revision, err = readRevision(ctx, tx); err != nil {
			return err
		}
		c, err = loadCatalog(ctx, tx)
		return err
	})
	if err != nil {
		return competency.Catalog{}, 0, wrapError(ctx, "load", err)
	}
	return c, revision, nil
}

func loadCatalog(ctx context.Context, tx *sql.Tx) (c competency.Catalog, err error) {
	err = runInOrder(
		func() (err error) {
			c.Competencies, err = queryAll(ctx, tx, scanCompetency, `
				SELECT code, name, name_en, coalesce(parent, ''), description
				FROM competencies ORDER BY code`)
			return err
		},
		func() (err error) {
			c.KnowledgePoints, err = queryAll(ctx, tx, scanPoint, `
				SELECT code, name, name_en, coalesce(competency, ''), kind, nature, minutes, difficulty, tags, description
				FROM knowledge_points ORDER BY code`)
			return err
		},
		func() (err error) {
			c.Prerequisites, err = queryAll(ctx, tx, scanPrerequisite, `
				SELECT dependent, prerequisite, clause, strength, level, reason
				FROM prerequisites ORDER BY dependent, prerequisite, clause`)
			return err
		},
		func() (err error) {
			c.Related, err = queryAll(ctx, tx, scanRelated, `SELECT a, b FROM related ORDER BY a, b`)
			return err
		},
		func() (err error) {
			c.Positions, err = queryAll(ctx, tx, scanPosition, `
				SELECT code, name, name_en, family, grade, description
				FROM positions ORDER BY code`)
			return err
		},
		func() (err error) {
			c.Requirements, err = queryAll(ctx, tx, scanRequirement, `
				SELECT position, target, level, weight, critical
				FROM requirements ORDER BY position, target`)
			return err
		},
		func() (err error) {
			c.Resources, err = queryAll(ctx, tx, scanResource, `
				SELECT code, title, url, modality, minutes, language, (
					SELECT json_group_array(knowledge_point ORDER BY place)
					FROM resource_points WHERE resource = code)
				FROM resources ORDER BY code`)
			return err
		},
		func() (err error) {
			c.Scale, err = queryAll(ctx, tx, scanLevel, `SELECT label, label_en, digit, level FROM levels ORDER BY label`)
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
		&k.Minutes, &k.Difficulty, (*jsonList[string])(&k.Tags), &k.Description)
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
	return row.Scan(&r.Code, &r.Title, &r.URL, &r.Modality, &r.Minutes, &r.Language, (*jsonList[string])(&r.Teaches))
}

func scanLevel(row *sql.Rows, l *competency.ScaleLevel) error {
	return row.Scan(&l.Label, &l.LabelEN, &l.Digit, &l.Level)
}
