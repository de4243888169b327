package competency

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/fault"
)

func (k *checker) checkOrgUnits() {
	for i, r := range k.cs.Put.OrgUnits {
		at := fault.Place{Record: OrgUnits, Index: i}
		k.checkName(at, "name", r.Name, true, r.Clear) // the store knows who is new
		k.checkTexts(at, "name", r.Name)
		if at.Field = "parent"; r.Parent == r.Code && r.Code != "" {
			k.report(at, fault.Cycle, "%s cannot be its own parent", "%s 不能以自身为上级", Quote(r.Code))
		}
	}
}

func (k *checker) checkEmployees() {
	for i, r := range k.cs.Put.Employees {
		at := fault.Place{Record: Employees, Index: i}
		k.checkName(at, "name", r.Name, true, r.Clear)
		k.checkTexts(at, "name", r.Name)
		if at.Field = "position"; r.Position != "" {
			k.checkReference(at, r.Position, k.isPosition(r.Position), aPosition, Positions)
		}
		at.Field = "targets"
		for _, code := range r.Targets {
			k.checkReference(at, code, k.isPosition(code), aPosition, Positions)
		}
		k.checkDistinct(at, r.Targets)
		for _, m := range r.Modalities {
			checkEnum(k, at, "modalities", m, Modalities)
		}
		if at.Field = "manager"; r.Manager == r.Code && r.Code != "" {
			k.report(at, fault.Cycle, "%s cannot be their own manager", "%s 不能是自己的上级", Quote(r.Code))
		}
	}
}

// Assessments lie between these times: a mistyped year is noticed, and every store
// can represent the time.
var (
	earliest = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

func (k *checker) checkMastery() {
	earlier := earlierStates(k.cs.Put.Mastery)
	for i, r := range k.cs.Put.Mastery {
		at := fault.Place{Record: MasteryStates, Index: i, Field: "knowledge_point"}
		k.checkReference(at, r.KnowledgePoint, k.isPoint(r.KnowledgePoint), aPoint, KnowledgePoints)
		if at.Field = "mastery"; !finite(r.Mastery) || r.Mastery < 0 || r.Mastery > 1 {
			k.report(at, fault.InvalidArgument, "mastery %v is not between 0 and 1: give a number such as 0.85 or 85%%", "掌握度 %v 不在 0 与 1 之间：请填写如 0.85 或 85%% 的数", r.Mastery)
		}
		if at.Field = "assessed_at"; !r.AssessedAt.IsZero() && (r.AssessedAt.Before(earliest) || r.AssessedAt.After(latest)) {
			k.report(at, fault.InvalidArgument, "the time %s is not between 1970 and 2200", "时间 %s 不在 1970 与 2200 年之间", r.AssessedAt.Format(time.DateOnly))
		}
		at.Field = "knowledge_point"
		if first, twice := earlier[i]; twice {
			k.reportDuplicate(at, fault.Place{Record: MasteryStates, Index: first, Field: at.Field}, fmt.Sprintf("%s – %s", r.Employee, r.KnowledgePoint))
		}
	}
}

// earlierStates returns, for each place of a person and a point that stand in a list before,
// the first of these places. It sorts places, because a matrix may have a million, of which
// a map would take more memory than the list.
func earlierStates(list []Assessment) map[int]int {
	compare := func(a, b int32) int {
		return cmp.Or(strings.Compare(list[a].Employee, list[b].Employee), strings.Compare(list[a].KnowledgePoint, list[b].KnowledgePoint))
	}
	order := make([]int32, len(list))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(compare(a, b), cmp.Compare(a, b)) })
	earlier := map[int]int{}
	first := 0
	for i := 1; i < len(order); i++ {
		if compare(order[first], order[i]) != 0 {
			first = i
			continue
		}
		earlier[int(order[i])] = int(order[first])
	}
	return earlier
}
