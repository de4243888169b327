package competency

import (
	"cmp"
	"slices"
)

// The completedFrom methods fill what a given record leaves empty: from the stored one,
// which is the zero record where there is none, unless the field is to be cleared; else
// with the default.

func (given Position) completedFrom(stored Position) Position {
	c := given.Clear
	return Position{
		Code: given.Code, Name: cmp.Or(given.Name, kept(c, FieldName, stored.Name)),
		NameEN:      cmp.Or(given.NameEN, kept(c, FieldNameEN, stored.NameEN)),
		Family:      cmp.Or(given.Family, kept(c, FieldFamily, stored.Family)),
		Grade:       cmp.Or(given.Grade, kept(c, FieldGrade, stored.Grade)),
		Description: cmp.Or(given.Description, kept(c, FieldDescription, stored.Description)),
	}
}

func (given Competency) completedFrom(stored Competency) Competency {
	c := given.Clear
	return Competency{
		Code: given.Code, Name: cmp.Or(given.Name, kept(c, FieldName, stored.Name)),
		NameEN:      cmp.Or(given.NameEN, kept(c, FieldNameEN, stored.NameEN)),
		Parent:      cmp.Or(given.Parent, kept(c, FieldParent, stored.Parent)),
		Description: cmp.Or(given.Description, kept(c, FieldDescription, stored.Description)),
	}
}

func (given KnowledgePoint) completedFrom(stored KnowledgePoint) KnowledgePoint {
	c := given.Clear
	return KnowledgePoint{
		Code: given.Code, Name: cmp.Or(given.Name, kept(c, FieldName, stored.Name)),
		NameEN:      cmp.Or(given.NameEN, kept(c, FieldNameEN, stored.NameEN)),
		Competency:  cmp.Or(given.Competency, kept(c, FieldCompetency, stored.Competency)),
		Kind:        cmp.Or(given.Kind, kept(c, FieldKind, stored.Kind), Knowledge),
		Nature:      cmp.Or(given.Nature, kept(c, FieldNature, stored.Nature), Procedural),
		Minutes:     cmp.Or(given.Minutes, kept(c, FieldMinutes, stored.Minutes)),
		Difficulty:  cmp.Or(given.Difficulty, kept(c, FieldDifficulty, stored.Difficulty)),
		Tags:        setOr(given.Tags, kept(c, FieldTags, stored.Tags)),
		Description: cmp.Or(given.Description, kept(c, FieldDescription, stored.Description)),
	}
}

func (given Prerequisite) completedFrom(stored Prerequisite) Prerequisite {
	c := given.Clear
	return Prerequisite{
		Prerequisite: given.Prerequisite, Dependent: given.Dependent, Clause: given.Clause,
		Strength: cmp.Or(given.Strength, kept(c, FieldStrength, stored.Strength), Hard),
		Level:    cmp.Or(given.Level, kept(c, FieldLevel, stored.Level), new(DefaultPrerequisiteLevel)),
		Reason:   cmp.Or(given.Reason, kept(c, FieldReason, stored.Reason)),
	}
}

func (given Related) completedFrom(Related) Related { return given }

func (given Requirement) completedFrom(stored Requirement) Requirement {
	c := given.Clear
	return Requirement{
		Position: given.Position, Target: given.Target,
		Level:    cmp.Or(given.Level, kept(c, FieldLevel, stored.Level), new(DefaultLevel)),
		Weight:   cmp.Or(given.Weight, kept(c, FieldWeight, stored.Weight), new(DefaultWeight)),
		Critical: cmp.Or(given.Critical, kept(c, FieldCritical, stored.Critical), new(false)),
	}
}

func (given Resource) completedFrom(stored Resource) Resource {
	c := given.Clear
	return Resource{
		Code: given.Code, Title: cmp.Or(given.Title, kept(c, FieldTitle, stored.Title)),
		URL:      cmp.Or(given.URL, kept(c, FieldURL, stored.URL)),
		Modality: cmp.Or(given.Modality, kept(c, FieldModality, stored.Modality)),
		Minutes:  cmp.Or(given.Minutes, kept(c, FieldMinutes, stored.Minutes)),
		Language: cmp.Or(given.Language, kept(c, FieldLanguage, stored.Language)),
		Teaches:  setOr(given.Teaches, kept(c, FieldTeaches, stored.Teaches)),
	}
}

func (given ScaleLevel) completedFrom(ScaleLevel) ScaleLevel { return given }

// CompletedFrom returns the department as it is after the edit, given what is stored.
func (given OrgUnit) CompletedFrom(stored OrgUnit) OrgUnit {
	c := given.Clear
	return OrgUnit{
		Code: given.Code, Name: cmp.Or(given.Name, kept(c, FieldName, stored.Name)),
		Parent: cmp.Or(given.Parent, kept(c, FieldParent, stored.Parent)),
	}
}

// CompletedFrom returns the employee as they are after the edit, given what is stored.
func (given Employee) CompletedFrom(stored Employee) Employee {
	c := given.Clear
	e := Employee{
		Code: given.Code, Name: cmp.Or(given.Name, kept(c, FieldName, stored.Name)),
		OrgUnit:    cmp.Or(given.OrgUnit, kept(c, FieldOrgUnit, stored.OrgUnit)),
		Position:   cmp.Or(given.Position, kept(c, FieldPosition, stored.Position)),
		Targets:    given.Targets, // in the order given, though another order is no change
		Modalities: given.Modalities,
		Manager:    cmp.Or(given.Manager, kept(c, FieldManager, stored.Manager)),
	}
	if len(e.Targets) == 0 {
		e.Targets = kept(c, FieldTargets, stored.Targets)
	}
	if len(e.Modalities) == 0 {
		e.Modalities = kept(c, FieldModalities, stored.Modalities)
	}
	return e
}

// setOr returns the given list, or the stored one where it has the same items, in any
// order, or where none is given.
func setOr(given, stored []string) []string {
	if len(given) == 0 || sameSet(given, stored) {
		return stored
	}
	return given
}

// sameSet reports whether two lists have the same items, in any order.
func sameSet(a, b []string) bool {
	return slices.Equal(a, b) || slices.Equal(sortedItems(a), sortedItems(b))
}

func sortedItems(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }
