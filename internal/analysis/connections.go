package analysis

import "github.com/zhitu/zhitu/internal/page"

// The edges of pages under the names that the schema gives them.
type (
	CandidateEdge              = page.Edge[Candidate]
	HolderEdge                 = page.Edge[PointHolders]
	PositionReadinessEdge      = page.Edge[Readiness]
	RecordedCoverageConnection = page.Page[RecordedCoverage]
	RecordedCoverageEdge       = page.Edge[RecordedCoverage]
	ReviewDueEdge              = page.Edge[ReviewDue]
	RiskEdge                   = page.Edge[Risk]
)
