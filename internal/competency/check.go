package competency

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zhitu/zhitu/internal/fault"
)

// The types of record, named as their files are.
const (
	Competencies    = "competencies"
	KnowledgePoints = "knowledge_points"
	Prerequisites   = "prerequisites"
	RelatedPairs    = "related"
	Positions       = "positions"
	Requirements    = "requirements"
	Resources       = "resources"
	OrgUnits        = "org_units"
	Employees       = "employees"
	MasteryStates   = "mastery"
)

// MaxText is how many characters a text may have: as many as a cell of a
// workbook holds.
const MaxText = 32_767

// MaxMinutes bounds the minutes of one point or resource: a year.
const MaxMinutes = 365 * 24 * 60

// Check returns every problem of edits to a catalog: malformed and duplicate
// codes, values out of range, references to what is neither stored nor brought
// along, deletions of what is still referred to. The places of the problems
// are those of the set as given, which must be normalized.
//
// Cycles are kg.Compile's to find, and whether people exist is known to the
// store alone. It costs O((changes + deletions × catalog) log catalog).
func (c Catalog) Check(cs ChangeSet) []fault.Problem {
	k := newChecker(c, cs)
	k.competencies()
	k.points()
	k.prerequisites()
	k.related()
	k.positions()
	k.requirements()
	k.resources()
	k.orgUnits()
	k.employees()
	k.mastery()
	k.deletions()
	return k.problems
}

type checker struct {
	base     Catalog
	cs       ChangeSet
	problems []fault.Problem
	// What the set puts, by key, with the place where it first does.
	learnable, position, resource, unit, employee map[string]fault.Place
	// What it deletes and does not put again.
	goneLearnable, gonePosition map[string]bool
	suggestions                 int
	known                       map[string][]string
}

func newChecker(base Catalog, cs ChangeSet) *checker {
	k := &checker{
		base: base, cs: cs, known: map[string][]string{},
		learnable: map[string]fault.Place{}, position: map[string]fault.Place{}, resource: map[string]fault.Place{},
		unit: map[string]fault.Place{}, employee: map[string]fault.Place{},
		goneLearnable: codes(cs.Delete.KnowledgePoints, func(p KnowledgePoint) string { return p.Code }),
		gonePosition:  codes(cs.Delete.Positions, func(p Position) string { return p.Code }),
	}
	for _, d := range cs.Delete.Competencies {
		k.goneLearnable[d.Code] = true
	}
	// Codes first, all of them: a record may refer to one that stands below it.
	for i, r := range cs.Put.Competencies {
		k.claim(k.learnable, r.Code, fault.Place{Record: Competencies, Index: i, Field: "code"})
	}
	for i, r := range cs.Put.KnowledgePoints {
		k.claim(k.learnable, r.Code, fault.Place{Record: KnowledgePoints, Index: i, Field: "code"})
	}
	for i, r := range cs.Put.Positions {
		k.claim(k.position, r.Code, fault.Place{Record: Positions, Index: i, Field: "code"})
	}
	for i, r := range cs.Put.Resources {
		k.claim(k.resource, r.Code, fault.Place{Record: Resources, Index: i, Field: "code"})
	}
	for i, r := range cs.Put.OrgUnits {
		k.claim(k.unit, r.Code, fault.Place{Record: OrgUnits, Index: i, Field: "code"})
	}
	for i, r := range cs.Put.Employees {
		k.claim(k.employee, r.Code, fault.Place{Record: Employees, Index: i, Field: "code"})
	}
	return k
}

// claim notes that a code is given at a place, and refuses a malformed code and
// a second claim.
func (k *checker) claim(space map[string]fault.Place, code string, at fault.Place) {
	if !ValidCode(code) {
		k.add(at, fault.InvalidArgument,
			"%s is not a code: give 1–%d characters without white space, control characters, or any of %s",
			"%s 不是有效的编码：请用 1–%d 个字符，不含空白、控制字符及 %s 中任何一个", quote(code), MaxCode, ListSeparators)
		return
	}
	if first, taken := space[code]; taken {
		k.duplicate(at, first, quote(code))
		return
	}
	space[code] = at
}

func (k *checker) add(at fault.Place, code fault.Code, en, zh string, args ...any) {
	k.problems = append(k.problems, fault.Problem{Place: at, Code: code, Text: fault.T(en, zh, args...)})
}

