package competency

import (
	"fmt"
	"strings"

	"github.com/zhitu/zhitu/internal/fault"
)

func (k *checker) checkCompetencies() {
	for i, r := range k.cs.Put.Competencies {
		at := fault.Place{Record: Competencies, Index: i}
		_, known := k.storedCompetency(r.Code)
		if _, other := k.storedPoint(r.Code); other && !k.deletedLearnables[r.Code] {
			at.Field = "code"
			k.report(at, fault.InvalidArgument, "%s is already the code of a knowledge point: choose another", "%s 已是某个知识点的编码：请换一个", Quote(r.Code))
		}
		k.checkName(at, "name", r.Name, known && !k.deletedLearnables[r.Code], r.Clear)
		k.checkTexts(at, "name", r.Name, "name_en", r.NameEN, "description", r.Description)
		if at.Field = "parent"; r.Parent != "" {
			k.checkReference(at, r.Parent, k.isCompetency(r.Parent), aCompetency, Competencies)
		}
	}
}

func (k *checker) checkPoints() {
	for i, r := range k.cs.Put.KnowledgePoints {
		at := fault.Place{Record: KnowledgePoints, Index: i}
		_, known := k.storedPoint(r.Code)
		if _, other := k.storedCompetency(r.Code); other && !k.deletedLearnables[r.Code] {
			at.Field = "code"
			k.report(at, fault.InvalidArgument, "%s is already the code of a competency: choose another", "%s 已是某个能力项的编码：请换一个", Quote(r.Code))
		}
		k.checkName(at, "name", r.Name, known && !k.deletedLearnables[r.Code], r.Clear)
		k.checkTexts(at, "name", r.Name, "name_en", r.NameEN, "description", r.Description)
		if at.Field = "competency"; r.Competency != "" {
			k.checkReference(at, r.Competency, k.isCompetency(r.Competency), aCompetency, Competencies)
		}
		at.Field = "tags"
		for _, tag := range r.Tags {
			k.checkTexts(at, at.Field, tag)
			if IsClearMark(tag) {
				k.problems = append(k.problems, fault.Problem{Place: at, Code: fault.InvalidArgument, NewRule: true, Text: fault.T(
					"%s is the word by which a file empties a list, and no tag: leave it out, or give an empty list", "%s 是文件中清空列表的写法，不能作为标签：请去掉，或提供空列表", Quote(tag))})
			}
			if tag != strings.TrimSpace(tag) || tag == "" || strings.ContainsAny(tag, ListSeparators) {
				k.report(at, fault.InvalidArgument, "%s is not a tag: give words without any of %s, and no white space at their ends", "%s 不是有效的标签：不可含有 %s 中任何一个，首尾不可有空白", Quote(tag), ListSeparators)
			}
		}
		checkEnum(k, at, "kind", r.Kind, Kinds)
		checkEnum(k, at, "nature", r.Nature, Natures)
		k.checkMinutes(at, r.Minutes)
		if at.Field = "difficulty"; r.Difficulty != nil && (!finite(*r.Difficulty) || *r.Difficulty < 0) {
			k.report(at, fault.InvalidArgument, "difficulty %v is not a number of at least 0", "难度 %v 不是不小于 0 的数", *r.Difficulty)
		}
	}
}

func (k *checker) checkPrerequisites() {
	type key struct{ prerequisite, dependent, clause string }
	seen := make(map[key]int, len(k.cs.Put.Prerequisites))
	for i, r := range k.cs.Put.Prerequisites {
		at := fault.Place{Record: Prerequisites, Index: i, Field: "prerequisite"}
		k.checkReference(at, r.Prerequisite, k.isPoint(r.Prerequisite) || k.isCompetency(r.Prerequisite), aLearnable, "")
		at.Field = "dependent"
		k.checkReference(at, r.Dependent, k.isPoint(r.Dependent) || k.isCompetency(r.Dependent), aLearnable, "")
		if r.Prerequisite == r.Dependent {
			k.report(at, fault.Cycle, "%s cannot be its own prerequisite: remove the edge", "%s 不能以自身为先导：请删除该关系", Quote(r.Dependent))
		}
		checkEnum(k, at, "strength", r.Strength, Strengths)
		k.checkLevel(at, r.Level)
		k.checkTexts(at, "clause", r.Clause, "reason", r.Reason)
		stored, known := find(k.base.Prerequisites, r, comparePrerequisite)
		if at.Field = "clause"; !known && wantsSeveral(r.Clause) {
			k.report(at, fault.InvalidArgument,
				"the clause %s asks for several of its alternatives, but one is enough of every clause: give what is needed in any case an edge without a clause, or name the clause otherwise",
				"条件组 %s 要求多项，但每个条件组只需满足其中一项：必须满足的请写成不带条件组的先导关系，或改用其他名称", Quote(r.Clause))
		}
		if at.Field = "clause"; r.Clause != "" && r.completedFrom(stored).Strength == Soft {
			k.report(at, fault.InvalidArgument,
				"HARD and SOFT do not mix in clause %s, and a SOFT edge carries no clause name: clear the clause or make the edge HARD",
				"条件组 %s 中硬、软不可混用，软先导不带条件组：请清空条件组或改为硬先导", Quote(r.Clause))
		}
		at.Field = "prerequisite"
		id := key{r.Prerequisite, r.Dependent, r.Clause}
		if first, twice := seen[id]; twice {
			k.reportDuplicate(at, fault.Place{Record: Prerequisites, Index: first, Field: at.Field}, fmt.Sprintf("%s → %s", r.Prerequisite, r.Dependent))
		} else {
			seen[id] = i
		}
	}
}

