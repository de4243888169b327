package competency

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"slices"
)

// FieldSet is a set of fields of records, by the names that the columns of files have. It
// says which fields an edit empties, beside those that it gives: an empty field that is
// not in the set stays as it was. Its JSON is a list of names.
type FieldSet uint32

// The fields that an edit can empty. Key fields are none of them.
const (
	FieldName FieldSet = 1 << iota
	FieldNameEN
	FieldParent
	FieldDescription
	FieldCompetency
	FieldKind
	FieldNature
	FieldMinutes
	FieldDifficulty
	FieldTags
	FieldStrength
	FieldClause
	FieldLevel
	FieldReason
	FieldFamily
	FieldGrade
	FieldWeight
	FieldCritical
	FieldTitle
	FieldURL
	FieldModality
	FieldLanguage
	FieldTeaches
	FieldOrgUnit
	FieldPosition
	FieldTargets
	FieldModalities
	FieldManager
)

// fieldNames are the names of the fields, in the order of the constants.
var fieldNames = []string{
	"name", "name_en", "parent", "description", "competency", "kind", "nature", "minutes", "difficulty", "tags",
	"strength", "clause", "level", "reason", "family", "grade", "weight", "critical", "title", "url", "modality",
	"language", "teaches", "org_unit", "position", "targets", "modalities", "manager",
}

// FieldNamed returns the set of the one field with a name, empty where there is none.
func FieldNamed(name string) FieldSet {
	if i := slices.Index(fieldNames, name); i >= 0 {
		return 1 << i
	}
	return 0
}

// Has reports whether the set has all of some fields.
func (s FieldSet) Has(fields FieldSet) bool { return s&fields == fields }

// Names lists the fields.
func (s FieldSet) Names() []string {
	var names []string
	for ; s != 0; s &= s - 1 {
		names = append(names, fieldNames[bits.TrailingZeros32(uint32(s))])
	}
	return names
}

// MarshalJSON writes the names of the fields.
func (s FieldSet) MarshalJSON() ([]byte, error) { return json.Marshal(s.Names()) }

// UnmarshalJSON reads a list of names. An unknown name is an error.
func (s *FieldSet) UnmarshalJSON(data []byte) error {
	var names []string
	if err := json.Unmarshal(data, &names); err != nil {
		return err
	}
	*s = 0
	for _, name := range names {
		field := FieldNamed(name)
		if field == 0 {
			return fmt.Errorf("%s is not a field that can be emptied", Quote(name))
		}
		*s |= field
	}
	return nil
}

// The ClearField methods add to what an edit of a record empties.

// ClearField empties some fields.
func (given *Position) ClearField(fields FieldSet) { given.Clear |= fields }

// ClearField empties some fields.
func (given *Competency) ClearField(fields FieldSet) { given.Clear |= fields }

// ClearField empties some fields.
func (given *KnowledgePoint) ClearField(fields FieldSet) { given.Clear |= fields }

// ClearField empties some fields.
func (given *Prerequisite) ClearField(fields FieldSet) { given.Clear |= fields }

// ClearField empties some fields.
func (given *Requirement) ClearField(fields FieldSet) { given.Clear |= fields }

// ClearField empties some fields.
func (given *Resource) ClearField(fields FieldSet) { given.Clear |= fields }

// ClearField empties some fields.
func (given *OrgUnit) ClearField(fields FieldSet) { given.Clear |= fields }

// ClearField empties some fields.
func (given *Employee) ClearField(fields FieldSet) { given.Clear |= fields }

// kept returns what stays of a stored value where an edit gives none: nothing where the
// edit empties the field.
func kept[T any](clear, field FieldSet, stored T) T {
	if clear.Has(field) {
		return *new(T)
	}
	return stored
}
