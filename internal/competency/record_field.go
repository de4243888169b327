package competency

import (
	"fmt"
	"reflect"
	"slices"
	"time"
)

// recordField is a field of a record: its name in files, and a pointer to it.
type recordField struct {
	name  string
	at    any
	isSet bool // a list whose order says nothing
	isKey bool // it identifies the record, and cannot be emptied
}

// key marks the first n fields as the key.
func key(n int, fields []recordField) []recordField {
	for i := range fields[:n] {
		fields[i].isKey = true
	}
	return fields
}

// The fields of each type, in the order of the columns of files.

func competencyFields(c *Competency) []recordField {
	return key(1, []recordField{
		{name: "code", at: &c.Code},
		{name: "name", at: &c.Name},
		{name: "name_en", at: &c.NameEN},
		{name: "parent", at: &c.Parent},
		{name: "description", at: &c.Description},
	})
}

func pointFields(k *KnowledgePoint) []recordField {
	return key(1, []recordField{
		{name: "code", at: &k.Code},
		{name: "name", at: &k.Name},
		{name: "name_en", at: &k.NameEN},
		{name: "competency", at: &k.Competency},
		{name: "kind", at: &k.Kind},
		{name: "nature", at: &k.Nature},
		{name: "minutes", at: &k.Minutes},
		{name: "difficulty", at: &k.Difficulty},
		{name: "tags", at: &k.Tags, isSet: true},
		{name: "description", at: &k.Description},
	})
}

func edgeFields(e *Prerequisite) []recordField {
	return key(2, []recordField{
		{name: "prerequisite", at: &e.Prerequisite},
		{name: "dependent", at: &e.Dependent},
		{name: "strength", at: &e.Strength},
		{name: "clause", at: &e.Clause},
		{name: "level", at: &e.Level},
		{name: "reason", at: &e.Reason},
	})
}

func relatedFields(r *Related) []recordField {
	return key(2, []recordField{{name: "a", at: &r.A}, {name: "b", at: &r.B}})
}

func positionFields(p *Position) []recordField {
	return key(1, []recordField{
		{name: "code", at: &p.Code},
		{name: "name", at: &p.Name},
		{name: "name_en", at: &p.NameEN},
		{name: "family", at: &p.Family},
		{name: "grade", at: &p.Grade},
		{name: "description", at: &p.Description},
	})
}

func requirementFields(r *Requirement) []recordField {
	return key(2, []recordField{
		{name: "position", at: &r.Position},
		{name: "target", at: &r.Target},
		{name: "level", at: &r.Level},
		{name: "weight", at: &r.Weight},
		{name: "critical", at: &r.Critical},
	})
}

func resourceFields(r *Resource) []recordField {
	return key(1, []recordField{
		{name: "code", at: &r.Code},
		{name: "title", at: &r.Title},
		{name: "url", at: &r.URL},
		{name: "modality", at: &r.Modality},
		{name: "minutes", at: &r.Minutes},
		{name: "language", at: &r.Language},
		{name: "teaches", at: &r.Teaches, isSet: true},
	})
}

func levelFields(l *ScaleLevel) []recordField {
	return key(1, []recordField{{name: "label", at: &l.Label}, {name: "label_en", at: &l.LabelEN}, {name: "digit", at: &l.Digit}, {name: "level", at: &l.Level}})
}

func (given *OrgUnit) fields() []recordField {
	return key(1, []recordField{{name: "code", at: &given.Code}, {name: "name", at: &given.Name}, {name: "parent", at: &given.Parent}})
}

func (given *Employee) fields() []recordField {
	return key(1, []recordField{
		{name: "code", at: &given.Code},
		{name: "name", at: &given.Name},
		{name: "org_unit", at: &given.OrgUnit},
		{name: "position", at: &given.Position},
		{name: "targets", at: &given.Targets, isSet: true},
		{name: "modalities", at: &given.Modalities},
		{name: "manager", at: &given.Manager},
	})
}

func (given *Assessment) fields() []recordField {
	return key(2, []recordField{
		{name: "employee", at: &given.Employee},
		{name: "knowledge_point", at: &given.KnowledgePoint},
		{name: "mastery", at: &given.Mastery},
		{name: "assessed_at", at: &given.AssessedAt},
	})
}

func values(fields []recordField) []fieldValue {
	list := make([]fieldValue, len(fields))
	for i, f := range fields {
		list[i] = fieldValue{f.name, f.value(), f.isSet}
	}
	return list
}

// value returns what the field holds as a string, int, float64, bool or []string, nil
// where it has no value. A time is a text.
func (f recordField) value() any {
	if at, isTime := f.at.(*time.Time); isTime {
		if at.IsZero() {
			return nil
		}
		return at.UTC().Format(time.RFC3339Nano)
	}
	switch v := reflect.ValueOf(f.at).Elem(); v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return v.Elem().Interface()
	case reflect.String:
		if v.Len() == 0 {
			return nil
		}
		return v.String()
	case reflect.Slice:
		if v.Len() == 0 {
			return nil
		}
		texts := make([]string, v.Len())
		for i := range texts {
			texts[i] = v.Index(i).String()
		}
		return texts
	default:
		return v.Interface()
	}
}

// set gives the field what value returns.
func (f recordField) set(value any) (err error) {
	unfit := fmt.Errorf("%T is no value of %s", value, f.name)
	if at, isTime := f.at.(*time.Time); isTime {
		text, isText := value.(string)
		if *at, err = time.Parse(time.RFC3339Nano, text); err != nil || !isText {
			return unfit
		}
		return nil
	}
	v, given := reflect.ValueOf(f.at).Elem(), reflect.ValueOf(value)
	switch {
	case v.Kind() == reflect.Pointer && given.Type() == v.Type().Elem():
		v.Set(reflect.New(given.Type()))
		v.Elem().Set(given)
	case v.Kind() == reflect.String && given.Kind() == reflect.String:
		v.SetString(given.String())
	case v.Kind() == reflect.Slice && given.Type() == reflect.TypeFor[[]string]():
		v.Set(reflect.MakeSlice(v.Type(), given.Len(), given.Len()))
		for i := range given.Len() {
			v.Index(i).SetString(given.Index(i).String())
		}
	case v.Type() == given.Type():
		v.Set(given)
	default:
		return unfit
	}
	return nil
}

// fieldNamed finds a field.
func fieldNamed(fields []recordField, name string) (recordField, bool) {
	if i := slices.IndexFunc(fields, func(f recordField) bool { return f.name == name }); i >= 0 {
		return fields[i], true
	}
	return recordField{}, false
}
