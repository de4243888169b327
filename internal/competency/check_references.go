package competency

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/fault"
)

// checkReference checks that a code names something, and says what it is instead.
func (k *checker) checkReference(at fault.Place, code string, known bool, what fault.Text, space string) {
	if known {
		return
	}
	text, isOther := k.wrongType(code, what, space)
	if !isOther {
		text = k.suggester.Unknown(at, what, code, func() *Referents { return k.referents(space) })
	}
	k.problems = append(k.problems, fault.Problem{Place: at, Code: fault.NotFound, Text: text})
}

// wrongType says of which type a code is, where it is of another than a reference wants.
func (k *checker) wrongType(code string, wanted fault.Text, space string) (text fault.Text, isOther bool) {
	has := func(put map[string]fault.Place) bool { _, known := put[code]; return known }
	for _, t := range []struct {
		what fault.Text
		is   bool
	}{
		{aCompetency, k.isCompetency(code)},
		{aPoint, k.isPoint(code)},
		{aPosition, k.isPosition(code)},
		{fault.T("resource", "学习资源"), has(k.putResources)},
		{fault.T("department", "部门"), has(k.putUnits)},
		{fault.T("person", "员工"), has(k.putEmployees)},
	} {
		switch {
		case !t.is:
		case t.what == aCompetency && space == KnowledgePoints:
			return fault.T("%s is a competency: name its points", "%s 是能力项：请填写其下的知识点", Quote(code)), true
		default:
			return fault.T("%s is the code of a %s: name a %s", "%s 是%s的编码：请填写%s", Quote(code), t.what, wanted), true
		}
	}
	return text, false
}

// referents returns what a reference may name: the records of one type, or points and
// competencies together where it is "". The first call for a type costs O(records).
func (k *checker) referents(space string) *Referents {
	if known, ok := k.referentsOf[space]; ok {
		return known
	}
	r := k.base.Referents(space, &k.cs)
	k.referentsOf[space] = r
	return r
}

// Referents returns the records of one type, stored and given, as references name them:
// of positions, points or competencies, or of the last two together where it is "". It
// costs O(records log records).
func (c *Catalog) Referents(space string, cs *ChangeSet) *Referents {
	r := &Referents{}
	for _, all := range []*Catalog{c, &cs.Put.Catalog} {
		if space == Positions {
			for _, p := range all.Positions {
				r.Add(p.Code, p.Name, p.NameEN)
			}
			continue
		}
		if space != KnowledgePoints {
			for _, p := range all.Competencies {
				r.Add(p.Code, p.Name, p.NameEN)
			}
		}
		if space != Competencies {
			for _, p := range all.KnowledgePoints {
				r.Add(p.Code, p.Name, p.NameEN)
			}
		}
	}
	slices.Sort(r.codes)
	return r
}

func (k *checker) storedCompetency(code string) (Competency, bool) {
	return find(k.base.Competencies, Competency{Code: code}, compareCompetency)
}

func (k *checker) storedPoint(code string) (KnowledgePoint, bool) {
	return find(k.base.KnowledgePoints, KnowledgePoint{Code: code}, comparePoint)
}

func (k *checker) isCompetency(code string) bool {
	if at, put := k.putLearnables[code]; put {
		return at.Record == Competencies
	}
	_, stored := k.storedCompetency(code)
	return stored && !k.deletedLearnables[code]
}

func (k *checker) isPoint(code string) bool {
	if at, put := k.putLearnables[code]; put {
		return at.Record == KnowledgePoints
	}
	_, stored := k.storedPoint(code)
	return stored && !k.deletedLearnables[code]
}

func (k *checker) isPosition(code string) bool {
	if _, put := k.putPositions[code]; put {
		return true
	}
	_, stored := find(k.base.Positions, Position{Code: code}, comparePosition)
	return stored && !k.deletedPositions[code]
}

// Names of the types in messages.
var (
	aCompetency = fault.T("competency", "能力项")
	aPoint      = fault.T("knowledge point", "知识点")
	aLearnable  = fault.T("knowledge point or competency", "知识点或能力项")
	aPosition   = fault.T("position", "岗位")
)

// ListReferences lists who refers to something, for a message: the first five by name.
func ListReferences(users []string) string {
	const named = 5
	if len(users) <= named {
		return strings.Join(users, ", ")
	}
	return fmt.Sprintf("%s … (%d)", strings.Join(users[:named], ", "), len(users))
}
