package exchange

import (
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Short names for use in the declarations below.
type (
	competencyRow   = competency.Competency
	pointRow        = competency.KnowledgePoint
	prerequisiteRow = competency.Prerequisite
	relatedRow      = competency.Related
	positionRow     = competency.Position
	requirementRow  = competency.Requirement
	resourceRow     = competency.Resource
	orgUnitRow      = competency.OrgUnit
	employeeRow     = competency.Employee
	assessmentRow   = competency.Assessment
	levelRow        = competency.ScaleLevel
)

// records are the records of all tables.
type records struct {
	*competency.Records
	evidence []evidenceRow
}

// The tables, in the order in which they are written. Headers, suggestions,
// decoding and writing are all derived from these declarations.
var (
	competencies = table[competencyRow]{
		competency.Competencies, "能力项", func(r *records) *[]competencyRow { return &r.Competencies },
		[]column[competencyRow]{
			textColumn("code", "编码", func(r *competencyRow) *string { return &r.Code }).key(),
			textColumn("name", "名称", func(r *competencyRow) *string { return &r.Name }).required(),
			textColumn("name_en", "英文名称", func(r *competencyRow) *string { return &r.NameEN }),
			textColumn("parent", "上级", func(r *competencyRow) *string { return &r.Parent }).refersTo(competency.Competencies),
			textColumn("description", "说明", func(r *competencyRow) *string { return &r.Description }),
		},
	}
	knowledgePoints = table[pointRow]{
		competency.KnowledgePoints, "知识点", func(r *records) *[]pointRow { return &r.KnowledgePoints },
		[]column[pointRow]{
			textColumn("code", "编码", func(r *pointRow) *string { return &r.Code }).key(),
			textColumn("name", "名称", func(r *pointRow) *string { return &r.Name }).required(),
			textColumn("name_en", "英文名称", func(r *pointRow) *string { return &r.NameEN }),
			textColumn("competency", "能力项", func(r *pointRow) *string { return &r.Competency }).refersTo(competency.Competencies),
			enumColumn("kind", "类型", competency.Kinds, func(r *pointRow) *competency.Kind { return &r.Kind }),
			enumColumn("nature", "性质", competency.Natures, func(r *pointRow) *competency.Nature { return &r.Nature }),
			integerColumn("minutes", "分钟", func(r *pointRow) **int { return &r.Minutes }),
			numberColumn("difficulty", "难度", func(r *pointRow) **float64 { return &r.Difficulty }),
			listColumn("tags", "标签", func(r *pointRow) *[]string { return &r.Tags }),
			textColumn("description", "说明", func(r *pointRow) *string { return &r.Description }),
		},
	}
	prerequisites = table[prerequisiteRow]{
		competency.Prerequisites, "先导关系", func(r *records) *[]prerequisiteRow { return &r.Prerequisites },
		[]column[prerequisiteRow]{
			textColumn("prerequisite", "先导", func(r *prerequisiteRow) *string { return &r.Prerequisite }).key().refersTo(competency.KnowledgePoints, competency.Competencies),
			textColumn("dependent", "后续", func(r *prerequisiteRow) *string { return &r.Dependent }).key().refersTo(competency.KnowledgePoints, competency.Competencies),
			enumColumn("strength", "强度", competency.Strengths, func(r *prerequisiteRow) *competency.Strength { return &r.Strength }),
			clauseColumn("clause", "条件组"),
			levelColumn("level", "等级", func(r *prerequisiteRow) **float64 { return &r.Level }),
			textColumn("reason", "理由", func(r *prerequisiteRow) *string { return &r.Reason }),
		},
	}
	relatedPairs = table[relatedRow]{
		competency.RelatedPairs, "关联关系", func(r *records) *[]relatedRow { return &r.Related },
		[]column[relatedRow]{
			textColumn("a", "知识点一", func(r *relatedRow) *string { return &r.A }).key().refersTo(competency.KnowledgePoints),
			textColumn("b", "知识点二", func(r *relatedRow) *string { return &r.B }).key().refersTo(competency.KnowledgePoints),
		},
	}
	positions = table[positionRow]{
		competency.Positions, "岗位", func(r *records) *[]positionRow { return &r.Positions },
		[]column[positionRow]{
			textColumn("code", "编码", func(r *positionRow) *string { return &r.Code }).key(),
			textColumn("name", "名称", func(r *positionRow) *string { return &r.Name }).required(),
			textColumn("name_en", "英文名称", func(r *positionRow) *string { return &r.NameEN }),
			textColumn("family", "序列", func(r *positionRow) *string { return &r.Family }),
			textColumn("grade", "职级", func(r *positionRow) *string { return &r.Grade }),
			textColumn("description", "说明", func(r *positionRow) *string { return &r.Description }),
		},
	}
	requirements = table[requirementRow]{
		competency.Requirements, "岗位要求", func(r *records) *[]requirementRow { return &r.Requirements },
		[]column[requirementRow]{
			textColumn("position", "岗位", func(r *requirementRow) *string { return &r.Position }).key().refersTo(competency.Positions),
			textColumn("target", "对象", func(r *requirementRow) *string { return &r.Target }).key().refersTo(competency.KnowledgePoints, competency.Competencies),
			levelColumn("level", "等级", func(r *requirementRow) **float64 { return &r.Level }),
			weightColumn("weight", "权重", func(r *requirementRow) **float64 { return &r.Weight }),
			boolColumn("critical", "关键", func(r *requirementRow) **bool { return &r.Critical }),
		},
	}
	resources = table[resourceRow]{
		competency.Resources, "学习资源", func(r *records) *[]resourceRow { return &r.Resources },
		[]column[resourceRow]{
			textColumn("code", "编码", func(r *resourceRow) *string { return &r.Code }).key(),
			textColumn("title", "标题", func(r *resourceRow) *string { return &r.Title }).required(),
			textColumn("url", "链接", func(r *resourceRow) *string { return &r.URL }).link(),
			enumColumn("modality", "形式", competency.Modalities, func(r *resourceRow) *competency.Modality { return &r.Modality }),
			integerColumn("minutes", "分钟", func(r *resourceRow) **int { return &r.Minutes }),
			textColumn("language", "语言", func(r *resourceRow) *string { return &r.Language }),
			codeListColumn("teaches", "知识点", func(r *resourceRow) *[]string { return &r.Teaches }).refersTo(competency.KnowledgePoints),
		},
	}
	orgUnits = table[orgUnitRow]{
		competency.OrgUnits, "部门", func(r *records) *[]orgUnitRow { return &r.OrgUnits },
		[]column[orgUnitRow]{
			textColumn("code", "编码", func(r *orgUnitRow) *string { return &r.Code }).key(),
			textColumn("name", "名称", func(r *orgUnitRow) *string { return &r.Name }).required(),
			textColumn("parent", "上级", func(r *orgUnitRow) *string { return &r.Parent }).refersTo(competency.OrgUnits),
		},
	}
	employees = table[employeeRow]{
		competency.Employees, "员工", func(r *records) *[]employeeRow { return &r.Employees },
		[]column[employeeRow]{
			textColumn("code", "工号", func(r *employeeRow) *string { return &r.Code }).key(),
			textColumn("name", "姓名", func(r *employeeRow) *string { return &r.Name }).required(),
			textColumn("org_unit", "部门", func(r *employeeRow) *string { return &r.OrgUnit }).refersTo(competency.OrgUnits),
			textColumn("position", "岗位", func(r *employeeRow) *string { return &r.Position }).refersTo(competency.Positions),
			codeListColumn("targets", "目标岗位", func(r *employeeRow) *[]string { return &r.Targets }).personal().refersTo(competency.Positions),
			enumListColumn("modalities", "偏好形式", competency.Modalities, func(r *employeeRow) *[]competency.Modality { return &r.Modalities }).personal(),
			textColumn("manager", "上级", func(r *employeeRow) *string { return &r.Manager }).refersTo(competency.Employees),
		},
	}
	masteryStates = table[assessmentRow]{
		competency.MasteryStates, "掌握状态", func(r *records) *[]assessmentRow { return &r.Mastery },
		[]column[assessmentRow]{
			textColumn("employee", "员工", func(r *assessmentRow) *string { return &r.Employee }).key().refersTo(competency.Employees),
			textColumn("knowledge_point", "知识点", func(r *assessmentRow) *string { return &r.KnowledgePoint }).key().refersTo(competency.KnowledgePoints),
			ratingColumn("mastery", "掌握度", func(r *assessmentRow) *float64 { return &r.Mastery }).key(),
			timeColumn("assessed_at", "评估时间", func(r *assessmentRow) *time.Time { return &r.AssessedAt }),
		},
	}

	levels = table[levelRow]{
		competency.Levels, "等级", func(r *records) *[]levelRow { return (*[]levelRow)(&r.Scale) },
		[]column[levelRow]{
			textColumn("label", "名称", func(r *levelRow) *string { return &r.Label }).key(),
			textColumn("label_en", "英文名称", func(r *levelRow) *string { return &r.LabelEN }),
			integerColumn("digit", "序号", func(r *levelRow) **int { return &r.Digit }),
			shareColumn("level", "数值", func(r *levelRow) *float64 { return &r.Level }).key(),
		},
	}

	schemas = []schema{
		competencies, knowledgePoints, prerequisites, relatedPairs, positions,
		requirements, resources, orgUnits, employees, masteryStates, levels, evidence,
	}
)

// schema is a table without its record type.
type schema interface {
	names() (en, zh string)
	headings() []heading
	// appendRecord appends an empty record, and returns how to fill it.
	appendRecord(to *records) recordSetter
}

// recordSetter fills one record from the cells of its row.
type recordSetter struct {
	// set sets a column from a cell that is not empty, or says what is wrong with it.
	set func(column int, cell string) fault.Text
	// setNumber sets a column whose cells are read together (see numberReader).
	setNumber func(column int, x float64)
	// clear says that the record empties a field; nil where records of the type cannot.
	clear func(field competency.FieldSet)
}

type table[R any] struct {
	en, zh  string
	records func(*records) *[]R
	columns []column[R]
}

type column[R any] struct {
	heading
	parse     func(r *R, cell string) fault.Text // nil where the cells are read together
	setNumber func(r *R, x float64)              // for cells that are read together
	format    func(r *R) string
}

// heading is a column without its record type.
type heading struct {
	en, zh     string
	isRequired bool // the header must have it
	isKey      bool // and no row may leave it empty
	isPersonal bool // people say it of themselves: no empty cell empties it
	isInternal bool // exports alone have it: no expert fills it in
	isTime     bool
	hints      []string // what people call it, for a message that names the column
	isLink     bool     // to something on the web
	content    content
	numbers    numberKind
	choices    []fault.Text // all words of its cells, where it takes no others
	isList     bool         // a cell may hold several items
	inWorkbook string       // the number format of its numbers there; "" where all cells are texts
	references []string     // record types that its cells refer to
}

func (c column[R]) required() column[R]                { c.isRequired = true; return c }
func (c column[R]) key() column[R]                     { c.isRequired, c.isKey = true, true; return c.ofCodes() }
func (c column[R]) link() column[R]                    { c.isLink = true; return c }
func (c column[R]) hintedBy(names ...string) column[R] { c.hints = names; return c }
func (c column[R]) personal() column[R]                { c.isPersonal = true; return c }
func (c column[R]) internal() column[R]                { c.isInternal = true; return c }
func (c column[R]) refersTo(types ...string) column[R] { c.references = types; return c.ofCodes() }

// ofCodes says that a column of texts holds codes. One that begins with an apostrophe and
// a digit is written with one apostrophe more, because reading takes one away.
func (c column[R]) ofCodes() column[R] {
	if c.content != texts {
		return c
	}
	c.content = codes
	format := c.format
	c.format = func(r *R) string {
		s := format(r)
		if leadingQuote.MatchString(s) {
			s = "'" + s
		}
		return s
	}
	return c
}

func (t table[R]) names() (en, zh string) { return t.en, t.zh }

func (t table[R]) headings() []heading {
	all := make([]heading, len(t.columns))
	for i, c := range t.columns {
		all[i] = c.heading
	}
	return all
}

func (t table[R]) appendRecord(to *records) recordSetter {
	list := t.records(to)
	*list = append(*list, *new(R))
	r := &(*list)[len(*list)-1]
	setter := recordSetter{
		set:       func(i int, cell string) fault.Text { return t.columns[i].parse(r, cell) },
		setNumber: func(i int, x float64) { t.columns[i].setNumber(r, x) },
	}
	if edit, ok := any(r).(interface{ ClearField(competency.FieldSet) }); ok {
		setter.clear = edit.ClearField
	}
	return setter
}

// schemaOf finds a table by its name in either language, ignoring case.
func schemaOf(name string) (schema, bool) {
	folded := competency.Fold(name)
	for _, s := range fileSchemas() {
		if en, zh := s.names(); folded == en || folded == zh {
			return s, true
		}
	}
	return nil, false
}

// fileSchemas are the tables and matrices that files may be named after.
func fileSchemas() []schema {
	all := slices.Clone(schemas)
	for _, k := range matrices {
		all = append(all, k)
	}
	return all
}

func tableNames() []string {
	var all []string
	for _, s := range fileSchemas() {
		en, zh := s.names()
		all = append(all, en, zh)
	}
	return all
}
