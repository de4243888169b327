package competency

import (
	"fmt"

	"github.com/zhitu/zhitu/internal/fault"
)

// checkDeletions refuses to delete what is not there, and what the catalog as it
// will be still refers to. It names the references.
func (k *checker) checkDeletions() {
	del := k.cs.Delete
	if del.Catalog.Len() == 0 {
		return
	}
	missing := func(at fault.Place, what fault.Text, code string) {
		k.report(at, fault.NotFound, "there is no %s %s to delete", "没有可删除的%s %s", what, Quote(code))
	}
	references := k.referencesToDeleted()
	inUse := func(at fault.Place, what fault.Text, code string) {
		if refs := references[code]; len(refs) > 0 {
			k.report(at, fault.Conflict, "%s %s cannot be deleted while it is referred to: %s", "%s %s 仍被引用，不能删除：%s", what, Quote(code), ListReferences(refs))
		}
	}
	for i, r := range del.Competencies {
		at := fault.Place{Record: Competencies, Index: i, Field: "code"}
		if _, stored := k.storedCompetency(r.Code); !stored {
			missing(at, aCompetency, r.Code)
		} else {
			inUse(at, aCompetency, r.Code)
		}
	}
	for i, r := range del.KnowledgePoints {
		at := fault.Place{Record: KnowledgePoints, Index: i, Field: "code"}
		if _, stored := k.storedPoint(r.Code); !stored {
			missing(at, aPoint, r.Code)
		} else {
			inUse(at, aPoint, r.Code)
		}
	}
	for i, r := range del.Positions {
		if _, stored := find(k.base.Positions, r, comparePosition); !stored {
			missing(fault.Place{Record: Positions, Index: i, Field: "code"}, aPosition, r.Code)
		}
	}
	for i, r := range del.Resources {
		if _, stored := find(k.base.Resources, r, compareResource); !stored {
			missing(fault.Place{Record: Resources, Index: i, Field: "code"}, fault.T("resource", "学习资源"), r.Code)
		}
	}
	for i, r := range del.Prerequisites {
		if _, stored := find(k.base.Prerequisites, r, comparePrerequisite); !stored {
			missing(fault.Place{Record: Prerequisites, Index: i, Field: "prerequisite"}, fault.T("prerequisite", "先导关系"), fmt.Sprintf("%s → %s", r.Prerequisite, r.Dependent))
		}
	}
	for i, r := range del.Related {
		if _, stored := find(k.base.Related, r.Canonical(), compareRelated); !stored {
			missing(fault.Place{Record: RelatedPairs, Index: i, Field: "a"}, fault.T("related pair", "关联关系"), fmt.Sprintf("%s – %s", r.A, r.B))
		}
	}
	for i, r := range del.Requirements {
		if _, stored := find(k.base.Requirements, r, compareRequirement); !stored {
			missing(fault.Place{Record: Requirements, Index: i, Field: "target"}, fault.T("requirement", "岗位要求"), fmt.Sprintf("%s – %s", r.Position, r.Target))
		}
	}
}

// referencesToDeleted lists what the catalog after the edits refers to each deleted
// point and competency with, but for those that are put again. It costs
// O(catalog) where there are any.
func (k *checker) referencesToDeleted() map[string][]string {
	references := map[string][]string{}
	for code := range k.deletedLearnables {
		if _, again := k.putLearnables[code]; !again {
			references[code] = nil
		}
	}
	if len(references) == 0 {
		return references
	}
	refer := func(code string, describe func() string) {
		if list, deleted := references[code]; deleted {
			references[code] = append(list, describe())
		}
	}
	after := k.base.Apply(k.base.Resolve(k.cs))
	for _, r := range after.Competencies {
		refer(r.Parent, func() string { return r.Code })
	}
	for _, r := range after.KnowledgePoints {
		refer(r.Competency, func() string { return r.Code })
	}
	for _, r := range after.Prerequisites {
		refer(r.Prerequisite, func() string { return fmt.Sprintf("%s → %s", r.Prerequisite, r.Dependent) })
	}
	for _, r := range after.Related {
		pair := func() string { return fmt.Sprintf("%s – %s", r.A, r.B) }
		refer(r.A, pair)
		refer(r.B, pair)
	}
	for _, r := range after.Requirements {
		refer(r.Target, func() string { return r.Position })
	}
	for _, r := range after.Resources {
		for _, code := range r.Teaches {
			refer(code, func() string { return r.Code })
		}
	}
	return references
}