func (k *checker) duplicate(at, first fault.Place, what string) {
	k.problems = append(k.problems, fault.Problem{
		Place: at, Other: first, Code: fault.InvalidArgument,
		Text: fault.T("%s is given twice: keep one of the two", "%s 重复出现：请只保留一个", what),
	})
}

// quote shows a value as it was given, shortened so that no message grows with
// its input.
func quote(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// text checks the free texts of a record; a name is obligatory where the
// record is new.
func (k *checker) texts(at fault.Place, fields ...string) {
	for i := 0; i < len(fields); i += 2 {
		at.Field = fields[i]
		switch value := fields[i+1]; {
		case !utf8.ValidString(value):
			k.add(at, fault.InvalidArgument, "the text is not valid UTF-8: save the file as UTF-8", "文本不是有效的 UTF-8：请另存为 UTF-8")
		case strings.IndexByte(value, 0) >= 0: // no text file could hold it
			k.add(at, fault.InvalidArgument, "the text has a NUL character: remove it", "文本含有空字符（NUL）：请删除")
		case len(value) > MaxText && utf8.RuneCountInString(value) > MaxText:
			k.add(at, fault.InvalidArgument, "the text has more than %d characters: shorten it", "文本超过 %d 个字符：请缩短", MaxText)
		}
	}
}

func (k *checker) named(at fault.Place, field, name string, known bool) {
	if at.Field = field; !known && name == "" {
		k.add(at, fault.InvalidArgument, "a new record needs a %s", "新记录必须填写 %s", field)
	}
}

// refer checks that a code names something, and suggests the nearest that does.
func (k *checker) refer(at fault.Place, code string, known bool, what fault.Text, space string) {
	if known {
		return
	}
	en, zh := "there is no %s %s", "不存在%s %s"
	args := []any{what, quote(code)}
	const most = 20 // every suggestion reads all codes; nobody reads hundreds
	if k.suggestions < most {
		k.suggestions++
		if near := Nearest(code, k.codes(space)); near != "" {
			k.add(at, fault.NotFound, en+"; did you mean %s?", zh+"；是否应为 %s？", append(args, near)...)
			return
		}
	}
	k.add(at, fault.NotFound, en+": correct the code or add the record", zh+"：请更正编码或补上该记录", args...)
}

// codes lists what a reference may name.
func (k *checker) codes(space string) []string {
	if list, ok := k.known[space]; ok {
		return list
	}
	var list []string
	switch space {
	case Positions:
		for _, p := range k.base.Positions {
			list = append(list, p.Code)
		}
		list = appendKeys(list, k.position)
	default:
		if space != KnowledgePoints {
			for _, p := range k.base.Competencies {
				list = append(list, p.Code)
			}
		}
		if space != Competencies {
			for _, p := range k.base.KnowledgePoints {
				list = append(list, p.Code)
			}
		}
		for code, at := range k.learnable {
			if space == "" || at.Record == space {
				list = append(list, code)
			}
		}
	}
	slices.Sort(list)
	k.known[space] = list
	return list
}

func appendKeys(list []string, m map[string]fault.Place) []string {
	for code := range m {
		list = append(list, code)
	}
	return list
}

func (k *checker) storedCompetency(code string) (Competency, bool) {
	return find(k.base.Competencies, Competency{Code: code}, compareCompetency)
}

func (k *checker) storedPoint(code string) (KnowledgePoint, bool) {
	return find(k.base.KnowledgePoints, KnowledgePoint{Code: code}, comparePoint)
}

func find[T any](sorted []T, key T, compare func(a, b T) int) (found T, ok bool) {
	i, ok := slices.BinarySearchFunc(sorted, key, compare)
	if ok {
		found = sorted[i]
	}
	return found, ok
}

func (k *checker) isCompetency(code string) bool {
	if at, put := k.learnable[code]; put {
		return at.Record == Competencies
	}
	_, stored := k.storedCompetency(code)
	return stored && !k.goneLearnable[code]
}

func (k *checker) isPoint(code string) bool {
	if at, put := k.learnable[code]; put {
		return at.Record == KnowledgePoints
	}
	_, stored := k.storedPoint(code)
	return stored && !k.goneLearnable[code]
}

func (k *checker) isPosition(code string) bool {
	if _, put := k.position[code]; put {
		return true
	}
	_, stored := find(k.base.Positions, Position{Code: code}, comparePosition)
	return stored && !k.gonePosition[code]
}

// Names of the types in messages.
var (
	aCompetency = fault.T("competency", "能力项")
	aPoint      = fault.T("knowledge point", "知识点")
	aLearnable  = fault.T("knowledge point or competency", "知识点或能力项")
	aPosition   = fault.T("position", "岗位")
)

func (k *checker) competencies() {
	for i, r := range k.cs.Put.Competencies {
		at := fault.Place{Record: Competencies, Index: i}
		_, known := k.storedCompetency(r.Code)
		if _, other := k.storedPoint(r.Code); other && !k.goneLearnable[r.Code] {
			at.Field = "code"
			k.add(at, fault.InvalidArgument, "%s is already the code of a knowledge point: choose another", "%s 已是某个知识点的编码：请换一个", quote(r.Code))
		}
		k.named(at, "name", r.Name, known)
		k.texts(at, "name", r.Name, "name_en", r.NameEN, "description", r.Description)
		if at.Field = "parent"; r.Parent != "" {
			k.refer(at, r.Parent, k.isCompetency(r.Parent), aCompetency, Competencies)
		}
	}
}

func (k *checker) points() {
	for i, r := range k.cs.Put.KnowledgePoints {
		at := fault.Place{Record: KnowledgePoints, Index: i}
		_, known := k.storedPoint(r.Code)
		if _, other := k.storedCompetency(r.Code); other && !k.goneLearnable[r.Code] {
			at.Field = "code"
			k.add(at, fault.InvalidArgument, "%s is already the code of a competency: choose another", "%s 已是某个能力项的编码：请换一个", quote(r.Code))
		}
		k.named(at, "name", r.Name, known)
		k.texts(at, "name", r.Name, "name_en", r.NameEN, "description", r.Description)
		if at.Field = "competency"; r.Competency != "" {
			k.refer(at, r.Competency, k.isCompetency(r.Competency), aCompetency, Competencies)
		}
		at.Field = "tags"
		for _, tag := range r.Tags {
			k.texts(at, at.Field, tag)
			if tag != strings.TrimSpace(tag) || tag == "" || strings.ContainsAny(tag, ListSeparators) {
				k.add(at, fault.InvalidArgument, "%s is not a tag: give words without any of %s, and no white space at their ends", "%s 不是有效的标签：不可含有 %s 中任何一个，首尾不可有空白", quote(tag), ListSeparators)
			}
		}
		checkEnum(k, at, "kind", r.Kind, Kinds)
		checkEnum(k, at, "nature", r.Nature, Natures)
		k.minutes(at, r.Minutes)
		if at.Field = "difficulty"; r.Difficulty != nil && (!finite(*r.Difficulty) || *r.Difficulty < 0) {
			k.add(at, fault.InvalidArgument, "difficulty %v is not a number of at least 0", "难度 %v 不是不小于 0 的数", *r.Difficulty)
		}
	}
}

func (k *checker) prerequisites() {
	type key struct{ prerequisite, dependent, clause string }
	seen := make(map[key]int, len(k.cs.Put.Prerequisites))
	for i, r := range k.cs.Put.Prerequisites {
		at := fault.Place{Record: Prerequisites, Index: i, Field: "prerequisite"}
		k.refer(at, r.Prerequisite, k.isPoint(r.Prerequisite) || k.isCompetency(r.Prerequisite), aLearnable, "")
		at.Field = "dependent"
		k.refer(at, r.Dependent, k.isPoint(r.Dependent) || k.isCompetency(r.Dependent), aLearnable, "")
		if r.Prerequisite == r.Dependent {
			k.add(at, fault.Cycle, "%s cannot be its own prerequisite: remove the edge", "%s 不能以自身为先导：请删除该关系", quote(r.Dependent))
		}
		checkEnum(k, at, "strength", r.Strength, Strengths)
		k.level(at, r.Level)
		k.texts(at, "clause", r.Clause, "reason", r.Reason)
		stored, _ := find(k.base.Prerequisites, r, comparePrerequisite)
		if at.Field = "clause"; r.Clause != "" && r.over(stored).Strength == Soft {
			k.add(at, fault.InvalidArgument,
				"HARD and SOFT do not mix in clause %s, and a SOFT edge carries no clause name: clear the clause or make the edge HARD",
				"条件组 %s 中硬、软不可混用，软先导不带条件组：请清空条件组或改为硬先导", quote(r.Clause))
		}
		at.Field = "prerequisite"
		id := key{r.Prerequisite, r.Dependent, r.Clause}
		if first, twice := seen[id]; twice {
			k.duplicate(at, fault.Place{Record: Prerequisites, Index: first, Field: at.Field}, fmt.Sprintf("%s → %s", r.Prerequisite, r.Dependent))
		} else {
			seen[id] = i
		}
	}
}

func (k *checker) related() {
	seen := make(map[Related]int, len(k.cs.Put.Related))
	for i, r := range k.cs.Put.Related {
		at := fault.Place{Record: RelatedPairs, Index: i, Field: "a"}
		k.refer(at, r.A, k.isPoint(r.A), aPoint, KnowledgePoints)
		at.Field = "b"
		k.refer(at, r.B, k.isPoint(r.B), aPoint, KnowledgePoints)
		if r.A == r.B {
			k.add(at, fault.InvalidArgument, "%s cannot be related to itself: remove the row", "%s 不能与自身关联：请删除该行", quote(r.A))
		}
		at.Field = "a"
		if first, twice := seen[r.Ordered()]; twice {
			k.duplicate(at, fault.Place{Record: RelatedPairs, Index: first, Field: "a"}, fmt.Sprintf("%s – %s", r.A, r.B))
		} else {
			seen[r.Ordered()] = i
		}
	}
}

func (k *checker) positions() {
	for i, r := range k.cs.Put.Positions {
		at := fault.Place{Record: Positions, Index: i}
		_, known := find(k.base.Positions, r, comparePosition)
		k.named(at, "name", r.Name, known)
		k.texts(at, "name", r.Name, "name_en", r.NameEN, "family", r.Family, "grade", r.Grade, "description", r.Description)
	}
}

func (k *checker) requirements() {
	type key struct{ position, target string }
	seen := make(map[key]int, len(k.cs.Put.Requirements))
	for i, r := range k.cs.Put.Requirements {
		at := fault.Place{Record: Requirements, Index: i, Field: "position"}
		k.refer(at, r.Position, k.isPosition(r.Position), aPosition, Positions)
		at.Field = "target"
		k.refer(at, r.Target, k.isPoint(r.Target) || k.isCompetency(r.Target), aLearnable, "")
		k.level(at, r.Level)
		if at.Field = "weight"; r.Weight != nil && (!finite(*r.Weight) || *r.Weight <= 0) {
			k.add(at, fault.InvalidArgument, "weight %v is not above 0: give a number such as 1 or 2.5", "权重 %v 不大于 0：请填写如 1 或 2.5 的数", *r.Weight)
		}
		at.Field = "target"
		id := key{r.Position, r.Target}
		if first, twice := seen[id]; twice {
			k.duplicate(at, fault.Place{Record: Requirements, Index: first, Field: at.Field}, fmt.Sprintf("%s – %s", r.Position, r.Target))
		} else {
			seen[id] = i
		}
	}
}

func (k *checker) resources() {
	for i, r := range k.cs.Put.Resources {
		at := fault.Place{Record: Resources, Index: i}
		_, known := find(k.base.Resources, r, compareResource)
		k.named(at, "title", r.Title, known)
		k.texts(at, "title", r.Title, "url", r.URL, "language", r.Language)
		checkEnum(k, at, "modality", r.Modality, Modalities)
		k.minutes(at, r.Minutes)
		at.Field = "teaches"
		for _, code := range r.Teaches {
			k.refer(at, code, k.isPoint(code), aPoint, KnowledgePoints)
		}
		k.distinct(at, r.Teaches)
	}
}

func (k *checker) orgUnits() {
	for i, r := range k.cs.Put.OrgUnits {
		at := fault.Place{Record: OrgUnits, Index: i}
		k.texts(at, "name", r.Name)
		if at.Field = "parent"; r.Parent == r.Code && r.Code != "" {
			k.add(at, fault.Cycle, "%s cannot be its own parent", "%s 不能以自身为上级", quote(r.Code))
		}
	}
}

func (k *checker) employees() {
	for i, r := range k.cs.Put.Employees {
		at := fault.Place{Record: Employees, Index: i}
		k.texts(at, "name", r.Name)
		if at.Field = "position"; r.Position != "" {
			k.refer(at, r.Position, k.isPosition(r.Position), aPosition, Positions)
		}
		at.Field = "targets"
		for _, code := range r.Targets {
			k.refer(at, code, k.isPosition(code), aPosition, Positions)
		}
		k.distinct(at, r.Targets)
		for _, m := range r.Modalities {
			checkEnum(k, at, "modalities", m, Modalities)
		}
		if at.Field = "manager"; r.Manager == r.Code && r.Code != "" {
			k.add(at, fault.Cycle, "%s cannot be their own manager", "%s 不能是自己的上级", quote(r.Code))
		}
	}
}

// Assessments lie between these years, so that a mistyped year is seen and
// every store can keep the time.
var (
	earliest = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

func (k *checker) mastery() {
	type key struct{ employee, point string }
	seen := make(map[key]int, len(k.cs.Put.Mastery))
	for i, r := range k.cs.Put.Mastery {
		at := fault.Place{Record: MasteryStates, Index: i, Field: "knowledge_point"}
		k.refer(at, r.KnowledgePoint, k.isPoint(r.KnowledgePoint), aPoint, KnowledgePoints)
		if at.Field = "mastery"; !finite(r.Mastery) || r.Mastery < 0 || r.Mastery > 1 {
			k.add(at, fault.InvalidArgument, "mastery %v is not between 0 and 1: give a number such as 0.85 or 85%%", "掌握度 %v 不在 0 与 1 之间：请填写如 0.85 或 85%% 的数", r.Mastery)
		}
		if at.Field = "assessed_at"; !r.AssessedAt.IsZero() && (r.AssessedAt.Before(earliest) || r.AssessedAt.After(latest)) {
			k.add(at, fault.InvalidArgument, "the time %s is not between 1970 and 2200", "时间 %s 不在 1970 与 2200 年之间", r.AssessedAt.Format(time.DateOnly))
		}
		at.Field = "knowledge_point"
		id := key{r.Employee, r.KnowledgePoint}
		if first, twice := seen[id]; twice {
			k.duplicate(at, fault.Place{Record: MasteryStates, Index: first, Field: at.Field}, fmt.Sprintf("%s – %s", r.Employee, r.KnowledgePoint))
		} else {
			seen[id] = i
		}
	}
}

func (k *checker) level(at fault.Place, level *float64) {
	if at.Field = "level"; level != nil && (!finite(*level) || *level <= 0 || *level > 1) {
		k.add(at, fault.InvalidArgument, "level %v is not above 0 and at most 1: give a number such as 0.7 or 70%%", "等级 %v 不大于 0 或大于 1：请填写如 0.7 或 70%% 的数", *level)
	}
}

func (k *checker) minutes(at fault.Place, minutes *int) {
	if at.Field = "minutes"; minutes != nil && (*minutes < 1 || *minutes > MaxMinutes) {
		k.add(at, fault.InvalidArgument, "%d minutes are not between 1 and %d: leave it empty where it is unknown", "%d 分钟不在 1 与 %d 之间：未知时请留空", *minutes, MaxMinutes)
	}
}

func (k *checker) distinct(at fault.Place, list []string) {
	seen := map[string]bool{}
	for _, code := range list {
		if seen[code] {
			k.duplicate(at, fault.Place{}, quote(code))
		}
		seen[code] = true
	}
}

func checkEnum[T ~string](k *checker, at fault.Place, field string, value T, values Enum[T]) {
	if at.Field = field; value != "" && !values.Has(value) {
		k.add(at, fault.InvalidArgument, "%s is none of %s", "%s 不是以下任何一个：%s", quote(string(value)), values)
	}
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// References describes who refers to something, a few by name.
func References(users []string) string {
	const most = 5
	if len(users) <= most {
		return strings.Join(users, ", ")
	}
	return fmt.Sprintf("%s … (%d)", strings.Join(users[:most], ", "), len(users))
}