func (k *checker) checkRelated() {
	seen := make(map[Related]int, len(k.cs.Put.Related))
	for i, r := range k.cs.Put.Related {
		at := fault.Place{Record: RelatedPairs, Index: i, Field: "a"}
		k.checkReference(at, r.A, k.isPoint(r.A), aPoint, KnowledgePoints)
		at.Field = "b"
		k.checkReference(at, r.B, k.isPoint(r.B), aPoint, KnowledgePoints)
		if r.A == r.B {
			k.report(at, fault.InvalidArgument, "%s cannot be related to itself: remove the row", "%s 不能与自身关联：请删除该行", Quote(r.A))
		}
		at.Field = "a"
		if first, twice := seen[r.Canonical()]; twice {
			k.reportDuplicate(at, fault.Place{Record: RelatedPairs, Index: first, Field: "a"}, fmt.Sprintf("%s – %s", r.A, r.B))
		} else {
			seen[r.Canonical()] = i
		}
	}
}

func (k *checker) checkPositions() {
	for i, r := range k.cs.Put.Positions {
		at := fault.Place{Record: Positions, Index: i}
		_, known := find(k.base.Positions, r, comparePosition)
		k.checkName(at, "name", r.Name, known && !k.deletedPositions[r.Code], r.Clear)
		k.checkTexts(at, "name", r.Name, "name_en", r.NameEN, "family", r.Family, "grade", r.Grade, "description", r.Description)
	}
}

func (k *checker) checkRequirements() {
	type key struct{ position, target string }
	seen := make(map[key]int, len(k.cs.Put.Requirements))
	for i, r := range k.cs.Put.Requirements {
		at := fault.Place{Record: Requirements, Index: i, Field: "position"}
		k.checkReference(at, r.Position, k.isPosition(r.Position), aPosition, Positions)
		at.Field = "target"
		k.checkReference(at, r.Target, k.isPoint(r.Target) || k.isCompetency(r.Target), aLearnable, "")
		k.checkLevel(at, r.Level)
		if at.Field = "weight"; r.Weight != nil && (!finite(*r.Weight) || *r.Weight <= 0) {
			k.report(at, fault.InvalidArgument, "weight %v is not above 0: give a number such as 1 or 2.5", "权重 %v 不大于 0：请填写如 1 或 2.5 的数", *r.Weight)
		}
		at.Field = "target"
		id := key{r.Position, r.Target}
		if first, twice := seen[id]; twice {
			k.reportDuplicate(at, fault.Place{Record: Requirements, Index: first, Field: at.Field}, fmt.Sprintf("%s – %s", r.Position, r.Target))
		} else {
			seen[id] = i
		}
	}
}

func (k *checker) checkResources() {
	for i, r := range k.cs.Put.Resources {
		at := fault.Place{Record: Resources, Index: i}
		_, known := find(k.base.Resources, r, compareResource)
		k.checkName(at, "title", r.Title, known && !k.deletedResources[r.Code], r.Clear)
		k.checkTexts(at, "title", r.Title, "url", r.URL, "language", r.Language)
		checkEnum(k, at, "modality", r.Modality, Modalities)
		k.checkMinutes(at, r.Minutes)
		at.Field = "teaches"
		for _, code := range r.Teaches {
			k.checkReference(at, code, k.isPoint(code), aPoint, KnowledgePoints)
		}
		k.checkDistinct(at, r.Teaches)
	}
}
