package graph

import (
	"time"

	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"

	"github.com/zhitu/zhitu/graph/generated"
)

// The assumed lengths of lists without a first argument. They are typical sizes and
// no bounds: the purpose is to refuse the product of many nested lists.
const (
	smallList  = 5  // links of one entity
	mediumList = 25 // the contents of one entity
	largeList  = 50 // gaps and steps

	treeList  = 400 // all competencies; whose lists, all together, are as long as the catalog
	mapPoints = 250 // of a map that a page draws
	mapEdges  = 750
)

// The costs of work that is done before any field is read.
const (
	personCost    = 100              // a question about one person
	placementCost = 20 * personCost  // one placement, or one inference
	routesCost    = 50 * personCost  // several learning paths
	qualityCost   = 100 * personCost // bounds of a learning path
	insightCost   = 500 * personCost // a question about all people
	groupCost     = 3 * personCost   // a question to the columns of everyone
	shortlistCost = 100 * personCost // the paths of the first 500, or of everyone in a group
	positionsCost = 20 * personCost  // the paths of one person to all positions
	membersCost   = 10               // a page of people from the columns
	importCost    = 10               // one or two documents
	mapCost       = 5 * personCost   // a path, and the layout of what it is about
)

// setComplexity tells the complexity walk of gqlgen how long our lists are.
func setComplexity(c *generated.ComplexityRoot) {
	setImportComplexity(c)
	list := func(n int) func(int) int { return func(child int) int { return listCost(n, child) } }

	c.Query.Positions = func(child, first int, _ *string, _ *catalog.PositionFilter) int { return pageCost(child, first) }
	c.Query.Competencies = func(child, first int, _ *string, _ *catalog.CompetencyFilter) int { return pageCost(child, first) }
	c.Query.KnowledgePoints = func(child, first int, _ *string, _ *catalog.KnowledgePointFilter) int { return pageCost(child, first) }
	c.Query.Resources = func(child, first int, _ *string, _ *catalog.ResourceFilter) int { return pageCost(child, first) }
	c.Query.Employees = func(child, first int, _ *string, _ *people.EmployeeFilter) int {
		return personCost + pageCost(child, first)
	}
	c.Query.OrgUnits = func(child, first int, _ *string) int { return personCost + pageCost(child, first) }
	c.Query.Employee = func(child int, _ string) int { return personCost + child }
	c.Query.GapAnalysis = func(child int, _, _ string, _ *time.Time, _ []string) int { return personCost + child }
	c.Query.LearningPath = func(child int, _, _ string, _ *analysis.PathOptions) int { return personCost + child }
	c.Query.NextSteps = func(child int, _, _ string, first int, _ *analysis.PathOptions) int {
		return personCost + pageCost(child, first)
	}
	c.Query.Search = func(child int, _ string, first int) int { return personCost + pageCost(child, first) }
	c.Query.CompetencyTree = list(treeList)
	c.Query.AuditLog = func(child, first int, _ *string, _ *audit.Filter) int { return personCost + pageCost(child, first) }
	c.Query.MyAuditLog = func(child, first int, _ *string) int { return personCost + pageCost(child, first) }
	c.Query.SetAside = func(child, first int, _ *string) int { return personCost + pageCost(child, first) }
	c.Subscription.LearnerUpdated = func(child int, _ string, _ bool) int { return personCost + child }

	c.Position.Requirements = list(mediumList)
	c.Position.RequiredPoints = list(largeList)
	c.Competency.Children = list(smallList)
	c.Competency.KnowledgePoints = func(child int, recursive bool) int {
		if recursive {
			return list(largeList)(child)
		}
		return list(mediumList)(child)
	}
	c.Competency.Prerequisites = list(smallList)
	c.Competency.Dependents = list(smallList)
	c.Competency.RequiredBy = list(smallList)
	c.KnowledgePoint.Prerequisites = func(child int, _ bool) int { return list(smallList)(child) }
	c.KnowledgePoint.Dependents = list(smallList)
	c.KnowledgePoint.Related = list(smallList)
	c.KnowledgePoint.Resources = list(smallList)
	c.KnowledgePoint.RequiredBy = list(smallList)
	c.Resource.Teaches = list(smallList)
	c.Employee.Manager = func(child int) int { return personCost + child }
	c.Employee.States = list(largeList)
	c.Employee.Targets = list(smallList)
	c.Query.PlacementNext = func(child int, _, _ string, _ *analysis.PlacementOptions) int { return placementCost + child }
	c.PlacementPayload.Placement = func(child int) int { return placementCost + child }
	c.Query.Insight = func(child int, _ *analysis.InsightFilter) int { return insightCost + child }
	c.Insight.Points = func(child, first int) int { return pageCost(child, first) }
	c.Insight.SuspectPrerequisites = func(child, first, _ int) int { return pageCost(child, first) }
	c.SuspectPrerequisite.Prerequisites = list(1)
	c.Placement.Conclusions = func(child int, _ bool) int { return list(largeList)(child) }
	c.GapAnalysis.Inferred = func(child int) int { return placementCost + list(largeList)(child) }
	c.MasteryState.Effects = func(child, first int) int { return personCost + pageCost(child, first) }
	c.Employee.Evidence = func(child, first int, _, _ *string) int { return personCost + pageCost(child, first) }
	c.Evidence.KnowledgePoints = list(smallList)
	c.EvidencePayload.Results = list(mediumList)
	c.EvidencePayload.Learners = list(mediumList)
	c.LearnerUpdate.Employee = func(child int) int { return personCost + child }
	c.LearnerUpdate.States = list(smallList)
	c.LearnerUpdate.Unassessed = list(smallList)
	c.LearnerUpdate.NextSteps = func(child int, _ string, first int, _ *analysis.PathOptions) int {
		return personCost + pageCost(child, first)
	}
	c.Query.Accounts = func(child, first int, _ *string, _ *account.Filter) int { return personCost + pageCost(child, first) }
	c.Query.ExportMe = func(child int) int { return insightCost + child } // reads all statements that are set aside
	c.Query.Objections = func(child int, _ bool) int { return personCost + list(mediumList)(child) }
	c.Employee.Objections = func(child int) int { return personCost + list(smallList)(child) }
	c.OwnDataExport.Files = list(smallList)
	c.Query.Sessions = func(child int) int { return personCost + list(smallList)(child) }
	c.Query.Tokens = func(child int, _ *string) int { return personCost + list(smallList)(child) }
	c.Query.PendingApprovals = func(child int) int { return personCost + list(mediumList)(child) }
	c.Account.Grants = list(smallList)
	c.Me.Grants = list(smallList)
	c.Me.Employee = func(child int) int { return personCost + child }
	c.Me.Reports = func(child int) int { return personCost + child }
	c.AccountPayload.Pending = list(smallList)
	c.TokenPayload.Pending = list(smallList)
	c.GapAnalysis.Gaps = func(child int, _ bool) int { return list(largeList)(child) }
	c.GapAnalysis.Foundations = list(largeList)
	c.GapAnalysis.Competencies = list(mediumList)
	c.FoundationGap.NeededFor = list(smallList)
	c.LearningPath.Steps = func(child int, first *int) int {
		if first != nil {
			return pageCost(child, *first)
		}
		return list(largeList)(child)
	}
	c.LearningPath.Unreached = list(largeList)
	c.LearningPath.Choices = list(smallList)
	c.LearningPath.Routes = func(child, first int) int { return routesCost + pageCost(child, first) }
	c.PathChoice.Others = list(smallList)
	c.Detour.Adds = list(smallList)
	c.Detour.Spares = list(smallList)
	c.LearningPath.WhatIf = func(child int, _ *string, _ *analysis.PathOptions) int { return personCost + child }
	c.LearningPath.Quality = func(child int, _ *int) int { return qualityCost + child }
	c.LearningStep.WaitsFor = list(smallList)
	c.LearningStep.Reasons = list(1)
	c.Reason.Chain = list(smallList)
	setWorkforceComplexity(c)
}

