package competency

import (
	"strings"
	"unicode"
)

// ReadReferences reads the references of a set to the catalog as people write them, in
// place: a code with the name of its record becomes the code, and a list of codes with
// Chinese commas is divided where the whole is no code. What cannot be read so stays, for
// Check to refuse. It costs O(references), and O(catalog) once where one needs reading.
func (c *Catalog) ReadReferences(cs *ChangeSet) { c.readReferences(cs, nil) }

// ReadEvidenceReferences does the same for the points of evidence, in place.
func (c *Catalog) ReadEvidenceReferences(list []Evidence) { c.readReferences(&ChangeSet{}, list) }

func (c *Catalog) readReferences(cs *ChangeSet, evidence []Evidence) {
	known := map[string]*Referents{}
	of := func(space string) *Referents {
		if known[space] == nil {
			known[space] = c.referents(space, cs)
		}
		return known[space]
	}
	one := func(code *string, space string) {
		if HasName(*code) {
			if read := of(space).ReadNamed(*code); read != "" {
				*code = read
			}
		}
	}
	many := func(codes *[]string, space string) {
		if list := *codes; len(list) == 1 && strings.Contains(list[0], "，") && !of(space).Has(list[0]) {
			*codes = nil
			for part := range strings.SplitSeq(list[0], "，") {
				if part = NormalizeCode(Trim(part)); part != "" {
					*codes = append(*codes, part)
				}
			}
		}
		for i := range *codes {
			one(&(*codes)[i], space)
		}
	}
	put := &cs.Put
	for i := range put.Competencies {
		one(&put.Competencies[i].Parent, Competencies)
	}
	for i := range put.KnowledgePoints {
		one(&put.KnowledgePoints[i].Competency, Competencies)
	}
	for i := range put.Prerequisites {
		one(&put.Prerequisites[i].Prerequisite, "")
		one(&put.Prerequisites[i].Dependent, "")
	}
	for i := range put.Related {
		one(&put.Related[i].A, KnowledgePoints)
		one(&put.Related[i].B, KnowledgePoints)
	}
	for i := range put.Requirements {
		one(&put.Requirements[i].Position, Positions)
		one(&put.Requirements[i].Target, "")
	}
	for i := range put.Resources {
		many(&put.Resources[i].Teaches, KnowledgePoints)
	}
	for i := range put.Employees {
		one(&put.Employees[i].Position, Positions)
		many(&put.Employees[i].Targets, Positions)
	}
	for i := range put.Mastery {
		one(&put.Mastery[i].KnowledgePoint, KnowledgePoints)
	}
	for i := range evidence {
		many(&evidence[i].KnowledgePoints, KnowledgePoints)
	}
}

// HasName reports whether a reference may be a code with a name: no code has white space.
func HasName(reference string) bool {
	return len(reference) <= maxReference && strings.IndexFunc(reference, unicode.IsSpace) > 0
}
