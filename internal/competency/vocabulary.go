// Package competency is the vocabulary of Zhitu as plain types: what a catalog
// is made of, who the people are, which values are allowed, and how a batch of
// edits changes a catalog.
//
// It does no I/O and knows no store, file format or protocol. A field that a
// record leaves empty (an empty text, a nil pointer, a nil list) says nothing:
// in a catalog it is unknown, in a change it stays as it was.
package competency

import "time"

// Position 岗位 is a job role that requires knowledge points.
type Position struct {
	Code        string `json:"code"`
	Name        string `json:"name,omitempty"`
	NameEN      string `json:"nameEn,omitempty"`
	Family      string `json:"family,omitempty"`
	Grade       string `json:"grade,omitempty"`
	Description string `json:"description,omitempty"`
}

// Competency 能力项 groups competencies and knowledge points in a tree.
type Competency struct {
	Code        string `json:"code"`
	Name        string `json:"name,omitempty"`
	NameEN      string `json:"nameEn,omitempty"`
	Parent      string `json:"parent,omitempty"`
	Description string `json:"description,omitempty"`
}

// KnowledgePoint 知识点 is an atomic unit that can be learned and assessed.
// Minutes is the time it takes to learn from nothing; Difficulty has the scale
// of whoever entered it.
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
}

// Prerequisite 先导 says that one point or competency comes before another.
// Edges into one dependent that share a Clause are alternatives. Level is the
// mastery at which the edge counts as satisfied.
type Prerequisite struct {
	Prerequisite string   `json:"prerequisite"`
	Dependent    string   `json:"dependent"`
	Strength     Strength `json:"strength,omitempty"`
	Clause       string   `json:"clause,omitempty"`
	Level        *float64 `json:"level,omitempty"`
	Reason       string   `json:"reason,omitempty"`
}

// Related 关联 joins two points for information; it carries no inference and
// has no direction.
type Related struct {
	A string `json:"a"`
	B string `json:"b"`
}

// Requirement 要求 says that a position needs a point, or every point of a
// competency, at a level.
type Requirement struct {
	Position string   `json:"position"`
	Target   string   `json:"target"`
	Level    *float64 `json:"level,omitempty"`
	Weight   *float64 `json:"weight,omitempty"`
	Critical *bool    `json:"critical,omitempty"`
}

// Resource 学习资源 teaches points in so many minutes.
type Resource struct {
	Code     string   `json:"code"`
	Title    string   `json:"title,omitempty"`
	URL      string   `json:"url,omitempty"`
	Modality Modality `json:"modality,omitempty"`
	Minutes  *int     `json:"minutes,omitempty"`
	Language string   `json:"language,omitempty"`
	Teaches  []string `json:"teaches,omitempty"`
}

// OrgUnit 部门 is a department; departments form a tree.
type OrgUnit struct {
	Code   string `json:"code"`
	Name   string `json:"name,omitempty"`
	Parent string `json:"parent,omitempty"`
}

// Employee 员工 holds a position and may target others. Modalities are the
// preferred forms of learning, the dearest first.
type Employee struct {
	Code       string     `json:"code"`
	Name       string     `json:"name,omitempty"`
	OrgUnit    string     `json:"orgUnit,omitempty"`
	Position   string     `json:"position,omitempty"`
	Targets    []string   `json:"targets,omitempty"`
	Modalities []Modality `json:"modalities,omitempty"`
	Manager    string     `json:"manager,omitempty"`
}

// Assessment 掌握状态 is what is known of one person and one point. A zero
// AssessedAt means the time of the change that brings it. Model is what the
// mastery model knows besides, in numbers that it alone understands; an
// assessment that was typed in has none.
type Assessment struct {
	Employee       string    `json:"employee"`
	KnowledgePoint string    `json:"knowledgePoint"`
	Mastery        float64   `json:"mastery"`
	AssessedAt     time.Time `json:"assessedAt,omitzero"`
	Model          []float64 `json:"model,omitempty"`
}

// Values that a record gets where it gives none.
const (
	DefaultTheta   = 0.7 // level of a prerequisite
	DefaultLevel   = 0.7 // level of a requirement
	DefaultWeight  = 1.0
	DefaultMinutes = 30 // of a point that gives none
)
