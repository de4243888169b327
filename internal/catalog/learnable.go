package catalog

import "github.com/zhitu/zhitu/internal/fault"

// Learnable is a knowledge point or a competency: what edges and requirements name.
type Learnable interface {
	Code() string
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