// setWorkforceComplexity is setComplexity for questions about many people.
func setWorkforceComplexity(c *generated.ComplexityRoot) {
	list := func(n int) func(int) int { return func(child int) int { return listCost(n, child) } }

	c.Query.TeamGaps = func(child int, _ *people.GroupRequest, _ *string, _ int, _ *time.Time) int { return groupCost + child }
	c.OrgUnit.TeamGaps = func(child int, _ *string, _ int, _ *time.Time) int { return groupCost + child }
	c.TeamGaps.Columns = list(mediumList)
	c.TeamGaps.People = list(largeList)
	c.TeamGaps.Units = list(mediumList)
	c.TeamGaps.Total = list(mediumList)
	c.TeamGapsPerson.Cells = list(mediumList)
	c.TeamGapsUnit.Cells = list(mediumList)
	c.Query.CoverageDistribution = func(child int, _ string, _ *people.GroupRequest, _ *time.Time) int { return groupCost + child }
	c.OrgUnit.Coverage = func(child int, _ string, _ *time.Time) int { return groupCost + child }
	c.OrgUnit.CoverageHistory = func(child int, _ string, first int, _ *string) int { return groupCost + pageCost(child, first) }
	c.Employee.CoverageHistory = func(child int, _ *string, first int, _ *string) int { return pageCost(child, first) }
	c.RecordedCoverage.Quantiles = list(smallList)
	c.RecordedCoverage.Bins = list(mediumList)
	c.Position.Coverage = func(child int, _ *people.GroupRequest, _ *time.Time) int { return groupCost + child }
	c.CoverageDistribution.Quantiles = list(smallList)
	c.CoverageDistribution.Bins = list(mediumList)
	c.Query.Candidates = func(child int, _ string, _ *people.GroupRequest, first int, _ *string, _ *time.Time) int {
		return shortlistCost + pageCost(child, first)
	}
	c.Position.Candidates = func(child int, _ *people.GroupRequest, first int, _ *string, _ *time.Time) int {
		return shortlistCost + pageCost(child, first)
	}
	c.Query.PositionsFor = func(child int, _ string, first int, _ *string, _ *time.Time) int {
		return positionsCost + pageCost(child, first)
	}
	c.Employee.PositionsFor = func(child, first int, _ *string, _ *time.Time) int { return positionsCost + pageCost(child, first) }
	c.Employee.Readiness = func(child int, _ *string, _ *time.Time) int { return personCost + child }
	c.Employee.GapAnalysis = func(child int, _ *string, _ *time.Time, _ []string) int { return personCost + child }
	c.Employee.NextSteps = func(child int, _ *string, first int, _ *analysis.PathOptions) int {
		return personCost + pageCost(child, first)
	}
	c.Employee.Reports = func(child, first int, _ *string) int { return membersCost + pageCost(child, first) }
	c.OrgUnit.Employees = func(child, first int, _ *string, _ bool) int { return membersCost + pageCost(child, first) }
	c.Position.Incumbents = func(child, first int, _ *string) int { return membersCost + pageCost(child, first) }
	c.Query.PositionDistance = func(child int, _, _ string) int { return personCost + child }
	c.Query.PositionMap = func(child int, _ string, _ *string, _ *time.Time) int { return mapCost + child }
	c.Query.Neighbourhood = func(child int, _ string, _, _ int, _ *string, _ *time.Time) int { return mapCost + child }
	c.KnowledgeMap.Lanes = list(mediumList)
	c.KnowledgeMap.Nodes = list(mapPoints)
	c.KnowledgeMap.Edges = list(mapEdges)
	c.Query.Holders = func(child int, _ *people.GroupRequest, first int, _ *string, _ *time.Time) int {
		return groupCost + pageCost(child, first)
	}
	c.Query.Risks = func(child int, _ *people.GroupRequest, first int, _ *string, _ *time.Time) int {
		return groupCost + pageCost(child, first)
	}
	c.KnowledgePoint.Holders = func(child int, _ float64, _ *people.GroupRequest, _ *time.Time) int { return groupCost + child }
	members := func(child, first int, _ *string) int { return membersCost + pageCost(child, first) }
	c.PointHolders.People, c.Risk.People, c.Risk.AffectedPeople, c.Unblocking.People = members, members, members, members
	c.Query.TrainingSet = func(child int, _ string, _ *people.GroupRequest, _ int, _ analysis.TrainingPool, _ *int, _ *time.Time) int {
		return shortlistCost + child
	}
	c.TrainingSet.Plans = list(mediumList)
	c.TrainingSet.Missing = list(smallList)
	c.TrainingPlan.Goals = list(smallList)
	c.Query.Unblocking = func(child int, _ *people.GroupRequest, _, _ int, _ *time.Time) int { return shortlistCost + child }
	c.UnblockingList.Points = list(mediumList)
	c.Query.ReviewsDue = func(child int, _ *people.GroupRequest, _ *time.Time, _ time.Time, first int, _ *string) int {
		return groupCost + pageCost(child, first)
	}
}

// setImportComplexity tells how long the lists of imports are. Each page of problems or changes
// reads a document or two.
func setImportComplexity(c *generated.ComplexityRoot) {
	list := func(n int) func(int) int { return func(child int) int { return listCost(n, child) } }
	page := func(child, first int, _ *string) int { return importCost + pageCost(child, first) }

	c.Query.ImportJob = func(child, _ int) int { return importCost + child }
	c.Query.ImportJobs = page
	c.ImportJob.Problems, c.ImportJob.Notices, c.ImportJob.Warnings = page, page, page
	c.ImportJob.Changes = func(child, first int, after, _ *string) int { return page(child, first, after) }
	c.ImportJob.Files = list(smallList)
	c.ImportJob.Tables = list(smallList)
	c.ImportJob.Moved = list(largeList)
	c.ImportMovedRecord.Fields = list(smallList)
	c.ImportChange.Fields = list(smallList)
}

// pageCost is the complexity of a list with a first argument. A length out of range is
// refused later, with a better message.
func pageCost(child, first int) int {
	return listCost(min(max(first, 1), page.MaxSize), child)
}

// listCost saturates above the limit, because a product that overflows would be a
// small number again.
func listCost(n, child int) int { return 1 + n*min(child, maxComplexity) }
