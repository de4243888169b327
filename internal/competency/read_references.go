package competency

import (
	"slices"
	"strings"
	"unicode"
)

// ReadReferences reads the references of a set to the catalog as people write them, in
// place: a code with the name of its record becomes the code, and a list of codes with
// Chinese commas is divided where the whole is no code. What cannot be read so stays, for
// Check to refuse. It costs O(references), and O(catalog) once where one needs reading.
func (c *Catalog) ReadReferences(cs *ChangeSet) {
	reader := referenceReader{catalog: c, cs: cs, known: map[string]*Referents{}}
	one, many := reader.one, reader.many
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
}

// ReadEvidenceReferences is ReadReferences for the points of evidence.
func (c *Catalog) ReadEvidenceReferences(list []Evidence) {
	reader := referenceReader{catalog: c, cs: &ChangeSet{}, known: map[string]*Referents{}}
	for i := range list {
		reader.many(&list[i].KnowledgePoints, KnowledgePoints)
	}
}

// referenceReader reads references, with the records that it needs for that.
type referenceReader struct {
	catalog *Catalog
	cs      *ChangeSet
	known   map[string]*Referents // by type, made where one is needed
}

func (r referenceReader) referents(space string) *Referents {
	if r.known[space] == nil {
		r.known[space] = r.catalog.Referents(space, r.cs)
	}
	return r.known[space]
}

// one reads a code with a name.
func (r referenceReader) one(code *string, space string) {
	if HasName(*code) {
		if read := r.referents(space).ReadNamed(*code); read != "" {
			*code = read
		}
	}
}

// many reads a list. It makes a new one where it changes something.
func (r referenceReader) many(codes *[]string, space string) {
	if list := *codes; len(list) == 1 && strings.Contains(list[0], "，") && !r.referents(space).Has(list[0]) {
		*codes = nil
		for part := range strings.SplitSeq(list[0], "，") {
			if part = NormalizeCode(Trim(part)); part != "" {
				*codes = append(*codes, part)
			}
		}
	}
	if slices.ContainsFunc(*codes, HasName) {
		*codes = slices.Clone(*codes)
	}
	for i := range *codes {
		r.one(&(*codes)[i], space)
	}
}

// HasName reports whether a reference may be a code with a name: no code has white space.
func HasName(reference string) bool {
	return len(reference) <= maxReference && strings.IndexFunc(reference, unicode.IsSpace) > 0
}
