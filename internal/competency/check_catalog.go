package competency

import (
	"fmt"
	"strings"

	"github.com/zhitu/zhitu/internal/fault"
)

func (k *checker) competencies() {
	for i, r := range k.cs.Put.Competencies {
		at := fault.Place{Record: Competencies, Index: i}
		_, known := k.storedCompetency(r.Code)
		if _, other := k.storedPoint(r.Code); other && !k.goneLearnable[r.Code] {
			at.Field = "code"
			k.add(at, fault.InvalidArgument, "%s is already the code of a knowledge point: choose another", "%s 已是某个知识点的编码：请换一个", Quote(r.Code))
		}
		k.named(at, "name", r.Name, known && !k.goneLearnable[r.Code])
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
			k.add(at, fault.InvalidArgument, "%s is already the code of a competency: choose another", "%s 已是某个能力项的编码：请换一个", Quote(r.Code))
		}
		k.named(at, "name", r.Name, known && !k.goneLearnable[r.Code])
		k.texts(at, "name", r.Name, "name_en", r.NameEN, "description", r.Description)
		if at.Field = "competency"; r.Competency != "" {
			k.refer(at, r.Competency, k.isCompetency(r.Competency), aCompetency, Competencies)
		}
		at.Field = "tags"
		for _, tag := range r.Tags {
			k.texts(at, at.Field, tag)
			if tag != strings.TrimSpace(tag) || tag == "" || strings.ContainsAny(tag, ListSeparators) {
				k.add(at, fault.InvalidArgument, "%s is not a tag: give words without any of %s, and no white space at their ends", "%s 不是有效的标签：不可含有 %s 中任何一个，首尾不可有空白", Quote(tag), ListSeparators)
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
			k.add(at, fault.Cycle, "%s cannot be its own prerequisite: remove the edge", "%s 不能以自身为先导：请删除该关系", Quote(r.Dependent))
		}
		checkEnum(k, at, "strength", r.Strength, Strengths)
		k.level(at, r.Level)
		k.texts(at, "clause", r.Clause, "reason", r.Reason)
		stored, _ := find(k.base.Prerequisites, r, comparePrerequisite)
		if at.Field = "clause"; r.Clause != "" && r.completedFrom(stored).Strength == Soft {
			k.add(at, fault.InvalidArgument,
				"HARD and SOFT do not mix in clause %s, and a SOFT edge carries no clause name: clear the clause or make the edge HARD",
				"条件组 %s 中硬、软不可混用，软先导不带条件组：请清空条件组或改为硬先导", Quote(r.Clause))
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
			k.add(at, fault.InvalidArgument, "%s cannot be related to itself: remove the row", "%s 不能与自身关联：请删除该行", Quote(r.A))
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
		k.named(at, "name", r.Name, known && !k.gonePosition[r.Code])
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
		k.named(at, "title", r.Title, known && !k.goneResource[r.Code])
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
