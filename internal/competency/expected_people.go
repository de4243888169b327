package competency

import (
	"reflect"
	"slices"
)

// Expect returns the people that a change set puts as these records have them.
func (before People) Expect(put People) *ExpectedPeople {
	e := &ExpectedPeople{}
	expect(&e.Present.OrgUnits, &e.Absent.OrgUnits, before.OrgUnits, put.OrgUnits, compareUnit)
	expect(&e.Present.Employees, &e.Absent.Employees, before.Employees, put.Employees, compareEmployee)
	expect(&e.Present.Mastery, &e.Absent.Mastery, before.Mastery, put.Mastery, compareAssessment)
	return e
}

func expect[T any](present, absent *[]T, before, put []T, compare func(a, b T) int) {
	for _, key := range put {
		if stored, known := find(before, key, compare); known {
			*present = append(*present, stored)
		} else {
			*absent = append(*absent, key)
		}
	}
}

// Len returns how many records are expected, present or absent.
func (e *ExpectedPeople) Len() int {
	if e == nil {
		return 0
	}
	return e.Present.Len() + e.Absent.Len()
}

// Keys returns the records by which the expected ones are found.
func (e *ExpectedPeople) Keys() People {
	return People{
		OrgUnits:  slices.Concat(e.Present.OrgUnits, e.Absent.OrgUnits),
		Employees: slices.Concat(e.Present.Employees, e.Absent.Employees),
		Mastery:   slices.Concat(e.Present.Mastery, e.Absent.Mastery),
	}
}

// Matches reports whether stored, which has the people with the expected keys that there
// are, in any order, is as expected.
func (e *ExpectedPeople) Matches(stored People) bool {
	return matches(e.Present.OrgUnits, stored.OrgUnits, compareUnit, reflectEqual) &&
		matches(e.Present.Employees, stored.Employees, compareEmployee, equalEmployees) &&
		matches(e.Present.Mastery, stored.Mastery, compareAssessment, equalAssessments)
}

func matches[T any](expected, stored []T, compare func(a, b T) int, equal func(a, b T) bool) bool {
	return slices.EqualFunc(sortedBy(expected, compare), sortedBy(stored, compare), equal)
}

func reflectEqual[T any](a, b T) bool { return reflect.DeepEqual(a, b) }

// equalEmployees compares two records; no list is an empty one.
func equalEmployees(a, b Employee) bool {
	if !slices.Equal(a.Targets, b.Targets) || !slices.Equal(a.Modalities, b.Modalities) {
		return false
	}
	a.Targets, b.Targets, a.Modalities, b.Modalities = nil, nil, nil, nil
	return reflect.DeepEqual(a, b)
}

func equalAssessments(a, b Assessment) bool {
	return compareAssessment(a, b) == 0 && a.Mastery == b.Mastery && a.AssessedAt.Equal(b.AssessedAt)
}
