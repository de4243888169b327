package competency

import (
	"fmt"
	"slices"
	"strings"
)

// What stands between the two codes of a key. No code has white space.
const (
	edgeSeparator    = " → "
	relatedSeparator = " -- "
	memberSeparator  = " / " // of requirements and masteries
)

// Edits returns the edits that do what changes say, for this catalog: where an edge is to
// have another clause, its other fields are those that are stored, and levels are given
// whole. Changes that Records.Changes returned for the catalog do exactly the same again.
// An error says that a change is none that Records.Changes returns.
func (c Catalog) Edits(changes []RecordChange) (cs ChangeSet, err error) {
	scale := slices.Clone(c.Scale)
	for i := range changes {
		change := &changes[i]
		put, del := &cs.Put, &cs.Delete
		switch change.Table {
		case Competencies:
			err = addEdit(change, &put.Competencies, &del.Competencies, Competency{Code: change.Key}, competencyFields)
		case KnowledgePoints:
			err = addEdit(change, &put.KnowledgePoints, &del.KnowledgePoints, KnowledgePoint{Code: change.Key}, pointFields)
		case Prerequisites:
			err = c.addEdgeEdit(change, &cs)
		case RelatedPairs:
			a, b, _ := strings.Cut(change.Key, relatedSeparator)
			err = addEdit(change, &put.Related, &del.Related, Related{A: a, B: b}, relatedFields)
		case Positions:
			err = addEdit(change, &put.Positions, &del.Positions, Position{Code: change.Key}, positionFields)
		case Requirements:
			position, target, _ := strings.Cut(change.Key, memberSeparator)
			err = addEdit(change, &put.Requirements, &del.Requirements, Requirement{Position: position, Target: target}, requirementFields)
		case Resources:
			err = addEdit(change, &put.Resources, &del.Resources, Resource{Code: change.Key}, resourceFields)
		case Levels:
			cs.Put.Scale, err = editScale(scale, change)
			scale = cs.Put.Scale
		case OrgUnits:
			err = addEdit(change, &put.OrgUnits, nil, OrgUnit{Code: change.Key}, (*OrgUnit).fields)
		case Employees:
			err = addEdit(change, &put.Employees, nil, Employee{Code: change.Key}, (*Employee).fields)
		case MasteryStates:
			employee, point, _ := strings.Cut(change.Key, memberSeparator)
			err = addEdit(change, &put.Mastery, nil, Assessment{Employee: employee, KnowledgePoint: point}, (*Assessment).fields)
		default:
			err = fmt.Errorf("there is no table %s", Quote(change.Table))
		}
		if err != nil {
			return cs, err
		}
	}
	return cs, nil
}

// addEdit appends what a change does to a record to the puts or the deletions; del is nil
// where records are never deleted so.
func addEdit[T any](change *RecordChange, put, del *[]T, record T, fields func(*T) []recordField) error {
	switch {
	case change.Kind == Created, change.Kind == Changed:
		if err := setFields(change, &record, fields(&record)); err != nil {
			return err
		}
		*put = append(*put, record)
	case change.Kind == Deleted && del != nil:
		*del = append(*del, record)
	default:
		return fmt.Errorf("%s cannot be done to %s", Quote(string(change.Kind)), change.Table)
	}
	return nil
}

// setFields gives a record the values after a change. What is to have no value is cleared,
// and so is every other field of a record that is created: were it there, it would keep none.
func setFields(change *RecordChange, record any, fields []recordField) error {
	var clear FieldSet
	for _, f := range fields {
		if change.Kind == Created && !f.isKey {
			clear |= FieldNamed(f.name)
		}
	}
	for _, c := range change.Fields {
		field, known := fieldNamed(fields, c.Field)
		switch {
		case !known:
			return fmt.Errorf("%s is no field of %s", Quote(c.Field), change.Table)
		case c.After == nil && field.isKey:
			return fmt.Errorf("the key %s of %s cannot be emptied", c.Field, change.Table)
		case c.After == nil:
			clear |= FieldNamed(c.Field)
		default:
			clear &^= FieldNamed(c.Field)
			if err := field.set(c.After); err != nil {
				return err
			}
		}
	}
	if r, can := record.(interface{ ClearField(fields FieldSet) }); can && clear != 0 {
		r.ClearField(clear)
	}
	return nil
}

// addEdgeEdit is addEdit for an edge, whose clause is part of what identifies it and may
// change all the same.
func (c Catalog) addEdgeEdit(change *RecordChange, cs *ChangeSet) error {
	prerequisite, dependent, _ := strings.Cut(change.Key, edgeSeparator)
	stored := Prerequisite{Prerequisite: prerequisite, Dependent: dependent, Clause: change.Clause}
	put := &cs.Put.Prerequisites
	if err := addEdit(change, put, &cs.Delete.Prerequisites, stored, edgeFields); err != nil || change.Kind != Changed {
		return err
	}
	edge := &(*put)[len(*put)-1]
	if edge.Clear.Has(FieldClause) {
		edge.Clause = ""
	}
	if edge.Clause != stored.Clause {
		if from, known := find(c.Prerequisites, stored, comparePrerequisite); known {
			*edge = edge.completedFrom(from)
		}
		cs.Delete.Prerequisites, cs.Moved = append(cs.Delete.Prerequisites, stored), append(cs.Moved, stored)
	}
	return nil
}

// editScale does to a scale what a change says.
func editScale(scale Scale, change *RecordChange) (Scale, error) {
	i, known := slices.BinarySearchFunc(scale, ScaleLevel{Label: change.Key}, compareLevel)
	level := ScaleLevel{Label: change.Key}
	switch {
	case change.Kind == Deleted && known:
		return slices.Delete(scale, i, i+1), nil
	case change.Kind == Deleted:
		return scale, nil
	case change.Kind == Changed && known:
		level = scale[i]
		for _, f := range change.Fields {
			if f.After == nil { // of a text or a digit
				switch f.Field {
				case "label_en":
					level.LabelEN = ""
				case "digit":
					level.Digit = nil
				}
			}
		}
	}
	if err := setFields(change, &level, levelFields(&level)); err != nil {
		return nil, err
	}
	if known {
		scale[i] = level
		return scale, nil
	}
	return slices.Insert(scale, i, level), nil
}
