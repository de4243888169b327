package competency

import (
	"fmt"
	"math"
	"slices"
	"strings"
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
	// What it deletes, perhaps to put it again.
	goneLearnable, gonePosition, goneResource map[string]bool
	suggester                                 Suggester
	known                                     map[string][]string // by type, what a reference may name
}

func newChecker(base Catalog, cs ChangeSet) *checker {
	k := &checker{
		base: base, cs: cs, known: map[string][]string{},
		learnable: map[string]fault.Place{}, position: map[string]fault.Place{}, resource: map[string]fault.Place{},
		unit: map[string]fault.Place{}, employee: map[string]fault.Place{},
		goneLearnable: codes(cs.Delete.KnowledgePoints, func(p KnowledgePoint) string { return p.Code }),
		gonePosition:  codes(cs.Delete.Positions, func(p Position) string { return p.Code }),
		goneResource:  codes(cs.Delete.Resources, func(r Resource) string { return r.Code }),
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
			"%s 不是有效的编码：请用 1–%d 个字符，不含空白、控制字符及 %s 中任何一个", Quote(code), MaxCode, ListSeparators)
		return
	}
	if first, taken := space[code]; taken {
		k.duplicate(at, first, Quote(code))
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

// named checks that a record has a name where the stored one does not keep its own:
// where there is none, or where it is replaced whole.
func (k *checker) named(at fault.Place, field, name string, keepsName bool) {
	if at.Field = field; !keepsName && name == "" {
		k.add(at, fault.InvalidArgument, "a new record needs a %s", "新记录必须填写 %s", field)
	}
}

// refer checks that a code names something, and suggests the nearest that does.
func (k *checker) refer(at fault.Place, code string, known bool, what fault.Text, space string) {
	if known {
		return
	}
	text := k.suggester.Unknown(what, code, func() []string { return k.codes(space) })
	k.problems = append(k.problems, fault.Problem{Place: at, Code: fault.NotFound, Text: text})
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
			k.duplicate(at, fault.Place{}, Quote(code))
		}
		seen[code] = true
	}
}

func checkEnum[T ~string](k *checker, at fault.Place, field string, value T, values Enum[T]) {
	if at.Field = field; value != "" && !values.Has(value) {
		k.add(at, fault.InvalidArgument, "%s is none of %s", "%s 不是以下任何一个：%s", Quote(string(value)), values)
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
