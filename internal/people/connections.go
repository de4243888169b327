package people

import "github.com/zhitu/zhitu/internal/page"

// The pages and edges under the names that the schema gives them.
type (
	CoverageRecordConnection = page.Page[CoverageRecord]
	CoverageRecordEdge       = page.Edge[CoverageRecord]
	EmployeeConnection       = page.Page[Employee]
	EmployeeEdge             = page.Edge[Employee]
	EvidenceConnection       = page.Page[Evidence]
	EvidenceEdge             = page.Edge[Evidence]
	OrgUnitConnection        = page.Page[OrgUnit]
	OrgUnitEdge              = page.Edge[OrgUnit]
	SetAsideConnection       = page.Page[SetAsideStatement]
	SetAsideEdge             = page.Edge[SetAsideStatement]
)
