package catalog

import (
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
)

// Learnable is a knowledge point or a competency: what edges and requirements name.
type Learnable interface {
	Code() string
	// Node returns its place in the compiled graph.
	Node() kg.Node
	isLearnable()
}

func (Competency) isLearnable()     {}
func (KnowledgePoint) isLearnable() {}

// localName returns the English name for readers of English, where there is one.
func localName(lang fault.Lang, name, english string) string {
	if lang == fault.English && english != "" {
		return english
	}
	return name
}
