package graph

import "github.com/zhitu/zhitu/internal/people"

// groupOf returns the group of a department with all beneath it.
func groupOf(unit *people.OrgUnit) *people.GroupRequest {
	return &people.GroupRequest{OrgUnit: new(unit.Code())}
}
