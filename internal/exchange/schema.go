package exchange

import (
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Short names for the declarations below.
type (
	group    = competency.Competency
	point    = competency.KnowledgePoint
	edge     = competency.Prerequisite
	pair     = competency.Related
	position = competency.Position
	demand   = competency.Requirement
	resource = competency.Resource
	unit     = competency.OrgUnit
	employee = competency.Employee
	state    = competency.Assessment
	records  = competency.Records
)

// The ten tables, in the order in which they are written. All else in this
// package (headers, suggestions, decoding, writing) follows from them.
var (
	competencies = table[group]{
		competency.Competencies, "能力项", func(r *records) *[]group { return &r.Competencies },
		[]column[group]{
			text("code", "编码", func(r *group) *string { return &r.Code }).key(),
			text("name", "名称", func(r *group) *string { return &r.Name }).bold(),
			text("name_en", "英文名称", func(r *group) *string { return &r.NameEN }),
			text("parent", "上级", func(r *group) *string { return &r.Parent }).to(competency.Competencies),
			text("description", "说明", func(r *group) *string { return &r.Description }),
		},
	}
	knowledgePoints = table[point]{
		competency.KnowledgePoints, "知识点", func(r *records) *[]point { return &r.KnowledgePoints },
		[]column[point]{
			text("code", "编码", func(r *point) *string { return &r.Code }).key(),
			text("name", "名称", func(r *point) *string { return &r.Name }).bold(),
			text("name_en", "英文名称", func(r *point) *string { return &r.NameEN }),
			text("competency", "能力项", func(r *point) *string { return &r.Competency }).to(competency.Competencies),
			enum("kind", "类型", competency.Kinds, func(r *point) *competency.Kind { return &r.Kind }),
			enum("nature", "性质", competency.Natures, func(r *point) *competency.Nature { return &r.Nature }),
			whole("minutes", "分钟", func(r *point) **int { return &r.Minutes }),
			number("difficulty", "难度", func(r *point) **float64 { return &r.Difficulty }),
			list("tags", "标签", func(r *point) *[]string { return &r.Tags }),
			text("description", "说明", func(r *point) *string { return &r.Description }),
		},
	}
	prerequisites = table[edge]{
		competency.Prerequisites, "先导关系", func(r *records) *[]edge { return &r.Prerequisites },
		[]column[edge]{
			text("prerequisite", "先导", func(r *edge) *string { return &r.Prerequisite }).key().to(competency.KnowledgePoints, competency.Competencies),
			text("dependent", "后续", func(r *edge) *string { return &r.Dependent }).key().to(competency.KnowledgePoints, competency.Competencies),
			enum("strength", "强度", competency.Strengths, func(r *edge) *competency.Strength { return &r.Strength }),
			text("clause", "条件组", func(r *edge) *string { return &r.Clause }),
			level("level", "等级", func(r *edge) **float64 { return &r.Level }),
			text("reason", "理由", func(r *edge) *string { return &r.Reason }),
		},
	}
	relatedPairs = table[pair]{
		competency.RelatedPairs, "关联关系", func(r *records) *[]pair { return &r.Related },
		[]column[pair]{
			text("a", "知识点一", func(r *pair) *string { return &r.A }).key().to(competency.KnowledgePoints),
			text("b", "知识点二", func(r *pair) *string { return &r.B }).key().to(competency.KnowledgePoints),
		},
	}
	positions = table[position]{
		competency.Positions, "岗位", func(r *records) *[]position { return &r.Positions },
		[]column[position]{
			text("code", "编码", func(r *position) *string { return &r.Code }).key(),
			text("name", "名称", func(r *position) *string { return &r.Name }).bold(),
			text("name_en", "英文名称", func(r *position) *string { return &r.NameEN }),
			text("family", "序列", func(r *position) *string { return &r.Family }),
			text("grade", "职级", func(r *position) *string { return &r.Grade }),
			text("description", "说明", func(r *position) *string { return &r.Description }),
		},
	}
	requirements = table[demand]{
		competency.Requirements, "岗位要求", func(r *records) *[]demand { return &r.Requirements },
		[]column[demand]{
			text("position", "岗位", func(r *demand) *string { return &r.Position }).key().to(competency.Positions),
			text("target", "对象", func(r *demand) *string { return &r.Target }).key().to(competency.KnowledgePoints, competency.Competencies),
			level("level", "等级", func(r *demand) **float64 { return &r.Level }),
			number("weight", "权重", func(r *demand) **float64 { return &r.Weight }),
			truth("critical", "关键", func(r *demand) **bool { return &r.Critical }),
		},
	}
	resources = table[resource]{
		competency.Resources, "学习资源", func(r *records) *[]resource { return &r.Resources },
		[]column[resource]{
			text("code", "编码", func(r *resource) *string { return &r.Code }).key(),
			text("title", "标题", func(r *resource) *string { return &r.Title }).bold(),
			text("url", "链接", func(r *resource) *string { return &r.URL }),
			enum("modality", "形式", competency.Modalities, func(r *resource) *competency.Modality { return &r.Modality }),
			whole("minutes", "分钟", func(r *resource) **int { return &r.Minutes }),
			text("language", "语言", func(r *resource) *string { return &r.Language }),
			list("teaches", "知识点", func(r *resource) *[]string { return &r.Teaches }).to(competency.KnowledgePoints),
		},
	}
	orgUnits = table[unit]{
		competency.OrgUnits, "部门", func(r *records) *[]unit { return &r.OrgUnits },
		[]column[unit]{
			text("code", "编码", func(r *unit) *string { return &r.Code }).key(),
			text("name", "名称", func(r *unit) *string { return &r.Name }).bold(),
			text("parent", "上级", func(r *unit) *string { return &r.Parent }).to(competency.OrgUnits),
		},
	}
	employees = table[employee]{
		competency.Employees, "员工", func(r *records) *[]employee { return &r.Employees },
		[]column[employee]{
			text("code", "工号", func(r *employee) *string { return &r.Code }).key(),
			text("name", "姓名", func(r *employee) *string { return &r.Name }).bold(),
			text("org_unit", "部门", func(r *employee) *string { return &r.OrgUnit }).to(competency.OrgUnits),
			text("position", "岗位", func(r *employee) *string { return &r.Position }).to(competency.Positions),
			list("targets", "目标岗位", func(r *employee) *[]string { return &r.Targets }).to(competency.Positions),
			enums("modalities", "偏好形式", competency.Modalities, func(r *employee) *[]competency.Modality { return &r.Modalities }),
			text("manager", "上级", func(r *employee) *string { return &r.Manager }).to(competency.Employees),
		},
	}
	masteryStates = table[state]{
		competency.MasteryStates, "掌握状态", func(r *records) *[]state { return &r.Mastery },
		[]column[state]{
			text("employee", "员工", func(r *state) *string { return &r.Employee }).key().to(competency.Employees),
			text("knowledge_point", "知识点", func(r *state) *string { return &r.KnowledgePoint }).key().to(competency.KnowledgePoints),
			share("mastery", "掌握度", func(r *state) *float64 { return &r.Mastery }).key(),
			moment("assessed_at", "评估时间", func(r *state) *time.Time { return &r.AssessedAt }),
		},
	}

	schemas = []schema{
		competencies, knowledgePoints, prerequisites, relatedPairs, positions,
		requirements, resources, orgUnits, employees, masteryStates,
	}
)

// schema is a table whatever its type of record.
type schema interface {
	names() (en, zh string)
	headings() []heading
	// add appends an empty record, and returns what fills its columns from cells
	// that are not empty; the result says what is wrong with the cell.
	add(to *records) func(column int, cell string) fault.Text
}

type table[R any] struct {
	en, zh  string
	rows    func(*records) *[]R
	columns []column[R]
}

type column[R any] struct {
	heading
	parse func(r *R, cell string) fault.Text
	show  func(r *R) string
}

// heading is what is known of a column without its records.
type heading struct {
	en, zh     string
	obligatory bool     // the header must have it
	isKey      bool     // and no row may leave it empty
	isLevel    bool     // its digits and numbers must not mix
	refers     []string // the types of record that its cells name
}

func (c column[R]) bold() column[R]              { c.obligatory = true; return c }
func (c column[R]) key() column[R]               { c.obligatory, c.isKey = true, true; return c }
func (c column[R]) to(types ...string) column[R] { c.refers = types; return c }

func (t table[R]) names() (en, zh string) { return t.en, t.zh }

func (t table[R]) headings() []heading {
	all := make([]heading, len(t.columns))
	for i, c := range t.columns {
		all[i] = c.heading
	}
	return all
}

func (t table[R]) add(to *records) func(int, string) fault.Text {
	list := t.rows(to)
	*list = append(*list, *new(R))
	r := &(*list)[len(*list)-1]
	return func(i int, cell string) fault.Text { return t.columns[i].parse(r, cell) }
}

// schemaOf finds a table by its name in either language, in any case.
func schemaOf(name string) (schema, bool) {
	folded := competency.Fold(name)
	i := slices.IndexFunc(schemas, func(s schema) bool {
		en, zh := s.names()
		return folded == en || folded == zh
	})
	if i < 0 {
		return nil, false
	}
	return schemas[i], true
}

func tableNames() []string {
	var all []string
	for _, s := range schemas {
		en, zh := s.names()
		all = append(all, en, zh)
	}
	return all
}
