// Package competency is the vocabulary of Zhitu as plain types: what a catalog
// is made of, who the people are, which values are allowed, and how a batch of
// edits changes a catalog.
//
// It does no I/O and knows no store, file format or protocol. A field that a record
// leaves empty (an empty text, a nil pointer, an empty list) has no value: in a
// catalog it is unknown, in an edit it stays as it was unless the edit names it in
// Clear, and then becomes empty or the default. Records that are stored or resolved
// have no Clear.
package competency

import "time"

// Names of the record types, as files and the places of problems have them.
const (
	Competencies    = "competencies"
	KnowledgePoints = "knowledge_points"
	Prerequisites   = "prerequisites"
	RelatedPairs    = "related"
	Positions       = "positions"
	Requirements    = "requirements"
	Resources       = "resources"
	Levels          = "levels"
	OrgUnits        = "org_units"
	Employees       = "employees"
	MasteryStates   = "mastery"
)

// Position 岗位 is a job role that requires knowledge points.
type Position struct {
	Code        string `json:"code"`
	Name        string `json:"name,omitempty"`
	NameEN      string `json:"nameEn,omitempty"`
	Family      string `json:"family,omitempty"`
	Grade       string `json:"grade,omitempty"`
	Description string `json:"description,omitempty"`

	Clear FieldSet `json:"clear,omitzero"`
}

// Competency 能力项 groups competencies and knowledge points in a tree.
type Competency struct {
	Code        string `json:"code"`
	Name        string `json:"name,omitempty"`
	NameEN      string `json:"nameEn,omitempty"`
	Parent      string `json:"parent,omitempty"`
	Description string `json:"description,omitempty"`

	Clear FieldSet `json:"clear,omitzero"`
}

// KnowledgePoint 知识点 is an atomic unit that can be learned and assessed.
// Minutes is the time that it takes to learn without prior knowledge. Difficulty is
// at least 0 and has no unit: each author may use a scale of their own.
type KnowledgePoint struct {
	Code        string   `json:"code"`
	Name        string   `json:"name,omitempty"`
	NameEN      string   `json:"nameEn,omitempty"`
	Competency  string   `json:"competency,omitempty"`
	Kind        Kind     `json:"kind,omitempty"`
	Nature      Nature   `json:"nature,omitempty"`
	Minutes     *int     `json:"minutes,omitempty"`
	Difficulty  *float64 `json:"difficulty,omitempty"`
	Tags        []string `json:"tags,omitempty"`
	Description string   `json:"description,omitempty"`

	Clear FieldSet `json:"clear,omitzero"`
}

// Prerequisite 先导 is an edge: one point or competency comes before another, the
// dependent. Edges into one dependent that share a Clause are alternatives. Level is
// the mastery, in (0,1], at which the edge counts as satisfied.
type Prerequisite struct {
	Prerequisite string   `json:"prerequisite"`
	Dependent    string   `json:"dependent"`
	Strength     Strength `json:"strength,omitempty"`
	Clause       string   `json:"clause,omitempty"`
	Level        *float64 `json:"level,omitempty"`
	Reason       string   `json:"reason,omitempty"`

	Clear FieldSet `json:"clear,omitzero"`
}

// Related 关联 is an undirected link between two points. It informs people, and
// nothing is inferred from it.
type Related struct {
	A string `json:"a"`
	B string `json:"b"`
}

// Requirement 要求 is a position's demand for a point, or for every point of a
// competency, at a Level in (0,1]. Weight is relative and above 0.
type Requirement struct {
	Position string   `json:"position"`
	Target   string   `json:"target"`
	Level    *float64 `json:"level,omitempty"`
	Weight   *float64 `json:"weight,omitempty"`
	Critical *bool    `json:"critical,omitempty"`

	Clear FieldSet `json:"clear,omitzero"`
}

// Resource 学习资源 teaches points. Minutes is how long it takes as a whole.
type Resource struct {
	Code     string   `json:"code"`
	Title    string   `json:"title,omitempty"`
	URL      string   `json:"url,omitempty"`
	Modality Modality `json:"modality,omitempty"`
	Minutes  *int     `json:"minutes,omitempty"`
	Language string   `json:"language,omitempty"`
	Teaches  []string `json:"teaches,omitempty"`

	Clear FieldSet `json:"clear,omitzero"`
}

// OrgUnit 部门 is a department; departments form a tree.
type OrgUnit struct {
	Code   string `json:"code"`
	Name   string `json:"name,omitempty"`
	Parent string `json:"parent,omitempty"`

	Clear FieldSet `json:"clear,omitzero"`
}

// Employee 员工 holds a position and may target others. Modalities are the forms
// of learning in order of preference.
type Employee struct {
	Code       string     `json:"code"`
	Name       string     `json:"name,omitempty"`
	OrgUnit    string     `json:"orgUnit,omitempty"`
	Position   string     `json:"position,omitempty"`
	Targets    []string   `json:"targets,omitempty"`
	Modalities []Modality `json:"modalities,omitempty"`
	Manager    string     `json:"manager,omitempty"`

	Clear FieldSet `json:"clear,omitzero"`
}

// Assessment 掌握状态 is the mastery of one person in one point, in [0,1]. A zero
// AssessedAt stands for the time of the change set. Model holds the parameters of the
// mastery model, in its own format; an assessment that was entered has none.
type Assessment struct {
	Employee       string    `json:"employee"`
	KnowledgePoint string    `json:"knowledgePoint"`
	Mastery        float64   `json:"mastery"`
	AssessedAt     time.Time `json:"assessedAt,omitzero"`
	Model          []float64 `json:"model,omitempty"`
}

// Defaults of the fields that a new record leaves empty.
const (
	DefaultPrerequisiteLevel = 0.7 // level of a prerequisite
	DefaultLevel             = 0.7 // level of a requirement
	DefaultWeight            = 1.0
	DefaultMinutes           = 30 // of a point without any; used by calculations and not stored
)
