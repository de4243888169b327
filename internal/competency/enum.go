package competency

import "strings"

// Kind says whether a point is knowledge or a skill.
type Kind string

// The kinds of knowledge point.
const (
	Knowledge Kind = "KNOWLEDGE"
	Skill     Kind = "SKILL"
)

// Nature says whether a point follows a procedure or calls for creativity.
type Nature string

// The natures of knowledge point.
const (
	Procedural Nature = "PROCEDURAL"
	Creative   Nature = "CREATIVE"
)

// Strength says whether a prerequisite gates its dependent (HARD) or only advises an
// order (SOFT).
type Strength string

// The strengths of a prerequisite.
const (
	Hard Strength = "HARD"
	Soft Strength = "SOFT"
)

// Modality is the form in which a resource teaches.
type Modality string

// The modalities of a resource.
const (
	Video      Modality = "VIDEO"
	Document   Modality = "DOCUMENT"
	Course     Modality = "COURSE"
	Practice   Modality = "PRACTICE"
	Simulation Modality = "SIMULATION"
	Mentoring  Modality = "MENTORING"
)

// EvidenceKind is where a result comes from, and so how reliable it is.
type EvidenceKind string

// The kinds of evidence.
const (
	Exam             EvidenceKind = "EXAM"
	PracticeAnswer   EvidenceKind = "PRACTICE"
	CourseCompletion EvidenceKind = "COURSE_COMPLETION"
	SupervisorRating EvidenceKind = "SUPERVISOR_RATING"
	PeerRating       EvidenceKind = "PEER_RATING"
	Defence          EvidenceKind = "DEFENCE"
	Certificate      EvidenceKind = "CERTIFICATE"
	SelfAssessment   EvidenceKind = "SELF_ASSESSMENT"
)

// Enum lists the values of an enumeration with their Chinese names.
type Enum[T ~string] []struct {
	Value T
	ZH    string
}

// The enumerations, with the names that files and people use in either language.
var (
	Kinds      = Enum[Kind]{{Knowledge, "知识型"}, {Skill, "技能型"}}
	Natures    = Enum[Nature]{{Procedural, "规程化"}, {Creative, "创造性"}}
	Strengths  = Enum[Strength]{{Hard, "硬"}, {Soft, "软"}}
	Modalities = Enum[Modality]{
		{Video, "视频"},
		{Document, "文档"},
		{Course, "课程"},
		{Practice, "实操"},
		{Simulation, "仿真"},
		{Mentoring, "带教"},
	}
	EvidenceKinds = Enum[EvidenceKind]{
		{Exam, "考试"},
		{PracticeAnswer, "练习"},
		{CourseCompletion, "课程完成"},
		{SupervisorRating, "上级评价"},
		{PeerRating, "同事评价"},
		{Defence, "答辩"},
		{Certificate, "证书"},
		{SelfAssessment, "自评"},
	}
)

// Parse finds a value by its name in any case or by its Chinese name.
func (e Enum[T]) Parse(s string) (T, bool) {
	for _, v := range e {
		if strings.EqualFold(s, string(v.Value)) || s == v.ZH {
			return v.Value, true
		}
	}
	return "", false
}

// Has reports whether v is one of the values.
func (e Enum[T]) Has(v T) bool {
	for _, known := range e {
		if known.Value == v {
			return true
		}
	}
	return false
}

// Names returns every name of every value, for suggestions.
func (e Enum[T]) Names() []string {
	var names []string
	for _, v := range e {
		names = append(names, string(v.Value), v.ZH)
	}
	return names
}

// String lists the values for people: "HARD 硬, SOFT 软".
func (e Enum[T]) String() string {
	parts := make([]string, len(e))
	for i, v := range e {
		parts[i] = string(v.Value) + " " + v.ZH
	}
	return strings.Join(parts, ", ")
}
