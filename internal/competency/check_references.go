package competency

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/fault"
)

// checkReference checks that a code names something, and suggests the nearest that does.
func (k *checker) checkReference(at fault.Place, code string, known bool, what fault.Text, space string) {
	if known {
		return
	}
	text := k.suggester.Unknown(what, code, func() []string { return k.candidates(space) })
	k.problems = append(k.problems, fault.Problem{Place: at, Code: fault.NotFound, Text: text})
}

// candidates lists what a reference may name: the codes of one type, or of points
// and competencies together where it is "".
func (k *checker) candidates(space string) []string {
	if list, ok := k.candidateLists[space]; ok {
		return list
	}
	var list []string
	switch space {
	case Positions:
		for _, p := range k.base.Positions {
			list = append(list, p.Code)
		}
		list = slices.AppendSeq(list, maps.Keys(k.putPositions))
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
		for code, at := range k.putLearnables {
			if space == "" || at.Record == space {
				list = append(list, code)
			}
		}
	}
	slices.Sort(list)
	k.candidateLists[space] = list
	return list
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
